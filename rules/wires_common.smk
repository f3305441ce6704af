# Names and paths of the study `wires`, for its rules.
from hamlearn.wires import plan as wires_plan
from hamlearn.wires import runs as wires_runs

WIRES = SETTINGS["wires"]
WIRES_DIR = f"{RESULTS}/wires"
WIRES_ENSEMBLES = wires_plan.ensembles(WIRES)
WIRES_JOBS = wires_runs.jobs(WIRES)
WIRES_MODEL_I = [f"i_{size}" for size in WIRES["model_i"]["sizes"]]
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


def wires_trained(jobs, folder, suffix=""):
    """The networks, predictions or metrics of training jobs, for each of their seeds."""
    return [
        f"{WIRES_DIR}/{folder}/{job}/seed{seed}{suffix}"
        for job in jobs
        for seed in wires_runs.seeds(WIRES, job)
    ]


def wires_largest(job):
    """The run of a job with the most training samples."""
    return max(WIRES_JOBS[job], key=lambda run: run.n_train)
