"""Figure 3: error of the networks after every epoch, on training and validation data."""

import pandas as pd
from matplotlib.ticker import MaxNLocator

from hamlearn import plotting

PANELS = {
    "full": "total transmission",
    "valley_off": "off-diagonal components",
    "valley_diag": "diagonal components",
}
CURVES = {"mae": ("training", plotting.BLUE), "val_mae": ("validation", plotting.ORANGE)}


def draw_learning(axis, history):
    """Draw the mean over seeds as a line of each curve, and the single seeds pale."""
    mean = history.groupby("epoch")[list(CURVES)].mean()
    for column, (label, colour) in CURVES.items():
        for _, seed in history.groupby("seed"):
            axis.plot(seed["epoch"], seed[column], color=colour, linewidth=0.6, alpha=0.35)
        axis.plot(mean.index, mean[column], color=colour, label=label)


@plotting.styled
def draw(histories, scale):
    """Draw MAE against epoch for (a) T, (b) T_KK' and T_K'K, (c) T_KK and T_K'K'.

    The training error is the mean over the batches of an epoch, with dropout at work; therefore it
    can lie above the validation error.

    Returns
    -------
    figure, frame : run, seed, epoch, mae, val_mae (2e²/h)
    """
    table = pd.read_csv(histories)
    figure = plotting.figure(plotting.TWO_COLUMNS, 2.4, scale)
    axes = figure.subplots(1, len(PANELS))
    for axis, (run, title) in zip(axes, PANELS.items(), strict=True):
        history = table[table["run"] == run]
        axis.set(xlabel="epoch", ylabel="MAE ($2e^2/h$)", title=title)
        if history.empty:
            plotting.note_empty(axis)
            continue
        draw_learning(axis, history)
        axis.set_xlim(0, history["epoch"].max())
        axis.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        plotting.log_axis(axis.yaxis)
    if axes[0].lines:
        axes[0].legend()
    plotting.letter(axes)
    frame = table[table["run"].isin(list(PANELS))]
    return figure, frame[["run", "seed", "epoch", *CURVES]].reset_index(drop=True)
