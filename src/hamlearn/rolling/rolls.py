"""Rolls of images: (T X)[y, x] = X[(y - a) mod N, (x - b) mod N], shifts drawn for each sample.

Both functions take NumPy arrays, or tensors of Keras on the device that trains.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import keras


def draw(samples: Any, chi: Any, axes: int, seed: "int | keras.random.SeedGenerator") -> Any:
    """Return shifts (samples, axes), independent and uniform on the integers from -chi to chi.

    Parameters
    ----------
    samples : int, or a tensor of one
        How many; the length of a batch may be known to the device alone.
    chi : int, or a tensor of one
        Degree of rolling; a tensor can change without a new trace.
    axes : int
    seed : int, or keras.random.SeedGenerator
        An integer gives the same array (int64) every time, a generator new ones, as a tensor
        (int32) on the device.

    Raises
    ------
    ValueError
        For a chi below 0.
    """
    if isinstance(chi, int | np.integer) and chi < 0:
        raise ValueError(f"chi = {chi}: expected 0 or more")
    if isinstance(seed, int | np.integer):
        return np.random.default_rng(seed).integers(-chi, chi, (samples, axes), endpoint=True)
    import keras

    chi = keras.ops.cast(chi, "float32")
    number = keras.random.uniform((samples, axes), -chi, chi + 1, dtype="float32", seed=seed)
    return keras.ops.cast(keras.ops.minimum(keras.ops.floor(number), chi), "int32")


def apply(images: Any, shifts: Any) -> Any:
    """Return images (n, N_1, ..., N_r, c), each rolled by its shifts (n, r) in pixels.

    Raises ValueError for other numbers of shifts.
    """
    lengths, channels = images.shape[1:-1], images.shape[-1]
    known = [images.shape[0], shifts.shape[0]]
    if tuple(shifts.shape)[1:] != (len(lengths),) or (None not in known and known[0] != known[1]):
        raise ValueError(
            f"shifts of shape {tuple(shifts.shape)} for images of {tuple(images.shape)}: expected "
            f"one for each sample and each of {len(lengths)} axes"
        )
    if isinstance(images, np.ndarray):
        xp, number = np, len(images)
    else:
        from keras import ops as xp

        number = xp.shape(images)[0]
        shifts = xp.cast(shifts, "int32")
    source = xp.arange(number, dtype="int32")  # flat index of the pixel that comes to each place
    for axis, length in enumerate(lengths):
        places = xp.arange(length, dtype="int32")[None] - shifts[:, axis, None]
        within = xp.reshape(places % length, (-1, *(1,) * axis, length))
        source = source[..., None] * length + within
    flat = xp.reshape(images, (-1, channels))
    return xp.reshape(xp.take(flat, xp.reshape(source, (-1,)), axis=0), (-1, *images.shape[1:]))
