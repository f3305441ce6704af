"""Classes of sets of bands and other numbers from which claims are judged, in two long tables."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from hamlearn.bands import brillouin, corrections, evaluation, records, solver, topology
from hamlearn.bands.irreps import NAMES, NUMBER, POINT
from hamlearn.bands.plan import EXPLORE, FRESH, GREY, TRAIN, TRAIN_LAW
from hamlearn.bands.predictions import coefficients, levels
from hamlearn.study import Inputs

COLUMNS = ("quantity", "ensemble", "name", "value", "n")
EXACT, NETWORK, FLUX, NO_CONES = "exact", "network", "network_flux", "exact_without_cones"
"""Methods: exact levels, or the network's, with (J6); its π fluxes; exact levels without (J6)."""
RESOLVED = 2e-3
"""Smallest gap, in V_max, whose π fluxes a coarse grid resolves."""


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return the table of statistics: quantity, ensemble, name, value, n (cells).

    - ``filling``, ``filling_sd``: share of a cell where V = V_max;
    - ``asymmetry``: largest difference of the bands at k and at its mirror image, median and
      largest of the cells of ``fresh``, in V_max;
    - ``min_gap``, ``mean_gap``: of neighbouring bands that are not connected, smallest and mean
      over k, mean over pairs and cells, in V_max;
    - ``occupation``: most levels of an irrep (name) among seven bands;
    - ``share``: of cells with a class (name: method, set, class);
    - ``fragile``: number of cells with a fingerprint (name) that is no sum;
    - ``changed``: share of cells whose set (name) is another without cones away from Γ, K and M;
    - ``same_class``: share of cells with the same class by two methods (name: methods, set);
    - ``parity``: share of cuts of exact bands whose π fluxes obey (J7);
    - ``odd``: share of odd numbers of cones among connections away from Γ, K and M;
    - ``even``: share of cuts with an even number of cones, not none, by exact bands or by the
      network's (name);
    - ``missing``: cuts with a cone by (J7) and none by fluxes;
    - ``grey``: rms error for potentials with a finite β, in V_max (name: ``network``, untrained
      plane waves, ``folded``, or the ``mean`` bands, and β).
    """
    rows = [
        *_fields(inputs),
        *_gaps(inputs),
        *_occupations(inputs),
        *_classes(inputs, settings),
        *_cones(inputs, settings),
        *_grey(inputs, settings["data"]["grey"]["betas"]),
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _fields(inputs: Inputs) -> Iterator[tuple]:
    for name in (EXPLORE, TRAIN_LAW):
        filling = inputs.drawn[name].filling
        yield "filling", name, "", filling.mean(), len(filling)
        yield "filling_sd", name, "", filling.std(ddof=1), len(filling)
    cells = inputs.drawn[FRESH][:20].images
    k = np.array([(0.31, 0.12), (0.4, 0.15), (0.22, 0.05)])
    apart = np.abs(solver.bands(cells, k, 6) - solver.bands(cells, k[:, ::-1], 6)).max(axis=(1, 2))
    yield "asymmetry", FRESH, "median", np.median(apart), len(cells)
    yield "asymmetry", FRESH, "largest", apart.max(), len(cells)


def _gaps(inputs: Inputs) -> Iterator[tuple]:
    found = records.solution(inputs.solved[FRESH])
    irreps = found.levels.irreps
    cut = topology.unsplit(irreps) & (topology.cone_parity(topology.fingerprints(irreps)) == 0)
    gaps = np.diff(found.bands, axis=2)
    allowed = cut[:, : gaps.shape[2]]
    smallest, mean = gaps.min(axis=1), gaps.mean(axis=1)
    free = allowed & (smallest > RESOLVED)
    for name, values in (("min_gap", smallest), ("mean_gap", mean)):
        yield name, FRESH, "", values[free].mean(), int(free.sum())


def _occupations(inputs: Inputs) -> Iterator[tuple]:
    most = np.zeros(len(NAMES), dtype=int)
    irreps = records.solution(inputs.solved[TRAIN]).levels.irreps
    last = topology.fingerprints(irreps)[:, -1]
    most = last.max(axis=0)
    for name, number in zip(NAMES, most, strict=True):
        yield "occupation", TRAIN, name, int(number), len(irreps)


def sets_by_method(table: pd.DataFrame, predicted: np.ndarray) -> dict[str, topology.Sets]:
    """Return the sets of bands of labels, and of coefficients (n, 245), by levels alone."""
    irreps = records.solution(table).levels.irreps
    return {
        EXACT: topology.sets(irreps),
        NETWORK: topology.sets(levels(predicted).irreps),
        NO_CONES: topology.sets(irreps, compatibility=False),
    }


def _classes(inputs: Inputs, settings: Mapping[str, Any]) -> Iterator[tuple]:
    number = settings["flux"]["cells"]
    for ensemble in (EXPLORE, TRAIN_LAW):
        table, predicted = inputs.solved[ensemble], coefficients(inputs.predicted, ensemble)
        found = sets_by_method(table, predicted)
        if ensemble == EXPLORE:
            fluxes = topology.fluxes(predicted[:number], settings["flux"]["divisions"])
            found[FLUX] = topology.sets(levels(predicted[:number]).irreps, fluxes)
            yield _even(fluxes, NETWORK)
        for method, sets in found.items():
            for which, classes in enumerate(sets.classes.T, start=1):
                for kind in topology.CLASSES:
                    name = f"{method} {which} {kind}"
                    yield "share", ensemble, name, np.mean(classes == kind), len(classes)
        exact = found[EXACT]
        fragile = exact.fingerprints[exact.classes == topology.TOPOLOGICAL]
        for fingerprint, times in zip(*np.unique(fragile, axis=0, return_counts=True), strict=True):
            text = ",".join(map(str, fingerprint))
            yield (
                "fragile",
                ensemble,
                f"({text}) {topology.name(fingerprint)}",
                int(times),
                len(table),
            )
        yield from _compared(ensemble, found)


def _compared(ensemble: str, found: Mapping[str, topology.Sets]) -> Iterator[tuple]:
    pairs = [(EXACT, NETWORK), (NETWORK, FLUX)]
    for one, other in (pair for pair in pairs if pair[1] in found):
        n = len(found[other].classes)
        same = (found[one].classes[:n] == found[other].classes).mean(axis=0)
        for which in (1, 2):
            yield "same_class", ensemble, f"{one} {other} {which}", same[which - 1], n
    exact, without = found[EXACT], found[NO_CONES]
    for which in (1, 2):
        changed = (exact.last != without.last)[:, which - 1]
        yield "changed", ensemble, str(which), changed.mean(), len(changed)


def _cones(inputs: Inputs, settings: Mapping[str, Any]) -> Iterator[tuple]:
    """Yield how exact π fluxes and (J7) agree, on cuts whose gap is not too small."""
    n, divisions = settings["flux"]["exact_cells"], settings["flux"]["divisions"]
    images = inputs.drawn[EXPLORE][:n].images
    fluxes = solver.fluxes(images, divisions)
    irreps = records.solution(inputs.solved[EXPLORE][:n]).levels.irreps
    parity = topology.cone_parity(topology.fingerprints(irreps))[:, : fluxes.shape[1]]
    whole = fluxes >= 0
    yield _even(fluxes, EXACT)
    yield "parity", EXPLORE, "", np.mean((fluxes % 2 == parity)[whole]), int(whole.sum())
    yield (
        "missing",
        EXPLORE,
        "",
        int(((fluxes == 0) & (parity == 1) & whole).sum()),
        int(whole.sum()),
    )
    joined = whole & (fluxes > 0)
    odd = np.mean(fluxes[joined] % 2) if joined.any() else np.nan
    yield "odd", EXPLORE, "", odd, int(joined.sum())


def _even(fluxes: np.ndarray, method: str) -> tuple:
    whole = fluxes[fluxes >= 0]
    return "even", EXPLORE, method, np.mean((whole > 0) & (whole % 2 == 0)), len(whole)


def _grey(inputs: Inputs, betas: Sequence[float]) -> Iterator[tuple]:
    table = inputs.solved[GREY]
    true, k = records.solution(table).bands, brillouin.grid(records.divisions(table))
    found = {
        NETWORK: evaluation.predicted(coefficients(inputs.predicted, GREY), k).bands,
        "folded": corrections.folded(inputs.drawn[GREY].images, k).bands,
    }
    number = len(table) // len(betas)
    for place, beta in enumerate(betas):
        own = slice(place * number, (place + 1) * number)
        mean = {"mean": np.broadcast_to(true[own].mean(axis=0), true[own].shape)}
        for method, bands in ({name: one[own] for name, one in found.items()} | mean).items():
            rms = np.sqrt(np.mean((bands - true[own]) ** 2))
            yield "grey", GREY, f"{method} {beta:g}", rms, number


def levels_of_irrep(energies: np.ndarray, irreps: np.ndarray, name: str) -> np.ndarray:
    """Return the lowest level of an irrep, by its name, of each cell (n,); NaN without one.

    Energies and irreps (n, 3, b) are those of :class:`hamlearn.bands.irreps.Levels`.
    """
    at = NAMES.index(name)
    own = irreps[:, POINT[at]] == NUMBER[at]
    return np.where(own, energies[:, POINT[at]], np.inf).min(axis=1)
