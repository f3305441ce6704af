"""Which networks a user's paths stand for, and what their results say of them."""

import pandas as pd
import pytest
from own_data import describe, kept

from hamlearn import trained

NAME = "model_i_3/dnn_validation"


@pytest.fixture
def results(tmp_path, settings):
    """Results of scale smoke with files for networks of two runs, one with two seeds."""
    folder = tmp_path / "work" / "wires"
    describe(folder, "wires", settings("smoke"))
    for seed in range(2):
        kept(folder, NAME, seed=seed)
    kept(folder, "own", job="other")
    return folder


def found(*given, names=(NAME,)):
    return [(one.name, one.path.parts[-3]) for one in trained.find("wires", given, names)]


def test_a_folder_stands_for_the_networks_of_its_names(results):
    expected = [(NAME, f"seed{seed}") for seed in range(2)]
    assert found(results) == found(results / "networks") == found(results.parent) == expected
    assert found(results / "networks/all/seed1") == expected[1:]
    assert found(results, names=(NAME, "own")) == [*expected, ("own", "other")]


def test_files_stand_for_themselves_once(results):
    second = results / "networks/all/seed1" / f"{NAME}.keras"
    other = results / "networks/other/seed0/own.keras"
    assert found(second, results, other)[::2] == [(NAME, "seed1"), ("own", "other")]


def test_names_may_depend_on_the_settings(results):
    one, two = trained.find("wires", [results], lambda study: list(study.runs))
    assert one.run.n_train == one.results.study.settings["model_i"]["train"][0]
    assert (one.results.scale, trained.scale_of([two])) == ("smoke", "smoke")
    assert one.drawn("i_3") == results / "data/i_3/ensemble.npz"


def test_what_a_killed_training_left_does_not_answer(results):
    path = kept(results, "own")
    hidden = path.parent.with_name(".seed0.4194305") / "own.keras"
    hidden.parent.mkdir()
    path.rename(hidden)
    assert found(results, names=("own",)) == [("own", "other")]
    (one,) = trained.find("wires", [hidden], ())  # unless it is asked for by its name
    assert one.path == hidden


def test_paths_without_networks_are_missing(results, tmp_path):
    for path in (tmp_path / "none", tmp_path / "none.keras", results / "networks/other"):
        with pytest.raises(trained.Missing, match=f"{path}: no trained network of `wires` there"):
            found(path)


def test_results_that_are_not_complete_have_the_settings_of_their_scale(tmp_path):
    path = kept(tmp_path / "smoke/wires", NAME)
    (one,) = trained.find("wires", [path], ())
    assert one.run.n_train == trained.configured("smoke")["wires"]["model_i"]["train"][0]
    assert trained.scale_of([one]) == "smoke"


def test_files_elsewhere_say_nothing_of_their_training(tmp_path):
    path = tmp_path / "own.keras"
    path.write_text("")
    (one,) = trained.find("wires", [path], ())
    assert (one.name, trained.scale_of([one]), trained.scale_of([])) == (
        *("own", "not known"),
        "no network",
    )
    with pytest.raises(ValueError, match="own.keras: in no results"):
        _ = one.run


def test_a_run_that_the_settings_do_not_have_is_named(results):
    (one,) = trained.find("wires", [results / "networks/other"], ("own",))
    with pytest.raises(ValueError, match=f"own.keras: no network by the settings of {results}"):
        _ = one.run


def test_errors_are_those_on_the_test_samples_of_a_run(results):
    (one, _) = trained.find("wires", [results], (NAME,))
    assert one.known.metrics("mae") == {}
    rows = [(NAME, 0.1, "i_3", "i_3"), (NAME, 0.3, "i_3", "i_3"), (NAME, 9.0, "ii", "i_3")]
    frame = pd.DataFrame(rows, columns=["run", "mae", "ensemble", "trained_on"])
    frame.to_csv(results / "metrics.csv", index=False)
    assert one.known.metrics("mae") == {NAME: pytest.approx(0.2)}
    for content, words in {
        "network,error\na,1\n": "metrics.csv: no run, mae in it",
        "": "metrics.csv: expected a table as CSV, found",
    }.items():
        (results / "metrics.csv").write_text(content)
        with pytest.raises(ValueError, match=words):
            one.known.metrics("mae")
