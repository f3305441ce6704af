"""What is published at the papers' scale, and that the README shows nothing else."""

import subprocess
import sys

import pandas as pd
import pytest
from support import ROOT

PUBLISHED = ROOT / "results" / "paper"


def test_the_readme_shows_the_published_claims():
    command = [sys.executable, "scripts/readme_table.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("study", ["wires"])
def test_every_figure_and_record_of_a_study_is_published(study):
    folder = PUBLISHED / study
    for name in ("metrics.csv", "histories.csv", "provenance.json", "crosscheck.csv"):
        assert (folder / name).is_file(), name
    figures = sorted(folder.glob("figures/*.png"))
    assert figures
    for figure in figures:
        assert figure.with_suffix(".pdf").is_file()
        assert figure.with_suffix(".csv").is_file()


def test_published_wires_agree_with_kwant():
    table = pd.read_csv(PUBLISHED / "wires" / "crosscheck.csv")
    assert table["max_difference_g0"].max() <= 1e-8
    assert table["max_unitarity"].max() < 1e-6


def test_published_errors_follow_from_the_published_trivial_ones():
    table = pd.read_csv(PUBLISHED / "wires" / "metrics.csv")
    ratio = table["mae_g0"] / table["mae_trivial_g0"]
    pd.testing.assert_series_equal(ratio, table["relative_mae"], check_names=False, rtol=1e-9)
