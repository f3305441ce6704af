r"""A network that composes columns like scattering matrices; the physics in them is learned.

Given is what holds for every wire: columns compose in a row, the conductance is a transmission
between two ends, and neither reversal nor mirror of the wire changes it. Couplings, leads and the
action of an on-site energy start as random numbers and are learned from conductances alone.
Beyond Li, Lu, Zhai, Phys. Rev. B 102, 064205, who call their failure on large wires intrinsic.
"""

import logging
import math
from typing import Any

import keras
import numpy as np
from keras import ops

ADAM_OPTIONS = {"schedule": "cosine", "clipnorm": 1.0}
LATTICES = ("free", "uniform")
# TensorFlow warns where the slope of a real number, made complex, becomes real again
logging.getLogger("tensorflow").addFilter(lambda record: "complex64" not in record.getMessage())
BAND_EDGE = 1e-6  # keeps the slope of a lead's surface function finite where a mode opens


def scattering(length: int, width: int, **options: Any) -> keras.Model:
    """Return the network for wires of `length` x `width` sites.

    Train it with `ADAM_OPTIONS` (cosine schedule, clipped gradients).

    Parameters
    ----------
    length, width : int
        Sites along and across transport.
    **options
        Those of :class:`ScatteringWire`, which also gives the number of parameters.

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
    wire = ScatteringWire(name="wire", dtype="float32", **options)
    return keras.Model(onsite, wire(onsite), name=f"scattering_{length}x{width}")


def transfer(trained: keras.Model, length: int, width: int) -> keras.Model:
    """Return a trained network for wires of another size, without further training.

    Only with `lattice="uniform"`, whose parameters know neither length nor width. Couplings over
    distances that the trained wire does not have are zero.

    Parameters
    ----------
    trained : keras.Model
        A network of :func:`scattering`.
    length, width : int
        The new size in sites.

    Returns
    -------
    keras.Model
        As :func:`scattering`; `trained` is left as it is.

    Raises
    ------
    ValueError
        For a network whose lattice is not uniform.
    """
    source = trained.get_layer("wire")
    if source.lattice != "uniform":
        raise ValueError(f"transfer: lattice = {source.lattice!r}, expected 'uniform'")
    model = scattering(length, width, **source.options())
    for old, new in zip(source.weights, model.get_layer("wire").weights, strict=True):
        values = np.zeros(new.shape, dtype=np.float32)
        shared = tuple(slice(0, min(pair)) for pair in zip(old.shape, new.shape, strict=True))
        values[shared] = ops.convert_to_numpy(old)[shared]
        new.assign(values)
    return model


@keras.saving.register_keras_serializable(package="hamlearn")
class ScatteringWire(keras.layers.Layer):
    r"""Conductance of a row of columns by matrix Moebius maps; every matrix is learned.

    Column l with on-site energies :math:`\epsilon_{ly}` becomes a latent d x d matrix,

    .. math:: A_l = M + i\eta + \sum_y f(\epsilon_{ly})\, v_y v_y^T ,

    and columns compose from both ends towards the middle, starting from the leads,

    .. math:: \sigma_l = (A_l - \sigma_{l-1})^{-1} .

    The halves, :math:`\sigma` from one end and :math:`\sigma'` from the other, are joined by

    .. math::
        T = \mathrm{Tr}\,\Gamma' G\, \Gamma G^\dagger, \qquad
        \Gamma = -2\,\mathrm{Im}\,\sigma, \qquad y = e^{-c^2}\, T,

    with :math:`G = (1 - \sigma\sigma')^{-1}`, or :math:`G = (A_m - \sigma - \sigma')^{-1}` where
    there is a middle column m. M is symmetric; f is a network with one hidden layer of tanh, the
    same for every site. Damping :math:`\eta \ge 0` and contrast c make the first outputs smooth in
    the energies and of order one; training removes both.

    The exact recursion (Caroli's formula at the middle of the wire) is one member of this family:
    :math:`f(\epsilon) = E - \epsilon`, M the negative hoppings inside a column, :math:`v_y` the
    unit vectors, :math:`\sigma_0` the self-energy of the lead, :math:`\eta = c = 0`. The latent
    basis is arbitrary: an orthogonal rotation of all matrices leaves every output unchanged.

    Symmetries are exact: all columns share their parameters, and so do both leads (reversal of the
    wire) and a row and its mirror image (mirror). For any parameters 0 <= y <= d, and without
    damping y <= rank of :math:`\mathrm{Im}\,\sigma_0`.

    ``lattice`` says how much of the wire's geometry is given:

    * ``free``: nothing. M, the d x width matrix v, and the lead
      :math:`\sigma_0 = R - \tfrac{i}{2} K K^T` with R, K (d x d) are free, but for the symmetries.
      Parameters for even d = width = W: :math:`W^2 + 2\lfloor (W/2)(W/2+1) \rfloor + 3h + 2`.
    * ``uniform``: rows are equivalent and each couples straight on to the next column,
      :math:`v_y` = unit vectors, :math:`M_{yy'} = m_{|y-y'|}`; a lead continues the wire with one
      learned value of f, :math:`\sigma_0 = (M + f_0 - \sigma_0)^{-1}`. W + 3h + 3 parameters,
      which know no size: see :func:`transfer`.

    Parameters
    ----------
    lattice : {"uniform", "free"}
    latent : int, optional
        Dimension d; the width if not given, as it must be for `uniform`.
    hidden : int
        Hidden units h of f.
    strength : float
        Initial size of f. A small value starts from a nearly clean wire.
    damping : float
        Initial :math:`\eta`.
    spread : float
        Initial size of M and R, in units of the coupling between columns.

    Raises
    ------
    ValueError
        For an unknown lattice, a number out of range or an input that is not (n, length, width).
    """

    def __init__(
        self,
        lattice: str = "uniform",
        latent: int | None = None,
        hidden: int = 16,
        strength: float = 0.5,
        damping: float = 0.2,
        spread: float = 0.5,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        if lattice not in LATTICES:
            raise ValueError(f"scattering: lattice = {lattice!r}, expected one of {LATTICES}")
        for name, value in {"latent": latent, "hidden": hidden}.items():
            if value is not None and value < 1:
                raise ValueError(f"scattering: {name} = {value}, expected at least 1")
        for name, value in {"strength": strength, "damping": damping, "spread": spread}.items():
            if not value >= 0:
                raise ValueError(f"scattering: {name} = {value}, expected at least 0")
        self.lattice, self.latent, self.hidden = lattice, latent, hidden
        self.strength, self.damping, self.spread = strength, damping, spread
        self.supports_jit = keras.config.backend() != "tensorflow"  # whose XLA cannot invert these

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        if len(input_shape) != 3:
            raise ValueError(f"scattering: input {input_shape}, expected (n, length, width)")
        _, self.length, self.width = input_shape
        self.size = d = self.latent or self.width
        small, scale = self.spread / math.sqrt(d), 1 / math.sqrt(d)
        if self.lattice == "uniform":
            if d != self.width:
                raise ValueError(
                    f"scattering: latent = {d} on a uniform lattice, expected {self.width}"
                )
            self._column = np.abs(np.subtract.outer(np.arange(d), np.arange(d)))
            self.column = self._random("column", d, small)
            self.lead_energy = self._constant("lead_energy", 0.0)
        else:
            self._column, self._general = orbits(d, d, symmetric=True), orbits(d, d)
            self._sites = orbits(d, self.width)
            self.column = self._random("column", _count(self._column), small)
            self.sites = self._random("sites", _count(self._sites), scale)
            self.lead_shift = self._random("lead_shift", _count(self._column), small)
            self.contact = self._random("contact", _count(self._general), math.sqrt(2) * scale)
        weight = self.strength / math.sqrt(self.hidden)
        self.slope = self._random("slope", self.hidden, 1.0)
        self.offset = self._random("offset", self.hidden, 1.0)
        self.weight = self._random("weight", self.hidden, weight)
        self.root_damping = self._constant("root_damping", math.sqrt(self.damping))
        self.contrast = self._constant("contrast", math.sqrt(math.log(d)))

    def _random(self, name: str, number: int, scale: float) -> Any:
        draw = keras.initializers.RandomNormal(stddev=scale)
        return self.add_weight(name=name, shape=(number,), initializer=draw)

    def _constant(self, name: str, value: float) -> Any:
        return self.add_weight(
            name=name, shape=(), initializer=keras.initializers.Constant(float(value))
        )

    def call(self, onsite: Any) -> Any:
        half, middle = divmod(self.length, 2)
        action = self.action(onsite)
        ends = (action[:, :half], ops.flip(action[:, half + middle :], axis=1))
        columns = self._damped(self.columns(ops.concatenate(ends, axis=0)))
        sigma = self.lead()
        for number in range(half):
            sigma = ops.inv(columns[:, number] - sigma)
        near, far = ops.split(sigma, 2, axis=0) if half else (sigma[None], sigma[None])
        if middle:
            joined = ops.inv(self._damped(self.columns(action[:, half])) - near - far)
        else:
            joined = ops.inv(ops.eye(self.size, dtype=near.dtype) - ops.matmul(near, far))
        transmission = _transmission(-2 * ops.imag(far), joined, -2 * ops.imag(near))
        return ops.expand_dims(transmission * ops.exp(-ops.square(self.contrast)), -1)

    def _damped(self, columns: Any) -> Any:
        damping = ops.square(self.root_damping) * np.eye(self.size, dtype=self.compute_dtype)
        return _complex(columns, ops.broadcast_to(damping, ops.shape(columns)))

    def action(self, onsite: Any) -> Any:
        """Return f of on-site energies (any shape, in t), in the same shape."""
        hidden = ops.tanh(ops.expand_dims(onsite, -1) * self.slope + self.offset)
        return ops.sum(hidden * self.weight, axis=-1)

    def columns(self, action: Any) -> Any:
        """Return the matrices A without damping (..., d, d) for values of f (..., width)."""
        d, column = self.size, ops.take(self.column, self._column)
        if self.lattice == "uniform":
            return ops.expand_dims(action, -1) * np.eye(d, dtype=self.compute_dtype) + column
        sites = ops.transpose(ops.take(self.sites, self._sites))
        outer = ops.reshape(sites[:, :, None] * sites[:, None, :], (self.width, d * d))
        leading = ops.shape(action)[:-1]
        flat = ops.matmul(ops.reshape(action, (-1, self.width)), outer)
        return ops.reshape(flat, (*leading, d, d)) + column

    def lead(self) -> Any:
        r"""Return the self-energy :math:`\sigma_0` of a lead, complex (d, d)."""
        column = ops.take(self.column, self._column)
        if self.lattice == "free":
            contact = ops.take(self.contact, self._general)
            shift = ops.take(self.lead_shift, self._column)
            return _complex(shift, -0.5 * ops.matmul(contact, ops.transpose(contact)))
        levels, modes = ops.eigh(column)
        half = (levels + self.lead_energy) / 2
        inside = 1 - ops.square(half)
        root = ops.sqrt(ops.maximum(ops.abs(inside), BAND_EDGE))
        is_open = ops.cast(inside > 0, half.dtype)
        real, imaginary = half - (1 - is_open) * ops.sign(half) * root, -is_open * root
        back = ops.transpose(modes)
        return _complex(ops.matmul(modes * real, back), ops.matmul(modes * imaginary, back))

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, int]:
        return (input_shape[0], 1)

    def options(self) -> dict[str, Any]:
        """Return the options of :func:`scattering` that make this layer."""
        names = ("lattice", "latent", "hidden", "strength", "damping", "spread")
        return {name: getattr(self, name) for name in names}

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **self.options()}


def _complex(real: Any, imaginary: Any) -> Any:
    return ops.view_as_complex(ops.stack([real, imaginary], axis=-1))


def _transmission(far: Any, joined: Any, near: Any) -> Any:
    r"""Return :math:`\mathrm{Tr}\,\Gamma' G\,\Gamma G^\dagger` (n,) for real broadenings."""
    parts = (ops.real(joined), ops.imag(joined))
    return sum(
        ops.sum(ops.matmul(ops.matmul(far, part), near) * part, axis=(1, 2)) for part in parts
    )


def orbits(rows: int, columns: int, symmetric: bool = False) -> np.ndarray:
    """Return the number of the free parameter behind each element of a (rows, columns) matrix.

    Elements that the mirror (i, j) -> (rows - 1 - i, columns - 1 - j) exchanges share one
    parameter; with `symmetric`, so do (i, j) and (j, i).
    """
    own = np.arange(rows * columns).reshape(rows, columns)
    images = [own, own[::-1, ::-1]]
    if symmetric:
        images += [image.T for image in images]
    _, index = np.unique(np.min(images, axis=0), return_inverse=True)
    return index.reshape(rows, columns)


def _count(index: np.ndarray) -> int:
    return int(index.max()) + 1
