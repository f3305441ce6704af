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
    figure = plotting.figure(plotting.TWO_COLUMNS, 5.4, scale)
    upper, lower = figure.subfigures(2, 1)
    (sizes, parity), (bands, dos) = (half.subplots(1, 2) for half in (upper, lower))
    tables = [_sizes(sizes, assembled, metrics), _parity(parity, predictions)]
    trained = metrics.loc[metrics["run"] == "sige_forward"].iloc[0]
    of_trained = levels[levels["atoms"] == trained["atoms"]]
    tables.append(levels_drawn.bands(bands, of_trained, part))
    tables.append(_densities(dos, levels, part))
    upper.legend(*sizes.get_legend_handles_labels(), loc="outside lower center", ncols=4)
    levels_drawn.legend(lower)
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
    return assembled.assign(series="sizes")[["series", "method", "atoms", "sample", "mae_local"]]


def _parity(axis, predictions):
    found = pd.concat([read_table(path) for path in predictions])
    found = found[found["run"].isin(["sige_forward", "sige_backward"])]
    step = max(1, len(found) // POINTS)
    found = found.iloc[::step]
    low, high = found["true"].min() - 1, found["true"].max() + 1
    colour, marker, _ = METHODS["paper"]
    style = {"s": 2, "linewidths": 0, "color": colour, "marker": marker, "rasterized": True}
    axis.scatter(found["true"], found["predicted"], **style)
    axis.plot([low, high], [low, high], color=plotting.RED, linewidth=0.7, zorder=0)
    axis.set(
        xlabel="element, DFT (eV)", ylabel="predicted (eV)", xlim=(low, high), ylim=(low, high)
    )
    axis.set_title(levels_drawn.LOOKS["paper"][0])
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
    axis.set(ylabel="density of states, scaled", ylim=(0, len(atoms)))
    axis.set_yticks(range(len(atoms)), [f"{number}\natoms" for number in atoms])
    axis.tick_params(axis="y", length=0)
    return pd.concat(tables)
