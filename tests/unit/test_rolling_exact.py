"""What is measured of exact properties: it holds, and the measures see it where it does not."""

import keras
import numpy as np
import pytest
from support import ROOT

from hamlearn import claims, verdicts
from hamlearn.evidence import collect
from hamlearn.learning import training
from hamlearn.rolling import exact
from hamlearn.rolling.evidence import EVIDENCE, Tables
from hamlearn.study import Inputs

LEDGER = claims.load(ROOT / "claims" / "rolling.yaml")
DISPUTED = ("rolling.exact.fig23_zero_padding_even",)
"""What the thesis says and is not so."""


@pytest.fixture(scope="module")
def found() -> dict:
    threads = 0
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        threads = tf.config.threading.get_intra_op_parallelism_threads()
    try:
        return exact.summarise(Inputs(threads=threads), {})
    finally:
        training.configure(threads, 0, deterministic=False)


def tables(found: dict) -> Tables:
    return Tables(*[None] * 7, found, {})


def judged(found: dict) -> dict[str, str]:
    names = [c for c in LEDGER.results if c.id.startswith("rolling.exact.")]
    chosen = [c for c in names if c.id != "rolling.exact.pool_breaks_nesting"]
    ledger = claims.Ledger("rolling", "", (), tuple(chosen))
    collected = collect(ledger, tables(found), EVIDENCE)
    pairs = zip(chosen, collected, strict=True)
    return {claim.id: verdicts.judge(claim, evidence)[0] for claim, evidence in pairs}


def test_all_that_should_hold_holds(found):
    given = judged(found)
    assert len(given) == 21
    reached = (verdicts.REPRODUCED, verdicts.BOUND_HOLDS)
    failed = {name for name, verdict in given.items() if verdict not in reached}
    assert failed == set(DISPUTED)


def test_single_precision_shows_no_exact_number(found):
    single = {**found, "properties": {**found["properties"], "precision": "float32"}}
    assert judged(single)["rolling.exact.toroidal_equivariance"] == verdicts.NOT_ATTEMPTED
    assert judged(single)["rolling.exact.same_size"] == verdicts.REPRODUCED


def test_a_training_whose_losses_do_not_move_would_not_be_compared(found):
    first, last = found["properties"]["trajectory_losses"]
    assert last < 0.95 * first


@pytest.mark.parametrize(
    ("name", "value", "claim"),
    [
        ("equivariance", 1e-3, "toroidal_equivariance"),
        ("zeros_band", [1, 1, 1], "zero_padding_breaks"),
        ("aligned_one", 0.0, "torsum_pooled_subgroup"),
        ("extreme_pixels", [1, 2], "inhomogeneous_gradient"),
        ("sizes", [8, 7, 8, 8], "same_size"),
        ("attention_range", [-0.1, 0.5], "attention_range"),
        ("roll_values", [[-5, 4], [-5, 5]], "roll_range"),
        ("without_read_out", 0.1, "nested_class"),
    ],
)
def test_a_violation_is_seen(found, name, value, claim):
    broken = {**found, "properties": {**found["properties"], name: value}}
    assert judged(broken)[f"rolling.exact.{claim}"] == verdicts.DEVIATES


def test_gradients_of_a_mean_are_even_on_every_map_and_others_are_not(found):
    maps = {case: np.array(given) for case, given in found["gradients"].items()}
    spread = {case: given.std(axis=(1, 2)) for case, given in maps.items()}
    assert spread["mean"].max() < 1e-6 * np.abs(maps["mean"]).max()
    assert spread["vanishing"][0] < 0.5 * spread["vanishing"][2]
    assert spread["exploding"][0] > 2 * spread["exploding"][2]
    third = maps["extremes"][2]
    assert (np.abs(third - np.median(third)) > 1e-6).sum() == 2
