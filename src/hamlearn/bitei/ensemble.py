"""Ensembles of crystals on the path from trivial to topological BiTeI, with noise or without."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np

from hamlearn import files, seeds
from hamlearn.bitei import hoppings, path
from hamlearn.bitei.hoppings import EndPoints
from hamlearn.bitei.noise import noise
from hamlearn.bitei.plan import EnsemblePlan

__all__ = ["Ensemble", "draw", "load", "noise", "save"]


@dataclass(frozen=True)
class Ensemble:
    """n crystals (1 - α) trivial + α topological + δ ΔH.

    Attributes
    ----------
    u, delta : (n,)
        What α is a function of (`path.warped`), and the strength of the noise, whose mean modulus
        is that of the trivial crystal.
    numbers : uint64 (n,)
        Of the samples; with `key`, uint64 (2,), what their noise is drawn from.
    kind, sign : str
        Of the noise: see :func:`hamlearn.bitei.noise.noise`.
    ends : EndPoints
    """

    u: np.ndarray
    delta: np.ndarray
    numbers: np.ndarray
    key: np.ndarray
    kind: str
    sign: str
    ends: EndPoints

    def __len__(self) -> int:
        return len(self.u)

    def __getitem__(self, samples: slice | np.ndarray) -> "Ensemble":
        chosen = {name: getattr(self, name)[samples] for name in ("u", "delta", "numbers")}
        return replace(self, **chosen)

    @property
    def rows(self) -> np.ndarray:
        """All that was drawn for each sample, uint64 (n, 5): the bits of u and δ, number, key."""
        drawn = [self.u.view(np.uint64), self.delta.view(np.uint64), self.numbers]
        return np.column_stack([*drawn, *np.broadcast_to(self.key[:, None], (2, len(self)))])

    @property
    def alpha(self) -> np.ndarray:
        """Mixtures (n,)."""
        return path.warped(self.u, tuple(self.ends.window))

    @property
    def vectors(self) -> np.ndarray:
        """Lattice vectors (V, 3)."""
        return self.ends.vectors

    def noise(self, sample: int) -> np.ndarray:
        """Return ΔH (V, 18, 18) of one sample, in eV, for δ = 1."""
        counter = [0, 0, int(self.numbers[sample]), 0]
        stream = np.random.Generator(np.random.Philox(key=self.key, counter=counter))
        size = np.abs(self.ends.trivial).mean()
        return noise(stream, self.vectors, kind=self.kind, sign=self.sign, size=size)

    def crystals(self) -> Iterator[np.ndarray]:
        """Yield the hoppings (V, 18, 18) of each sample, in eV."""
        pair = self.ends.trivial, self.ends.topological
        for sample, (alpha, delta) in enumerate(zip(self.alpha, self.delta, strict=True)):
            added = self.noise(sample) if delta else None
            yield hoppings.interpolate(*pair, alpha, delta, added)


def draw(
    plan: EnsemblePlan,
    root_seed: int,
    start: int = 0,
    stop: int | None = None,
    *,
    given: Sequence[str] | None = None,
) -> Ensemble:
    """Draw samples `start` to `stop` (default: all) of an ensemble.

    u is uniform from 0 to 1, δ from 0 to that of the plan. Sample i depends only on the root seed,
    the ensemble's plan and i. `given` is the file of the ends, unless it is the one of the plan;
    without one, that in data/.

    Raises DamagedFile for a file that cannot be read.
    """
    stop = plan.samples if stop is None else stop
    source = plan.given if given is None else given
    ends = hoppings.load(*source or (hoppings.SHIPPED,), plan.truncation)
    numbers = seeds.uniform(seeds.key(root_seed, "bitei", plan.name), start, stop, 2)
    key = seeds.key(root_seed, "bitei", plan.name, "noise")
    samples = np.arange(start, stop, dtype=np.uint64)
    u, delta = numbers[:, 0].copy(), numbers[:, 1] * plan.delta
    return Ensemble(u, delta, samples, key, plan.kind, plan.sign, ends)


def save(path: str | Path, ensemble: Ensemble) -> None:
    """Write an ensemble as ``.npz``, with the ends of its path."""
    names = [field.name for field in fields(Ensemble) if field.name != "ends"]
    ends = {field.name: getattr(ensemble.ends, field.name) for field in fields(EndPoints)}
    files.write_arrays(path, **{name: np.array(getattr(ensemble, name)) for name in names}, **ends)


def load(path: str | Path) -> Ensemble:
    """Read an ensemble; raise DamagedFile if the file is truncated or altered."""
    own = [field.name for field in fields(Ensemble) if field.name != "ends"]
    others = [field.name for field in fields(EndPoints)]
    arrays = files.read_arrays(path, (*own, *others))
    arrays |= {name: str(arrays[name]) for name in ("kind", "sign")}
    ends = EndPoints(**{name: arrays[name] for name in others})
    return Ensemble(**{name: arrays[name] for name in own}, ends=ends)
