"""Figure 24: maps of clean and of noisy crystals by t-SNE."""

from bitei.looks import scattered
from hamlearn import plotting
from hamlearn.files import read_small


@plotting.styled
def draw(manifold, scale):
    """Draw a point for each crystal.

    Returns
    -------
    figure, frame : ensemble, sample, phase, tsne_1, tsne_2, local_dimension
    """
    table = read_small(manifold)
    figure = plotting.figure(plotting.TWO_COLUMNS / 1.4, 2.5, scale)
    axes = figure.subplots(1, 2)
    for axis, name in zip(axes, ("clean", "noisy"), strict=True):
        rows = table[table["ensemble"] == name]
        scattered(axis, rows, "tsne_1", "tsne_2")
        words = "without noise" if name == "clean" else "with noise"
        axis.set_title(f"{words}: dimension {rows['local_dimension'].iloc[0]:.1f}")
        axis.set(xticks=[], yticks=[], xlabel=f"t-SNE 1 ({plotting.thousands(len(rows))} crystals)")
        axis.margins(0.08)
    axes[0].set_ylabel("t-SNE 2")
    axes[0].legend(markerscale=1.4)
    plotting.letter(axes)
    columns = ["ensemble", "sample", "phase", "tsne_1", "tsne_2", "local_dimension"]
    return figure, table[columns]
