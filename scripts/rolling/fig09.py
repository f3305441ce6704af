"""Figure 9: classes of functions of deeper and deeper networks, nested or not."""

import pandas as pd
from matplotlib.patches import Ellipse

from hamlearn import plotting
from hamlearn.files import read_small

FAMILIES = {"std": "sequential", "res": "residual", "hbfree": "medium extractor"}
LEVELS = 5
"""Layers that are drawn, with a pool in the middle."""
SHADES = ("#D0E4F2", "#A9CCE5", "#7FB2D6", "#4F93C2", "#1F6FA8")


def steps(layers: pd.DataFrame, family: str) -> pd.DataFrame:
    """Return the first operations of a network with the class that each gives.

    A class holds the one before it if a bypass leads around the operation, or if the answers of
    the layers before are read out beside it.
    """
    own = layers[(layers["sizes"] == "thesis") & (layers["family"] == family)]
    own = own[(own["kind"] == "torsum") & own["layer"].isin(["conv", "pool"])].head(LEVELS)
    nested = own["bypass"] | (own["read_out"] >= 0)
    frame = own[["number", "layer"]].assign(family=family, nested=nested.to_numpy())
    frame.iloc[0, frame.columns.get_loc("nested")] = True  # there is none before it
    return frame


def draw_nest(axis, frame: pd.DataFrame) -> None:
    """Draw an ellipse for each class: around the one before where it is nested, else beside it."""
    groups, x = [], 0.0
    for row in frame.itertuples():
        if not row.nested:
            x += 0.9
        groups.append((x, row))
    started = {}
    for x, row in groups:
        started.setdefault(x, []).append(row)
    shade = iter(SHADES)
    colours = {row.number: next(shade) for row in frame.itertuples()}
    for x, rows in started.items():
        for size, row in reversed(list(enumerate(rows, start=1))):
            width = 0.75 + 0.62 * (size - 1)
            box = Ellipse((x + 0.28 * (size - 1), 0.3 * x), width, 1.1 * width)
            box.set(facecolor=colours[row.number], edgecolor="k", linewidth=0.7, alpha=0.85)
            axis.add_patch(box)
            top = 0.3 * x + 0.55 * width - 0.16
            words = {"ha": "center", "va": "center", "size": 7}
            axis.text(x + 0.28 * (size - 1), top, f"$F_{{{row.number}}}$", **words)
    axis.autoscale_view()
    axis.set(aspect="equal")
    axis.set_axis_off()


@plotting.styled
def draw(architectures, scale):
    """Draw the classes of the first operations of three families.

    Returns
    -------
    figure, frame : family, number, layer, nested (whether its class holds the one before)
    """
    layers = read_small(architectures)
    figure = plotting.figure(plotting.TWO_COLUMNS, 2.5, scale)
    axes, frames = figure.subplots(1, len(FAMILIES)), []
    for axis, (family, title) in zip(axes, FAMILIES.items(), strict=True):
        frames.append(steps(layers, family))
        draw_nest(axis, frames[-1])
        pools = ", ".join(f"$F_{{{n}}}$" for n in frames[-1].query("layer == 'pool'")["number"])
        axis.set_title(f"{title}\n({pools}: a pool)")
    plotting.letter(axes)
    frame = pd.concat(frames, ignore_index=True)
    return figure, frame[["family", "number", "layer", "nested"]]
