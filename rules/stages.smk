# The stages of every study, each written once: sample, solve, train, evaluate, and what joins them.
# A stage calls the module of its study, src/hamlearn/<study>; what it reads is named in plan.py.


rule sample:
    message:
        "{wildcards.study}: draw ensemble {wildcards.ensemble}"
    input:
        lambda w: [
            str(Path(RESULTS, w.study, file))
            for file in study(w).ensembles[w.ensemble].given
        ],
    output:
        f"{RESULTS}/{{study}}/data/{{ensemble}}/ensemble.npz",
    log:
        f"{RESULTS}/{{study}}/logs/sample/{{ensemble}}.log",
    benchmark:
        f"{RESULTS}/{{study}}/benchmarks/sample/{{ensemble}}.tsv"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        plan=lambda w: asdict(study(w).ensembles[w.ensemble]),
        seed=SETTINGS["seed"],
        code=lambda w: code("scripts/sample.py", w.study),
    conda:
        "../envs/train.yaml"
    priority: 2
    script:
        "../scripts/sample.py"


rule solve:
    message:
        "{wildcards.study}: solve shard {wildcards.shard} of ensemble {wildcards.ensemble}"
    input:
        archive=lambda w: (
            of_repository(f"data/{w.study}.parquet")
            if study(w).settings["solver"] == ARCHIVED and w.ensemble in archived(w)
            else []
        ),
        ensemble=f"{RESULTS}/{{study}}/data/{{ensemble}}/ensemble.npz",
    output:
        f"{RESULTS}/{{study}}/data/{{ensemble}}/shards/{{shard}}.parquet",
    log:
        f"{RESULTS}/{{study}}/logs/solve/{{ensemble}}/{{shard}}.log",
    benchmark:
        f"{RESULTS}/{{study}}/benchmarks/solve/{{ensemble}}/{{shard}}.tsv"
    threads: RESOURCES["solve"]["threads"]
    resources:
        mem_mb=RESOURCES["solve"]["mem_mb"],
        runtime=RESOURCES["solve"]["runtime"],
        gpu=lambda w: RESOURCES["solve"]["gpu"] if study(w).reads("solve").gpu else 0,
    params:
        plan=lambda w: asdict(study(w).ensembles[w.ensemble]),
        samples=shard,
        solver=lambda w: study(w).settings["solver"],
        settings=lambda w: study(w).settings_of("solve"),
        code=lambda w: code("scripts/solve.py", w.study),
    conda:
        "../envs/solve.yaml"
    priority: 2
    script:
        "../scripts/solve.py"


use rule solve as solve_whole with:
    message:
        "{wildcards.study}: solve ensemble {wildcards.ensemble}"
    output:
        f"{RESULTS}/{{study}}/data/{{ensemble}}/labels.parquet",
    log:
        f"{RESULTS}/{{study}}/logs/solve/{{ensemble}}.log",
    benchmark:
        f"{RESULTS}/{{study}}/benchmarks/solve/{{ensemble}}.tsv"
    wildcard_constraints:
        ensemble=solved_in(one_shard=True),


rule merge:
    message:
        "{wildcards.study}: join the shards of ensemble {wildcards.ensemble}"
    input:
        lambda w: [
            f"{RESULTS}/{w.study}/data/{w.ensemble}/shards/{shard}.parquet"
            for shard in range(len(study(w).shards(w.ensemble)))
        ],
    output:
        f"{RESULTS}/{{study}}/data/{{ensemble}}/labels.parquet",
    log:
        f"{RESULTS}/{{study}}/logs/merge/{{ensemble}}.log",
    benchmark:
        f"{RESULTS}/{{study}}/benchmarks/merge/{{ensemble}}.tsv"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        samples=lambda w: study(w).ensembles[w.ensemble].samples,
        code=code("scripts/merge.py"),
    conda:
        "../envs/solve.yaml"
    wildcard_constraints:
        ensemble=solved_in(one_shard=False),
    priority: 2
    script:
        "../scripts/merge.py"


