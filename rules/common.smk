# What all studies share: the checked settings, the file names of every stage, and the report's words.
import re
import sys
from dataclasses import asdict
from os import environ, getpid
from pathlib import Path

SOURCE = str(Path(workflow.basedir) / "src")
sys.path.insert(0, SOURCE)
# jobs find the library in any environment, those of conda included
environ["PYTHONPATH"] = SOURCE

from hamlearn import config as configuration
from hamlearn import claims, digest, jobs, pictures, stamps
from hamlearn.study import ARCHIVED, Study, setting

environ[jobs.WORKFLOW] = str(getpid())  # jobs end with it

BASE = Path(workflow.basedir)
SCRIPTS = BASE / "scripts"
FINGERPRINTS = digest.Kept(
    Path(".snakemake", "fingerprints.json").absolute(), BASE, (SCRIPTS, BASE / "src")
)
try:
    configuration.read(workflow.configfiles)  # more strictly than Snakemake did
    SETTINGS = configuration.load(config)
    STUDIES = {name: Study(name, SETTINGS[name]) for name in SETTINGS["studies"]}
    WORKS = {name: pictures.load(SCRIPTS / name) for name in STUDIES}
    LEDGERS = {
        name: claims.load(Path(workflow.basedir) / f"claims/{name}.yaml")
        for name in STUDIES
    }
except (OSError, ValueError) as error:
    sys.exit(f"error: {error}")

RESOURCES = SETTINGS["resources"]
# for every job that imports Keras, whatever the environment says
environ["KERAS_BACKEND"] = SETTINGS["training"]["backend"]
RESULTS = f"results/{SETTINGS['scale']}"
PICTURES = {name: p for _, found in WORKS.values() for name, p in found.items()}
SCALE_NOTES = {
    name: stamps.stamp(SETTINGS, LEDGERS[picture.study], picture)
    for name, picture in PICTURES.items()
}
# captions of the report see the config and no file but their own
config["captions"] = {name: work for name, (work, _) in WORKS.items()}
for picture in PICTURES.values():
    work = {"work": WORKS[picture.study][0]}
    config["captions"][picture.name] = {**picture.caption, **work}
config["captions"]["scorecard"] = {
    "place": "all works",
    "title": "claims and what came out",
    "shows": "What the works state beside what came out here, claim by claim.",
}
SUMMARIES = sorted({name for study in STUDIES.values() for name in study.summaries})


wildcard_constraints:
    study="|".join(STUDIES),
    ensemble="[a-z0-9_.]+",
    shard=r"\d+",
    job="[a-z0-9_.]+",
    seed=r"\d+",
    summary="|".join(map(re.escape, SUMMARIES)) or "none",


def study(wildcards):
    return STUDIES[wildcards.study]


def of_repository(path):
    """A file of the repository, which another working directory (--directory) does not change."""
    base = Path(workflow.basedir)
    return path if Path.cwd() == base else str(base / path)


# The files of every stage.


def data(name, ensembles, file="ensemble.npz"):
    """A file of each of some ensembles, by their names."""
    return [f"{RESULTS}/{name}/data/{ensemble}/{file}" for ensemble in ensembles]


def labels(name, ensembles):
    """The labels of some ensembles, of those whose labels are solved for."""
    solved = [ensemble for ensemble in ensembles if ensemble in STUDIES[name].solved]
    return data(name, solved, "labels.parquet")


def by_job(name, folder, suffix="", runs=None, seed=None):
    """A file of each job and seed that trains some runs, or any, in the order of the jobs."""
    made = STUDIES[name]
    chosen = made.runs if runs is None else made.chosen_runs(runs)
    wanted = dict.fromkeys(made.job(made.runs[run]) for run in chosen)
    return [
        f"{RESULTS}/{name}/{folder}/{job}/seed{number}{suffix}"
        for job in wanted
        for number in (made.seeds(job) if seed is None else [seed])
    ]


def networks(name, runs=None):
    return by_job(name, "networks", runs=runs)


def predictions(name, runs=None, seed=None):
    return by_job(name, "predictions", ".parquet", runs, seed)


def drawn_or_read(name, given):
    """The file, or the files, that an entry of pictures.yaml stands for."""
    if given == "claims":
        return of_repository(f"claims/{name}.yaml")
    if isinstance(given, str):
        return f"{RESULTS}/{name}/{given}"
    if "predictions" in given:
        return predictions(name, given["predictions"], given.get("seed"))
    one = isinstance(given["of"], str)
    chosen = [given["of"]] if one else STUDIES[name].chosen_ensembles(given["of"])
    found = data(name, chosen, given["file"])
    return found[0] if one else found


def targets(kind, studies=tuple(STUDIES)):
    """The files of all figures or all tables of the studies."""
    suffix = {"figures": "pdf", "tables": "csv"}[kind]
    files = [
        f"{RESULTS}/{p.study}/{kind}/{p.name}.{suffix}"
        for p in PICTURES.values()
        if p.kind == kind and p.study in studies
    ]
    pages = [f"{RESULTS}/{s}/tables/pages" for s in studies if tables_of(s)]
    return files + pages if kind == "tables" else files


