"""Figures of the networks of the study `bubbles`, drawn from small made-up results."""

import importlib.util
import subprocess
import sys

import bubbles_results as made
import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from hamlearn import files, plotting
from hamlearn.bubbles import ensemble, sweeps

SETTINGS = made.settings()
SCANS = ("scan", "scan_weak")


def script(name):
    path = made.ROOT / "scripts" / "bubbles" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def arguments(folder):
    """Return the arguments of each drawing function, as the workflow gives them."""

    def data(*names, file="ensemble.npz"):
        return [folder / "data" / name / file for name in names]

    def predicted(*runs):
        return [path for run in runs for path in sorted((folder / "predictions" / run).iterdir())]

    labels = data(*SCANS, file="labels.parquet")
    measured = {"claims": folder / "claims.yaml"}
    return {
        "fig02": {"architectures": folder / "architectures.csv"},
        "fig03": {"histories": folder / "histories.csv"},
        "fig04": {
            "ensembles": data(*SCANS),
            "labels": labels,
            "predictions": predicted("full", "smooth"),
            "steps": 2,
        },
        "fig05": {
            "ensemble": data("scan")[0],
            "labels": labels[0],
            "predictions": predicted("valley_diag", "valley_off"),
            "statistics": folder / "statistics.csv",
        },
        "fig07": {"linear_map": folder / "linear_map.npz", "side": SETTINGS["side"]},
        "fig08": {
            "ensembles": data("more_gaussians", "deformed", "lorentzian_printed"),
            "by_group": folder / "by_group.csv",
            **measured,
            "pixels": SETTINGS["pixels"],
            "trained_on": SETTINGS["bubble"]["count"],
        },
        "fig12": {
            "weak": labels[1],
            "strong": labels[0],
            "predictions": predicted("own", "staircase"),
            "metrics": folder / "metrics.csv",
            "statistics": folder / "statistics.csv",
            **measured,
            "steps": 2,
        },
        "fig13": {
            "ensemble": data("scan")[0],
            "labels": labels[::-1],
            "followed": data("scan_weak", "scan", file="rays.parquet"),
            "decay": 3.37,
            "energy": 0.4,
        },
    }


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return arguments(made.write(tmp_path_factory.mktemp("bubbles"), SETTINGS))


def draw(name, results, **changes):
    return script(name).draw(**{**results[name], "scale": "smoke", **changes})


def panels(drawing):
    """Return the panels with a letter, by their letter."""
    axes = drawing.findobj(mpl.axes.Axes)
    marked = {axis.get_title(loc="left").strip("()"): axis for axis in axes}
    marked.pop("", None)
    return marked


def lines(axis):
    """Return the labelled lines of a panel."""
    return {line.get_label(): line for line in axis.lines if not line.get_label().startswith("_")}


def words(axis):
    return [text.get_text() for text in axis.texts]


LETTERS = {"fig02": "", "fig03": "abc", "fig04": "abcd", "fig05": "abcd", "fig07": "abca′b′c′"}
LETTERS |= {"fig08": "abcde", "fig12": "abcd", "fig13": "abcd"}
LABELS = {
    "fig03": {"epoch", "MAE ($2e^2/h$)"},
    "fig04": {"$E$ ($t$)", "$T$ ($2e^2/h$)", "$z$ ($a$)"},
    "fig05": {"$T_{KK}$ ($2e^2/h$)", "$T_{K'K}$ ($2e^2/h$)", "$E$ ($t$)", "$z$ ($a$)"},
    "fig07": {"$x$ ($a$)", "$y$ ($a$)", "hopping ($t$)"},
    "fig08": {"number of Gaussians $N$", "mean error, eq. (6) (%)", "mean error, eq. (15) (%)"},
    "fig12": {"MAE ($2e^2/h$)", "quartile of the deformation", "$E$ ($t$)"},
    "fig13": {"$x$ ($a$)", "calculated $T$ ($2e^2/h$)", "$E$ ($t$)"},
}


@pytest.mark.parametrize("name", LETTERS)
def test_every_figure_has_its_letters_labels_and_scale(name, results):
    drawing, frame = draw(name, results)
    axes = drawing.findobj(mpl.axes.Axes)
    found = {text for axis in axes for text in (axis.get_xlabel(), axis.get_ylabel())}
    assert LABELS.get(name, set()) <= found
    assert "".join(panels(drawing)) == LETTERS[name]
    assert any(text.get_text() == "scale: smoke" for text in drawing.texts)
    assert drawing.get_figwidth() == plotting.TWO_COLUMNS
    assert len(frame) > 0
    drawing.draw_without_rendering()


