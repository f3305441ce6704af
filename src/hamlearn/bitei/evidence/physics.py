"""Claims on crystals, symmetries, noise, sampling, and on what networks consist of."""

import numpy as np

from hamlearn.bitei.evidence.tables import Tables, evidence
from hamlearn.bitei.solver import CLOSED
from hamlearn.claims import Claim, Evidence

CHECKED = {
    "bitei.size.orbitals": "orbitals",
    "bitei.size.input_cells": "cells",
    "bitei.size.input_size": "input_size",
    "bitei.size.kernel_size": "kernel_size",
    "bitei.size.reciprocal_n": "smallest_n",
    "bitei.size.params.hybrid.front": "hybrid_front",
    "bitei.fig13.normalisation": "noise_mean_ratio",
    "bitei.fig25.hermitian": "noise_hermiticity",
    "bitei.fig25.time_reversal": "noise_time_reversal",
    "bitei.noise.rms": "noise_rms",
    "bitei.symmetry.hermitian_hoppings": "hermiticity",
    "bitei.symmetry.time_reversal": "time_reversal",
    "bitei.symmetry.c3": "c3",
    "bitei.symmetry.imag_cancels": "imaginary_sum",
    "bitei.sampling.injective": "injective",
    "bitei.ext.reciprocal_invariant": "roll_changes",
}


@evidence(*CHECKED)
def checked(claim: Claim, tables: Tables) -> Evidence:
    found = tables.checks[CHECKED[claim.id]]
    return Evidence(claim.id, found, n=1)


@evidence("bitei.size.vectors")
def vectors(claim: Claim, tables: Tables) -> Evidence:
    note = "one Wigner-Seitz cell for each pair of atoms"
    used = {"mesh": tables.checks["mesh"]}
    return Evidence(claim.id, tables.checks["vectors"], n=1, settings=used, note=note)


@evidence(*(f"bitei.size.params.{network}" for network in ("small", "large", "hybrid")))
def parameters(claim: Claim, tables: Tables) -> Evidence:
    return Evidence(claim.id, tables.checks["parameters"][claim.id.rpartition(".")[2]], n=1)


@evidence("bitei.size.fig3.left", "bitei.size.fig3.right")
def of_fig3(claim: Claim, tables: Tables) -> Evidence:
    return Evidence(claim.id, tables.checks["fig3"][claim.id.rpartition(".")[2]], n=1)


@evidence("bitei.size.classes", "bitei.size.dimensional_3torus")
def of_networks(claim: Claim, tables: Tables) -> Evidence:
    key = "classes" if claim.id.endswith("classes") else "axes"
    return Evidence(claim.id, tables.checks["sizes"][key], n=1)


@evidence("bitei.hybrid.fewer_first_layer")
def fewer(claim: Claim, tables: Tables) -> Evidence:
    pair = [tables.checks["hybrid_first"], tables.checks["large_first"]]
    return Evidence(claim.id, pair, n=1, holds=pair[0] < pair[1])


@evidence("bitei.hybrid.weight_sharing")
def shared(claim: Claim, tables: Tables) -> Evidence:
    found = tables.checks["hybrid_as_convolution"]
    return Evidence(claim.id, found, n=1, holds=found < 1e-4)


@evidence("bitei.unperturbed.two_boundaries")
def boundaries(claim: Claim, tables: Tables) -> Evidence:
    return Evidence(claim.id, n=1, holds=bool(tables.checks["monotone"]))


@evidence("bitei.endpoints.trivial", "bitei.endpoints.topological")
def end(claim: Claim, tables: Tables) -> Evidence:
    at = ("trivial", "topological").index(claim.id.rpartition(".")[2])
    gap, (zero, pi) = tables.checks["gaps"][at], tables.checks["z2"][at]
    holds = gap > (0.03, 0.05)[at] and (zero + pi) % 2 == at
    note = "both ends were looked for so that they bracket the transition"
    return Evidence(claim.id, [gap, zero, pi], n=1, holds=bool(holds), note=note)


@evidence("bitei.weyl.intermediate")
def between(claim: Claim, tables: Tables) -> Evidence:
    first, last = tables.checks["window"]
    return Evidence(claim.id, [first, last], n=1, holds=0 < first < last < 1)


@evidence("bitei.eq8.plus_sign_fails")
def plus(claim: Claim, tables: Tables) -> Evidence:
    checks = tables.checks
    pair = [checks["plus_time_reversal"], checks["noise_time_reversal"]]
    holds = pair[0] > 0.1 and pair[1] < 1e-12 and checks["plus_sigma_x"] < 1e-12
    return Evidence(claim.id, pair, n=1, holds=bool(holds))


@evidence("bitei.sampling.eq12_faces")
def faces(claim: Claim, tables: Tables) -> Evidence:
    found = tables.checks["faces"]
    return Evidence(claim.id, found, n=1, holds=found == [-0.5, 0.5])


