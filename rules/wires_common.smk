# Names and paths of the study `wires`, for its rules.
from hamlearn.wires import plan as wires_plan
from hamlearn.wires import runs as wires_runs

WIRES = SETTINGS["wires"]
WIRES_DIR = f"{RESULTS}/wires"
WIRES_ENSEMBLES = wires_plan.ensembles(WIRES)
WIRES_GROUPS = wires_runs.groups(WIRES)
WIRES_JOBS = wires_runs.jobs(WIRES)
WIRES_MODEL_I = [f"i_{size}" for size in WIRES["model_i"]["sizes"]]
WIRES_MODEL_II = ["model_ii_conductance", "model_ii_bias"]
WIRES_ENERGIES = {
    "fermi_energy": WIRES["fermi_energy"],
    "bias_energies": wires_plan.bias_energies(WIRES),
}
WIRES_CLAIMS = "claims/wires.yaml"
WIRES_ARCHIVE = "data/wires.parquet"
WIRES_ARCHIVED = (*wires_plan.IMPURITY_MODELS, "average")


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


def wires_job_runs(wildcards):
    return [asdict(run) for run in WIRES_JOBS[wildcards.job]]


def wires_training_data(wildcards):
    names = wires_runs.ensembles_of(WIRES_JOBS[wildcards.job])
    return {
        "ensembles": wires_data(*names),
        "conductances": wires_data(*names, file="conductance.parquet"),
    }


def wires_trained(groups, folder, suffix="", seeds=None):
    """The files of the jobs that train some groups, for each of their seeds or for these alone."""
    files = [
        f"{WIRES_DIR}/{folder}/{wires_runs.job_of(WIRES, group)}/seed{seed}{suffix}"
        for group in groups
        for seed in seeds or wires_runs.seeds(WIRES, group)
    ]
    return list(dict.fromkeys(files))


def wires_largest(group):
    """The run of a group with the most training samples."""
    return max(WIRES_GROUPS[group], key=lambda run: run.n_train)
