"""Figure 2: frequency distribution of the conductance of model I."""

import numpy as np
import pandas as pd

from hamlearn import plotting
from hamlearn.files import read_table


@plotting.styled
def draw(conductances, sizes, half_bin, scale):
    """Draw P(G) in disjoint bins of full width 2 ``half_bin`` (G0), one curve per system size.

    Parameters
    ----------
    conductances : sequence of path
        Table of conductances of each size in ``sizes``.
    half_bin : float
        Half width Delta G of a bin in G0 (Sec. II.B).

    Returns
    -------
    figure, frame : size, conductance_g0 (centre), share, share_error (binomial), samples
    """
    figure = plotting.figure(plotting.ONE_COLUMN, 2.5, scale)
    axis = figure.subplots()
    frames = []
    for number, (size, path) in enumerate(zip(sizes, conductances, strict=True)):
        values = read_table(path, ["conductance_g0"])["conductance_g0"].dropna()
        centre, share = plotting.histogram(values, half_bin)
        error = np.sqrt(share * (1 - share) / max(len(values), 1))
        colour = plotting.COLOURS[number % len(plotting.COLOURS)]
        axis.plot(
            centre,
            share,
            color=colour,
            marker=plotting.MARKERS[number % len(plotting.MARKERS)],
            label=f"{size}×{size}",
        )
        axis.fill_between(centre, share - error, share + error, color=colour, alpha=0.2, lw=0)
        frames.append(
            pd.DataFrame(
                {
                    "size": size,
                    "conductance_g0": centre,
                    "share": share,
                    "share_error": error,
                    "samples": len(values),
                }
            )
        )
    axis.set(xlabel="$G/G_0$", ylabel="$P(G)$", xlim=(0, None), ylim=(0, None))
    axis.legend(title="system size")
    return figure, pd.concat(frames, ignore_index=True)