@evidence("bitei.sampling.eq13_unique")
def distinct(claim: Claim, tables: Tables) -> Evidence:
    checks = tables.checks
    holds = checks["uniform_steps"] < 1e-15 and checks["uniform"] == [-0.5, 0.375]
    found = {"n": 1, "holds": bool(holds and checks["gamma_on_even"])}
    return Evidence(claim.id, checks["uniform"], **found)


@evidence("bitei.fig13.gap_closes")
def closes(claim: Claim, tables: Tables) -> Evidence:
    curve = tables.diagram[tables.diagram["delta"] == 0].sort_values("alpha")
    gaps = curve["gap_ev"].to_numpy()
    shut = np.flatnonzero(gaps < CLOSED)
    whole = len(shut) > 0 and len(shut) == shut[-1] - shut[0] + 1
    holds = whole and min(gaps[0], gaps[-1]) > 0.02
    found = {"n": len(gaps), "holds": bool(holds), "settings": _alphas(tables)}
    return Evidence(claim.id, [gaps[0], gaps.min(), gaps[-1]], **found)


def _alphas(tables: Tables) -> dict[str, int]:
    return {"alphas": int(tables.diagram["alpha"].nunique())}


def _edges(tables: Tables) -> np.ndarray:
    """Return δ, first and last α of each closed interval, (strengths, 3)."""
    rows = tables.diagram.groupby("delta")[["first", "last"]].first().reset_index()
    return rows[rows["delta"] <= 0.5].to_numpy()


@evidence("bitei.fig13.widens")
def widens(claim: Claim, tables: Tables) -> Evidence:
    rows = _edges(tables)
    width = rows[:, 2] - rows[:, 1]
    note = "for δ = " + ", ".join(f"{x:g}" for x in rows[:, 0])
    holds = bool((np.diff(width) > 0).all())
    found = {"n": 1, "holds": holds, "settings": _alphas(tables), "note": note}
    return Evidence(claim.id, width.tolist(), **found)


@evidence("bitei.fig13.phase_diagram")
def wedge(claim: Claim, tables: Tables) -> Evidence:
    rows = _edges(tables)
    moved = rows[-1, 1] < rows[0, 1] or rows[-1, 2] > rows[0, 2]
    apart = np.ptp(rows[:, 1]) > 0 and np.ptp(rows[:, 2]) > 0
    found = [float(x) for x in (*rows[0, 1:], *rows[-1, 1:])]
    holds = bool(moved and apart)
    return Evidence(claim.id, found, n=1, holds=holds, settings=_alphas(tables))


def _of_ensemble(tables: Tables, name: str, column: str) -> float:
    return float(tables.manifold.loc[tables.manifold["ensemble"] == name, column].iloc[0])


def _samples(tables: Tables) -> dict[str, int]:
    return {"samples": int((tables.manifold["ensemble"] == "noisy").sum())}


@evidence("bitei.fig14.one_dimensional", "bitei.ext.svd_dimension")
def one_dimensional(claim: Claim, tables: Tables) -> Evidence:
    second = _of_ensemble(tables, "clean", "second_singular")
    found = 1 if second < 1e-6 else 2
    note = f"second singular value {second:.1g} of the first"
    return Evidence(claim.id, found, n=1, note=note)


@evidence("bitei.fig14.high_dimensional")
def high_dimensional(claim: Claim, tables: Tables) -> Evidence:
    names = ("participation", "rank_99", "local_dimension")
    found = [_of_ensemble(tables, "noisy", name) for name in names]
    note = "participation ratio, rank of 99 % of the variance, dimension from nearest neighbours"
    if max(found[:2]) < 10:
        note += ": u still holds nearly all of the variance"
    holds = bool(max(found[:2]) > 10)
    return Evidence(claim.id, found, n=1, holds=holds, settings=_samples(tables), note=note)


@evidence("bitei.fig24.tsne")
def tsne(claim: Claim, tables: Tables) -> Evidence:
    sets = ("clean", "noisy")
    maps = {name: tables.manifold[tables.manifold["ensemble"] == name] for name in sets}
    found = [covered(maps[name][["tsne_1", "tsne_2"]].to_numpy()) for name in sets]
    near = ", ".join(f"{_of_ensemble(tables, name, 'local_dimension'):.1f}" for name in sets)
    note = f"without, with noise; dimension from nearest neighbours {near}; with noise "
    rank = _of_ensemble(tables, "noisy", "rank_99")
    note += f"{rank:.0f} principal component(s) hold 99 % of the variance"
    found_at = {"holds": bool(found[0] < 0.5 < found[1]), "settings": _samples(tables)}
    return Evidence(claim.id, found, n=1, note=note, **found_at)


def covered(points: np.ndarray) -> float:
    """Return the share of boxes around points (n, 2), one for four of them, that hold a point.

    About 0.8 for a disc that is filled evenly. A curve has less the more points there are.
    """
    number, _, _ = np.histogram2d(*points.T, bins=max(2, int(np.sqrt(len(points) / 4))))
    return float((number > 0).mean())
