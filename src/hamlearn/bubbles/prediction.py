"""Conductance against energy of a sheet of one's own, by trained networks and exactly.

The networks are those of :mod:`hamlearn.bubbles.own`: they know the flake that they were trained
for, and state a 90 % interval. Conductances in 2e²/h, energies in t, lengths in a.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from tqdm import tqdm

from hamlearn.bubbles import solver
from hamlearn.bubbles.sheet import Sheet
from hamlearn.transport import brickwall

if TYPE_CHECKING:
    import keras

BATCH = 256


@dataclass(frozen=True)
class Flake:
    """The flake that a network was trained for, read off its layers.

    Attributes
    ----------
    side : float
        Of the square, in a.
    pixels : int
        Of the height map, along each side.
    decay : float
        3.37 of eq. (2).
    window : float
        Largest energy, in t.
    """

    side: float
    pixels: int
    decay: float
    window: float

    @classmethod
    def of(cls, network: "keras.Model", path: str | Path) -> "Flake":
        """Return the flake of a network; raise ValueError if it does not say."""
        from hamlearn.bubbles import own

        try:
            layers = own.one_orientation(network)
        except ValueError as error:
            words = f"{path}: expected a network `own` or `staircase`, got {network.name}"
            raise ValueError(words) from error
        bonds, pixels = layers.get_layer("bonds"), network.input["heights"].shape[1]
        return cls(bonds.side, pixels, bonds.decay, layers.get_layer("condition").window)

    def modes(self, energies: np.ndarray) -> np.ndarray:
        """Return the number of open modes 2n + 1 of the leads, (m,)."""
        thresholds = brickwall.thresholds_of_flake(self.side)
        return 1 + 2 * (energies[:, None] > thresholds).sum(axis=1)

    def check(self, energies: np.ndarray) -> None:
        """Raise ValueError for an energy outside the window."""
        outside = energies[(energies <= 0) | (energies > self.window)]
        if len(outside):
            raise ValueError(
                f"energies: {outside[0]:g} t is outside the window 0 < E <= {self.window:g} t "
                "of the network"
            )


def load(paths: Sequence[Path]) -> tuple[list["keras.Model"], Flake]:
    """Read networks of one and the same flake; raise ValueError if they are of several."""
    from hamlearn.bubbles import networks as trained

    networks = [trained.load(path) for path in paths]
    flakes = [Flake.of(network, path) for network, path in zip(networks, paths, strict=True)]
    for flake, path in zip(flakes, paths, strict=True):
        if flake != flakes[0]:
            raise ValueError(f"{path}: trained for {flake}, but {paths[0]} for {flakes[0]}")
    return networks, flakes[0]


def curve(networks: Sequence["keras.Model"], heights: np.ndarray, modes, energies) -> pd.DataFrame:
    """Return what networks say of one height map at some energies.

    Parameters
    ----------
    networks : sequence of keras.Model
        Equal but for their seeds.
    heights : array (pixels, pixels) in a
    modes, energies : arrays (m,)

    Returns
    -------
    DataFrame
        energy_t, modes; conductance_g0, low_g0 and high_g0 (90 % interval), each the mean over
        the networks; least_g0 and most_g0, the range of what the networks predict.
    """
    found = np.stack([_apply(network, heights, modes, energies) for network in networks])
    middle = found[:, :, 0]
    conductance, low, high = found.mean(axis=0).T
    columns = {"energy_t": energies, "modes": modes, "conductance_g0": conductance}
    columns |= {"low_g0": low, "high_g0": high}
    return pd.DataFrame({**columns, "least_g0": middle.min(0), "most_g0": middle.max(0)})


def _apply(network: "keras.Model", heights, modes, energies) -> np.ndarray:
    """Return median and ends of the interval, (m, 3)."""
    from hamlearn.bubbles import inputs

    found = []
    for start in range(0, len(energies), BATCH):
        energy, number = (np.float32(v[start : start + BATCH, None]) for v in (energies, modes))
        maps = np.repeat(np.float32(heights)[None], len(energy), axis=0)
        arrays = {"heights": maps, "energy": energy, "modes": number}
        found.append(network.predict_on_batch(inputs.wanted(network, arrays)))
    return np.concatenate(found).astype(float)


def exact(sheet: Sheet, flake: Flake, energies: np.ndarray) -> np.ndarray:
    """Return the exact conductance of a sheet between flat leads, (m,), in 2e²/h.

    Raises what :func:`hamlearn.bubbles.solver.transmission_of_surface` does.
    """
    solver.checked_energies(energies)  # before any of them is solved
    size = (flake.side, flake.side)
    found = [
        solver.transmission_of_surface(sheet.heights, energy, *size, decay=flake.decay).total[0]
        for energy in tqdm(energies.tolist(), desc="exact", unit="energy", disable=None)
    ]
    return np.array(found)