def test_network_is_drawn_block_by_block(results):
    drawing, frame = draw("fig02", results)
    (axis,) = drawing.axes
    shown = words(axis)
    assert {"A", "B", "C", "energy and number of modes"} <= set(shown)
    assert "16×16×2\n4 maps\n(92)" in shown  # 76 of the convolution, 16 of the normalisation
    assert f"32\n({plotting.thousands(16544)})" in shown
    assert {"16×16×2", "2", "512", "4\n(12)"} <= set(shown)
    legend = [text.get_text() for text in axis.get_legend().get_texts()]
    assert "convolution 3×3×2" in legend and "average pooling 2×2×1" in legend
    assert plotting.thousands(frame["parameters"].sum()) in axis.get_title()


def test_blocks_collect_the_layers_without_weights(results):
    module = script("fig02")
    layers = pd.read_csv(results["fig02"]["architectures"], keep_default_na=False)
    images = module.blocks(layers[layers["branch"] == "convolution"])
    assert [block.kind for block in images] == ["input", "Conv3D", "Flatten"]
    assert images[0].shape == (16, 16, 2, 1)
    assert images[1].strips == ["BatchNormalization", "AveragePooling3D"]


def test_learning_curves_are_means_in_front_of_the_seeds(results):
    drawing, frame = draw("fig03", results)
    for letter, run in zip("abc", ("full", "valley_off", "valley_diag"), strict=True):
        axis, history = panels(drawing)[letter], frame[frame["run"] == run]
        drawn = lines(axis)
        assert set(drawn) == {"training", "validation"}
        assert len(axis.lines) == 2 * (1 + history["seed"].nunique()) == 6
        mean = history.groupby("epoch")["val_mae"].mean()
        np.testing.assert_allclose(drawn["validation"].get_ydata(), mean)
        assert axis.get_yscale() == "log"


def test_sweep_of_the_total_is_calculated_and_predicted(results):
    drawing, frame = draw("fig04", results)
    axes = panels(drawing)
    for letter, name, path in zip("ab", SCANS, results["fig04"]["labels"], strict=True):
        rows, solved = frame[frame["ensemble"] == name], files.read_table(path)
        total = solved[list(made.VALLEYS)].sum(axis=1)
        drawn = lines(axes[letter])
        assert list(drawn) == ["calculated", "predicted"]
        np.testing.assert_allclose(drawn["calculated"].get_ydata(), total)
        assert to_hex(drawn["calculated"].get_color()).upper() == plotting.RED
        np.testing.assert_allclose(drawn["predicted"].get_ydata(), rows["full"])
        assert (rows["full_least"] <= rows["full"]).all()
        assert (rows["full_most"] > rows["full_least"]).all()  # two seeds that differ
        assert np.unique(rows.loc[rows["zoomed"], "modes"]).size == 3  # two thresholds
    smooth = lines(axes["c"])["predicted, without mode number"]
    assert smooth.get_linestyle() == ":" and smooth.get_color() == plotting.BLUE
    assert len(smooth.get_ydata()) == frame[frame["ensemble"] == "scan"]["zoomed"].sum()
    assert axes["a"].get_ylim()[1] > axes["c"].get_ylim()[1]
    maps = [axis for axis in drawing.findobj(mpl.axes.Axes) if axis.images]
    assert len(maps) == 2


def test_valley_components_have_their_own_panels(results):
    drawing, frame = draw("fig05", results)
    solved = files.read_table(results["fig05"]["labels"])
    targets = ("t_k_k", "t_kp_kp", "t_k_kp", "t_kp_k")
    for axis, target in zip(panels(drawing).values(), targets, strict=True):
        drawn, rows = lines(axis), frame[frame["target"] == target]
        np.testing.assert_allclose(drawn["calculated"].get_ydata(), solved[target])
        np.testing.assert_allclose(drawn["predicted"].get_ydata(), rows["predicted"])
        assert drawn["calculated"].get_color() == plotting.RED
        assert drawn["predicted"].get_color() == plotting.BLACK
    onset = lines(panels(drawing)["c"])
    assert onset["onset, calculated"].get_xdata() == [0.25, 0.25]
    assert onset["onset, predicted"].get_xdata() == pytest.approx([0.275, 0.275])  # mean of seeds


