"""Figure 8: seconds for the Hamiltonian of a structure against its number of atoms."""

import numpy as np
import pandas as pd

from hamlearn import plotting
from hamlearn.files import read_small

PARTS = {
    "neighbours": "list of edges",
    "frames": "frames",
    "networks": "networks",
    "assembly": "assembly",
}


@plotting.styled
def draw(timing, claims, scale):
    """Return the figure and its frame: seconds of each part by number of atoms."""
    timing, paper = read_small(timing), plotting.paper_values(claims)
    sizes = pd.DataFrame(timing["sizes"])
    figure = plotting.figure(plotting.ONE_COLUMN, 3.2, scale)
    axis = figure.subplots()
    for place, (part, label) in enumerate(PARTS.items()):
        style = {**plotting.series(place + 1, label), "linewidth": 0.8, "linestyle": ":"}
        axis.plot(sizes["atoms"], sizes[part], **style)
    exponent = timing["exponent"]
    label = f"in all, $\\propto N^{{{exponent:.2f}}}$"
    axis.plot(
        sizes["atoms"], sizes["total"], color=plotting.BLUE, marker="o", label=label, zorder=4
    )
    stated = paper["hamiltonians.speed.prediction_1728"]
    plotting.stated(axis, [1728], [stated], "paper, on a GPU")
    solved = {int(atoms): seconds for atoms, seconds in timing["dft_seconds"].items()}
    style = {"linestyle": "", "marker": "X", "color": plotting.BLACK}
    axis.plot(list(solved), list(solved.values()), label="GPAW, solved here", **style)
    axis.set(xscale="log", yscale="log", xlabel="atoms", ylabel="time (s)")
    axis.legend(loc="best", fontsize=6)
    known = pd.DataFrame({"atoms": list(solved), "dft": list(solved.values())})
    return figure, pd.concat([sizes.assign(dft=np.nan), known], ignore_index=True)
