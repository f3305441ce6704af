r"""Another family of crystals, to which the medium extractor of BiTeI is taken: Wilson-Dirac.

.. math:: H(\kappa) = t \Big[\big(m - \sum_i \cos 2\pi\kappa_i\big) \tau_z
          + \sum_i \sin 2\pi\kappa_i \, \tau_x \sigma_i\Big]

is a strong topological insulator for 1 < \|m\| < 3, a weak one for \|m\| < 1, which is called
trivial here, and trivial beyond. Noise of eqs. (8) to (11) breaks its inversion, and Weyl
semimetals lie between. It has 4 bands instead of 18, and its gap closes at other points κ.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from hamlearn import seeds
from hamlearn.bitei import confusion, inputs, predictors, solver, training
from hamlearn.bitei.evaluation import logits_of
from hamlearn.bitei.lattice_sum import Crystal
from hamlearn.bitei.noise import noise
from hamlearn.bitei.plan import EXTRACTOR
from hamlearn.bitei.runs import WEIGHTED
from hamlearn.study import Inputs

if TYPE_CHECKING:
    import keras

COLUMNS = (
    *("predictor", "trained_on", "n_train", "n_test", "epochs", "parameters", "repeat"),
    *("accuracy", "trace", *(f"recall_{label}" for label in solver.LABELS)),
    *(f"n_{label}" for label in solver.LABELS),
    *("change_aligned", "change_any", "answers_any"),
)
AS_IT_IS, CONTINUED, FRESH = "as_it_is", "continued", "fresh"
MASSES, SCALE = (0.0, 4.0), 0.1
"""Smallest and largest m; t in eV, for gaps as large as those of BiTeI."""
OCCUPIED, MESH = 2, "uniform"
VECTORS = np.array([(0, 0, 0), *np.eye(3, dtype=int), *-np.eye(3, dtype=int)])
PAULI = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
FEW = 20
"""Steps of a training that cost less than to compile it."""
ALIGNED, ANY = 4, 1
"""Steps of the mesh by which the origin of κ is moved: two pools by 2 see the first one."""


def crystal(mass: float) -> np.ndarray:
    """Return the hoppings (7, 4, 4) of `VECTORS`, in eV, spin fastest."""
    found = np.zeros((len(VECTORS), 4, 4), dtype=complex)
    found[0] = mass * np.kron(PAULI[2], np.eye(2))
    for axis in range(3):
        wave = -np.kron(PAULI[2], np.eye(2)) / 2 + np.kron(PAULI[0], PAULI[axis]) / 2j
        found[1 + axis], found[4 + axis] = wave, wave.conj().T
    return SCALE * found


def drawn(random: np.random.Generator, count: int, delta: float) -> np.ndarray:
    """Return `count` crystals (count, 7, 4, 4), in eV: m and the strength of the noise uniform.

    The mean modulus of the noise is up to `delta` times that of the crystal of the largest m.
    """
    size = np.abs(crystal(MASSES[1])).mean()
    found = []
    for _ in range(count):
        mass, strength = random.uniform(*MASSES), random.uniform(0, delta)
        added = noise(random, VECTORS, size=size, orbitals=4)
        found.append(crystal(mass) + strength * added)
    return np.array(found)


def energies(crystals: np.ndarray, n: int) -> np.ndarray:
    """Return what the extractor sees of crystals, float32 (count, n, n, n, 9)."""
    summed = (Crystal(one, VECTORS) for one in crystals)
    return np.stack([inputs.energies(one, MESH, n, OCCUPIED) for one in summed])


def shifted(crystals: np.ndarray, n: int, steps: int) -> np.ndarray:
    """Return :func:`energies` on meshes whose origin is moved by some of their steps."""
    axes = inputs.points(MESH, n)
    moved = [axis + steps / n for axis in axes]
    return np.stack(
        [inputs.around_gap(Crystal(one, VECTORS).on_axes(*moved), OCCUPIED) for one in crystals]
    )


def summarise(inputs_: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return how well an extractor does on the other family, as it is and after training there.

    Parameters
    ----------
    inputs_ : Inputs
        Trained: `EXTRACTOR`, on BiTeI.
    settings : mapping
        `dirac`: `train` and `test`, numbers of crystals; `noise`, largest strength; `repeats` and
        `epochs` of the training. `reciprocal.uniform`, points of an axis.

    Returns
    -------
    DataFrame
        The columns `COLUMNS`. Predictors: the network of BiTeI as it is, continued on the other
        family, and a fresh one of the same architecture; majority, nearest neighbour and logistic
        regression on the same energies. Accuracy, trace, recalls in per cent of the test crystals,
        and how many of these each class has. How much the logits change, over their standard
        deviation, when the origin of κ moves by `ALIGNED` steps of the mesh and by one, and the
        per cent of answers that change by the latter.
    """
    from hamlearn.learning import training as shared

    part, n = settings["dirac"], settings["reciprocal"]["uniform"]
    seed = seeds.seed(inputs_.root_seed, "bitei", "dirac")
    steps = part["epochs"] * -(-part["train"] // inputs_.runs[EXTRACTOR].fit["batch"])
    shared.configure(inputs_.threads, seed, eager=steps < FEW)
    crystals = drawn(np.random.default_rng(seed), part["train"] + part["test"], part["noise"])
    found = solver.phases(crystals, VECTORS, OCCUPIED)
    phases = np.array([phase.label for phase in found])
    if (phases < 0).any():
        raise ValueError(f"crystal {np.argmin(phases)} of the other family has no certain phase")
    given, known = energies(crystals, n), slice(0, part["train"])
    tested = slice(part["train"], None)
    moved = {steps: shifted(crystals[tested], n, steps) for steps in (ALIGNED, ANY)}
    rows = [
        (*description, *_row(phases[tested], predict(flat(given[tested]))), *[np.nan] * 3)
        for description, predict in _peers(flat(given[known]), phases[known], len(phases[tested]))
    ]
    trained = _networks(inputs_, settings, given[known], phases[known])
    for (name, source, epochs, repeat), network in trained:
        logits = logits_of(network, given[tested])
        size = part["train"] if source == "wilson_dirac" else inputs_.runs[EXTRACTOR].n_train
        description = name, source, size, len(logits), epochs, network.count_params(), repeat
        changes = _changes(network, logits, moved)
        rows.append((*description, *_row(phases[tested], logits.argmax(axis=1)), *changes))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def flat(given: np.ndarray) -> np.ndarray:
    """Return inputs (n, ...) as (n, m)."""
    return given.reshape(len(given), -1)


def _peers(
    given: np.ndarray, phases: np.ndarray, n_test: int
) -> Iterator[tuple[tuple, Callable[[np.ndarray], np.ndarray]]]:
    """Yield description and predictor of those that are no networks."""
    fitted = {
        "majority": predictors.majority(phases),
        "nearest": predictors.nearest(given, phases),
        "logistic": predictors.logistic(given, phases),
    }
    for name, predict in fitted.items():
        yield (name, "wilson_dirac", len(phases), n_test, 0, 0, 0), predict


def _networks(
    inputs_: Inputs, settings: Mapping[str, Any], given: np.ndarray, phases: np.ndarray
) -> Iterator[tuple[tuple, "keras.Model"]]:
    """Yield (name, trained on, epochs, repeat) and network of each."""
    from hamlearn.bitei import networks
    from hamlearn.learning import training as shared

    run, part = inputs_.runs[EXTRACTOR], settings["dirac"]
    path = inputs_.trained[EXTRACTOR, 0]
    yield (AS_IT_IS, run.trained_on, run.fit["epochs"], 0), networks.load(path)
    fit = {**run.fit, "cost": WEIGHTED, "epochs": part["epochs"]}
    for name in (CONTINUED, FRESH):
        for repeat in range(part["repeats"]):
            seed = seeds.seed(inputs_.root_seed, "bitei", "dirac", name, repeat)
            shared.fresh(seed)
            network = networks.load(path) if name == CONTINUED else training.build(run, given)
            training.fitted(network, given, phases, fit, seed=seed, label=f"{name}_{repeat}")
            yield (name, "wilson_dirac", part["epochs"], repeat), network


def _row(true: np.ndarray, said: np.ndarray) -> tuple:
    recalls = np.diag(confusion.matrix(true, said))
    accuracy = 100 * float((said == true).mean())
    counts = np.bincount(true, minlength=len(recalls)).tolist()
    return accuracy, confusion.trace(true, said), *recalls, *counts


def _changes(
    network: "keras.Model", logits: np.ndarray, moved: Mapping[int, np.ndarray]
) -> tuple[float, float, float]:
    again = {steps: logits_of(network, given) for steps, given in moved.items()}
    spread = logits.std()
    aligned, any_ = (float(np.abs(again[s] - logits).max() / spread) for s in (ALIGNED, ANY))
    differ = 100 * float((again[ANY].argmax(axis=1) != logits.argmax(axis=1)).mean())
    return aligned, any_, differ
