"""Zigzag graphene ribbons as brick walls: lattice, leads, and exact transmission between leads.

One orbital per site, bond length 1/√3, lattice constant a = 1, energies in units of the hopping t
of flat graphene. Site (m, k) is column m (half a lattice constant apart, transport along x) and row
k (armchair direction y). Bonds join (m, k) with (m+1, k), hopping -w[m, k], and with (m, k+1) if
m + k is even, hopping -v[m, k]. So the coupling of columns is diagonal, and each column falls into
dimers that alternate between even and odd columns. The number of rows is odd.

**Leads.** A flat ribbon maps onto itself when it moves on by one column and its rows are reversed
(J). Modes ψ_{m+1} = μ J ψ_m are the eigenvectors of a real W x W matrix, of symmetric pencil,

    J (h - E) ψ = c ψ,   c = μ + 1/μ,   n = ψᵀJψ,                                             (1)

h the dimers of an even column. Real |c| < 2 are open modes, with real ψ: μ = exp(±i k_x/2), and the
mode that moves to the right has sgn(Im μ) = sgn(n), so that it belongs to valley K (0 < k_x < π) if
c n > 0 and to K' otherwise. All others decay, |μ| < 1. Either lead adds to the even column it
touches the self-energy (rows reversed for an odd column)

    Σ = -Σ_j (Jψ_j) (μ_j/n_j) (Jψ_j)ᵀ = ReΣ - (i/2) V Vᵀ,                                     (2)

with one real column of V per open mode: V_j = Jψ_j sqrt(2 |Im μ_j / n_j|).

**Interior, in real arithmetic.** As for wires (`hamlearn.transport.square`), the real reference
ρ = ReΣ + τVVᵀ/2 ends the flake on both sides. With the flux y_{m+1} = w_m ψ_{m+1},

    y_{m+1} = (h_m - E) ψ_m - w_{m-1} ψ_{m-1}.                                                (3)

A block of columns has the banded transfer matrix (y', ψ') = [[P, Q], [R, S]] (y, ψ), grown column
by column until its entries exceed a limit. F_11, F_1l and F_ll, the responses on the open modes of
the left lead and on the last column, then take one LU decomposition per block:

    D = P + Q F_ll,   F_ll ← (R + S F_ll) D⁻¹,   F_1l ← F_1l D⁻¹,   F_11 ← F_11 - F_1l Q F_1lᵀ.

**Scattering matrix.** With k = VᵀFV/2 on the open modes and c = τ + i, as for wires,

    X = (1 - c k_LL)⁻¹ k_L1,   Y = (1 - c k_11 - c² k_1L X)⁻¹,
    t = -2i X Y,   r = -1 - (2i/c)(Y - 1),

in the basis of Bloch modes, whose valleys are known from (1).

**Error estimate.** F_ll and k_11 are symmetric; what rounding adds to them is not. With a symmetric
k the scattering matrix is unitary whatever its error, so it is the asymmetry that is watched; of t
it makes an error of at most about |c|² times as much.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
from scipy.linalg import eigvalsh_tridiagonal
from scipy.optimize import minimize_scalar

#: Largest entry of a block, and reference parameter τ, of each attempt. One attempt in twenty fails
#: at 400 columns, where a closed part of the flake has a resonance near the energy; with another
#: cut or τ it is elsewhere.
ATTEMPTS = (
    *((50.0, 1.3), (50.0, -0.4), (20.0, 0.6), (20.0, 1.3), (10.0, -0.4), (10.0, 0.3)),
    *((10.0, 1.3), (20.0, -1.0), (5.0, 0.6), (5.0, -0.4), (5.0, 1.3), (5.0, 0.3)),
)
#: Largest accepted estimate of the error of a transmission.
LARGEST_ERROR = 5.0e-8
#: Smallest energies, in t, that are solved here and by Kwant. Towards the Dirac point the modes of
#: leads become one defective solution. On flakes of 10 to 200 a, Kwant is wrong by 10⁻⁸ at 10⁻⁵ t,
#: by 2·10⁻⁶ at 10⁻⁶ t, and loses or adds modes at 10⁻⁸ t. The self-energies (2) fulfil Dyson's
#: equation within 4·10⁻¹¹ at 10⁻⁷ t.
SMALLEST_ENERGY = 1.0e-7
SMALLEST_BY_KWANT = 1.0e-5
#: Largest error of a threshold, in t.
ON_THRESHOLD = 1.0e-9
#: Columns in a block at most: sets the half-width of the bands.
COLUMNS = 32
#: Rows of a banded matrix that are multiplied at once.
CHUNK = 33


def shape(length: float, width: float) -> tuple[int, int]:
    """Return the columns and rows of a flake |x| < length/2, |y| < width/2, in a; rows are odd.

    Raises ValueError for less than one lattice constant along x or less than three rows.
    """
    columns = round(2 * length)
    rows = 2 * int((width - 0.5 / np.sqrt(3)) / np.sqrt(3) - 1e-9) + 1 if width > 2 else 0
    if columns < 2 or rows < 3:
        raise ValueError(f"flake of {length} x {width} a: expected at least 1 x 2.1 a")
    return columns, rows


def positions(columns: int, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Return x and y (columns, rows) of all sites, in a, with the flake centred at the origin."""
    m, k = np.ogrid[:columns, :rows]
    even = np.where(k % 2, 1 / np.sqrt(3), 0)
    odd = np.where(k % 2, np.sqrt(3) / 2, -0.5 / np.sqrt(3))
    y = k // 2 * np.sqrt(3) + np.where(m % 2, odd, even)
    x = (m - (columns - 1) / 2) / 2 + np.zeros_like(y)
    return x, y - (y.min() + y.max()) / 2


