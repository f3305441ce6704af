"""Figure 22: attention of a high-bandwidth extractor on its way through the training."""

import pandas as pd
from matplotlib.ticker import MaxNLocator

from hamlearn import plotting
from hamlearn.files import read_small
from rolling import attended, looks

SHOWN = 6
"""Epochs."""
COLOURS = (plotting.BLUE, plotting.ORANGE)
EDGES = ("none", "k")


@plotting.styled
def draw(metrics, histories, exact, scale):
    """Draw the attention of ToroidalSUM with high bandwidth after some epochs, and its centre.

    Returns
    -------
    figure, frame : chi, epoch, read_out, mean and sd over test images
    """
    metrics, histories = read_small(metrics), read_small(histories)
    before = read_small(exact)["properties"]
    seen = histories.dropna(subset="attention_0")["run"].unique()
    runs = metrics[(metrics["family"] == "hbfree") & metrics["run"].isin(seen)]
    found = {
        row.chi: attended.of_run(histories, row.run, before).assign(chi=row.chi)
        for row in runs.sort_values("chi").itertuples()
    }
    tables = list(found.values())[:2]
    figure = plotting.figure(plotting.TWO_COLUMNS, 4.6, scale)
    figure.get_layout_engine().set(wspace=0.05)
    above, below = figure.subfigures(2, 1, height_ratios=[2, 1.15])
    epochs = attended.chosen(tables[0]["epoch"].unique().tolist(), SHOWN)
    rows = -(-len(epochs) // 3)
    axes = above.subplots(rows, 3, sharex=True, sharey=True, squeeze=False).ravel()
    for axis, epoch in zip(axes, epochs, strict=False):
        for place, table in enumerate(tables):
            style = {"color": COLOURS[place], "edgecolor": EDGES[place], "linewidth": 0.4}
            attended.bars(axis, table[table["epoch"] == epoch], place, len(tables), **style)
        axis.set_title(f"epoch {epoch}" if epoch else "before training", loc="right", size=7)
    for axis in axes[len(epochs) :]:
        axis.set_axis_off()
    for axis in axes[max(len(epochs) - 3, 0) : len(epochs)]:
        axis.set_xlabel("read-out")
        axis.tick_params(labelbottom=True)
    for axis in axes[::3]:
        axis.set_ylabel("attention")
    last = below.subplots()
    for place, table in enumerate(tables):
        words = f"trained at χ = {table['chi'].iloc[0]}"
        style = {**plotting.series(place, words), "color": COLOURS[place]}
        centre = attended.centre(table)
        last.plot(centre.index, centre, **style)
    last.set(xlabel="epoch", ylabel="centre of mass\n(read-out)")
    last.xaxis.set_major_locator(MaxNLocator(integer=True))
    title = f"ToroidalSUM, high bandwidth\n{looks.images(runs.iloc[0])}"
    slot = axes[-1] if len(epochs) < len(axes) else last
    slot.legend(*last.get_legend_handles_labels(), title=title, loc="center")
    plotting.letter([*axes[: len(epochs)], last])
    frame = pd.concat(tables, ignore_index=True)
    return figure, frame[["chi", "epoch", "read_out", "mean", "sd"]]
