"""Tables 1 and 2: samples of each class."""

from hamlearn import plotting, tables
from hamlearn.bitei.solver import LABELS
from hamlearn.files import read_small

SETS = {"clean": "unperturbed", "noisy": "perturbed"}
HEADERS = {
    "ensemble": "ensemble",
    "split": "set",
    **{label: label for label in LABELS},
    "uncertain": "uncertain",
    "samples": "samples",
    "weyl_percent": "Weyl, %",
    "weyl_percent_thesis": "thesis, %",
    "delta": "largest δ",
}


def draw(counts, claims, scale):
    """Return the page, and its frame: the columns of counts and the share of Weyl samples."""
    frame, stated = read_small(counts), plotting.paper_values(claims)
    frame["weyl_percent"] = 100 * frame["weyl"] / frame["samples"]
    thesis = []
    for row in frame.itertuples():
        name = f"bitei.count.{SETS.get(row.ensemble)}"
        weyl, all_ = (stated.get(f"{name}.{key}{row.split}") for key in ("weyl.", ""))
        thesis.append(100 * weyl / all_ if weyl else None)
    frame["weyl_percent_thesis"] = thesis
    note = f"Numbers of crystals. Scale: {scale}."
    return tables.markdown("Samples of each class", note, frame, HEADERS), frame
