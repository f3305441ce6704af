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
from hamlearn.bubbles import ensemble

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
    trained = {name: folder / f"{name}.csv" for name in ("histories", "metrics")}
    return {
        "fig02": {"architectures": folder / "architectures.csv"},
        "fig03": {"histories": folder / "histories.csv", **measured},
        "fig04": {
            "ensembles": data(*SCANS),
            "labels": labels,
            "predictions": predicted("full", "smooth"),
            **trained,
            "steps": 2,
        },
        "fig05": {
            "ensembles": data("scan", "scan_wide"),
            "labels": data("scan", "scan_wide", file="labels.parquet"),
            "predictions": predicted("valley_diag", "valley_off"),
            "statistics": folder / "statistics.csv",
        },
        "fig07": {
            "linear_map": folder / "linear_map.npz",
            "errors": folder / "linear_map.csv",
            **measured,
            "side": SETTINGS["side"],
        },
        "fig08": {
            "ensembles": data("more_gaussians", "deformed", "lorentzian_printed"),
            "by_group": folder / "by_group.csv",
            **trained,
            **measured,
            "pixels": SETTINGS["pixels"],
            "trained_on": SETTINGS["bubble"]["count"],
        },
        "fig12": {
            "weak": labels[1],
            "strong": labels[0],
            "predictions": predicted("own", "staircase"),
            **trained,
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


LETTERS = {"fig02": "", "fig03": "abc", "fig04": "abcde", "fig05": "abcdef"}
LETTERS |= {"fig07": "abca′b′c′a″b″c″a‴b‴c‴d".replace("″", "′′").replace("‴", "′′′")}
LETTERS |= {"fig08": "abcdefghij", "fig12": "abcd", "fig13": "abcd"}
LABELS = {
    "fig03": {"epoch", "MAE ($2e^2/h$)"},
    "fig04": {"$E$ ($t$)", "$T$ ($2e^2/h$)", "$z$ ($a$)"},
    "fig05": {"$T_{KK}$ ($2e^2/h$)", "$T_{K'K}$ ($2e^2/h$)", "$E$ ($t$)", "$z$ ($a$)"},
    "fig07": {"$x$ ($a$)", "exact\n$y$ ($a$)", "hopping ($t$)", "mean error of the hoppings (%)"},
    "fig08": {"number of Gaussians $N$", "mean of eq. (6) (%)", "mean of eq. (15) (%)"},
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
    sizes = [text.get_size() for text in drawing.findobj(mpl.text.Text) if text.get_text()]
    assert min(sizes) >= plotting.SMALLEST


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


def test_learning_curves_are_running_medians_in_front_of_the_seeds(results):
    drawing, frame = draw("fig03", results)
    for letter, run in zip("abc", ("full", "valley_off", "valley_diag"), strict=True):
        axis, history = panels(drawing)[letter], frame[frame["run"] == run]
        drawn = lines(axis)
        assert set(drawn) == {"training", "validation", "validation, late mean"}
        assert len(axis.lines) == 2 * (1 + history["seed"].nunique()) + 1 == 7
        median = history.groupby("epoch")["val_mae_median"].mean()
        np.testing.assert_allclose(drawn["validation"].get_ydata(), median)
        last = history.loc[history["epoch"] == history["epoch"].max(), "val_mae"]  # of two epochs
        assert drawn["validation, late mean"].get_ydata() == pytest.approx([last.mean()] * 2)
        assert axis.get_yscale() == "log"
        assert axis.get_title(loc="right").endswith("2 seeds")
        assert "median over 3 epochs" in words(axis)


def test_the_papers_error_is_a_line_at_its_own_scale(results):
    drawing, _ = draw("fig03", results, scale="paper")
    drawn = {letter: lines(axis) for letter, axis in panels(drawing).items()}
    assert drawn["a"]["paper"].get_ydata() == pytest.approx([0.61, 0.61])
    assert drawn["c"]["paper"].get_ydata() == pytest.approx([0.37, 0.37])
    assert "0.37" in words(panels(drawing)["c"])
    assert "paper" not in drawn["b"]  # the made-up ledger states nothing


def test_a_spike_does_not_move_the_median(results, tmp_path):
    epochs = np.arange(1, 31)
    quiet = np.where(epochs == 20, 50.0, 1.0)
    history = pd.DataFrame({"run": "full", "seed": 0, "epoch": epochs, "mae": quiet})
    files.write_csv(tmp_path / "histories.csv", history.assign(val_mae=quiet))
    drawing, _ = draw("fig03", results, histories=tmp_path / "histories.csv")
    drawn = lines(panels(drawing)["a"])
    assert (drawn["validation"].get_ydata() == 1).all()
    assert "median over 11 epochs" in words(panels(drawing)["a"])
    assert drawn["validation, late mean"].get_xdata()[0] == 23.5  # the last seven of 30


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
    rows = frame.dropna(subset="late_mae").set_index("run")
    assert rows.index.tolist() == ["full", "smooth"]
    for run, drawn in lines(axes["e"]).items():
        assert drawn.get_xdata() == pytest.approx([rows["late_mae"][run]])
    assert axes["e"].get_xlabel().endswith("2 epochs, 2 seeds")
    maps = [axis for axis in drawing.findobj(mpl.axes.Axes) if axis.images]
    assert len(maps) == 2


def test_valley_components_have_their_own_panels(results):
    drawing, frame = draw("fig05", results)
    solved = [files.read_table(path) for path in results["fig05"]["labels"]]
    targets = ("t_k_k", "t_kp_kp", "t_k_kp", "t_kp_k")
    shown = [("scan", target) for target in targets]
    shown += [("scan_wide", target) for target in targets[2:]]
    for axis, (name, target) in zip(panels(drawing).values(), shown, strict=True):
        rows = frame[(frame["ensemble"] == name) & (frame["target"] == target)]
        drawn, table = lines(axis), solved[name == "scan_wide"]
        np.testing.assert_allclose(drawn["calculated"].get_ydata(), table[target])
        np.testing.assert_allclose(drawn["predicted"].get_ydata(), rows["predicted"])
        assert drawn["calculated"].get_color() == plotting.RED
        assert drawn["predicted"].get_color() == plotting.BLACK
    for letter, exact in (("c", 0.25), ("f", 0.4)):
        onset = lines(panels(drawing)[letter])
        assert onset["onset, calculated"].get_xdata() == [exact, exact]
        expected = pytest.approx([exact + 0.025] * 2)  # mean of seeds
        assert onset["onset, predicted"].get_xdata() == expected
    (legend,) = drawing.legends
    assert legend.get_title().get_text() == "networks after the last epoch, 2 seeds"


def test_hopping_maps_share_their_colours_and_name_their_error(results):
    drawing, frame = draw("fig07", results)
    images = [image for axis in panels(drawing).values() for image in axis.images]
    assert len(images) == 12
    assert len({image.get_clim() for image in images}) == 1
    maps = ["exact_t", "with_constant_t", "untrained_t", "as_printed_t"]
    assert images[0].get_clim() == (frame["exact_t"].min(), frame["exact_t"].max())
    assert set(maps) <= set(frame)
    rows = frame[frame["direction"] == "b"]
    error = 100 * ((rows["untrained_t"] - rows["exact_t"]) / rows["exact_t"]).abs().mean()
    assert panels(drawing)["b′′"].get_title(loc="right") == f"error {error:.2g} %"
    assert panels(drawing)["a′′"].get_ylabel().startswith("$AF+b$, untrained")
    exact = panels(drawing)["c"].images[0].get_array()
    arrays = files.read_arrays(results["fig07"]["linear_map"])
    np.testing.assert_array_equal(exact, arrays["exact"][2].T)  # y upwards


def test_every_reading_of_the_linear_map_stands_beside_its_controls(results):
    drawing, frame = draw("fig07", results)
    axis = panels(drawing)["d"]
    drawn = lines(axis)
    assert drawn["$h = -1$: 1.9 %"].get_xdata() == pytest.approx([1.9005, 1.9005])
    assert drawn["paper: 1 %"].get_xdata() == [1, 1]
    trained, untrained = (bars.lines[0].get_xydata() for bars in axis.containers)
    assert {"trained layer", "untrained layer"} <= set(drawn)
    np.testing.assert_allclose(trained[:, 0], [4.2, 0.42, 0.42, 6.3, 0.63, 0.63])
    np.testing.assert_allclose(untrained[:, 0], 2 * trained[:, 0])
    named = [label.get_text() for label in axis.get_yticklabels()]
    assert named[:3] == ["$AF$", "$AF+b$", "$AF$, both arrays"] and len(named) == 6
    assert {"0.42 %", "0.84 %", "13 %"} <= set(words(axis))
    assert frame["error_percent"].notna().sum() == 23  # all maps, drawn or not


def test_maps_that_were_not_kept_are_not_drawn(results, tmp_path):
    arrays = files.read_arrays(results["fig07"]["linear_map"])
    kept = {k: v for k, v in arrays.items() if k not in ("with_constant", "untrained")}
    files.write_arrays(tmp_path / "kept.npz", **kept)
    drawing, _ = draw("fig07", results, linear_map=tmp_path / "kept.npz")
    assert "".join(panels(drawing)) == "abca′b′c′d"
    assert panels(drawing)["a′"].get_ylabel().startswith("$AF$, as printed")


def test_robustness_stands_beside_the_paper_and_the_clean_flake(results, tmp_path):
    drawing, frame = draw("fig08", results)
    axes = panels(drawing)
    drawn = lines(axes["d"])
    assert list(drawn) == [
        *("paper's network", "without mode number", "ours", "ours, staircase"),
        *("$T = 2n+1$", "paper"),
    ]
    assert drawn["paper"].get_xydata().tolist() == [[11, 6.5], [15, 9]]
    shown = frame.dropna(subset="late_mae")["run"].tolist()
    assert shown == list(lines(axes["j"])) == ["full", "smooth", "own", "staircase"]
    rows = frame[(frame["ensemble"] == "more_gaussians") & (frame["run"] == "full")]
    np.testing.assert_allclose(drawn["paper's network"].get_ydata(), rows["eq6_percent"])
    np.testing.assert_allclose(rows["eq6_percent"], 4.2 * (1 + 0.06 * rows["group"]))
    rows = frame[(frame["ensemble"] == "deformed") & (frame["run"] == "full")]
    assert lines(axes["e"])["$T = 2n+1$"].get_xdata().tolist() == rows["group"].tolist()
    bars = {bars[0].get_color(): bars for bars in axes["e"].containers if len(bars) == 3}
    (segments,) = bars[plotting.BLACK][2]
    half = np.array([np.ptp(line[:, 1]) / 2 for line in segments.get_segments()])
    np.testing.assert_allclose(half, 0.2 / 0.9 * rows["eq15_percent"])  # of the mean, over flakes
    medians = lines(axes["i"])["paper's network"].get_ydata()
    np.testing.assert_allclose(medians, 0.5 * rows["eq6_percent"])
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
    axis, others = panels(drawing)["d"], [panels(drawing)[letter] for letter in "fh"]
    assert {other.get_ylim() for other in others} == {axis.get_ylim()}
    low, high = axis.get_ylim()
    highest = max(lines(axis)[name].get_ydata().max() for name in ("paper's network", "$T = 2n+1$"))
    assert highest < high < 10 * highest
    lowest = lines(others[1])["ours"].get_ydata().min()
    assert lowest / 2 < low < lowest
    assert np.count_nonzero((axis.get_yticks() > low) & (axis.get_yticks() < high)) >= 2


def test_own_networks_stand_beside_trivial_predictors(results):
    drawing, frame = draw("fig12", results)
    axes = panels(drawing)
    errors = frame[frame["panels"] == "a"].set_index("run")
    runs = ["full", "smooth", "staircase", "own"]
    assert errors.index.tolist() == runs
    drawn = lines(axes["a"])
    assert drawn["trivial"].get_xdata().tolist() == (
        [errors["mae_modes"].mean(), errors["mae_conditional"].mean()]
    )
    for place, run in enumerate(runs):
        assert drawn[run].get_xydata().tolist() == [[errors["late_mae"][run], place]]
    ratio = errors["late_mae"]["own"] / errors["mae_trivial"]["own"]
    assert f"{ratio:.2f} × trivial" in words(axes["a"])
    assert lines(axes["b"])["ours"].get_xdata().tolist() == [1, 2, 3, 4]
    sweep = frame[frame["panels"] == "c"]
    assert set(sweep["ensemble"]) == {"scan_weak"}
    assert ((sweep["own_low"] < sweep["own_high"]) & sweep["calculated"].notna()).all()
    assert set(lines(axes["d"])) == {"calculated", "ours", "ours, staircase"}
    assert "ours, 90 % interval" in {band.get_label() for band in axes["d"].collections}
    assert "paper" not in lines(axes["a"])
    at_scale, _ = draw("fig12", results, scale="paper")
    assert lines(panels(at_scale)["a"])["paper"].get_xydata().tolist() == [[0.61, 0]]


def nth(frame, valley, n):
    """Return the n-th place of each ray of a valley, (rays, 2)."""
    return frame[frame["valley"] == valley].groupby("ray")[["x", "y"]].nth(n).to_numpy()


def test_rays_of_both_valleys_stand_beside_their_conductance(results):
    drawing, frame = draw("fig13", results)
    axes = panels(drawing)
    side = SETTINGS["side"]
    for panel in "ab":
        found = frame[frame["panel"] == panel]
        paths = found.groupby(["valley", "ray"])[["x", "y"]]
        assert len(axes[panel].lines) == len(paths) == 18
        assert (paths.last()["x"].abs() >= side / 2).all()
        assert (paths.last()["y"].abs() <= side / 2).all()
        first, steps = ([nth(found, valley, n) for valley in ("K", "K'")] for n in (0, 1))
        np.testing.assert_array_equal(*first)  # the same places
        angles = [np.arctan2(*(there - here).T) for here, there in zip(first, steps, strict=True)]
        np.testing.assert_allclose(*angles, atol=0.02)  # and directions
        assert np.abs(np.diff([paths.last().loc[v, "y"] for v in ("K", "K'")], axis=0)).max() > 1
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


def test_drawing_needs_neither_pyplot_nor_tensorflow():
    code = (
        "import sys, runpy; sys.path.insert(0, 'src')\n"
        "for n in (2, 3, 4, 5, 7, 8, 12, 14): runpy.run_path(f'scripts/bubbles/fig{n:02d}.py')\n"
        "for n in 'architecture bounds errors redundancy valley robustness speed'.split():\n"
        "    runpy.run_path(f'scripts/bubbles/table_{n}.py')\n"
        "heavy = ('tensorflow', 'keras', 'torch', 'kwant', 'matplotlib.pyplot')\n"
        "print([m for m in heavy if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=made.ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"
