# Study `wires`: train the networks, evaluate them, and summarise in small tables.


rule wires_train:
    message:
        "wires: train {wildcards.job}, seed {wildcards.seed}"
    input:
        unpack(wires_training_data),
    output:
        directory(f"{WIRES_DIR}/networks/{{job}}/seed{{seed}}"),
    log:
        f"{WIRES_DIR}/logs/train/{{job}}/seed{{seed}}.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/train/{{job}}/seed{{seed}}.tsv"
    threads: RESOURCES["train"]["threads"]
    resources:
        mem_mb=RESOURCES["train"]["mem_mb"],
        runtime=RESOURCES["train"]["runtime"],
        gpu=RESOURCES["train"]["gpu"],
    params:
        runs=wires_job_runs,
        seed=SETTINGS["seed"],
        training=SETTINGS["training"],
        stopping={k: WIRES["training"][k] for k in ("train_plateau", "validation")},
        code=code("wires.training"),
    conda:
        "../envs/train.yaml"
    script:
        "../scripts/wires/train.py"


rule wires_evaluate:
    message:
        "wires: apply the networks of {wildcards.job}, seed {wildcards.seed}"
    input:
        unpack(wires_training_data),
        networks=f"{WIRES_DIR}/networks/{{job}}/seed{{seed}}",
    output:
        predictions=f"{WIRES_DIR}/predictions/{{job}}/seed{{seed}}.parquet",
        metrics=f"{WIRES_DIR}/metrics/{{job}}/seed{{seed}}.csv",
        concentrations=f"{WIRES_DIR}/metrics/{{job}}/seed{{seed}}_by_concentration.csv",
    log:
        f"{WIRES_DIR}/logs/evaluate/{{job}}/seed{{seed}}.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/evaluate/{{job}}/seed{{seed}}.tsv"
    threads: RESOURCES["evaluate"]["threads"]
    resources:
        mem_mb=RESOURCES["evaluate"]["mem_mb"],
        runtime=RESOURCES["evaluate"]["runtime"],
        gpu=RESOURCES["evaluate"]["gpu"],
    params:
        runs=wires_job_runs,
        disorder={name: plan.disorder for name, plan in WIRES_ENSEMBLES.items()},
        code=code("wires.evaluation"),
    conda:
        "../envs/train.yaml"
    script:
        "../scripts/wires/evaluate.py"


