"""Local coordinates of each edge: the complete ones of Algorithm 1, and those of DeepH.

The complete frame of a pair of atoms is built from one of them, the base. Of the two edges of a
pair the one whose row atom is the base is forward, the other one backward; they share the frame.
"""

from typing import NamedTuple

import numpy as np

from hamlearn.hamiltonians.graph import Edges
from hamlearn.hamiltonians.neighbours import Neighbours, neighbours, tied

RULES = ("paper", "invariant")
AUXILIARY = np.array([3.4, 4.5, 5.6])
"""v_a of find_v2; only its direction counts."""
SAME_COSINE, SAME_LENGTH = 1e-6, 1e-5
"""Cosines that are tied, and components in Å that are zero or tied."""
FIRST_LOOK = 8
"""Neighbours among which v2 nearly always is."""
CASES = (
    *("on site, one nearest", "on site, several nearest", "nearest distances", "one candidate"),
    *("length of the candidate", "angle of the candidate", "all distances", "cosine", "sign"),
)
"""By what the base of an edge, or v1 on site, is decided; see `GLOBAL`."""
GLOBAL = (1, 7, 8)
"""Numbers of the cases that depend on the axes of the laboratory."""


class LocalFrames(NamedTuple):
    """Frames of the edges: r' = rotation @ r."""

    rotation: np.ndarray  # (E, 3, 3), rows x', y', z'; det +1; the same for an edge and its reverse
    forward: np.ndarray  # (E,) bool


class Decisions(NamedTuple):
    """How the frames were found.

    `case` (E,) are numbers of `CASES`, `searched` (E,) says whether v2 was chosen out of several by
    find_v2, `covariant` (E,) whether no axis of the laboratory had a part in it.
    """

    case: np.ndarray
    searched: np.ndarray
    covariant: np.ndarray


class _Candidates(NamedTuple):
    """The list C(v1) of each row: how many, the chosen v2 (n, 3), and its cosine with v_a."""

    number: np.ndarray
    chosen: np.ndarray
    cosine: np.ndarray


def local(edges: Edges, tie_rule: str = "paper", collinear_sin_min: float = 1e-3) -> LocalFrames:
    """Return the complete local coordinates, eqs. (12) to (15) and Algorithm 1.

    Parameters
    ----------
    tie_rule : {"paper", "invariant"}
        By what the base of a pair is chosen whose atoms have tied nearest distances and one
        candidate for v2 each: by its angle to v_a in axes of the laboratory, or first by the
        candidates' lengths, by their angles to the bond, by all distances of both atoms.
    collinear_sin_min : float
        A neighbour with a smaller sine to v1 is no candidate for v2.

    Raises
    ------
    ValueError
        For another rule or bound, and for an atom without a neighbour off the line of a bond.
    """
    return decided(edges, tie_rule, collinear_sin_min)[0]


def decided(
    edges: Edges, tie_rule: str = "paper", collinear_sin_min: float = 1e-3
) -> tuple[LocalFrames, Decisions]:
    """Return what :func:`local` does, and how each frame was decided."""
    if tie_rule not in RULES:
        raise ValueError(f"tie_rule = {tie_rule!r}: expected one of {', '.join(RULES)}")
    _check_bound(collinear_sin_min)
    near = neighbours(edges)
    number = np.arange(len(edges))
    pair = np.flatnonzero(number < edges.reverse)
    vector = edges.vector[pair]
    first = _candidates(near, edges.first[pair], vector, collinear_sin_min, edges.cutoff)
    second = _candidates(near, edges.second[pair], -vector, collinear_sin_min, edges.cutoff)
    case, base_first = _base(edges, near, pair, first, second, tie_rule == "invariant")
    v1 = np.where(base_first[:, None], vector, -vector)
    v2 = np.where(base_first[:, None], first.chosen, second.chosen)
    several = np.where(base_first, first.number, second.number) > 1
    onsite = np.flatnonzero(edges.onsite)
    v1_onsite, tied_onsite = _first_onsite(near)
    at = _candidates(near, edges.first[onsite], v1_onsite, collinear_sin_min, edges.cutoff)
    rotation = np.empty((len(edges), 3, 3))
    rotation[onsite] = _axes(v1_onsite, at.chosen)
    rotation[pair] = rotation[edges.reverse[pair]] = _axes(v1, v2)
    forward = edges.onsite.copy()
    forward[pair], forward[edges.reverse[pair]] = base_first, ~base_first
    cases, searched = np.empty(len(edges), int), np.empty(len(edges), bool)
    cases[onsite], searched[onsite] = tied_onsite.astype(int), at.number > 1
    for both in (pair, edges.reverse[pair]):
        cases[both], searched[both] = case, several
    covariant = ~np.isin(cases, GLOBAL) & ~searched
    return LocalFrames(rotation, forward), Decisions(cases, searched, covariant)


