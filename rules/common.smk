# What all studies share: the checked settings, where results go, and the aggregate targets.
import sys
from dataclasses import asdict
from os import environ
from pathlib import Path

import yaml

SOURCE = str(Path(workflow.basedir) / "src")
sys.path.insert(0, SOURCE)
# jobs find the library in any environment, those of conda included
environ["PYTHONPATH"] = SOURCE

from hamlearn import digest
from hamlearn.config import ConfigError, load, note

try:
    SETTINGS = load(config)
except ConfigError as error:
    sys.exit(f"error: {error}")

OWN = yaml.safe_load((Path(workflow.basedir) / "config.yaml").read_text())
RESULTS = f"results/{SETTINGS['scale']}"
FIGURES = {
    "wires": [f"wires_fig{number:02d}" for number in range(1, 14)],
    "bubbles": [f"bubbles_fig{number:02d}" for number in range(1, 13)],
}
TABLES = {
    "wires": ["wires_mae"],
    "bubbles": [
        *("bubbles_architecture", "bubbles_bounds", "bubbles_errors", "bubbles_graph"),
        *(
            "bubbles_redundancy",
            "bubbles_robustness",
            "bubbles_speed",
            "bubbles_valley",
        ),
    ],
}
SCALE_NOTES = {study: note(SETTINGS, study, OWN) for study in FIGURES}


wildcard_constraints:
    ensemble="[a-z0-9_.]+",
    shard=r"\d+",
    job="[a-z0-9_.]+",
    seed=r"\d+",


def targets(kind, studies=tuple(SETTINGS["studies"])):
    """The files of all figures or all tables of the studies."""
    names, suffix = {"figures": (FIGURES, "pdf"), "tables": (TABLES, "csv")}[kind]
    return [f"{RESULTS}/{s}/{kind}/{n}.{suffix}" for s in studies for n in names[s]]


def records(studies=tuple(SETTINGS["studies"])):
    """How every network learned, and where the results come from."""
    names = ("histories.csv", "provenance.json")
    return [f"{RESULTS}/{study}/{name}" for study in studies for name in names]


def figure(name):
    """The three files of a figure: vector, picture and the numbers in it."""
    study = name.split("_")[0]
    return {s: f"{RESULTS}/{study}/figures/{name}.{s}" for s in ("pdf", "png", "csv")}


def code(*modules):
    """The fingerprint of library modules, so that changing them reruns the rules that use them."""
    return digest.code(*(f"hamlearn.{module}" for module in modules))
