"""Exact solver against Kwant: seconds per (sample, energy) in one process, on one thread.

    python benchmarks/wires_solver.py [--repeats 3]

Kwant's system of each size is built and finalized once, outside the timing. Both solve the same
on-site energies; the time is CPU time, the shortest of the repeats, taken in turns. Ten energies
are those of the paper's bias window (±0.02, ±0.06, ±0.10, ±0.14, ±0.18 t), one energy is E = 0.
"complex" is the plain batched recursion, one complex inverse per column; "difference" the largest
one between solver and Kwant, in G0; "re-solved" counts what the real recursion could not solve.
"""

import argparse
import os
import platform
import time
from pathlib import Path

os.environ.update(
    dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
)

import numpy as np

from hamlearn.transport.kwant_square import kwant_system
from hamlearn.transport.square import transmission_recursive
from hamlearn.wires.solver import conductance, conductance_kwant, solve

BIAS = np.linspace(-0.18, 0.18, 10)
#: size, model, energies, samples for the solver, samples for Kwant
CASES = (
    (3, "I", [0.0], 20000, 20),
    (5, "I", [0.0], 8000, 20),
    (10, "I", [0.0], 2000, 20),
    (20, "I", [0.0], 400, 12),
    (24, "II", BIAS, 40, 1),
    (40, "II", [0.0], 60, 6),
    (40, "II", BIAS, 40, 1),
)


def processor() -> str:
    """Name of the processor, as the system gives it."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def samples(size: int, model: str, n: int) -> np.ndarray:
    """`n` samples (n, size, size) in t: model I (w = 4), or II with concentrations over 0..1."""
    rng = np.random.default_rng(size)
    if model == "I":
        return rng.uniform(-2, 2, (n, size, size))
    concentration = (np.arange(n) + 0.5) / n
    return 5.0 * (rng.random((n, size, size)) < concentration[:, None, None])


def recursive(onsite: np.ndarray, energies) -> None:
    """The plain batched complex recursion, in batches that fit the cache."""
    batch = max(1, 60000 // onsite[0].size)
    for energy in energies:
        for i in range(0, len(onsite), batch):
            transmission_recursive(onsite[i : i + batch], float(energy))


def seconds(function, onsite, energies) -> float:
    """CPU seconds per (sample, energy) of one call."""
    start = time.process_time()
    function(onsite, energies)
    return (time.process_time() - start) / (len(onsite) * len(energies))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3, help="the shortest time counts")
    repeats = parser.parse_args().repeats
    print(f"{processor()}, one thread, one process; CPU microseconds per (sample, energy)")
    print(
        f"{'size':>7} {'model':>5} {'energies':>8} {'solver':>9} {'complex':>9} {'Kwant':>9}"
        f" {'Kwant/solver':>12} {'difference':>10} {'re-solved':>9}"
    )
    for size, model, energies, n, n_kwant in CASES:
        onsite = samples(size, model, n)
        few = onsite[: n // 4 : max(1, n // 4 // n_kwant)][:n_kwant]
        kwant_system(size, size)
        ours = recursion = kwant = np.inf
        for _ in range(repeats):
            kwant = min(kwant, seconds(conductance_kwant, few, energies))
            ours = min(ours, seconds(conductance, onsite, energies))
            recursion = min(recursion, seconds(recursive, onsite[::4], energies))
        solution = solve(onsite, energies)
        difference = np.abs(conductance(few, energies) - conductance_kwant(few, energies)).max()
        print(
            f"{size:>3}x{size:<3} {model:>5} {len(energies):>8} {ours * 1e6:9.1f}"
            f" {recursion * 1e6:9.1f} {kwant * 1e6:9.0f} {kwant / ours:12.0f} {difference:10.1e}"
            f" {solution.resolved.sum():9d}"
        )


if __name__ == "__main__":
    main()
