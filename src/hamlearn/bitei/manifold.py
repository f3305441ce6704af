"""Whether samples lie on a line or fill a volume: Figs. 14 and 24, and what stands behind them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from hamlearn import seeds
from hamlearn.bitei import inputs as seen
from hamlearn.bitei.ensemble import Ensemble
from hamlearn.study import Inputs

COLUMNS = (
    *("ensemble", "sample", "phase", "first_ev", "second_ev", "first", "second"),
    *("tsne_1", "tsne_2", "second_singular", "participation", "rank_99", "local_dimension"),
)
COMPONENTS = 50


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return two components of the truncated hoppings, a map of all, and measures of dimension.

    Parameters
    ----------
    inputs : Inputs
        The ensembles clean and noisy with their labels.
    settings : mapping
        `manifold`: `samples` of each, `perplexity`.

    Returns
    -------
    DataFrame
        The columns `COLUMNS`: two components of :func:`_pair`, in eV, and their numbers; the map
        by t-SNE of the leading 50 principal components; of the ensemble, the second singular
        value of the centred data over the first, their participation ratio (Σ s²)² / Σ s⁴, how
        many of them hold 99 % of Σ s², and the dimension from the distances to the nearest
        and the second nearest sample (Facco et al., Sci. Rep. 7, 12140).
    """
    part, tables = settings["manifold"], []
    for name, drawn in inputs.drawn.items():
        chosen = drawn[: part["samples"]]
        given = seen.cells(chosen).astype(np.float64)
        pair = _pair(drawn)
        seed = seeds.seed(inputs.root_seed, "bitei", "manifold", name)
        phases = inputs.solved[name]["phase"].to_numpy()[: len(chosen)]
        components, values = _principal(given)
        tables.append(
            pd.DataFrame(
                {
                    "ensemble": name,
                    "sample": np.arange(len(chosen)),
                    "phase": phases,
                    "first_ev": given[:, pair[0]],
                    "second_ev": given[:, pair[1]],
                    "first": pair[0],
                    "second": pair[1],
                    **_map(components, part["perplexity"], seed),
                    "second_singular": values[1] / values[0],
                    "participation": (values**2).sum() ** 2 / (values**4).sum(),
                    "rank_99": int((np.cumsum(values**2) < 0.99 * (values**2).sum()).sum()) + 1,
                    "local_dimension": two_nearest(components),
                }
            )
        )
    return pd.concat(tables, ignore_index=True)[list(COLUMNS)]


def _pair(drawn: Ensemble) -> np.ndarray:
    """Return two components that change by the mean modulus of a hopping along the path.

    Noise is as large; that of the largest components would not be seen. The second one changes by
    another amount, as time reversal makes some components equal.
    """
    ends = drawn.ends.trivial, drawn.ends.topological
    change = np.abs(np.subtract(*(seen.truncate(end, drawn.vectors) for end in ends)))
    order = np.argsort(np.abs(change - np.abs(ends[0]).mean()), kind="stable")
    other = np.flatnonzero(~np.isclose(change[order], change[order[0]], rtol=1e-3))[0]
    return order[[0, other]]


def _principal(given: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return all principal components (n, n) and singular values of samples (n, m)."""
    centred = given - given.mean(axis=0)
    left, values, _ = np.linalg.svd(centred, full_matrices=False)
    return left * values, values


def _map(components: np.ndarray, perplexity: float, seed: int) -> dict[str, np.ndarray]:
    from sklearn.manifold import TSNE

    kept = components[:, : min(COMPONENTS, len(components))]
    perplexity = min(perplexity, (len(kept) - 1) / 3)
    # from principal components the map of a line would stay as flat as they are
    found = TSNE(perplexity=perplexity, random_state=seed, init="random").fit_transform(kept)
    return {"tsne_1": found[:, 0], "tsne_2": found[:, 1]}


def two_nearest(points: np.ndarray, discarded: float = 0.1) -> float:
    """Return the intrinsic dimension of points (n, m), of whose ratios the largest are left out."""
    square = np.einsum("ij,ij->i", points, points)
    distance = np.maximum(square[:, None] + square - 2 * points @ points.T, 0)
    np.fill_diagonal(distance, np.inf)
    nearest = np.sqrt(np.partition(distance, 1, axis=1)[:, :2])
    ratio = np.sort(nearest[:, 1] / np.maximum(nearest[:, 0], 1e-300))
    kept = int((1 - discarded) * len(ratio))
    share = np.arange(1, kept + 1) / len(ratio)
    x, y = np.log(ratio[:kept]), -np.log(1 - share)
    return float(x @ y / (x @ x))
