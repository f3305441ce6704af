"""The tight-binding model of 21 orbitals in numbers: symmetries, blocks, fits, and its target."""

import numpy as np
import pytest
from bands_inputs import GAMMA, K_PRIME, TURN, K, M, fields

from hamlearn.bands import brillouin, fitting, folding, honeycomb, irreps, solver, waves
from hamlearn.bands import tight_binding as model

RNG = np.random.default_rng(0)
F = RNG.normal(size=(3, 245)) * np.where(np.arange(245) < 14, 1, 0.2)
GENERIC = RNG.normal(size=(4, 2))
ANGULAR = [(n, m) for m, count in ((0, 4), (1, 4), (2, 3), (3, 3)) for n in range(count)]
"""Principal and angular numbers of one orbital of each pair."""
STEPS = ((1, 0), (0, 1), (-1, 1))
"""a1, a2 and a3 in a1 and a2."""


def pair_states() -> tuple[np.ndarray, list[int]]:
    """Columns: real orbitals in states of angular momentum, (H1); and m of these states."""
    columns = np.zeros((21, 21), dtype=complex)
    m_of, at = [], 0
    for _, m in ANGULAR:
        if m in (0, 3):
            columns[at, at] = 1
            m_of.append(m)
        else:
            columns[at : at + 2, at : at + 2] = np.array([[1, -1j], [1, 1j]]) / np.sqrt(2)
            m_of += [m, -m]
        at += 2 if m in (1, 2) else 1
    return columns, m_of


def in_angular_momentum(coefficients: np.ndarray, k: np.ndarray) -> np.ndarray:
    """H(k) of one vector of coefficients as App. H writes it: complex (21, 21)."""
    columns, m_of = pair_states()
    j = np.zeros((21, 21))
    j[np.triu_indices(21)] = coefficients[14:]
    parity = np.array([1 if m % 2 == 0 else -1 for m in m_of])
    j = np.where(np.tri(21, k=-1, dtype=bool), np.multiply.outer(parity, parity) * j.T, j)
    hopping = columns @ j @ columns.conj().T
    theta = 2 * np.pi * np.array([k @ step for step in STEPS])
    w = np.exp(-1j * np.pi / 3)
    f_1 = -1j * (np.sin(theta[0]) + w * np.sin(theta[1]) + w**2 * np.sin(theta[2]))
    f_2 = np.cos(theta[0]) + w**-4 * np.cos(theta[1]) + w**-2 * np.cos(theta[2])
    f_3 = -1j * (np.sin(theta[0]) - np.sin(theta[1]) + np.sin(theta[2]))
    f = [np.cos(theta).sum(), f_1, f_2, f_3, f_2.conj(), -f_1.conj()]  # m - m' modulo 6
    energy = np.repeat(coefficients[:14], [2 if m in (1, 2) else 1 for _, m in ANGULAR])
    return np.diag(energy) + hopping * np.array([[f[(a - b) % 6] for b in m_of] for a in m_of])


def test_there_are_14_on_site_energies_and_231_hoppings():
    assert model.ORBITALS == 21
    assert model.COEFFICIENTS == 14 + 231 == 245
    rows = model.waves(np.random.default_rng(1).normal(size=(8, 2)))
    linear = np.einsum("pc,lcij->pijl", rows, model.tensor()).reshape(-1, 245)
    assert np.linalg.matrix_rank(linear) == 245


def test_the_real_form_has_the_spectrum_of_app_h():
    matrices = model.hamiltonian(F, GENERIC)
    assert matrices.dtype == np.float64
    assert np.allclose(matrices, np.swapaxes(matrices, 2, 3), atol=1e-14)
    for sample, coefficients in enumerate(F):
        for at, k in enumerate(GENERIC):
            paper = in_angular_momentum(coefficients, k)
            assert np.allclose(paper, paper.conj().T, atol=1e-14)
            own = np.linalg.eigvalsh(matrices[sample, at])
            assert np.allclose(np.linalg.eigvalsh(paper), own, atol=1e-12)


def test_the_model_is_covariant_and_invariant_under_time_reversal():
    _, m_of = pair_states()
    turn = np.diag(np.exp(-1j * np.pi / 3 * np.array(m_of)))
    step = {1: 1, 2: 1, -1: -1, -2: -1}  # from (n, m) to (n, -m)
    partner = [at + step.get(m, 0) for at, m in enumerate(m_of)]
    for k in GENERIC:
        here = in_angular_momentum(F[0], k)
        assert np.allclose(in_angular_momentum(F[0], k @ TURN), turn @ here @ turn.conj())
        reversed_ = in_angular_momentum(F[0], -k)[np.ix_(partner, partner)].conj()
        assert np.allclose(reversed_, here)
    equivalent = (GENERIC, GENERIC @ TURN, -GENERIC, GENERIC + [3, -2])
    levels = [np.linalg.eigvalsh(model.hamiltonian(F, k)) for k in equivalent]
    assert np.ptp(levels, axis=0).max() < 1e-12
    mirror = np.linalg.eigvalsh(model.hamiltonian(F, GENERIC[:, ::-1]))
    assert np.abs(mirror - levels[0]).max() > 0.1