rule crosscheck:
    message:
        "{wildcards.study}: solve a random subset of every ensemble again by the reference"
    input:
        ensembles=lambda w: data(w.study, study(w).solved),
        labels=lambda w: labels(w.study, study(w).solved),
    output:
        f"{RESULTS}/{{study}}/crosscheck.csv",
    log:
        f"{RESULTS}/{{study}}/logs/crosscheck.log",
    benchmark:
        f"{RESULTS}/{{study}}/benchmarks/crosscheck.tsv"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        plans=lambda w: [asdict(study(w).ensembles[name]) for name in study(w).solved],
        samples=lambda w: study(w).settings["crosscheck_samples"],
        seed=SETTINGS["seed"],
        settings=lambda w: study(w).settings_of("solve"),
        code=lambda w: code("scripts/crosscheck.py", w.study),
    conda:
        "../envs/solve.yaml"
    script:
        "../scripts/crosscheck.py"


rule archive:
    message:
        "{wildcards.study}: keep the labels in {output}"
    input:
        ensembles=lambda w: data(w.study, archived(w)),
        labels=lambda w: labels(w.study, archived(w)),
    output:
        (
            "data/{study}.parquet"
            if SETTINGS["scale"] == "paper"
            else f"{RESULTS}/{{study}}/archive.parquet"
        ),
    log:
        f"{RESULTS}/{{study}}/logs/archive.log",
    benchmark:
        f"{RESULTS}/{{study}}/benchmarks/archive.tsv"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=10,
    params:
        plans=lambda w: [asdict(study(w).ensembles[name]) for name in archived(w)],
        settings=lambda w: study(w).settings_of("solve"),
        code=lambda w: code("scripts/archive.py", w.study),
    conda:
        "../envs/solve.yaml"
    wildcard_constraints:
        study="|".join(n for n in STUDIES if SETTINGS[n].get("solver") != ARCHIVED)
        or "none",
    script:
        "../scripts/archive.py"


rule train:
    message:
        "{wildcards.study}: train {wildcards.job}, seed {wildcards.seed}"
    input:
        ensembles=lambda w: data(w.study, study(w).trained_on(w.job)),
        labels=lambda w: labels(w.study, study(w).trained_on(w.job)),
    output:
        directory(f"{RESULTS}/{{study}}/networks/{{job}}/seed{{seed}}"),
    log:
        f"{RESULTS}/{{study}}/logs/train/{{job}}/seed{{seed}}.log",
    benchmark:
        f"{RESULTS}/{{study}}/benchmarks/train/{{job}}/seed{{seed}}.tsv"
    threads: RESOURCES["train"]["threads"]
    resources:
        mem_mb=RESOURCES["train"]["mem_mb"],
        runtime=RESOURCES["train"]["runtime"],
        gpu=RESOURCES["train"]["gpu"],
    params:
        runs=lambda w: [run.training for run in study(w).jobs[w.job]],
        trains=lambda w: training_samples(w, study(w).trained_on(w.job)),
        seed=SETTINGS["seed"],
        training=SETTINGS["training"],
        settings=lambda w: study(w).settings_of("train"),
        code=lambda w: code("scripts/train.py", w.study),
    conda:
        "../envs/train.yaml"
    priority: 1  # after labels, before all else: the longest jobs, so that no core idles at the end
    script:
        "../scripts/train.py"


