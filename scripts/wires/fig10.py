"""Figure 10: conductance of models II, III and IV against impurity concentration."""

import pandas as pd

from hamlearn import plotting
from hamlearn.files import read_table
from hamlearn.wires.ensemble import load

INSET = (60.0, 100.0)
"""Range of the inset, in per cent."""


@plotting.styled
def draw(ensembles, conductances, models, max_points, scale):
    """Draw one point per sample and model; the inset enlarges concentrations from 60 to 100 %.

    Parameters
    ----------
    ensembles, conductances : sequence of path
        Ensemble and conductances of each model in ``models`` ("ii", "iii", "iv").
    max_points : int
        The first so many samples of each model are drawn.

    Returns
    -------
    figure, frame : model, sample, concentration, conductance_g0
    """
    figure = plotting.figure(plotting.ONE_COLUMN, 2.7, scale)
    axis = figure.subplots()
    inset = axis.inset_axes([0.42, 0.36, 0.55, 0.58])
    frames = []
    for number, (model, ensemble, conductance) in enumerate(
        zip(models, ensembles, conductances, strict=True)
    ):
        table = read_table(conductance, ["sample", "conductance_g0"])
        table.insert(0, "model", model)
        table.insert(2, "concentration", load(ensemble).concentration[table["sample"]])
        frames.append(table[table["sample"] < max_points])
        percent, values = 100 * frames[-1]["concentration"], frames[-1]["conductance_g0"]
        style = {"s": plotting.point_area(len(values)), "linewidths": 0, "rasterized": True}
        # the most species, whose points spread most, lie below the others
        style |= {"color": plotting.COLOURS[number], "zorder": 3 - 0.1 * number, "alpha": 0.7}
        axis.scatter(percent, values, **style)
        inset.scatter(percent, values, **style)
        axis.plot([], [], "o", color=plotting.COLOURS[number], label=f"model {model.upper()}")
    frame = pd.concat(frames, ignore_index=True)
    axis.set(xlabel="$n$ (%)", ylabel="$G/G_0$", xlim=(0, 100))
    part = frame.loc[100 * frame["concentration"] >= INSET[0], "conductance_g0"]
    top = part.max() if part.notna().any() else 1.0
    inset.set(xlim=INSET, ylim=(-0.03 * top, 1.05 * top))
    inset.tick_params(labelsize=6)
    axis.legend(loc="upper center", bbox_to_anchor=(0.5, 1.14), ncols=3, columnspacing=1)
    return figure, frame
