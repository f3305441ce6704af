"""The solver of bitei: sums over lattice vectors, gaps, Z2, phases, and what it refuses."""

import numpy as np
import pytest

from hamlearn.bitei import dirac, gap, hoppings, path, reference, solver, wilson
from hamlearn.bitei.lattice_sum import SECOND, Crystal
from hamlearn.bitei.noise import noise

ENDS = hoppings.load()
OCCUPIED = 12
NEIGHBOURS, PAULI = dirac.VECTORS, dirac.PAULI


def mixed(alpha, delta=0.0, seed=0):
    added = noise(np.random.default_rng(seed), ENDS.vectors, size=np.abs(ENDS.trivial).mean())
    return hoppings.interpolate(ENDS.trivial, ENDS.topological, alpha, delta, added)


def wilson_dirac(mass, broken=0.0):
    """Return a crystal of dirac.crystal with `broken` τ_x, which breaks inversion."""
    found = dirac.crystal(mass)
    found[0] += broken * np.kron(PAULI[0], np.eye(2))
    return found


def test_sums_over_vectors_agree_and_are_those_of_a_lattice():
    k = np.random.default_rng(0).random((4, 3))
    crystal = Crystal(mixed(0.3, 0.2), ENDS.vectors)
    bloch = hoppings.bloch(mixed(0.3, 0.2), ENDS.vectors, k)
    assert np.allclose(crystal.at(k), bloch, atol=1e-12)
    assert np.allclose(bloch, np.conj(np.swapaxes(bloch, 1, 2)), atol=1e-12)
    shifted = hoppings.bloch(mixed(0.3, 0.2), ENDS.vectors, k + [1, -2, 3])
    assert np.allclose(shifted, bloch, atol=1e-12)
    on_axes = crystal.on_axes(*k[:2].T)
    assert np.allclose(on_axes[1, 0, 1], crystal.at(np.array([[k[1, 0], k[0, 1], k[1, 2]]]))[0])


def test_derivatives_are_those_of_finite_differences():
    crystal, k, step = Crystal(mixed(0.3), ENDS.vectors), np.array([[0.1, 0.2, 0.3]]), 1e-4
    found = crystal.derivatives(k)[0]
    assert np.allclose(found[0], crystal.at(k)[0], atol=1e-12)
    for axis in range(3):
        ahead, behind = (crystal.at(k + s * step * np.eye(3)[axis])[0] for s in (1, -1))
        assert np.allclose(found[1 + axis], (ahead - behind) / (2 * step), atol=1e-4)
    for place, (i, j) in enumerate(SECOND):
        ahead, behind = (crystal.derivatives(k + s * step * np.eye(3)[j])[0] for s in (1, -1))
        difference = (ahead[1 + i] - behind[1 + i]) / (2 * step)
        assert np.allclose(found[4 + place], difference, atol=1e-3)


def test_levels_are_pairs_that_time_reversal_makes_and_not_with_the_printed_sign():
    points = np.stack(np.meshgrid(*[[0, 0.5]] * 3), axis=-1).reshape(-1, 3)
    k = np.random.default_rng(1).random((3, 3))
    crystal = mixed(0.3, 0.2)
    levels = np.linalg.eigvalsh(hoppings.bloch(crystal, ENDS.vectors, points))
    assert np.abs(levels[:, ::2] - levels[:, 1::2]).max() < 1e-9
    forth, back = (hoppings.bloch(crystal, ENDS.vectors, s * k) for s in (1, -1))
    assert np.allclose(np.linalg.eigvalsh(forth), np.linalg.eigvalsh(back), atol=1e-9)
    printed = noise(np.random.default_rng(0), ENDS.vectors, sign="plus", size=3e-3)
    broken = np.linalg.eigvalsh(hoppings.bloch(crystal + printed, ENDS.vectors, points))
    assert np.abs(broken[:, ::2] - broken[:, 1::2]).max() > 1e-3