def _check_bound(collinear_sin_min: float) -> None:
    if not 0 <= collinear_sin_min < 1:
        words = "expected at least 0 and below 1"
        raise ValueError(f"collinear_sin_min = {collinear_sin_min}: {words}")


def _base(
    edges: Edges,
    near: Neighbours,
    pair: np.ndarray,
    first: _Candidates,
    second: _Candidates,
    invariant: bool,
) -> tuple[np.ndarray, np.ndarray]:
    """Return by which case the base of pairs is decided, and whether it is the first atom."""
    i, j, vector = edges.first[pair], edges.second[pair], edges.vector[pair]
    single = (first.number == 1) & (second.number == 1)
    tests = [  # what is compared, the smaller one is the base; whether tied; where it applies
        (2, near.length[i, 0], near.length[j, 0], tied, True),
        (3, first.number == 1, second.number == 1, np.equal, first.number + second.number > 2),
    ]
    if invariant:
        one, other = (np.linalg.norm(part.chosen, axis=1) for part in (first, second))
        bond = edges.length[pair]
        angle = np.einsum("na,na->n", first.chosen, vector) / one / bond
        angle_other = -np.einsum("na,na->n", second.chosen, vector) / other / bond
        unlike = ~tied(near.length[i], near.length[j])
        place = unlike.argmax(axis=1)
        lists = near.length[i, place], near.length[j, place]
        tests += [
            (4, one, other, tied, single),
            (5, -angle, -angle_other, _same_cosine, single),
            (6, *lists, tied, single),
        ]
    tests.append((7, -first.cosine, -second.cosine, _same_cosine, True))
    case = np.full(len(pair), 8)
    base_first = _positive(vector)
    open_ = np.ones(len(pair), bool)
    for number, a, b, same, where in tests:
        decides = open_ & where & ~same(a, b)
        smaller = (a > b) if number == 3 else (a < b)
        case[decides], base_first[decides] = number, smaller[decides]
        open_ &= ~decides
    return case, base_first


