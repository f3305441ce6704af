"""Tables of the study `bubbles`, and the layers of its network, from small made-up results."""

import bubbles_results as made
import numpy as np
import pandas as pd
import pytest
from test_bubbles_figures import script

from hamlearn import files, tables

SETTINGS = made.settings()


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return made.write(tmp_path_factory.mktemp("bubbles"), SETTINGS)


def checked(text, frame):
    """Return the rows of a table in Markdown, all of one width and without gaps."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert len(lines) == len(frame) + 2
    assert len({line.count("|") for line in lines}) == 1
    assert "nan" not in text and "None" not in text and "scale: smoke" in text
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines[2:]]


def test_numbers_are_readable():
    shown = {0.12345: "0.123", 35000: "35,000", 1e6: "1,000,000", 1234.5: "1234", 1e-7: "1e-07"}
    assert {value: tables.number(value) for value in shown} == shown
    assert [tables.number(value) for value in (None, np.nan, "x", [3, 0.5])] == [
        *("", "", "x"),
        "3, 0.5",
    ]
    frame = pd.DataFrame({"mae": [0.61, 0.5, np.nan], "mae_sd": [0.02, 0.0, 0.0]})
    assert tables.spreads(frame, "mae", 2) == ["0.61 ± 0.02", "0.50", ""]


def test_architecture_is_read_off_layers_and_settings(results):
    module = script("table_architecture")
    data, fit = SETTINGS["data"], SETTINGS["training"]
    used = {"side": SETTINGS["side"], "train": data["train"], "test": data["test"], "factor": 10.0}
    used |= {key: fit[key] for key in ("learning_rate", "batch", "epochs", "seeds")}
    paths = (results / "architectures.csv", results / "claims.yaml")
    text, frame = module.draw(*paths, "smoke", **used)
    rows = {row.setting: (row.paper, row.ours) for row in frame.itertuples()}
    assert rows["convolutional kernel"] == ("3×3×2", "3×3×2")
    assert rows["activation"] == ("swish", "swish")
    assert rows["initialiser of kernels"] == ("He uniform", "He uniform")
    assert rows["dense layers with dropout"] == ("", "32")
    assert rows["dropout"] == ("", "0.2")
    assert rows["input of the convolutions"] == ("", "16×16×2×1")
    assert rows["training samples"] == ("26,250", "120")
    assert rows["parameters"][1] == "16,681"
    assert rows["epochs"] == ("", str(fit["epochs"]))
    assert rows["factor of off-diagonal targets"] == ("", "10")
    checked(text, frame)


def test_adam_has_the_epsilon_of_the_table():
    import keras

    assert keras.optimizers.Adam().epsilon == script("table_architecture").ADAM_EPSILON


def test_bounds_are_in_both_units(results):
    module = script("table_bounds")
    text, frame = module.draw(results / "claims.yaml", SETTINGS["bubble"], 2.46, 20, "smoke")
    height, width, _ = frame.to_dict("records")
    assert (height["paper_a_high"], height["bounds_a_high"]) == (10, 10)
    assert height["bounds_nm_high"] == pytest.approx(2.46)
    assert height["paper_nm_high"] == 2.5
    assert (width["drawn_a_low"], width["drawn_a_high"]) == (0.5, 2.0)
    assert np.isnan(width["paper_a_low"])  # the ledger does not state it
    rows = checked(text, frame)
    assert rows[0] == ["A", "(0, 10)", "(0, 10)", "(0, 2.5)", "(0, 2.46)", "(0, 1)"]


def test_errors_hold_every_network_and_target(results):
    module = script("table_errors")
    text, frame = module.draw(results / "metrics.csv", results / "claims.yaml", "smoke")
    metrics = pd.read_csv(results / "metrics.csv")
    assert len(frame) == len(metrics.drop_duplicates(module.KEYS))
    full = frame[(frame["run"] == "full") & (frame["target"] == "total")]
    full = full.set_index("ensemble")
    assert full["paper_mae"]["train"] == 0.61 and full["paper_eq6_percent"]["train"] == 4.3
    assert full["paper_mae"].drop("train").isna().all()
    of_run = metrics[(metrics["run"] == "full") & (metrics["ensemble"] == "train")]
    assert full["mae"]["train"] == pytest.approx(of_run["mae"].mean())
    assert full["mae_sd"]["train"] == pytest.approx(of_run["mae"].std())
    assert frame["run"].iloc[0] == "full"  # in the order of the metrics
    row = checked(text, frame)[0]
    assert row[:4] == ["full", "test", "T", "0.61"]


def test_redundancy_is_relative_to_the_smaller_network(results):
    module = script("table_redundancy")
    names = ("metrics.csv", "histories.csv", "claims.yaml")
    text, frame = module.draw(*(results / name for name in names), "smoke")
    frame = frame.set_index("run")
    assert frame.index.tolist() == ["full", "no_a", "no_a_zero", "no_b", "smooth"]
    assert frame["reduction_percent"]["no_a"] == pytest.approx(100 * (1 - 1 / 1.4))
    assert np.isnan(frame["reduction_percent"]["full"])
    assert frame["paper_reduction_percent"]["no_a"] == 30
    assert frame["paper_mae"]["full"] == 0.61 and np.isnan(frame["paper_mae"]["smooth"])
    rows = checked(text, frame)
    assert rows[1][-4].startswith("28.6") and rows[1][-3:] == ["2", "2", "2"]
    assert (frame["late_least"] <= frame["late_mae"]).all()
    assert (frame["late_mae"] <= frame["late_most"]).all()
    full, no_a = (frame["late_mae"][run] for run in ("full", "no_a"))
    assert no_a / full == pytest.approx(1.4)
    assert rows[0][4].startswith(f"{full:.3f} (")


def test_redundancy_of_a_single_seed_has_no_spread(results, tmp_path):
    module = script("table_redundancy")
    for name in ("metrics.csv", "histories.csv"):
        table = pd.read_csv(results / name)
        files.write_csv(tmp_path / name, table[table["seed"] == 0])
    names = (tmp_path / "metrics.csv", tmp_path / "histories.csv", results / "claims.yaml")
    rows = checked(*module.draw(*names, "smoke"))
    assert rows[1][-4:] == ["28.6", "2", "2", "1"]


def test_valleys_are_scaled_and_unscaled(results):
    module = script("table_valley")
    names = ("metrics.csv", "statistics.csv", "claims.yaml")
    text, frame = module.draw(*(results / name for name in names), "smoke")
    frame = frame.set_index("target")
    assert frame["paper_mean"]["t_k_k"] == 19.79 and frame["paper_mae"]["t_k_k"] == 0.37
    off = frame.loc["t_k_kp"]
    assert off["mae_unscaled"] == pytest.approx(1.5 * off["mae"])
    assert off["paper_mae_unscaled"] == 0.15 and off["factor"] == 10
    assert np.isnan(frame["mae_unscaled"]["t_kp_kp"])
    assert frame["mean"]["t_kp_kp"] == 5.6 and frame["mean_of_subbands"]["t_kp_kp"] == 5.9
    assert "multiplied by 10 " in text and checked(text, frame)[0][1] == "19.79"


def test_robustness_names_the_trivial_predictor(results):
    module = script("table_robustness")
    names = ("metrics.csv", "by_group.csv", "claims.yaml")
    text, frame = module.draw(*(results / name for name in names), "smoke")
    cases = frame.drop_duplicates("deformation")["deformation"].tolist()
    assert cases == [
        "Gaussians as in training",
        "11 Gaussians",  # 15 is not part of this scale
        "Lorentzians as printed, eq. (16)",
        "Lorentzians with amplitude",
    ]
    eleven = frame[frame["deformation"] == "11 Gaussians"].set_index("run")
    assert eleven["paper_percent"]["full"] == 6.5 and np.isnan(eleven["paper_percent"]["own"])
    assert eleven["eq6_percent"]["full"] == pytest.approx(4.2 * (1 + 0.06 * 11))
    assert eleven["eq6_modes_percent"]["full"] == pytest.approx(20 * (1 + 0.06 * 11))
    assert frame["run"].tolist()[:4] == ["full", "smooth", "own", "staircase"]
    assert eleven["eq6_median_percent"]["full"] == pytest.approx(
        0.5 * eleven["eq6_percent"]["full"]
    )
    rows = checked(text, frame)
    assert rows[4][3] == "6.97 ± 2.1"  # of flakes, not of seeds
    assert rows[4][5] == "6.27 ± 1.4"


def test_one_prediction_of_nearly_nothing_is_seen_to_be_one(results, tmp_path):
    module = script("table_robustness")
    metrics = pd.read_csv(results / "metrics.csv")
    chosen = (metrics["run"] == "staircase") & (metrics["ensemble"] == "train")
    metrics.loc[chosen, "eq6_percent"] = 2.7e12
    metrics.loc[chosen, "eq6_se_percent"] = np.nan  # not kept
    files.write_csv(tmp_path / "metrics.csv", metrics)
    others = (results / "by_group.csv", results / "claims.yaml")
    rows = checked(*module.draw(tmp_path / "metrics.csv", *others, "smoke"))
    assert rows[3][1:6] == ["ours, staircase", "", "2,700,000,000,000", "3.31", "4.41 ± 0.29"]


def test_speed_adds_what_follows_from_the_numbers(results):
    module = script("table_speed")
    text, frame = module.draw(results / "timing.json", results / "claims.yaml", "smoke")
    frame = frame.set_index("quantity")
    assert frame["value"]["Kwant / prediction"] == 8000
    assert frame["paper"]["Kwant / prediction"] == 10000
    assert frame["value"]["entries of the dense Hamiltonian, N²"] == 92400**2
    assert frame["value"]["parameters / N"] == pytest.approx(16681 / 92400)
    assert "a processor" in text
    assert checked(text, frame)[2][2] == ""  # was not measured


def test_layers_are_those_of_the_model():
    from hamlearn.bubbles import architectures, networks

    widths = {name: SETTINGS["networks"][name] for name in ("channels", "dense", "branch")}
    model = networks.mixed_input(16, **widths, dropout=0.2, momentum=0.9)
    frame = architectures.table(model).set_index("layer")
    assert frame["parameters"].sum() == model.count_params()
    kinds = frame["type"].value_counts()
    assert (kinds["Conv3D"], kinds["AveragePooling3D"], kinds["BatchNormalization"]) == (5, 3, 5)
    assert set(frame.loc[frame["type"] == "Conv3D", "kernel"]) == {"3x3x2"}
    branch = frame["branch"]
    assert branch["heights"] == branch["flatten"] == "convolution"
    assert branch["energy"] == "both" and branch["modes"] == "second"
    assert branch["dense_1"] == branch["transmission"] == "joined"
    assert set(frame.loc[branch == "second", "type"]) == {"InputLayer", "Concatenate", "Dense"}


def test_the_summary_of_layers_is_that_of_the_configured_network(settings):
    from hamlearn.bubbles import architectures
    from hamlearn.study import Inputs, Study

    study = Study("bubbles", settings("smoke")["bubbles"])
    frame = architectures.summarise(Inputs(), study.settings_of("architectures.csv"))
    assert list(frame) == list(architectures.COLUMNS)
    widths = frame.loc[frame["type"] == "Conv3D", "output_shape"].str.split("x").str[-1]
    assert widths.astype(int).tolist() == SETTINGS["networks"]["channels"]