def tables_of(name):
    return [p.name for p in PICTURES.values() if p.kind == "tables" and p.study == name]


def records(studies=tuple(STUDIES)):
    """Where the results come from, and how every network learned."""
    names = {s: ["provenance.json"] for s in studies}
    for name in studies:
        names[name] += ["histories.csv"] if STUDIES[name].runs else []
    return [f"{RESULTS}/{s}/{file}" for s, files in names.items() for file in files]


# What the report shows.


def reported(path, **place):
    """A file that the report shows, with its caption."""
    return report(path, caption="../report/caption.rst", **place)


def listed(name, **others):
    """What the report's lists say of a figure or a table."""
    caption = config["captions"][name]
    # lists are sorted as text: a space as wide as a digit puts Fig. 2 before Fig. 10
    where = re.sub(r"(?<= )(?=\d\b)", "\N{FIGURE SPACE}", caption["place"])
    return {"where": where, "title": caption["title"], **others}


def shown(picture):
    """The files of a figure (vector, picture, its numbers) or of a table (numbers, page)."""
    path = f"{RESULTS}/{picture.study}/{picture.kind}/{picture.name}"
    place = {"category": picture.study, "subcategory": picture.kind}
    if picture.kind == "figures":
        png = reported(f"{path}.png", labels=listed(picture.name), **place)
        return {"pdf": f"{path}.pdf", "png": png, "csv": f"{path}.csv"}
    raw = listed(picture.name, **{"shown as": "raw CSV"})
    csv = reported(f"{path}.csv", labels=raw, **place)
    return {"csv": csv, "markdown": f"{path}.md"}


def code(script, study=None, **options):
    """The fingerprint of a script and all of the library that it reaches, so that it reruns."""
    paths = [script] if isinstance(script, str) else script
    return FINGERPRINTS.script(*paths, study=study, **options)


# What the rules of rules/stages.smk ask of a study.


def solved_in(one_shard):
    """A pattern for the ensembles that are solved in one shard, or in several."""
    names = [
        f"(?<={name}/data/){re.escape(ensemble)}"
        for name, made in STUDIES.items()
        for ensemble in made.solved
        if (len(made.shards(ensemble)) == 1) == one_shard
    ]
    return "|".join(names) or "none"


def shard(wildcards):
    """The samples of a shard, half-open; of the only one, if it has no number."""
    return study(wildcards).shards(wildcards.ensemble)[int(wildcards.get("shard", 0))]


def archived(wildcards):
    """The ensembles whose labels are kept in an archive: those that the plan names, or all."""
    return study(wildcards).chosen_ensembles(
        study(wildcards).reads("archive").solved or study(wildcards).solved
    )


def training_samples(wildcards, ensembles):
    return {name: study(wildcards).ensembles[name].train for name in ensembles}


def summary_files(wildcards):
    made, reads = study(wildcards), study(wildcards).reads(wildcards.summary)
    return {
        "drawn": data(wildcards.study, made.chosen_ensembles(reads.drawn)),
        "solved": labels(wildcards.study, made.chosen_ensembles(reads.solved)),
        "predicted": predictions(wildcards.study, reads.predicted),
        "trained": networks(wildcards.study, reads.trained),
        **tables_read(wildcards, wildcards.summary),
    }


def summary_names(wildcards):
    """The names that belong to the files of a summary, and the runs among them."""
    made, reads = study(wildcards), study(wildcards).reads(wildcards.summary)
    runs = made.chosen_runs([*reads.predicted, *reads.trained])
    return {
        "drawn": made.chosen_ensembles(reads.drawn),
        "solved": made.chosen_ensembles(reads.solved),
        "predicted": made.chosen_runs(reads.predicted),
        "trained": made.chosen_runs(reads.trained),
        "tables": list(reads.tables),
        "runs": [made.runs[run].evaluation for run in runs],
        "jobs": {run: made.job(made.runs[run]) for run in runs},
    }


def evidence_files(wildcards):
    """The tables that claims are judged by, none before the labels passed their cross-check."""
    checked = {"crosscheck": f"{RESULTS}/{wildcards.study}/crosscheck.csv"}
    return {
        **(checked if study(wildcards).solved else {}),
        **tables_read(wildcards, "evidence"),
        "ledger": of_repository(f"claims/{wildcards.study}.yaml"),
    }


def tables_read(wildcards, stage):
    folder = f"{RESULTS}/{wildcards.study}"
    return {
        name: f"{folder}/{file}"
        for name, file in study(wildcards).reads(stage).tables.items()
    }


def arguments(picture):
    """What a picture is drawn with, besides files."""
    found = {
        k: setting(SETTINGS[picture.study], v) for k, v in picture.settings.items()
    }
    return {**found, **picture.constants}
