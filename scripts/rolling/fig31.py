"""Figure 31 (not in the thesis): what invariance saves in training samples."""

import pandas as pd

from hamlearn import plotting
from hamlearn.files import read_small
from rolling import looks

VALUES = ["n_train", "value", "sd", "repeats"]


def curve(rows: pd.DataFrame, variant: tuple, column: str, factor: float) -> pd.DataFrame:
    """Return the values of a variant against the number of its training samples."""
    kind, downsample, rolled = variant
    rows = rows[(rows["kind"] == kind) & (rows["downsample"] == downsample)]
    rows = rows[(rows["chi_trained"] > 0) == rolled].sort_values("n_train")
    found = {"value": factor * rows[column], "sd": factor * rows[f"{column}_sd"]}
    return rows[["n_train", "repeats"]].assign(**found)[VALUES]


def of_images(table: pd.DataFrame) -> pd.DataFrame:
    """Return standard networks of any number of training images, tested at the largest χ."""
    rows = table[table["family"].isin(["sizes", "std", "exact"])]
    rows = rows[rows["architecture"] == "std"]
    most = rows["chi"].max()
    fits = (rows["chi_trained"] == 0) | (rows["chi_trained"] == most)
    return rows[fits & (rows["chi"] == most)]


def of_flakes(table: pd.DataFrame) -> pd.DataFrame:
    """Return networks for the density of states, tested on flakes as they are."""
    return table[(table["family"] == "flakes") & (table["chi"] == 0)]


def draw_curves(axis, rows: pd.DataFrame, column: str, factor: float) -> pd.DataFrame:
    drawn = []
    for variant, (label, colour, marker, line) in looks.VARIANTS.items():
        shown = curve(rows, variant, column, factor)
        if shown["n_train"].nunique() < min(2, rows["n_train"].nunique()):
            continue
        style = {"color": colour, "marker": marker, "linestyle": line, "label": label}
        plotting.errorbar(axis, shown["n_train"], shown["value"], shown["sd"], **style)
        drawn.append(shown.assign(series=label))
    axis.set_xscale("log", base=2)
    ticks = sorted(rows["n_train"].unique())
    axis.set_xticks(ticks, [plotting.thousands(n) for n in ticks])
    axis.minorticks_off()
    return pd.concat(drawn, ignore_index=True)


@plotting.styled
def draw(statistics, scale):
    """Draw (a) accuracy on rolled images and (b) error on flakes against training samples.

    Returns
    -------
    figure, frame : panel, series, n_train, value, sd and repeats; accuracies in per cent, errors
        of the density of states in 1/t, times a thousand
    """
    table = read_small(statistics)
    images, flakes = of_images(table), of_flakes(table)
    figure = plotting.figure(plotting.TWO_COLUMNS, 3.3, scale)
    left, right = figure.subplots(1, 2)
    frames = [draw_curves(left, images, "accuracy", 100).assign(panel="a")]
    left.set(xlabel="training images", ylabel=f"accuracy at χ = {images['chi'].max()} (%)")
    left.set_title(looks.source(images["ensemble"].iloc[0]), loc="right")
    frames.append(draw_curves(right, flakes, "error", 1000).assign(panel="b"))
    trivial = 1000 * flakes["error_trivial"].mean()
    right.axhline(trivial, color=plotting.GREY, linewidth=1, linestyle=":", label="median")
    right.set(
        xlabel="training flakes",
        ylabel="mean absolute error of the\ndensity of states (10$^{-3}$/t)",
    )
    right.set_ylim(bottom=0)
    right.set_title("density of states of periodic flakes", loc="right")
    plotting.letter([left, right])
    entries = {}
    for axis in (left, right):
        for handle, label in zip(*axis.get_legend_handles_labels(), strict=True):
            entries.setdefault(label, handle)
    plotting.legend_below(figure, entries.values(), entries.keys(), ncols=4)
    frames.append(pd.DataFrame([{"panel": "b", "series": "median", "value": trivial}]))
    return figure, pd.concat(frames, ignore_index=True)[["panel", "series", *VALUES]]
