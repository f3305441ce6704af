"""Table of App. B: the layers of the network."""

import pandas as pd

from hamlearn import plotting, tables
from hamlearn.files import read_small

COLUMNS = {
    "layer": "layer",
    "filters": "filters",
    "kernel": "kernel",
    "stride": "stride",
    "padding": "padding",
    "output": "output",
    "parameters": "parameters",
}


def draw(architectures, claims, scale):
    """Return the page in Markdown and the table."""
    frame = read_small(architectures)
    total = frame["parameters"].sum()
    stated = plotting.paper_values(claims)["bands.net.parameters"]
    note = (
        f"The network of App. B: {plotting.thousands(total)} parameters; "
        f"{plotting.thousands(stated)} follow from what the paper says. "
        "ReLU after each layer but the last; dropout after each dense layer but the last."
    )
    frame = pd.concat([frame, pd.DataFrame([{"layer": "all", "parameters": total}])])
    return tables.markdown("Layers (App. B)", note, frame, COLUMNS), frame
