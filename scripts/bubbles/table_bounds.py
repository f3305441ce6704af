"""Table II: bounds of the Gaussian bubbles, in lattice constants and in nanometres."""

import numpy as np
import pandas as pd

from hamlearn import plotting, tables
from hamlearn.bubbles.plan import PAPER_SIDE

PARAMETERS = {  # setting: symbol, and the paper's claims
    "amplitude": ("A", "amplitude_range"),
    "width": ("σ_x, σ_y", "sigma_range"),
    "centre": ("x_c, y_c", "centre_range"),
}
COLUMNS = {
    "parameter": "parameter",
    "paper_a": "a, paper",
    "bounds_a": "a, ours",
    "paper_nm": "nm, paper",
    "bounds_nm": "nm, ours",
    "drawn_a": "a, as drawn",
}


def table(claims, bubble, lattice_constant, side):
    """Return the bounds of each parameter of a bubble: the paper's, ours, and those drawn.

    Parameters
    ----------
    claims : path
    bubble : mapping
        (smallest, largest) of each parameter in a, for a flake of 200 a.
    lattice_constant : float
        In angstrom.
    side : float
        Side of our flake in a; all lengths of the bubbles shrink with it.

    Returns
    -------
    pandas.DataFrame
        parameter; paper, bounds and drawn, each as _a_low, _a_high, and paper and bounds as
        _nm_low, _nm_high
    """
    paper = plotting.paper_values(claims)
    rows = []
    for setting, (symbol, claim) in PARAMETERS.items():
        bounds = np.array(bubble[setting], dtype=float)
        pairs = {
            "paper_a": paper.get(f"bubbles.data.{claim}"),
            "bounds_a": bounds,
            "paper_nm": paper.get(f"bubbles.data.{claim}_nm"),
            "bounds_nm": bounds * lattice_constant / 10,
            "drawn_a": bounds * side / PAPER_SIDE,
        }
        row = {"parameter": symbol}
        for name, pair in pairs.items():
            row[f"{name}_low"], row[f"{name}_high"] = (np.nan,) * 2 if pair is None else pair
        rows.append(row)
    return pd.DataFrame(rows)


def markdown(frame, side, scale):
    """Return the table as Markdown."""
    shown = frame[["parameter"]].copy()
    for name in list(COLUMNS)[1:]:
        ends = zip(frame[f"{name}_low"], frame[f"{name}_high"], strict=True)
        shown[name] = [f"({low:g}, {high:g})" if pd.notna(low) else "" for low, high in ends]
    note = (
        f"Amplitude, standard deviations and centre of each Gaussian, drawn uniformly; scale: "
        f"{scale}. The paper rounds in nm. Lengths are stated for a flake of {PAPER_SIDE} a; ours "
        f"has a side of {side:g} a, and its bubbles shrink with it."
    )
    return tables.markdown("Bounds of the Gaussian bubbles (Table II)", note, shown, COLUMNS)


def draw(claims, bubble, lattice_constant, side, scale):
    """Return the page in Markdown and the table."""
    frame = table(claims, bubble, lattice_constant, side)
    return markdown(frame, side, scale), frame