def test_blocks_of_irreps_decouple_at_symmetric_points():
    parts = {
        GAMMA: ((0,), (1,), (2,), (3,)),
        K: ((0, 3), (1, 2)),
        K_PRIME: ((0, 3), (1, 2)),
        M: ((0, 2), (1, 3)),
    }
    for k, blocks in parts.items():
        (matrices,) = np.swapaxes(model.hamiltonian(F, np.array([k])), 0, 1)
        for block in blocks:
            inside = np.isin(model.M, block)
            assert np.abs(matrices[:, inside][:, :, ~inside]).max() < 1e-14
    assert model.SIZES.tolist() == [4, 4, 3, 3, 7, 7, 10, 11]


def test_at_gamma_hopping_adds_three_times_to_its_block():
    columns, m_of = pair_states()
    s, p = [np.flatnonzero(np.array(m_of) == m) for m in (0, 1)]
    at_gamma = in_angular_momentum(F[0], np.zeros(2))
    j = np.zeros((21, 21))
    j[np.triu_indices(21)] = F[0, 14:]
    assert np.allclose(
        at_gamma[np.ix_(s, s)], np.diag(F[0, :4]) + 3 * (j + np.triu(j, 1).T)[:4, :4]
    )
    found = model.sector_levels(F[:1])
    assert np.allclose(found[1][0], np.linalg.eigvalsh(at_gamma[np.ix_(p, p)]))
    assert np.array_equal(model.waves(np.zeros((1, 2)))[0], [1, 1, 1, 1, 0, 0, 0])


def test_without_hopping_bands_are_flat():
    flat = F.copy()
    flat[:, 14:] = 0
    bands = model.bands(flat, GENERIC)
    assert np.ptp(bands, axis=1).max() < 1e-12
    assert np.allclose(bands[:, 0, 0], flat[:, :14].min(axis=1))


def test_levels_are_the_spectrum_with_exact_pairs():
    levels = model.levels(F, 21)
    points = np.array([GAMMA, K, M])
    assert np.allclose(
        levels.energies, np.linalg.eigvalsh(model.hamiltonian(F, points)), atol=1e-12
    )
    count = [np.bincount(levels.irreps[0, at], minlength=4).tolist() for at in range(3)]
    assert count == [[4, 8, 6, 3], [7, 14, 0, 0], [10, 11, 0, 0]]
    for point, paired in ((0, (1, 2)), (1, (1,))):
        for m in paired:
            pairs = levels.energies[0, point][levels.irreps[0, point] == m]
            assert np.array_equal(pairs[::2], pairs[1::2])
    with pytest.raises(ValueError, match="count = 22: there are 21 levels"):
        model.levels(F, 22)


@pytest.mark.parametrize("wrong", [np.zeros(245), np.zeros((2, 244))])
def test_other_arrays_are_no_coefficients(wrong):
    with pytest.raises(ValueError, match=r"expected \(n, 245\)"):
        model.hamiltonian(wrong, GENERIC)


def test_levels_by_irrep_merge_to_what_they_were():
    levels = model.levels(F, 7)
    energies, present = irreps.by_irrep(levels)
    assert (energies[~present] == 0).all()
    again = irreps.merged(list(np.swapaxes(np.where(present, energies, 9.0), 0, 1)), 7)
    assert np.array_equal(again.energies, levels.energies)
    assert np.array_equal(again.irreps, levels.irreps)
    # a pair counts once: s p p p p d d are five levels
    numbers = [[0, 1, 1, 1, 1, 2, 2], [1, 1, 0, 1, 1, 0, 1], [0, 1, 0, 1, 0, 1, 0]]
    pairs = irreps.Levels(np.arange(21.0).reshape(1, 3, 7), np.array([numbers], np.int8))
    energies, present = irreps.by_irrep(pairs)
    assert present.sum(axis=-1).tolist() == [[1, 2, 1, 0, 2, 3, 4, 3]]
    assert energies[0, 1, :2].tolist() == [1, 3]
    with pytest.raises(ValueError, match=r"slots = 3: 4 levels of irrep \+"):
        irreps.by_irrep(pairs, 3)


