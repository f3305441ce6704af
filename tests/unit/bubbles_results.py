"""Made-up results of the study `bubbles`, in the files of the workflow, for its figures to draw."""

from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from hamlearn import config, files
from hamlearn.bubbles import ensemble, linear_map, plan, rays, surface

ROOT = Path(__file__).parents[2]
VALLEYS = ("t_k_k", "t_k_kp", "t_kp_k", "t_kp_kp")
WINDOW = 0.631764
TOTAL = {"full": 1.0, "smooth": 1.05, "no_a": 1.4, "no_a_zero": 1.3, "no_b": 1.6}
TOTAL |= {"own": 0.5, "staircase": 0.7}
VALLEY = {"valley_diag": 0.6, "valley_off": 0.1, "valley_off_unscaled": 0.15}
TARGETS = {
    "valley_diag": VALLEYS[::3],
    "valley_off": VALLEYS[1:3],
    "valley_off_unscaled": VALLEYS[1:3],
}
FAMILIES = dict.fromkeys(("no_a", "no_a_zero", "no_b"), "redundancy")
FAMILIES |= dict.fromkeys(VALLEY, "valley") | {"staircase": "own"}
STATED = {
    "total.mae": 0.61,
    "total.relative_error": 4.3,
    "redundancy.mae_without_a": 0.87,
    "redundancy.reduction_a": 30,
    "valley.mae.kk": 0.37,
    "valley.mean.kk": 19.79,
    "valley.offdiag_mae_unscaled": 0.15,
    "robust.gauss11": 6.5,
    "robust.gauss15": 9.0,
    "robust.lorentz_error": 2.0,
    "linear_map.error_with_constant": 1.0,
    "speed.factor": 10000,
    "data.samples_train": 26250,
    "net.kernel": [3, 3, 2],
    "data.amplitude_range": [0, 10],
    "data.amplitude_range_nm": [0, 2.5],
}
DETAILS = dict.fromkeys(("kernel", "pool", "padding", "activation", "initialiser"), "")
LAYERS = [  # layer, type, output_shape, parameters, branch, details
    ("heights", "InputLayer", "16x16", 0, "convolution", {}),
    ("energy", "InputLayer", "1", 0, "both", {}),
    ("descriptor", "Descriptor", "16x16x2x1", 0, "convolution", {}),
    ("conv", "Conv3D", "16x16x2x4", 76, "convolution", {"kernel": "3x3x2", "padding": "same"}),
    ("swish", "Activation", "16x16x2x4", 0, "convolution", {"activation": "silu"}),
    ("norm", "BatchNormalization", "16x16x2x4", 16, "convolution", {"momentum": 0.9}),
    ("pool", "AveragePooling3D", "8x8x2x4", 0, "convolution", {"pool": "2x2x1"}),
    ("flatten", "Flatten", "512", 0, "convolution", {}),
    ("modes", "InputLayer", "1", 0, "second", {}),
    ("branch", "Concatenate", "2", 0, "second", {}),
    ("branch_1", "Dense", "4", 12, "second", {"initialiser": "HeUniform"}),
    ("join", "Concatenate", "516", 0, "joined", {}),
    ("dense_1", "Dense", "32", 16544, "joined", {"activation": "silu"}),
    ("dropout_1", "Dropout", "32", 0, "joined", {"dropout": 0.2}),
    ("output", "Dense", "1", 33, "joined", {"activation": "linear"}),
]
TIMING = {
    "kwant_seconds": 8.0,
    "kwant_solve_seconds": 2.5,
    "kwant_sparse_solve_seconds": None,
    "solver_seconds": 1.2,
    "prediction_seconds": 0.001,
    "map_seconds": 0.0002,
    "ratio_kwant": 8000.0,
    "ratio_solver": 1200.0,
    "parameters": 16681,
    "sites": 92400,
    "machine": {"cpu": "a processor", "threads": 1},
}


def settings(scale="smoke"):
    """Return the settings of the study at some scale."""
    raw = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    return config.resolve(raw, scale)["bubbles"]


def ledger(path, stated=STATED):
    """Write a ledger that states some values."""
    common = {"where": "-", "quantity": "-", "unit": "1", "kind": "stated", "compare": "approx"}
    results = [
        {"id": f"bubbles.{name}", "value": value, "evidence": "-", **common}
        for name, value in stated.items()
    ]
    spikes = {"id": "bubbles.train.spikes_recover", "criterion": "-", "tolerance": {"window": 11}}
    results.append({**common, **spikes, "evidence": "-", "compare": "bool"})
    content = {"study": "bubbles", "paper": "made up", "settings": [], "results": results}
    files.write_text(path, yaml.safe_dump(content))
    return path


def labels(flakes):
    """Return a solved table: equally spaced thresholds, a loss that grows with the heights."""
    count = 2 * np.floor(flakes.energy * flakes.side / 4 / WINDOW).astype(int) + 1
    height = np.nansum(flakes.bubbles[:, :, 0], axis=1) / flakes.side
    kept = (count - 1) / 2 / (1 + 3 * height)
    off = 0.2 * height * np.clip(flakes.energy - 0.2, 0, None) * count
    columns = dict(zip(VALLEYS, (kept, off, 1.1 * off, kept + 1), strict=True))
    sample = {"sample": np.arange(len(flakes)), "energy_t": flakes.energy, "modes": count}
    return pd.DataFrame({**sample, **columns, "unitarity": 1e-9, "resolved": False})


