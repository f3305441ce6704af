"""Figure 7: classes of both sets of bands by three methods."""

import numpy as np
import pandas as pd

from bands.fig03 import shares
from hamlearn import plotting
from hamlearn.bands import topology
from hamlearn.bands.plan import EXPLORE
from hamlearn.bands.statistics import EXACT, FLUX, NETWORK
from hamlearn.files import read_small

METHODS = {
    FLUX: ("network, π fluxes", plotting.SKY, ""),
    NETWORK: ("network, compatibility", plotting.ORANGE, "/////"),
    EXACT: ("exact, compatibility", plotting.BLACK, ""),
}


def draw_bars(axis, table, looks, which):
    """Draw groups of bars: shares of a set of bands, a colour and a hatch for each column."""
    width = 0.8 / len(looks)
    for place, (name, (label, colour, hatch)) in enumerate(looks.items()):
        x = np.arange(len(table)) + (place - (len(looks) - 1) / 2) * width
        style = {"color": colour, "label": label, "edgecolor": "w", "linewidth": 0.3}
        style |= {"hatch": hatch, "hatch_linewidth": 0.5}
        axis.bar(x, 100 * table[name], width, **style)
    names = [plotting.minus(kind) for kind in table.index]
    axis.set_xticks(range(len(table)), names, rotation=60, ha="right")
    axis.tick_params(top=False, axis="x", length=0)
    axis.set(title=which, ylabel="share of potentials (%)")


@plotting.styled
def draw(statistics, scale):
    """Return the figure and the drawn values."""
    table = read_small(statistics)
    found = {method: shares(table, EXPLORE, method) for method in METHODS}
    own = table[(table["quantity"] == "share") & table["name"].str.startswith(f"{FLUX} ")]
    label, *look = METHODS[FLUX]
    looks = METHODS | {FLUX: (f"{label} of {plotting.thousands(own['n'].max())}", *look)}
    figure = plotting.figure(plotting.TWO_COLUMNS, 2.9, scale)
    axes, frames = figure.subplots(1, 2), []
    for axis, (which, name) in zip(axes, {1: "first set", 2: "second set"}.items(), strict=True):
        own = pd.DataFrame({method: found[method][which] for method in METHODS})
        draw_bars(axis, own.reindex(topology.CLASSES), looks, name)
        frames.append(own.rename_axis("class").reset_index().assign(set=which))
    axes[0].legend()
    plotting.letter(axes)
    return figure, pd.concat(frames, ignore_index=True)
