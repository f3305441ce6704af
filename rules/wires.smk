# Li, Lu, Zhai, Phys. Rev. B 102, 064205 (2020): sample, solve, train, evaluate, draw.
from hamlearn.wires import plan as wires_plan

WIRES = SETTINGS["wires"]
WIRES_DIR = f"{RESULTS}/wires"
WIRES_ENSEMBLES = wires_plan.ensembles(WIRES)
WIRES_GROUPS = wires_plan.groups(WIRES)
WIRES_MODEL_I = [f"i_{size}" for size in WIRES["model_i"]["sizes"]]
WIRES_ENERGIES = {
    "fermi_energy": WIRES["fermi_energy"],
    "bias_energies": wires_plan.bias_energies(WIRES),
}
WIRES_CLAIMS = "claims/wires.yaml"


def wires_data(*ensembles, file="ensemble.npz"):
    return [f"{WIRES_DIR}/data/{ensemble}/{file}" for ensemble in ensembles]


def wires_shards(wildcards):
    count = len(wires_plan.shards(WIRES, wildcards.ensemble))
    return [
        f"{WIRES_DIR}/data/{wildcards.ensemble}/shards/{k}.parquet"
        for k in range(count)
    ]


def wires_shard_samples(wildcards):
    return wires_plan.shards(WIRES, wildcards.ensemble)[int(wildcards.shard)]


def wires_ensemble_plan(wildcards):
    return asdict(WIRES_ENSEMBLES[wildcards.ensemble])


def wires_runs(wildcards):
    return [asdict(run) for run in WIRES_GROUPS[wildcards.group]]


def wires_training_data(wildcards):
    name = WIRES_GROUPS[wildcards.group][0].ensemble
    ensemble, conductance = wires_data(name), wires_data(
        name, file="conductance.parquet"
    )
    return {"ensemble": ensemble[0], "conductance": conductance[0]}


def wires_trained(groups, folder, suffix=""):
    """The networks, predictions or metrics of groups, for every seed that they are trained with."""
    return [
        f"{WIRES_DIR}/{folder}/{group}/seed{seed}{suffix}"
        for group in groups
        for seed in wires_plan.seeds(WIRES, group)
    ]


rule wires:
    input:
        targets("figures", ["wires"]),
        targets("tables", ["wires"]),
        f"{RESULTS}/claims.html",


rule wires_sample:
    output:
        f"{WIRES_DIR}/data/{{ensemble}}/ensemble.npz",
    log:
        f"{WIRES_DIR}/logs/sample/{{ensemble}}.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/sample/{{ensemble}}.tsv"
    conda:
        "../envs/solve.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        plan=wires_ensemble_plan,
        seed=SETTINGS["seed"],
        code=code("wires.ensemble"),
    message:
        "wires: draw the on-site energies of ensemble {wildcards.ensemble}"
    script:
        "../scripts/wires/sample.py"


rule wires_solve:
    input:
        f"{WIRES_DIR}/data/{{ensemble}}/ensemble.npz",
    output:
        f"{WIRES_DIR}/data/{{ensemble}}/shards/{{shard}}.parquet",
    log:
        f"{WIRES_DIR}/logs/solve/{{ensemble}}/{{shard}}.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/solve/{{ensemble}}/{{shard}}.tsv"
    conda:
        "../envs/solve.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=240,
    params:
        samples=wires_shard_samples,
        targets=lambda wildcards: WIRES_ENSEMBLES[wildcards.ensemble].targets,
        energies=WIRES_ENERGIES,
        solver=WIRES["solver"],
        code=code("wires.labels"),
    message:
        "wires: solve shard {wildcards.shard} of ensemble {wildcards.ensemble}"
    script:
        "../scripts/wires/solve.py"


rule wires_merge:
    input:
        wires_shards,
    output:
        f"{WIRES_DIR}/data/{{ensemble}}/conductance.parquet",
    log:
        f"{WIRES_DIR}/logs/merge/{{ensemble}}.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/merge/{{ensemble}}.tsv"
    conda:
        "../envs/solve.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        samples=lambda wildcards: WIRES_ENSEMBLES[wildcards.ensemble].samples,
        code=code("wires.labels"),
    message:
        "wires: join the shards of ensemble {wildcards.ensemble}"
    script:
        "../scripts/wires/merge.py"


rule wires_crosscheck:
    input:
        ensembles=wires_data(*WIRES_ENSEMBLES),
        conductances=wires_data(*WIRES_ENSEMBLES, file="conductance.parquet"),
    output:
        f"{WIRES_DIR}/crosscheck.csv",
    log:
        f"{WIRES_DIR}/logs/crosscheck.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/crosscheck.tsv"
    conda:
        "../envs/solve.yaml"
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
    message:
        "wires: solve a random subset of every ensemble again by Kwant"
    script:
        "../scripts/wires/crosscheck.py"


