"""Pools over all of a map, which no roll changes."""

import math
from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

GLOBAL = {"mean": ops.mean, "max": ops.max, "min": ops.min}
SORT = "sort"


@keras.saving.register_keras_serializable(package="hamlearn")
class GlobalPool(keras.layers.Layer):
    """Of each channel the mean, the largest and the smallest value over all axes.

    Parameters
    ----------
    pools : sequence of "mean", "max", "min" and "sort"
        One behind the other, (n, len(pools) c); `sort` keeps all values of a channel in rising
        order, each of them for all channels, (n, N_1 N_2 ... c).

    Raises
    ------
    ValueError
        For an unknown pool, or none.
    """

    def __init__(self, pools: Sequence[str] = ("mean",), **kwargs: Any):
        super().__init__(**kwargs)
        self.pools = (pools,) if isinstance(pools, str) else tuple(pools)
        unknown = [name for name in self.pools if name not in (*GLOBAL, SORT)]
        if unknown or not self.pools:
            raise ValueError(f"pools = {self.pools}: expected some of {', '.join(GLOBAL)}, {SORT}")

    def call(self, x: Any) -> Any:
        found = [self._pooled(x, name) for name in self.pools]
        return ops.concatenate(found, axis=-1) if len(found) > 1 else found[0]

    def _pooled(self, x: Any, name: str) -> Any:
        if name != SORT:
            return GLOBAL[name](x, axis=tuple(range(1, len(x.shape) - 1)))
        sites, channels = math.prod(x.shape[1:-1]), x.shape[-1]
        rows = ops.sort(ops.reshape(x, (-1, sites, channels)), axis=1)
        return ops.reshape(rows, (-1, sites * channels))

    def compute_output_shape(self, input_shape: Sequence[int | None]) -> tuple[int | None, ...]:
        *_, channels = input_shape
        sorts = self.pools.count(SORT)
        sites = math.prod(input_shape[1:-1]) if sorts else 0
        return (input_shape[0], (len(self.pools) - sorts + sorts * sites) * channels)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "pools": self.pools}
