"""Figure 28: attention under fast training, which may freeze it, and what a floor does to it."""

import pandas as pd

from hamlearn import plotting
from hamlearn.files import read_small
from rolling import attended, looks

EPOCH = 2
"""At which the thesis shows it."""


def frozen_most(rows: pd.DataFrame) -> pd.Series:
    """Return the metrics of the network without a floor that froze on most read-outs.

    If none did, of the one whose attention is the least even.
    """
    rows = rows[rows["floor"] == 0].sort_values(["frozen", "attention_spread"], ascending=False)
    return rows.iloc[0]


@plotting.styled
def draw(metrics, histories, exact, scale):
    """Draw one network without a floor and its like with one, after epoch 2 and after the last.

    Returns
    -------
    figure, frame : floor, repeat, epoch, read_out, mean and sd over test images
    """
    metrics, histories = read_small(metrics), read_small(histories)
    before = read_small(exact)["properties"]
    rows = metrics[metrics["family"] == "frozen"]
    most = frozen_most(rows)
    alike = rows[rows["repeat"] == most["repeat"]].sort_values("floor")
    figure = plotting.figure(plotting.TWO_COLUMNS, 3.4, scale)
    figure.get_layout_engine().set(wspace=0.05)
    grid = figure.subplots(2, 2, sharex=True, sharey=True)
    frames = []
    for row, axes in zip(alike.itertuples(), grid, strict=True):
        table = attended.of_run(histories, row.run, before)
        last = table["epoch"].max()
        like = rows[rows["floor"] == row.floor]
        froze = f"{(like['frozen'] > 0).sum()} of {plotting.count(len(like), 'network')} froze"
        for axis, epoch in zip(axes, (min(EPOCH, last), last), strict=True):
            part = table[table["epoch"] == epoch]
            attended.bars(axis, part, color=plotting.ORANGE if row.floor else plotting.BLUE)
            if row.floor:
                axis.axhline(row.floor, color=plotting.RED, linewidth=0.8, linestyle="--")
            words = f"ε = {row.floor:g}" if row.floor else "no floor"
            more = froze if axis is axes[0] else f"accuracy {100 * row.accuracy:.1f} %"
            axis.set_title(f"{words}, epoch {epoch}, {more}", loc="right", size=7)
            frames.append(part.assign(floor=row.floor, repeat=row.repeat))
    for axis in grid[1]:
        axis.set_xlabel("read-out")
    for axis in grid[:, 0]:
        axis.set_ylabel("attention")
    figure.suptitle(looks.images(most), size=7)
    plotting.letter(grid.ravel())
    frame = pd.concat(frames, ignore_index=True)
    return figure, frame[["floor", "repeat", "epoch", "read_out", "mean", "sd"]]
