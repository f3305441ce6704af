"""Figure 14: two hoppings of clean and of noisy crystals."""

from bitei.looks import scattered
from hamlearn import plotting
from hamlearn.bitei.inputs import CELLS, ORBITALS
from hamlearn.files import read_small


@plotting.styled
def draw(manifold, scale):
    """Draw a point for each crystal.

    Returns
    -------
    figure, frame : ensemble, sample, phase, first_ev, second_ev
    """
    table = read_small(manifold)
    figure = plotting.figure(plotting.TWO_COLUMNS / 1.4, 2.5, scale)
    axes = figure.subplots(1, 2, sharex=True, sharey=True)
    for axis, name in zip(axes, ("clean", "noisy"), strict=True):
        rows = table[table["ensemble"] == name]
        scattered(axis, rows.assign(x=1e3 * rows["first_ev"], y=1e3 * rows["second_ev"]), "x", "y")
        words = "without noise" if name == "clean" else "with noise"
        axis.set_title(f"{words}, {plotting.thousands(len(rows))} crystals", size=7)
        axis.set_xlabel(f"{in_words(table['first'].iloc[0])} (meV)")
    axes[0].set_ylabel(f"{in_words(table['second'].iloc[0])} (meV)")
    axes[0].legend(markerscale=1.4)
    plotting.letter(axes)
    return figure, table[["ensemble", "sample", "phase", "first_ev", "second_ev"]]


def in_words(number):
    """Return which hopping a component is, such as Re H_{1,5}(0,0,1)."""
    rest, part = divmod(int(number), 2)
    rest, j = divmod(rest, ORBITALS)
    cell, i = divmod(rest, ORBITALS)
    vector = ",".join(str(x) for x in CELLS[cell])
    return rf"{('Re', 'Im')[part]} $H_{{{i + 1},{j + 1}}}$({vector})"
