"""Figure 6: bands of a mirror-symmetric cell by parity, and the Dirac cones where they cross."""

from hamlearn import plotting
from hamlearn.bands import drawing, ensemble
from hamlearn.files import read_small

PARITIES = {1: ("even", plotting.GREEN, "-"), -1: ("odd", plotting.RED, "--")}
LINES = ("ΓM", "ΓK", "MK")
BANDS = 6
"""Among which cones are looked for."""


def chosen(frame):
    """Return the cell with the crossing that is farthest from the ends of its line."""
    crossings = frame[frame["kind"] == "crossing"]
    if crossings.empty:
        return 0
    return int(crossings.loc[(crossings["x"] - 0.5).abs().idxmin(), "sample"])


def by_parity(rows, parity):
    """Return places and energies (m, c) of one parity among the first six bands, NaN elsewhere."""
    own = rows[rows["parity"] == parity].sort_values(["x", "energy"])
    own = own.assign(place=own.groupby("x").cumcount())
    energies = own.pivot(index="x", columns="place", values="energy")
    bands = own.pivot(index="x", columns="place", values="band")
    return energies.index.to_numpy(), energies.where(bands <= BANDS).to_numpy()


@plotting.styled
def draw(mirror_lines, explore, scale):
    """Return the figure and the drawn values."""
    frame = read_small(mirror_lines)
    sample = chosen(frame)
    frame = frame[frame["sample"] == sample].drop(columns="sample")
    drawn = ensemble.load(explore)[sample : sample + 1]
    figure = plotting.figure(plotting.TWO_COLUMNS, 2.7, scale)
    axes = figure.subplots(1, 4, sharey=False, width_ratios=[1.1, 1, 1, 1])
    drawing.cell(axes[0], ensemble.images(ensemble.with_mirror(drawn.rows), drawn.length)[0])
    levels = frame[frame["kind"] == "level"]
    for axis, line in zip(axes[1:], LINES, strict=True):
        rows = levels[levels["line"] == line]
        for parity, (name, colour, dash) in PARITIES.items():
            if not (rows["parity"] == parity).any():
                continue
            x, energies = by_parity(rows, parity)
            first, *_ = axis.plot(x, energies, color=colour, linestyle=dash, linewidth=1)
            first.set_label(name)
        cones = frame[(frame["kind"] == "crossing") & (frame["line"] == line)]
        style = {"linestyle": "", "marker": "o", "markerfacecolor": "none", "markersize": 6}
        axis.plot(cones["x"], cones["energy"], color=plotting.BLACK, label="Dirac cone", **style)
        axis.set_xticks([0, 1], list(line))
        axis.set_xlim(0, 1)
        axis.sharey(axes[1])
        if axis is not axes[1]:
            axis.tick_params(labelleft=False)
    axes[1].set_ylabel(r"$\hbar\omega$ ($V_\mathrm{max}$)")
    plotting.legend_below(figure, *axes[2].get_legend_handles_labels(), ncols=3)
    plotting.letter(axes)
    return figure, frame
