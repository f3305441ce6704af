"""What is published at the papers' scale, and that the pages show nothing else."""

import importlib.util
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from support import ROOT

from hamlearn import archive, bubbles, config
from hamlearn.bubbles import ensemble, labels, plan, prediction
from hamlearn.learning import training
from hamlearn.study import Study

PUBLISHED = ROOT / "results" / "paper"


def test_scorecard_and_pages_show_what_was_published():
    command = [sys.executable, "scripts/publish.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("study", ["wires", "bubbles", "rolling", "bands", "bitei", "hamiltonians"])
def test_every_figure_and_record_of_a_study_is_published(study):
    folder = PUBLISHED / study
    solved = importlib.util.find_spec(f"hamlearn.{study}.labels")
    records = ("metrics.csv", "histories.csv", "provenance.json")
    for name in (*records, "crosscheck.csv") if solved else records:
        assert (folder / name).is_file(), name
    figures = sorted(folder.glob("figures/*.png"))
    assert figures
    for figure in figures:
        assert figure.with_suffix(".pdf").is_file()
        assert figure.with_suffix(".csv").is_file()


def test_published_wires_agree_with_kwant():
    table = pd.read_csv(PUBLISHED / "wires" / "crosscheck.csv")
    assert table["max_difference"].max() <= 1e-8
    assert table["max_unitarity"].max() < 1e-6


def test_published_bubbles_agree_with_kwant():
    table = pd.read_csv(PUBLISHED / "bubbles" / "crosscheck.csv")
    assert table["max_difference"].max() <= 1e-7
    assert table["max_unitarity"].max() < 1e-6


def test_the_published_network_predicts_what_was_solved():
    training.configure(threads=1, seed=0)
    settings = config.load({**config.read([ROOT / "config.yaml"]), "scale": "paper"})
    study = Study("bubbles", settings["bubbles"])
    law, how = study.ensembles[plan.FRESH], study.settings_of("solve")
    drawn = ensemble.draw(law, settings["seed"], 0, 40)
    table = archive.read(ROOT / "data" / "bubbles.parquet", law, drawn, (0, 40), how)
    networks, flake = prediction.load([PUBLISHED / "bubbles/networks/own/seed0/own.keras"])
    errors, covered, spreads = [], [], []
    for row, exact in zip(table.itertuples(), labels.total(table), strict=True):
        heights = bubbles.height_map(drawn.sample(row.sample), flake.side, flake.side, flake.pixels)
        energy = np.array([row.energy_t])
        assert flake.modes(energy)[0] == row.modes
        said = prediction.curve(networks, heights, np.array([row.modes]), energy).iloc[0]
        errors.append(abs(said["conductance_g0"] - exact))
        covered.append(said["low_g0"] <= exact <= said["high_g0"])
        spreads.append(row.modes - exact)
    assert np.mean(errors) < 0.6  # 2e²/h, where 2n + 1 is off by several
    assert np.mean(errors) < 0.2 * np.mean(spreads)
    assert np.mean(covered) >= 0.75  # of intervals for 90 %


def test_the_page_of_differences_states_the_published_errors_of_bubbles():
    table = pd.read_csv(PUBLISHED / "bubbles" / "metrics.csv")
    tested = table[(table["ensemble"] == plan.TRAIN) & (table["target"] == "total")]
    mae = tested.groupby("run")["mae"].mean()
    said = f"`own` is off by {mae['own']:.2f} on average. The paper's network is off by"
    stated = f"{said} {mae['full']:.2f} after 30"
    page = " ".join((ROOT / "docs" / "differences.md").read_text(encoding="utf-8").split())
    assert stated in page
    rays = pd.read_csv(PUBLISHED / "bubbles" / "figures" / "bubbles_fig13.csv")
    rays = rays[rays["panel"] == "c"]
    off = rays[["classical", "modes"]].sub(rays["calculated"], axis=0).abs().mean()
    assert f"off by {off['classical']:.2f} on {len(rays):,} test flakes" in page
    assert f"modes is off by {off['modes']:.1f}" in page


def test_published_errors_follow_from_the_published_trivial_ones():
    table = pd.read_csv(PUBLISHED / "wires" / "metrics.csv")
    ratio = table["mae"] / table["mae_trivial"]
    pd.testing.assert_series_equal(ratio, table["relative_mae"], check_names=False, rtol=1e-9)
