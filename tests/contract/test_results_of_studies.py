"""What the smoke build leaves of every study in results/smoke (`make smoke` builds it)."""

import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from studies import error_of
from support import ROOT

from hamlearn import claims, files, pictures, verdicts
from hamlearn.learning.jobs import DESCRIPTION
from hamlearn.study import part


def test_every_ensemble_is_complete_and_exact(study, results):
    for name, plan in study.ensembles.items():
        folder = results / "data" / name
        assert len(part(study.name, "ensemble").load(folder / "ensemble.npz")) == plan.samples
        if name in study.solved:
            module, solved = part(study.name, "labels"), files.read_table(folder / "labels.parquet")
            assert solved["sample"].tolist() == list(range(plan.samples))
            assert (solved[list(module.CHECKS)].max() < 1e-6).all()
            targets = [target for target in module.TARGETS if target in solved]
            assert np.isfinite(solved[targets]).all(axis=None)


def test_the_reference_agrees_with_every_ensemble(study, results):
    if not study.solved:
        pytest.skip("a study whose ensembles bring their labels")
    checked = pd.read_csv(results / "crosscheck.csv").set_index("ensemble")
    assert set(checked.index) == set(study.solved)
    module, samples = part(study.name, "labels"), study.settings["crosscheck_samples"]
    for name in study.solved:
        assert checked.loc[name, "n"] == min(samples, study.ensembles[name].samples)
    assert checked["max_difference"].max() <= module.AGREEMENT
    assert {f"max_{check}" for check in module.CHECKS} <= set(checked)


def test_every_run_has_its_errors_once_for_each_seed(study, results):
    if not study.runs:
        pytest.skip("a study that trains nothing")
    metrics = pd.read_csv(results / "metrics.csv")
    assert set(list(metrics)[: len(DESCRIPTION)]) == set(DESCRIPTION)
    applied = [name for name in ("ensemble", "target") if name in metrics]
    assert not metrics.duplicated(["run", "seed", *applied]).any()
    planned = {(run.name, seed) for run in study.runs.values() for seed in range(run.seeds)}
    assert set(zip(metrics["run"], metrics["seed"], strict=True)) == planned
    described = [name for name in ("family", "architecture", "trained_on", "n_train")]
    for name, rows in metrics.groupby("run"):
        run = study.runs[name]
        assert (rows[described] == [getattr(run, key) for key in described]).all(axis=None)
        assert set(rows["job"]) == {study.job(run)}
        if "ensemble" in metrics:
            assert set(rows["ensemble"]) == set(run.applied_to)
    error = error_of(study)
    assert (metrics[f"{error}_trivial"] > 0).all()
    relative = metrics[error] / metrics[f"{error}_trivial"]
    assert np.allclose(relative, metrics[f"relative_{error}"], rtol=1e-6, equal_nan=True)


def test_every_planned_picture_is_there_and_no_other(study, results):
    _, planned = pictures.load(ROOT / "scripts" / study.name)
    for kind, suffixes in (("figures", "csv pdf png"), ("tables", "csv md")):
        expected = {
            f"{picture.name}.{suffix}"
            for picture in planned.values()
            for suffix in suffixes.split()
            if picture.kind == kind
        }
        found = {path.name for path in (results / kind).glob("*.*")}
        assert found == expected


def test_a_figure_is_large_and_a_table_readable(study, results):
    _, planned = pictures.load(ROOT / "scripts" / study.name)
    for picture in planned.values():
        path = results / picture.kind / f"{picture.name}.csv"
        assert pd.read_csv(path).notna().any(axis=1).all(), picture.name
        if picture.kind == "tables":
            assert path.with_suffix(".md").read_text(encoding="utf-8").count("|") > 10
            continue
        width, height = Image.open(path.with_suffix(".png")).size
        assert width >= 3.1 * 300, picture.name
        assert height >= 1.5 * 300, picture.name
        assert path.with_suffix(".pdf").read_bytes().startswith(b"%PDF")


def test_every_claim_has_its_evidence(study, results):
    found = json.loads((results / "evidence.json").read_text(encoding="utf-8"))
    ledger = claims.load(ROOT / "claims" / f"{study.name}.yaml")
    attempted = [claim.id for claim in ledger.results if claim.not_attempted is None]
    assert [record["claim"] for record in found] == attempted
    judged = claims.from_records(found)
    for claim in ledger.results:
        assert verdicts.judge(claim, judged.get(claim.id))[0] in verdicts.VERDICTS


def test_the_record_of_a_study_says_how_to_repeat_it(study, results, settings):
    record = json.loads((results / "provenance.json").read_text(encoding="utf-8"))
    used = settings("smoke")
    assert record["settings"] == {k: used[k] for k in ("scale", "seed", "training", study.name)}
    assert set(record["code"]) == {"version", "commit", "dirty"}
    assert {"python", "hamlearn", "snakemake", "numpy", "kwant", "keras"} <= set(record["packages"])
    assert set(record["machine"]) == {"cpu", "cores", "system"}
    stages = record["wall_times"]
    assert "sample" in stages
    assert all(stage["seconds"] > 0 and stage["jobs"] > 0 for stage in stages.values())
    listed = [job for group in record["trained_on"] for job in group["jobs"]]
    planned = [f"{job}/seed{seed}" for job in study.jobs for seed in study.seeds(job)]
    assert sorted(listed) == sorted(planned)
    for group in record["trained_on"]:
        assert group["code"]["version"]
        assert group["device"]
