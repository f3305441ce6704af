"""Ensembles of deformed flakes: bubbles and an energy for each (Sec. IV, Table II, Sec. VI)."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hamlearn import files, seeds
from hamlearn.bubbles.plan import EnsemblePlan
from hamlearn.bubbles.surface import COLUMNS, QUARTIC_COLUMNS
from hamlearn.transport import brickwall

SAME_ENERGY = 1e-6
"""A window that ends this close to a subband, in t, ends with it."""


@dataclass(frozen=True)
class Ensemble:
    """Bubbles of n flakes.

    Attributes
    ----------
    bubbles : (n, most, 5 or 7)
        Columns of :mod:`hamlearn.bubbles.surface`, in a; NaN beyond a sample's number of bubbles.
    energy : (n,) in t
    kind : str
        Shape of the bubbles.
    side : float
        Of the square flake, in a.
    """

    bubbles: np.ndarray
    energy: np.ndarray
    kind: str
    side: float

    def __len__(self) -> int:
        return len(self.energy)

    def __getitem__(self, samples: slice | np.ndarray) -> "Ensemble":
        return Ensemble(self.bubbles[samples], self.energy[samples], self.kind, self.side)

    @property
    def count(self) -> np.ndarray:
        """Number of bubbles of each sample, (n,)."""
        return np.isfinite(self.bubbles[:, :, 0]).sum(axis=1)

    @property
    def rows(self) -> np.ndarray:
        """All that was drawn for each sample: its energy, then its bubbles, (n, 1 + 5 most)."""
        return np.column_stack([self.energy, self.bubbles.reshape(len(self), -1)])

    @property
    def g(self) -> np.ndarray:
        """Mean quartic parameter of each sample, g = Σ (c_n + d_n) / 2N, eq. (14), (n,)."""
        return np.nanmean(self.bubbles[:, :, 5:7], axis=(1, 2))

    def sample(self, i: int) -> np.ndarray:
        """Return the bubbles (N, 5 or 7) of one sample."""
        return self.bubbles[i, : self.count[i]]


def draw(plan: EnsemblePlan, root_seed: int, start: int = 0, stop: int | None = None) -> Ensemble:
    """Draw samples `start` to `stop` (default: all) of an ensemble.

    Number of bubbles, energy (or a subband and the place in it), and for each bubble amplitude,
    widths and centre are uniform and independent. Quartic bubbles: g uniform in the bin of the
    sample, then c and d of each bubble uniform on [max(0, 2g - g_max), min(g_max, 2g)];
    independent c and d would leave the outer bins empty. Sample i depends only on the root seed,
    the ensemble's name and i.
    """
    stop = plan.samples if stop is None else stop
    stream = seeds.key(root_seed, "bubbles", plan.name)
    draws = 3 + len(QUARTIC_COLUMNS) * plan.most
    if plan.scan:
        numbers = np.repeat(seeds.uniform(stream, 0, 1, draws), stop - start, axis=0)
    else:
        numbers = seeds.uniform(stream, start, stop, draws)
    index = np.arange(start, stop)
    group = index % plan.groups  # so that fewer samples are the first of more
    count = _counts(plan, numbers[:, 0], group)
    place = (index + 0.5) / plan.samples if plan.scan else 1 - numbers[:, 1]  # never at 0
    bubbles = _bubbles(plan, numbers[:, 3:].reshape(len(index), plan.most, -1))
    if plan.kind.startswith("quartic"):
        g = (group + numbers[:, 2]) * plan.largest_g / plan.groups
        least = np.maximum(0, 2 * g - plan.largest_g)[:, None, None]
        most = np.minimum(plan.largest_g, 2 * g)[:, None, None]
        bubbles[:, :, 5:7] = least + (most - least) * bubbles[:, :, 5:7]
    else:
        bubbles = bubbles[:, :, : len(COLUMNS)]
    bubbles[np.arange(plan.most) >= count[:, None]] = np.nan
    energy = np.maximum(_energies(plan, place), brickwall.SMALLEST_ENERGY)
    return Ensemble(bubbles, energy, plan.kind, plan.side)


def _energies(plan: EnsemblePlan, place: np.ndarray) -> np.ndarray:
    low, high = plan.energy
    if plan.scan or plan.energies == "uniform":
        return low + (high - low) * place
    opening = brickwall.thresholds_of_flake(plan.side)
    inside = opening[(low < opening) & (opening < high - SAME_ENERGY)]
    edges = [low, *inside, high]
    return np.interp(place, np.linspace(0, 1, len(edges)), edges)


def _counts(plan: EnsemblePlan, numbers: np.ndarray, group: np.ndarray) -> np.ndarray:
    if plan.counts:
        return np.array(plan.counts)[group]
    low, high = plan.count
    return low + np.floor(numbers * (high - low + 1)).astype(int)


def _bubbles(plan: EnsemblePlan, numbers: np.ndarray) -> np.ndarray:
    ranges = np.array(
        [plan.amplitude, plan.width, plan.width, plan.centre, plan.centre, (0, 1), (0, 1)]
    )
    return ranges[:, 0] + np.diff(ranges, axis=1)[:, 0] * numbers


def save(path: str | Path, ensemble: Ensemble) -> None:
    """Write an ensemble as ``.npz``."""
    files.write_arrays(
        path,
        bubbles=ensemble.bubbles,
        energy=ensemble.energy,
        kind=np.array(ensemble.kind),
        side=np.array(ensemble.side),
    )


def load(path: str | Path) -> Ensemble:
    """Read an ensemble; raise DamagedFile if the file is truncated or altered."""
    arrays = files.read_arrays(path)
    if set(arrays) != {"bubbles", "energy", "kind", "side"}:
        names = ", ".join(sorted(arrays))
        raise files.DamagedFile(f"{path}: expected an ensemble of flakes, found arrays {names}")
    return Ensemble(arrays["bubbles"], arrays["energy"], str(arrays["kind"]), float(arrays["side"]))
