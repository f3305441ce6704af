"""Figure 5: learning curves, errors by element, bands and density of states of graphene."""

import numpy as np
import pandas as pd

from hamlearn import plotting
from hamlearn.files import read_small
from hamlearn.hamiltonians import levels_drawn

SERIES = (
    ("mae", "", plotting.BLACK, ":", "network of the paper, training"),
    ("val_mae", "", plotting.BLACK, "-", "network of the paper, validation"),
    ("mae", "own_", plotting.BLUE, ":", "ours, training"),
    ("val_mae", "own_", plotting.BLUE, "-", "ours, validation"),
)


@plotting.styled
def draw(histories, metrics, by_group, levels, part, scale):
    """Return the figure and its frame: curves (meV), element errors, levels, densities."""
    histories, metrics = read_small(histories), read_small(metrics)
    by_group, levels = read_small(by_group), read_small(levels)
    figure = plotting.figure(plotting.TWO_COLUMNS, 5.4, scale)
    upper, lower = figure.subfigures(2, 1, height_ratios=[1.15, 1])
    curves = upper.subplots(1, 3, width_ratios=[1, 1, 1.15])
    tables = [
        _curves(axis, histories, metrics, target)
        for axis, target in zip(curves, ("forward", "backward"), strict=False)
    ]
    handles, labels = curves[0].get_legend_handles_labels()
    seeds = plotting.count(
        histories.loc[histories["run"] == "graphene_forward", "seed"].nunique(), "seed"
    )
    upper.legend(handles, labels, title=seeds, loc="outside lower center", ncols=3)
    triangles = np.triu_indices(13), np.triu_indices(13, 1)
    runs = (("graphene_forward", triangles[0], False), ("graphene_backward", triangles[1], True))
    tables.append(levels_drawn.element_map(curves[2], by_group, runs))
    curves[2].set_title("network of the paper")
    axes = lower.subplots(1, 2, width_ratios=[1.3, 1])
    of_graphene = levels[levels["material"] == "graphene"]
    tables.append(levels_drawn.bands(axes[0], of_graphene, part))
    tables.append(levels_drawn.density(axes[1], of_graphene, part))
    axes[1].set_ylabel("states per eV and cell")
    axes[1].set_ylim(0, None)
    levels_drawn.legend(lower)
    plotting.letter([*curves, *axes])
    return figure, pd.concat(tables, ignore_index=True)


def _curves(axis, histories, metrics, target):
    drawn = []
    for column, kind, colour, line, label in SERIES:
        rows = histories[histories["run"] == f"graphene_{kind}{target}"]
        error = 1000 * rows.groupby("epoch")[column].mean()
        marker = "." if len(error) < 3 else ""
        axis.plot(error.index, error, color=colour, linestyle=line, label=label, marker=marker)
        drawn.append(
            pd.DataFrame(
                {"epoch": error.index, "mae": error.to_numpy(), "series": f"{kind}{column}"}
            )
        )
    rows = metrics[(metrics["run"] == f"graphene_{target}") & (metrics["ensemble"] == "graphene")]
    trivial = rows["mae_trivial"].mean()
    style = {"color": plotting.GREY, "linestyle": "--", "label": "class median"}
    axis.axhline(trivial, linewidth=0.9, **style)
    stated = {"forward": 3.5, "backward": 1.9}[target]
    axis.axhline(stated, color=plotting.RED, linewidth=0.8, label="paper, validation")
    axis.set(xlabel="epoch", ylabel="MAE (meV)")
    axis.set_title(f"{target}; paper {stated} meV", size=7, loc="right")
    plotting.log_axis(axis.yaxis)
    return pd.concat(drawn).assign(network=target)
