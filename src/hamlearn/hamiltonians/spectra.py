"""How far predicted bands and densities of states are from those of DFT."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from hamlearn.evidence import Missing

MEV = 1000.0


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
    """Return the centres of the bins in eV and states per eV of levels on a mesh."""
    edges = np.linspace(-part["window"], part["window"], part["bins"] + 1)
    counts, _ = np.histogram(levels["energy"], edges, weights=2 * levels["weight"])
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
