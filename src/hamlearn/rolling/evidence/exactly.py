"""Claims that hold exactly, from what was measured of layers and networks (`exact.json`)."""

from collections.abc import Callable, Mapping

import numpy as np

from hamlearn.claims import Claim, Evidence
from hamlearn.evidence import Missing, select
from hamlearn.rolling.evidence.tables import Tables, evidence

PREFIX = "rolling.exact."
DOUBLE = "float64"
TINY = {DOUBLE: 1e-10, "float32": 1e-4}
"""What counts as nothing, by the precision that the backend computes in."""
SEEN = 1e-2
"""What counts as something."""
UNLIKELY = 1e-3
ROLLED = 5
"""Degree of rolling of the shifts that are counted."""

NUMBERS = {  # by claim: measured numbers that should be zero
    "toroidal_equivariance": ("equivariance",),
    "roll_equivalent": ("tile_and_crop", "sum_of_rolls"),
    "torsum_invariant": ("invariant_logits", "invariant_extractors"),
    "training_trajectory": ("trajectory",),
    "homogeneous_gradient": ("mean_gradient_variance",),
}


@evidence(*(PREFIX + name for name in NUMBERS))
def measured(claim: Claim, tables: Tables) -> Evidence:
    found, names = tables.exact["properties"], NUMBERS[claim.id.removeprefix(PREFIX)]
    if found["precision"] != DOUBLE:
        raise Missing(f"measured in {found['precision']}, as Keras computes on JAX; needs {DOUBLE}")
    return Evidence(claim.id, max(found[key] for key in names), n=1)


def _precision(found: Mapping) -> str:
    return "" if found["precision"] == DOUBLE else "in single precision, as Keras has on JAX"


def _tiny(found: Mapping, *names: str) -> bool:
    return max(np.max(found[name]) for name in names) < TINY[found["precision"]]


HOLD: dict[str, tuple[str, Callable[[Mapping], bool]]] = {
    "zero_padding_breaks": (
        "zeros_band",
        lambda p: (
            min(p["zeros_edge"]) > SEEN
            and _tiny(p, "zeros_centre")
            and p["zeros_band"] == list(range(1, len(p["zeros_band"]) + 1))
        ),
    ),
    "torsum_pooled_subgroup": (
        "aligned_one",
        lambda p: _tiny(p, "aligned_multiples") and p["aligned_one"] > SEEN,
    ),
    "stride_divides": (
        "stride_others",
        lambda p: _tiny(p, "stride_multiples") and p["stride_others"] > SEEN,
    ),
    "same_size": ("sizes", lambda p: len(set(p["sizes"])) == 1),
    "inhomogeneous_gradient": (
        "extreme_pixels",
        lambda p: p["extreme_pixels"] == [2] and p["extremes_variance"] > SEEN,
    ),
    "sort_dimension": (
        "sort_length",
        lambda p: _tiny(p, "sort_change") and len(set(p["sort_length"])) == 1,
    ),
    "bypass_jacobian": ("bypass_jacobian", lambda p: _tiny(p, "bypass_jacobian")),
    "nested_class": ("without_read_out", lambda p: _tiny(p, "without_read_out")),
    "residual_nested": ("without_block", lambda p: _tiny(p, "without_block")),
    "attention_range": (
        "attention_range",
        lambda p: (
            0 <= p["attention_range"][0] < p["attention_range"][1] <= 1 and _tiny(p, "softmax_sum")
        ),
    ),
    "readout_size": (
        "read_out_lengths",
        lambda p: (
            all(len(set(lengths)) == 1 for lengths in p["read_out_lengths"])
            and p["read_out_lengths"][1][0] == 3 * p["read_out_lengths"][0][0]
        ),
    ),
    "roll_range": (
        "roll_p_values",
        lambda p: (
            all(ends == [-ROLLED, ROLLED] for ends in p["roll_values"])
            and min(p["roll_p_values"]) > UNLIKELY
            and min(p["roll_differs"]) > 0.5
        ),
    ),
}
"""What is shown, and when it holds, by claim; see :mod:`hamlearn.rolling.properties`."""


@evidence(*(PREFIX + name for name in HOLD))
def held(claim: Claim, tables: Tables) -> Evidence:
    found = tables.exact["properties"]
    shown, holds = HOLD[claim.id.removeprefix(PREFIX)]
    value = np.ravel(found[shown]).tolist()
    value = value[0] if len(value) == 1 else value
    return Evidence(claim.id, value, n=1, holds=bool(holds(found)), note=_precision(found))


@evidence(f"{PREFIX}direct_sum")
def dimensions(claim: Claim, tables: Tables) -> Evidence:
    return Evidence(claim.id, tables.exact["properties"]["dimensions"], n=1)


@evidence(f"{PREFIX}pool_breaks_nesting")
def no_bypass_across_a_pool(claim: Claim, tables: Tables) -> Evidence:
    layers = select(tables.architectures, "layers", family=["res", "hybrid"], sizes="thesis")
    pools = select(layers, "pools", layer="pool")
    bypassed = int(layers["bypass"].sum())
    holds = not pools["bypass"].any() and bypassed > 0
    note = f"{bypassed} bypasses, none of them across the {len(pools)} pools"
    return Evidence(claim.id, int(pools["bypass"].sum()), n=len(layers), holds=holds, note=note)


def _profile(tables: Tables, padding: str, what: str = "derivative") -> np.ndarray:
    """Return how much the pixels of the middle row count, over what one of the middle does."""
    found = np.array(tables.exact["padding"][padding][what])
    return found[len(found) // 2] / 3


@evidence(f"{PREFIX}fig23_toroidal_even")
def torus_is_even(claim: Claim, tables: Tables) -> Evidence:
    maps = [np.array(found) for found in tables.exact["padding"]["torus"].values()]
    return Evidence(claim.id, max(float(np.ptp(m) / m.mean()) for m in maps), n=1)


@evidence(f"{PREFIX}fig23_nopad_edges")
def edges_count_less(claim: Claim, tables: Tables) -> Evidence:
    return Evidence(claim.id, _profile(tables, "none")[:3].tolist(), n=1)


@evidence(f"{PREFIX}fig23_zero_padding_even")
def zeros_are_not_even(claim: Claim, tables: Tables) -> Evidence:
    same, full = (_profile(tables, padding) for padding in ("same", "full"))
    words = [", ".join(f"{v:g}" for v in part[:3]) for part in (same, full)]
    note = f"with SAME padding {words[0]}, ..., with as many zeros as the kernel reaches {words[1]}"
    return Evidence(claim.id, same[:3].tolist(), n=1, holds=bool(np.ptp(same) < 1e-6), note=note)
