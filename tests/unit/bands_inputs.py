"""What tests of p6 bands share: random cells, and plane waves without any of the solver's ways."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from hamlearn.bands import ensemble

TURN = np.array([[1, 1], [-1, 0]])
"""Fractions of b1 and b2 as a row, times this: turned by 60°."""
UNIT = (4 * np.pi / np.sqrt(3)) ** 2 / 256
GAMMA, K, K_PRIME, M = (0, 0), (2 / 3, 1 / 3), (1 / 3, 2 / 3), (0.5, 0.5)


@dataclass(frozen=True)
class Plan:
    """As much of a plan as a draw reads."""

    law: object
    samples: int
    name: str = "tests"


@cache
def fields(number: int, exponent: float = 1.0, seed: int = 1) -> np.ndarray:
    """Images uint8 (n, 100, 100) of random fields."""
    law = ensemble.RandomField(exponent=exponent)
    return ensemble.draw(Plan(law, number), seed).images


def square(q: np.ndarray) -> np.ndarray:
    return q[..., 0] ** 2 + q[..., 1] ** 2 - q[..., 0] * q[..., 1]


def plane_waves(k, radius: float) -> np.ndarray:
    """All G (g, 2) with |k+G| <= radius, in |b1|."""
    side = np.arange(-2 * int(radius) - 2, 2 * int(radius) + 3)
    g = np.array([(a, b) for a in side for b in side])
    return g[square(g + np.asarray(k)) <= radius**2 + 1e-9]


def dense(image: np.ndarray, k, radius: float) -> tuple[np.ndarray, np.ndarray]:
    """H(k) (g, g) of an image, and its plane waves; |G-G'| below half the pixels."""
    g = plane_waves(k, radius)
    apart = g[:, None] - g
    assert np.abs(apart).max() < len(image) / 2
    transform = np.fft.fft2(image) / image.size
    assert np.abs(transform.imag).max() < 1e-15
    kinetic = UNIT * square(g + np.asarray(k))
    return transform.real[apart[..., 0], apart[..., 1]] + np.diag(kinetic), g


def energies(image: np.ndarray, k, radius: float, count: int = 7) -> np.ndarray:
    return np.linalg.eigvalsh(dense(image, k, radius)[0])[:count]


def measured_irreps(image: np.ndarray, k, order: int, radius: float, count: int = 7) -> np.ndarray:
    """|m| of the lowest states at a maximal k-point, from how eigenvectors turn."""
    matrix, g = dense(image, k, radius)
    levels, states = np.linalg.eigh(matrix)
    turn = np.linalg.matrix_power(TURN, 6 // order)
    turned = np.rint((g + np.asarray(k)) @ turn - np.asarray(k)).astype(int)
    place = {tuple(one): at for at, one in enumerate(g)}
    new = np.array([place[tuple(one)] for one in turned])
    found = []
    for energy in levels[:count]:
        same = states[:, np.abs(levels - energy) < 1e-8]
        trace = np.einsum("gi,gi->", same[new], same)  # of the rotation in the multiplet
        found.append(trace / same.shape[1])
    return np.rint(np.arccos(np.clip(found, -1, 1)) * order / (2 * np.pi)).astype(int)
