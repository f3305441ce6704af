"""Exact laws and sizes: symmetries of the end points and of the noise, meshes, parameters."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from hamlearn import seeds
from hamlearn.bitei import hoppings, inputs, path, rotation, solver
from hamlearn.bitei.hoppings import EndPoints
from hamlearn.bitei.noise import noise
from hamlearn.bitei.plan import given
from hamlearn.study import Inputs

THESIS = {
    "small": [100],
    "large": [500, 500, 500, 100, 100],
    "hybrid": {"features": 256, "width": 1024, "widths": [500, 500, 100, 100]},
}
"""Widths of the networks of the thesis."""
TURN = np.array([[-1, -1, 0], [1, 0, 0], [0, 0, 1]])
"""A rotation by 2π/3 about z, of κ in units of the reciprocal vectors."""


def summarise(inputs_: Inputs, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is exact: a number, a list or a truth value by name, energies in eV.

    Parameters
    ----------
    inputs_ : Inputs
        For the root seed and the number of threads.
    settings : mapping
        Where the end points come from; `noise.kind`.
    """
    from hamlearn.learning import training

    seed = seeds.seed(inputs_.root_seed, "bitei", "checks")
    training.configure(inputs_.threads, seed)
    ends = hoppings.load(*given(settings) or (hoppings.SHIPPED,), settings["truncation"])
    random = np.random.default_rng(seed)
    return {
        **_of_ends(ends, random),
        **_of_noise(ends, random, settings["noise"]["kind"]),
        **_of_meshes(ends),
        **_of_networks(),
        **_invariance(random),
        "monotone": _monotone(ends, random),
        "rotation": rotation.violation(random),
    }


def _of_ends(ends: EndPoints, random: np.random.Generator) -> dict[str, Any]:
    pair, vectors = (ends.trivial, ends.topological), ends.vectors
    k = random.random((20, 3))
    turned = k @ TURN.T
    levels = [
        np.linalg.eigvalsh(hoppings.bloch(end, vectors, points))
        for end in pair
        for points in (k, turned)
    ]
    phases = [solver.phase(end, vectors) for end in pair]
    sums = [end + np.swapaxes(end[hoppings.opposite(vectors)], 1, 2) for end in pair]
    return {
        "vectors": len(vectors),
        "mesh": ends.mesh.tolist(),
        "orbitals": ends.trivial.shape[-1],
        "hermiticity": max(hoppings.hermiticity(end, vectors) for end in pair),
        "time_reversal": max(hoppings.time_reversal(end) for end in pair),
        "c3": max(float(np.abs(levels[at] - levels[at + 1]).max()) for at in (0, 2)),
        "imaginary_sum": max(float(np.abs(one.imag).max()) for one in sums),
        "gaps": [phase.gap_ev for phase in phases],
        "z2": [phase.z2.tolist() for phase in phases],
        "labels": [solver.LABELS[phase.label] for phase in phases],
        "window": ends.window.tolist(),
    }


ORDER = (solver.TRIVIAL, solver.WEYL, solver.TOPOLOGICAL)
SAMPLES = 24


def _monotone(ends: EndPoints, random: np.random.Generator) -> bool:
    """Return whether crystals of rising α are trivial, then Weyl semimetals, then topological."""
    alphas = path.warped(np.sort(random.random(SAMPLES)), tuple(ends.window))
    crystals = (hoppings.interpolate(ends.trivial, ends.topological, alpha) for alpha in alphas)
    found = [phase.label for phase in solver.phases(crystals, ends.vectors, region="a")]
    return bool((np.diff([ORDER.index(label) for label in found]) >= 0).all())


def _of_noise(ends: EndPoints, random: np.random.Generator, kind: str) -> dict[str, Any]:
    vectors, size = ends.vectors, float(np.abs(ends.trivial).mean())
    added = noise(random, vectors, kind=kind, size=size)
    printed = noise(random, vectors, kind="recipe", sign="plus", norm="rms")
    rms = noise(random, vectors, kind=kind, norm="rms")
    swapped = np.conj(printed)[..., [i ^ 1 for i in range(printed.shape[-1])], :]
    swapped = swapped[..., [i ^ 1 for i in range(printed.shape[-1])]]
    return {
        "noise_hermiticity": hoppings.hermiticity(added, vectors),
        "noise_time_reversal": hoppings.time_reversal(added),
        "noise_mean_ratio": float(np.abs(added).mean() / size),
        "noise_rms": float(np.sqrt((np.abs(rms) ** 2).mean())),
        "plus_time_reversal": hoppings.time_reversal(printed),
        "plus_sigma_x": float(np.abs(printed - swapped).max()),
        "mean_modulus": size,
    }


