"""Errors of predictions, and the trivial predictors that every network has to beat.

Units are those of the targets. Nothing here imports Keras, so figures and tables may use it.
"""

from collections.abc import Callable

import numpy as np
from scipy.spatial import cKDTree

SMALLEST_NEIGHBOURHOOD = 20
HELD_OUT_SAMPLES = 2000
ITERATIONS = 8
ENTRIES_PER_CHUNK = 2_000_000


def mae(predicted: np.ndarray, true: np.ndarray) -> float:
    r"""Return the mean absolute error.

    .. math:: \mathrm{MAE} = \frac{1}{|S|} \sum_{k \in S} |G_k - y_k|

    Eq. (4) of Phys. Rev. B 102, 064205: over all samples, no mask and no clipping.

    Parameters
    ----------
    predicted, true : arrays (n,)

    Raises
    ------
    ValueError
        For different shapes (an (n, 1) array would broadcast), no samples, NaN or infinity.
    """
    predicted, true = _pair(predicted, true)
    return float(np.abs(predicted - true).mean())


def mse(predicted: np.ndarray, true: np.ndarray) -> float:
    """Return the mean squared error, eq. (4) of Phys. Rev. B 102, 064205; see :func:`mae`."""
    predicted, true = _pair(predicted, true)
    return float(np.square(predicted - true).mean())


def r2(predicted: np.ndarray, true: np.ndarray) -> float:
    """Return the share of the variance of `true` (n,) that `predicted` (n,) explains.

    1 - MSE / variance: 1 is perfect, 0 is the constant mean, negative is worse than that.
    Raises ValueError as :func:`mae` does, and for targets that are all equal.
    """
    predicted, true = _pair(predicted, true)
    variance = true.var()
    if variance == 0:
        raise ValueError(f"r2: all {len(true)} true values equal {true[0]:g}, expected a spread")
    return float(1 - np.square(predicted - true).mean() / variance)


def relative(error: float, trivial: float) -> float:
    """Return a MAE in units of the MAE of a trivial predictor; above 1 nothing was learned."""
    if not trivial > 0:
        raise ValueError(f"relative error: the trivial MAE is {trivial:g}, expected more than 0")
    return error / trivial


def skill(error: float, trivial: float) -> float:
    """Return 1 - MAE / (trivial MAE): 1 is perfect, 0 or less has learned nothing."""
    return 1 - relative(error, trivial)


def fraction_above(predicted: np.ndarray, true: np.ndarray, threshold: float) -> float:
    """Return the share of samples whose absolute error exceeds `threshold`."""
    predicted, true = _pair(predicted, true)
    return float((np.abs(predicted - true) > threshold).mean())


def median_predictor(train_targets: np.ndarray) -> float:
    """Return the constant with the smallest MAE on the training targets (n,): their median."""
    return float(np.median(_finite("train_targets", train_targets, 1)))


def count_predictor(
    train_counts: np.ndarray, train_targets: np.ndarray
) -> Callable[[np.ndarray], np.ndarray]:
    r"""Return a smooth estimate of the conditional median of a target given impurity counts.

    The median is the best answer of anything that sees the counts and no positions, where the MAE
    is the judge. At each count vector it is read off a local linear fit in count space,

    .. math:: \min_{a, b} \sum_k w_k\,|z_k - a - b \cdot (c_k - c)|, \qquad z = y^{1/3},

    over the nearest training samples with tricube weights w; a^3 is the estimate. A median may be
    fitted on any monotonic scale, and the cube root straightens the steep decay of a conductance
    with the count. The number of neighbours is chosen by MAE on held-out training samples (every
    fifth one), so that the result is deterministic.

    Parameters
    ----------
    train_counts : array (n,) or (n, species)
        Impurities of each species in each sample.
    train_targets : array (n,)

    Returns
    -------
    function
        From counts (m,) or (m, species) to estimates (m,), in the unit of the targets.

    Raises
    ------
    ValueError
        For fewer than 40 samples, shapes that do not match, NaN or infinity.
    """
    counts = _counts("train_counts", train_counts)
    targets = _finite("train_targets", train_targets, 1)
    _same_length("train_counts", counts, "train_targets", targets)
    if len(counts) < 2 * SMALLEST_NEIGHBOURHOOD:
        raise ValueError(
            f"count predictor: {len(counts)} training samples, "
            f"expected at least {2 * SMALLEST_NEIGHBOURHOOD}"
        )
    neighbours = _choose_neighbours(counts, targets)
    species = counts.shape[1]

    def predict(asked: np.ndarray) -> np.ndarray:
        asked = _counts("counts", asked)
        if asked.shape[1] != species:
            raise ValueError(f"counts: {asked.shape[1]} species, expected {species} as in training")
        return _local_median(counts, targets, asked, neighbours)

    return predict


