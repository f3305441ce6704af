"""Every figure and the table of the study `wires`, drawn from small made-up results."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from hamlearn import files, plotting
from hamlearn.wires import ensemble

ROOT = Path(__file__).parents[2]
CLAIMS = ROOT / "claims" / "wires.yaml"
KINDS = ("pdf", "png", "csv")
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
            for rule in ("train_plateau", "validation"):
                rows.append(metrics_row("model_i", f"i_{size}/{rule}", seed, stopping=rule, **at))
            few = {"n_train": 200, "mae": 0.9}
            rows.append(metrics_row("model_i", f"i_{size}/dnn_200", seed, **few, **at))
            own = {"architecture": "scattering", "stopping": "validation"}
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
        rows.append(metrics_row("scattering", "ii/own", seed, **own))
        small = {**own, "mae": 0.9}
        rows.append(metrics_row("scattering", "small_ii/own", seed, **small))
        for length, width in ((1, 1), (1, 2), (2, 1)):
            net = {"length": length, "width": width, "hidden": 1, "neurons": 5}
            rows.append(metrics_row("one_and_two_sites", f"{length}x{width}/dnn", seed, **net))
        net = {"hidden": 1, "disorder_t": 1.0}
        rows.append(metrics_row("disorder_strength", "a_3x3_w1/dnn", seed, **net))
    return pd.DataFrame(rows)


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

    tables = {name: folder / f"{name}.csv" for name in ("metrics", "bins", "average", "layers")}
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
            "concentration": [0.0, 0.5, 1.0],
            **{name: [8, 1 + seed, 0] for name in names},
        }
        for seed in range(seeds)
    ]
    files.write_csv(tables["average"], pd.concat(map(pd.DataFrame, parts)))
    columns = ["architecture", "layer", "type", "output_shape", "parameters", "activation"]
    rows = [
        ("dnn", "input", "InputLayer", "9", 0, ""),
        ("dnn", "hidden_1", "Dense", "20", 200, "relu"),
        ("dnn", "output", "Dense", "1", 21, "linear"),
        ("cnn", "input", "InputLayer", "8x8x1", 0, ""),
        ("cnn", "conv_1", "Conv2D", "4x4x16", 80, "relu"),
        ("cnn", "flatten", "Flatten", "256", 0, ""),
        ("cnn", "output", "Dense", "1", 257, "linear"),
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
        "fig02": {"conductances": [data["i_3"], data["i_5"]], "sizes": [3, 5], "half_bin": 0.1},
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
            "half_bin": 0.1,
        },
        "fig07": {"average": tables["average"]},
        "fig08": {"metrics": tables["metrics"]},
        "fig09": measured,
        "fig10": {
            "ensembles": [folder / name / "ensemble.npz" for name in MODELS],
            "conductances": [data[name] for name in MODELS],
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


EXPECTED = {  # columns of the drawn values, and labels that some axis must carry
    "fig01": ({"region", "column", "row", "onsite_t"}, {r"on-site energy $\epsilon_i$ ($t$)"}),
    "fig02": ({"size", "conductance_g0", "share"}, {"$G/G_0$", "$P(G)$"}),
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
        {"$n$ (%)", r"$\bar{G}_\mathrm{ensemble}/G_0$", r"$\bar{G}_\mathrm{variance}/G_0$"},
    ),
    "fig08": ({"hidden", "neurons", "length", "mae"}, {"system size", "MAE ($G_0$)"}),
    "fig09": ({"n_train", "hidden", "mae"}, {r"$N_\mathrm{train}$", "MAE ($G_0$)"}),
    "fig10": ({"model", "concentration", "conductance_g0"}, {"$n$ (%)", "$G/G_0$"}),
    "fig11": ({"model", "hidden", "mae"}, {r"$N_\mathrm{hidden}$", "MAE ($G_0$)"}),
    "fig12": ({"species", "mae", "mae_count"}, {"number of impurity species"}),
    "fig13": ({"series", "length", "mae", "relative_mae"}, {"MAE ($G_0$)"}),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_every_figure_draws_what_it_says(name, results):
    drawing, frame = script(name).draw(**results[name], scale="smoke")
    columns, labels = EXPECTED[name]
    assert columns <= set(frame.columns)
    assert len(frame) > 0
    axes = drawing.findobj(mpl.axes.Axes)
    assert labels <= {text for axis in axes for text in (axis.get_xlabel(), axis.get_ylabel())}
    assert any(text.get_text() == "scale: smoke" for text in drawing.texts)
    assert all(axis.has_data() or axis.patches or axis.collections for axis in axes)
    width = drawing.get_figwidth()
    assert width in (plotting.ONE_COLUMN, plotting.TWO_COLUMNS)


def test_figures_of_several_panels_have_letters(results):
    for name in ("fig03", "fig05", "fig06", "fig12"):
        drawing, _ = script(name).draw(**results[name], scale="smoke")
        titles = [axis.get_title(loc="left") for axis in drawing.findobj(mpl.axes.Axes)]
        letters = sorted(title for title in titles if title)
        assert letters == [f"({mark})" for mark in "abcdefgh"[: len(letters)]]
        assert len(letters) > 1


def test_drawn_error_is_the_mean_and_deviation_over_seeds(results):
    _, frame = script("fig08").draw(**results["fig08"], scale="smoke")
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
    for number, table in enumerate((rows, rows[rows["family"] == "one_and_two_sites"])):
        path = tmp_path / f"{number}.csv"
        files.write_csv(path, table)
        drawing, frame = module.draw(path, **options, scale="smoke")
        assert not frame["mae"].isna().any()
        plotting.save(drawing, frame, {kind: tmp_path / f"{name}.{kind}" for kind in KINDS})


def parity_errors(frame, panels):
    parity = frame[frame["series"] == "parity"].groupby("panel")
    found = [parity.get_group(panel) for panel in panels]
    assert [len(table) for table in found] == [30] * len(panels)  # one run, its own ensemble
    return [(table["true"] - table["predicted"]).mean() for table in found]


def test_predictions_of_a_run_are_found_among_those_of_others(results):
    """In these files the error of a network tells the place of its run."""
    _, frame = script("fig05").draw(**results["fig05"], scale="smoke")
    assert parity_errors(frame, "ab") == pytest.approx([0.1, 0.2])
    _, frame = script("fig06").draw(**results["fig06"], scale="smoke")
    assert parity_errors(frame, "ac") == pytest.approx([0.1, 0.2])


def test_wire_has_leads_of_zero_energy_and_all_sites(results):
    _, frame = script("fig01").draw(**results["fig01"], scale="smoke")
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


def test_the_networks_of_figure_13_are_the_best_trained(results):
    _, frame = script("fig13").draw(**results["fig13"], scale="smoke")
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
    assert set(frame["network"]) >= {"DNN 3×20, validation", "scattering network"}
    rules = frame.loc[frame["system"] == f"model II, G, {SIZE}×{SIZE}", "network"]
    assert list(rules[:3]) == ["CNN, validation", "CNN, validation", "CNN, flat training loss"]
    np.testing.assert_allclose(frame["mae"], 0.205)
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert len(lines) == len(frame) + 2
    assert len({line.count("|") for line in lines}) == 1
    assert "nan" not in text and "scale: smoke" in text


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
