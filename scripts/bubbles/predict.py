"""Predict the conductance of a height map of your own against energy.

    python scripts/bubbles/predict.py --height-map map.csv --spacing 0.2nm --energies 0.05:0.6:200

Rows of the map run along the current (x, a zigzag direction), columns across it. The table goes to
--output, or to standard output; docs/own-data.md says what is done to the map.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from hamlearn import commands, config, maps, plotting
from hamlearn.bubbles import prediction, sheet, trained_range

ROOT = Path(__file__).resolve().parents[2]
NETWORKS = ROOT / "results/default/bubbles/networks"
TRAINING = (
    "snakemake --cores 4 results/default/bubbles/networks/own/seed0 "
    "--config 'bubbles={training: {jobs: each}}'"
)


def options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--height-map", required=True, metavar="FILE", help="text or .npy; rows run along x")
    add("--height-unit", default="nm", metavar="UNIT", help="nm (default), A, m, or a")
    add("--spacing", required=True, nargs="+", metavar="LENGTH",
        help="of rows and columns, such as 0.5nm; two if they differ")  # fmt: skip
    add("--energies", required=True, metavar="LOW:HIGH:COUNT", help="in t, or E1,E2,...")
    add("--networks", nargs="+", metavar="PATH", help=f"files, or folders with {prediction.NAME}")
    add("--transpose", action="store_true", help="columns of the map run along x, not rows")
    add("--level", action="store_true", help="subtract the plane through the rim of the map")
    add("--crop", action="store_true", help="cut a larger map though it is not flat outside")
    add("--exact", action="store_true", help="also by the exact solver")
    add("--output", metavar="CSV", help="default: standard output, unless there is a figure")
    add("--figure", metavar="PNG", help="map and curves; or .pdf, .svg")
    return parser.parse_args(arguments)


def energies_of(chosen: argparse.Namespace) -> np.ndarray:
    """Return the energies in t, (m,); raise ValueError if there cannot be a figure with them."""
    energies = maps.energies(chosen.energies)
    commands.check_figure(chosen.figure)
    if chosen.figure and len(energies) < 2:
        raise ValueError(f"figure: one energy, {energies[0]:g} t; expected two or more")
    return energies


def networks_of(given: list[str] | None) -> list[Path]:
    """Return the networks to use, those of scale default if none is given."""
    if given is None and not any(NETWORKS.rglob(prediction.NAME)):
        raise ValueError(f"{NETWORKS}: no trained network; `{TRAINING}` trains one")
    return prediction.find(given or [NETWORKS])


def heights_of(chosen: argparse.Namespace, lengths: maps.Lengths):
    """Return the map (rows, columns) and the distances of its rows and columns, all in a."""
    spacing = [lengths.parse(text) for text in chosen.spacing]
    if len(spacing) > 2:
        raise ValueError(f"spacing: {len(spacing)} lengths, expected one or two")
    z = maps.read(chosen.height_map) * lengths.unit(chosen.height_unit)
    z, spacing = (z.T, spacing[::-1]) if chosen.transpose else (z, spacing)
    return sheet.levelled(z) if chosen.level else z, (spacing[0], spacing[-1])


@plotting.styled
def draw(frame: pd.DataFrame, heights: np.ndarray, side: float, networks: int, scale: str):
    """Draw (a) the flake with its map, in nm, and (b) its conductance against energy.

    Parameters
    ----------
    frame : DataFrame
        Of :func:`hamlearn.bubbles.prediction.curve`, and exact_g0 if it was solved.
    heights : array (pixels, pixels) in nm
    side : float
        Of the flake, in nm.
    networks : int
        Number of them, behind the mean.
    scale : str
    """
    frame = frame.sort_values("energy_t")
    figure = plotting.figure(plotting.ONE_COLUMN, 4.4, scale)
    upper, lower = figure.subplots(2, 1, height_ratios=[1, 1.25])
    image = plotting.square_map(upper, heights, side)
    plotting.height_bar(image).set_label("$z$ (nm)")
    upper.set(xlabel="$x$ (nm)", ylabel="$y$ (nm)")
    energy, style = frame["energy_t"], {"color": plotting.GREEN}
    grey = {"color": plotting.GREY, "linewidth": 0.7, "linestyle": ":"}
    lower.plot(energy, frame["modes"], drawstyle="steps-mid", label="flat sheet, $2n+1$", **grey)
    band = (frame["low_g0"], frame["high_g0"])
    lower.fill_between(energy, *band, alpha=0.2, lw=0, label="90 % interval", **style)
    if networks > 1:
        band = (frame["least_g0"], frame["most_g0"])
        label = f"range of {networks} networks"
        lower.fill_between(energy, *band, alpha=0.45, lw=0, label=label, **style)
    lower.plot(energy, frame["conductance_g0"], label="predicted", **style)
    if "exact_g0" in frame:
        lower.plot(energy, frame["exact_g0"], color=plotting.RED, lw=0.9, label="exact")
    lower.set(xlabel="$E$ ($t$)", ylabel="$T$ ($2e^2/h$)", ylim=(0, None))
    lower.set_xlim(energy.min(), energy.max())
    lower.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    lower.legend(loc="upper left")
    plotting.letter([upper, lower])
    return figure


def predict(chosen: argparse.Namespace) -> None:
    commands.check_outputs({"--output": chosen.output, "--figure": chosen.figure})
    settings = config.load(config.read([ROOT / "config.yaml"]))
    lengths = maps.Lengths(settings["bubbles"]["lattice_constant"])
    energies = energies_of(chosen)
    z, spacing = heights_of(chosen, lengths)
    paths = networks_of(chosen.networks)
    commands.start_keras(settings["training"]["backend"])
    networks, flake = prediction.load(paths)
    flake.check(energies)
    placed, notes = sheet.place(z, spacing, flake.side, lengths, crop=chosen.crop)
    heights = placed.pixels(flake.pixels)
    commands.warn(notes)
    about = (flake, heights, energies, lengths)
    commands.warn(trained_range.compared(networks[0], paths[0], *about))
    frame = prediction.curve(networks, heights, flake.modes(energies), energies)
    if chosen.exact:
        frame["exact_g0"] = prediction.exact(placed, flake, energies)
    if chosen.output or not chosen.figure:
        commands.write(frame, chosen.output)
    if chosen.figure:
        nm = lengths.lattice_constant / 10
        drawing = draw(
            frame, nm * heights, nm * flake.side, len(networks), commands.scale_of(paths[0])
        )
        commands.save(drawing, chosen.figure)


def main(arguments: list[str] | None = None) -> None:
    chosen = options(arguments)
    with commands.reported():
        predict(chosen)


if __name__ == "__main__":
    main()
