"""Exact properties of layers on a torus and of networks of them, measured one by one.

Each function of :data:`MEASURED` returns numbers by name. Rolls of arrays (n, N_1, ..., c) are all
rolls by 0 to N - 1 pixels along every axis.
"""

import itertools
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from hamlearn.learning import heads
from hamlearn.learning.global_pool import GlobalPool
from hamlearn.learning.toroidal import ToroidalConv
from hamlearn.rolling import networks, pipelines, rolls
from hamlearn.rolling.slopes import array, gradient

SIDE = 8
SHAPE, SMALL = (SIDE, SIDE, 3), (4, 4, 3)
"""Of images that the pipeline halves twice, and once."""
SIZES = (2, 3, 5, 7)
"""Of kernels."""
DEPTHS = (1, 2, 3)
STEPS, RATE, IMAGES, CHI = 10, 0.2, 16, 10
"""Of the trainings that are compared."""
DRAWS = 20_000


def random(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


def every_roll(x: np.ndarray) -> list[tuple[int, ...]]:
    return list(itertools.product(*map(range, x.shape[1:-1])))


def rolled(x: np.ndarray, roll: Sequence[int]) -> np.ndarray:
    """Return arrays (n, N_1, ..., c), all rolled alike."""
    return np.roll(x, roll, axis=tuple(range(1, x.ndim - 1)))


def said(layer: Any, x: np.ndarray) -> np.ndarray:
    return np.asarray(layer(array(x)))


def convolution(x: np.ndarray, size: int = 3, **options: Any) -> ToroidalConv:
    """Return a layer with random weights by which values keep their order of magnitude."""
    layer = ToroidalConv(x.shape[-1], size, use_bias=False, **options)
    layer.build(x.shape)
    shape = layer.kernel.shape
    layer.kernel.assign(random(*shape, seed=size) / np.sqrt(np.prod(shape[:-1])))
    return layer


def randomise(network: keras.Model, seed: int = 0) -> keras.Model:
    """Give every weight a value by which no answer is flat: zeros and ones hide errors."""
    numbers = np.random.default_rng(seed)
    for weight in network.weights:
        shape = tuple(weight.shape)
        if weight.name in ("gamma", "moving_variance"):
            weight.assign(numbers.uniform(0.5, 1.5, shape))
        elif len(shape) > 1:
            weight.assign(numbers.normal(size=shape) * np.sqrt(2 / np.prod(shape[:-1])))
        else:
            weight.assign(numbers.normal(scale=0.3, size=shape))
    return network


def network(family: str, **options: Any) -> keras.Model:
    options = {"shape": SHAPE, "channels": 4, **options}
    return randomise(networks.build(family, "torsum", **options))


def by_roll(model: Any, x: np.ndarray) -> np.ndarray:
    """Return answers (N_1, ..., outputs) for every roll of one image."""
    answers = said(model, np.concatenate([rolled(x, roll) for roll in every_roll(x)]))
    return answers.reshape(*x.shape[1:-1], -1)


def change(answers: np.ndarray, step: int = 1) -> float:
    """Return how much rolls by multiples of a step change answers (N, N, outputs)."""
    return float(np.abs(answers[::step, ::step] - answers[0, 0]).max())


def equivariance() -> dict[str, Any]:
    """Convolutions commute with rolls on a torus, with strides in part, padded with zeros not."""
    x = random(1, SIDE, SIDE, 2)
    commutators, sizes, tiles, sums = [], [], [], []
    for size in SIZES:
        layer = convolution(x, size)
        y, kernel = said(layer, x), np.asarray(layer.kernel)
        moved = said(layer, np.concatenate([rolled(x, roll) for roll in every_roll(x)]))
        wanted = np.concatenate([rolled(y, roll) for roll in every_roll(x)])
        commutators.append(np.abs(moved - wanted).max() / np.abs(y).max())
        sizes.append(y.shape[1])
        tiles.append(np.abs(y - _by_tiles(x, layer)).max())
        sums.append(np.abs(y - _by_rolls(x, kernel)).max())
    return {
        "equivariance": float(max(commutators)),
        "sizes": sizes,
        "tile_and_crop": float(max(tiles)),
        "sum_of_rolls": float(max(sums)),
        **_strides(x),
        **_zeros(),
    }


def _by_tiles(x: np.ndarray, layer: ToroidalConv) -> np.ndarray:
    """Return the convolution of a tiled and cropped image, without padding (Fig. 7)."""
    size, side = layer.kernel_size, x.shape[1]
    start = side - (size - 1) // 2
    cropped = np.tile(x, (1, 3, 3, 1))[:, start:, start:][:, : side + size - 1, : side + size - 1]
    flat = convolution(cropped, size, periodic=False, padding="valid")
    flat.kernel.assign(layer.kernel)
    return said(flat, cropped)


def _by_rolls(x: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Return the sum over the entries of a kernel of rolled copies of x times them."""
    before = (len(kernel) - 1) // 2
    places = itertools.product(range(len(kernel)), repeat=2)
    return sum(rolled(x, (before - i, before - j)) @ kernel[i, j] for i, j in places)


def _strides(x: np.ndarray) -> dict[str, float]:
    layer = convolution(x, strides=2)
    y = said(layer, x)
    every = every_roll(x)
    moved = said(layer, np.concatenate([rolled(x, roll) for roll in every]))
    ways = np.concatenate([rolled(y, roll) for roll in every_roll(y)])
    errors = np.abs(moved[:, None] - ways[None]).max(axis=(2, 3, 4)).min(axis=1)
    least = dict(zip(every, errors, strict=True))
    even = [error for roll, error in least.items() if not any(n % 2 for n in roll)]
    odd = [error for roll, error in least.items() if any(n % 2 for n in roll)]
    return {"stride_multiples": float(max(even)), "stride_others": float(min(odd))}


def _zeros() -> dict[str, Any]:
    """Return how zeros around the image break equivariance, and how deep from the edge."""
    x, edges, centres, bands = random(1, 2 * SIDE, 2 * SIDE, 2), [], [], []
    for depth in DEPTHS:
        layers = [convolution(x, periodic=False) for _ in range(depth)]

        def answer(given: np.ndarray, layers: list = layers) -> np.ndarray:
            for layer in layers:
                given = said(layer, given)
            return given

        error = np.abs(answer(rolled(x, (1, 1))) - rolled(answer(x), (1, 1))).max(axis=(0, 3))
        inside = slice(depth + 1, -depth)  # the roll itself moves one pixel across the edge
        edges.append(float(error.max()))
        centres.append(float(error[inside, inside].max()))
        broken = error[SIDE, SIDE:] > 1e-6
        bands.append(int(broken.sum()))
    return {"zeros_edge": edges, "zeros_centre": centres, "zeros_band": bands}


def invariance() -> dict[str, Any]:
    """Logits of sums on a torus see no roll where nothing is aligned, and no multiples else."""
    x, small = random(1, *SHAPE), random(1, *SMALL)
    aligned = by_roll(network("std"), x)
    extractors = {
        family: by_roll(network(family, shape=SMALL, downsample="dilated"), small)
        for family in ("tuned", *pipelines.FREE)
    }
    plain = [by_roll(network("std", downsample=way), x) for way in pipelines.DOWNSAMPLES[1:]]
    stride = pipelines.stride("std", SHAPE)
    return {
        "invariant_logits": max(map(change, plain)),
        "invariant_extractors": max(map(change, extractors.values())),
        "logits": float(np.abs(aligned).max()),
        "aligned_multiples": change(aligned, stride),
        "aligned_one": float(np.abs(aligned[1, 0] - aligned[0, 0]).max()),
        **_trajectories(),
    }


def _trajectories() -> dict[str, Any]:
    """Return losses of a training on images as they are, and how those on rolled ones differ."""
    shape = (4, 4, 2)
    x, labels = random(IMAGES, *shape), np.arange(IMAGES) % 3
    model = network("std", shape=shape, channels=2, classes=3, downsample="none")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(RATE), loss, run_eagerly=keras.backend.backend() != "jax")
    start, losses = model.get_weights(), []
    for chi in (0, CHI):
        model.set_weights(start)
        shifts = [rolls.draw(IMAGES, chi, 2, seed) for seed in range(STEPS)]
        model.reset_metrics()
        losses.append([float(model.train_on_batch(rolls.apply(x, s), labels)) for s in shifts])
    return {
        "trajectory": float(np.abs(np.subtract(*losses)).max()),
        "trajectory_losses": [losses[0][0], losses[0][-1]],
    }


def pools() -> dict[str, Any]:
    """A global mean spreads gradients evenly, extremes add a pixel each, sorting keeps all."""
    x, weights = random(1, 6, 5, 2), np.arange(1, 7.0)
    layers = [convolution(x), convolution(x)]
    deep = gradient(lambda v: ops.sum(GlobalPool()(layers[1](layers[0](v))) * weights[:2]), x)
    mean = gradient(lambda v: ops.sum(GlobalPool()(v) * weights[:2]), x)
    three = GlobalPool(("mean", "max", "min"))
    extra = gradient(lambda v: ops.sum(three(v) * weights), x) - mean
    pixels = (np.abs(extra[0]) > 1e-6).sum(axis=(0, 1))
    sort = GlobalPool(("sort",))
    kept = said(sort, x)
    changes = [np.abs(said(sort, rolled(x, roll)) - kept).max() for roll in every_roll(x)]
    sides = (2, 4, 8)
    lengths = [
        [int(said(GlobalPool(names), random(1, side, side, 5)).shape[-1]) for side in sides]
        for names in (("mean",), ("mean", "max", "min"))
    ]
    return {
        "mean_gradient_variance": float(
            max(part.var(axis=(0, 1, 2)).max() for part in (mean, deep))
        ),
        "extremes_variance": float(extra.var(axis=(0, 1, 2)).min()),
        "extreme_pixels": sorted(set(map(int, pixels))),
        "sort_change": float(max(changes)),
        "sort_length": [int(kept.shape[-1]), int(x[0].size)],
        "read_out_lengths": lengths,
    }


def nesting() -> dict[str, Any]:
    """Networks contain shorter ones: without a read-out, and without a block (eqs. 21 to 25)."""
    model, x = network("res", shape=SMALL, channels=2), random(1, 2, 2, 2)
    for part in ("gamma", "beta"):
        getattr(model.get_layer("norm_4"), part).assign(np.zeros(2))
    outputs = [model.get_layer(name).output for name in ("pool_3", "bypass_4")]
    block = keras.Model(*outputs)
    jacobian = [gradient(lambda v, k=k: ops.ravel(block(v))[k], x).ravel() for k in range(x.size)]
    two, three = random(1, 2), random(1, 3)
    return {
        "without_read_out": _without_a_read_out(),
        "without_block": float(np.abs(said(block, x) - x).max()),
        "bypass_jacobian": float(np.abs(np.array(jacobian) - np.eye(x.size)).max()),
        "dimensions": [
            int(np.asarray(ops.concatenate([array(two), array(three)], axis=-1)).size),
            int(np.asarray(ops.outer(array(two), array(three))).size),
        ],
    }


def _without_a_read_out() -> float:
    """Return how an extractor whose last read-out has zero weights differs from one without it."""
    model, x = network("tuned"), random(1, *SHAPE)
    number = model.get_layer("values").bias.shape[0]
    read_outs = [model.get_layer(f"read_out_{r}").output for r in range(number)]
    features = heads.tuned(read_outs[:-1], **networks.VALUES)
    shorter = keras.Model(model.input, keras.layers.Dense(10, name="logits")(features))
    image, maps, bias = model.get_layer("values").get_weights()
    maps[-1], bias[-1] = 0, 0
    model.get_layer("values").set_weights([image, maps, bias])
    shorter.get_layer("values").set_weights([image, maps[:-1], bias[:-1]])
    kernel, bias = model.get_layer("features").get_weights()
    kept = (number - 1) * networks.VALUES["width"]
    shorter.get_layer("features").set_weights([kernel[:kept], bias])
    shorter.get_layer("logits").set_weights(model.get_layer("logits").get_weights())
    return float(np.abs(said(shorter, x) - said(model, x)).max())


def attention() -> dict[str, Any]:
    """Attention is within its bounds, and even before any training."""
    x = 10 * random(64, *SMALL)
    values = {
        name: said(networks.attention(network("hbfree", shape=SMALL, **options)), x)
        for name, options in {
            "sigmoid": {},
            "softmax": {"attention": "softmax"},
            "floor": {"floor": 0.05},
        }.items()
    }
    untrained = [
        said(networks.attention(networks.build(family, "torsum", shape=SHAPE, channels=4)), y)
        for family in pipelines.FREE
        for y in [random(64, *SHAPE)]
    ]
    even = [float(np.ptp(v.mean(axis=0)) / v.mean()) for v in untrained]
    return {
        "attention_range": [float(values["sigmoid"].min()), float(values["sigmoid"].max())],
        "softmax_sum": float(np.abs(values["softmax"].sum(axis=1) - 1).max()),
        "floor_least": float(values["floor"].min()),
        "untrained_mean": float(untrained[0].mean()),
        "untrained_spread": max(even),
        "untrained_sd": float(max(v.std(axis=0).max() for v in untrained)),
    }


def drawn() -> dict[str, Any]:
    """Rolls are uniform, independent, and new for each sample and each batch."""
    from scipy import stats

    generator = keras.random.SeedGenerator(0)
    first, second = (np.asarray(rolls.draw(DRAWS, 5, 2, generator)) for _ in range(2))
    counts = [np.unique(column, return_counts=True) for column in first.T]
    chances = [float(stats.chisquare(number).pvalue) for _, number in counts]
    joint = stats.contingency.crosstab(*first.T).count
    return {
        "roll_values": [[int(values.min()), int(values.max())] for values, _ in counts],
        "roll_p_values": [*chances, float(stats.chi2_contingency(joint).pvalue)],
        "roll_differs": [float((first[1:] != first[:-1]).mean()), float((first != second).mean())],
    }


MEASURED = (equivariance, invariance, pools, nesting, attention, drawn)