def test_steps_end_on_a_node_and_on_the_minimum_of_an_open_gap():
    weyl = np.zeros((7, 2, 2), dtype=complex)
    for axis in range(3):
        weyl[1 + axis], weyl[4 + axis] = PAULI[axis] / 2j, -PAULI[axis] / 2j
    weyl[0] = -0.1 * PAULI[2]
    node = gap.descend(Crystal(weyl, NEIGHBOURS), np.array([[0.02, 0.01, 0.03]]), 1)
    assert node.gap < 1e-7
    away = node.k - [0, 0, np.arcsin(0.1) / (2 * np.pi)]
    assert np.abs(away - np.round(away)).max() < 1e-8
    found = gap.minimum(Crystal(mixed(0.05), ENDS.vectors), OCCUPIED, "a")
    steps = found.k + 1e-4 * np.concatenate([np.eye(3), -np.eye(3)])
    levels = np.linalg.eigvalsh(hoppings.bloch(mixed(0.05), ENDS.vectors, steps))
    assert (levels[:, OCCUPIED] - levels[:, OCCUPIED - 1] > found.gap).all()


@pytest.mark.parametrize("alpha", [0.0, 1.0])
def test_the_ends_have_their_gaps_and_invariants(alpha):
    found = solver.phase(mixed(alpha), ENDS.vectors)
    assert found.gap_ev == pytest.approx((0.0751, 0.1740)[int(alpha)], abs=2e-4)
    assert found.z2.tolist() == [0, int(alpha)]
    assert found.label == int(alpha)


def test_the_window_of_the_path_is_that_of_halving():
    first, last = ENDS.window
    assert (first, last) == pytest.approx((0.1918, 0.2439), abs=1e-4)
    for edge, step in ((first, -1), (last, 1)):
        assert path.gap_of(mixed(edge - 1e-5 * step), ENDS.vectors) < solver.CLOSED
        assert path.gap_of(mixed(edge + 1e-5 * step), ENDS.vectors) > solver.CLOSED


def test_nodes_are_twelve_with_opposite_charges_and_pairs_of_time_reversal():
    crystal = Crystal(mixed(0.225), ENDS.vectors)
    axes = gap.around_a()
    k = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    levels = np.linalg.eigvalsh(crystal.on_axes(*axes)).reshape(len(k), -1)
    near = k[np.argsort(levels[:, OCCUPIED] - levels[:, OCCUPIED - 1])[:60]]
    nodes: list[np.ndarray] = []
    for start in np.concatenate([near, -near]):
        found = gap.descend(crystal, start[None], OCCUPIED)
        apart = [np.abs(found.k - other - np.round(found.k - other)).max() for other in nodes]
        if found.gap < 1e-6 and min(apart, default=1) > 1e-3:
            nodes.append(found.k)
    charges = np.array([charge(crystal, node) for node in nodes])
    assert len(nodes) == 12
    assert sorted(charges) == [-1] * 6 + [1] * 6
    for node, one in zip(nodes, charges, strict=True):
        other = [np.abs(node + at - np.round(node + at)).max() for at in nodes]
        assert charges[int(np.argmin(other))] == one


def charge(crystal, node, radius=2e-3, n=16):
    """Return the Chern number of a small sphere about a node, from the fluxes of its squares."""
    theta, phi = np.linspace(1e-3, np.pi - 1e-3, n + 1), 2 * np.pi * np.arange(2 * n) / (2 * n)
    t, p = np.meshgrid(theta, phi, indexing="ij")
    points = np.stack([np.sin(t) * np.cos(p), np.sin(t) * np.sin(p), np.cos(t)], axis=-1)
    states = np.linalg.eigh(crystal.at(node + radius * points.reshape(-1, 3)))[1][..., :OCCUPIED]
    states = states.reshape(n + 1, 2 * n, -1, OCCUPIED)

    def link(here, there):
        return np.angle(np.linalg.det(np.conj(np.swapaxes(here, -1, -2)) @ there))

    down = link(states[:-1], states[1:])
    round_ = link(states, np.roll(states, -1, axis=1))
    flux = down + round_[1:] - np.roll(down, -1, axis=1) - round_[:-1]
    return int(np.rint((flux - 2 * np.pi * np.round(flux / (2 * np.pi))).sum() / (2 * np.pi)))


