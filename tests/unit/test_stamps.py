"""What stands at the edge of a picture: which settings are not the paper's, by its ledger."""

import pytest
from support import ROOT, with_settings

from hamlearn import claims, config, pictures, plotting, stamps

NAMES = ("wires", "bubbles")
LEDGERS = {name: claims.load(ROOT / "claims" / f"{name}.yaml") for name in NAMES}
PICTURES = {
    key: picture
    for name in NAMES
    for key, picture in pictures.load(ROOT / "scripts" / name)[1].items()
}
THIN = "\N{THIN SPACE}"


@pytest.fixture(scope="module")
def published(raw_config):
    """The configuration of results/paper."""
    read = config.read([ROOT / "config.yaml", ROOT / "two-cores.yaml"])
    return {**read, "scale": "paper"}


def stamped(raw: dict, picture: str) -> str:
    entry = PICTURES[picture]
    return stamps.stamp(config.load(raw), LEDGERS[entry.study], entry)


@pytest.mark.parametrize("picture", PICTURES)
def test_nothing_is_said_of_the_paper_s_own_sizes(raw_config, picture):
    assert stamped({**raw_config, "scale": "paper"}, picture) == "paper"
    assert stamped({**raw_config, "scale": "smoke"}, picture) == "smoke"


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        (
            "wires_fig11",
            "paper; species.neurons 200, 400, 800 (paper 2 000, 2 500, 3 000), "
            "species.train 20 000 (paper 80 000)",
        ),
        ("wires_fig05", "paper"),
        ("wires_fig10", "paper"),
        ("bubbles_fig02", "paper; pixels 50 (paper 100)"),
        (
            "bubbles_fig08",
            "paper; training.total_epochs 30 (paper 100), pixels 50 (paper 100) and 2 more",
        ),
        *((f"bubbles_fig{number}", "paper") for number in ("01", "06", "09", "10", "11")),
    ],
)
def test_each_figure_says_what_differs_in_what_it_shows(published, picture, expected):
    assert stamped(published, picture).replace(THIN, " ") == expected


def test_sizes_edited_in_the_configuration_itself_are_told_by_the_ledger(raw_config):
    """No file is compared with itself."""
    fewer = with_settings(raw_config, {"scale": "paper", "wires.system_size.train": 5000})
    assert (
        stamped(fewer, "wires_fig08") == f"paper; system_size.train 5{THIN}000 (paper 10{THIN}000)"
    )
    assert stamped(fewer, "wires_fig09") == "paper"


def test_what_does_not_change_a_result_is_not_said(raw_config):
    changes = {"scale": "paper", "wires.solver": "archived", "resources.train.gpu": 1}
    assert stamped(with_settings(raw_config, changes), "wires_fig05") == "paper"


def test_more_than_the_paper_had_is_no_difference_where_it_gives_a_bound(raw_config):
    for number, expected in (
        (9000, ""),
        (100, "; data.deformed.samples 100 (paper 6 001 or more)"),
    ):
        changes = {"scale": "paper", "bubbles.data.deformed.samples": number}
        found = stamped(with_settings(raw_config, changes), "bubbles_fig08")
        assert found.replace(THIN, " ") == f"paper{expected}"


def test_a_list_agrees_with_a_number_that_each_entry_is(raw_config):
    changes = {"scale": "paper", "wires.impurity_models.train": [80000, 80000, 60000]}
    changes |= {"wires.species.train": 60000, "wires.species.cnn_train": 60000}
    found = stamped(with_settings(raw_config, changes), "wires_fig10").replace(THIN, " ")
    assert found == "paper; impurity_models.train 80 000, 80 000, 60 000 (paper 80 000)"


def test_a_picture_that_does_not_say_is_compared_by_all_unless_it_reads_nothing(published):
    settings, ledger = config.load(published), LEDGERS["bubbles"]
    texts = {key: "x" for key in ("place", "title", "shows")}
    for inputs, expected in (({}, False), ({"metrics": "metrics.csv"}, True)):
        picture = pictures.Picture(study="bubbles", stem="fig99", inputs=inputs, **texts)
        assert ("pixels 50" in stamps.stamp(settings, ledger, picture)) == expected


@pytest.mark.parametrize("width", [plotting.ONE_COLUMN, plotting.TWO_COLUMNS])
@pytest.mark.parametrize(
    "scale", ["paper", "paper; " + "model_i.train 40 000 (paper 80 000), " * 6]
)
def test_the_stamp_stays_within_the_figure_and_below_the_axes(width, scale):
    @plotting.styled
    def draw():
        figure = plotting.figure(width, 2.4, scale)
        axes = figure.subplots()
        axes.set_xlabel("x")
        figure.draw_without_rendering()
        note, box = figure.texts[0].get_window_extent(), figure.bbox
        assert box.x0 <= note.x0 and note.x1 <= box.x1 and box.y0 <= note.y0
        assert note.y1 <= axes.get_tightbbox().y0
        return figure

    text = draw().texts[0].get_text()
    assert text.replace("\n", " ") == f"scale: {scale}".strip()
