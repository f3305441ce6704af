"""Ensembles in parts: half-open ranges of samples that are solved one by one, and joined again."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from hamlearn import files


def split(samples: int, largest: int) -> list[tuple[int, int]]:
    """Return half-open ranges of nearly equal size that cover the samples, none above `largest`."""
    count = max(1, math.ceil(samples / largest))
    edges = [samples * k // count for k in range(count + 1)]
    return list(zip(edges[:-1], edges[1:], strict=True))


def join(paths: Sequence[str], samples: int) -> pd.DataFrame:
    """Join the solved shards of an ensemble; raise DamagedFile if one is damaged or incomplete."""
    joined = pd.concat([files.read_table(path) for path in paths], ignore_index=True)
    if not np.array_equal(joined["sample"], np.arange(samples)):
        raise files.DamagedFile(
            f"{paths[0]} and its {len(paths) - 1} neighbours: expected samples 0 to {samples - 1} "
            f"in order, found {len(joined)}; delete the shards and run again"
        )
    return joined
