# What all studies share: the checked settings, where results go, and the aggregate targets.
import re
import sys
from dataclasses import asdict
from os import environ, getpid
from pathlib import Path

import yaml

SOURCE = str(Path(workflow.basedir) / "src")
sys.path.insert(0, SOURCE)
# jobs find the library in any environment, those of conda included
environ["PYTHONPATH"] = SOURCE

from hamlearn import digest, jobs
from hamlearn.config import ConfigError, load, note

environ[jobs.WORKFLOW] = str(getpid())  # jobs end with it

try:
    SETTINGS = load(config)
except ConfigError as error:
    sys.exit(f"error: {error}")

RESOURCES = SETTINGS["resources"]
# for every job that imports Keras, whatever the environment says
environ["KERAS_BACKEND"] = SETTINGS["training"]["backend"]
OWN = yaml.safe_load((Path(workflow.basedir) / "config.yaml").read_text())
RESULTS = f"results/{SETTINGS['scale']}"
SCRIPTS = Path(workflow.basedir) / "scripts"
# a script that draws is a figure or a table, and a folder of them is a study
STUDIES = sorted({path.parent.name for path in SCRIPTS.glob("*/fig*.py")})
FIGURES = {
    study: sorted(f"{study}_{path.stem}" for path in SCRIPTS.glob(f"{study}/fig*.py"))
    for study in STUDIES
}
TABLES = {
    study: sorted(
        f"{study}_{path.stem.removeprefix('table_')}"
        for path in SCRIPTS.glob(f"{study}/table_*.py")
    )
    for study in STUDIES
}
SCALE_NOTES = {study: note(SETTINGS, study, OWN) for study in STUDIES}
# captions of the report see the config and no file but their own
config["captions"] = yaml.safe_load(
    (Path(workflow.basedir) / "report" / "captions.yaml").read_text()
)


wildcard_constraints:
    ensemble="[a-z0-9_.]+",
    shard=r"\d+",
    job="[a-z0-9_.]+",
    seed=r"\d+",


def targets(kind, studies=tuple(SETTINGS["studies"])):
    """The files of all figures or all tables of the studies."""
    names, suffix = {"figures": (FIGURES, "pdf"), "tables": (TABLES, "csv")}[kind]
    files = [f"{RESULTS}/{s}/{kind}/{n}.{suffix}" for s in studies for n in names[s]]
    pages = [f"{RESULTS}/{s}/tables/pages" for s in studies if names[s]]
    return files + pages if kind == "tables" else files


def records(studies=tuple(SETTINGS["studies"])):
    """How every network learned, and where the results come from, of studies that train some."""
    names = ("histories.csv", "provenance.json")
    learning = [s for s in studies if (SCRIPTS / s / "train.py").exists()]
    return [f"{RESULTS}/{study}/{name}" for study in learning for name in names]


def reported(path, **place):
    """A file that the report shows, with its caption."""
    return report(path, caption="../report/caption.rst", **place)


def labels(name, **others):
    """What the report's lists say of a figure or a table."""
    caption = config["captions"][name]
    # lists are sorted as text: a space as wide as a digit puts Fig. 2 before Fig. 10
    where = re.sub(r"(?<= )(?=\d\b)", "\N{FIGURE SPACE}", caption["where"])
    return {"where": where, "title": caption["title"], **others}


def figure(name):
    """The three files of a figure: vector, picture and the numbers in it."""
    study = name.split("_")[0]
    files = {s: f"{RESULTS}/{study}/figures/{name}.{s}" for s in ("pdf", "png", "csv")}
    place = {"category": study, "subcategory": "figures", "labels": labels(name)}
    return {**files, "png": reported(files["png"], **place)}


def table(name):
    """The two files of a table: all its numbers, and those that a reader wants."""
    study = name.split("_")[0]
    path = f"{RESULTS}/{study}/tables/{name}"
    place = {"category": study, "subcategory": "tables"}
    raw = reported(
        f"{path}.csv", labels=labels(name, **{"shown as": "raw CSV"}), **place
    )
    return {"csv": raw, "markdown": f"{path}.md"}


def code(*modules):
    """The fingerprint of library modules, so that changing them reruns the rules that use them."""
    return digest.code(*(f"hamlearn.{module}" for module in modules))
