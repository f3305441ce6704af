"""Flakes solved at once against one by one: seconds per sample in one process.

    python benchmarks/bubbles_batched.py [--library jax] [--samples 8] [--side 200]

Wall times, the second run of two (the first one compiles); each run counts the modes of the leads
afresh. On a CPU all libraries use one thread; JAX takes a GPU if it finds one. "difference" is the
largest one between any component of the two, in 2e²/h.
"""

import argparse
import os
import time

os.environ.update(
    dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NPROC"), "1")
)

import numpy as np
from bubbles_solver import WINDOW, bubbles, load

from hamlearn.bubbles import solver
from hamlearn.learning.provenance import cpu_model
from hamlearn.transport import brickwall


def library(name: str) -> tuple[object, str]:
    """The module that computes, in double precision, and the device that it uses."""
    if name == "numpy":
        return np, cpu_model()
    import jax

    jax.config.update("jax_enable_x64", True)
    device = jax.devices()[0]
    return jax.numpy, cpu_model() if device.platform == "cpu" else device.device_kind


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--library", default="jax", choices=["numpy", "jax"])
    parser.add_argument("--samples", type=int, default=8, help="solved at once")
    parser.add_argument("--side", type=int, default=200, help="of the flakes, in a")
    arguments = parser.parse_args()
    xp, device = library(arguments.library)
    energies = np.linspace(0.05, 0.95, arguments.samples) * WINDOW
    flakes = [bubbles(3, arguments.side)] * arguments.samples
    square = (arguments.side, arguments.side)

    def timed(solve) -> tuple[float, np.ndarray]:
        for _ in range(2):
            brickwall.lead_modes.cache_clear()
            start = time.perf_counter()
            found = np.array([one.valley[0] for one in solve()])
            seconds = (time.perf_counter() - start) / arguments.samples
        return seconds, found

    pairs = list(zip(flakes, energies, strict=True))
    alone, by_one = timed(lambda: [solver.transmission(*pair, *square) for pair in pairs])
    at_once, by_all = timed(lambda: solver.transmissions(flakes, energies, *square, xp=xp))
    print(
        f"{arguments.samples} flakes of {square[0]} a, {arguments.library}: {device}, load {load()}"
    )
    print(
        f"one by one {alone:.3f} s, at once {at_once:.3f} s a sample, one by one / at once "
        f"{alone / at_once:.3g}, difference {np.abs(by_one - by_all).max():.1e}"
    )


if __name__ == "__main__":
    main()