rule wires_metrics:
    message:
        "wires: collect the metrics of all networks"
    input:
        metrics=wires_trained(WIRES_GROUPS, "metrics", ".csv"),
        concentrations=wires_trained(WIRES_GROUPS, "metrics", "_by_concentration.csv"),
    output:
        metrics=f"{WIRES_DIR}/metrics.csv",
        concentrations=f"{WIRES_DIR}/mae_by_concentration.csv",
    log:
        f"{WIRES_DIR}/logs/wires_metrics.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/wires_metrics.tsv"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        runs=sum(map(len, WIRES_JOBS.values())),
        code=code("joined"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/metrics.py"


rule wires_histories:
    message:
        "wires: collect the training histories of all networks"
    input:
        wires_trained(WIRES_GROUPS, "networks"),
    output:
        f"{WIRES_DIR}/histories.csv",
    log:
        f"{WIRES_DIR}/logs/wires_histories.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/wires_histories.tsv"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        runs=sum(map(len, WIRES_JOBS.values())),
        code=code("joined"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/histories.py"


rule wires_baselines:
    message:
        "wires: predictors without a network"
    input:
        ensembles=wires_data(*WIRES_MODEL_I, *wires_plan.IMPURITY_MODELS),
        conductances=wires_data(
            *WIRES_MODEL_I, *wires_plan.IMPURITY_MODELS, file="conductance.parquet"
        ),
    output:
        f"{WIRES_DIR}/baselines.csv",
    log:
        f"{WIRES_DIR}/logs/wires_baselines.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/wires_baselines.tsv"
    threads: 1
    resources:
        mem_mb=8000,
        runtime=60,
    params:
        plans=[
            asdict(WIRES_ENSEMBLES[e])
            for e in (*WIRES_MODEL_I, *wires_plan.IMPURITY_MODELS)
        ],
        ridge_train=WIRES["baselines"]["ridge_train"],
        code=code("wires.baselines"),
    conda:
        "../envs/train.yaml"
    script:
        "../scripts/wires/baselines.py"


rule wires_average:
    message:
        "wires: disorder averages, calculated and predicted"
    input:
        ensemble=wires_data("average")[0],
        conductance=wires_data("average", file="conductance.parquet")[0],
        networks=wires_trained(["model_ii_bias"], "networks"),
    output:
        f"{WIRES_DIR}/average.csv",
    log:
        f"{WIRES_DIR}/logs/wires_average.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/wires_average.tsv"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        runs=[asdict(run) for run in WIRES_GROUPS["model_ii_bias"]],
        code=code("wires.evaluation"),
    conda:
        "../envs/train.yaml"
    script:
        "../scripts/wires/average.py"


rule wires_timing:
    message:
        "wires: time Kwant, the solver and the network on one disorder average"
    input:
        ensemble=wires_data("average")[0],
        networks=wires_trained(["model_ii_bias"], "networks")[0],
    output:
        f"{WIRES_DIR}/timing.json",
    log:
        f"{WIRES_DIR}/logs/wires_timing.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/wires_timing.tsv"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        runs=[asdict(run) for run in WIRES_GROUPS["model_ii_bias"]],
        configurations=WIRES["average"]["configurations"],
        kwant_solves=WIRES["average"]["timing_kwant_solves"],
        energies=WIRES_ENERGIES["bias_energies"],
        code=code("wires.timing"),
    conda:
        "../envs/train.yaml"
    script:
        "../scripts/wires/timing.py"


rule wires_provenance:
    message:
        "wires: code, versions, machines and wall times behind the results"
    input:
        networks=wires_trained(WIRES_GROUPS, "networks"),
        evidence=f"{WIRES_DIR}/evidence.json",
    output:
        f"{WIRES_DIR}/provenance.json",
    log:
        f"{WIRES_DIR}/logs/wires_provenance.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/wires_provenance.tsv"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        settings={
            **{k: SETTINGS[k] for k in ("scale", "seed", "training")},
            "wires": WIRES,
        },
        benchmarks=f"{WIRES_DIR}/benchmarks",
        code=code("provenance"),
    conda:
        "../envs/train.yaml"
    script:
        "../scripts/provenance.py"


rule wires_statistics:
    message:
        "wires: distributions of conductances and predictions"
    input:
        ensembles=wires_data(*WIRES_MODEL_I, *wires_plan.IMPURITY_MODELS),
        conductances=wires_data(
            *WIRES_MODEL_I, *wires_plan.IMPURITY_MODELS, file="conductance.parquet"
        ),
        predictions=wires_trained(WIRES_MODEL_II, "predictions", ".parquet"),
    output:
        f"{WIRES_DIR}/statistics.csv",
    log:
        f"{WIRES_DIR}/logs/wires_statistics.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/wires_statistics.tsv"
    threads: 1
    resources:
        mem_mb=6000,
        runtime=30,
    params:
        names=[*WIRES_MODEL_I, *wires_plan.IMPURITY_MODELS],
        half_bin=WIRES["histogram_half_bin"],
        clean_size=WIRES["impurity_models"]["size"],
        energies=WIRES_ENERGIES,
        runs={group: [wires_largest(group).name] for group in WIRES_MODEL_II},
        code=code("wires.statistics"),
    conda:
        "../envs/solve.yaml"
    script:
        "../scripts/wires/statistics.py"


rule wires_architectures:
    message:
        "wires: layers of the paper's networks"
    output:
        f"{WIRES_DIR}/architectures.csv",
    log:
        f"{WIRES_DIR}/logs/wires_architectures.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/wires_architectures.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        sizes={
            "size": WIRES["model_i"]["sizes"][0],
            "neurons": WIRES["model_i"]["neurons"][0],
            "hidden": WIRES["model_i"]["hidden"],
            "image_size": WIRES["impurity_models"]["size"],
        },
        code=code("wires.networks"),
    conda:
        "../envs/train.yaml"
    script:
        "../scripts/wires/architectures.py"