def predictions(table, name, run, seed):
    """Return the predictions of one network for one ensemble: off by a wave of the energy."""
    table = table.assign(total=table[list(VALLEYS)].sum(axis=1))
    parts = []
    for target in TARGETS.get(run, ("total",)):
        true = table[target].to_numpy()
        error = 0.04 * {**TOTAL, **VALLEY}[run] * (true.mean() + 0.5)
        guess = true + error * (np.sin(40 * table["energy_t"] + seed) + 0.2 * seed)
        reach = 1.5 * error if run == "own" else np.nan
        columns = {"run": run, "seed": seed, "ensemble": name, "sample": table["sample"]}
        columns |= {"target": target}
        columns |= {"true": true, "predicted": guess, "low": guess - reach, "high": guess + reach}
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


def metrics(seeds):
    """Return the metrics of all networks, in the columns of the study."""
    rows = []
    for seed in range(seeds):
        for run in (*TOTAL, *VALLEY):
            names = ["train", "fresh", *plan.SWEEPS]
            names += list(plan.LORENTZIANS) if run in ("full", "smooth", "own", "staircase") else []
            for name in names:
                for target in TARGETS.get(run, ("total",)):
                    rows.append(metrics_row(run, seed, name, target))
    return pd.DataFrame(rows)


def metrics_row(run, seed, name, target):
    mean = {"total": 11.0, "t_k_k": 5.4, "t_kp_kp": 5.6}.get(target, 0.1)
    mae = 0.05 * mean * {**TOTAL, **VALLEY}[run] * (1 + 0.1 * seed)
    trivial = 0.2 * mean
    whole = target == "total"
    return {
        **{"run": run, "family": FAMILIES.get(run, run), "job": run, "seed": seed},
        **{"ensemble": name, "target": target, "trained_on": "train"},
        **{"architecture": "mixed_input", "parameters": 16681, "n_train": 120, "n_test": 40},
        **{"epochs": 2, "batch": 16, "learning_rate": 0.001},
        "factor": 10.0 if run == "valley_off" else 1.0,
        **{"train_seconds": 10.0, "samples_per_second": 900.0},
        **{"mae": mae, "rmse": 1.3 * mae, "r2": 0.95, "eq6_percent": 150 * mae / mean},
        **{"eq6_median_percent": 90 * mae / mean, "eq15_percent": 120 * mae / mean},
        **{"eq6_se_percent": 10 * mae / mean, "eq15_se_percent": 8 * mae / mean},
        **{"share_below_half": 0.02, "mean_true": mean, "mean_predicted": 1.01 * mean},
        **{"mae_constant": 0.5 * mean, "mae_conditional": trivial},
        "mae_modes": 0.25 * mean if whole else np.nan,
        "eq6_modes_percent": 24.0 if whole else np.nan,
        **{"mae_trivial": trivial, "relative_mae": mae / trivial},
        "coverage": 0.91 if run == "own" else np.nan,
        "interval_width": 3 * mae if run == "own" else np.nan,
    }


def by_group(part, seeds):
    """Return the errors by number of bubbles and by bin of g."""
    data, rows = part["data"], []
    bins = data["deformed"]["bins"]
    centres = (np.arange(bins) + 0.5) * data["deformed"]["largest_g"] / bins
    groups = {"more_gaussians": data["more_gaussians"]["counts"], "deformed": centres}
    for name, group in ((name, group) for name, values in groups.items() for group in values):
        growth = 1 + (0.06 * group if name == "more_gaussians" else 2 * group)
        for run in ("full", "smooth", "own", "staircase"):
            for seed in range(seeds):
                percent = 4.0 * TOTAL[run] * growth * (1 + 0.1 * seed)
                row = {"run": run, "seed": seed, "ensemble": name, "group": group, "n": 8}
                row |= {"mae": percent / 10, "eq6_percent": percent, "eq15_percent": 0.9 * percent}
                row |= {"eq6_median_percent": 0.5 * percent, "eq6_median_se_percent": 0.1 * percent}
                row |= {"eq6_se_percent": 0.3 * percent, "eq15_se_percent": 0.2 * percent}
                row |= {"mae_modes": 2.0, "eq6_modes_percent": 20 * growth}
                row |= {"eq15_modes_percent": 18 * growth, "eq6_median_modes_percent": 15 * growth}
                rows.append({**row, "mae_conditional": 1.0})
    return pd.DataFrame(rows)


