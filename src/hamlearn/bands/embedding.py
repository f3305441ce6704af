"""Two-dimensional embeddings of potentials and of their coefficients (Fig. 3e), with a score."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from hamlearn import seeds
from hamlearn.bands import image, records, topology
from hamlearn.bands.plan import EXPLORE
from hamlearn.bands.predictions import coefficients
from hamlearn.study import Inputs

NEIGHBOURS = 10
PERPLEXITY = 30
KINDS = ("potential", "coefficients")


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return kind, sample, x, y, class (of the second set, exact), same (see :func:`score`).

    Potentials are given by one pixel of each orbit, coefficients in V_max; of at most
    `embedding.samples` cells.
    """
    from sklearn.manifold import TSNE

    n = min(settings["embedding"]["samples"], len(inputs.drawn[EXPLORE]))
    drawn = inputs.drawn[EXPLORE][:n]
    pixels, _ = image.orbits(drawn.length)
    given = {
        KINDS[0]: drawn.images[:, pixels[:, 0], pixels[:, 1]].astype(np.float32),
        KINDS[1]: coefficients(inputs.predicted, EXPLORE)[:n].astype(np.float32),
    }
    irreps = records.solution(inputs.solved[EXPLORE][:n]).levels.irreps
    classes = topology.sets(irreps).classes[:, 1]
    seed = seeds.seed(inputs.root_seed, "bands", "embedding")
    found = []
    for kind, values in given.items():
        perplexity = min(PERPLEXITY, max(2, n // 4))
        points = TSNE(perplexity=perplexity, init="pca", random_state=seed).fit_transform(values)
        rows = {"sample": np.arange(n), "x": points[:, 0], "y": points[:, 1], "class": classes}
        found.append(pd.DataFrame({"kind": kind, **rows, "same": score(points, classes)}))
    return pd.concat(found, ignore_index=True)


def score(points: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Return of each point (n, 2) the share of its nearest neighbours that have its class, (n,)."""
    from scipy.spatial import cKDTree

    number = min(NEIGHBOURS, len(points) - 1)
    _, near = cKDTree(points).query(points, number + 1)
    return (classes[near[:, 1:]] == classes[:, None]).mean(axis=1)
