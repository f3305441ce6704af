"""Table: how long an exact solution and a prediction take, and how many numbers they need."""

import pandas as pd

from hamlearn import plotting, tables
from hamlearn.files import read_small

ROWS = {  # key of the timing: quantity, unit, claim
    "kwant_seconds": ("Kwant, building and solving", "s", None),
    "kwant_solve_seconds": ("Kwant, solving, MUMPS", "s", None),
    "kwant_sparse_solve_seconds": ("Kwant, solving, without MUMPS", "s", None),
    "solver_seconds": ("our exact solver", "s", None),
    "prediction_seconds": ("prediction, in a batch", "s", None),
    "map_seconds": ("height map of a prediction", "s", None),
    "ratio_kwant": ("Kwant / prediction", "1", "bubbles.speed.factor"),
    "ratio_solver": ("our exact solver / prediction", "1", None),
    "parameters": ("parameters of the network", "1", None),
    "sites": ("sites of the flake, N", "1", None),
}
COLUMNS = {"quantity": "quantity", "paper": "paper", "value": "ours", "unit": "unit"}


def table(timing, claims):
    """Return quantity, paper, value and unit of every timing, per sample, on one machine.

    To the measured numbers come those that follow: entries N² of the dense Hamiltonian, and
    parameters per site.
    """
    measured = read_small(timing)
    paper = plotting.paper_values(claims)
    rows = [
        {"quantity": name, "paper": paper.get(claim), "value": measured.get(key), "unit": unit}
        for key, (name, unit, claim) in ROWS.items()
    ]
    sites, parameters = measured["sites"], measured["parameters"]
    rows += [
        {"quantity": "entries of the dense Hamiltonian, N²", "value": sites**2, "unit": "1"},
        {"quantity": "parameters / N", "value": parameters / sites, "unit": "1"},
    ]
    frame = pd.DataFrame(rows, columns=["quantity", "paper", "value", "unit"])
    return frame.astype({"paper": float, "value": float})


def markdown(frame, timing, scale):
    """Return the table as Markdown, with the machine."""
    machine = read_small(timing)["machine"]
    note = (
        f"Times for one flake at one energy; scale: {scale}. {machine['threads']} thread(s) of "
        f"{machine['cpu']}. The paper compares with Kwant on a flake of 200 a, and names neither "
        "machine nor times."
    )
    return tables.markdown("Speed (Sec. VII)", note, frame, COLUMNS)


def draw(timing, claims, scale):
    """Return the page in Markdown and the table."""
    frame = table(timing, claims)
    return markdown(frame, timing, scale), frame
