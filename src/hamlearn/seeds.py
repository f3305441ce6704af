"""Random numbers that depend only on what they are for, never on shard, order or machine.

An ensemble owns one counter-based stream (Philox), keyed by the root seed and its name. Sample i
is the i-th block of that stream, so that any slice of an ensemble can be drawn by itself.
"""

import hashlib

import numpy as np

DRAWS_PER_COUNTER = 4  # Philox4x64 yields four doubles for each value of its counter


def key(root: int, *names: object) -> np.ndarray:
    """Return the 128-bit Philox key (2,) of a purpose, e.g. ``key(2020, "wires", "i_20")``."""
    text = "/".join(map(str, (root, *names)))
    return np.frombuffer(hashlib.sha256(text.encode()).digest()[:16], dtype=np.uint64)


def uniform(stream_key: np.ndarray, start: int, stop: int, draws: int) -> np.ndarray:
    """Return uniform numbers in [0, 1) of samples ``start`` to ``stop`` of a stream.

    Parameters
    ----------
    stream_key : array (2,)
        From :func:`key`.
    start, stop : int
        Half-open range of samples, 0 <= start <= stop.
    draws : int
        Numbers per sample.

    Returns
    -------
    array (stop - start, draws)
        Row i is the same whatever the range it is drawn in.
    """
    if not 0 <= start <= stop:
        raise ValueError(f"samples {start} to {stop}: expected 0 <= start <= stop")
    counters = -(-draws // DRAWS_PER_COUNTER)
    bits = np.random.Philox(key=stream_key, counter=start * counters)
    block = np.random.Generator(bits).random((stop - start, counters * DRAWS_PER_COUNTER))
    return block[:, :draws]


def seed(root: int, *names: object) -> int:
    """Return a 31-bit seed for libraries that take an integer."""
    return int(key(root, *names)[0] >> np.uint64(33))
