"""Figure 7: errors by size, parity, bands and densities of states of SiGe alloys."""

import numpy as np
import pandas as pd

from hamlearn import plotting
from hamlearn.files import read_small, read_table
from hamlearn.hamiltonians import levels_drawn, spectra

METHODS = {"paper": (plotting.BLACK, "o", -0.06), "ours": (plotting.BLUE, "s", 0.06)}
POINTS = 30_000
RANGE = (0.5, 0.8)


@plotting.styled
def draw(assembled, levels, metrics, predictions, part, scale):
    """Return the figure and its frame: errors (meV), elements, levels, densities."""
    assembled, levels, metrics = map(read_small, (assembled, levels, metrics))
    assembled = assembled[assembled["material"] == "sige"]
    levels = levels[levels["material"] == "sige"]
    figure = plotting.figure(plotting.TWO_COLUMNS, 5.0, scale)
    (sizes, parity), (bands, dos) = figure.subplots(2, 2)
    tables = [_sizes(sizes, assembled, metrics), _parity(parity, predictions)]
    trained = metrics.loc[metrics["run"] == "sige_forward"].iloc[0]
    of_trained = levels[levels["atoms"] == trained["atoms"]]
    tables.append(levels_drawn.bands(bands, of_trained, part))
    tables.append(_densities(dos, levels, part))
    plotting.letter([sizes, parity, bands, dos])
    return figure, pd.concat(tables, ignore_index=True)


def _sizes(axis, assembled, metrics):
    atoms = sorted(assembled["atoms"].unique())
    place = {number: x for x, number in enumerate(atoms)}
    for method, (colour, marker, shift) in METHODS.items():
        rows = assembled[assembled["method"] == method]
        label = levels_drawn.LOOKS[method][0]
        x = rows["atoms"].map(place) + shift
        axis.plot(x, rows["mae_local"], linestyle="", marker=marker, color=colour, label=label)
    rows = metrics[(metrics["family"] == "sige") & (metrics["ensemble"] != "")]
    trivial = rows.groupby("atoms")["mae_trivial"].mean()
    plotting.marks(axis, trivial.index.map(place), trivial, "class median")
    axis.axhspan(*RANGE, color=plotting.RED, alpha=0.25, linewidth=0, label="paper, all sizes")
    trained = rows.loc[rows["ensemble"] == rows["trained_on"], "atoms"].iloc[0]
    labels = [f"{n}\n(trained)" if n == trained else str(n) for n in atoms]
    axis.set_xticks(range(len(atoms)), labels)
    axis.set(xlabel="atoms", ylabel="MAE (meV)", xlim=(-0.5, len(atoms) - 0.5))
    plotting.log_axis(axis.yaxis)
    axis.legend(loc="best", frameon=True)
    return assembled.assign(series="sizes")[["series", "method", "atoms", "sample", "mae_local"]]


def _parity(axis, predictions):
    found = pd.concat([read_table(path) for path in predictions])
    found = found[found["run"].isin(["sige_forward", "sige_backward"])]
    step = max(1, len(found) // POINTS)
    found = found.iloc[::step]
    low, high = found["true"].min() - 1, found["true"].max() + 1
    style = {"s": 2, "linewidths": 0, "color": plotting.BLUE, "rasterized": True}
    axis.scatter(found["true"], found["predicted"], **style)
    axis.plot([low, high], [low, high], color=plotting.RED, linewidth=0.7, zorder=0)
    axis.set(
        xlabel="element, DFT (eV)", ylabel="predicted (eV)", xlim=(low, high), ylim=(low, high)
    )
    large = found[np.abs(found["true"]) > 0.5]
    kept = large.iloc[:: max(1, len(large) // 2000)]
    return kept[["true", "predicted"]].assign(series="parity", method="paper")


def _densities(axis, levels, part):
    """Draw the densities of all sizes, one above another, and return them."""
    tables, atoms = [], sorted(levels["atoms"].unique())
    for place, number in enumerate(atoms):
        rows = levels[levels["atoms"] == number]
        found = [
            spectra.dos(rows[(rows["kind"] == "dos") & (rows["method"] == method)], part)[1].max()
            for method in levels_drawn.LOOKS
        ]
        scale = 0.85 / max(*found, 1e-9)
        drawn = levels_drawn.density(axis, rows, part, shift=place, scale=scale)
        tables.append(drawn.assign(atoms=number))
        axis.text(-0.97 * part["window"], place + 0.06, f"{number} atoms", size=6.5)
    axis.set(ylabel="density of states, scaled", ylim=(0, len(atoms) + 0.45))
    axis.set_yticks([])
    handles = [levels_drawn.handle(name) for name in levels_drawn.LOOKS]
    axis.legend(handles=handles, loc="upper center", ncols=3, columnspacing=1, handlelength=1.4)
    return pd.concat(tables)
