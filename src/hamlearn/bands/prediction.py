"""Bands, irreps and classes of a unit cell of one's own, by trained networks and exactly."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from hamlearn import trained
from hamlearn.bands import brillouin, ensemble, image, solver, tight_binding, topology
from hamlearn.bands.irreps import NAMES, NUMBER, POINT, Levels

if TYPE_CHECKING:
    import keras

BANDS = 6
PATH = (brillouin.GAMMA, brillouin.K, brillouin.M, brillouin.GAMMA)
LABELS = ("Γ", "K", "M", "Γ")
FIELDS = 200
"""Random cells of the law of the training that a cell is compared with."""
FAR = 3.0
"""Standard deviations from their mean beyond which a cell is unlike them."""


def cell(path: str | Path, threshold: float | None = None) -> np.ndarray:
    """Return the image (L, L) of a unit cell, v of each pixel, black and white.

    Parameters
    ----------
    path : path of a .npy or .png
    threshold : float, optional
        Greys above it become 1, others 0.

    Raises
    ------
    ValueError
        For a file that holds no square image, for values outside of [0, 1], for an image that is
        not p6, saying by how much, and for grey pixels without a threshold.
    """
    v = image.read(path)
    v = v if threshold is None else (v > threshold).astype(np.float64)
    try:
        image.checked(v[None])
    except ValueError as error:
        raise ValueError(f"{path}: {str(error).replace('image 0', 'the cell')}") from None
    if not image.is_binary(v):
        grey = np.mean((v != 0) & (v != 1))
        raise ValueError(
            f"{path}: {grey:.1%} of the pixels are grey; the network knows 0 and 1 alone: give a "
            "threshold"
        )
    return v


def fit_for(network: "keras.Model", path: str | Path, v: np.ndarray) -> None:
    """Raise ValueError where a network takes images of another size."""
    shape = tuple(network.input.shape[1:])
    if len(shape) != 3 or network.output.shape[-1] != tight_binding.COEFFICIENTS:
        raise ValueError(f"{path}: expected a network from images to coefficients")
    if shape[:2] != v.shape:
        size = " x ".join(map(str, v.shape))
        raise ValueError(f"the cell has {size} pixels, the network takes {shape[0]} x {shape[1]}")


def measures(images: np.ndarray) -> dict[str, np.ndarray]:
    """Return of images (n, L, L) the filled share and the length of the edges, each (n,).

    Edges are the share of pixels that differ from their next one along a1.
    """
    v = np.asarray(images, dtype=np.float64)
    edges = np.abs(v - np.roll(v, 1, axis=1)).mean(axis=(1, 2))
    return {"filled share": v.mean(axis=(1, 2)), "length of edges": edges}


def unlike(v: np.ndarray) -> Iterator[str]:
    """Yield in words how far a cell (L, L) is from those of the training law, where it is far."""
    law = ensemble.RandomField(length=len(v))
    random = np.random.default_rng(0)
    seen = ensemble.images(random.normal(size=(FIELDS, len(law.spread))) * law.spread, len(v))
    own = measures(v[None])
    for name, values in measures(seen).items():
        apart = (own[name][0] - values.mean()) / values.std(ddof=1)
        if abs(apart) > FAR:
            seen = f"{values.mean():.3f} ± {values.std(ddof=1):.3f}"
            beyond = f"{abs(apart):.1f} standard deviations"
            yield trained.unseen(f"{name} {own[name][0]:.3f}", seen, beyond)


def bands(
    networks: Sequence["keras.Model"], v: np.ndarray, points: int, exact: bool = False
) -> pd.DataFrame:
    """Return bands along Γ-K-M-Γ, with irreps at these points and the class of each band's set.

    Columns x (in 1/a), q1, q2 (fractions of b1 and b2), point (its label, or nothing), band; with
    networks network (their mean, in V_max), irrep, class of the first one; with `exact` exact,
    exact_irrep, exact_class. Irreps stand at Γ, K and M alone; a class is that of the
    isolated set that a band belongs to, nothing where it is in none of the first two.
    """
    k, x = brillouin.path(PATH, points)
    labels = np.full(len(k), "", dtype=object)
    labels[[0, points, 2 * points, 3 * points]] = LABELS
    frame = {
        "x": np.repeat(x, BANDS),
        "q1": np.repeat(k[:, 0], BANDS),
        "q2": np.repeat(k[:, 1], BANDS),
        "point": np.repeat(labels, BANDS),
        "band": np.tile(np.arange(1, BANDS + 1), len(k)),
    }
    if networks:
        from hamlearn.bands import evaluation

        found = [evaluation.coefficients_of(network, v[None]) for network in networks]
        energies = np.mean([tight_binding.bands(one, k, BANDS)[0] for one in found], axis=0)
        frame |= {"network": energies.ravel()}
        frame |= _symmetries(tight_binding.levels(found[0]), labels, "")
    if exact:
        frame["exact"] = solver.bands(v[None], k, BANDS)[0].ravel()
        frame |= _symmetries(solver.levels(v[None]), labels, "exact_")
    return pd.DataFrame(frame)


def _symmetries(levels: Levels, labels: np.ndarray, prefix: str) -> dict[str, np.ndarray]:
    """Return the columns irrep and class of one cell."""
    irreps = np.full((len(labels), BANDS), "", dtype=object)
    for place in np.flatnonzero(labels):
        point = {"Γ": 0, "K": 1, "M": 2}[labels[place]]
        named = {n: name for n, name, p in zip(NUMBER, NAMES, POINT, strict=True) if p == point}
        irreps[place] = [named[int(n)] for n in levels.irreps[0, point, :BANDS]]
    sets = topology.sets(levels.irreps)
    classes = np.full(BANDS, "", dtype=object)
    first = 0
    for last, kind in zip(sets.last[0], sets.classes[0], strict=True):
        classes[first:last] = kind
        first = last or BANDS
    return {f"{prefix}irrep": irreps.ravel(), f"{prefix}class": np.tile(classes, len(labels))}
