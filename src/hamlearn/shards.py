"""Half-open ranges of samples, in which an ensemble is solved part by part."""

import math


def number(samples: int, largest: float) -> int:
    """Return how many ranges :func:`split` returns."""
    return max(1, min(samples, math.ceil(samples / largest)))


def split(samples: int, largest: float) -> list[tuple[int, int]]:
    """Return half-open ranges of nearly equal size that cover the samples, none above `largest`.

    None is empty, however small `largest` is.
    """
    count = number(samples, largest)
    edges = [samples * k // count for k in range(count + 1)]
    return list(zip(edges[:-1], edges[1:], strict=True))
