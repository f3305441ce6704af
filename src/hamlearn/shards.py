"""Half-open ranges of samples, in which an ensemble is solved part by part."""

import math


def split(samples: int, largest: int) -> list[tuple[int, int]]:
    """Return half-open ranges of nearly equal size that cover the samples, none above `largest`."""
    count = max(1, math.ceil(samples / largest))
    edges = [samples * k // count for k in range(count + 1)]
    return list(zip(edges[:-1], edges[1:], strict=True))
