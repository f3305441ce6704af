"""Figure 8: classes for both laws of the potentials, and their filling."""

import numpy as np
import pandas as pd

from bands.fig03 import shares
from bands.fig07 import draw_bars
from hamlearn import plotting
from hamlearn.bands import ensemble, topology
from hamlearn.bands.plan import EXPLORE, TRAIN_LAW
from hamlearn.bands.statistics import EXACT
from hamlearn.files import read_small

BIN = 0.01


COLOURS = {EXPLORE: plotting.ORANGE, TRAIN_LAW: plotting.BLUE}


def looks(exponents, fillings):
    """Return the label, with the number of potentials, the colour and the hatch of each law."""
    shown = {EXPLORE: exponents["explore"], TRAIN_LAW: exponents["train"]}
    numbers = {law: plotting.thousands(len(found)) for law, found in fillings.items()}
    return {
        law: (rf"$\alpha$ = {shown[law]:g}, {numbers[law]} potentials", colour, "")
        for law, colour in COLOURS.items()
    }


@plotting.styled
def draw(statistics, ensembles, exponents, scale):
    """Return the figure and the drawn values."""
    table = read_small(statistics)
    paths = zip(COLOURS, ensembles, strict=True)
    fillings = {law: ensemble.load(path).filling for law, path in paths}
    names = looks(exponents, fillings)
    figure = plotting.figure(plotting.TWO_COLUMNS, 2.8, scale)
    axes, frames = figure.subplots(1, 3, width_ratios=[1.3, 1.3, 1]), []
    for axis, (which, name) in zip(axes, {1: "first set", 2: "second set"}.items(), strict=False):
        own = pd.DataFrame({law: shares(table, law, EXACT)[which] for law in names})
        draw_bars(axis, own.reindex(topology.CLASSES), names, name)
        frames.append(own.rename_axis("class").reset_index().assign(set=which))
    both = np.concatenate(list(fillings.values()))
    low, high = np.floor(both.min() / BIN) * BIN, np.ceil(both.max() / BIN) * BIN
    edges = np.arange(low, high + BIN / 2, BIN)
    for law, (label, colour, _) in names.items():
        number, _ = np.histogram(fillings[law], edges)
        share = number / number.sum()
        axes[2].stairs(100 * share, edges, color=colour, label=label, linewidth=1.2)
        rows = {"law": law, "filling": edges[:-1] + BIN / 2, "potentials": number, "share": share}
        frames.append(pd.DataFrame(rows))
    axes[2].set(xlabel="filled share of the cell", ylabel="share of potentials (%)")
    plotting.legend_below(figure, *axes[0].get_legend_handles_labels(), ncols=2)
    plotting.letter(axes)
    return figure, pd.concat(frames, ignore_index=True)
