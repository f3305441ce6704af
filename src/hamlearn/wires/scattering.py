r"""A network that composes columns like scattering matrices; the physics in them is learned.

Given are three things that hold for every wire: columns compose in a row, the conductance is a
transmission between two ends, and it does not change under reversal and mirror of the wire. The
Hamiltonian, the lead modes and the action of an on-site energy start as random numbers and are
learned from conductances alone. Goes beyond Li, Lu, Zhai, Phys. Rev. B 102, 064205.
"""

import math
from typing import Any

import keras
import numpy as np
from keras import ops

FIT_OPTIONS = {
    "batch": 64,
    "learning_rate": 0.01,
    "schedule": "cosine",
    "clipnorm": 1.0,
    "loss": "mse",
}
SHARING = ("none", "distance")
LEADS = ("free", "chain")


def scattering(length: int, width: int, **options: Any) -> keras.Model:
    """Return the network for wires of `length` x `width` sites.

    Train it with the settings of `FIT_OPTIONS` (Adam, cosine schedule, clipped gradients).

    Parameters
    ----------
    length, width : int
        Sites along and across transport.
    **options
        Those of :class:`ScatteringWire`.

    Returns
    -------
    keras.Model
        From on-site energies (n, length, width), in t, to the conductance (n, 1), in G0.

    Raises
    ------
    ValueError
        For a wire without sites, or an option that is unknown or out of range.
    """
    if min(length, width) < 1:
        raise ValueError(f"scattering: wire of {length}x{width} sites, expected at least 1x1")
    onsite = keras.Input((length, width), name="onsite")
    return keras.Model(
        onsite, ScatteringWire(**options)(onsite), name=f"scattering_{length}x{width}"
    )


