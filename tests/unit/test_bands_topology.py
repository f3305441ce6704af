"""Fingerprints, elementary band representations, isolated sets, (J6) as a theorem, π fluxes."""

import itertools

import numpy as np
import pandas as pd
import pytest
from bands_inputs import fields

from hamlearn.bands import brillouin, cones, solver, tight_binding, topology, waves

TABLE = np.array(list(topology.EBRS.values()))
FRAGILE = {
    (0, 1, 0, 0, 0, 1, 2, 0): "-@3c − f@1a",
    (0, 0, 1, 0, 0, 1, 0, 2): "+@3c − s@1a",
}
FIFTH, SIXTH = (0, 0, 0, 0, 2, -1, 0, 0), (0, 0, 0, 0, 0, 0, 2, -2)


def random_models(number: int, seed: int = 0) -> np.ndarray:
    spread = np.where(np.arange(tight_binding.COEFFICIENTS) < tight_binding.ON_SITE, 1, 0.15)
    return np.random.default_rng(seed).normal(size=(number, len(spread))) * spread


def lists(*levels: str) -> np.ndarray:
    """Irreps (1, 3, b) from their names at Γ, K and M, pairs twice."""
    pairs = zip(("spdf", "01", "+-"), levels, strict=True)
    return np.array([[[names.index(one) for one in point] for names, point in pairs]])


def test_band_representations_have_as_many_bands_everywhere_and_fulfil_the_relation():
    sizes = [1, 2, 2, 1, 2, 4, 3, 3]
    for fingerprint, size in zip(TABLE, sizes, strict=True):
        assert topology.is_allowed(fingerprint)
        assert topology.number_of_bands(fingerprint) == size
    assert not topology.is_allowed((1, 0, 0, 0, 1, 0, 0, 1))  # (J6)
    assert not topology.is_allowed((1, 0, 0, 0, 0, 1, 1, 0))  # (I1)


def test_the_papers_generators_are_differences_of_band_representations():
    by_name = {name: np.array(one) for name, one in topology.EBRS.items()}
    assert np.array_equal(by_name["s@1a"] + by_name["f@1a"] - by_name["s@2b"], FIFTH)
    assert np.array_equal(by_name["s@1a"] + by_name["d@1a"] - by_name["+@3c"], SIXTH)