def test_gradients_of_costs_are_their_differences():
    waves_of = model.waves(np.array([GAMMA, K, M, (0.1, 0.2)]))
    target = RNG.normal(size=(4, 6))
    target[0, 1:3] = target[0, 1]
    energies, present = irreps.by_irrep(model.levels(F[1:2]))
    costs = {
        "bands": lambda f: fitting.band_cost(f, waves_of, target),
        "levels": lambda f: fitting.level_cost(f, energies[0], present[0]),
    }
    for cost in costs.values():
        gradient = cost(F[0])[1]
        for along in RNG.normal(size=(4, 245)):
            step = 1e-5 * along
            slope = (cost(F[0] + step)[0] - cost(F[0] - step)[0]) / 2e-5
            assert slope == pytest.approx(gradient @ along, rel=1e-6, abs=1e-8)


def test_245_numbers_fit_the_bands_of_a_cell():
    k = brillouin.grid(3)
    found = solver.solve(fields(1), k, 6)
    fit = fitting.fit(found.bands[0], k, found.levels, steps=250)
    assert fit.rms < 1e-3
    apart = model.bands(fit.coefficients[None], k) - found.bands
    assert np.sqrt(np.mean(apart**2)) == pytest.approx(fit.rms)
    assert np.array_equal(model.levels(fit.coefficients[None], 6).irreps, found.levels.irreps)


def test_a_model_nearby_is_found_from_its_bands_alone():
    k, true = brillouin.grid(5), F[0]
    bands, levels = model.bands(true[None], k)[0], model.levels(true[None])
    start = true + 0.01 * RNG.normal(size=245)
    apart = np.sqrt(np.mean((model.bands(start[None], k)[0] - bands) ** 2))
    fit = fitting.refined(start, bands, k, levels, steps=12)
    assert fit.rms < 1e-6 < 1e-3 < apart
    assert model.levels(fit.coefficients[None]).energies == pytest.approx(levels.energies, abs=1e-4)


def test_the_target_has_the_levels_of_six_sites():
    points = np.array([GAMMA, K, M])
    flat = honeycomb.bands(points, 0.6, -0.05, -0.05)
    assert flat[0] == pytest.approx([0.45, 0.6, 0.6, 0.6, 0.6, 0.75])
    assert flat[2] == pytest.approx([0.50, 0.50, 0.55, 0.65, 0.70, 0.70])
    line, _ = brillouin.path([K, M], 5)
    on_line = honeycomb.bands(line, 0.6, -0.05, -0.05)
    assert np.abs(on_line[:, [1, 5]] - on_line[:, [0, 4]]).max() < 1e-12
    inside, between = -0.08, -0.02
    s, p, d, f = (0.6 + a * inside + b * between for a, b in ((2, 1), (1, -1), (-1, 1), (-2, -1)))
    assert honeycomb.bands(points, 0.6, inside, between)[0] == pytest.approx(
        sorted([s, p, p, d, d, f])
    )


def test_second_neighbours_of_the_target_are_two_steps_away():
    one = honeycomb.hamiltonian(GENERIC, 0, 1, 1)
    two = honeycomb.hamiltonian(GENERIC, 0, 0, 0, 1, 1)
    assert np.allclose(one @ one, 3 * np.eye(6) + two)
    turned, here = (
        honeycomb.bands(k, 0.6, -0.1, -0.05, 0.01, 0.03) for k in (GENERIC @ TURN, GENERIC)
    )
    assert np.allclose(turned, here)


def test_folded_waves_are_real_symmetric_and_near_the_exact_bands():
    cells, k = fields(4), brillouin.grid(3)
    matrices = folding.hamiltonian(cells, k)
    assert matrices.shape == (4, 11, 37, 37)
    assert np.allclose(matrices, np.swapaxes(matrices, 2, 3), atol=1e-14)
    own = np.linalg.eigvalsh(matrices)
    apart = own[..., :6] - solver.bands(cells, k, 6)
    assert np.sqrt(np.mean(apart**2)) < 7e-4
    for turned in (k @ TURN, -k):
        assert np.allclose(np.linalg.eigvalsh(folding.hamiltonian(cells, turned)), own, atol=1e-12)
    pair = np.diff(own[:, np.abs(k - K).max(axis=1) < 1e-9][:, 0], axis=1)
    assert (np.sort(pair, axis=1)[:, 0] > 1e-7).all()  # a disc about Γ splits pairs at K
    by_sector = solver.levels(cells, cutoff=waves.Cutoff(3.0, 16.0))
    assert np.array_equal(by_sector.irreps[..., :6], solver.levels(cells).irreps[..., :6])
