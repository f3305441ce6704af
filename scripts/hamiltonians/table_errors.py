"""Table: error of every network beside trivial predictors."""

from hamlearn import tables
from hamlearn.files import read_small

KEYS = ["run", "family", "ensemble", "atoms", "frames", "n_train", "n_test"]
VALUES = ["mae", "train_mae", "mae_trivial", "mae_zero", "relative_mae", "parameters"]
ALONE = "mae_superposition"
HEADERS = {
    "run": "network",
    "ensemble": "applied to",
    "n_train": "trained on",
    "n_test": "tested on",
    "mae": "MAE (meV)",
    "train_mae": "in training (meV)",
    "mae_trivial": "class median (meV)",
    "mae_zero": "zero (meV)",
    "mae_superposition": "two-centre parts alone (meV)",
    "relative_mae": "MAE / median",
    "parameters": "parameters",
    "seeds": "seeds",
}


def draw(metrics, checks, scale):
    """Return the page, and its frame: a row for each network and ensemble, mean over the seeds."""
    table = read_small(metrics)
    grouped = table.groupby(KEYS, sort=False)
    frame = grouped[[*VALUES, ALONE]].mean().assign(seeds=grouped.size()).reset_index()
    shown = frame.copy()
    for name in ("mae", "train_mae", "mae_trivial", "mae_zero", "relative_mae", ALONE):
        shown[name] = [f"{value:.3g}" if value == value else "" for value in frame[name]]
    shown["parameters"] = frame["parameters"].astype(int)
    noise = {
        name: part["complete_spread_mev"] for name, part in read_small(checks)["perfect"].items()
    }
    words = " and ".join(f"{value:.2g} meV ({name})" for name, value in noise.items())
    note = (
        "Mean over seeds, over the elements that a network gives. Elements that symmetry makes "
        f"equal in perfect crystals differ by {words} on average: the noise of the grid. "
        f"Scale: {scale}."
    )
    return tables.markdown("Errors of all networks", note, shown, HEADERS), frame
