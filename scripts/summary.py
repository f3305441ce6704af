"""Compute a small file of a study from what its stages made: by the module of its name."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from hamlearn import files, jobs
from hamlearn.learning.jobs import network_path
from hamlearn.study import Inputs, Run, part


def predictions(paths: list[str], runs: list[str]) -> pd.DataFrame | None:
    """Read the predictions of some runs, of all their seeds; None if there are no files."""
    if not paths:
        return None
    found = pd.concat([files.read_table(path) for path in paths], ignore_index=True)
    return found[found["run"].isin(runs)].reset_index(drop=True)


def inputs(study: str, reads: Mapping, given: Mapping, **options: object) -> Inputs:
    """Read what the plan of the study names; `given` holds the files of these names."""
    load = part(study, "ensemble").load
    drawn = zip(reads["drawn"], given["drawn"], strict=True)
    solved = zip(reads["solved"], given["solved"], strict=True)
    folders = [Path(folder) for folder in given["trained"]]
    return Inputs(
        drawn={name: load(path) for name, path in drawn},
        solved={name: files.read_table(path) for name, path in solved},
        predicted=predictions(given["predicted"], reads["predicted"]),
        trained={
            (run, int(folder.name.removeprefix("seed"))): network_path(folder, run)
            for run in reads["trained"]
            for folder in folders
            if folder.parent.name == reads["jobs"][run]
        },
        tables={name: files.read_small(given[name]) for name in reads["tables"]},
        runs={run["name"]: Run(**run) for run in reads["runs"]},
        **options,
    )


def summarise(study: str, module: str, found: Inputs, settings: dict, output: str) -> None:
    files.write_small(output, part(study, module).summarise(found, settings))


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        study, params = snakemake.wildcards.study, snakemake.params
        names = ("drawn", "solved", "predicted", "trained", *params.reads["tables"])
        given = {name: snakemake.input.get(name, []) for name in names}
        read = inputs(study, params.reads, given, threads=snakemake.threads, root_seed=params.seed)
        output = snakemake.output[0]
        summarise(study, Path(output).stem, read, params.settings, output)