def has_rung(columns: int, rows: int) -> np.ndarray:
    """Return whether (m, k) and (m, k+1) are bonded, (columns, rows - 1)."""
    m, k = np.ogrid[:columns, : rows - 1]
    return (m + k) % 2 == 0


@dataclass(frozen=True)
class LeadModes:
    """Modes of a flat ribbon at one energy, as seen by an even column.

    Attributes
    ----------
    real : (W, W) real part of the self-energy (2) in t
    ports : (W, N) columns V_j of the open modes, in t^½
    in_valley_k : (N,) bool, whether the right-moving mode is in valley K (0 < k_x a < π)
    """

    real: np.ndarray
    ports: np.ndarray
    in_valley_k: np.ndarray

    def reference(self, tau: float) -> np.ndarray:
        """Return the real boundary condition ρ = ReΣ + τ V Vᵀ/2, (W, W)."""
        return self.real + (tau / 2) * (self.ports @ self.ports.T)


def _dimers(rows: int) -> np.ndarray:
    chain = np.zeros(rows - 1)
    chain[::2] = -1.0
    return np.diag(chain, 1) + np.diag(chain, -1)


@lru_cache(maxsize=64)
def lead_modes(rows: int, energy: float) -> LeadModes:
    """Return the modes of a flat ribbon of `rows` rows at `energy` (t), 0 < energy < 1."""
    c, psi = np.linalg.eig((_dimers(rows) - energy * np.eye(rows))[::-1])
    c, psi = c.astype(complex), psi.astype(complex)
    n = np.einsum("ki,ki->i", psi, psi[::-1])
    is_open = (c.imag == 0) & (np.abs(c.real) < 2)
    half, norm = c[is_open].real / 2, n[is_open].real
    sine = np.sqrt(1 - half**2)
    vectors = psi[::-1, is_open].real
    root = np.sqrt(c[~is_open] ** 2 / 4 - 1)
    decay = np.where(abs(c[~is_open] / 2 - root) < 1, -root, root) + c[~is_open] / 2
    closed = psi[::-1, ~is_open]
    real = -((closed * (decay / n[~is_open])) @ closed.T).real
    real -= (vectors * (half / norm)) @ vectors.T
    ports = vectors * np.sqrt(2 * sine / np.abs(norm))
    return LeadModes((real + real.T) / 2, ports, half * norm > 0)


def open_modes(rows: int, energies) -> np.ndarray:
    """Return the number of open modes of a flat ribbon of `rows` rows at each energy (t)."""
    return np.array([len(lead_modes(rows, float(e)).in_valley_k) for e in np.atleast_1d(energies)])


def thresholds(rows: int, number: int = 50) -> np.ndarray:
    """Return the first energies (t) above zero at which modes of a flat ribbon open, (number,).

    They are the minima over 0 < k_x < π of the subbands of the chain of rows, which has hoppings
    -2 cos(k_x/2) along a row and -1 between rows; two modes, one per valley, open at each.
    """
    return np.array([_opening(rows, place) for place in range(min(number, rows - 1))])


