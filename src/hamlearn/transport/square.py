"""Leads of the square lattice and exact, batched transmission of wires between them.

One orbital per site, hopping -t on every bond, energies in units of t, lattice constant 1. A wire
has L columns of W sites, hard walls, and a clean lead of the same width at either end. With the
columns ψ_l, a_l = h_l - E and h_l the chain of W sites with the on-site energies of column l,

    ψ_{l+1} = a_l ψ_l - ψ_{l-1}.                                                               (1)

**Leads.** ε_n = -2 cos(πn/(W+1)), x_n = (E-ε_n)/2, φ_n(y) = sqrt(2/(W+1)) sin(πny/(W+1)). Either
lead adds Σ = Σ_n φ_n g_n φ_nᵀ to the column it touches, g_n = x_n - i s_n with s_n = sqrt(1-x_n²)
for an open mode (|x_n| < 1) and x_n - sgn(x_n) sqrt(x_n²-1) for a closed one.

**Edge of a subband.** Where |x_n| = 1 the mode has no velocity and carries nothing: it is closed,
with the limit g_n = x_n = ±1 of either side. x_n is known to some 10⁻¹⁵, so that |x_n| within
`ON_EDGE` of 1 counts as 1, by cosines that are antisymmetric to the last bit: as many modes are
open at E as at -E. In a clean wire, or any that leaves the mode alone, its response is infinite
(van Hove). So an absorber g_n = x_n - i ends it at first, which makes it a port like an open mode;
then a mirror sends back what leaves by these ports e, and o remain:

    S = S_oo + S_oe (1 - S_ee)⁻¹ S_eo,

with a pseudo-inverse, which leaves out what couples to nothing. The complex recursion solves it.

**Interior, in real arithmetic.** Only -i s of the open modes is complex. A real reference
ρ = Σ_n φ_n (x_n + τ s_n) φ_nᵀ (open; closed modes as they are) ends the wire on both sides, with a
fixed generic τ that keeps a clean wire regular at every E. For the first l columns, F_11, F_1l and
F_ll give (ψ_1, ψ_l) from a source on column 1 and from ψ_{l+1}; no column at all is F_11 = 0,
F_1l = 1, F_ll = -ρ. A block of b columns has the transfer matrix

    (ψ_{l+b+1}, ψ_{l+b}) = [[P, Q], [R, S]] (ψ_{l+1}, ψ_l),

whose parts are banded (half-width ≤ b) and follow from (1) with a few vector operations per
diagonal, without an inverse. Appending it takes one real inverse and six real products:

    D = P + Q F_ll,   F_ll ← (R + S F_ll) D⁻¹,   F_1l ← F_1l D⁻¹,   F_11 ← F_11 - F_1l D⁻¹ Q F_1lᵀ.

In the last block ρ enters as P + ρR and Q + ρS. Entries of the block grow as r^b with
r + 1/r = max|ε| + |E| + 2; b is the largest with r^b ≤ 2·10⁴, so it depends on the sample alone.

**Scattering matrix.** With k = s^½ F s^½ on the open modes (blocks k_11, k_1L, k_LL) and c = τ + i,

    S = -1 - 2i k (1 - c k)⁻¹,   X = (1 - c k_LL)⁻¹ k_L1,   Y = (1 - c k_11 - c² k_1L X)⁻¹,
    t = -2i X Y,   r = -1 - (2i/c)(Y - 1),

two complex inverses of the number of open modes. t is a product, so T keeps its relative accuracy
when it is tiny.

**Error estimate.** The exact k_11 and k_LL are symmetric. Rounding, amplified where an eigenvalue
of the open segment 1..l comes close to E by accident, is not; the asymmetry bounds the error of T
(within a factor of about four over many thousand samples) and costs nothing. A sample whose
asymmetry exceeds 2·10⁻¹⁰ is solved again with other block boundaries and another τ, at most three
times, and then by the plain complex recursion. With a single open mode k is a number and always
symmetric, so the complex recursion solves such wires from the start.

Every operation acts on one sample at a time (element-wise, or one BLAS/LAPACK call per sample), so
a result does not depend, to the last bit, on the samples that are solved together with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import as_strided

#: Largest growth of the transfer matrix of one block, and largest accepted asymmetry of k.
GROWTH = 2.0e4
ASYMMETRY = 2.0e-10
#: Reference parameter τ and start of the second block, as a fraction of b, of each attempt.
ATTEMPTS = ((0.6180339887498949, 1.0), (-0.4142135623730951, 0.5), (0.2679491924311227, 0.75))
#: |x| within this of 1 is on the edge of a subband; half the velocity is below 1.4·10⁻⁷ t there.
ON_EDGE = 1.0e-14
#: Bytes of one dense batch; larger ones leave the second-level cache.
BATCH_BYTES = 8.0e5


@dataclass(frozen=True)
class LeadModes:
    """Transverse modes of a clean lead at one energy.

    Attributes
    ----------
    vectors : (W, W) transverse modes φ_n(y), one per column
    x : (W,) x_n = (E - ε_n)/2
    is_open : (W,) whether |x_n| < 1, off the edge of the subband
    on_edge : (W,) whether |x_n| = 1 within `ON_EDGE`
    s : (W,) sqrt(1 - x_n²), half the velocity of an open mode in t; 1 on an edge, 0 if closed
    surface : (W,) complex surface function g_n in 1/t, of the absorber on an edge
    """

    vectors: np.ndarray
    x: np.ndarray
    is_open: np.ndarray
    on_edge: np.ndarray
    s: np.ndarray
    surface: np.ndarray

    @property
    def is_port(self) -> np.ndarray:
        """(W,) whether a mode is open or on an edge."""
        return self.is_open | self.on_edge

    @property
    def self_energy(self) -> np.ndarray:
        """(W, W) complex Σ in t."""
        return (self.vectors * self.surface) @ self.vectors.T

    @property
    def ports(self) -> np.ndarray:
        """(W, M) modes with a port, times s^½."""
        return self.vectors[:, self.is_port] * np.sqrt(self.s[self.is_port])

    def reference(self, tau: float) -> np.ndarray:
        """(W, W) real boundary condition ρ: x + τ s for open modes, g for closed ones."""
        real = np.where(self.is_open, self.x + tau * self.s, self.surface.real)
        return (self.vectors * real) @ self.vectors.T


@lru_cache(maxsize=256)
def lead_modes(width: int, energy: float) -> LeadModes:
    """Modes of a clean square-lattice lead of `width` sites at `energy` (t)."""
    n = np.arange(1, width + 1)
    vectors = np.sqrt(2 / (width + 1)) * np.sin(np.pi * np.outer(n, n) / (width + 1))
    cosine = np.cos(np.pi * n / (width + 1))
    x = (energy + 2 * cosine) / 2
    beyond = np.abs(energy + (cosine - cosine[::-1])) / 2 - 1  # of -E: the same, reversed
    is_open, on_edge = beyond < -ON_EDGE, np.abs(beyond) <= ON_EDGE
    s = np.where(on_edge, 1.0, np.sqrt(np.maximum(1 - x * x, 0.0)))
    closed = x - np.sign(x) * np.sqrt(np.maximum(x * x - 1, 0.0))
    surface = np.where(is_open | on_edge, x - 1j * s, closed)
    return LeadModes(vectors, x, is_open, on_edge, s, surface)


def open_modes(width: int, energies) -> np.ndarray:
    """Number of propagating modes of a lead of `width` sites at each energy (t)."""
    energies = np.atleast_1d(np.asarray(energies, dtype=float))
    return np.array([int(lead_modes(width, float(e)).is_open.sum()) for e in energies])


def block_length(largest: np.ndarray, energy: float, length: int) -> np.ndarray:
    """Columns per block of each sample, from its largest |on-site energy| (t).

    r^b ≤ `GROWTH` with r + 1/r = largest + |E| + 2; blocks are then made as equal as they can be.
    """
    m = np.maximum(largest + abs(energy) + 2.0, 2.0 + 1e-12)
    rate = np.log((m + np.sqrt(m * m - 4)) / 2)
    longest = np.clip(np.log(GROWTH) / np.maximum(rate, 1e-3), 1, min(length, 8)).astype(int)
    return -(-length // -(-length // longest))


class _Blocks:
    """Dense transfer matrices [[P, Q], [R, S]] of blocks of up to `columns` columns.

    A part X is kept by diagonals, batch innermost: X[K + 1 + column - row, row + 1, sample], one
    unused diagonal and one row of zeros on either side, so that a step of (1) is four vector
    operations on contiguous memory. Columns never mix in (1): entries outside the matrix are
    harmless and land, in the dense array, in a margin of K columns.
    """

    def __init__(self, samples: int, width: int, columns: int):
        half = min(columns, width - 1)
        stride = 2 * width + 3 * half
        self.half, self.row = half, (width + 2) * samples
        self.bands = np.zeros((4, 2 * half + 3, width + 2, samples))
        self.scratch = np.empty((2 * half + 1, self.row))
        self.diagonal = np.zeros((columns, width + 2, samples))
        dense = np.zeros((samples, 2 * width, stride))
        self.first = dense[:, :, half : half + width]
        self.second = dense[:, :, 2 * half + width : 2 * half + 2 * width]
        item = dense.itemsize
        self._diagonals = [
            as_strided(
                dense[:, row:, column:],
                (samples, width, 2 * half + 1),
                (2 * width * stride * item, (stride + 1) * item, item),
            )
            for column in (0, half + width)
            for row in (0, width)
        ]

    def _step(self, a, old, new, half) -> None:
        """new ← a·old - new, by (1); all flat, `half` the half-width of the result."""
        row, shift = self.row, self.row - self.row // self.diagonal.shape[1]
        low, high = (self.half + 1 - half) * row, (self.half + 2 + half) * row
        target, product = new[low:high], self.scratch[: 2 * half + 1]
        np.multiply(a, old[low:high].reshape(-1, row), out=product)
        np.subtract(product.reshape(-1), target, out=target)
        np.subtract(target, old[low + shift : high + shift], out=target)
        np.subtract(target, old[low - shift : high - shift], out=target)
        edges = target.reshape(2 * half + 1, self.diagonal.shape[1], -1)
        edges[:, 0] = edges[:, -1] = 0.0

    def fill(self, a: np.ndarray) -> None:
        """Set `first` = [P; R] and `second` = [Q; S]; `a` (columns, W, n) is ε - E in t."""
        middle = self.half + 1
        self.diagonal[: len(a), 1:-1] = a
        diagonal = self.diagonal.reshape(-1, self.row)
        self.bands.fill(0.0)
        p_old, p, q_old, q = self.bands
        p_old[middle, 1:-1] = 1.0
        p[middle, 1:-1] = a[0]
        if self.half:
            p[middle - 1, 1:-1] = p[middle + 1, 1:-1] = -1.0
        q[middle, 1:-1] = -1.0
        order = [0, 1, 2, 3]
        flat = self.bands.reshape(4, -1)
        for k in range(1, len(a)):
            self._step(diagonal[k], flat[order[1]], flat[order[0]], min(k + 1, self.half))
            self._step(diagonal[k], flat[order[3]], flat[order[2]], min(k, self.half))
            order = [order[1], order[0], order[3], order[2]]
        p_old, p, q_old, q = (self.bands[i] for i in order)
        for view, band in zip(self._diagonals, (p, p_old, q, q_old), strict=True):
            view[...] = band[1:-1, 1:-1].transpose(2, 1, 0)


def _norm2(a: np.ndarray) -> np.ndarray:
    """Σ|a_mn|² of each sample, as one dot product per sample."""
    flat = np.ascontiguousarray(a).view(float).reshape(len(a), 1, -1)
    return (flat @ flat.transpose(0, 2, 1))[:, 0, 0]


def _asymmetry(a: np.ndarray) -> np.ndarray:
    return np.abs(a - a.transpose(0, 2, 1)).max(axis=(1, 2))


def _batch(onsite, energy, modes, tau, sizes, blocks):
    """T, R and asymmetry of each sample of one batch, by blocks of `sizes` columns."""
    width = onsite.shape[2]
    ports, rho = modes.ports, modes.reference(tau)
    a = np.ascontiguousarray(onsite.transpose(1, 2, 0)) - energy
    f_ll, f_1l, f_l1 = -rho, ports.T, ports
    f_11 = 0.0
    start = 0
    for size in sizes:
        blocks.fill(a[start : start + size])
        start += size
        lower = blocks.second @ f_ll
        lower += blocks.first
        upper = lower[:, :width]
        if start < onsite.shape[1]:
            q_f = blocks.second[:, :width] @ f_l1
        else:
            upper += rho @ lower[:, width:]
            both = blocks.second @ f_l1
            q_f = both[:, :width] + rho @ both[:, width:]
        inverse = np.linalg.inv(upper)
        f_ll = lower[:, width:] @ inverse
        f_1l = f_1l @ inverse
        f_11 = f_11 - f_1l @ q_f
        f_l1 = f_1l.transpose(0, 2, 1)
    k_ll, k_1l = ports.T @ (f_ll @ ports), f_1l @ ports
    error = _asymmetry(k_ll) + _asymmetry(f_11)
    one = np.eye(ports.shape[1])
    # Complex factors by parts: NumPy's complex product can round differently with the batch.
    z = np.empty(k_ll.shape, dtype=complex)
    np.subtract(one, tau * k_ll, out=z.real)
    np.negative(k_ll, out=z.imag)
    x = np.linalg.solve(z, k_1l.transpose(0, 2, 1).astype(complex))
    m = (k_1l @ x.view(float)).view(complex)
    square, twice = tau * tau - 1, 2 * tau
    np.subtract(one - tau * f_11, square * m.real - twice * m.imag, out=z.real)
    np.negative(f_11 + (square * m.imag + twice * m.real), out=z.imag)
    y = np.linalg.inv(z)
    norm = 1 + tau * tau
    real, imag, shifted = 2 / norm, 2 * tau / norm, y.real - one
    np.add(one, real * shifted - imag * y.imag, out=z.real)
    np.add(real * y.imag, imag * shifted, out=z.imag)
    return np.stack([4 * _norm2(x @ y), _norm2(z), error])


def _real(onsite, energy, attempt):
    """T, R and asymmetry (3, n) by the real block recursion; NaN where a block is singular."""
    n, length, width = onsite.shape
    modes = lead_modes(width, energy)
    tau, fraction = ATTEMPTS[attempt]
    out = np.full((3, n), np.nan)
    columns = block_length(np.abs(onsite).max(axis=(1, 2)), energy, length)
    for b in np.unique(columns):
        members = np.flatnonzero(columns == b)
        first = max(1, int(b * fraction))
        sizes = [first] + [b] * ((length - first) // b)
        if sum(sizes) < length:
            sizes.append(length - sum(sizes))
        batch = int(np.clip(BATCH_BYTES / (64 * width * width), 1, 2000))
        blocks = None
        for i in range(0, len(members), batch):
            index = members[i : i + batch]
            if blocks is None or blocks.bands.shape[-1] != len(index):
                blocks = _Blocks(len(index), width, b)
            try:
                out[:, index] = _batch(onsite[index], energy, modes, tau, sizes, blocks)
            except np.linalg.LinAlgError:
                single = _Blocks(1, width, b)
                for j in index:
                    try:
                        part = _batch(onsite[j : j + 1], energy, modes, tau, sizes, single)
                        out[:, j] = part[:, 0]
                    except np.linalg.LinAlgError:
                        continue
    return out


def transmission_recursive(onsite: np.ndarray, energy: float) -> tuple[np.ndarray, np.ndarray]:
    """T and R of each sample by the complex recursion over columns, one inverse per column.

    Parameters
    ----------
    onsite : (n, L, W) on-site energies in t
    energy : energy in t

    Returns
    -------
    (T, R) : two arrays (n,), dimensionless
    """
    n, length, width = onsite.shape
    modes = lead_modes(width, energy)
    sigma = modes.self_energy
    ports = modes.ports * np.sqrt(2.0)
    hop = np.eye(width, k=1) + np.eye(width, k=-1)
    site = np.arange(width)
    g, column, r = 0.0, ports, 0.0
    for i in range(length):
        a = np.zeros((n, width, width), dtype=complex)
        a[:] = hop
        a[:, site, site] += energy - onsite[:, i]
        a -= sigma * ((i == 0) + (i == length - 1)) + g
        g = np.linalg.inv(a)
        new = g @ column
        r = r + column.swapaxes(-1, -2) @ new
        column = -new
    passed = ports.T @ column
    if modes.on_edge.any():
        back = passed.swapaxes(-1, -2)
        return probabilities(np.block([[r, -back], [-passed, ports.T @ g @ ports]]), modes)
    return _norm2(passed), _norm2(1j * r - np.eye(ports.shape[1]))


def probabilities(response: np.ndarray, modes: LeadModes) -> tuple[np.ndarray, np.ndarray]:
    """T and R (n,) of the open modes, from the response VᵀGV of all ports with V = (2s)^½ φ.

    response : (n, 2M, 2M), of the ports of the left lead and then those of the right one
    """
    s = 1j * response - np.eye(response.shape[-1])
    on_edge = np.tile(modes.on_edge[modes.is_port], 2)
    e, o = np.flatnonzero(on_edge), np.flatnonzero(~on_edge)
    inner = np.linalg.pinv(np.eye(len(e)) - s[:, e[:, None], e])
    s = s[:, o[:, None], o] + s[:, o[:, None], e] @ inner @ s[:, e[:, None], o]
    number = len(o) // 2
    return _norm2(s[:, number:, :number]), _norm2(s[:, :number, :number])


def _recursive_batches(onsite, energy):
    """The complex recursion in batches that fit the cache."""
    n, _, width = onsite.shape
    out = np.empty((2, n))
    batch = int(np.clip(BATCH_BYTES / (64 * width * width), 1, 2000))
    for i in range(0, n, batch):
        out[:, i : i + batch] = transmission_recursive(onsite[i : i + batch], energy)
    return out


def transmission(onsite: np.ndarray, energy: float):
    """Transmission and reflection of each sample at one energy (paper eq. 2, G = G0 T).

    Parameters
    ----------
    onsite : (n, L, W) on-site energies in t
    energy : energy in t

    Returns
    -------
    T, R : (n,) dimensionless; 0 where no mode is open
    fallback : (n,) bool, samples that only the complex recursion could solve
    """
    modes = lead_modes(onsite.shape[2], energy)
    if not modes.is_open.any():
        return *np.zeros((2, len(onsite))), np.zeros(len(onsite), dtype=bool)
    if modes.is_open.sum() == 1 or modes.on_edge.any():
        return *_recursive_batches(onsite, energy), np.zeros(len(onsite), dtype=bool)
    t, r, error = _real(onsite, energy, 0)
    for attempt in range(1, len(ATTEMPTS)):
        doubt = np.flatnonzero(~(error <= ASYMMETRY))
        if doubt.size:
            t[doubt], r[doubt], error[doubt] = _real(onsite[doubt], energy, attempt)
    fallback = ~(error <= ASYMMETRY)
    t[fallback], r[fallback] = _recursive_batches(onsite[fallback], energy)
    return t, r, fallback
