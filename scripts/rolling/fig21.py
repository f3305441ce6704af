"""Figure 21: accuracies of all networks with sums on a torus, over χ and repetitions."""

import numpy as np
from matplotlib.transforms import offset_copy

from hamlearn import plotting
from hamlearn.files import read_small
from hamlearn.rolling.statistics import joined
from rolling import looks

FAMILIES = ("std", "res", "tuned", "free", "hybrid", "hbfree")
WIDE = 0.28
"""Half the width of the stripe in which the networks of a family are drawn."""
ABOVE = 7
"""Of the mark of the best one, by which its star is raised (pt)."""


@plotting.styled
def draw(metrics, by_group, scale):
    """Draw one mark a network, median and best of each family, images rolled as in training.

    Returns
    -------
    figure, frame : family, chi, repeat, accuracy in per cent
    """
    rows = joined(read_small(metrics), read_small(by_group))
    rows = rows[(rows["chi"] == rows["chi_trained"]) & (rows["kind"] == "torsum")]
    rows = rows[rows["family"].isin(FAMILIES)]
    figure = plotting.figure(plotting.ONE_COLUMN, 3.0, scale)
    axis = figure.subplots()
    raised = offset_copy(axis.transData, fig=figure, y=ABOVE, units="points")
    chis = sorted(rows["chi"].unique())
    stripes = dict(zip(chis, WIDE * np.linspace(-1, 1, len(chis) + 2)[1:-1], strict=True))
    for place, family in enumerate(FAMILIES):
        part = rows[rows["family"] == family]
        accuracy = 100 * part["accuracy"]
        if part.empty:
            continue
        for number, chi in enumerate(chis):
            own = accuracy[part["chi"] == chi]
            style = plotting.series(number, f"χ = {chi}" if place == 0 else None)
            axis.plot([place + stripes[chi]] * len(own), own, linestyle="", alpha=0.8, **style)
        median = {"color": "k", "linewidth": 1.6, "label": "median" if place == 0 else None}
        axis.plot([place - WIDE, place + WIDE], [accuracy.median()] * 2, **median)
        x = place + stripes[part.loc[accuracy.idxmax(), "chi"]]
        best = {"marker": "*", "color": "k", "markersize": 5, "linestyle": "", "transform": raised}
        axis.plot(x, accuracy.max(), label="best (below)" if place == 0 else None, **best)
    axis.margins(y=0.1)
    names = [looks.FAMILIES[family].replace(" ", "\n") for family in FAMILIES]
    axis.set_xticks(range(len(FAMILIES)), names)
    axis.set_ylabel("accuracy of ToroidalSUM (%)")
    axis.set_title(looks.images(rows.iloc[0]), size=7)
    plotting.legend_below(figure, ncols=4, handlelength=1.4)
    frame = rows.assign(accuracy=100 * rows["accuracy"])
    return figure, frame[["family", "chi", "repeat", "accuracy"]].reset_index(drop=True)