def test_hopping_maps_share_their_colours_and_name_their_error(results):
    drawing, frame = draw("fig07", results)
    images = [image for axis in panels(drawing).values() for image in axis.images]
    assert len({image.get_clim() for image in images}) == 1
    assert images[0].get_clim()[0] <= frame[["exact_t", "mapped_t"]].min().min()
    rows = frame[frame["direction"] == "b"]
    error = 100 * ((rows["mapped_t"] - rows["exact_t"]) / rows["exact_t"]).abs().mean()
    assert panels(drawing)["b′"].get_title(loc="right") == f"mapped, error {error:.2g} %"
    exact = panels(drawing)["c"].images[0].get_array()
    arrays = files.read_arrays(results["fig07"]["linear_map"])
    np.testing.assert_array_equal(exact, arrays["exact"][2].T)  # y upwards


def test_robustness_stands_beside_the_paper_and_the_clean_flake(results, tmp_path):
    drawing, frame = draw("fig08", results)
    axes = panels(drawing)
    drawn = lines(axes["d"])
    assert list(drawn) == [
        *("paper's network", "without mode number", "ours", "ours, staircase"),
        *("$T = 2n+1$", "paper"),
    ]
    assert drawn["paper"].get_xydata().tolist() == [[11, 6.5], [15, 9]]
    rows = frame[(frame["ensemble"] == "more_gaussians") & (frame["run"] == "full")]
    np.testing.assert_allclose(drawn["paper's network"].get_ydata(), rows["eq6_percent"])
    np.testing.assert_allclose(rows["eq6_percent"], 4.2 * (1 + 0.06 * rows["group"]))
    rows = frame[(frame["ensemble"] == "deformed") & (frame["run"] == "full")]
    assert lines(axes["e"])["$T = 2n+1$"].get_xdata().tolist() == rows["group"].tolist()
    count = ensemble.load(results["fig08"]["ensembles"][0]).count.max()
    assert axes["a"].get_title(loc="right") == f"{count} Gaussians"
    nothing = made.ledger(tmp_path / "empty.yaml", {"total.mae": 0.61})
    drawing, _ = draw("fig08", results, claims=nothing)
    assert len(lines(panels(drawing)["d"])["paper"].get_xdata()) == 0


def test_one_prediction_of_nearly_nothing_does_not_hide_the_other_errors(results, tmp_path):
    groups = pd.read_csv(results["fig08"]["by_group"])
    chosen = (groups["run"] == "staircase") & (groups["ensemble"] == "more_gaussians")
    groups.loc[chosen & (groups["group"] == groups["group"].max()), "eq6_percent"] = 1e22
    groups.to_csv(tmp_path / "by_group.csv", index=False)
    drawing, _ = draw("fig08", results, by_group=tmp_path / "by_group.csv")
    axis = panels(drawing)["d"]
    low, high = axis.get_ylim()
    highest = max(lines(axis)[name].get_ydata().max() for name in ("paper's network", "$T = 2n+1$"))
    assert highest < high < 10 * highest
    lowest = lines(axis)["ours"].get_ydata().min()
    assert lowest / 2 < low < lowest
    assert np.count_nonzero((axis.get_yticks() > low) & (axis.get_yticks() < high)) >= 2


def test_own_networks_stand_beside_trivial_predictors(results):
    drawing, frame = draw("fig12", results)
    axes = panels(drawing)
    errors = frame[frame["panels"] == "a"].set_index("run")
    heights = [bar.get_height() for bar in axes["a"].patches]
    runs = ["full", "smooth", "staircase", "own"]
    trivial = [errors["mae_modes"].mean(), errors["mae_conditional"].mean()]
    np.testing.assert_allclose(heights, trivial + [errors["mae"][run] for run in runs])
    assert f"{errors['relative_mae']['own']:.2f}×\ntrivial" in words(axes["a"])
    assert lines(axes["b"])["ours"].get_xdata().tolist() == [1, 2, 3, 4]
    sweep = frame[frame["panels"] == "c"]
    assert set(sweep["ensemble"]) == {"scan_weak"}
    assert ((sweep["own_low"] < sweep["own_high"]) & sweep["calculated"].notna()).all()
    assert set(lines(axes["d"])) == {"calculated", "ours", "ours, staircase"}
    assert "ours, 90 % interval" in {band.get_label() for band in axes["d"].collections}
    assert "paper" not in lines(axes["a"])
    at_scale, _ = draw("fig12", results, scale="paper")
    assert lines(panels(at_scale)["a"])["paper"].get_xydata().tolist() == [[2, 0.61]]


