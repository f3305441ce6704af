"""Exact statements of the paper, checked on data and on networks of this scale."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from hamlearn.hamiltonians import archive, blocks, graphs, networks, overlaps, prediction, synthetic
from hamlearn.hamiltonians.bloch import matrix
from hamlearn.hamiltonians.cases import rotated
from hamlearn.hamiltonians.frames import decided, list_order
from hamlearn.hamiltonians.graph import Edges, edges
from hamlearn.hamiltonians.rotations import ORBITALS, SHELLS, wigner
from hamlearn.learning import training
from hamlearn.study import Inputs

CHOICES = 8
"""Of DeepH's ties, for the spread of its targets."""


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return numbers by the names of what they violate: see the functions below."""
    training.configure(threads=1, seed=0)
    found: dict[str, Any] = {"data": {}, "perfect": {}, "networks": {}}
    for name, drawn in inputs.drawn.items():
        structure = drawn.structure(0)
        near = edges(structure, drawn.solved.cutoff)
        whole = archive.whole(drawn.hamiltonian(0), near)
        frames = decided(near, "paper", settings["collinear_sin_min"])[0]
        found["data"][name] = _of_data(near, whole, frames)
        found["data"][name]["germanium"] = float((structure.numbers == 32).mean())
        if near.atoms == 2:
            found["perfect"][name] = _of_crystal(near, whole, frames)
    found["rotation"] = _of_rotations()
    found["basis"] = _of_basis()
    found["lists"] = _of_lists()
    found["loss"] = _of_loss()
    for material, method in (("graphene", "paper"), ("sige", "invariant")):
        found["networks"][f"{material}_{method}"] = _of_networks(inputs, settings, material, method)
    return found


def _of_data(near: Edges, whole: np.ndarray, frames: Any) -> dict[str, Any]:
    """Return Hermiticity, symmetry of blocks, shares of small and large elements, frames."""
    transposed = np.swapaxes(whole, 1, 2)
    off, size = ~near.onsite, np.abs(whole)
    parts = blocks.split(blocks.to_local(whole, frames.rotation), frames.forward)
    outermost = near.length > near.cutoff - 1
    axes = frames.rotation @ np.swapaxes(frames.rotation, 1, 2) - np.eye(3)
    again = blocks.assemble(*parts, near, frames)
    both = frames.forward ^ frames.forward[near.reverse]
    return {
        "edges": len(near),
        "edges_per_atom": len(near) / near.atoms,
        "forward": int(frames.forward.sum()),
        "hermitian": float(np.abs(whole - transposed[near.reverse]).max()),
        "onsite_asymmetry": float(np.abs(whole - transposed)[near.onsite].max()),
        "offsite_asymmetry": float(np.abs(whole - transposed)[off].max()),
        "below_1_mev": float((size < 1e-3).mean()),
        "above_10_ev": float((size > 10).mean()),
        "outermost": float(size[outermost].max()),
        "shared": float(np.abs(frames.rotation - frames.rotation[near.reverse]).max()),
        "one_forward": bool(both[off].all()),
        "orthonormal": float(np.abs(axes).max()),
        "right_handed": bool((np.linalg.det(frames.rotation) > 0).all()),
        "rebuilt": float(np.abs(again - whole).max()),
        "rebuilt_from": int(parts[0].shape[1] + parts[1].shape[1]),
    }


def _of_crystal(near: Edges, whole: np.ndarray, frames: Any) -> dict[str, Any]:
    """Return how targets spread over DeepH's choices, and over alike edges with the complete LC."""
    local = blocks.to_local(whole, frames.rotation)
    chosen = np.array(
        [blocks.to_local(whole, list_order(near, seed).rotation) for seed in range(CHOICES)]
    )
    spread = np.ptp(chosen, axis=0)
    several = spread.max(axis=(1, 2)) > 1e-4
    alike = _alike(near, frames)
    return {
        "deeph_edges": int(several.sum()),
        "deeph_spread_mev": float(1000 * spread[several].mean()) if several.any() else 0.0,
        "deeph_largest_ev": float(spread.max()),
        "complete_spread_mev": float(1000 * _spread(local, alike).mean()),
        "complete_largest_ev": float(_spread(local, alike).max()),
        "gap_of_cosines": _gap(near, frames),
    }


def _alike(near: Edges, frames: Any) -> np.ndarray:
    """Return a number for edges whose inputs are equal: length, sites, group and neighbours."""
    from hamlearn.hamiltonians.descriptors import orientations

    sides = orientations(near, frames, 39)
    flat = np.concatenate([side.reshape(len(near), -1) for side in sides], axis=1)
    of_edge = np.column_stack([near.length, near.first, near.second, frames.forward])
    rows = np.round(np.concatenate([of_edge, flat], axis=1), 3)
    return np.unique(rows, axis=0, return_inverse=True)[1].ravel()


def _spread(local: np.ndarray, alike: np.ndarray) -> np.ndarray:
    groups = [local[alike == number] for number in np.unique(alike)]
    several = [np.ptp(group, axis=0) for group in groups if len(group) > 1]
    return np.array(several) if several else np.zeros((1, 1, 1))


