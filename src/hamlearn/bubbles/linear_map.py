"""The linear map from the features of the first convolution to the local hoppings (Sec. V B).

At every pixel the paper maps 16 features F of its layer C to the hoppings along three bonds,
h = A F, eq. (12), within 1 %. Most of that is easy, since h ≡ -1 comes close, so the map stands
here beside its controls: an untrained layer, the heights alone, and a constant.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from hamlearn.bubbles import labels
from hamlearn.bubbles.ensemble import Ensemble
from hamlearn.bubbles.solver import BOND, DECAY, DIRECTIONS, hopping
from hamlearn.bubbles.surface import heights, pixel_centres
from hamlearn.dataset import Dataset

if TYPE_CHECKING:
    import keras

STRAINED = 0.05
COLUMNS = (
    *("seed", "features", "fit", "intercept", "slices", "n_fit", "n_test", "error_percent"),
    *("p95_percent", "error_strained_percent", "r2"),
    *("correlation_a", "correlation_b", "correlation_c"),
)
AS_PRINTED = {"features": "trained", "fit": "per_sample", "intercept": False, "slices": "first"}
"""The wording of the paper: for any deformed sample there is a linear map h = A F."""
WITH_CONSTANT = {**AS_PRINTED, "intercept": True}
"""The same with a constant, h = A F + b. Features of the second slice never see the heights, and
are a constant away from the edges: both slices without a constant are one slice with it."""
EXAMPLES = {
    "as_printed": AS_PRINTED,
    "with_constant": WITH_CONSTANT,
    "untrained": {**WITH_CONSTANT, "features": "untrained"},
}
"""The maps that are kept of one sample, for Fig. 7."""


def local_hoppings(ensemble: Ensemble, pixels: int, decay: float = DECAY) -> np.ndarray:
    """Return the hoppings along a, b and c around each pixel, (n, 3, pixels, pixels), in t.

    h_δ(r) = -exp(-3.37 [sqrt(1 + (Δz/a₀)²) - 1]) with Δz = z(r + a₀δ/2) - z(r - a₀δ/2), eq. (2)
    for a bond whose middle is r, so that h_δ = h_-δ serves both sublattices.
    """
    centres = pixel_centres(ensemble.side, pixels)
    x, y = np.meshgrid(centres, centres, indexing="ij")
    steps = BOND / 2 * DIRECTIONS[:, :, None, None]
    ends = [(x + sign * steps[:, 0], y + sign * steps[:, 1]) for sign in (1, -1)]
    rises = []
    for i in range(len(ensemble)):
        high, low = (heights(ensemble.sample(i), *end, ensemble.kind) for end in ends)
        rises.append(high - low)
    return -hopping(np.array(rises), decay)


def features(network: "keras.Model", arrays: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the features of layer C, (n, p, p, slices, channels), for `heights` and the rest."""
    import keras

    from hamlearn.bubbles import inputs
    from hamlearn.bubbles.networks import LAYER_C

    part = keras.Model(network.input, network.get_layer(LAYER_C).output)
    chosen = inputs.wanted(network, arrays)
    return part.predict(chosen, batch_size=inputs.BATCH, verbose=0)


def untrained(network: "keras.Model", arrays: Mapping[str, np.ndarray]) -> "keras.Model":
    """Return a copy of a network with fresh weights, whose layer C normalises these samples.

    Seed Keras before. Without the running mean and variance of the samples the normalisation of
    an untrained layer would do nothing.
    """
    import keras

    from hamlearn.bubbles import inputs
    from hamlearn.bubbles.networks import LAYER_C

    fresh = keras.models.clone_model(network)
    layer = fresh.get_layer(LAYER_C)
    before = keras.Model(fresh.input, layer.input)
    values = before.predict(inputs.wanted(fresh, arrays), batch_size=inputs.BATCH, verbose=0)
    axes = tuple(range(values.ndim - 1))
    layer.moving_mean.assign(values.mean(axis=axes))
    layer.moving_variance.assign(values.var(axis=axes))
    return fresh


@dataclass(frozen=True)
class Case:
    """One way of mapping: which features, fitted to what, with or without a constant."""

    features: str
    fit: str
    intercept: bool
    slices: str = "first"


def cases() -> Iterator[Case]:
    """Yield the map of the paper and its controls."""
    for name, slices in (
        ("trained", ("first", "both")),
        ("untrained", ("first", "both")),
        ("heights", ("first",)),
    ):
        for chosen in slices:
            for fit in ("global", "per_sample"):
                for intercept in (False, True):
                    yield Case(name, fit, intercept, chosen)
    yield Case("constant", "global", False)  # h = -1
    yield Case("constant", "global", True)
    yield Case("constant", "per_sample", True)


