"""What the networks see: height maps computed from bubbles, energies and numbers of modes.

An ensemble holds at most a few hundred numbers for each sample, its height map 10,000. Maps are
therefore computed where they are needed, by a layer on the device or in batches, and never stored.
Heights are in lattice constants a and not rescaled.
"""

from types import ModuleType
from typing import Any

import keras
import numpy as np

from hamlearn.bubbles.ensemble import Ensemble
from hamlearn.bubbles.surface import KINDS, pixel_centres

BATCH = 256


def padded(bubbles: np.ndarray) -> np.ndarray:
    """Return bubbles (n, most, 5 or 7) as float32, absent ones (NaN) without amplitude.

    Raises ValueError for an array of another shape.
    """
    bubbles = np.asarray(bubbles)
    if bubbles.ndim != 3 or bubbles.shape[2] not in (5, 7):
        raise ValueError(f"bubbles: shape {bubbles.shape}, expected (n, most, 5) or (n, most, 7)")
    nothing = np.array([0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0])[: bubbles.shape[2]]
    return np.where(np.isfinite(bubbles), bubbles, nothing).astype(np.float32)


def _heights(bubbles: Any, centres: np.ndarray, kind: str, xp: ModuleType) -> Any:
    """Return maps (n, p, p) of :func:`hamlearn.bubbles.heights` by `xp`, numpy or keras.ops."""
    amplitude, width_x, width_y = (bubbles[:, :, k, None] for k in range(3))
    dx, dy = (centres - bubbles[:, :, 3 + k, None] for k in range(2))
    if kind.startswith("lorentzian"):
        return _lorentzians(amplitude, width_x, width_y, dx, dy, kind, xp)
    u2, v2 = xp.square(dx / width_x), xp.square(dy / width_y)
    if kind.startswith("quartic"):
        x2, y2 = (xp.square(dx), xp.square(dy)) if kind == "quartic" else (u2, v2)
        u2, v2 = (
            s * (1 + bubbles[:, :, 5 + k, None] * q) for k, s, q in ((0, u2, x2), (1, v2, y2))
        )
    along, across = amplitude * xp.exp(-u2 / 2), xp.exp(-v2 / 2)
    return xp.matmul(xp.swapaxes(along, 1, 2), across)


def _lorentzians(amplitude, width_x, width_y, dx, dy, kind, xp) -> Any:
    """A Lorentzian is no product of a function of x and one of y: (n, most, p, p), summed."""
    if kind == "lorentzian_printed":
        height = amplitude * width_x * width_y / np.pi
        square = xp.square(dx) + xp.square(width_x) + xp.square(width_y)
        other = xp.square(dy)
    else:
        height, square, other = amplitude, 1 + xp.square(dx / width_x), xp.square(dy / width_y)
    return xp.sum(height[..., None] / (square[:, :, :, None] + other[:, :, None, :]), axis=1)


def height_maps(ensemble: Ensemble, pixels: int) -> np.ndarray:
    """Return the maps (n, pixels, pixels) of an ensemble as float32, in a; [i, j] at (x_i, y_j).

    Equal to :func:`hamlearn.bubbles.height_map` of each sample within single precision.
    """
    centres = pixel_centres(ensemble.side, pixels).astype(np.float32)
    bubbles = padded(ensemble.bubbles)
    found = np.empty((len(ensemble), pixels, pixels), dtype=np.float32)
    for start in range(0, len(found), BATCH):
        part = slice(start, start + BATCH)
        found[part] = _heights(bubbles[part], centres, ensemble.kind, np)
    return found


@keras.saving.register_keras_serializable(package="hamlearn")
class HeightMap(keras.layers.Layer):
    """Height maps (n, pixels, pixels) in a, from padded bubbles (n, most, 5 or 7), on the device.

    Parameters
    ----------
    side : float
        Of the square flake, in a.
    pixels : int
        Along each side.
    kind : str
        Shape of the bubbles, one of :data:`hamlearn.bubbles.surface.KINDS`.
    """

    def __init__(self, side: float, pixels: int, kind: str = "gaussian", **kwargs: Any):
        super().__init__(**kwargs)
        if kind not in KINDS:
            raise ValueError(f"kind = {kind!r}: expected one of {', '.join(KINDS)}")
        self.side, self.pixels, self.kind = side, pixels, kind
        self._centres = pixel_centres(side, pixels).astype(np.float32)

    def call(self, bubbles: Any) -> Any:
        return _heights(bubbles, self._centres, self.kind, keras.ops)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return (input_shape[0], self.pixels, self.pixels)

    def get_config(self) -> dict[str, Any]:
        own = {"side": self.side, "pixels": self.pixels, "kind": self.kind}
        return {**super().get_config(), **own}


def of_samples(ensemble: Ensemble, modes: np.ndarray) -> dict[str, np.ndarray]:
    """Return bubbles (n, most, 5 or 7), energy (n, 1) in t and modes (n, 1), all float32."""
    energy, modes = (np.asarray(v, dtype=np.float32)[:, None] for v in (ensemble.energy, modes))
    return {"bubbles": padded(ensemble.bubbles), "energy": energy, "modes": modes}


def from_bubbles(network: keras.Model, ensemble: Ensemble) -> keras.Model:
    """Return a network of height maps as one of bubbles, which computes its maps on the device.

    Parameters
    ----------
    network : keras.Model
        From a mapping with `heights` (n, p, p) and any of `energy` (n, 1) and `modes` (n, 1).
    ensemble : Ensemble
        Gives side, shape and columns of the bubbles; their number may differ.

    Returns
    -------
    keras.Model
        From what :func:`of_samples` returns; it shares its weights with `network`.
    """
    columns, pixels = ensemble.bubbles.shape[2], network.input["heights"].shape[1]
    arrays = {"bubbles": keras.Input((None, columns), name="bubbles")}
    scalars = {name: keras.Input((1,), name=name) for name in network.input if name != "heights"}
    maps = HeightMap(ensemble.side, pixels, ensemble.kind, name="height_map", dtype="float32")
    inputs = {"heights": maps(arrays["bubbles"]), **scalars}
    return keras.Model({**arrays, **scalars}, network(inputs), name=network.name)


def wanted(network: keras.Model, arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return those of the arrays that a network takes."""
    return {name: arrays[name] for name in network.input}
