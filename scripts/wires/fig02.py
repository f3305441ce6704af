"""Figure 2: frequency distribution of the conductance of model I, and how asymmetric it is."""

import pandas as pd
from matplotlib.axes import Axes

from hamlearn import plotting
from hamlearn.files import read_small

SHOULDERS = {
    "shoulder_peak": "distance from the fullest bin ($G_0$)",
    "shoulder_mean": r"distance from $\langle G\rangle$ ($G_0$)",
}


def draw_shares(axis: Axes, rows: pd.DataFrame, number: int, size: int) -> None:
    """Draw P(G) of one size."""
    centre = (rows["low"] + rows["high"]) / 2
    axis.plot(centre, rows["value"], **plotting.series(number, f"{size:.0f}×{size:.0f}"))


def draw_shoulders(axis: Axes, rows: pd.DataFrame, number: int, size: int) -> None:
    """Draw the share of wires above less that of wires below, at equal distances."""
    distance = (rows["low"] + rows["high"]) / 2
    # the claim is judged by the difference that is the most standard errors
    largest = (rows["value"] / rows["error"]).abs().max()
    style = plotting.series(number, f"{size:.0f}×{size:.0f}: {largest:.0f} s.e.")
    axis.errorbar(distance, 100 * rows["value"], yerr=100 * rows["error"], elinewidth=0.8, **style)


@plotting.styled
def draw(statistics, scale):
    """Draw (a) P(G) of each size, and its shoulders (b) at the fullest bin and (c) at the mean.

    Parameters
    ----------
    statistics : path
        Of which the rows of model I are drawn: see :mod:`hamlearn.wires.statistics`.

    Returns
    -------
    figure, frame : panel, and the columns of the statistics
    """
    table = read_small(statistics)
    figure = plotting.figure(plotting.TWO_COLUMNS, 3.4, scale)
    grid = figure.add_gridspec(2, 2, width_ratios=[1.15, 1])
    shares = figure.add_subplot(grid[:, 0])
    upper = figure.add_subplot(grid[0, 1])
    lower = figure.add_subplot(grid[1, 1], sharex=upper)
    axes = {"histogram": shares, "shoulder_peak": upper, "shoulder_mean": lower}
    table = table[table["quantity"].isin(axes)]
    sizes = sorted(table["length"].unique())
    for (quantity, size), rows in table.groupby(["quantity", "length"]):
        draw_one = draw_shares if quantity == "histogram" else draw_shoulders
        draw_one(axes[quantity], rows, sizes.index(size), size)
    shares.set(xlabel="$G/G_0$", ylabel="$P(G)$", xlim=(0, None), ylim=(0, None))
    samples = table.groupby("length")["n"].first()
    low, high = (plotting.thousands(number) for number in (samples.min(), samples.max()))
    count = low if low == high else f"{low} to {high}"
    shares.set_title(f"{count} wires", loc="right", size=7)
    shares.legend(title="system size", loc="upper right")
    for name, label in SHOULDERS.items():
        axes[name].axhline(0, color=plotting.GREY, linewidth=0.8, zorder=1)
        axes[name].set(xlabel=label, ylabel="above − below (%)", xlim=(0, None))
        axes[name].legend(title="largest\ndifference", loc="center left", bbox_to_anchor=(1, 0.5))
    plotting.letter([shares, upper, lower])
    letters = dict(zip(axes, "abc", strict=True))
    table.insert(0, "panel", table["quantity"].map(letters))
    return figure, table.sort_values("panel", kind="stable")
