"""How far predicted bands and densities of states are from those of DFT."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from hamlearn.evidence import Missing

MEV = 1000.0
BROADENING = 0.05
"""Standard deviation of the Gaussian that each level is in a density of states, in eV."""


def bands_error(levels: pd.DataFrame, material: str, method: str, part: Mapping[str, Any]) -> float:
    """Return the mean |difference| of levels along the path within the window, in meV."""
    rows = levels[(levels["kind"] == "bands") & (levels["material"] == material)]
    keys = ["ensemble", "k", "band"]
    true, found = (
        rows[rows["method"] == name].set_index(keys)["energy"] for name in ("dft", method)
    )
    both = pd.concat([true, found], axis=1, keys=["true", "found"]).dropna()
    both = both[both["true"].abs() <= part["window"]]
    if both.empty:
        raise Missing(f"bands of {material}: no level within {part['window']} eV")
    return float(MEV * (both["true"] - both["found"]).abs().mean())


def dos(levels: pd.DataFrame, part: Mapping[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Return the centres of the bins in eV and the mean of the states per eV in each.

    Every level on the mesh is a Gaussian of width :data:`BROADENING`, for two spins.
    """
    edges = np.linspace(-part["window"], part["window"], part["bins"] + 1)
    energies = levels["energy"].to_numpy()
    below = special.ndtr(np.subtract.outer(edges, energies) / BROADENING)
    counts = np.diff(below, axis=0) @ (2 * levels["weight"].to_numpy())
    return (edges[1:] + edges[:-1]) / 2, counts / np.diff(edges)


def dos_error(
    levels: pd.DataFrame, material: str, method: str, atoms: int, part: Mapping[str, Any]
) -> float:
    """Return the integrated |difference| of the densities over the integral of that of DFT."""
    rows = levels[(levels["kind"] == "dos") & (levels["material"] == material)]
    rows = rows[rows["atoms"] == atoms]
    true, found = (dos(rows[rows["method"] == name], part)[1] for name in ("dft", method))
    if not true.sum():
        raise Missing(f"density of states of {material}: no level within {part['window']} eV")
    return float(np.abs(found - true).sum() / true.sum())
