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
GRID = 512  # points of a conditional mean


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


def errors_relative_to_prediction(predicted: np.ndarray, true: np.ndarray) -> np.ndarray:
    r"""Return :math:`|y_p - y_c| / |y_p|` of each sample, eq. (6) of arXiv:2108.01057, (n,).

    The denominator is the prediction y_p, not the true value y_c. Where a prediction is exactly
    zero, y_c stands in its place: an error of 1, or of 0 if both vanish.
    """
    predicted, true = _pair(predicted, true)
    return _ratio(predicted - true, np.where(predicted == 0, true, predicted))


def errors_relative_to_larger(predicted: np.ndarray, true: np.ndarray) -> np.ndarray:
    r"""Return :math:`|y_p - y_c| / \max(|y_p|, |y_c|)` of each sample, eq. (15) there, (n,)."""
    predicted, true = _pair(predicted, true)
    return _ratio(predicted - true, np.maximum(np.abs(predicted), np.abs(true)))


def coverage(low: np.ndarray, high: np.ndarray, true: np.ndarray) -> float:
    """Return the share of true values (n,) within their intervals, limits included."""
    low, true = _pair(low, true)
    high, true = _pair(high, true)
    return float(((low <= true) & (true <= high)).mean())


def conditional_mean_predictor(
    train_given: np.ndarray, train_targets: np.ndarray
) -> Callable[[np.ndarray], np.ndarray]:
    r"""Return a smooth estimate of the mean of a target given one number, such as the energy.

    At each point of a grid a line is fitted to the nearest training samples with tricube weights,
    and read off between the points. The number of neighbours, a power of two times 20, is the one
    with the smallest squared error on every fifth training sample, so that it is deterministic.

    Parameters
    ----------
    train_given, train_targets : arrays (n,)

    Returns
    -------
    function
        From given numbers (m,) to estimates (m,); beyond the training data that of its end.

    Raises
    ------
    ValueError
        For fewer than two samples, lengths that differ, NaN or infinity.
    """
    given, targets = _pair(train_given, train_targets)
    if len(given) < 2:
        raise ValueError(f"conditional mean: {len(given)} training sample, expected at least 2")
    held_out = np.arange(len(given)) % 5 == 1
    choices = [SMALLEST_NEIGHBOURHOOD * 2**k for k in range(12)]
    choices = [n for n in choices if n <= len(given) // 2] or [len(given)]

    def loss(neighbours: int) -> float:
        found = _local_mean(given[~held_out], targets[~held_out], neighbours)(given[held_out])
        return np.square(found - targets[held_out]).mean()

    return _local_mean(given, targets, min(choices, key=loss))


def _local_mean(
    given: np.ndarray, targets: np.ndarray, neighbours: int
) -> Callable[[np.ndarray], np.ndarray]:
    points = np.linspace(given.min(), given.max(), GRID)
    distance, index = cKDTree(given[:, None]).query(points[:, None], min(neighbours, len(given)))
    distance, index = distance.reshape(GRID, -1), index.reshape(GRID, -1)
    reach = np.maximum(distance.max(axis=1, keepdims=True), 1e-300)
    root = np.sqrt((1 - (distance / reach) ** 3) ** 3 + 1e-12)
    offset = (given[index] - points[:, None]) / reach
    basis = np.stack([np.ones_like(offset), offset], axis=-1) * root[..., None]
    line = np.linalg.pinv(basis, rcond=1e-6) @ (targets[index] * root)[..., None]
    values = line[:, 0, 0]
    return lambda asked: np.interp(asked, points, values)


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


def _ratio(difference: np.ndarray, scale: np.ndarray) -> np.ndarray:
    nothing = np.zeros_like(difference)
    return np.divide(np.abs(difference), np.abs(scale), out=nothing, where=scale != 0)


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
