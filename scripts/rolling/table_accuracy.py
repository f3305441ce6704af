"""Table: accuracy of every network against the degree of rolling."""

from hamlearn import tables
from hamlearn.files import read_small

KEYS = ["ensemble", "family", "architecture", "kind", "downsample", "floor", "n_train"]
COUNTS = ["chi_trained", "chi", "repeats", "n_test"]
VALUES = ["accuracy", "accuracy_sd", "accuracy_max", "log10_cost", "accuracy_class_mean"]
HEADERS = {
    "family": "family",
    "architecture": "network",
    "kind": "kind",
    "downsample": "downsampling",
    "n_train": "trained on",
    "chi_trained": "χ in training",
    "chi": "χ in the test",
    "shown": "accuracy",
    "accuracy_max": "largest",
    "accuracy_class_mean": "nearest class mean",
    "repeats": "networks",
}


def draw(statistics, scale):
    """Return the page, and its frame: what tells networks apart, counts, accuracies, log10 cost."""
    frame = read_small(statistics)[KEYS + COUNTS + VALUES]
    text = frame[["kind", "downsample"]].fillna("")
    shown = frame.assign(**text, shown=tables.spreads(frame, "accuracy"))
    note = f"Mean ± standard deviation over networks with other initial weights. Scale: {scale}."
    return tables.markdown("Accuracy against the degree of rolling", note, shown, HEADERS), frame