def test_rays_of_both_valleys_stand_beside_their_conductance(results):
    drawing, frame = draw("fig13", results)
    axes = panels(drawing)
    side = SETTINGS["side"]
    for panel in "ab":
        ends = frame[frame["panel"] == panel].groupby("ray")[["x", "y"]].last()
        assert len(axes[panel].lines) == len(ends) == 16
        assert (ends["x"].abs() >= side / 2).all() and (ends["y"].abs() <= side / 2).all()
    several = frame[frame["panel"] == "c"]
    error = (several["classical"] - several["calculated"]).abs().mean()
    assert f"MAE of rays: {error:.2f}" in words(axes["c"])[0]
    assert set(lines(axes["d"])) == {"modes", "calculated", "classical"}


def test_panels_without_results_say_so(results, tmp_path):
    """A study whose networks of a figure were not trained, or not applied."""
    for name, key in (("fig03", "histories"), ("fig08", "by_group"), ("fig12", "metrics")):
        path = tmp_path / f"{key}.csv"
        table = pd.read_csv(results[name][key])
        files.write_csv(path, table[table["run"] == "no_b"])
        drawing, _ = draw(name, results, **{key: path})
        assert "not part of this scale" in {text for a in drawing.axes for text in words(a)} | {
            text for part in drawing.subfigs for a in part.axes for text in words(a)
        }
    for name in ("fig04", "fig05", "fig12"):
        other = [path for path in results["fig08"]["by_group"].parent.glob("predictions/no_b/*")]
        drawing, frame = draw(name, results, predictions=other)
        assert frame["calculated"].notna().any()
        drawing.draw_without_rendering()


def test_networks_are_found_among_others_in_the_same_file(results, tmp_path):
    together = [tmp_path / f"seed{seed}.parquet" for seed in range(2)]
    for path in together:
        apart = results["fig08"]["by_group"].parent.glob(f"predictions/*/{path.name}")
        files.write_table(path, pd.concat(map(files.read_table, sorted(apart)), ignore_index=True))
    for name in ("fig04", "fig05", "fig12"):
        _, found = draw(name, results, predictions=together)
        pd.testing.assert_frame_equal(found, draw(name, results)[1])


def test_predictions_are_of_the_first_seed_with_the_range_of_all(tmp_path):
    for seed, value in ((2, 5.0), (10, 4.0), (1, 3.0)):
        columns = {"run": "full", "seed": seed, "ensemble": "scan", "target": "total"}
        columns |= {"sample": [1, 0]}
        columns |= {"predicted": [value, 2 * value], "low": np.nan, "high": np.nan}
        files.write_table(tmp_path / f"{seed}.parquet", pd.DataFrame(columns))
    found = sweeps.predicted(tmp_path.glob("*.parquet"), "full", "scan")
    assert found["sample"].tolist() == [0, 1]
    assert found["predicted"].tolist() == [6.0, 3.0]
    assert found["least"].tolist() == [6.0, 3.0] and found["most"].tolist() == [10.0, 5.0]
    assert sweeps.predicted(tmp_path.glob("*.parquet"), "smooth", "scan").empty


def test_part_of_a_sweep_holds_as_many_thresholds_as_asked():
    energy = np.linspace(0.005, 0.995, 100)
    sweep = pd.DataFrame({"energy_t": energy, "modes": 2 * np.floor(10 * energy) + 1})
    low, high = sweeps.around_thresholds(sweep, 3)
    inside = sweep[sweep["energy_t"].between(low, high)]
    assert inside["modes"].nunique() == 4
    assert (low + high) / 2 == pytest.approx(0.5, abs=0.06)
    assert sweeps.around_thresholds(sweep[:15], 3) == (energy[0], energy[14])


def test_drawing_needs_neither_pyplot_nor_tensorflow():
    code = (
        "import sys, runpy; sys.path.insert(0, 'src')\n"
        "for n in (2, 3, 4, 5, 7, 8, 12): runpy.run_path(f'scripts/bubbles/fig{n:02d}.py')\n"
        "for n in 'architecture bounds errors redundancy valley robustness speed'.split():\n"
        "    runpy.run_path(f'scripts/bubbles/table_{n}.py')\n"
        "heavy = ('tensorflow', 'keras', 'torch', 'kwant', 'matplotlib.pyplot')\n"
        "print([m for m in heavy if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=made.ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"
