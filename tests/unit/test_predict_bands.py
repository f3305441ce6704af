"""Bands of a cell of one's own: files, errors and warnings of one line, table and figure."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from bands_inputs import fields
from own_data import kept, refused, script

from hamlearn.bands import ensemble, image, prediction, solver

networks = pytest.importorskip("hamlearn.bands.networks")

pytestmark = pytest.mark.usefixtures("eagerly")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """An untrained network where the workflow would leave a trained one, and a cell."""
    found = tmp_path_factory.mktemp("work") / "results" / "smoke" / "bands"
    kept(found, "main", networks.small(channels=(4, 4), dense=(8,)))
    image.write(found / "cell.png", fields(1)[0])
    return found


@pytest.fixture
def run(folder):
    """Call the command with an image and further arguments."""

    def called(name, *arguments, networks="networks"):
        given = ["--image", folder / name, "--networks", folder / networks, "--points", 4]
        return script("bands").main(list(map(str, [*given, *arguments])))

    return called


def test_bands_irreps_and_classes_stand_in_the_table(run, folder, tmp_path):
    run("cell.png", "--exact", "--output", tmp_path / "bands.csv", "--figure", tmp_path / "b.png")
    frame = pd.read_csv(tmp_path / "bands.csv", keep_default_na=False)
    assert len(frame) == 13 * 6
    assert frame["point"].unique().tolist() == ["Γ", "", "K", "M"]
    exact = solver.bands(fields(1), frame[["q1", "q2"]].to_numpy()[::6], 6)[0]
    assert np.abs(frame["exact"] - exact.ravel()).max() < 1e-8
    at_k = frame[frame["point"] == "K"]
    assert set(at_k["exact_irrep"]) == {"0", "1"}
    pairs = at_k[at_k["exact_irrep"] == "1"]["exact"].to_numpy()[:2]
    assert pairs[0] == pytest.approx(pairs[1], abs=1e-9)
    assert frame["exact_class"].iloc[0] in prediction.topology.CLASSES
    assert (tmp_path / "b.png").stat().st_size > 10_000


def test_without_a_network_the_exact_bands_remain(run, tmp_path, capsys):
    outputs = ("--output", tmp_path / "bands.csv", "--figure", tmp_path / "b.png")
    run("cell.png", "--exact", *outputs, networks="nowhere")
    assert capsys.readouterr().err.endswith("; the exact answer stands alone\n")
    frame = pd.read_csv(tmp_path / "bands.csv")
    assert [name for name in frame if "exact" in name] == list(frame)[-3:]
    assert "network" not in frame and "class" not in frame
    assert (tmp_path / "b.png").stat().st_size > 10_000


def failed(run, capsys, *arguments) -> str:
    return refused(lambda given: run(*given), capsys, *arguments)


def broken(kind: str) -> np.ndarray:
    cell = fields(1)[0].astype(float)
    if kind == "not_p6":
        cell[3, 5] = 1 - cell[3, 5]
    elif kind == "small":
        return ensemble.holes([0.3], 0.12, 60)[0]
    elif kind == "grey":
        cell = 0.2 + 0.6 * cell
    elif kind == "oblong":
        return cell[:, :90]
    elif kind == "bright":
        cell = 2 * cell
    return cell


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (
            "not_p6",
            "the cell is not p6: a rotation by 60° about pixel (0, 0) or a power of it changes",
        ),
        ("small", "the cell has 60 x 60 pixels, the network takes 100 x 100"),
        ("grey", "100.0% of the pixels are grey"),
        ("oblong", "expected numbers (L, L)"),
        ("bright", "expected values from 0 to 1"),
    ],
)
def test_what_is_wrong_with_an_image_is_said_in_one_line(kind, message, run, folder, capsys):
    np.save(folder / f"{kind}.npy", broken(kind))
    assert message in failed(run, capsys, f"{kind}.npy")


def test_greys_need_a_threshold(run, folder, tmp_path):
    np.save(folder / "grey.npy", broken("grey"))
    run("grey.npy", "--threshold", 0.5, "--output", tmp_path / "one.csv")
    run("cell.png", "--output", tmp_path / "other.csv")
    one, other = (pd.read_csv(tmp_path / name) for name in ("one.csv", "other.csv"))
    assert np.allclose(one["network"], other["network"])


def test_wrong_options_are_refused_before_anything_is_computed(run, capsys):
    assert "expected 2 to" in failed(run, capsys, "cell.png", "--points", 1)
    assert "threshold = 2" in failed(run, capsys, "cell.png", "--threshold", 2)


def test_cells_unlike_those_of_the_training_are_named():
    assert not list(prediction.unlike(fields(1)[0]))
    warnings = list(prediction.unlike(ensemble.holes([0.3], 0.05, 100)[0]))
    words = "outside of what the network was trained on"
    assert any("filled share" in text and words in text for text in warnings)
