"""What the figures share: colours of the phases, names of networks and predictors."""

from hamlearn import plotting
from hamlearn.bitei.solver import LABELS

PHASES = dict(zip(LABELS, (plotting.BLUE, plotting.ORANGE, plotting.GREEN), strict=True))
SHAPES = dict(zip(LABELS, ("o", "s", "^"), strict=True))
NAMES = dict(zip(LABELS, ("trivial", "topological", "Weyl"), strict=True))
PREDICTORS = {
    "majority": "most frequent class",
    "one_threshold": "one threshold in u",
    "two_thresholds": "two thresholds in u",
    "nearest": "nearest neighbour",
    "logistic": "logistic regression",
    "gap_stretched": "u, smallest gap in the zone",
    "gap_window": "u, smallest gap around A",
    "gap_foreseen": "u, smallest gap foreseen",
}
NETWORKS = {
    "hybrid_plain": "hybrid",
    "hybrid_weighted": "hybrid, weighted",
    "hybrid_soft_trace": "hybrid, soft trace",
    "hybrid_resampled": "hybrid, resampled",
    "hybrid_half_ball": "hybrid, half ball of cells",
    "uniform": "extractor, uniform mesh",
    "stretched": "extractor, dense at A",
    "points": "ours, derivatives at A",
}
"""Of the networks at the strong noise."""
ASIDE = dict(zip(LABELS, (-0.25, 0, 0.25), strict=True))
"""Of the middle of a row, by which marks of the phases are moved apart."""
TAKEN_ALONG = {
    "as_it_is": "extractor of BiTeI",
    "continued": "extractor of BiTeI, trained on",
    "fresh": "extractor",
}
"""Networks of the other family of crystals."""


def scattered(axis, frame, x, y):
    """Draw a point for each crystal, by its phase, the rarest in front."""
    for at in (0, 1, 2):
        label = LABELS[at]
        rows = frame[frame["phase"] == at]
        style = {"marker": SHAPES[label], "color": PHASES[label], "label": NAMES[label]}
        if label == "weyl":  # between the others, which have the same lightness
            style |= {"edgecolor": plotting.BLACK}
        size, edge = ((4, 0), (5, 0), (16, 0.5))[at]
        axis.scatter(rows[x], rows[y], s=size, linewidths=edge, zorder=2 + at, **style)