def compare(
    network: "keras.Model",
    data: Dataset,
    samples: int,
    *,
    seed: int,
    weights_seed: int,
    decay: float = DECAY,
) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    """Map features of layer C to hoppings in every way of :func:`cases`.

    Parameters
    ----------
    network : keras.Model
        Trained, from height maps.
    data : Dataset
        The global maps are fitted to the first `samples` of its training part, all errors are of
        the first `samples` of its test part. The maps `per_sample` are fitted to each of the
        latter by itself, as the paper's are.
    samples : int
    seed : int
        Number of the repetition, for the table only.
    weights_seed : int
        Of the untrained layer.

    Returns
    -------
    table : DataFrame
        Columns `COLUMNS`; a row per case. `error_percent` is the mean over points and directions
        of |ĥ - h| / |h|, `error_strained_percent` that over points with |1 + h| > 0.05.
    example : dict of arrays
        `sample` (its index in the ensemble), `heights` (p, p) in a, and (3, p, p) in t `exact`
        and what each of :data:`EXAMPLES` makes of it: of the tested samples the median by the
        error of :data:`WITH_CONSTANT`.
    """
    chosen = [_first(part, samples) for part in (slice(0, data.train), data.test)]
    parts = [_given(network, data, part) for part in chosen]
    pixels = network.input["heights"].shape[1]
    exact = [local_hoppings(data.ensemble[part], pixels, decay) for part in chosen]
    found = _features(network, parts, weights_seed)
    rows, kept = [], {}
    for case in cases():
        mapped = _map(case, found[case.features], exact)
        per_case = {"seed": seed, **vars(case), "n_test": len(exact[1])}
        per_case["n_fit"] = 1 if case.fit == "per_sample" else len(exact[0])
        rows.append(per_case | errors(mapped, exact[1]))
        kept |= {name: mapped for name, wanted in EXAMPLES.items() if vars(case) == wanted}
    relative = np.abs(kept["with_constant"] - exact[1]) / np.abs(exact[1])
    i = int(np.argsort(relative.mean(axis=(1, 2, 3)))[len(relative) // 2])
    example = {"sample": np.array(chosen[1].start + i), "heights": parts[1]["heights"][i]}
    example |= {"exact": exact[1][i], **{name: maps[i] for name, maps in kept.items()}}
    return pd.DataFrame(rows)[list(COLUMNS)], example


def _given(network: "keras.Model", data: Dataset, part: slice) -> dict[str, np.ndarray]:
    """Return what a network takes of some samples."""
    from hamlearn.bubbles import inputs

    flakes, pixels = data.ensemble[part], network.input["heights"].shape[1]
    given = inputs.of_samples(flakes, labels.modes(data.labels)[part])
    return {**given, "heights": inputs.height_maps(flakes, pixels)}


def _features(
    network: "keras.Model", parts: list[Mapping[str, np.ndarray]], weights_seed: int
) -> dict[str, list[np.ndarray]]:
    """Return the features of each kind, (n, p, p, slices, channels), of each part."""
    import keras

    keras.utils.set_random_seed(weights_seed)
    fresh = untrained(network, parts[0])
    maps = [part["heights"][..., None, None] for part in parts]
    return {
        "trained": [features(network, part) for part in parts],
        "untrained": [features(fresh, part) for part in parts],
        "heights": maps,
        "constant": [given[..., :0] for given in maps],
    }


def _first(part: slice, samples: int) -> slice:
    return slice(part.start, min(part.start + samples, part.stop))


def _map(case: Case, found: list[np.ndarray], exact: list[np.ndarray]) -> np.ndarray:
    """Return the mapped hoppings of the tested samples, (n, 3, p, p)."""
    if case.features == "constant" and not case.intercept:
        return np.full_like(exact[1], -1.0)
    fitted, tested = (_columns(part, case) for part in found)
    wanted = [part.reshape(*part.shape[:2], -1).swapaxes(1, 2) for part in exact]
    if case.fit == "global":
        maps = least_squares(np.concatenate(fitted), np.concatenate(wanted[0]))
        mapped = tested @ maps
    else:
        pairs = zip(tested, wanted[1], strict=True)
        mapped = np.stack([f @ least_squares(f, h) for f, h in pairs])
    return mapped.swapaxes(1, 2).reshape(exact[1].shape)


def _columns(values: np.ndarray, case: Case) -> np.ndarray:
    """Return features (n, points, columns) of the slices of a case, with 1 for an intercept."""
    chosen = values[:, :, :, :1] if case.slices == "first" else values
    flat = chosen.reshape(len(values), values.shape[1] * values.shape[2], -1).astype(float)
    if not case.intercept:
        return flat
    return np.concatenate([flat, np.ones((*flat.shape[:2], 1))], axis=2)


def least_squares(given: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return the matrix (k, 3) with the smallest squared error of `given` (m, k) @ it."""
    return np.linalg.lstsq(given, wanted, rcond=None)[0]


def errors(mapped: np.ndarray, exact: np.ndarray) -> dict[str, Any]:
    """Return the errors of mapped hoppings (n, 3, p, p), relative ones in per cent."""
    relative = np.abs(mapped - exact) / np.abs(exact)
    strained = np.abs(1 + exact) > STRAINED
    residual = np.square(mapped - exact).sum()
    spread = np.square(exact - exact.mean(axis=(0, 2, 3), keepdims=True)).sum()
    found = {
        "error_percent": 100 * relative.mean(),
        "p95_percent": 100 * np.percentile(relative.mean(axis=(1, 2, 3)), 95),
        "error_strained_percent": 100 * relative[strained].mean() if strained.any() else np.nan,
        "r2": 1 - residual / spread,
    }
    for k, letter in enumerate("abc"):
        pair = mapped[:, k].ravel(), exact[:, k].ravel()
        varies = all(np.ptp(values) > 0 for values in pair)
        found[f"correlation_{letter}"] = np.corrcoef(*pair)[0, 1] if varies else np.nan
    return found
