"""Bands of a unit cell of your own, with their irreps and classes, by networks or exactly.

    python scripts/bands/predict.py --image cell.png --exact --figure bands.png

docs/own-data.md says what an image holds, and what the table.
"""

import numpy as np
import pandas as pd

from hamlearn import commands, plotting, trained
from hamlearn.bands import drawing, prediction
from hamlearn.bands.plan import BEST

MOST_POINTS = 10_000


def options(add) -> None:
    add("--image", required=True, metavar="FILE", help=".png or .npy of one cell, black and white")
    add("--threshold", type=float, metavar="V", help="greys above it count as V_max, from 0 to 1")
    add("--points", type=int, default=40, metavar="N", help="wave vectors of each line (40)")


def check(chosen) -> None:
    """Raise ValueError for options that nothing can be done with."""
    if not 2 <= chosen.points <= MOST_POINTS:
        raise ValueError(f"points = {chosen.points}: expected 2 to {MOST_POINTS}")
    if chosen.threshold is not None and not 0 <= chosen.threshold < 1:
        raise ValueError(f"threshold = {chosen.threshold:g}: expected 0 or more, below 1")


def loaded(found: list[trained.Trained], v: np.ndarray) -> list:
    """Read networks, which must take images of this size."""
    if not found:
        return []
    commands.start_keras()
    from hamlearn.bands import networks

    read = [networks.load(one.path) for one in found]
    for network, one in zip(read, found, strict=True):
        prediction.fit_for(network, one.path, v)
    commands.warn(prediction.unlike(v))
    return read


def in_words(frame: pd.DataFrame, prefix: str) -> str:
    """Return the classes of the first two sets, with their bands."""
    rows = frame.drop_duplicates("band")
    groups = rows.groupby(f"{prefix}class", sort=False)["band"]
    shown = [f"{kind} ({_bands(min(own), max(own))})" for kind, own in groups if kind]
    return ", ".join(shown) or "no class told"


def _bands(first: int, last: int) -> str:
    return f"band {first}" if first == last else f"bands {first} to {last}"


@plotting.styled
def draw(frame: pd.DataFrame, v: np.ndarray, scale: str):
    """Draw (a) the cell, dark for V_max, and (b) its bands with their irreps."""
    known = [name for name in ("network", "exact") if name in frame]
    figure = plotting.figure(plotting.ONE_COLUMN, 4.6, scale)
    upper, lower = figure.subplots(2, 1, height_ratios=[1, 1.8])
    drawing.cell(upper, v)
    drawing.path(lower, frame.reindex(columns=[*frame, *{"network", "exact"} - set(known)]))
    prefix = "exact_" if known[-1] == "exact" else ""
    rows = frame[frame["point"] != ""]
    for (_, place), own in rows.groupby(["point", "x"]):
        energies = own[known[-1]]
        names = own[f"{prefix}irrep"].where(energies.round(4) != energies.round(4).shift(), "")
        for energy, name in zip(energies, names, strict=True):
            right = place > 0
            side = {"ha": "right" if right else "left", "xytext": (-2 if right else 2, 1)}
            text = {"textcoords": "offset points", "size": 6, "color": plotting.BLUE}
            text |= {"path_effects": drawing.HALO}
            lower.annotate(plotting.minus(name), (place, energy), **side, **text)
    lines = [line for line in drawing.BANDS if line.get_label() in known]
    upper.legend(handles=lines, loc="lower left", bbox_to_anchor=(0.92, 0))
    prefixes = {"network": "", "exact": "exact_"}
    words = [f"{name}: {in_words(frame, prefixes[name])}" for name in known]
    lower.set_title("\n".join(words), size=7)
    plotting.letter([upper])
    lower.set_title("(b)", loc="left", weight="bold")
    return figure


def predict(chosen) -> None:
    check(chosen)
    v = prediction.cell(chosen.image, chosen.threshold)
    found = commands.networks(chosen, "bands", [BEST])
    frame = prediction.bands(loaded(found, v), v, chosen.points, chosen.exact)
    commands.deliver(chosen, frame, lambda: draw(frame, v, trained.scale_of(found)))


def main(arguments: list[str] | None = None) -> None:
    commands.main("bands", __doc__, options, predict, arguments)


if __name__ == "__main__":
    main()
