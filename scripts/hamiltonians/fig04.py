"""Figure 4: training loss for perfect crystals, frames of DeepH against complete ones."""

import pandas as pd

from hamlearn import plotting
from hamlearn.files import read_small

CRYSTALS = {"graphene_perfect": "graphene", "zincblende": "zincblende SiGe"}
RUNS = {
    "deeph": ("LC of DeepH, one network", plotting.BLACK, "-"),
    "complete_forward": ("complete LC, forward", plotting.RED, "-"),
    "complete_backward": ("complete LC, backward", plotting.RED, ":"),
}


@plotting.styled
def draw(histories, scale):
    """Return the figure and its frame: crystal, run, epoch, median, least, most (eV)."""
    histories = read_small(histories)
    figure = plotting.figure(plotting.TWO_COLUMNS, 2.6, scale)
    axes, tables = figure.subplots(1, 2, sharey=True), []
    for axis, (crystal, name) in zip(axes, CRYSTALS.items(), strict=True):
        for run, (label, colour, line) in RUNS.items():
            rows = histories[histories["run"] == f"{crystal}_{run}"]
            loss = rows.groupby("epoch")["loss"].agg(["median", "min", "max"]).reset_index()
            style = {"color": colour, "linestyle": line, "label": label}
            plotting.ranged(axis, loss["epoch"], loss["median"], loss["min"], loss["max"], **style)
            tables.append(loss.assign(crystal=crystal, run=run))
        axis.set(xlabel="epoch", yscale="log", title=name)
    seeds = histories.loc[histories["run"].str.startswith("graphene_perfect_"), "seed"].nunique()
    axes[0].set_ylabel("training loss (eV)")
    axes[0].legend(title=plotting.count(seeds, "seed"), loc="lower left", alignment="left")
    plotting.letter(axes)
    return figure, pd.concat(tables, ignore_index=True)
