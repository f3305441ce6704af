"""Pictures of the studies: drawn once more from the files of the smoke build, in memory."""

import importlib
import re

import pytest
from matplotlib.figure import Figure
from support import ROOT

from hamlearn import pictures
from hamlearn.study import setting

NUMBER = re.compile(r"[-\N{MINUS SIGN}]?\d+(\.\d+)?")
"""What stands at the ticks of a scale, not of categories."""


@pytest.fixture
def entry(study, picture):
    """What pictures.yaml says of a picture."""
    return pictures.load(ROOT / "scripts" / study.name)[1][picture]


def paths(study, results, given):
    """The file, or the files, that an entry of pictures.yaml stands for."""
    if given == "claims":
        return str(ROOT / "claims" / f"{study.name}.yaml")
    if isinstance(given, str):
        return str(results / given)
    if "predictions" in given:
        runs = study.chosen_runs(given["predictions"])
        jobs = dict.fromkeys(study.job(study.runs[run]) for run in runs)
        seeds = {job: [given["seed"]] if "seed" in given else study.seeds(job) for job in jobs}
        named = [(job, seed) for job in jobs for seed in seeds[job]]
        return [str(results / "predictions" / job / f"seed{seed}.parquet") for job, seed in named]
    one = isinstance(given["of"], str)
    chosen = study.chosen_ensembles([given["of"]] if one else given["of"])
    files = [str(results / "data" / ensemble / given["file"]) for ensemble in chosen]
    return files[0] if one else files


@pytest.fixture
def drawn(study, results, entry):
    """The figure, or the page of the table, and its frame."""
    draw = importlib.import_module(f"{study.name}.{entry.stem}").draw
    given = {name: paths(study, results, what) for name, what in entry.inputs.items()}
    chosen = {name: setting(study.settings, key) for name, key in entry.settings.items()}
    return draw(**given, **chosen, **entry.constants, scale="smoke")


def test_a_picture_shows_what_stands_beside_it(results, entry, drawn):
    shown, frame = drawn
    path = results / entry.kind / f"{entry.name}.csv"
    digits = "%.5g" if entry.kind == "figures" else None
    assert frame.to_csv(index=False, float_format=digits) == path.read_text(encoding="utf-8")
    assert len(frame)
    if entry.kind == "tables":
        assert shown == path.with_suffix(".md").read_text(encoding="utf-8")
        return
    assert isinstance(shown, Figure)
    assert "scale: smoke" in [text.get_text() for text in shown.texts]
    assert not unlabelled(shown)


def unlabelled(figure: Figure) -> list[str]:
    """The scales of a figure whose numbers have no label, neither there nor below in the column."""
    figure.draw_without_rendering()
    found = []
    for number, axes in enumerate(figure.axes):
        column = [other for other in figure.axes if same_column(axes, other)]
        for name, panels in (("x", [axes]), ("y", column)):
            axis = getattr(axes, f"{name}axis")
            labels = [getattr(panel, f"{name}axis").get_label_text() for panel in panels]
            labels.append(getattr(figure, f"get_sup{name}label")())
            shown = [tick.get_text() for tick in axis.get_ticklabels() if tick.get_visible()]
            if axes.axison and any(NUMBER.fullmatch(text) for text in shown) and not any(labels):
                found.append(f"axes {number}, {name}: {shown}")
    return found


def same_column(one, other) -> bool:
    """Whether axes stand one above the other, as the parts of a broken axis do."""
    pairs = zip(one.get_position().intervalx, other.get_position().intervalx, strict=True)
    return all(abs(a - b) < 0.01 for a, b in pairs)


def test_a_picture_is_described(entry):
    for text in (entry.place, entry.title, entry.shows):
        assert text.strip() == text != ""
    assert not entry.title.endswith(".")
    assert entry.shows.endswith(".")
    assert not entry.ours or entry.ours.endswith(".")
