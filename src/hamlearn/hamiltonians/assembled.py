"""Errors of whole Hamiltonians, structure by structure: Fig. 7(a, b)."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from hamlearn.hamiltonians import baselines, blocks
from hamlearn.hamiltonians.pairing import Assembled, assembled
from hamlearn.study import Inputs

MEV = 1000.0


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return a row for each test structure and method.

    Returns
    -------
    DataFrame
        method (paper, ours), ensemble, material, atoms, seed, sample, elements; mae_local,
        mae_global, rms, over all 169 elements of all edges in local and global frames, in meV;
        mean_abs of the true elements; r2; hermitian, the largest |h_ij(R) − h_ji(−R)^T| of the
        prediction in eV; beyond, the largest true element in the outermost shell, in eV.
    """
    return pd.DataFrame([_row(one) for one in assembled(inputs, settings)])


def _row(one: Assembled) -> dict[str, Any]:
    edges, rotation = one.graph.edges, one.graph.frames.rotation
    difference = one.predicted - one.true
    local = blocks.to_local(difference, rotation)
    numbers = one.graph.structure.numbers
    shell = baselines.shell_of(edges.length, baselines.shells(numbers, edges.cutoff))
    last = shell == shell.max()
    spread = np.square(one.true - one.true.mean()).sum()
    turned = np.swapaxes(one.predicted[edges.reverse], 1, 2)
    return {
        "method": one.method,
        "ensemble": one.ensemble,
        "material": "graphene" if set(numbers.tolist()) == {6} else "sige",
        "atoms": len(numbers),
        "seed": one.seed,
        "sample": one.sample,
        "elements": difference.size,
        "mae_local": MEV * np.abs(local).mean(),
        "mae_global": MEV * np.abs(difference).mean(),
        "rms": MEV * np.sqrt(np.square(difference).mean()),
        "mean_abs": MEV * np.abs(one.true).mean(),
        "r2": 1 - np.square(difference).sum() / spread,
        "hermitian": np.abs(one.predicted - turned).max(),
        "beyond": np.abs(one.true[last]).max(),
    }