def _gap(near: Edges, frames: Any) -> float:
    """Return the least difference of the two best cosines with v_a over all lists of candidates."""
    from hamlearn.hamiltonians.frames import _auxiliary
    from hamlearn.hamiltonians.neighbours import neighbours

    known, least = neighbours(near), np.inf
    for edge in np.flatnonzero(~near.onsite):
        for atom, v1 in ((near.first[edge], near.vector[edge]),):
            vector, shell = known.vector[atom], known.shell[atom]
            sine = np.linalg.norm(np.cross(vector, v1), axis=1)
            aside = (known.edge[atom] >= 0) & (sine > 1e-3)
            members = vector[aside & (shell == shell[aside.argmax()])]
            cosine = np.sort(members @ _auxiliary(v1[None])[0] / np.linalg.norm(members, axis=1))
            if len(cosine) > 1:
                least = min(least, cosine[-1] - cosine[-2])
    return float(least)


def _of_rotations() -> dict[str, float]:
    """Return by how much the rules of rotation are violated by rounding."""
    a, b = Rotation.random(2, random_state=3).as_matrix()
    unit = wigner(a) @ wigner(a).T - np.eye(13)
    product = wigner(a @ b) - wigner(a) @ wigner(b)
    from hamlearn.hamiltonians import structures

    made = structures.alloy((1, 1, 1), np.random.default_rng(1))
    made.positions += 0.05 * np.random.default_rng(2).standard_normal(made.positions.shape)
    near = edges(made, 7.41)
    h, _ = synthetic.hamiltonian(made, near)
    other, _ = synthetic.hamiltonian(rotated(made, a), edges(rotated(made, a), 7.41))
    turn = wigner(a)
    return {
        "unitary": float(np.abs(unit).max()),
        "product": float(np.abs(product).max()),
        "synthetic": float(np.abs(turn @ h @ turn.T - other).max()),
    }


def _of_basis() -> dict[str, Any]:
    """Return radii of the orbitals in Bohr: overlaps vanish at twice the radius."""
    from ase.units import Bohr

    radii = {}
    for group in overlaps.elements():
        for z in group:
            reach = overlaps.reach(f"overlap_{z}_{z}")
            radii[str(z)] = round(reach / 2 / Bohr, 1)
    return {"radii": radii, "orbitals": ORBITALS, "shells": "".join(map(str, SHELLS))}


def _of_lists() -> dict[str, bool]:
    """Return whether lists of dot products are sorted, tell Fig. 6(a) apart, and are invariant."""
    from hamlearn.hamiltonians import local_lists, structures

    made = structures.alloy((1, 1, 1), np.random.default_rng(5))
    lists = local_lists.local_lists(made, 16)
    turned = made.copy()
    turned.positions = turned.positions @ np.array([[0, 1, 0], [-1, 0, 0], [0, 0, 1.0]]).T
    moved = made.copy()
    moved.positions = moved.positions + [structures.SIGE / 2, structures.SIGE / 2, 0]
    same = [
        sorted(local_lists.local_lists(other, 16)) == sorted(lists) for other in (turned, moved)
    ]
    one, other = (local_lists.in_plane(kinds) for kinds in local_lists.ARRANGEMENTS)
    return {
        "sorted": all(list(part) == sorted(part) for part in lists),
        "distinguishes": one != other,
        "invariant": all(same),
    }


def _of_loss() -> dict[str, float]:
    """Return the loss of errors of 1e-6 eV, over the error, and of 1 eV."""
    small = 1e-6
    values = np.array([[small], [1.0]], dtype="float32")
    found = np.asarray(networks.focal(np.zeros_like(values), values), dtype=float)
    from hamlearn.hamiltonians import training as trained

    return {
        **{"slope": float(found[0] / small), "one_ev": float(found[1])},
        **{"beta": networks.BETA, "gamma": networks.GAMMA},
        "optimizer": type(training.adam(1e-3)(1)).__name__,
        "batch": trained.BATCH,
    }


def _of_networks(
    inputs: Inputs, settings: Mapping[str, Any], material: str, method: str
) -> dict[str, Any]:
    """Return what two networks give for a structure, rotated, and with reversed neighbours."""
    ours = method == "invariant"
    name = f"{material}_own" if ours else material
    pair = [networks.load(inputs.trained[f"{name}_{end}", 0]) for end in ("forward", "backward")]
    drawn, rule = inputs.drawn[material], ("invariant" if ours else "paper")
    structure, cutoff = drawn.structure(0), drawn.solved.cutoff
    bound = settings["collinear_sin_min"]
    near = edges(structure, cutoff)
    given = prediction.blocks(structure, *pair, cutoff, rule, bound)
    turn = Rotation.random(random_state=7).as_matrix()
    other = prediction.blocks(rotated(structure, turn), *pair, cutoff, rule, bound)
    change = np.abs(wigner(turn) @ given @ wigner(turn).T - other).max(axis=(1, 2))
    covariant = decided(near, rule, bound)[1].covariant
    h = matrix(given, near, np.array([0.1, 0.2, 0.0]))
    return {
        "hermitian": float(np.abs(h - h.conj().T).max()),
        "covariant": float(change[covariant].max()),
        "not_covariant": int((~covariant).sum()),
        "largest_change": float(change.max()),
        "covariant_rule": rule,
        "order": _order(structure, cutoff, pair[0], rule),
    }


def _order(structure: Any, cutoff: float, network: Any, rule: str) -> float:
    """Return the largest change of the features of a side by neighbours in reversed order."""
    number = network.get_layer("text_cnn").input[0].shape[1]
    graph = graphs.build(structure, cutoff, rule, number)
    layer = network.get_layer("text_cnn")
    rows, count = (graph.inputs[key][:100] for key in ("neighbours", "count"))
    one, other = (np.asarray(layer(part, count)) for part in (rows, rows[:, ::-1].copy()))
    return float(np.abs(one - other).max())
