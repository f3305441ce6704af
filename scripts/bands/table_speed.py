"""Table of App. G: times of six bands of one cell."""

import pandas as pd

from hamlearn import plotting, tables
from hamlearn.files import read_small

METHODS = {
    "lanczos": "finite differences and Lanczos, the paper's",
    "exact": "exact solver",
    "folded": "37 plane waves, untrained",
}
COLUMNS = {
    "method": "method",
    "ms_3": "3 k (ms)",
    "ms_79": "79 k (ms)",
    "ms_821": "821 k (ms)",
    "ms_own": "its own k (ms)",
}


def draw(metrics, baselines, claims, run, scale):
    """Return the page in Markdown and the table."""
    peers, errors = read_small(baselines), read_small(metrics)
    rows = peers[peers["method"].isin(METHODS)].set_index("method").loc[list(METHODS)].reset_index()
    rows = rows.assign(method=rows["method"].map(METHODS)).reindex(columns=list(COLUMNS))
    own = errors[(errors["run"] == run) & (errors["ensemble"] == "fresh")].iloc[0]
    points = int(own["wave_vectors"])
    network = {"method": f"network, of {points} k", "ms_own": own["milliseconds"]}
    paper = plotting.paper_values(claims)
    stated = {
        "method": "paper, another machine: Lanczos",
        "ms_79": 1e3 * paper["bands.speed.eigsh_79k"],
    }
    other = {
        "method": "paper, there: network",
        "ms_79": 1e3 * paper["bands.speed.nn_79k"],
        "ms_821": 1e3 * paper["bands.speed.nn_821k"],
    }
    frame = pd.concat([rows, pd.DataFrame([network, stated, other])], ignore_index=True)
    note = (
        f"Scale: {scale}. Wall time for one cell, one thread of one machine; network: with its "
        "bands, in a batch. It is far faster than the paper's method, and hardly faster than an "
        "exact solver made for ensembles."
    )
    return tables.markdown("Speed (App. G)", note, frame, COLUMNS), frame
