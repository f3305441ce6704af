"""Conductance of a height map of your own against energy, by trained networks.

    python scripts/bubbles/predict.py --height-map map.csv --spacing 0.2nm --energies 0.05:0.6:200

docs/own-data.md says what is done to the map, and what the table holds.
"""

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from hamlearn import commands, maps, plotting, trained
from hamlearn.bubbles import prediction, sheet, trained_range

NAME = "own"
"""Of the network of a folder."""


def options(add) -> None:
    add("--height-map", required=True, metavar="FILE", help="text or .npy; rows run along x")
    add("--height-unit", default="nm", metavar="UNIT", help="nm (default), A, m, or a")
    add("--spacing", required=True, nargs="+", metavar="LENGTH",
        help="of rows and columns, such as 0.5nm; two if they differ")  # fmt: skip
    add("--energies", required=True, metavar="LOW:HIGH:COUNT", help="in t, or E1,E2,...")
    add("--transpose", action="store_true", help="columns of the map run along x, not rows")
    add("--level", action="store_true", help="subtract the plane through the rim of the map")
    add("--crop", action="store_true", help="cut a larger map though it is not flat outside")


def energies_of(chosen) -> np.ndarray:
    """Return the energies in t, (m,); raise ValueError if there cannot be a figure with them."""
    energies = maps.energies(chosen.energies)
    if chosen.figure and len(energies) < 2:
        raise ValueError(f"figure: one energy, {energies[0]:g} t; expected two or more")
    return energies


def heights_of(chosen, lengths: maps.Lengths):
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


def predict(chosen) -> None:
    lengths = maps.Lengths(trained.configured()["bubbles"]["lattice_constant"])
    energies = energies_of(chosen)
    z, spacing = heights_of(chosen, lengths)
    found = trained.find("bubbles", chosen.networks, [NAME])  # they name the flake, exact or not
    commands.start_keras()
    networks, flake = prediction.load([one.path for one in found])
    flake.check(energies)
    placed, notes = sheet.place(z, spacing, flake.side, lengths, crop=chosen.crop)
    heights = placed.pixels(flake.pixels)
    commands.warn(notes)
    about = (flake, heights, energies, lengths)
    commands.warn(trained_range.compared(networks[0], found[0], *about))
    frame = prediction.curve(networks, heights, flake.modes(energies), energies)
    if chosen.exact:
        frame["exact_g0"] = prediction.exact(placed, flake, energies)
    nm = lengths.lattice_constant / 10
    seen = (nm * heights, nm * flake.side, len(networks), trained.scale_of(found))
    commands.deliver(chosen, frame, lambda: draw(frame, *seen))


def main(arguments: list[str] | None = None) -> None:
    commands.main("bubbles", __doc__, options, predict, arguments)


if __name__ == "__main__":
    main()
