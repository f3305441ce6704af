"""Exact solver of p6 bands against the paper's way: milliseconds per cell, one process, one thread.

    python benchmarks/bands_solver.py [--cells 20] [--repeats 3] [--lanczos 6]

Cells are random fields of the training law, 100 x 100 pixels; bands are the seven lowest on the
paper's grids of the triangle Γ-K-K'. The time is CPU time, the shortest of the repeats. The paper's
way, finite differences and Lanczos (App. G), solves each k point by itself: it is timed on some of
the 79, and their mean counts 79 times. "error" is the difference from the same solver with 5,200
instead of 2,450 plane waves, 290 instead of 180 of them not folded; "folded" the untrained
Hamiltonian of 37 folded waves, with the root mean square of its error for six bands.
"""

import argparse
import os
import time

os.environ.update(
    dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
)

import numpy as np
from wires_solver import processor

from hamlearn.bands import brillouin, ensemble, folding, solver, waves

FINER = waves.Cutoff(9.0, 38.0)
DIVISIONS = {22: 5, 79: 11, 821: 39}


def cells(number: int) -> np.ndarray:
    """Images uint8 (n, 100, 100) of random fields of the training law."""
    law = ensemble.RandomField()
    rng = np.random.default_rng(1912)
    return ensemble.images(rng.normal(size=(number, len(law.spread))) * law.spread)


def seconds(function, repeats: int) -> float:
    """Shortest CPU seconds of some calls."""
    found = []
    for _ in range(repeats):
        start = time.process_time()
        function()
        found.append(time.process_time() - start)
    return min(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=int, default=20)
    parser.add_argument("--repeats", type=int, default=3, help="the shortest time counts")
    parser.add_argument("--lanczos", type=int, default=6, help="k points of the paper's way")
    given = parser.parse_args()
    v = cells(given.cells)
    print(f"{processor()}, one thread, one process; CPU time of 7 bands of one cell")
    solver.solve(v[:1], brillouin.grid(3))  # tables of plane waves, once a process
    own = {}
    for points, divisions in DIVISIONS.items():
        k = brillouin.grid(divisions)
        some = v if points < 100 else v[: max(1, given.cells // 5)]
        own[points] = seconds(lambda k=k, some=some: solver.bands(some, k), given.repeats)
        own[points] /= len(some)
        print(f"{points:>10} k points, exact {own[points] * 1e3:10.1f} ms")
    levels = seconds(lambda: solver.levels(v), given.repeats) / len(v)
    print(f"  levels and irreps at Γ, K and M {levels * 1e3:8.1f} ms")
    k = brillouin.grid(DIVISIONS[79])
    chosen = k[:: max(1, len(k) // given.lanczos)][: given.lanczos]
    once = [seconds(lambda q=q: solver.bands_lanczos(v[:1], q[None]), 1) for q in chosen]
    paper = np.mean(once) * len(k)
    print(f"        79 k points, paper's way {paper * 1e3:8.0f} ms ({np.mean(once):.2f} s each)")
    print(f"   paper's way / exact, 79 points {paper / own[79]:8.0f}")
    error = np.abs(solver.bands(v, k) - solver.solve(v, k, cutoff=FINER).bands)
    print(f"      error, largest and mean {error.max():8.1e} {error.mean():8.1e} V_max")
    apart = solver.bands_lanczos(v[:1], chosen[:2]) - solver.bands(v[:1], chosen[:2])
    print(f"          paper's way - exact {apart.min():8.1e} to {apart.max():8.1e} V_max")
    k = brillouin.grid(DIVISIONS[22])
    folded = np.linalg.eigvalsh(folding.hamiltonian(v, k))[..., :6]
    rms = np.sqrt(np.mean((folded - solver.bands(v, k, 6)) ** 2))
    spent = seconds(lambda: np.linalg.eigvalsh(folding.hamiltonian(v, k)), given.repeats) / len(v)
    print(f"        22 k points, folded {spent * 1e3:13.1f} ms, rms {rms:.1e} V_max")


if __name__ == "__main__":
    main()
