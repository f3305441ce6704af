"""Figure 5: learning curves, errors by element, bands and density of states of graphene."""

import numpy as np
import pandas as pd

from hamlearn import plotting
from hamlearn.files import read_small
from hamlearn.hamiltonians import levels_drawn

SERIES = (
    ("mae", "", plotting.BLACK, ":", "paper's network, training"),
    ("val_mae", "", plotting.BLACK, "-", "validation"),
    ("mae", "own_", plotting.BLUE, ":", "ours, training"),
    ("val_mae", "own_", plotting.BLUE, "-", "validation"),
)


@plotting.styled
def draw(histories, metrics, by_group, levels, part, scale):
    """Return the figure and its frame: curves (meV), element errors, levels, densities."""
    histories, metrics = read_small(histories), read_small(metrics)
    by_group, levels = read_small(by_group), read_small(levels)
    figure = plotting.figure(plotting.TWO_COLUMNS, 4.8, scale)
    upper, lower = figure.subfigures(2, 1)
    curves = upper.subplots(1, 3, width_ratios=[1, 1, 1.15])
    tables = [
        _curves(axis, histories, metrics, target)
        for axis, target in zip(curves, ("forward", "backward"), strict=False)
    ]
    curves[1].legend(loc="upper right")
    triangles = np.triu_indices(13), np.triu_indices(13, 1)
    runs = (("graphene_forward", triangles[0], False), ("graphene_backward", triangles[1], True))
    tables.append(levels_drawn.element_map(curves[2], by_group, runs))
    axes = lower.subplots(1, 2, width_ratios=[1.3, 1])
    of_graphene = levels[levels["material"] == "graphene"]
    tables.append(levels_drawn.bands(axes[0], of_graphene, part))
    tables.append(levels_drawn.density(axes[1], of_graphene, part))
    axes[1].set_ylabel("states per eV and cell")
    axes[1].set_ylim(0, None)
    handles = [levels_drawn.handle(name) for name in levels_drawn.LOOKS]
    axes[1].legend(handles=handles, loc="upper center")
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
    axis.axhline(trivial, color=plotting.GREY, linestyle="--", linewidth=0.9)
    axis.text(0.98, trivial * 1.04, "class median", transform=axis.get_yaxis_transform(),
              ha="right", va="bottom", size=6.5, color=plotting.GREY)  # fmt: skip
    stated = {"forward": 3.5, "backward": 1.9}[target]
    axis.axhline(stated, color=plotting.RED, linewidth=0.8)
    axis.text(0.02, stated * 1.04, f"paper, {stated} meV", transform=axis.get_yaxis_transform(),
              va="bottom", size=6.5, color=plotting.RED)  # fmt: skip
    axis.set(xlabel="epoch", ylabel="MAE (meV)", title=target)
    plotting.log_axis(axis.yaxis)
    return pd.concat(drawn).assign(network=target)
