# Li, Lu, Zhai, Phys. Rev. B 102, 064205 (2020): sample, solve, train, evaluate, draw.


rule wires:
    input:
        targets("figures", ["wires"]),
        targets("tables", ["wires"]),
        records(["wires"]),
        f"{RESULTS}/wires/claims.html",


rule wires_sample:
    message:
        "wires: draw the on-site energies of ensemble {wildcards.ensemble}"
    output:
        f"{WIRES_DIR}/data/{{ensemble}}/ensemble.npz",
    log:
        f"{WIRES_DIR}/logs/sample/{{ensemble}}.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/sample/{{ensemble}}.tsv"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        plan=wires_ensemble_plan,
        seed=SETTINGS["seed"],
        code=code("wires.ensemble"),
    conda:
        "../envs/solve.yaml"
    script:
        "../scripts/wires/sample.py"


rule wires_solve:
    message:
        "wires: solve shard {wildcards.shard} of ensemble {wildcards.ensemble}"
    input:
        **({"archive": WIRES_ARCHIVE} if WIRES["solver"] == "archived" else {}),
        ensemble=f"{WIRES_DIR}/data/{{ensemble}}/ensemble.npz",
    output:
        f"{WIRES_DIR}/data/{{ensemble}}/shards/{{shard}}.parquet",
    log:
        f"{WIRES_DIR}/logs/solve/{{ensemble}}/{{shard}}.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/solve/{{ensemble}}/{{shard}}.tsv"
    threads: RESOURCES["solve"]["threads"]
    resources:
        mem_mb=RESOURCES["solve"]["mem_mb"],
        runtime=RESOURCES["solve"]["runtime"],
    params:
        samples=wires_shard_samples,
        targets=lambda wildcards: WIRES_ENSEMBLES[wildcards.ensemble].targets,
        energies=WIRES_ENERGIES,
        solver={"archived": "recursive"}.get(WIRES["solver"], WIRES["solver"]),
        code=code("wires.labels"),
    conda:
        "../envs/solve.yaml"
    script:
        "../scripts/wires/solve.py"


rule wires_merge:
    message:
        "wires: join the shards of ensemble {wildcards.ensemble}"
    input:
        wires_shards,
    output:
        f"{WIRES_DIR}/data/{{ensemble}}/conductance.parquet",
    log:
        f"{WIRES_DIR}/logs/merge/{{ensemble}}.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/merge/{{ensemble}}.tsv"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        samples=lambda wildcards: WIRES_ENSEMBLES[wildcards.ensemble].samples,
        code=code("joined"),
    conda:
        "../envs/solve.yaml"
    script:
        "../scripts/merge.py"


rule wires_crosscheck:
    message:
        "wires: solve a random subset of every ensemble again by Kwant"
    input:
        ensembles=wires_data(*WIRES_ENSEMBLES),
        conductances=wires_data(*WIRES_ENSEMBLES, file="conductance.parquet"),
    output:
        f"{WIRES_DIR}/crosscheck.csv",
    log:
        f"{WIRES_DIR}/logs/crosscheck.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/crosscheck.tsv"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        names=list(WIRES_ENSEMBLES),
        samples=WIRES["crosscheck_samples"],
        energies=WIRES_ENERGIES,
        seed=SETTINGS["seed"],
        code=code("wires.labels"),
    conda:
        "../envs/solve.yaml"
    script:
        "../scripts/wires/crosscheck.py"


if WIRES["solver"] != "archived":

    rule wires_archive:
        message:
            "wires: keep the conductances of the largest wires in {output}"
        input:
            ensembles=wires_data(*WIRES_ARCHIVED),
            conductances=wires_data(*WIRES_ARCHIVED, file="conductance.parquet"),
        output:
            "data/wires.parquet"
            if SETTINGS["scale"] == "paper"
            else f"{WIRES_DIR}/archive.parquet",
        log:
            f"{WIRES_DIR}/logs/archive.log",
        benchmark:
            f"{WIRES_DIR}/benchmarks/archive.tsv"
        threads: 1
        resources:
            mem_mb=4000,
            runtime=10,
        params:
            names=list(WIRES_ARCHIVED),
            code=code("wires.archive"),
        conda:
            "../envs/solve.yaml"
        script:
            "../scripts/wires/archive.py"
