"""Predict the bands of a unit cell of your own, with their irreps and classes.

    python scripts/bands/predict.py --image cell.png --exact --figure bands.png

Row i and column j of the image are the pixel at (i a1 + j a2) / L, white where V = V_max; it must
have sixfold rotations about pixel (0, 0). The table goes to --output, or to standard output;
docs/own-cells.md says what is in it.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from hamlearn import commands, config, plotting
from hamlearn.bands import drawing, prediction

ROOT = Path(__file__).resolve().parents[2]
NETWORKS = ROOT / "results/default/bands/networks"
TRAINING = "snakemake --cores 4 results/default/bands/networks/main/seed0"
MOST_POINTS = 10_000


def options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--image", required=True, metavar="FILE", help=".png or .npy of one cell, black and white")
    add("--threshold", type=float, metavar="V", help="greys above it count as V_max, from 0 to 1")
    add("--points", type=int, default=40, metavar="N", help="wave vectors of each line (40)")
    add("--networks", nargs="+", metavar="PATH", help=f"files, or folders with {prediction.NAME}")
    add("--exact", action="store_true", help="also by the exact solver")
    add("--output", metavar="CSV", help="default: standard output, unless there is a figure")
    add("--figure", metavar="PNG", help="cell and bands; or .pdf, .svg")
    return parser.parse_args(arguments)


def checked(chosen: argparse.Namespace) -> None:
    """Raise ValueError for options that nothing can be done with."""
    commands.check_outputs({"--output": chosen.output, "--figure": chosen.figure})
    commands.check_figure(chosen.figure)
    if not 2 <= chosen.points <= MOST_POINTS:
        raise ValueError(f"points = {chosen.points}: expected 2 to {MOST_POINTS}")
    if chosen.threshold is not None and not 0 <= chosen.threshold < 1:
        raise ValueError(f"threshold = {chosen.threshold:g}: expected 0 or more, below 1")


def networks_of(given: list[str] | None) -> list[Path]:
    """Return the networks to use, those of scale default if none is given."""
    if given is None and not any(NETWORKS.rglob(prediction.NAME)):
        raise ValueError(f"{NETWORKS}: no trained network; `{TRAINING}` trains one")
    return prediction.find(given or [NETWORKS])


def in_words(frame: pd.DataFrame, prefix: str) -> str:
    """Return the classes of the first two sets, with their bands."""
    rows = frame.drop_duplicates("band")
    groups = rows.groupby(f"{prefix}class", sort=False)["band"]
    shown = [f"{kind} {min(own)}-{max(own)}" for kind, own in groups if kind]
    return ", ".join(shown) or "none told"


@plotting.styled
def draw(frame: pd.DataFrame, v: np.ndarray, scale: str):
    """Draw (a) the cell, dark for V_max, and (b) its bands with their irreps."""
    exact = "exact" in frame
    figure = plotting.figure(plotting.ONE_COLUMN, 4.6, scale)
    upper, lower = figure.subplots(2, 1, height_ratios=[1, 1.8])
    drawing.cell(upper, v)
    drawing.path(lower, frame if exact else frame.assign(exact=np.nan))
    prefix = "exact_" if exact else ""
    rows = frame[frame["point"] != ""]
    for (_, place), own in rows.groupby(["point", "x"]):
        energies = own["exact"] if exact else own["network"]
        names = own[f"{prefix}irrep"].where(energies.round(4) != energies.round(4).shift(), "")
        for energy, name in zip(energies, names, strict=True):
            right = place > 0
            side = {"ha": "right" if right else "left", "xytext": (-2 if right else 2, 1)}
            text = {"textcoords": "offset points", "size": 6, "color": plotting.BLUE}
            lower.annotate(name, (place, energy), **side, **text)
    handles, labels = lower.get_legend_handles_labels()
    kept = [pair for pair in zip(handles, labels, strict=True) if exact or pair[1] != "exact"]
    lower.legend(*zip(*kept, strict=True), loc="lower right", frameon=True, framealpha=0.9)
    words = {"network": in_words(frame, "")}
    words |= {"exact": in_words(frame, "exact_")} if exact else {}
    lower.set_title("\n".join(f"{name}: {text}" for name, text in words.items()), size=7)
    plotting.letter([upper])
    lower.set_title("(b)", loc="left", weight="bold")
    return figure


def predict(chosen: argparse.Namespace) -> None:
    checked(chosen)
    settings = config.load(config.read([ROOT / "config.yaml"]))
    v = prediction.cell(chosen.image, chosen.threshold)
    paths = networks_of(chosen.networks)
    commands.start_keras(settings["training"]["backend"])
    from hamlearn.bands import networks

    loaded = [networks.load(path) for path in paths]
    for network, path in zip(loaded, paths, strict=True):
        prediction.fit_for(network, path, v)
    commands.warn(prediction.unlike(v))
    frame = prediction.bands(loaded, v, chosen.points, chosen.exact)
    if chosen.output or not chosen.figure:
        commands.write(frame, chosen.output)
    if chosen.figure:
        picture = draw(frame, v, commands.scale_of(paths[0]))
        with plotting.style():
            commands.save(picture, chosen.figure)


def main(arguments: list[str] | None = None) -> None:
    chosen = options(arguments)
    with commands.reported():
        predict(chosen)


if __name__ == "__main__":
    main()
