"""Figure 5: conductance of model I predicted by dense networks, and their error by system size."""

import numpy as np
import pandas as pd

from hamlearn import jobs, plotting
from hamlearn.files import read_table

RULES = {
    "train_plateau": ("stopped at flat training loss", plotting.BLUE, "o"),
    "validation": ("stopped by validation", plotting.GREEN, "s"),
}


def error_by_size(metrics):
    """Return MAE of the model I networks and of the median by length and stopping rule."""
    table = pd.read_csv(metrics)
    table = plotting.largest_training_set(table[table["group"].str.fullmatch(r"model_i_\d+")])
    values = ["mae_g0", "mae_median_g0", "relative_mae"]
    return plotting.over_seeds(table, ["length", "stopping", "run"], values)


@plotting.styled
def draw(predictions, metrics, claims, sizes, run, scale):
    """Draw one parity plot per size, and MAE against size with the median predictor.

    Parameters
    ----------
    predictions : sequence of path
        Predictions of the networks for all ``sizes`` (one seed), in any number of files.
    metrics, claims : path
        Metrics of all trainings; claims of the paper (its MAE are drawn beside ours).
    run : str
        Name of the run whose predictions are drawn.

    Returns
    -------
    figure, frame : panel, length, series, true_g0, predicted_g0 (parity plots); mae_g0, mae_g0_sd,
        seeds (last panel)
    """
    errors, paper = error_by_size(metrics), plotting.paper_values(claims)
    figure = plotting.figure(plotting.TWO_COLUMNS, 4.4 if len(sizes) > 2 else 2.6, scale)
    left, right = figure.subfigures(1, 2, width_ratios=[1.75, 1])
    rows = -(-len(sizes) // 2)
    panels = left.subplots(rows, 2, squeeze=False).ravel()
    for axis in panels[len(sizes) :]:
        axis.remove()
    panels = panels[: len(sizes)]
    predicted = pd.concat([read_table(path) for path in predictions])
    predicted = predicted[predicted["run"] == run].drop(columns="run")
    tables = [predicted[predicted["group"] == f"model_i_{size}"] for size in sizes]
    tables = [table.drop(columns="group") for table in tables]
    largest = max((table["true_g0"].max() for table in tables if len(table)), default=3.0)
    upper = max(3.0, np.ceil(2 * largest) / 2)
    frames = []
    for mark, axis, size, table in zip("abcdefgh", panels, sizes, tables, strict=False):
        plotting.parity(
            axis,
            table["true_g0"],
            table["predicted_g0"],
            upper,
            s=1,
            color=plotting.BLUE,
            alpha=0.4,
        )
        found = errors[(errors["length"] == size) & (errors["run"] == run)]
        text = f"{size}×{size}"
        if len(found):
            row = found.iloc[0]
            text += f"\nMAE {row.mae_g0:.3f} $G_0$\nmedian {row.mae_median_g0:.3f} $G_0$"
            text += f"\nratio {row.relative_mae:.2f}"
        box = {"facecolor": "w", "edgecolor": "none", "alpha": 0.7, "pad": 1}
        axis.text(0.04, 0.96, text, transform=axis.transAxes, va="top", size=6.5, bbox=box)
        axis.set(xlabel=r"$G_\mathrm{True}/G_0$", ylabel=r"$G_\mathrm{NN}/G_0$")
        axis.set(xticks=np.arange(0, upper + 0.1), yticks=np.arange(0, upper + 0.1))
        frames.append(table.assign(panel=mark, length=size, series="parity"))

    summary = draw_errors(right.subplots(), errors, paper, sizes)
    summary.insert(0, "panel", "abcdefghi"[len(sizes)])
    plotting.letter([*panels, *right.axes])
    return figure, pd.concat([*frames, summary], ignore_index=True)


def draw_errors(axis, errors, paper, sizes):
    """Draw MAE against size: both stopping rules, the median predictor, and the paper's values."""
    drawn = []
    positions = {size: number for number, size in enumerate(sizes)}
    errors = errors[errors["length"].isin(sizes)]
    for number, (rule, (label, colour, marker)) in enumerate(RULES.items()):
        rows = errors[errors["stopping"] == rule]
        if rows.empty:
            continue
        x = rows["length"].map(positions) + 0.08 * (number - 0.5)
        style = {"color": colour, "marker": marker, "label": label}
        plotting.errorbar(axis, x, rows["mae_g0"], rows["mae_g0_sd"], **style)
        drawn.append(rows.assign(series=rule)[["length", "series", "mae_g0", "mae_g0_sd", "seeds"]])
    trivial = errors.groupby("length", as_index=False)["mae_median_g0"].mean()
    trivial = trivial.rename(columns={"mae_median_g0": "mae_g0"}).assign(series="median predictor")
    stated = [(size, paper.get(f"wires.model_i.mae.{size}x{size}")) for size in sizes]
    stated = pd.DataFrame([row for row in stated if row[1]], columns=["length", "mae_g0"])
    stated["series"] = "paper"
    plotting.marks(axis, trivial["length"].map(positions), trivial["mae_g0"], "median predictor")
    plotting.stated(axis, stated["length"].map(positions), stated["mae_g0"])
    axis.set(xlabel="system size", ylabel="MAE ($G_0$)", xlim=(-0.5, len(sizes) - 0.5))
    axis.set_xticks(range(len(sizes)), [f"{size}×{size}" for size in sizes])
    axis.set_ylim(0, 1.05 * axis.get_ylim()[1])
    axis.legend(loc="lower right")
    return pd.concat([*drawn, trivial, stated], ignore_index=True)


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        names = ("sizes", "run", "scale")
        params = {name: snakemake.params[name] for name in names}
        drawn = draw(**dict(snakemake.input.items()), **params)
        plotting.save(*drawn, snakemake.output)