def _choose_neighbours(counts: np.ndarray, targets: np.ndarray) -> int:
    held_out = np.arange(len(counts)) % 5 == 4
    asked = counts[held_out][:HELD_OUT_SAMPLES]
    true = targets[held_out][:HELD_OUT_SAMPLES]
    best, lowest = SMALLEST_NEIGHBOURHOOD, np.inf
    neighbours = SMALLEST_NEIGHBOURHOOD
    while neighbours <= len(counts) // 2:
        found = _local_median(counts[~held_out], targets[~held_out], asked, neighbours)
        error = np.abs(found - true).mean()
        if error < lowest:
            best, lowest = neighbours, error
        if error > 1.1 * lowest:  # past the minimum: the bias of wide neighbourhoods grows
            break
        neighbours *= 2
    return best


def _local_median(
    counts: np.ndarray, targets: np.ndarray, asked: np.ndarray, neighbours: int
) -> np.ndarray:
    points, inverse = np.unique(asked, axis=0, return_inverse=True)
    tree, scaled = cKDTree(counts), np.cbrt(targets)
    step = max(1, ENTRIES_PER_CHUNK // (neighbours * (counts.shape[1] + 1)))
    found = [
        _local_fit(tree, scaled, points[first : first + step], neighbours)
        for first in range(0, len(points), step)
    ]
    return np.concatenate(found)[inverse.ravel()] ** 3


def _local_fit(
    tree: cKDTree, scaled: np.ndarray, points: np.ndarray, neighbours: int
) -> np.ndarray:
    distance, index = tree.query(points, k=neighbours)
    reach = np.maximum(distance[:, -1:], 1.0)  # counts are integers: never narrower than one
    kernel = (1 - np.minimum(distance / reach, 1) ** 3) ** 3 + 1e-12
    offset = (tree.data[index] - points[:, None]) / reach[:, :, None]
    basis = np.concatenate([np.ones_like(offset[..., :1]), offset], axis=-1)
    values = scaled[index]
    ridge = 1e-6 * np.diag([0.0] + [1.0] * points.shape[1])  # neighbours may share one count
    weight = kernel
    for _ in range(ITERATIONS):  # absolute errors by iteratively reweighted least squares
        weighted = basis * weight[..., None]
        normal = np.swapaxes(weighted, 1, 2) @ basis
        normal += ridge * normal[:, :1, :1]
        right = np.swapaxes(weighted, 1, 2) @ values[..., None]
        coefficients = np.linalg.solve(normal, right)
        residual = np.abs(values - (basis @ coefficients)[..., 0])
        floor = np.maximum(0.01 * residual.mean(axis=1, keepdims=True), 1e-12)
        weight = kernel / np.maximum(residual, floor)
    return np.clip(coefficients[:, 0, 0], values.min(axis=1), values.max(axis=1))


def _pair(predicted: np.ndarray, true: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    predicted, true = _finite("predicted", predicted, 1), _finite("true", true, 1)
    _same_length("predicted", predicted, "true", true)
    return predicted, true


def _counts(name: str, values: np.ndarray) -> np.ndarray:
    values = np.asarray(values)
    values = _finite(name, values[:, None] if values.ndim == 1 else values, 2)
    if (values < 0).any():
        raise ValueError(f"{name}: smallest value {values.min():g}, expected counts of 0 or more")
    return values


def _finite(name: str, values: np.ndarray, dimensions: int) -> np.ndarray:
    values = np.asarray(values, dtype=float)
    if values.ndim != dimensions or values.size == 0:
        raise ValueError(
            f"{name}: shape {values.shape}, expected {dimensions} dimension(s) and some samples"
        )
    if not np.isfinite(values).all():
        bad = int((~np.isfinite(values)).sum())
        raise ValueError(f"{name}: {bad} of {values.size} values are NaN or infinite")
    return values


def _same_length(name: str, values: np.ndarray, other_name: str, others: np.ndarray) -> None:
    if len(values) != len(others):
        raise ValueError(f"{name} has {len(values)} samples, {other_name} has {len(others)}")
