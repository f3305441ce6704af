"""Figures of rolling: what is drawn follows from the tables, also where these hold little."""

import numpy as np
import pandas as pd
import pytest

from hamlearn import files
from hamlearn.rolling import pipelines, rolls
from hamlearn.rolling.architectures import summarise
from hamlearn.study import Inputs
from rolling import attended, curves, diagrams, fig07, fig09, fig21, looks, table_invariance


@pytest.fixture(scope="module")
def layers(settings):
    return summarise(Inputs(), settings("default")["rolling"])


@pytest.mark.parametrize("kernel", [2, 3, 5])
def test_a_crop_of_tiles_has_every_roll_of_the_image_in_it(kernel):
    image = np.random.default_rng(0).random((6, 6, 2))
    crop, before = fig07.cropped(image, kernel), (kernel - 1) // 2
    assert crop.shape == (6 + kernel - 1, 6 + kernel - 1, 2)
    for a in range(kernel):
        shift = np.array([[before - a, before]])
        part = crop[a : a + 6, :6]
        np.testing.assert_array_equal(part, rolls.apply(image[None], shift)[0])


def test_bypasses_nest_between_pools_and_read_outs_across_them(layers):
    nested = {family: fig09.steps(layers, family)["nested"].tolist() for family in fig09.FAMILIES}
    assert nested == {
        "std": [True, False, False, False, False],
        "res": [True, True, False, True, True],
        "hbfree": [True] * 5,
    }


def test_every_network_has_a_look_of_its_own():
    for families, by in ((pipelines.DENSE, "family"), (pipelines.CIFAR, "family")):
        drawn = [looks.network(family, "", by) for family in families]
        assert len({(look["color"], look["marker"]) for look in drawn}) == len(families)
        assert len({look["label"] for look in drawn}) == len(families)
    drawn = [looks.network(f, kind, "both") for f in pipelines.MNIST for kind in pipelines.KINDS]
    assert len({(look["color"], look["linestyle"]) for look in drawn}) == 6


def test_some_epochs_of_many_are_shown_from_the_first_to_the_last():
    assert attended.chosen([0, 1, 2], 6) == [0, 1, 2]
    shown = attended.chosen(list(range(16)), 6)
    assert len(shown) == 6
    assert shown[:3] == [0, 1, 2]
    assert shown[-1] == 15


def test_attention_begins_even():
    rows = pd.DataFrame([{"run": "a", "epoch": 1, "attention_0": 0.2, "attention_1": 0.6,
                          "attention_sd_0": 0.1, "attention_sd_1": 0.1}])  # fmt: skip
    table = attended.of_run(rows, "a", {"untrained_mean": 0.5, "untrained_sd": 0.0})
    np.testing.assert_allclose(attended.centre(table), [0.5, 0.75])


@pytest.mark.parametrize(
    ("difference", "words"), [(0.01, "yes"), (-0.2, "no"), (-0.03, "not told"), (np.nan, "")]
)
def test_flat_is_what_the_claims_call_so(difference, words):
    assert table_invariance.verdict(difference, 0.01) == words


@pytest.fixture
def tables(tmp_path):
    """Accuracies of one network at one degree of rolling, and of no predictor."""
    row = {"ensemble": "digits_8", "family": "std", "architecture": "std", "kind": "torsum"}
    row |= {"chi_trained": 2, "chi": 2, "accuracy": 0.5, "accuracy_sd": np.nan}
    row |= {"n_train": 2000}
    row |= {"accuracy_max": 0.5, "log10_cost": 0.1, "log10_cost_sd": np.nan}
    files.write_csv(tmp_path / "statistics.csv", pd.DataFrame([row]))
    columns = ["ensemble", "predictor", "n_train", "chi_trained", "chi", "n", "accuracy"]
    files.write_csv(tmp_path / "baselines.csv", pd.DataFrame(columns=columns))
    return tmp_path / "statistics.csv", tmp_path / "baselines.csv"


def test_one_network_at_one_degree_of_rolling_is_drawn(tables):
    panels = [{"title": "standard", "families": ["std"], "kinds": ["conv", "torsum"]}]
    figure, frame = curves.draw(*tables, panels=panels, by="kind", scale="default")
    assert frame[["kind", "chi", "mean"]].to_numpy().tolist() == [["torsum", 2, 50.0]]
    assert "convolution" not in [text.get_text() for text in figure.legends[0].get_texts()]


def test_a_line_joins_three_points_and_not_two(tables):
    rows = pd.read_csv(tables[0])
    panels = [{"title": "standard", "families": ["std"], "kinds": ["torsum"]}]
    for chis, line in (([0, 2], "None"), ([0, 2, 4], "-")):
        more = pd.concat([rows.assign(chi_trained=chi, chi=chi) for chi in chis])
        files.write_csv(tables[0], more)
        figure, _ = curves.draw(*tables, panels=panels, by="kind", scale="default")
        assert figure.axes[0].lines[0].get_linestyle() == line
        title = figure.legends[0].get_title().get_text()
        assert title == "digits, 8 × 8, 2\N{THIN SPACE}000 training images"


def best_of(figure) -> list[float]:
    """The accuracies that stars are drawn at."""
    stars = [line for line in figure.axes[0].lines if line.get_marker() == "*"]
    return [float(line.get_ydata()[0]) for line in stars]


def test_a_star_has_the_accuracy_of_the_best_network(tmp_path):
    metrics = pd.DataFrame({"run": ["a", "b"], "family": "std", "kind": "torsum", "chi": 2})
    metrics = metrics.assign(repeat=[0, 1], ensemble="digits_8", target="class", n_train=2000)
    metrics = metrics.assign(architecture="std", downsample="aligned", floor=0.0, learning_rate=0.1)
    groups = pd.DataFrame({"run": ["a", "b"], "group": "chi", "chi": 2, "accuracy": [0.5, 0.6]})
    files.write_csv(tmp_path / "metrics.csv", metrics)
    files.write_csv(tmp_path / "groups.csv", groups.assign(ensemble="digits_8"))
    figure, _ = fig21.draw(tmp_path / "metrics.csv", tmp_path / "groups.csv", "default")
    assert max(best_of(figure)) == pytest.approx(60)


def test_a_diagram_counts_what_it_shows(layers, tmp_path):
    files.write_csv(tmp_path / "layers.csv", layers)
    networks = [["free", "torsum"], ["full", "conv"]]
    figure, frame = diagrams.draw(tmp_path / "layers.csv", networks, "default")
    titles = [axis.get_title("right") for axis in figure.axes]
    assert titles[0].endswith("438\N{THIN SPACE}073 parameters")
    assert titles[1].endswith("266\N{THIN SPACE}410 parameters")
    assert set(frame["family"]) == {"free", "full"}
