# Names and paths of the study `bubbles`, for its rules.
from hamlearn.bubbles import plan as bubbles_plan
from hamlearn.bubbles import runs as bubbles_runs

BUBBLES = SETTINGS["bubbles"]
BUBBLES_DIR = f"{RESULTS}/bubbles"
BUBBLES_ENSEMBLES = bubbles_plan.ensembles(BUBBLES)
BUBBLES_JOBS = bubbles_runs.jobs(BUBBLES)
BUBBLES_SUMMARISED = (
    *("full", "smooth", "valley_diag", "valley_off"),
    *("own", "staircase"),
)
BUBBLES_CLAIMS = "claims/bubbles.yaml"
BUBBLES_ARCHIVE = "data/bubbles.parquet"
BUBBLES_TRAINING_SETTINGS = (
    *("pixels", "hopping_decay", "energy_window"),
    *("networks", "own"),
)


def bubbles_data(*ensembles, file="ensemble.npz"):
    return [f"{BUBBLES_DIR}/data/{ensemble}/{file}" for ensemble in ensembles]


def bubbles_shards(wildcards):
    count = len(bubbles_plan.shards(BUBBLES, wildcards.ensemble))
    folder = f"{BUBBLES_DIR}/data/{wildcards.ensemble}/shards"
    return [f"{folder}/{k}.parquet" for k in range(count)]


def bubbles_shard_samples(wildcards):
    return bubbles_plan.shards(BUBBLES, wildcards.ensemble)[int(wildcards.shard)]


def bubbles_ray_samples(wildcards):
    """Samples that classical rays are followed through: the first of the test part, or all."""
    plan = BUBBLES_ENSEMBLES[wildcards.ensemble]
    most = BUBBLES["rays"]["samples"] if plan.train else plan.samples
    return plan.train, min(plan.train + most, plan.samples)


def bubbles_ensemble_plan(wildcards):
    return asdict(BUBBLES_ENSEMBLES[wildcards.ensemble])


def bubbles_job_runs(wildcards):
    return [asdict(run) for run in BUBBLES_JOBS[wildcards.job]]


def bubbles_trained(names, folder, suffix=""):
    """Per-seed files of the jobs that train the networks of these names."""
    files = [
        f"{BUBBLES_DIR}/{folder}/{bubbles_runs.job_of(BUBBLES, name)}/seed{seed}{suffix}"
        for name in names
        for seed in bubbles_runs.seeds(BUBBLES, name)
    ]
    return list(dict.fromkeys(files))


def bubbles_all_trained(folder, suffix=""):
    names = [run.name for runs in BUBBLES_JOBS.values() for run in runs]
    return bubbles_trained(names, folder, suffix)


def bubbles_applied_data(wildcards):
    """What the networks of a job are evaluated on, the training ensemble among it."""
    names = [name for run in BUBBLES_JOBS[wildcards.job] for name in run.applied_to]
    names = list(dict.fromkeys(["train", *names]))
    return {
        "ensembles": bubbles_data(*names),
        "solved": bubbles_data(*names, file="transmission.parquet"),
    }
