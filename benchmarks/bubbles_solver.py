"""Exact solver against plain Kwant: seconds per sample in one process, on one thread.

    python benchmarks/bubbles_solver.py [--repeats 2] [--side 200]

A sample is a flake with its own bubbles and energy, of the law of the paper. All solve for the
four valley-resolved transmissions and count the modes of the leads. Kwant is used as in a plain
script: the system is built, and a scalar hopping function called for every bond; `build` is the
time for the first, `MUMPS` and `SciPy` that to solve with either sparse solver of Kwant. Times are
CPU times, the shortest of the repeats, taken in turns; "difference" is the largest one between any
component of the solver and of Kwant, in 2e²/h.
"""

import argparse
import os
import platform
import time

os.environ.update(
    dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
)

import numpy as np
from kwant.solvers import sparse

from hamlearn.bubbles import timing
from hamlearn.learning.provenance import cpu_model
from hamlearn.transport import brickwall

PAPER_SIDE = 200
WINDOW = 0.631764  # t, the first 50 subbands of a ribbon 200 a wide
#: energy as a share of the window, number of bubbles
CASES = ((0.2, 2), (0.5, 5), (0.8, 10))


def bubbles(number: int, side: int) -> np.ndarray:
    """`number` Gaussians (N, 5) within Table II, in a, scaled with the side of the flake."""
    rng = np.random.default_rng(number)
    low, high = np.array([[0, 10], [5, 20], [5, 20], [-60, 60], [-60, 60]]).T
    return rng.uniform(low, high, (number, 5)) * side / PAPER_SIDE


def load() -> str:
    """Number of running processes, averaged over a minute, where the system gives it."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=2, help="the shortest time counts")
    parser.add_argument("--side", type=int, default=PAPER_SIDE, help="of the flake, in a")
    arguments = parser.parse_args()
    columns, rows = brickwall.shape(arguments.side, arguments.side)
    print(
        f"{cpu_model() or platform.machine()}, load {load()}, one thread, one process; "
        f"{columns * rows} sites; CPU seconds per sample"
    )
    print(
        f"{'energy':>7} {'bubbles':>7} {'solver':>7} {'build':>7} {'MUMPS':>7} {'SciPy':>7}"
        f" {'MUMPS/solver':>12} {'SciPy/solver':>12} {'difference':>10}"
    )
    clock = time.process_time
    for share, number in CASES:
        problem = (bubbles(number, arguments.side), share * WINDOW, arguments.side)
        ours = build = mumps = scipy = np.inf
        for _ in range(arguments.repeats):
            seconds, found = timing.exact(*problem, clock=clock)
            ours = min(ours, seconds)
            building, solving, by_mumps = timing.plain_kwant(*problem, clock=clock)
            build, mumps = min(build, building), min(mumps, solving)
            building, solving, by_scipy = timing.plain_kwant(*problem, sparse=sparse, clock=clock)
            build, scipy = min(build, building), min(scipy, solving)
        difference = max(np.abs(found - other).max() for other in (by_mumps, by_scipy))
        print(
            f"{share * WINDOW:7.3f} {number:7d} {ours:7.3f} {build:7.2f} {mumps:7.2f} {scipy:7.2f}"
            f" {(build + mumps) / ours:12.1f} {(build + scipy) / ours:12.1f} {difference:10.1e}",
            flush=True,
        )


if __name__ == "__main__":
    main()
