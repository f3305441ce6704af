"""Bands of p6m by parity: compatibility along the three lines, (J1) to (J5)."""

import numpy as np
import pytest
from bands_inputs import GAMMA, K, M, Plan, fields

from hamlearn.bands import brillouin, ensemble, image, mirrors, solver

ENDS = {"ΓM": (GAMMA, M), "ΓK": (GAMMA, K), "MK": (M, K)}
AMPLITUDES = ensemble.draw(Plan(ensemble.RandomField(), 6), 9).rows
CELLS = ensemble.images(ensemble.with_mirror(AMPLITUDES))


@pytest.fixture(scope="module")
def at_ends():
    """Energies and parities of each cell at both ends of each line."""
    return [
        {line: mirrors.levels(v, np.array(ends), line) for line, ends in ENDS.items()}
        for v in CELLS
    ]


def test_mirror_images_are_their_own():
    assert np.array_equal(CELLS, image.mirrored(CELLS))
    assert (fields(3) != image.mirrored(fields(3))).mean() > 0.05
    once = ensemble.with_mirror(AMPLITUDES)
    assert np.allclose(ensemble.with_mirror(once), once)


def test_bands_by_parity_are_the_bands():
    for line, ends in ENDS.items():
        k, _ = brillouin.path(ends, 2)
        found, parities = mirrors.levels(CELLS[0], k, line)
        assert np.abs(found - solver.bands(CELLS[:1], k)[0]).max() < 1.5e-3
        assert set(np.unique(parities)) == {-1, 1}


def test_pairs_have_one_state_of_each_parity(at_ends):
    for v, lines in zip(CELLS, at_ends, strict=True):
        levels = solver.levels(v[None])
        for line, at, point in (("ΓM", 0, 0), ("ΓK", 0, 0), ("ΓK", 1, 1), ("MK", 1, 1)):
            energies, parities = (one[at] for one in lines[line])
            pairs = np.flatnonzero(np.diff(energies) < 1e-9)
            same = np.flatnonzero(np.diff(levels.energies[0, point]) == 0)
            assert np.array_equal(pairs, same)
            assert (parities[pairs] + parities[pairs + 1] == 0).all()


def test_c2_parity_at_m_is_the_product_of_its_mirrors(at_ends):
    for v, lines in zip(CELLS, at_ends, strict=True):
        product = lines["ΓM"][1][1] * lines["MK"][1][0]
        assert np.array_equal(product, 1 - 2 * solver.levels(v[None]).irreps[0, 2])


def test_crossings_on_the_lines_have_the_parity_of_c2(at_ends):
    # (J5): each crossing changes the number of odd states below by one
    checked = 0
    for v, lines in zip(CELLS, at_ends, strict=True):
        levels = solver.levels(v[None])
        for n in range(1, 7):
            whole = all(
                levels.energies[0, at, n] - levels.energies[0, at, n - 1] > 1e-6 for at in (0, 1)
            )
            if not whole:
                continue
            odd = {line: (found[1][:, :n] < 0).sum(axis=1) for line, found in lines.items()}
            crossings = sum(abs(int(ends[0]) - int(ends[1])) for ends in odd.values())
            f = (levels.irreps[0, 0, :n] == 3).sum()
            minus = (levels.irreps[0, 2, :n] == 1).sum()
            assert (f + minus) % 2 == crossings % 2
            checked += 1
    assert checked >= 12


def test_images_without_mirrors_and_other_wave_vectors_are_refused():
    with pytest.raises(ValueError, match="not p6m"):
        mirrors.levels(fields(1)[0], np.array([GAMMA]), "ΓM")
    with pytest.raises(ValueError, match="on the line ΓK"):
        mirrors.levels(CELLS[0], np.array([M]), "ΓK")
