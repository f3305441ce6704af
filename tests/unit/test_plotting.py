"""Common style, statistics over seeds, and atomic saving of figures."""

from pathlib import Path
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from hamlearn import plotting

CLAIMS = Path(__file__).parents[2] / "claims" / "wires.yaml"
KINDS = ("pdf", "png", "csv")


@pytest.fixture
def small():
    drawing = plotting.figure(plotting.ONE_COLUMN, 2, "smoke")
    drawing.subplots().plot([0, 1], [0, 1])
    return drawing, pd.DataFrame({"x": [0, 1], "y_g0": [0.123456789, 1 / 3]})


@pytest.mark.parametrize("kind", ["attributes", "keys"])
def test_save_writes_three_files(kind, small, tmp_path):
    paths = {suffix: tmp_path / "figures" / f"one.{suffix}" for suffix in KINDS}
    plotting.save(*small, SimpleNamespace(**paths) if kind == "attributes" else paths)
    assert sorted(path.name for path in (tmp_path / "figures").iterdir()) == [
        "one.csv",
        "one.pdf",
        "one.png",
    ]
    assert paths["pdf"].read_bytes().startswith(b"%PDF")
    read = pd.read_csv(paths["csv"])
    np.testing.assert_allclose(read, small[1], rtol=1e-4)
    height, width = mpl.image.imread(paths["png"]).shape[:2]
    assert (width, height) == (round(300 * plotting.ONE_COLUMN), 600)


def test_saving_again_gives_the_same_bytes(small, tmp_path):
    written = []
    for number in range(2):
        paths = {kind: tmp_path / f"{number}.{kind}" for kind in KINDS}
        plotting.save(*small, paths)
        written.append([path.read_bytes() for path in paths.values()])
    assert written[0] == written[1]


def test_failed_save_leaves_the_old_file_and_nothing_else(small, tmp_path, monkeypatch):
    paths = {kind: tmp_path / f"one.{kind}" for kind in KINDS}
    plotting.save(*small, paths)
    before = paths["pdf"].read_bytes()

    def fail(path, **_):
        Path(path).write_bytes(b"half a figure")
        raise OSError("disk full")

    monkeypatch.setattr(small[0], "savefig", fail)
    with pytest.raises(OSError, match="disk full"):
        plotting.save(*small, paths)
    assert paths["pdf"].read_bytes() == before
    assert len(list(tmp_path.iterdir())) == len(KINDS)


def test_style_holds_within_a_drawing_and_not_after():
    seen = {}

    @plotting.styled
    def draw():
        seen.update({name: mpl.rcParams[name] for name in ("font.size", "pdf.fonttype")})

    before = dict(mpl.rcParams)
    draw()
    assert seen == {"font.size": 8, "pdf.fonttype": 42}
    assert dict(mpl.rcParams) == before


def test_a_users_matplotlibrc_changes_no_figure(tmp_path):
    """What it sets acts while drawing, and while saving."""

    @plotting.styled
    def draw():
        drawing = plotting.figure(plotting.ONE_COLUMN, 2, "smoke")
        axis = drawing.subplots()
        axis.plot([0, -1], [0, 1e6], label="a")
        axis.legend()
        return drawing

    written = []
    foreign = {
        "font.family": ["serif"],
        "axes.unicode_minus": False,
        "savefig.bbox": "tight",
        "savefig.facecolor": "red",
        "pdf.compression": 0,
        "pdf.fonttype": 3,
        "axes.formatter.limits": [-2, 2],
    }
    for number, own in enumerate(({}, foreign)):
        paths = {kind: tmp_path / f"{number}.{kind}" for kind in KINDS}
        with mpl.rc_context(own):
            plotting.save(draw(), pd.DataFrame({"x": [0]}), paths)
        written.append([path.read_bytes() for path in paths.values()])
    assert written[0] == written[1]


def test_arial_comes_first_and_a_lacking_glyph_from_the_next(monkeypatch):
    names = ["DejaVu Sans", "Nimbus Sans", "Arial", "Comic Sans MS"]
    monkeypatch.setattr(plotting.font_manager, "get_font_names", lambda: names)
    plotting.fonts.cache_clear()
    try:
        with plotting.style():
            assert mpl.rcParams["font.family"] == ["Arial", "Nimbus Sans", "DejaVu Sans"]
    finally:
        plotting.fonts.cache_clear()


def test_seeds_are_counted_in_words():
    assert plotting.seeds_in_words([1, 1]) == "1 seed"
    assert plotting.seeds_in_words([3, 3]) == "mean ± s.d. of 3 seeds"
    assert plotting.seeds_in_words(pd.Series([1, 3])) == "mean ± s.d. of 1 to 3 seeds"
    assert plotting.thousands(1234567) == "1\N{THIN SPACE}234\N{THIN SPACE}567"


def test_mean_over_seeds_leaves_out_diverged_trainings():
    table = pd.DataFrame({"n": [1, 1, 1, 2], "mae": [0.1, 0.3, np.nan, np.nan]})
    found = plotting.over_seeds(table, ["n"])
    assert found["n"].tolist() == [1]
    assert found.loc[0, "mae"] == pytest.approx(0.2)
    assert found.loc[0, "mae_sd"] == pytest.approx(np.sqrt(0.02))
    assert found.loc[0, "seeds"] == 2


def test_paper_values_come_from_the_ledger():
    values = plotting.paper_values(CLAIMS)
    assert values["wires.model_i.mae.20x20"] == 0.38
    assert values["wires.model_ii.mae_gbar.80k"] == 0.095