rule evaluate:
    message:
        "{wildcards.study}: apply the networks of {wildcards.job}, seed {wildcards.seed}"
    input:
        ensembles=lambda w: data(w.study, study(w).applied(w.job)),
        labels=lambda w: labels(w.study, study(w).applied(w.job)),
        networks=f"{RESULTS}/{{study}}/networks/{{job}}/seed{{seed}}",
    output:
        predictions=f"{RESULTS}/{{study}}/predictions/{{job}}/seed{{seed}}.parquet",
        metrics=f"{RESULTS}/{{study}}/metrics/{{job}}/seed{{seed}}.csv",
        by_group=f"{RESULTS}/{{study}}/metrics/{{job}}/seed{{seed}}_by_group.csv",
    log:
        f"{RESULTS}/{{study}}/logs/evaluate/{{job}}/seed{{seed}}.log",
    benchmark:
        f"{RESULTS}/{{study}}/benchmarks/evaluate/{{job}}/seed{{seed}}.tsv"
    threads: RESOURCES["evaluate"]["threads"]
    resources:
        mem_mb=RESOURCES["evaluate"]["mem_mb"],
        runtime=RESOURCES["evaluate"]["runtime"],
        gpu=RESOURCES["evaluate"]["gpu"],
    params:
        runs=lambda w: [run.evaluation for run in study(w).jobs[w.job]],
        eager=SETTINGS["training"]["eager"],
        trains=lambda w: training_samples(w, study(w).applied(w.job)),
        settings=lambda w: study(w).settings_of("evaluate"),
        code=lambda w: code("scripts/evaluate.py", w.study),
    conda:
        "../envs/train.yaml"
    script:
        "../scripts/evaluate.py"


rule collect:
    message:
        "{wildcards.study}: join errors and histories of all networks"
    input:
        metrics=lambda w: by_job(w.study, "metrics", ".csv"),
        by_group=lambda w: by_job(w.study, "metrics", "_by_group.csv"),
        networks=lambda w: networks(w.study),
    output:
        metrics=f"{RESULTS}/{{study}}/metrics.csv",
        by_group=f"{RESULTS}/{{study}}/by_group.csv",
        histories=f"{RESULTS}/{{study}}/histories.csv",
    log:
        f"{RESULTS}/{{study}}/logs/collect.log",
    benchmark:
        f"{RESULTS}/{{study}}/benchmarks/collect.tsv"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        runs=lambda w: {
            job: [run.name for run in runs] for job, runs in study(w).jobs.items()
        },
        code=code("scripts/collect.py"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/collect.py"


rule summary:
    message:
        "{wildcards.study}: compute {wildcards.summary}"
    input:
        unpack(summary_files),
    output:
        f"{RESULTS}/{{study}}/{{summary}}",
    log:
        f"{RESULTS}/{{study}}/logs/{{summary}}.log",
    benchmark:
        f"{RESULTS}/{{study}}/benchmarks/{{summary}}.tsv"
    threads: 1
    resources:
        mem_mb=8000,
        runtime=60,
    params:
        reads=summary_names,
        seed=SETTINGS["seed"],
        settings=lambda w: study(w).settings_of(w.summary),
        code=lambda w: code("scripts/summary.py", w.study, module=Path(w.summary).stem),
    conda:
        "../envs/train.yaml"
    script:
        "../scripts/summary.py"


rule evidence:
    message:
        "{wildcards.study}: evidence for every claim"
    input:
        unpack(evidence_files),
    output:
        f"{RESULTS}/{{study}}/evidence.json",
    log:
        f"{RESULTS}/{{study}}/logs/evidence.log",
    benchmark:
        f"{RESULTS}/{{study}}/benchmarks/evidence.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        settings=lambda w: study(w).settings_of("evidence"),
        code=lambda w: code("scripts/evidence.py", w.study),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/evidence.py"


rule provenance:
    message:
        "{wildcards.study}: code, versions, machines and wall times behind the results"
    input:
        networks=lambda w: networks(w.study),
        evidence=f"{RESULTS}/{{study}}/evidence.json",
    output:
        f"{RESULTS}/{{study}}/provenance.json",
    log:
        f"{RESULTS}/{{study}}/logs/provenance.log",
    benchmark:
        f"{RESULTS}/{{study}}/benchmarks/provenance.tsv"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        settings=lambda w: {
            k: SETTINGS[k] for k in ("scale", "seed", "training", w.study)
        },
        benchmarks=f"{RESULTS}/{{study}}/benchmarks",
        code=code("scripts/provenance.py"),
    conda:
        "../envs/train.yaml"
    script:
        "../scripts/provenance.py"