def _of_meshes(ends: EndPoints) -> dict[str, Any]:
    """Say how the grids of eqs. (12) and (13) lie, and that the latter gives hoppings back."""
    reach = int(np.abs(ends.vectors).max())
    n = 2 * reach + 2
    k = hoppings.grid_uniform(n)
    bloch = hoppings.bloch(ends.trivial, ends.vectors, k)
    waves = np.exp(-2j * np.pi * (ends.vectors @ k.T)) / len(k)
    back = (waves @ bloch.reshape(len(k), -1)).reshape(ends.trivial.shape)
    line, faces = hoppings.grid_uniform(8, 1)[:, 0], hoppings.grid_faces(8, 1)[:, 0]
    return {
        "injective": float(np.abs(back - ends.trivial).max()),
        "faces": [float(faces[0]), float(faces[-1])],
        "uniform": [float(line[0]), float(line[-1])],
        "uniform_steps": float(np.abs(np.diff(line) - 1 / 8).max()),
        "gamma_on_even": bool((line == 0).any()),
        "smallest_n": int(np.ceil((ends.trivial.shape[-1] ** 2 * 1155) ** (1 / 3) - 1e-9)),
        "input_size": inputs.SIZE,
        "cells": len(inputs.CELLS),
        "kernel_size": inputs.SIZE // len(inputs.CELLS),
    }


def _of_networks() -> dict[str, Any]:
    """Build the networks of the thesis and those of its Fig. 3, and count; hold the layer (14)."""
    import keras

    from hamlearn.bitei import networks

    small, large = (networks.dense(THESIS[name]) for name in ("small", "large"))
    hybrid = networks.hybrid(**THESIS["hybrid"])
    front = [hybrid.get_layer(name).count_params() for name in ("kernels", "combined")]
    kernels = hybrid.get_layer("kernels")
    flat = keras.layers.Conv1D(kernels.get_weights()[0].shape[1], 1)
    flat.build((None, *kernels.input.shape[1:]))
    flat.set_weights([kernels.get_weights()[0][None], 0 * kernels.get_weights()[1][0]])
    some = np.random.default_rng(0).standard_normal((2, *kernels.input.shape[1:]))
    same = np.abs(np.asarray(flat(some)) - np.asarray(kernels(some))).max()
    drawn = {
        name: sum(a * b + b for a, b in zip(widths, widths[1:], strict=False))
        for name, widths in FIG3.items()
    }
    built = {"small": small, "large": large, "hybrid": hybrid}
    return {
        "parameters": {name: network.count_params() for name, network in built.items()},
        "hybrid_front": int(sum(front)),
        "hybrid_first": int(front[0]),
        "large_first": int(large.get_layer("dense_1").count_params()),
        "hybrid_as_convolution": float(same),
        "fig3": drawn,
        "sizes": {
            "classes": int(hybrid.output.shape[-1]),
            "axes": inputs.CELLS.shape[1],
        },
    }


FIG3 = {"left": (3, 2, 2, 3), "right": (3, 2, 3, 2)}
"""Neurons in the layers of the networks that Fig. 3 draws."""


def _invariance(random: np.random.Generator) -> dict[str, Any]:
    """Roll the mesh that a medium extractor without pools sees, in double precision."""
    import keras

    from hamlearn.bitei import networks

    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float64")
    try:
        network = networks.extractor((6, 6, 6, inputs.CHANNELS), 4, pooled=False)
        given = random.standard_normal((1, 6, 6, 6, inputs.CHANNELS))
        plain = np.asarray(network(given))
        changed = [np.asarray(network(np.roll(given, (1, 2, 3), (1, 2, 3)))) - plain]
    finally:
        keras.config.set_dtype_policy(policy)
    return {"roll_changes": float(np.abs(changed).max() / np.abs(plain).max())}
