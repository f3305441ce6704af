"""Table: parameters of every network, at the sizes of the thesis and here."""

import pandas as pd

from hamlearn import plotting, tables
from hamlearn.files import read_small
from rolling import looks

STATED = {"fc_small": "small", "fc_medium": "medium", "fc_large": "large"}
HEADERS = {
    "name": "network",
    "kinds": "kinds",
    "operations": "convolutions and pools",
    "read_outs": "read-outs",
    "pipeline": "parameters of these, sizes of the thesis",
    "thesis": "of all",
    "paper": "stated or implied by the thesis",
    "here": "of all, here",
}


def draw(architectures, claims, scale):
    """Return the page, and its frame: a row for each family; kinds have the same parameters."""
    layers, paper = read_small(architectures), plotting.paper_values(claims)
    layers["all"] = layers["parameters"] + layers["norm_parameters"]
    body = layers["layer"].isin(["conv", "pool"])
    rows = []
    for family, part in layers.groupby("family", sort=False):
        there, here = (part[part["sizes"] == sizes] for sizes in ("thesis", "here"))
        one = (
            there[there["kind"] == there["kind"].iloc[0]] if there["kind"].notna().any() else there
        )
        total = {
            name: sorted(found.groupby(found["kind"].fillna(""))["all"].sum().unique())
            for name, found in (("thesis", there), ("here", here))
        }
        rows.append(
            {
                "family": family,
                "name": looks.FAMILIES[family],
                "kinds": part["kind"].dropna().nunique() or 1,
                "operations": int(body[one.index].sum()),
                "read_outs": int((one["read_out"] >= 0).sum()),
                "pipeline": int(one.loc[body[one.index], "all"].sum()),
                **{name: int(values[0]) for name, values in total.items()},
                "alike": all(len(values) == 1 for values in total.values()),
                "paper": paper.get(f"rolling.params.fc.{STATED.get(family)}"),
            }
        )
    frame = pd.DataFrame(rows)
    note = (
        "Weights that are trained; networks of a family differ by their kind of convolution and "
        f"have equally many. Maps have 64 channels at the sizes of the thesis. Scale: {scale}."
    )
    return tables.markdown("Parameters of the networks", note, frame, HEADERS), frame