@pytest.mark.parametrize("broken", [0.0, 0.01])
@pytest.mark.parametrize(
    ("mass", "z2", "label"),
    [(4.0, [0, 0], 0), (2.0, [1, 0], 1), (-2.0, [0, 1], 1), (0.3, [1, 1], 0)],
)
def test_phases_of_a_wilson_dirac_crystal(mass, z2, label, broken):
    crystal = wilson_dirac(mass, broken)
    found, again = solver.phase(crystal, NEIGHBOURS, 2), reference.phase(crystal, NEIGHBOURS, 2)
    assert found.z2.tolist() == again.z2.tolist() == z2
    assert found.label == label
    assert again.gap_ev == pytest.approx(found.gap_ev, abs=1e-6)


def test_phases_do_not_depend_on_the_basis_and_are_those_of_the_reference():
    random = np.random.default_rng(3)
    spin_free = np.linalg.qr(random.standard_normal((9, 9)))[0]
    turn = np.kron(spin_free, np.eye(2))
    for alpha, delta in ((0.1, 0.25), (0.6, 0.25), (0.21, 0.0)):
        crystal = mixed(alpha, delta, seed=5)
        found = solver.phase(crystal, ENDS.vectors, region="a")
        turned = solver.phase(turn @ crystal @ turn.T, ENDS.vectors, region="a")
        other = reference.phase(crystal, ENDS.vectors, OCCUPIED)
        assert found.label == turned.label == other.label
        assert turned.gap_ev == pytest.approx(found.gap_ev, abs=1e-6)
        assert other.gap_ev == pytest.approx(found.gap_ev, abs=1e-6)


def test_centres_do_not_depend_on_the_gauge_and_are_pairs_at_the_edges():
    crystal, random = Crystal(mixed(0.6), ENDS.vectors), np.random.default_rng(0)
    loop, across = np.arange(17) / 17, np.array([0, 0.2, 0.5])
    states = np.linalg.eigh(crystal.on_axes(loop, across, np.array([0.5]))[:, :, 0])[1]
    states = states[..., :OCCUPIED]
    some = random.standard_normal((2, *states.shape[:2], OCCUPIED, OCCUPIED))
    unitary = np.linalg.qr(some[0] + 1j * some[1])[0]
    found = wilson.wannier_centres(states)
    assert np.allclose(wilson.wannier_centres(states @ unitary), found, atol=1e-9)
    for edge in (0, -1):
        turned = np.exp(2j * np.pi * found[edge])
        distance = np.abs(turned[:, None] - turned)
        np.fill_diagonal(distance, 9)
        assert distance.min(axis=1).max() < 1e-3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda h, v: (h, v[:-1]), "266 vectors|267 hoppings for 266"),
        (lambda h, v: (h[:-1], v[:-1]), "without its opposite"),
        (lambda h, v: (h + 1e-3j * np.eye(18), v), "not hermitian: they miss it by 0.002 eV"),
        (lambda h, v: (h + 1e-3 * np.kron(np.eye(9), PAULI[2]), v), "time reversal: .* 0.00[12]"),
    ],
)
def test_crystals_that_break_a_law_are_refused_in_one_line(change, words):
    crystal = mixed(0.1)
    if "time reversal" in words:
        crystal = crystal.copy()
        at_home = (ENDS.vectors == 0).all(axis=1)
        crystal[at_home] += 1e-3 * np.kron(np.eye(9), PAULI[2])
        given = crystal, ENDS.vectors
    else:
        given = change(crystal, ENDS.vectors)
    with pytest.raises(ValueError, match=words) as error:
        solver.phase(*given)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("occupied", [0, 11, 18, 20])
def test_impossible_numbers_of_bands_are_refused(occupied):
    with pytest.raises(ValueError, match=f"occupied = {occupied}: expected an even number"):
        solver.phase(mixed(0.1), ENDS.vectors, occupied)


def test_unknown_regions_and_shapes_of_k_are_refused():
    with pytest.raises(ValueError, match="region 'b': expected one of a, zone"):
        solver.phase(mixed(0.1), ENDS.vectors, region="b")
    with pytest.raises(ValueError, match=r"k of shape \(3,\): expected \(m, 3\)"):
        hoppings.bloch(mixed(0.1), ENDS.vectors, np.zeros(3))