def _same_cosine(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.abs(a - b) <= SAME_COSINE


def _positive(vector: np.ndarray) -> np.ndarray:
    """Return whether the first component that is not zero is positive, (n,)."""
    place = (np.abs(vector) > SAME_LENGTH).argmax(axis=1)
    return vector[np.arange(len(vector)), place] > 0


def _first_onsite(near: Neighbours) -> tuple[np.ndarray, np.ndarray]:
    """Return v1 of each atom, out of the nearest the one with largest x, then y, then z.

    Also whether there were several, (N,).
    """
    member = (near.shell == 0) & (near.edge >= 0)
    several = member.sum(axis=1) > 1
    for axis in range(3):
        value = np.where(member, near.vector[..., axis], -np.inf)
        member &= value >= value.max(axis=1, keepdims=True) - SAME_LENGTH
    return near.vector[np.arange(len(member)), member.argmax(axis=1)], several


def _candidates(
    near: Neighbours, base: np.ndarray, v1: np.ndarray, least: float, cutoff: float
) -> _Candidates:
    """Return the list C(v1) of base atoms (n,), and its member that find_v2 chooses.

    C(v1) is the shortest group of neighbours of tied length with one that is not collinear with v1
    (n, 3), without collinear ones.
    """
    width = min(FIRST_LOOK, near.length.shape[1])
    found, unsure = _among(near, base, v1, least, width)
    rows = np.flatnonzero(unsure)
    if len(rows) and width < near.length.shape[1]:
        again, unsure = _among(near, base[rows], v1[rows], least, near.length.shape[1])
        for part, new in zip(found, again, strict=True):
            part[rows] = new
    missing = np.flatnonzero(found.number == 0)
    if len(missing):
        atom = base[missing[0]]
        raise ValueError(
            f"atom {atom}: no neighbour within {cutoff:g} Å off the line of a bond, "
            "so that there are no local coordinates"
        )
    return found


def _among(
    near: Neighbours, base: np.ndarray, v1: np.ndarray, least: float, width: int
) -> tuple[_Candidates, np.ndarray]:
    """Return candidates among the first `width` neighbours, and where there may be others."""
    vector, shell = near.vector[base, :width], near.shell[base, :width]
    there = near.edge[base, :width] >= 0
    sine = np.linalg.norm(np.cross(vector, v1[:, None]), axis=2)
    scale = np.linalg.norm(v1, axis=1)[:, None] * np.where(there, near.length[base, :width], 1)
    aside = there & (sine > 1e-9 * scale) & (sine >= least * scale)
    rows = np.arange(len(base))
    group = shell[rows, aside.argmax(axis=1)]
    member = aside & (shell == group[:, None])
    cosine = np.einsum("na,nka->nk", _auxiliary(v1), vector)
    cosine /= np.where(there, near.length[base, :width], 1)
    cosine = np.where(member, cosine, -np.inf)
    best = cosine.argmax(axis=1)
    found = _Candidates(member.sum(axis=1), vector[rows, best], cosine[rows, best])
    return found, ~aside.any(axis=1) | (shell[:, -1] == group)


def _auxiliary(v1: np.ndarray) -> np.ndarray:
    """Return T(v1)^T v_a / |v_a|, (n, 3): T turns v1 about z, then about y, onto +x."""
    a, b, c = (v1 / np.linalg.norm(v1, axis=1, keepdims=True)).T
    rho = np.hypot(a, b)
    along = rho * np.linalg.norm(v1, axis=1) <= SAME_LENGTH
    safe, zero, one = np.where(along, 1, rho), np.zeros_like(a), np.ones_like(a)
    turn = np.array([[a, b, c], [-b / safe, a / safe, zero], [-c * a / safe, -c * b / safe, rho]])
    upright = np.array([[zero, zero, c], [zero, one, zero], [-c, zero, zero]])
    turn = np.where(along, upright, turn)
    return np.einsum("a,abn->nb", AUXILIARY / np.linalg.norm(AUXILIARY), turn)


def _axes(v1: np.ndarray, v2: np.ndarray) -> np.ndarray:
    """Return x' along v1, y' along v1 × v2, z' = x' × y' as rows, (n, 3, 3), eq. (12)."""
    x = v1 / np.linalg.norm(v1, axis=1, keepdims=True)
    y = np.cross(v1, v2)
    y /= np.linalg.norm(y, axis=1, keepdims=True)
    return np.stack([x, y, np.cross(x, y)], axis=1)


def list_order(edges: Edges, seed: int) -> LocalFrames:
    """Return the frames of DeepH: base always i, all edges forward.

    v1 = v, on site the first neighbour; v2 is the first neighbour in the list of i that is not
    collinear. Neighbours of tied length stand in random order, another one for each edge.
    """
    rng, near = np.random.default_rng(seed), neighbours(edges)
    base = edges.first
    keys = near.shell[base] + rng.random((len(edges), near.shell.shape[1]))
    order = np.argsort(np.where(near.edge[base] >= 0, keys, np.inf), axis=1)
    vector = near.vector[base[:, None], order]
    v1 = np.where(edges.onsite[:, None], vector[:, 0], edges.vector)
    sine = np.linalg.norm(np.cross(vector, v1[:, None]), axis=2)
    lengths = np.linalg.norm(vector, axis=2) * np.linalg.norm(v1, axis=1)[:, None]
    aside = (lengths > 0) & (sine > 1e-3 * lengths)
    if not aside.any(axis=1).all():
        atom = base[~aside.any(axis=1)][0]
        raise ValueError(f"atom {atom}: no neighbour within {edges.cutoff:g} Å off a bond's line")
    v2 = vector[np.arange(len(edges)), aside.argmax(axis=1)]
    return LocalFrames(_axes(v1, v2), np.ones(len(edges), bool))