@keras.saving.register_keras_serializable(package="hamlearn")
class ScatteringWire(keras.layers.Layer):
    r"""Conductance of a row of columns by matrix Moebius maps, all matrices learned.

    Column l with on-site energies :math:`\epsilon_{ly}` becomes a latent d x d matrix,

    .. math:: A_l = M + i\eta + \sum_y f(\epsilon_{ly})\, v_y v_y^T ,

    and columns compose from both ends towards the middle, from the lead
    :math:`\sigma_0 = R - \tfrac{i}{2} K K^T`,

    .. math:: \sigma_l = (A_l - \sigma_{l-1})^{-1} .

    The two halves, :math:`\sigma` from the left and :math:`\sigma'` from the right, with
    :math:`\Gamma = -2\,\mathrm{Im}\,\sigma`, are joined by

    .. math::
        T = \mathrm{Tr}\,\Gamma' G\, \Gamma G^\dagger, \qquad
        G = (1 - \sigma\sigma')^{-1}\ \text{or, around a middle column,}\
        (A_m - \sigma - \sigma')^{-1}, \qquad y = e^{-c^2}\, T .

    The exact recursion (Caroli's formula at the middle of the wire) is the member with
    :math:`f(\epsilon) = E - \epsilon`, M the negative hoppings inside a column, :math:`v_y` the
    unit vectors, :math:`\sigma_0` the self-energy of the lead and :math:`\eta = c = 0`.
    Since :math:`\mathrm{Im}\,\sigma \le 0` for any parameters, 0 <= y <= min(d, rank of K) holds
    without damping, and 0 <= y <= d always.

    Learned: f, a network of one hidden layer, the same for every site; M and R, symmetric; v and
    K; damping :math:`\eta \ge 0` and contrast :math:`c`, which make the first outputs smooth and
    of the right size and are learned away. The same parameters serve every column
    (translation along the wire), both leads (reversal), and a site and its mirror image
    (mirror), so reversal and mirror invariance are exact.

    Parameters
    ----------
    latent : int, optional
        Dimension d of the latent matrices; the width if not given.
    hidden : int
        Hidden units of f.
    sharing : {"none", "distance"}
        `none`: every element of M and v is free, but for symmetry; `distance`: elements depend on
        the distance between two rows only, the weight sharing of a convolution (d = width).
    leads : {"free", "chain"}
        `free`: R and K are free; `chain`: the lead is a semi-infinite row of columns with one
        learned f, :math:`\sigma_0 = (A_0 - \sigma_0)^{-1}` with :math:`A_0 = M + f_0 v v^T`.
        With `distance` and `chain` the parameters know no width: see :func:`transfer`.
    strength : float
        Initial size of f; small values start from a nearly clean wire.
    damping : float
        Initial :math:`\eta`.
    spread : float
        Initial size of M and R, in units of the coupling between columns.

    Raises
    ------
    ValueError
        For an unknown choice, a number out of range or an input that is not (n, length, width).
    """

    def __init__(
        self,
        latent: int | None = None,
        hidden: int = 16,
        sharing: str = "none",
        leads: str = "free",
        strength: float = 0.5,
        damping: float = 0.2,
        spread: float = 0.5,
        **kwargs: Any,
    ):
        super().__init__(**{"name": "scattering_wire", "dtype": "float32", **kwargs})
        if sharing not in SHARING:
            raise ValueError(f"scattering: sharing = {sharing!r}, expected one of {SHARING}")
        if leads not in LEADS:
            raise ValueError(f"scattering: leads = {leads!r}, expected one of {LEADS}")
        if hidden < 1 or (latent is not None and latent < 1):
            raise ValueError(
                f"scattering: hidden = {hidden}, latent = {latent}, expected at least 1"
            )
        if min(strength, damping, spread) < 0:
            raise ValueError(
                f"scattering: strength = {strength}, damping = {damping}, spread = {spread}, "
                "expected at least 0"
            )
        self.latent, self.hidden, self.sharing, self.leads = latent, hidden, sharing, leads
        self.strength, self.damping, self.spread = strength, damping, spread

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        if len(input_shape) != 3:
            raise ValueError(f"scattering: input {input_shape}, expected (n, length, width)")
        _, self.length, self.width = input_shape
        self.size = d = self.latent or self.width
        if self.sharing == "distance" and d != self.width:
            raise ValueError(
                f"scattering: latent = {d} with sharing by distance, expected {self.width}"
            )
        scale = 1 / math.sqrt(d)
        if self.sharing == "distance":
            self._column = np.abs(np.subtract.outer(np.arange(d), np.arange(d)))
            self._sites = None
        else:
            self._column, self._sites = orbits(d, d, True), orbits(d, self.width, False)
        self.column = self._random("column", self._column, self.spread * scale)
        if self._sites is not None:
            self.sites = self._random("sites", self._sites, scale)
        if self.leads == "free":
            self._shift, self._contact = orbits(d, d, True), orbits(d, d, False)
            self.shift = self._random("lead_shift", self._shift, self.spread * scale)
            self.contact = self._random("lead_contact", self._contact, math.sqrt(2) * scale)
        else:
            self.reservoir = self._weight("lead_energy", (), 0.0)
        self.slope = self._weight("energy_slope", (self.hidden,), 1.0, random=True)
        self.offset = self._weight("energy_offset", (self.hidden,), 1.0, random=True)
        self.weight = self._weight(
            "energy_weight", (self.hidden, 1), self.strength / math.sqrt(self.hidden), random=True
        )
        self.root_damping = self._weight("root_damping", (), math.sqrt(self.damping))
        self.contrast = self._weight("contrast", (), math.sqrt(math.log(d)))

    def _weight(self, name: str, shape: tuple, scale: float, random: bool = False) -> Any:
        draw = keras.initializers.RandomNormal(stddev=scale)
        fixed = keras.initializers.Constant(scale)
        return self.add_weight(name=name, shape=shape, initializer=draw if random else fixed)

    def _random(self, name: str, index: np.ndarray, scale: float) -> Any:
        return self._weight(name, (int(index.max()) + 1,), scale, random=True)

    def call(self, onsite: Any) -> Any:
        complex_type = "complex128" if self.compute_dtype == "float64" else "complex64"
        one = np.eye(self.size, dtype=complex_type)
        half, rest = divmod(self.length, 2)
        action = self.energy(onsite)
        left, right = action[:, :half], ops.flip(action[:, half + rest :], axis=1)
        damping = ops.cast(ops.square(self.root_damping), complex_type) * (1j * one)
        ends = ops.concatenate([left, right], axis=0)
        columns = ops.cast(self.columns(ends), complex_type) + damping
        sigma = ops.cast(self.lead(complex_type), complex_type)
        if half == 0:
            near = far = sigma[None]
        else:
            for number in range(half):
                sigma = ops.inv(columns[:, number] - sigma)
            near, far = ops.split(sigma, 2, axis=0)
        if rest:
            middle = ops.cast(self.columns(action[:, half]), complex_type) + damping
            joined = ops.inv(middle - near - far)
        else:
            joined = ops.inv(one - ops.matmul(near, far))
        transmission = _transmission(-2 * ops.imag(far), joined, -2 * ops.imag(near))
        return ops.expand_dims(transmission * ops.exp(-ops.square(self.contrast)), -1)

    def energy(self, onsite: Any) -> Any:
        """Return f of on-site energies (..., in t), the same shape."""
        hidden = ops.tanh(ops.expand_dims(onsite, -1) * self.slope + self.offset)
        return ops.matmul(hidden, self.weight)[..., 0]

    def columns(self, action: Any) -> Any:
        """Return the latent matrices M + sum_y f_y v_y v_y^T (..., d, d) for f (..., width)."""
        d = self.size
        if self._sites is None:
            return ops.expand_dims(action, -1) * np.eye(d, dtype=self.compute_dtype) + ops.take(self.column, self._column)
        sites = ops.transpose(ops.take(self.sites, self._sites))
        outer = ops.reshape(sites[:, :, None] * sites[:, None, :], (self.width, d * d))
        leading = ops.shape(action)[:-1]
        flat = ops.matmul(ops.reshape(action, (-1, self.width)), outer)
        return ops.reshape(flat, (*leading, d, d)) + ops.take(self.column, self._column)

    def lead(self, complex_type: str = "complex64") -> Any:
        """Return the self-energy of a lead, complex (d, d)."""
        if self.leads == "free":
            contact = ops.take(self.contact, self._contact)
            width = ops.matmul(contact, ops.transpose(contact))
            return ops.cast(ops.take(self.shift, self._shift), complex_type) - 0.5j * ops.cast(
                width, complex_type
            )
        clean = self.columns(self.reservoir * np.ones(self.width, dtype=self.compute_dtype))
        energies, modes = ops.eigh(clean)
        half = energies / 2
        squared = 1 - ops.square(half)
        root = ops.sqrt(ops.maximum(ops.abs(squared), 1e-6))
        open_mode = ops.cast(squared > 0, half.dtype)
        real = half - (1 - open_mode) * ops.sign(half) * root
        value = ops.cast(real, complex_type) - 1j * ops.cast(open_mode * root, complex_type)
        modes = ops.cast(modes, complex_type)
        return ops.matmul(modes * value, ops.transpose(modes))

    def compute_output_shape(self, input_shape: tuple) -> tuple:
        return (input_shape[0], 1)

    def get_config(self) -> dict[str, Any]:
        names = ("latent", "hidden", "sharing", "leads", "strength", "damping", "spread")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


