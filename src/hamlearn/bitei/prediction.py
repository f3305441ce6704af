"""The phase of a crystal of one's own, exactly and by trained networks."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from hamlearn import trained
from hamlearn.bitei import gap, hoppings, inputs, path, plan, solver
from hamlearn.bitei.lattice_sum import Crystal
from hamlearn.bitei.runs import OWN, THESIS
from hamlearn.study import Study
from hamlearn.trained import Trained

UNCERTAIN = "uncertain"
SLACK = 0.01
"""Of α and δ, by which crystals of the training seem to be off their line."""
REACH, POINTS = 0.1, 121
"""Of lines through the gap, in a reciprocal vector, to both sides."""
COLUMNS = (
    *("source", "phase", "gap_ev", "k_1", "k_2", "k_3", "z2_0", "z2_pi"),
    *(f"p_{label}" for label in solver.LABELS),
    *("networks", "test_trace"),
)


def exact(crystal: np.ndarray, vectors: np.ndarray, occupied: int) -> pd.DataFrame:
    """Return one row: phase, smallest direct gap and where it is, Z2 of both planes."""
    found = solver.phase(crystal, vectors, occupied)
    label = solver.LABELS[found.label] if found.label >= 0 else UNCERTAIN
    z2 = [int(x) if x >= 0 else np.nan for x in found.z2]
    row = ("exact", label, found.gap_ev, *found.k, *z2, *[np.nan] * 3, 0, np.nan)
    return pd.DataFrame([row], columns=list(COLUMNS))


def names(study: Study) -> Collection[str]:
    """Return the names of our runs and of those of the thesis."""
    return [run.name for run in study.runs.values() if run.family in (OWN, THESIS)]


def unfit(crystal: np.ndarray, occupied: int) -> str:
    """Return why networks cannot look at a crystal; empty if they can."""
    if crystal.shape[-1] != inputs.ORBITALS:
        return f"{crystal.shape[-1]} orbitals; networks know crystals of {inputs.ORBITALS}"
    if occupied != path.OCCUPIED:
        return f"{occupied} occupied bands; networks know crystals of {path.OCCUPIED}"
    return ""


def unlike(crystal: np.ndarray, vectors: np.ndarray, ensemble: plan.EnsemblePlan) -> list[str]:
    """Return how far a crystal (V, N, N), in eV, is from those of a training ensemble.

    These are (1 - α) trivial + α topological + δ ΔH, with |ΔH| as large as |trivial| on average.
    α of a crystal is that of the nearest point of the line; δ is what is left, in |trivial|.
    """
    ends = hoppings.load(*ensemble.given or (hoppings.SHIPPED,), ensemble.truncation)
    first, last, own = _aligned((ends.trivial, ends.vectors), (ends.topological, ends.vectors),
                                (crystal, vectors))  # fmt: skip
    along, rest = last - first, own - first
    alpha = float(np.vdot(along, rest).real / np.vdot(along, along).real)
    delta = float(np.abs(rest - alpha * along).mean() / np.abs(first).mean())
    found = []
    if not -SLACK <= alpha <= 1 + SLACK:
        beyond = f"{max(-alpha, alpha - 1):.2g}"
        found.append(trained.unseen(f"mixture α = {alpha:.3g}", "0 to 1", beyond))
    if delta > ensemble.delta + SLACK:
        what, seen = f"noise δ = {delta:.3g} of the hoppings", f"up to {ensemble.delta:g}"
        found.append(trained.unseen(what, seen, f"{delta - ensemble.delta:.2g}"))
    return found


def _aligned(*crystals: tuple[np.ndarray, np.ndarray]) -> list[np.ndarray]:
    """Return crystals (hoppings, vectors) as arrays (V, N, N) over the vectors of all of them."""
    every = sorted({tuple(vector) for _, vectors in crystals for vector in vectors.tolist()})
    place = {vector: at for at, vector in enumerate(every)}
    found = []
    for values, vectors in crystals:
        whole = np.zeros((len(every), *values.shape[1:]), dtype=complex)
        whole[[place[tuple(vector)] for vector in vectors.tolist()]] = values
        found.append(whole)
    return found


def predicted(crystal: np.ndarray, vectors: np.ndarray, found: Sequence[Trained]) -> pd.DataFrame:
    """Return one row: the phase that networks of one group say most, their mean probabilities."""
    from hamlearn.bitei import networks
    from hamlearn.bitei.evaluation import logits_of

    given = _given(crystal, vectors, found[0].run.options)
    said = np.stack([logits_of(networks.load(one.path), given)[0] for one in found])
    share = np.exp(said - said.max(axis=1, keepdims=True))
    mean = (share / share.sum(axis=1, keepdims=True)).mean(axis=0)
    traces = found[0].known.metrics("trace")
    trace = float(np.mean([traces.get(one.name, np.nan) for one in found]))
    label = solver.LABELS[int(mean.argmax())]
    row = (found[0].run.group, label, *[np.nan] * 6, *mean, len(said), trace)
    return pd.DataFrame([row], columns=list(COLUMNS))


def _given(crystal: np.ndarray, vectors: np.ndarray, options: Mapping) -> np.ndarray:
    """Return what networks of some options see of a crystal, (1, ...)."""
    if options["input"] == plan.CELLS:
        return inputs.truncate(crystal, vectors)[None]
    summed = Crystal(crystal, vectors)
    if options["input"] == plan.ZONE:
        return inputs.energies(summed, options["mesh"], options["n"])[None]
    return inputs.foreseen(summed, options["n"])[None]


def lines(crystal: np.ndarray, vectors: np.ndarray, occupied: int) -> pd.DataFrame:
    """Return bands along lines through the smallest direct gap, one for each reciprocal vector.

    Columns axis (1 to 3), step (in that vector, from the gap), band (from 1, of the two pairs
    around the gap), energy_ev from the middle of the gap.
    """
    summed = Crystal(crystal, vectors)
    centre = gap.minimum(summed, occupied, "zone").k
    steps = np.linspace(-REACH, REACH, POINTS)
    chosen = slice(max(occupied - 2, 0), occupied + 2)
    parts = []
    for axis in range(3):
        levels = np.linalg.eigvalsh(summed.at(centre + np.outer(steps, np.eye(3)[axis])))
        middle = levels[POINTS // 2, occupied - 1 : occupied + 1].mean()
        shown = levels[:, chosen] - middle
        bands = np.arange(levels.shape[1])[chosen] + 1
        parts.append(
            pd.DataFrame(
                {
                    "axis": axis + 1,
                    "step": np.repeat(steps, len(bands)),
                    "band": np.tile(bands, POINTS),
                    "energy_ev": shown.ravel(),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