def statistics(seeds):
    """Return the statistics that are shown: means, onsets, errors by strength of deformation."""
    rows = []
    for target in VALLEYS:
        for quantity, value in (("mean", 5.6), ("mean_of_subbands", 5.9)):
            rows.append((quantity, "calculated", -1, "train", target, np.nan, np.nan, value))
    ends = (np.nan, np.nan)
    for name, target in ((n, t) for n in ("scan", "scan_wide") for t in VALLEYS[1:3]):
        exact = 0.25 if name == "scan" else 0.4
        rows.append(("onset", "calculated", -1, name, target, *ends, exact))
        rows += [
            ("onset", "valley_off", seed, name, target, *ends, exact + 0.02 + 0.01 * seed)
            for seed in range(seeds)
        ]
    for quartile in range(4):
        for run in ("full", "smooth", "own", "staircase"):
            value = (0.3 + 0.1 * quartile) * TOTAL[run]
            limits = (0.005 * quartile, 0.005 * (quartile + 1))
            rows += [
                ("mae_by_severity", run, seed, "train", "total", *limits, value + 0.02 * seed)
                for seed in range(seeds)
            ]
    columns = ["quantity", "run", "seed", "ensemble", "target", "low", "high", "value"]
    return pd.DataFrame(rows, columns=columns).assign(n=10)


def histories(epochs, seeds):
    """Return error against epoch of the paper's networks, with one spike."""
    parts = []
    for run, last in (TOTAL | VALLEY).items():
        for seed in range(seeds):
            rng = np.random.default_rng(seed)
            epoch = np.arange(1, epochs + 1)
            mae = 0.6 * last * (1 + 9 * np.exp(-epoch / 4)) * (1 + 0.04 * rng.normal(size=epochs))
            val = 1.1 * mae * np.where(epoch == epochs // 2, 3, 1 + 0.1 * rng.random(epochs))
            columns = {"job": run, "seed": seed, "run": run, "epoch": epoch}
            columns |= {"loss": mae**2, "mae": mae, "val_loss": val**2, "val_mae": val}
            parts.append(pd.DataFrame({**columns, "seconds": 1.0}))
    return pd.concat(parts, ignore_index=True)


def write_linear_map(path, flakes, pixels):
    """Write hoppings of a flake in three directions, and maps with errors of different sizes."""
    heights = surface.height_map(flakes.sample(0), flakes.side, flakes.side, pixels, flakes.kind)
    slope_x, slope_y = np.gradient(heights, flakes.side / pixels)
    vectors = ((3**0.5 / 2, -0.5), (-(3**0.5) / 2, -0.5), (0, 1))
    slopes = np.array([x * slope_x + y * slope_y for x, y in vectors])
    exact = -np.exp(-3.37 * (np.sqrt(1 + slopes**2) - 1))
    sizes = {"with_constant": 0.01, "untrained": 0.02, "as_printed": 0.05}
    maps = {name: exact * (1 + size * np.sin(7 * slopes)) for name, size in sizes.items()}
    files.write_arrays(path, sample=np.array(0), heights=heights, exact=exact, **maps)


def linear_maps(seeds):
    """Return the errors of all maps: half of an untrained layer's, a tenth with a constant."""
    rows = []
    for seed, case in ((seed, case) for seed in range(seeds) for case in linear_map.cases()):
        error = {"trained": 4.0, "untrained": 8.0, "heights": 9.0, "constant": 18.1}[case.features]
        if case.intercept or case.slices == "both" or case.features == "constant":
            error /= 10
        if case.fit == "global" and case.features != "constant":
            error *= 1.5
        rows.append({"seed": seed, **vars(case), "error_percent": error * (1 + 0.1 * seed)})
    return pd.DataFrame(rows)


def write(folder, part, seeds=2):
    """Write the results that figures and tables of the study read, at the settings `part`."""
    solved = {}
    for name, law in plan.ensembles(part).items():
        flakes = ensemble.draw(law, root_seed=1)
        ensemble.save(folder / "data" / name / "ensemble.npz", flakes)
        if law.scan:
            solved[name] = labels(flakes)
            files.write_table(folder / "data" / name / "labels.parquet", solved[name])
            followed = rays.classical(flakes, 0, part["rays"]["rays"])
            files.write_table(folder / "data" / name / "rays.parquet", followed)
    write_linear_map(folder / "linear_map.npz", flakes, part["pixels"])
    for run in (*TOTAL, *VALLEY):
        for seed in range(seeds):
            parts = [predictions(table, name, run, seed) for name, table in solved.items()]
            path = folder / "predictions" / run / f"seed{seed}.parquet"
            files.write_table(path, pd.concat(parts, ignore_index=True))
    columns = ["layer", "type", "output_shape", "parameters", "branch"]
    written = {
        "metrics": metrics(seeds),
        "by_group": by_group(part, seeds),
        "statistics": statistics(seeds),
        "histories": histories(part["training"]["epochs"], seeds),
        "linear_map": linear_maps(seeds),
        "architectures": pd.DataFrame(
            [dict(zip(columns, row[:5], strict=True)) | DETAILS | row[5] for row in LAYERS]
        ),
    }
    for name, table in written.items():
        files.write_csv(folder / f"{name}.csv", table)
    files.write_json(folder / "timing.json", TIMING)
    ledger(folder / "claims.yaml")
    return folder
