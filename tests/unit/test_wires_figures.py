"""Every figure and the table of the study `wires`, drawn from small made-up results."""

import functools
import importlib.util
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from hamlearn import files, plotting
from hamlearn.claims import load
from hamlearn.wires import ensemble, statistics
from hamlearn.wires.evidence import EVIDENCE, Tables

ROOT = Path(__file__).parents[2]
CLAIMS = ROOT / "claims" / "wires.yaml"
SIZE = 8
TARGETS = ("conductance_g0", "bias_conductance_g0")
LARGEST = tuple(f"ii/{target}_300" for target in TARGETS)
MODELS = {"ii": [0.0, 5.0], "iii": [0.0, 2.5, 5.0], "iv": [0.0, 5 / 3, 10 / 3, 5.0]}


def script(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / "wires" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def conductances(rng, folder, count, **columns):
    frame = pd.DataFrame({"sample": np.arange(count), **columns})
    files.write_table(folder / "labels.parquet", frame)
    return folder / "labels.parquet"


def metrics_row(family, run, seed, **values):
    row = {
        "run": run,
        "family": family,
        "seed": seed,
        "trained_on": run.rpartition("/")[0],
        "model": "i",
        "length": 3,
        "width": 3,
        "disorder_t": 4.0,
        "target": "conductance_g0",
        "architecture": "dnn",
        "hidden": 3,
        "neurons": 20,
        "parameters": 1061,
        "n_train": 400,
        "n_test": 100,
        "stopping": "train_plateau",
        "epochs": 60,
        "max_epochs": 60,
        "starts_from": "",
        "train_seconds": 2.0,
        "mae": 0.2 + 0.01 * seed,
        "mae_median": 0.3,
        "mae_count": np.nan,
    }
    row |= values
    row["mae_trivial"] = row["mae_median" if row["model"] == "i" else "mae_count"]
    row["relative_mae"] = row["mae"] / row["mae_trivial"]
    return row


def metrics(seeds):
    """Errors of networks of every family; the folder of a run is what it is trained on."""
    rows = []
    for seed in range(seeds):
        for size in (3, 5):
            at = {"length": size, "width": size}
            for rule, epochs in (("train_plateau", 60), ("validation", 10 + size)):
                net = {"stopping": rule, "epochs": epochs, **at}
                rows.append(metrics_row("model_i", f"i_{size}/{rule}", seed, **net))
            few = {"n_train": 200, "mae": 0.9}
            rows.append(metrics_row("model_i", f"i_{size}/dnn_200", seed, **few, **at))
            own = {"architecture": "scattering", "stopping": "validation"}
            own |= {"starts_from": "i_3/own", "n_train": 300} if size > 3 else {}
            rows.append(metrics_row("scattering", f"i_{size}/own", seed, **own, **at))
            net = {"hidden": 1, "neurons": 10, "disorder_t": 2.0}
            rows.append(metrics_row("system_size", f"a_{size}/1x10", seed, **net, **at))
            for depth, width in ((1, 30), (1, 60), (3, 30)):
                for n_train in (128, 256):
                    net = {"hidden": depth, "neurons": width, "n_train": n_train}
                    rows.append(metrics_row("training_set", f"a_{size}/dnn", seed, **net, **at))
        common = {"length": SIZE, "width": SIZE, "mae_count": 0.15, "mae_median": 1.9}
        for target in TARGETS:
            net = {"architecture": "cnn", "model": "ii", "target": target, **common}
            for n_train in (150, 300):
                run = f"ii/{target}_{n_train}"
                net |= {"stopping": "validation", "n_train": n_train}
                rows.append(metrics_row("model_ii", run, seed, **net))
            net["stopping"] = "train_plateau"
            rows.append(metrics_row("model_ii", f"ii/{target}_flat", seed, **net))
        for model in MODELS:
            net = {"model": model, **common}
            for depth in (1, 2):
                rows.append(metrics_row("species", f"{model}/dnn", seed, hidden=depth, **net))
            net["architecture"] = "cnn"
            rows.append(metrics_row("species", f"{model}/cnn", seed, **net))
        own = {"architecture": "scattering", "model": "ii", **common}
        few = {"n_train": 10, "mae_count": 0.25, "starts_from": "small_ii/own"}
        rows.append(metrics_row("scattering", "ii/own", seed, **{**own, **few}))
        small = {**own, "mae": 0.9, "length": 4, "n_train": 1500, "train_seconds": 30.0}
        rows.append(metrics_row("scattering", "small_ii/own", seed, **small))
        for length, width in ((1, 1), (1, 2), (2, 1)):
            net = {"length": length, "width": width, "hidden": 1, "neurons": 5}
            rows.append(metrics_row("one_and_two_sites", f"{length}x{width}/dnn", seed, **net))
        net = {"hidden": 1, "disorder_t": 1.0}
        rows.append(metrics_row("disorder_strength", "a_3x3_w1/dnn", seed, **net))
    return pd.DataFrame(rows)


def statistics_of(data):
    """Statistics as the workflow computes them, of the conductances in some files."""
    tables = []
    for name in ("i_3", "i_5"):
        values = files.read_table(data[name])["conductance_g0"].to_numpy()
        tables.append(statistics.distribution(name, int(name[2:]), np.tile(values, 25), 0.1))
    low = np.arange(20) / 20
    for number, model in enumerate(MODELS):
        at = {"source": model, "target": "conductance_g0", "length": SIZE, "error": 0.01, "n": 50}
        values = {"low": low, "high": low + 0.05, "value": 0.5 * np.exp(-(3 - number) * low)}
        for quantity in ("spread", "mean"):
            tables.append(pd.DataFrame({"quantity": quantity, **values, **at}))
    for run in LARGEST:
        for name in ("true", "predicted"):
            shares = {"quantity": f"histogram_{name}", "run": run, "seed": 0}
            values = {"low": [0.0, 0.2], "high": [0.2, 0.4], "value": [0.7, 0.3]}
            tables.append(pd.DataFrame({"source": "ii", **values, **shares}))
    return pd.concat(tables, ignore_index=True)


def write_results(folder, seeds):
    """Write what the figures read, in the workflow's formats; return the arguments of each."""
    rng = np.random.default_rng(7)
    data = {}
    for name in ("i_3", "i_5"):
        size = int(name[2:])
        values = rng.uniform(-2, 2, (40, size, size)).astype(np.float32)
        wires = ensemble.Ensemble(values, disorder=np.array(4.0))
        ensemble.save(folder / name / "ensemble.npz", wires)
        labels = rng.uniform(0, 2.5, 40)
        data[name] = conductances(rng, folder / name, 40, conductance_g0=labels)
    for name, energies in MODELS.items():
        n = rng.uniform(size=50)
        impure = rng.uniform(size=(50, SIZE, SIZE)) < n[:, None, None]
        species = (impure * rng.integers(1, len(energies), impure.shape)).astype(np.uint8)
        wires = ensemble.Ensemble(None, species, np.array(energies), n)
        ensemble.save(folder / name / "ensemble.npz", wires)
        labels = SIZE * np.exp(-n / 0.1)
        columns = {"conductance_g0": labels, "bias_conductance_g0": 0.9 * labels}
        data[name] = conductances(rng, folder / name, 50, **columns)

    def predictions(name, runs):
        parts = []
        for error, run in enumerate(runs, start=1):
            true = rng.uniform(0, 2.5, 30)
            columns = {"sample": np.arange(30), "true": true, "predicted": true - 0.1 * error}
            parts.append({"run": run, "seed": 0, "ensemble": run.split("/")[0], **columns})
            if run == LARGEST[1]:
                parts.append({**parts[-1], "ensemble": "average", "predicted": true + 9})
        path = folder / f"{name}.parquet"
        files.write_table(path, pd.concat(map(pd.DataFrame, parts), ignore_index=True))
        return path

    names = ("metrics", "bins", "average", "layers", "statistics")
    tables = {name: folder / f"{name}.csv" for name in names}
    files.write_csv(tables["statistics"], statistics_of(data))
    files.write_csv(tables["metrics"], metrics(seeds))
    low = np.arange(10) / 10
    parts = [
        {
            "run": run,
            "seed": seed,
            "concentration_low": low,
            "concentration_high": low + 0.1,
            "mae": np.where(low < 0.9, np.exp(-low), np.nan),
            "mae_count": np.exp(-2 * low),
        }
        for run in (*LARGEST, *(f"ii/{target}_150" for target in TARGETS))
        for seed in range(seeds)
    ]
    files.write_csv(tables["bins"], pd.concat(map(pd.DataFrame, parts)))
    names = [f"{kind}_{of}_g0" for kind in ("mean", "std") for of in ("true", "predicted")]
    parts = [
        {
            "seed": seed,
            "concentration": [0.0, 0.05, 1.0],
            **{name: [8, 1 + seed, 0] for name in names},
            "mean_predicted_g0": [7.5, 1 + seed, 0.2],
        }
        for seed in range(seeds)
    ]
    files.write_csv(tables["average"], pd.concat(map(pd.DataFrame, parts)))
    columns = ["architecture", "layer", "type", "output_shape", "parameters", "activation"]
    columns += ["kernel", "stride"]
    rows = [
        ("dnn", "input", "InputLayer", "9", 0, "", "", ""),
        ("dnn", "hidden_1", "Dense", "20", 2000, "relu", "", ""),
        ("dnn", "output", "Dense", "1", 21, "linear", "", ""),
        ("cnn", "input", "InputLayer", "8x8x1", 0, "", "", ""),
        ("cnn", "conv_1", "Conv2D", "4x4x16", 80, "relu", "2x3", "2x1"),
        ("cnn", "flatten", "Flatten", "256", 0, "", "", ""),
        ("cnn", "output", "Dense", "1", 257, "linear", "", ""),
    ]
    files.write_csv(tables["layers"], pd.DataFrame(rows, columns=columns))

    measured = {"metrics": tables["metrics"], "claims": CLAIMS}
    return {
        "fig01": {
            "model_i": [folder / name / "ensemble.npz" for name in ("i_5", "i_3")],
            "model_ii": folder / "ii" / "ensemble.npz",
            "disorder": 4.0,
            "concentration": 0.3,
        },
        "fig02": {"statistics": tables["statistics"]},
        "fig03": {
            "ensemble": folder / "ii" / "ensemble.npz",
            "conductance": data["ii"],
            "concentrations": [0.01, 0.5, 0.99],
            "max_points": 20,
        },
        "fig04": {"architectures": tables["layers"]},
        "fig05": {
            "predictions": [
                predictions("larger", [LARGEST[1], "i_5/train_plateau", "i_5/validation"]),
                predictions("smaller", ["i_3/train_plateau", "i_3/dnn_200"]),
            ],
            **measured,
            "sizes": [3, 5],
            "stopping": ["train_plateau", "validation"],
        },
        "fig06": {
            "predictions": [predictions("ii", [*LARGEST, "ii/conductance_g0_150"])],
            **measured,
            "by_concentration": tables["bins"],
            "statistics": tables["statistics"],
        },
        "fig07": {"average": tables["average"]},
        "fig08": {"metrics": tables["metrics"]},
        "fig09": measured,
        "fig10": {
            "ensembles": [folder / name / "ensemble.npz" for name in MODELS],
            "conductances": [data[name] for name in MODELS],
            "statistics": tables["statistics"],
            "models": list(MODELS),
            "max_points": 20,
        },
        "fig11": measured,
        "fig12": measured,
        "fig13": {**measured, "goals": {3: 0.08, 5: 0.16}},
    }


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return write_results(tmp_path_factory.mktemp("results"), seeds=2)


@pytest.fixture(scope="module")
def drawn(results):
    """A function from the name of a figure to the figure and its frame, drawn once."""
    return functools.cache(lambda name: script(name).draw(**results[name], scale="smoke"))


EXPECTED = {  # columns of the drawn values, and labels that some axis must carry
    "fig01": ({"region", "column", "row", "onsite_t"}, {r"on-site energy $\epsilon_i$ ($t$)"}),
    "fig02": (
        {"panel", "length", "low", "high", "value", "error"},
        {"$G/G_0$", "$P(G)$", "above − below (%)"},
    ),
    "fig03": (
        {"concentration", "conductance_g0", "bias_conductance_g0"},
        {"$n$ (%)", "$G/G_0$", r"$\bar{G}/G_0$"},
    ),
    "fig04": ({"panel", "architecture", "parameters"}, set()),
    "fig05": (
        {"true", "predicted", "mae", "mae_sd"},
        {r"$G_\mathrm{True}/G_0$", r"$G_\mathrm{NN}/G_0$", "MAE ($G_0$)"},
    ),
    "fig06": (
        {"true", "predicted", "n_train", "mae", "mae_count"},
        {r"$G_\mathrm{True}/G_0$", r"$\bar{G}_\mathrm{NN}/G_0$", "MAE ($G_0$)", "$n$ (%)"},
    ),
    "fig07": (
        {"concentration", "mean_true_g0", "std_predicted_g0"},
        {"$n$ (%)", r"mean of $\bar{G}$ ($G_0$)", r"standard deviation of $\bar{G}$ ($G_0$)"},
    ),
    "fig08": ({"hidden", "neurons", "length", "mae"}, {"system size", "MAE ($G_0$)"}),
    "fig09": ({"n_train", "hidden", "mae"}, {r"$N_\mathrm{train}$", "MAE ($G_0$)"}),
    "fig10": (
        {"model", "concentration", "conductance_g0", "low", "spread_g0"},
        {"$n$ (%)", "$G/G_0$", r"$\sigma_G$ ($G_0$)"},
    ),
    "fig11": ({"model", "hidden", "mae"}, {r"$N_\mathrm{hidden}$", "MAE ($G_0$)"}),
    "fig12": ({"species", "mae", "mae_count"}, {"number of impurity species"}),
    "fig13": ({"series", "length", "mae", "relative_mae"}, {"MAE ($G_0$)"}),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_every_figure_draws_what_it_says(name, drawn):
    drawing, frame = drawn(name)
    columns, labels = EXPECTED[name]
    assert columns <= set(frame.columns)
    assert len(frame) > 0
    axes = drawing.findobj(mpl.axes.Axes)
    assert labels <= {text for axis in axes for text in (axis.get_xlabel(), axis.get_ylabel())}
    assert any(text.get_text() == "scale: smoke" for text in drawing.texts)
    assert all(axis.has_data() or axis.patches or axis.collections for axis in axes)
    width = drawing.get_figwidth()
    assert width in (plotting.ONE_COLUMN, plotting.TWO_COLUMNS)


@pytest.mark.parametrize("name", EXPECTED)
def test_no_text_is_smaller_than_6_pt(name, drawn):
    drawing, _ = drawn(name)
    drawing.draw_without_rendering()  # makes the labels of the ticks
    for text in drawing.findobj(mpl.text.Text):
        if text.get_visible() and text.get_text():
            assert text.get_fontsize() >= plotting.SMALLEST, text.get_text()


def texts(drawing):
    """All that is written in a figure, legends included."""
    return [text.get_text().replace("\n", " ") for text in drawing.findobj(mpl.text.Text)]


@pytest.mark.parametrize("name", ["fig05", "fig06", "fig08", "fig09", "fig11", "fig12", "fig13"])
def test_figures_of_errors_say_over_how_many_seeds_and_what_ended_the_trainings(name, drawn):
    drawing, _ = drawn(name)
    written = texts(drawing)
    assert any("mean ± s.d. of 2 seeds" in text for text in written)
    assert any("60 epochs (cap)" in text for text in written)
    assert not any("flat training loss" in text for text in written)
    if name in ("fig05", "fig13"):
        assert any("lowest held-out loss of 13 to 15 epochs" in text for text in written)


def test_figures_of_several_panels_have_letters(drawn):
    for name in ("fig02", "fig03", "fig05", "fig06", "fig10", "fig12"):
        drawing, _ = drawn(name)
        titles = [axis.get_title(loc="left") for axis in drawing.findobj(mpl.axes.Axes)]
        letters = sorted(title for title in titles if title)
        assert letters == [f"({mark})" for mark in "abcdefgh"[: len(letters)]]
        assert len(letters) > 1


def test_drawn_error_is_the_mean_and_deviation_over_seeds(drawn):
    _, frame = drawn("fig08")
    np.testing.assert_allclose(frame["mae"], 0.205)
    np.testing.assert_allclose(frame["mae_sd"], np.std([0.20, 0.21], ddof=1))
    assert (frame["seeds"] == 2).all()


@pytest.mark.parametrize("name", ["fig08", "fig09", "fig11", "fig12", "fig13"])
def test_figures_of_errors_survive_missing_results(name, tmp_path):
    """A diverged training (NaN), and a scale without these groups."""
    module = script(name)
    options = {} if name == "fig08" else {"claims": CLAIMS}
    options |= {"goals": {}} if name == "fig13" else {}
    rows = metrics(1)
    rows.loc[rows.index % 2 == 0, ["mae", "relative_mae"]] = np.nan
    assert rows["mae"].notna().any()
    for number, table in enumerate((rows, rows[rows["family"] == "one_and_two_sites"])):
        path = tmp_path / f"{number}.csv"
        files.write_csv(path, table)
        drawing, frame = module.draw(path, **options, scale="smoke")
        assert not frame["mae"].isna().any()
        drawing.draw_without_rendering()


def parity_errors(frame, panels):
    parity = frame[frame["series"] == "parity"].groupby("panel")
    found = [parity.get_group(panel) for panel in panels]
    assert [len(table) for table in found] == [30] * len(panels)  # one run, its own ensemble
    return [(table["true"] - table["predicted"]).mean() for table in found]


def test_predictions_of_a_run_are_found_among_those_of_others(drawn):
    """In these files the error of a network tells the place of its run."""
    _, frame = drawn("fig05")
    assert parity_errors(frame, "ab") == pytest.approx([0.1, 0.2])
    _, frame = drawn("fig06")
    assert parity_errors(frame, "ac") == pytest.approx([0.1, 0.2])


def test_wire_has_leads_of_zero_energy_and_all_sites(drawn):
    _, frame = drawn("fig01")
    lead = frame[frame["region"] == "lead"]
    assert (lead["onsite_t"] == 0).all()
    inside = frame[frame["region"] == "scattering"].groupby("panel")
    assert inside.size().to_dict() == {"a": 9, "b": SIZE**2}  # the last, as none has 10 x 10
    assert set(inside.get_group("b")["onsite_t"]) <= {0.0, 5.0}
    assert inside.get_group("a")["onsite_t"].abs().max() <= 2


def test_the_wire_of_ten_sites_is_preferred(results, tmp_path):
    paths = []
    for size in (3, 10, 5):
        values = np.full((2, size, size), 0.1 * size, dtype=np.float32)
        paths.append(tmp_path / f"{size}.npz")
        ensemble.save(paths[-1], ensemble.Ensemble(values, disorder=np.array(4.0)))
    _, frame = script("fig01").draw(**{**results["fig01"], "model_i": paths}, scale="smoke")
    inside = frame[(frame["panel"] == "a") & (frame["region"] == "scattering")]
    assert len(inside) == 100
    assert np.allclose(inside["onsite_t"], 1)


def test_the_networks_of_figure_13_are_the_best_trained(drawn):
    _, frame = drawn("fig13")
    found = frame.groupby("series")["panels"].apply(lambda panels: sorted(panels))
    both = {"dnn_train_plateau": ["abd"] * 2, "dnn_validation": ["abd"] * 2}
    assert found.to_dict() == {**both, "cnn": ["c"], "scattering": ["abd", "abd", "c"]}
    np.testing.assert_allclose(frame["mae"], 0.205)
    assert (frame["seeds"] == 2).all()


def test_table_sets_paper_beside_ours(results):
    given = {name: results["fig12"][name] for name in ("metrics", "claims")}
    text, frame = script("table_mae").draw(**given, scale="smoke")
    row = frame[(frame["claim"] == "wires.model_i.mae.3x3")].iloc[0]
    assert row.paper == 0.1
    assert row.n_train_paper == 40000
    assert row.n_train == 400
    assert row.relative_mae == pytest.approx(row.mae / 0.3)
    stated = {"wires.model_ii.mae_g.30k", "wires.model_ii.mae_gbar.80k", "wires.app_b.mae.iv"}
    assert stated | {"wires.app_a.mae.1x2"} <= set(frame["claim"])
    held_out, cut = "lowest held-out loss of 13 epochs", "60 epochs (cap)"
    assert set(frame["network"]) >= {f"DNN 3×20, {held_out}", f"DNN 3×20, {cut}"}
    rules = frame.loc[frame["system"] == f"model II, G, {SIZE}×{SIZE}", "network"]
    assert list(rules[:3]) == [f"CNN, lowest held-out loss of {cut}"] * 2 + [f"CNN, {cut}"]
    np.testing.assert_allclose(frame["mae"], 0.205)
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert len(lines) == len(frame) + 2
    assert len({line.count("|") for line in lines}) == 1
    assert "nan" not in text and "scale: smoke" in text


def judged(claim, **tables):
    """The evidence for a claim, from the tables that a figure is drawn from."""
    entry = next(entry for entry in load(CLAIMS).results if entry.id == claim)
    read = {name: pd.read_csv(path) for name, path in tables.items()}
    return EVIDENCE[claim](entry, Tables(**{"metrics": None, **read}))


def test_figure_2_names_the_differences_by_which_the_asymmetry_is_judged(drawn, results):
    drawing, frame = drawn("fig02")
    claim = judged("wires.model_i.histogram.asymmetric", **results["fig02"])
    rows = frame[frame["panel"].isin(["b", "c"])]
    largest = (rows["value"] / rows["error"]).abs().groupby([rows["length"], rows["panel"]]).max()
    assert largest.groupby("length").min().tolist() == pytest.approx(claim.value)
    written = texts(drawing)
    for size, value in zip((3, 5), claim.value, strict=True):
        assert f"{size}×{size}: {value:.0f} s.e." in written


def test_figure_7_marks_the_difference_by_which_the_average_is_judged(drawn):
    drawing, frame = drawn("fig07")
    assert frame["mean_residual_g0"].tolist() == pytest.approx([-0.5, 0, 0.2])
    assert "largest: \N{MINUS SIGN}0.5 at 0 %" in texts(drawing)
    assert not any("variance" in text for text in texts(drawing))


def test_figure_8_says_by_how_much_the_last_step_in_width_changes_the_error(results, tmp_path):
    table = metrics(2)
    wider = table[table["family"] == "system_size"].assign(neurons=20)
    wider["mae"] *= np.where(wider["length"] == 3, 0.8, 1.25)
    path = tmp_path / "metrics.csv"
    files.write_csv(path, pd.concat([table, wider]))
    drawing, _ = script("fig08").draw(path, scale="smoke")
    written = texts(drawing)
    assert "from 10 to 20 neurons:" in written
    claim = judged("wires.app_a.fig8.convergence", metrics=path)
    assert claim.value == pytest.approx([-0.2, 0.25])
    assert {"\N{MINUS SIGN}20 %", "+25 %"} <= set(written)


def test_curves_of_figure_9_differ_without_colour(drawn):
    drawing, _ = drawn("fig09")
    for axis in drawing.axes:
        looks = [
            (line.get_marker(), line.get_linestyle(), line.get_markerfacecolor() == "w")
            for line in axis.lines
            if line.get_marker() in plotting.MARKERS
        ]
        assert len(looks) == len(set(looks)) == 4  # two sizes, two networks


def test_curves_of_figure_10_differ_without_colour_and_are_those_of_the_claims(drawn, results):
    drawing, frame = drawn("fig10")
    lines = [line for line in drawing.axes[1].lines if line.get_marker() in plotting.MARKERS]
    assert len({(line.get_marker(), line.get_linestyle()) for line in lines}) == 3
    claim = judged("wires.app_b.fluctuation.60_100.iv", statistics=results["fig10"]["statistics"])
    shown = frame[(frame["panel"] == "b") & (frame["low"] > 0.59)]
    means = shown.groupby("model")["spread_g0"].mean()
    assert [means["iii"], means["iv"]] == pytest.approx(claim.value)


def test_figure_12_shows_the_network_of_figure_6_too(results, tmp_path):
    table = metrics(1)
    own = table["run"].str.startswith("ii/conductance_g0_300")
    table.loc[own, ["mae", "n_train", "epochs"]] = [0.123, 5000, 59]
    path = tmp_path / "metrics.csv"
    files.write_csv(path, table)
    drawing, frame = script("fig12").draw(path, CLAIMS, scale="smoke")
    found = frame.set_index(["series", "model"])["mae"]
    assert found["CNN of Fig. 6", "ii"] == 0.123
    assert found["CNN", "ii"] == pytest.approx(0.2)
    assert any(
        text.startswith("CNN of Fig. 6: 5\N{THIN SPACE}000 wires") for text in texts(drawing)
    )


def test_figure_13_counts_the_network_that_was_started_from(drawn):
    drawing, frame = drawn("fig13")
    own = frame[frame["series"] == "scattering"].set_index(["panels", "length"])
    assert own.loc[("abd", 3), "all_seconds"] == 2.0
    assert own.loc[("abd", 5), "all_seconds"] == 4.0
    assert own.loc[("c", SIZE), "all_seconds"] == 32.0
    assert own.loc[("c", SIZE), "start_n_train"] == 1500
    written = texts(drawing)
    assert "300 + 400 3×3" in written
    assert "scattering network 10 + 1\N{THIN SPACE}500 4×4 60 epochs (cap), 32 s" in written


def test_ratios_of_figure_13_are_those_of_the_bars(drawn):
    """The count is fitted on as many samples as the network; the one that is drawn divides both."""
    drawing, _ = drawn("fig13")
    (bars,) = (axis for axis in drawing.axes if axis.patches)
    heights = [bar.get_height() for bar in bars.patches]
    assert heights == pytest.approx([0.15, 0.205, 0.205])
    ratios = [text for text in texts(drawing) if text.endswith("× count")]
    assert ratios == [f"{0.205 / 0.15:.2f} × count"] * 2


def test_every_error_of_figure_13_is_above_the_axis(drawn):
    drawing, _ = drawn("fig13")
    assert drawing.axes[0].get_yscale() == "log"


def test_figure_3_says_how_many_wires_are_drawn(drawn):
    drawing, frame = drawn("fig03")
    assert (frame["sample"] < 20).sum() == 20
    assert "20 of 50 wires" in texts(drawing)
    insets = [axis for axis in drawing.findobj(mpl.axes.Axes) if axis.get_yscale() == "log"]
    assert len(insets) == 2


def test_figure_4_names_kernel_and_stride(drawn):
    drawing, _ = drawn("fig04")
    written = texts(drawing)
    (convolution,) = (text for text in written if text.startswith("convolution "))
    assert "kernel 2×3 stride 2×1" in convolution
    assert any("2\N{THIN SPACE}000 par." in text for text in written)
    assert sum("kernel" in text for text in written) == 1


def test_colours_of_figure_1_diverge_about_zero(drawn):
    drawing, _ = drawn("fig01")
    (discs,) = (found for found in drawing.findobj(mpl.collections.EllipseCollection)
                if found.get_array() is not None)  # fmt: skip
    assert discs.get_clim() == (-2, 2)
    red, _, blue, _ = np.transpose(discs.to_rgba([-2.0, 0.0, 2.0]))
    assert red[2] > blue[2] and blue[0] > red[0]
    assert red[1] == pytest.approx(blue[1], abs=0.02)


def test_drawing_needs_neither_pyplot_nor_tensorflow():
    code = (
        "import sys, runpy; sys.path.insert(0, 'src')\n"
        "for n in range(1, 14): runpy.run_path(f'scripts/wires/fig{n:02d}.py')\n"
        "runpy.run_path('scripts/wires/table_mae.py')\n"
        "print([m for m in ('tensorflow', 'keras', 'torch', 'kwant') if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"