rule wires_train:
    input:
        unpack(wires_training_data),
    output:
        directory(f"{WIRES_DIR}/networks/{{group}}/seed{{seed}}"),
    log:
        f"{WIRES_DIR}/logs/train/{{group}}/seed{{seed}}.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/train/{{group}}/seed{{seed}}.tsv"
    conda:
        "../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=6000,
        runtime=720,
        gpu=0,
    params:
        runs=wires_runs,
        seed=SETTINGS["seed"],
        training=WIRES["training"],
        code=code("wires.training"),
    message:
        "wires: train group {wildcards.group}, seed {wildcards.seed}"
    script:
        "../scripts/wires/train.py"


rule wires_evaluate:
    input:
        unpack(wires_training_data),
        networks=f"{WIRES_DIR}/networks/{{group}}/seed{{seed}}",
    output:
        predictions=f"{WIRES_DIR}/predictions/{{group}}/seed{{seed}}.parquet",
        metrics=f"{WIRES_DIR}/metrics/{{group}}/seed{{seed}}.csv",
        concentrations=f"{WIRES_DIR}/metrics/{{group}}/seed{{seed}}_by_concentration.csv",
    log:
        f"{WIRES_DIR}/logs/evaluate/{{group}}/seed{{seed}}.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/evaluate/{{group}}/seed{{seed}}.tsv"
    conda:
        "../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=6000,
        runtime=60,
        gpu=0,
    params:
        runs=wires_runs,
        code=code("wires.evaluation"),
    message:
        "wires: apply the networks of group {wildcards.group}, seed {wildcards.seed}"
    script:
        "../scripts/wires/evaluate.py"


rule wires_metrics:
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
    conda:
        "../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        runs=sum(map(len, WIRES_GROUPS.values())),
    message:
        "wires: collect the metrics of all networks"
    script:
        "../scripts/wires/metrics.py"


rule wires_histories:
    input:
        wires_trained(WIRES_GROUPS, "networks"),
    output:
        f"{WIRES_DIR}/histories.csv",
    log:
        f"{WIRES_DIR}/logs/wires_histories.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/wires_histories.tsv"
    conda:
        "../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        runs=sum(map(len, WIRES_GROUPS.values())),
    message:
        "wires: collect the training histories of all networks"
    script:
        "../scripts/wires/histories.py"


rule wires_baselines:
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
    conda:
        "../envs/train.yaml"
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
    message:
        "wires: predictors without a network"
    script:
        "../scripts/wires/baselines.py"


rule wires_average:
    input:
        ensemble=wires_data("average"),
        conductance=wires_data("average", file="conductance.parquet"),
        networks=wires_trained(["model_ii_bias"], "networks"),
    output:
        f"{WIRES_DIR}/average.csv",
    log:
        f"{WIRES_DIR}/logs/wires_average.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/wires_average.tsv"
    conda:
        "../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        runs=[asdict(run) for run in WIRES_GROUPS["model_ii_bias"]],
        code=code("wires.evaluation"),
    message:
        "wires: disorder averages, calculated and predicted"
    script:
        "../scripts/wires/average.py"


rule wires_timing:
    input:
        ensemble=wires_data("average"),
        networks=wires_trained(["model_ii_bias"], "networks")[0],
    output:
        f"{WIRES_DIR}/timing.json",
    log:
        f"{WIRES_DIR}/logs/wires_timing.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/wires_timing.tsv"
    conda:
        "../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        runs=[asdict(run) for run in WIRES_GROUPS["model_ii_bias"]],
        configurations=WIRES["average"]["configurations"],
        kwant_solves=WIRES["average"]["timing_kwant_solves"],
        energies=WIRES_ENERGIES["bias_energies"],
        code=code("wires.evaluation"),
    message:
        "wires: time Kwant, the solver and the network on one disorder average"
    script:
        "../scripts/wires/timing.py"


rule wires_statistics:
    input:
        ensembles=wires_data(*WIRES_MODEL_I, *wires_plan.IMPURITY_MODELS),
        conductances=wires_data(
            *WIRES_MODEL_I, *wires_plan.IMPURITY_MODELS, file="conductance.parquet"
        ),
        predictions=wires_trained(
            ["model_ii_conductance", "model_ii_bias"], "predictions", ".parquet"
        ),
    output:
        f"{WIRES_DIR}/statistics.csv",
    log:
        f"{WIRES_DIR}/logs/wires_statistics.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/wires_statistics.tsv"
    conda:
        "../envs/solve.yaml"
    threads: 1
    resources:
        mem_mb=6000,
        runtime=30,
    params:
        names=[*WIRES_MODEL_I, *wires_plan.IMPURITY_MODELS],
        half_bin=WIRES["histogram_half_bin"],
        energies=WIRES_ENERGIES,
        code=code("wires.statistics"),
    message:
        "wires: distributions of conductances and predictions"
    script:
        "../scripts/wires/statistics.py"


rule wires_architectures:
    output:
        f"{WIRES_DIR}/architectures.csv",
    log:
        f"{WIRES_DIR}/logs/wires_architectures.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/wires_architectures.tsv"
    conda:
        "../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        model_i=WIRES["model_i"],
        size=WIRES["impurity_models"]["size"],
        code=code("wires.networks"),
    message:
        "wires: layers of the paper's networks"
    script:
        "../scripts/wires/architectures.py"
