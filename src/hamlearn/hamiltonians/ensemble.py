"""Ensembles of structures with their Hamiltonians: solved by DFT, or by a formula."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import ase
import numpy as np

from hamlearn import files, seeds
from hamlearn.hamiltonians import archive, structures, synthetic
from hamlearn.hamiltonians.archive import Solved
from hamlearn.hamiltonians.graph import edges
from hamlearn.hamiltonians.overlaps import overlap
from hamlearn.hamiltonians.plan import GRAPHENE, SYNTHETIC, EnsemblePlan

FINE = 1e-9
"""In which blocks by formula are kept, in eV."""
NOISE = 0.05
"""Standard deviation of each coordinate of a structure that is solved by formula, in Å."""


@dataclass(frozen=True)
class Ensemble:
    """Structures, all of one cell, and the blocks of one edge of each pair.

    `solved` has them, `source` says from where, see :class:`hamlearn.hamiltonians.archive.Solved`.
    """

    solved: Solved
    source: str

    def __len__(self) -> int:
        return len(self.solved)

    def __getitem__(self, samples: slice | np.ndarray) -> "Ensemble":
        known = self.solved
        chosen = np.arange(len(self))[samples]
        rows = {
            key: getattr(known, key)[chosen] for key in ("positions", "numbers", "fermi", "frame")
        }
        parts = replace(known, blocks=[known.blocks[i] for i in chosen], **rows)
        return Ensemble(parts, self.source)

    @property
    def rows(self) -> np.ndarray:
        """All that was drawn for each sample: positions and atomic numbers, (n, 4 A)."""
        positions = self.solved.positions.reshape(len(self), -1)
        return np.column_stack([positions, self.solved.numbers])

    def structure(self, index: int) -> ase.Atoms:
        """Return one structure."""
        return self.solved.structure(index)

    def hamiltonian(self, index: int) -> np.ndarray:
        """Return the blocks of one structure, one edge of each pair, (P, 13, 13), in eV."""
        return self.solved.blocks[index]

    def overlap(self, index: int) -> np.ndarray:
        """Return the overlaps of one structure, all edges, (E, 13, 13)."""
        structure = self.structure(index)
        found = edges(structure, self.solved.cutoff)
        if self.source == SYNTHETIC:
            return synthetic.hamiltonian(structure, found)[1]
        return overlap(structure, found)


def draw(
    plan: EnsemblePlan,
    root_seed: int,
    start: int = 0,
    stop: int | None = None,
    *,
    given: Sequence[str] | None = None,
) -> Ensemble:
    """Draw samples `start` to `stop` (default: all) of an ensemble.

    Of structures that DFT has solved, those of the file `given` (that of the plan, if no other is
    named) are taken in random order; if the split is blocked, those to test on are the last ones.
    Perfect crystals are one structure each, with its origin at random. Sample i depends on the
    root seed, the ensemble's plan and i alone.

    Raises ValueError for a file with fewer structures.
    """
    numbers = range(start, plan.samples if stop is None else stop)
    key = (root_seed, "hamiltonians", plan.name)
    if plan.source == SYNTHETIC:
        found = [_by_formula(plan, seeds.seed(*key, i)) for i in numbers]
        return Ensemble(_joined(found, plan.cutoff), plan.source)
    path = (given or plan.given)[0]
    known = Ensemble(archive.load(path), plan.source)
    if plan.perfect:
        return _moved(known[np.zeros(len(numbers), int)], key, numbers)
    if len(known) < plan.samples:
        words = f"{plan.samples} structures asked for, {path} has {len(known)}"
        raise ValueError(f"ensemble {plan.name}: {words}; lower train or test in the config")
    return known[_order(plan, seeds.seed(*key), len(known))[start : numbers.stop]]


def _order(plan: EnsemblePlan, seed: int, number: int) -> np.ndarray:
    """Return which structures of a file are the samples, (plan.samples,)."""
    rng = np.random.default_rng(seed)
    if plan.split == "interleaved":
        return rng.permutation(number)[: plan.samples]
    last = number - plan.test
    return np.concatenate([rng.permutation(last)[: plan.train], last + rng.permutation(plan.test)])


def _moved(known: Ensemble, key: tuple, numbers: range) -> Ensemble:
    origins = [np.random.default_rng(seeds.seed(*key, i)).random(3) for i in numbers]
    positions = known.solved.positions + np.reshape(origins, (-1, 1, 3))
    return replace(known, solved=replace(known.solved, positions=positions))


def _by_formula(plan: EnsemblePlan, seed: int) -> tuple[ase.Atoms, np.ndarray]:
    """Return one structure and the blocks of its pairs, in whole numbers of `FINE`."""
    rng = np.random.default_rng(seed)
    if plan.perfect:
        made = structures.graphene() if plan.material == GRAPHENE else structures.zincblende()
        made.positions += rng.random(3)
    else:
        made = structures.graphene(plan.repeats[0])
        if plan.material != GRAPHENE:
            made = structures.alloy(plan.repeats, rng)
        made.positions += NOISE * rng.standard_normal(made.positions.shape)
    found = edges(made, plan.cutoff)
    blocks = synthetic.hamiltonian(made, found)[0][archive.pairs_of(found)]
    return made, np.round(blocks / FINE) * FINE


def _joined(found: list[tuple[ase.Atoms, np.ndarray]], cutoff: float) -> Solved:
    made = [structure for structure, _ in found]
    return Solved(
        positions=np.array([structure.positions for structure in made]),
        numbers=np.array([structure.numbers for structure in made]),
        cell=made[0].cell.array,
        pbc=made[0].pbc,
        cutoff=cutoff,
        blocks=[blocks for _, blocks in found],
        fermi=np.zeros(len(made)),
        frame=np.arange(len(made)),
    )


def save(path: str | Path, ensemble: Ensemble) -> None:
    """Write an ensemble as ``.npz``."""
    known = ensemble.solved
    arrays = {k: getattr(known, k) for k in ("positions", "numbers", "cell", "pbc")}
    arrays |= {"fermi": known.fermi, "frame": known.frame, "cutoff": np.array(known.cutoff)}
    pairs = np.array([len(part) for part in known.blocks])
    whole = np.round(np.concatenate(known.blocks) / FINE).astype(np.int64)
    kept = {"blocks": whole, "pairs": pairs, "source": np.array(ensemble.source)}
    files.write_arrays(path, **arrays, **kept)


def load(path: str | Path) -> Ensemble:
    """Read an ensemble; raise DamagedFile if the file is truncated or altered."""
    kept = files.read_arrays(path, (*archive.ARRAYS, "source"))
    blocks = np.split(kept["blocks"] * FINE, np.cumsum(kept["pairs"])[:-1])
    arrays = {k: kept[k] for k in ("positions", "numbers", "cell", "pbc", "fermi", "frame")}
    solved = Solved(**arrays, cutoff=float(kept["cutoff"]), blocks=blocks)
    return Ensemble(solved, str(kept["source"]))
