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


def looks(exponents):
    return {
        EXPLORE: (rf"$\alpha$ = {exponents['explore']:g}", plotting.ORANGE),
        TRAIN_LAW: (rf"$\alpha$ = {exponents['train']:g}", plotting.BLUE),
    }


@plotting.styled
def draw(statistics, ensembles, exponents, scale):
    """Return the figure and the drawn values."""
    table, names = read_small(statistics), looks(exponents)
    figure = plotting.figure(plotting.TWO_COLUMNS, 2.8, scale)
    axes, frames = figure.subplots(1, 3, width_ratios=[1.3, 1.3, 1]), []
    for axis, (which, name) in zip(axes, {1: "first set", 2: "second set"}.items(), strict=False):
        own = pd.DataFrame({law: shares(table, law, EXACT)[which] for law in names})
        draw_bars(axis, own.reindex(topology.CLASSES), names, name)
        frames.append(own.rename_axis("class").reset_index().assign(set=which))
    fillings = {
        law: ensemble.load(path).filling for law, path in zip(names, ensembles, strict=True)
    }
    both = np.concatenate(list(fillings.values()))
    low, high = np.floor(both.min() / BIN) * BIN, np.ceil(both.max() / BIN) * BIN
    edges = np.arange(low, high + BIN / 2, BIN)
    for law, (label, colour) in names.items():
        number, _ = np.histogram(fillings[law], edges)
        axes[2].stairs(number, edges, color=colour, label=label, linewidth=1.2)
        rows = {"law": law, "filling": edges[:-1] + BIN / 2, "potentials": number}
        frames.append(pd.DataFrame(rows))
    axes[2].set(xlabel="filled share of the cell", ylabel="potentials")
    axes[0].legend()
    plotting.letter(axes)
    return figure, pd.concat(frames, ignore_index=True)
