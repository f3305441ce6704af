# Nedell, Spector, Abbout, Vogl, Fiete, arXiv:2108.01057: sample, solve, and check against Kwant.


rule bubbles:
    input:
        targets("figures", ["bubbles"]),
        targets("tables", ["bubbles"]),
        records(["bubbles"]),
        f"{RESULTS}/bubbles/claims.html",


rule bubbles_sample:
    message:
        "bubbles: draw the bubbles of ensemble {wildcards.ensemble}"
    output:
        f"{BUBBLES_DIR}/data/{{ensemble}}/ensemble.npz",
    log:
        f"{BUBBLES_DIR}/logs/sample/{{ensemble}}.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/sample/{{ensemble}}.tsv"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        plan=bubbles_ensemble_plan,
        seed=SETTINGS["seed"],
        code=code("bubbles.ensemble"),
    conda:
        "../envs/solve.yaml"
    script:
        "../scripts/bubbles/sample.py"


rule bubbles_solve:
    message:
        "bubbles: solve shard {wildcards.shard} of ensemble {wildcards.ensemble}"
    input:
        **({"archive": BUBBLES_ARCHIVE} if BUBBLES["solver"] == "archived" else {}),
        ensemble=f"{BUBBLES_DIR}/data/{{ensemble}}/ensemble.npz",
    output:
        f"{BUBBLES_DIR}/data/{{ensemble}}/shards/{{shard}}.parquet",
    log:
        f"{BUBBLES_DIR}/logs/solve/{{ensemble}}/{{shard}}.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/solve/{{ensemble}}/{{shard}}.tsv"
    threads: RESOURCES["solve"]["threads"]
    resources:
        mem_mb=RESOURCES["solve"]["mem_mb"],
        runtime=RESOURCES["solve"]["runtime"],
        gpu=RESOURCES["solve"]["gpu"],
    params:
        samples=bubbles_shard_samples,
        decay=BUBBLES["hopping_decay"],
        solver={"archived": "recursive"}.get(BUBBLES["solver"], BUBBLES["solver"]),
        code=code("bubbles.labels"),
    conda:
        "../envs/solve.yaml"
    script:
        "../scripts/bubbles/solve.py"


rule bubbles_merge:
    message:
        "bubbles: join the shards of ensemble {wildcards.ensemble}"
    input:
        bubbles_shards,
    output:
        f"{BUBBLES_DIR}/data/{{ensemble}}/transmission.parquet",
    log:
        f"{BUBBLES_DIR}/logs/merge/{{ensemble}}.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/merge/{{ensemble}}.tsv"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        samples=lambda wildcards: BUBBLES_ENSEMBLES[wildcards.ensemble].samples,
        code=code("joined"),
    conda:
        "../envs/solve.yaml"
    script:
        "../scripts/merge.py"


rule bubbles_rays:
    message:
        "bubbles: follow classical rays through the flakes of ensemble {wildcards.ensemble}"
    input:
        bubbles_data("{ensemble}"),
    output:
        f"{BUBBLES_DIR}/data/{{ensemble}}/rays.parquet",
    log:
        f"{BUBBLES_DIR}/logs/rays/{{ensemble}}.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/rays/{{ensemble}}.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        samples=bubbles_ray_samples,
        rays=BUBBLES["rays"]["rays"],
        decay=BUBBLES["hopping_decay"],
        code=code("bubbles.rays"),
    conda:
        "../envs/solve.yaml"
    script:
        "../scripts/bubbles/rays.py"


rule bubbles_crosscheck:
    message:
        "bubbles: solve a random subset of every ensemble again by Kwant"
    input:
        ensembles=bubbles_data(*BUBBLES_ENSEMBLES),
        solved=bubbles_data(*BUBBLES_ENSEMBLES, file="transmission.parquet"),
    output:
        f"{BUBBLES_DIR}/crosscheck.csv",
    log:
        f"{BUBBLES_DIR}/logs/crosscheck.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/crosscheck.tsv"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        names=list(BUBBLES_ENSEMBLES),
        samples=BUBBLES["crosscheck_samples"],
        decay=BUBBLES["hopping_decay"],
        seed=SETTINGS["seed"],
        code=code("bubbles.labels"),
    conda:
        "../envs/solve.yaml"
    script:
        "../scripts/bubbles/crosscheck.py"


if BUBBLES["solver"] != "archived":

    rule bubbles_archive:
        message:
            "bubbles: keep the transmissions in {output}"
        input:
            ensembles=bubbles_data(*BUBBLES_ENSEMBLES),
            solved=bubbles_data(*BUBBLES_ENSEMBLES, file="transmission.parquet"),
        output:
            "data/bubbles.parquet"
            if SETTINGS["scale"] == "paper"
            else f"{BUBBLES_DIR}/archive.parquet",
        log:
            f"{BUBBLES_DIR}/logs/archive.log",
        benchmark:
            f"{BUBBLES_DIR}/benchmarks/archive.tsv"
        threads: 1
        resources:
            mem_mb=4000,
            runtime=10,
        params:
            names=list(BUBBLES_ENSEMBLES),
            code=code("bubbles.archive"),
        conda:
            "../envs/solve.yaml"
        script:
            "../scripts/bubbles/archive.py"