@lru_cache(maxsize=4096)
def _opening(rows: int, place: int) -> float:
    band = rows + 1 + place

    def energy(k: float) -> float:
        chain = np.full(2 * rows - 1, -1.0)
        chain[::2] = -2 * np.cos(k / 2)
        select = {"select": "i", "select_range": (band, band)}
        return eigvalsh_tridiagonal(np.zeros(2 * rows), chain, **select)[0]

    return minimize_scalar(energy, bounds=(1.5, np.pi), method="bounded").fun


def allowed_numbers(rows: int, energy: float) -> set[int]:
    """Return the exact number 2n + 1 of open modes of a flat ribbon, n thresholds below `energy`.

    There are two numbers within `ON_THRESHOLD` of a threshold, where two modes more carry next to
    nothing. None of it is taken from the modes that a solver finds.
    """
    opening, places = partial(_opening, rows), range(rows - 1)
    ends = (energy - ON_THRESHOLD, energy + ON_THRESHOLD)
    return {1 + 2 * bisect_left(places, end, key=opening) for end in ends}


def thresholds_of_flake(side: float) -> np.ndarray:
    """Return the energies (t) at which modes of the leads of a square flake open, rising."""
    _, rows = shape(side, side)
    return thresholds(rows, rows // 2)


class _Block:
    """Transfer matrix of a block of columns, by diagonals: X[middle + column - row, part, row].

    `part` is 0 for P (and R) and 1 for Q (and S). Rows and diagonals have one unused entry on
    either side, so that a step of (3) is a few vector operations on contiguous memory. Entries
    outside the matrix stay zero, because no bond leads there.
    """

    def __init__(self, rows: int):
        self.rows, self.row, self.middle = rows, 2 * (rows + 2), COLUMNS + 1
        self.bands = np.zeros((2, 2 * COLUMNS + 3, 2, rows + 2))
        self.scratch = np.empty(self.bands[0].size)
        self.half = self.widest = 0
        stride = rows + 2 * self.middle
        self.dense = np.zeros((2, 2, rows, stride))
        item = self.dense.itemsize
        self.diagonals = np.lib.stride_tricks.as_strided(
            self.dense,
            (2, 2, rows, 2 * COLUMNS + 3),
            (2 * rows * stride * item, rows * stride * item, (stride + 1) * item, item),
        )

    def fill(self, start: int, energy: float, w: np.ndarray, v: np.ndarray, growth: float) -> int:
        """Take in columns from `start` on until entries exceed `growth`; return the next column.

        w (columns, rows) are the bonds before each column, v (columns, rows - 1) those within it.
        """
        y, psi = self.bands
        y.fill(0.0)
        psi.fill(0.0)
        y[self.middle, 0, 1:-1] = psi[self.middle, 1, 1:-1] = 1.0
        stop = min(start + COLUMNS, len(v))
        for m in range(start, stop):
            half = m - start + 1
            self._step(y, psi, energy, w[m], v[m], m % 2, half)
            y, psi = psi, y
            entries = y[self.middle - half : self.middle + half + 1]
            if max(entries.max(), -entries.min()) > growth:
                break
        self.half, self.widest = half, max(half, self.widest)
        used = slice(self.middle - self.widest, self.middle + self.widest + 1)
        for dense, bands in zip(self.diagonals, (y, psi), strict=True):
            dense[:, :, used] = bands[used, :, 1:-1].transpose(1, 2, 0)
        return m + 1

    def _step(self, y, psi, energy, w, v, parity, half) -> None:
        """(y, ψ) ← ((h - E) y/w - w ψ, y/w), where the memory of y becomes that of ψ."""
        bonds = np.zeros((4, 2, self.rows + 2))
        bonds[0, :, 1:-1], bonds[1, :, 1:-1] = 1 / w, -w
        bonds[2, :, 1 + parity : -2 : 2] = v[parity::2]  # to the partner above
        bonds[3, :, 2 + parity : -1 : 2] = v[parity::2]  # and below
        inverse, minus_w, above, below = bonds.reshape(4, self.row)
        low, high = (self.middle - half) * self.row, (self.middle + half + 1) * self.row
        new, old = y.reshape(-1), psi.reshape(-1)
        product = self.scratch[: high - low].reshape(-1, self.row)

        def part(values: np.ndarray, shift: int = 0) -> np.ndarray:
            return values[low + shift : high + shift].reshape(-1, self.row)

        part(new)[...] *= inverse
        target = part(old)
        target *= minus_w
        for factor, shift in ((energy, 0), (above, 1 - self.row), (below, self.row - 1)):
            np.multiply(part(new, shift), factor, out=product)
            target -= product

    def apply(self, right: np.ndarray, part: int) -> tuple[np.ndarray, np.ndarray]:
        """Return P·right and R·right (part 0) or Q·right and S·right (part 1)."""
        out = np.empty((2, self.rows, right.shape[1]))
        for low in range(0, self.rows, CHUNK):
            high = min(low + CHUNK, self.rows)
            left, end = max(low - self.half, 0), min(high + self.half, self.rows)
            window = self.dense[:, part, low:high, self.middle + left : self.middle + end]
            np.matmul(window, right[left:end], out=out[:, low:high])
        return out[0], out[1]

    def matrix(self, which: int) -> np.ndarray:
        """Return the dense P (0) or R (1)."""
        return self.dense[which, 0, :, self.middle : self.middle + self.rows]


@dataclass(frozen=True)
class Scattering:
    """Probabilities between the open modes of two leads at one energy.

    Attributes
    ----------
    transmission : (N, N) from right-moving mode j on the left to right-moving mode i on the right
    reflection : float, sum over all modes of the left lead
    in_valley_k : (N,) bool, the valley of each mode
    error : float, an estimate of the error of a transmission
    """

    transmission: np.ndarray
    reflection: float
    in_valley_k: np.ndarray
    error: float


def _responses(w, v, energy, modes, growth, tau):
    """k_11, k_1L, k_LL (N, N) and the asymmetry of the responses of one flake."""
    columns, rows = len(v), v.shape[1] + 1
    ports, rho = modes.ports, modes.reference(tau)
    last = slice(None, None, -1 if columns % 2 == 0 else 1)  # an odd column sees rows reversed
    before = np.vstack([np.ones(rows), w])
    f_ll, f_1l, f_11 = -rho, ports.T, 0.0
    block, start = _Block(rows), 0
    while start < columns:
        start = block.fill(start, energy, before, v, growth)
        top, bottom = block.apply(np.hstack([f_ll, f_1l.T]), 1)
        q_f, s_f = top[:, :rows], bottom[:, :rows] + block.matrix(1)
        upper, source = q_f + block.matrix(0), top[:, rows:]
        if start == columns:
            end = rho[last, last]
            upper = upper + end @ s_f
            source = source + end @ bottom[:, rows:]
        solved = np.linalg.solve(upper.T, np.hstack([s_f.T, f_1l.T])).T
        f_ll, f_1l = solved[:rows], solved[rows:]
        f_11 = f_11 - f_1l @ source
    out = ports[last]
    k_11, k_1l, k_ll = f_11 / 2, f_1l @ out / 2, out.T @ f_ll @ out / 2
    whole = f_ll if ports.shape[1] == 1 else k_ll  # a number is symmetric whatever its error
    return k_11, k_1l, k_ll, np.abs(k_11 - k_11.T).max() + np.abs(whole - whole.T).max()


def scatter(w: np.ndarray, v: np.ndarray, energy: float) -> Scattering:
    """Scatter the modes of flat leads at a flake of given hoppings.

    Parameters
    ----------
    w : (columns - 1, rows) bonds along x, positive, in t (hopping -w); rows odd
    v : (columns, rows - 1) bonds along y, 0 where there is none
    energy : in t, 0 < energy < 1

    Raises
    ------
    numpy.linalg.LinAlgError
        No attempt gives responses so symmetric that the error is below `LARGEST_ERROR`.
    """
    modes = lead_modes(v.shape[1] + 1, energy)
    for growth, tau in ATTEMPTS:
        try:
            k_11, k_1l, k_ll, asymmetry = _responses(w, v, energy, modes, growth, tau)
        except np.linalg.LinAlgError:
            continue
        error = (1 + tau * tau) * asymmetry
        if error <= LARGEST_ERROR:
            break
    else:
        raise np.linalg.LinAlgError(f"E = {energy} t: no block length gives a symmetric response")
    one, c = np.eye(len(k_11)), tau + 1j
    x = np.linalg.solve(one - c * k_ll, k_1l.T.astype(complex))
    y = np.linalg.inv(one - c * k_11 - c * c * (k_1l @ x))
    t, r = x @ y, one + (2j / c) * (y - one)
    return Scattering(
        4 * np.abs(t) ** 2, float((np.abs(r) ** 2).sum()), modes.in_valley_k, float(error)
    )
