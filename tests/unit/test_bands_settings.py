"""What the paper set up, held against the configuration and the code."""

import pytest
from support import ROOT

from hamlearn import claims, config
from hamlearn.bands import architectures, brillouin, ensemble, irreps, records, tight_binding
from hamlearn.bands.laws import C5, C6
from hamlearn.bands.plan import ensembles
from hamlearn.bands.runs import runs
from hamlearn.bands.topology import EBRS

LEDGER = claims.load(ROOT / "claims/bands.yaml")


@pytest.fixture
def paper(settings):
    return settings("paper")["bands"]


def model() -> dict[str, object]:
    numbers = dict(zip("spdf", tight_binding.NUMBERS, strict=True))
    named = {f"orbitals_{name}": number for name, number in numbers.items()}
    return {
        **named,
        "dimension": tight_binding.ORBITALS,
        "on_site": tight_binding.ON_SITE,
        "hoppings": tight_binding.COEFFICIENTS - tight_binding.ON_SITE,
        "coefficients": tight_binding.COEFFICIENTS,
        "irreps": len(irreps.NAMES),
        "independent": len(irreps.NAMES) - 2,
        "local_costs": [int((point == irreps.POINT).sum()) for point in range(3)],
        "ebrs": len(EBRS),
        **dict(zip(("c1", "c2", "c3", "c4"), map(list, EBRS.values()), strict=False)),
        **{"c5": list(C5), "c6": list(C6)},
        **{"d1": list(EBRS["s@2b"]), "d2": list(EBRS["+@3c"])},
    }


def network() -> dict[str, object]:
    filters, kernels, strides, padding = map(list, zip(*architectures.CONVOLUTIONS, strict=True))
    rows = list(architectures.layers(100, architectures.CONVOLUTIONS, architectures.DENSE))
    return {
        **{"convolutions": len(filters), "filters": filters, "kernels": kernels},
        **{"strides": strides, "valid": [int(one == "valid") for one in padding]},
        "dense": [*architectures.DENSE, tight_binding.COEFFICIENTS],
        "parameters": sum(row["parameters"] for row in rows),
    }


def data(paper) -> dict[str, object]:
    from hamlearn.bands import batches

    plans = ensembles(paper)
    grid, fine = (plans[name].divisions for name in ("train", "fresh"))
    fits = {run.name: run.fit for run in runs(paper)}
    law = plans["explore"].law
    return {
        "unit": 256,
        "values": sorted(set(ensemble.images([law.spread]).ravel().tolist())),
        **{"constant": law.constant, "cutoff": ensemble.CUTOFF, "matrix": law.length**2},
        **{"k_train": len(brillouin.grid(grid)), "k_fine": len(brillouin.grid(fine))},
        "samples": plans["train"].samples,
        **{"bands": records.BANDS, "levels": fits["main_first"]["levels"]},
        "updates": plans["train"].train // paper["training"]["batch"],
        **{"local_weight": batches.FIRST, "local_decay": batches.DECAY},
        "epsilon": 1e-7,
        **{"holes": 6, "shown_holes": len(plans["holes"].fixed)},
        "triangles": paper["flux"]["divisions"] ** 2,
        "start": [-paper["design"]["start"], paper["design"]["start"]],
    }


@pytest.fixture
def properties(paper):
    return {**model(), **network(), **data(paper)}


def test_the_paper_scale_is_what_the_paper_set_up(settings, properties):
    assert claims.differences(LEDGER, settings("paper"), properties) == []


def test_every_property_is_used(properties):
    assert {one.property for one in LEDGER.settings if one.property} == set(properties)


def test_free_waves_and_holes_are_those_of_the_unit():
    # |b|²/256 of the lattice constant, and a hole of every direction
    assert pytest.approx(0.205617, abs=1e-6) == brillouin.KINETIC
    cell = ensemble.holes([0.3], 0.05, 100)[0]
    assert (cell == 0).sum() == pytest.approx(6 * 3.1416 * 0.05**2 / 0.866 * 1e4, rel=0.1)


def test_networks_have_the_parameters_that_the_table_says():
    keras = pytest.importorskip("keras")
    networks = pytest.importorskip("hamlearn.bands.networks")
    assert networks.stated().count_params() == network()["parameters"] == 4_286_933
    from hamlearn.learning import training

    assert keras.optimizers.Adam().epsilon == training.adam(1e-4)(1).epsilon == 1e-7


def test_corners_of_mixtures_and_contradictions_are_refused(settings):
    raw = settings("smoke")
    raw["bands"]["data"]["holes"]["between"] = [0.4, 0.3]
    from hamlearn.bands import plan

    with pytest.raises(config.ConfigError, match="the smaller first"):
        plan.check(raw["bands"])