def test_every_allowed_fingerprint_is_a_whole_combination_of_band_representations():
    generators = np.array([*TABLE[:4], FIFTH, SIXTH])
    for six in itertools.product(range(3), repeat=6):
        at_gamma, n_0, n_plus = np.array(six[:4]), six[4], six[5]
        bands = at_gamma @ (1, 2, 2, 1)
        full = np.array([*at_gamma, n_0, (bands - n_0) // 2, n_plus, bands - n_plus])
        if not topology.is_allowed(full):
            continue
        weights = np.linalg.lstsq(generators.T, full, rcond=None)[0]
        assert np.array_equal(np.rint(weights) @ generators, full)


@pytest.mark.parametrize("fingerprint", FRAGILE)
def test_fragile_fingerprints_are_differences_and_no_sums(fingerprint):
    assert topology.classify(fingerprint) == "topological"
    assert topology.decomposed(fingerprint) is None
    assert topology.name(fingerprint) == FRAGILE[fingerprint]
    whole, taken = topology.as_difference(fingerprint)
    total = [sum(np.array(topology.EBRS[n]) for n in names) for names in (whole, taken)]
    assert np.array_equal(total[0] - total[1], fingerprint)


def test_a_third_fragile_fingerprint_has_an_s_more():
    assert topology.name((1, 1, 0, 0, 1, 1, 3, 0)) == "s@1a + -@3c − f@1a"


def test_sums_are_composite_and_single_ones_have_their_name():
    for name, fingerprint in topology.EBRS.items():
        assert topology.classify(fingerprint) == topology.name(fingerprint) == name
        assert topology.classify(np.add(fingerprint, topology.EBRS["s@1a"])) == "composite"
    assert topology.classify(np.zeros(8, int)) == "undetermined"
    with pytest.raises(ValueError, match="no isolated set"):
        topology.as_difference((1, 0, 0, 0, 1, 0, 0, 1))


def test_sets_end_where_no_pair_is_split_and_the_relation_holds():
    # kagome, then fragile: -@3c without its f
    found = topology.sets(lists("sddppfs", "0111100", "-+-++-+"))
    assert found.last.tolist() == [[3, 5]]
    assert found.fingerprints.tolist() == [[[1, 0, 1, 0, 1, 1, 1, 2], [0, 1, 0, 0, 0, 1, 2, 0]]]
    assert found.classes.tolist() == [["+@3c", "topological"]]


def test_honeycomb_bands_touch_at_k_and_cones_elsewhere_join_them():
    irreps = lists("sfppdds", "1101100", "+--+-++")
    assert topology.sets(irreps).classes[0, 0] == "s@2b"
    # even at Γ, odd at M: one sextuplet of cones between bands 1 and 2
    crossed = lists("ssppdds", "0001111", "-++-++-")
    assert topology.cone_parity(topology.fingerprints(crossed))[0, 0] == 1
    assert topology.sets(crossed).last[0, 0] != 1
    assert topology.sets(crossed, compatibility=False).last[0, 0] == 1


def test_sets_that_seven_bands_do_not_close_are_undetermined():
    never = topology.sets(lists("pspdpdd", "1101111", "+--++--"))
    assert never.last[0, 1] == 0
    assert never.classes[0, 1] == "undetermined"
    assert not never.fingerprints[0, 1].any()


def test_fluxes_decide_where_they_are_given():
    irreps = lists("sddppfs", "0111100", "-+-++-+")
    found = topology.sets(irreps, fluxes=np.array([[1, -1, 2, -1, 0, 1]]))
    assert found.last.tolist() == [[5, 0]]
    assert found.classes.tolist() == [["composite", "undetermined"]]
    assert topology.decomposed(found.fingerprints[0, 0]) == ("s@1a", "p@1a", "d@1a")


@pytest.mark.parametrize(
    "wrong",
    [np.zeros((3, 7), int), np.zeros((1, 3, 7)), np.full((1, 3, 7), 2), np.full((1, 3, 7), -1)],
)
def test_other_arrays_are_no_irreps(wrong):
    with pytest.raises(ValueError, match="irreps"):
        topology.sets(wrong)


def test_the_relation_is_a_theorem_of_random_models():
    models = random_models(30)
    fluxes = topology.fluxes(models, divisions=24)
    below = topology.fingerprints(tight_binding.levels(models, 6).irreps)
    counted = fluxes >= 0
    assert 60 < counted.sum() < counted.size
    assert np.array_equal(fluxes[counted] % 2, topology.cone_parity(below)[counted])


def test_the_relation_is_a_theorem_of_pixel_images():
    cells = fields(40, 0.5, seed=8)
    irreps = solver.levels(cells, 6, cutoff=waves.Cutoff(5.0, 16.0)).irreps
    parity = topology.cone_parity(topology.fingerprints(irreps))
    whole = topology.unsplit(irreps)
    odd = (whole & (parity == 1)).any(axis=1)
    chosen = np.concatenate([np.flatnonzero(odd)[:3], np.flatnonzero(~odd)[:2]])
    fluxes = solver.fluxes(cells[chosen], divisions=24)
    assert np.array_equal(fluxes >= 0, whole[chosen])
    assert np.array_equal(fluxes[fluxes >= 0] % 2, parity[chosen][fluxes >= 0])
    assert (fluxes > 0).any(axis=1).sum() >= 3


def test_flux_signs_see_a_cone_where_it_is():
    # a Dirac cone of two bands at one point of the triangle, in a real gauge
    divisions = 7
    k = brillouin.triangle(divisions) / divisions
    x, y = (k - (0.31, 0.22)).T
    matrices = np.stack([np.stack([x, y], -1), np.stack([y, -x], -1)], axis=1)
    signs = topology.flux_signs(np.linalg.eigh(matrices)[1], divisions)
    assert len(signs) == divisions**2
    assert np.count_nonzero(signs[:, 0] < 0) == 1
    assert np.all(signs[:, 1] > 0)


def test_classes_of_300_potentials_are_as_often_as_of_thousands():
    # shares of 3,000 potentials of the law of the exploration, specified by others
    cells = fields(300, 0.5, seed=3)
    found = topology.sets(solver.levels(cells, cutoff=waves.Cutoff(5.0, 16.0)).irreps)
    shares = [
        {"s@1a": 0.49, "s@2b": 0.27, "+@3c": 0.19, "composite": 0.045},
        {"p@1a": 0.26, "p@2b": 0.15, "composite": 0.12, "-@3c": 0.11, "s@1a": 0.09, "s@2b": 0.08,
         "+@3c": 0.08, "undetermined": 0.036, "topological": 0.043},
    ]  # fmt: skip
    for number, expected in enumerate(shares):
        for name, share in expected.items():
            measured = np.mean(found.classes[:, number] == name)
            assert measured == pytest.approx(share, abs=3.5 * np.sqrt(share * (1 - share) / 300))
    kinds = {tuple(one) for one in found.fingerprints[found.classes == "topological"]}
    assert set(FRAGILE) <= kinds


def test_triangles_of_the_sixth_lie_in_it():
    centres = topology.centres(4)
    assert len(centres) == 16
    assert np.allclose(brillouin.folded(centres), centres)
    assert np.allclose(centres.mean(axis=0), np.add(brillouin.K, brillouin.K_PRIME) / 3)


def test_changes_of_cones_are_told_with_those_of_irreps():
    counts = {
        "kind": "count",
        "path": 0,
        "band": 1,
        "step": range(6),
        "fluxes": [2, 0, 0, 1, -1, 0],
        "f": [0, 0, 0, 1, 1, 0],
        "minus": 0,
    }
    changes = cones.changes(pd.DataFrame(counts))
    assert changes[["step", "before", "after"]].to_numpy().tolist() == [[0, 2, 0], [2, 0, 1]]
    assert changes["irreps"].tolist() == [False, True]