def _transmission(far: Any, joined: Any, near: Any) -> Any:
    r"""Return :math:`\mathrm{Tr}\,\Gamma' G\,\Gamma G^\dagger` (n,) of real broadenings (n, d, d)."""
    parts = (ops.real(joined), ops.imag(joined))
    return sum(
        ops.sum(ops.matmul(ops.matmul(far, part), near) * part, axis=(1, 2)) for part in parts
    )


def orbits(rows: int, columns: int, symmetric: bool) -> np.ndarray:
    """Return the number of the free parameter behind each element of a (rows, columns) matrix.

    Elements that the mirror (i, j) -> (rows - 1 - i, columns - 1 - j) exchanges share one
    parameter, and with `symmetric` also (i, j) and (j, i).
    """
    own = np.arange(rows * columns).reshape(rows, columns)
    images = [own, own[::-1, ::-1]]
    if symmetric:
        images += [image.T for image in images]
    _, index = np.unique(np.min(images, axis=0), return_inverse=True)
    return index.reshape(rows, columns)


def transfer(trained: keras.Model, length: int, width: int) -> keras.Model:
    """Return the trained network for wires of another size, without further training.

    Only for `sharing="distance"` with `leads="chain"`, whose parameters know no size; couplings at
    distances that the trained wire does not have are zero. Raises ValueError otherwise.
    """
    source = trained.get_layer("scattering_wire")
    if (source.sharing, source.leads) != ("distance", "chain"):
        raise ValueError(
            f"transfer: sharing = {source.sharing}, leads = {source.leads}; "
            "expected distance and chain"
        )
    model = scattering(length, width, **_options(source))
    target = model.get_layer("scattering_wire")
    for old, new in zip(source.weights, target.weights, strict=True):
        values = np.zeros(new.shape, dtype=np.float32)
        common = tuple(slice(0, min(a, b)) for a, b in zip(old.shape, new.shape, strict=True))
        values[common] = ops.convert_to_numpy(old)[common]
        new.assign(values)
    return model


def _options(layer: ScatteringWire) -> dict[str, Any]:
    names = ("hidden", "sharing", "leads", "strength", "damping", "spread")
    return {name: getattr(layer, name) for name in names}
