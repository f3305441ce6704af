"""Keras layers of the tight-binding model: from its coefficients to bands and to levels by irrep.

Levels are differentiated by Hellmann and Feynman, eq. (1): ∂E/∂F_l = φᵀ (∂H/∂F_l) φ, the
eigenvectors φ taken as constant. Their own derivative, infinite where levels are degenerate, as at
Γ and K, is never asked for; over a degenerate pair the sum is right whatever its basis.
"""

from typing import Any

import keras
import numpy as np
from keras import ops

from hamlearn.bands import tight_binding
from hamlearn.bands.irreps import DIMENSION
from hamlearn.bands.tight_binding import COEFFICIENTS, ORBITALS

SLOTS = 7
"""Levels of each irrep that :class:`LevelsByIrrep` returns; zeros where there are fewer."""
registered = keras.saving.register_keras_serializable(package="hamlearn")


def lowest(matrices: Any, count: int, device: str = "") -> Any:
    """Return the lowest eigenvalues (..., count) of real symmetric matrices (..., d, d).

    Their value is that of φᵀHφ, their derivative φᵀ(∂H)φ.

    Parameters
    ----------
    matrices : tensor
    count : int
    device : str
        Where eigenvectors are computed, such as "cpu:0"; "" leaves it to the backend.
    """
    constant = ops.stop_gradient(matrices)
    if device:
        with keras.device(device):
            states = ops.eigh(constant)[1]
    else:
        states = ops.eigh(constant)[1]
    states = ops.stop_gradient(states[..., :count])
    return ops.sum(states * ops.matmul(matrices, states), axis=-2)


class _OfModel(keras.layers.Layer):
    """A layer without weights, for coefficients (n, 245), with a device as of :func:`lowest`."""

    def __init__(self, device: str = "", **options: Any):
        super().__init__(**options)
        self.device = device

    def build(self, coefficients_shape: Any) -> None:
        if coefficients_shape[-1] != COEFFICIENTS:
            raise ValueError(f"input {tuple(coefficients_shape)}: expected (n, {COEFFICIENTS})")
        super().build(coefficients_shape)

    def constant(self, array: np.ndarray) -> Any:
        return ops.convert_to_tensor(array, dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "device": self.device}


@registered
class Bands(_OfModel):
    """The lowest bands (n, m, count) of the model, in V_max.

    Parameters
    ----------
    k : (m, 2)
        Wave vectors in fractions of b1 and b2. Without, a call takes them as its second input,
        (n, m, 2), for each sample its own.
    count : int
    device : str
    """

    def __init__(self, k: Any = None, count: int = 6, **options: Any):
        super().__init__(**options)
        self.k = None if k is None else np.asarray(k, dtype=np.float64)
        self.count = count

    def build(self, coefficients_shape: Any, k_shape: Any = None) -> None:
        super().build(coefficients_shape)

    def call(self, coefficients: Any, k: Any = None) -> Any:
        waves = self._waves(k) if self.k is None else self.constant(tight_binding.waves(self.k))
        tensor = self.constant(tight_binding.tensor().reshape(COEFFICIENTS, -1))
        parts = ops.reshape(ops.matmul(coefficients, tensor), (-1, 7, ORBITALS**2))
        points = waves.shape[-2]
        matrices = ops.reshape(ops.matmul(waves, parts), (-1, points, ORBITALS, ORBITALS))
        return lowest(matrices, self.count, self.device)

    def _waves(self, k: Any) -> Any:
        """Return what `tight_binding.waves` does, (n, m, 7)."""
        angles = 2 * np.pi * ops.stack([k[..., 0], k[..., 1], k[..., 1] - k[..., 0]], axis=-1)
        parts = [ops.ones_like(k[..., :1]), ops.cos(angles), ops.sin(angles)]
        return ops.cast(ops.concatenate(parts, axis=-1), self.compute_dtype)

    def compute_output_shape(self, coefficients_shape: Any, k_shape: Any = None) -> tuple:
        points = k_shape[1] if self.k is None else len(self.k)
        return (coefficients_shape[0], points, self.count)

    def get_config(self) -> dict[str, Any]:
        k = None if self.k is None else self.k.tolist()
        return {**super().get_config(), "k": k, "count": self.count}


@registered
class LevelsByIrrep(_OfModel):
    """The lowest levels (n, 8, 7) of each irrep at Γ (s, p, d, f), K (0, 1) and M (+, -).

    Each is the block of the Hamiltonian that belongs to it. A degenerate pair is one level, half
    the trace over the pair.
    """

    def call(self, coefficients: Any) -> Any:
        blocks = zip(tight_binding.block_tensors(), map(int, DIMENSION), strict=True)
        return ops.stack([self._levels(coefficients, *block) for block in blocks], axis=1)

    def _levels(self, coefficients: Any, tensor: np.ndarray, places: int) -> Any:
        size = tensor.shape[-1]
        block = ops.matmul(coefficients, self.constant(tensor.reshape(COEFFICIENTS, -1)))
        number = min(SLOTS, size // places)
        energies = lowest(ops.reshape(block, (-1, size, size)), number * places, self.device)
        energies = ops.mean(ops.reshape(energies, (-1, number, places)), axis=-1)
        return ops.pad(energies, [(0, 0), (0, SLOTS - number)])

    def compute_output_shape(self, coefficients_shape: Any) -> tuple:
        return (coefficients_shape[0], len(tight_binding.BLOCKS), SLOTS)
