"""Ensembles of disordered wires: on-site energies of models I to IV (Sec. II.A and Appendix B)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np

from hamlearn import files, seeds
from hamlearn.wires.plan import LOW, EnsemblePlan

DRAWS_PER_CHUNK = 2**22  # keeps the memory of a draw near 64 MB


@dataclass(frozen=True)
class Ensemble:
    """On-site energies of n wires of shape (length, width).

    Model I holds `values`, float32 (n, length, width) in t, and the width of their distribution,
    `disorder` () in t. Models II to IV hold `species`, uint8 (n, length, width) with 0 for the
    host, `energies` (species + 1,) in t, and the nominal impurity concentration (n,) that each
    sample was drawn with.
    """

    values: np.ndarray | None = None
    species: np.ndarray | None = None
    energies: np.ndarray | None = None
    concentration: np.ndarray | None = None
    disorder: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self._sites)

    @property
    def _sites(self) -> np.ndarray:
        return self.values if self.species is None else self.species

    @property
    def rows(self) -> np.ndarray:
        """All that was drawn of each sample, in its bytes: (n, ...)."""
        if self.species is None:
            return self.values
        drawn = self.concentration.astype("<f8")[:, None].view(np.uint8)
        return np.concatenate([drawn, self.species.reshape(len(self), -1)], axis=1)

    @property
    def length(self) -> int:
        return self._sites.shape[1]

    @property
    def width(self) -> int:
        return self._sites.shape[2]

    @property
    def onsite(self) -> np.ndarray:
        """On-site energies, float32 (n, length, width), in t: what a network sees."""
        if self.species is None:
            return self.values
        return self.energies.astype(np.float32)[self.species]

    @property
    def exact_onsite(self) -> np.ndarray:
        """On-site energies, float64 (n, length, width), in t: what a solver gets."""
        if self.species is None:
            return self.values.astype(np.float64)
        return self.energies[self.species]

    @property
    def counts(self) -> np.ndarray:
        """Number of impurities of each species, (n, species)."""
        kinds = range(1, len(self.energies))
        return np.stack([(self.species == k).sum(axis=(1, 2)) for k in kinds], axis=1)

    @property
    def count(self) -> np.ndarray:
        """Number of impurities of any species, (n,)."""
        return np.count_nonzero(self.species, axis=(1, 2))

    def __getitem__(self, samples: slice | np.ndarray) -> "Ensemble":
        def cut(array: np.ndarray | None) -> np.ndarray | None:
            return None if array is None else array[samples]

        return replace(
            self,
            values=cut(self.values),
            species=cut(self.species),
            concentration=cut(self.concentration),
        )


def draw(plan: EnsemblePlan, root_seed: int, start: int = 0, stop: int | None = None) -> Ensemble:
    """Draw samples `start` to `stop` (default: all) of an ensemble.

    Model I: energies uniform on [-w/2, w/2]. Models II to IV: a concentration n for each sample,
    then each site by itself is an impurity with probability n, of each species with equal
    probability. Sample i depends only on the root seed, the ensemble's name and i.

    Raises ValueError for an empty or reversed range.
    """
    stop = plan.samples if stop is None else stop
    sites = plan.length * plan.width
    step = max(1, DRAWS_PER_CHUNK // sites)
    stream = seeds.key(root_seed, "wires", plan.name)
    pieces = [
        _draw_chunk(plan, stream, first, min(first + step, stop))
        for first in range(start, stop, step)
    ]
    if not pieces:
        raise ValueError(f"ensemble {plan.name}: no samples between {start} and {stop}")

    def join(name: str) -> np.ndarray | None:
        arrays = [getattr(piece, name) for piece in pieces]
        return None if arrays[0] is None else np.concatenate(arrays)

    return replace(
        pieces[0],
        values=join("values"),
        species=join("species"),
        concentration=join("concentration"),
    )


def _draw_chunk(plan: EnsemblePlan, stream: np.ndarray, start: int, stop: int) -> Ensemble:
    shape = (stop - start, plan.length, plan.width)
    sites = plan.length * plan.width
    if plan.model == "i":
        numbers = seeds.uniform(stream, start, stop, sites)
        values = ((numbers - 0.5) * plan.disorder).astype(np.float32)
        return Ensemble(values.reshape(shape), disorder=np.array(plan.disorder))
    numbers = seeds.uniform(stream, start, stop, sites + 1)
    concentration = _concentrations(plan, numbers[:, 0], start, stop)
    site_numbers = numbers[:, 1:]
    kinds = len(plan.impurity_energies)
    # a site number below n is an impurity; its place within [0, n) chooses the species
    with np.errstate(divide="ignore", invalid="ignore"):
        kind = np.floor(site_numbers / concentration[:, None] * kinds)
    impurity = site_numbers < concentration[:, None]
    species = np.where(impurity, np.minimum(kind, kinds - 1) + 1, 0).astype(np.uint8)
    energies = np.array([0.0, *plan.impurity_energies])
    return Ensemble(None, species.reshape(shape), energies, concentration)


def _concentrations(plan: EnsemblePlan, numbers: np.ndarray, start: int, stop: int) -> np.ndarray:
    if plan.concentration == "uniform":
        return numbers
    if plan.concentration == "percent_grid":
        return np.floor(numbers * 101) / 100
    per_concentration = plan.samples // plan.concentrations
    step = np.arange(start, stop) // per_concentration
    largest = LOW if plan.concentration == "fixed_low" else 1
    return step / (plan.concentrations - 1) * largest


def save(path: str | Path, ensemble: Ensemble) -> None:
    """Write an ensemble as ``.npz``."""
    arrays = {field.name: getattr(ensemble, field.name) for field in fields(Ensemble)}
    files.write_arrays(path, **{k: v for k, v in arrays.items() if v is not None})


def load(path: str | Path) -> Ensemble:
    """Read an ensemble; raise DamagedFile if the file is truncated or altered."""
    arrays: Mapping[str, np.ndarray] = files.read_arrays(path)
    names = set(arrays)
    if names not in ({"values", "disorder"}, {"species", "energies", "concentration"}):
        raise files.DamagedFile(f"{path}: expected an ensemble of wires, found arrays {names}")
    return Ensemble(**arrays)
