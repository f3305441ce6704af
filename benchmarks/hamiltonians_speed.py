"""Hamiltonians of alloys of several sizes: seconds of each part, one process, one thread.

    python benchmarks/hamiltonians_speed.py [--repeats 2 3 4 6] [--times 3] [--paper]

Networks are untrained, of the sizes of scale default or, with --paper, of the paper (524,731 and
521,390 parameters, 86 neighbours). Neighbour lists are compared with those of ASE. The paper states
10.5 s for 1728 atoms on a graphics card, beside 4800 s on 96 cores for DFT.
"""

import argparse
import os
import time

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))

import numpy as np
from ase.neighborlist import neighbor_list
from wires_solver import processor

CUTOFF = 7.41
DEFAULT = {
    **{"neighbours": 18, "node": 32, "edge": 64, "orientation": 16},
    **{"filters": 32, "layers": 3, "hidden": 128},
}


def seconds(function, times: int) -> float:
    """Shortest wall time of some calls."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        function()
        found.append(time.perf_counter() - start)
    return min(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, nargs="+", default=[2, 3, 4, 6])
    parser.add_argument("--times", type=int, default=3, help="the shortest time counts")
    parser.add_argument("--paper", action="store_true", help="networks of the paper's sizes")
    given = parser.parse_args()
    from hamlearn.learning import training

    training.configure(threads=1, seed=0)
    from hamlearn.hamiltonians import networks, overlaps, prediction, structures
    from hamlearn.hamiltonians.graph import edges

    widths = {"neighbours": 86} if given.paper else DEFAULT
    pair = [networks.lc_net(outputs, cutoff=CUTOFF, **widths) for outputs in (91, 78)]
    counts = " and ".join(f"{network.count_params():,}" for network in pair)
    print(f"{processor()}, one thread; networks with {counts} parameters")
    print("atoms | edges | list s | of ASE s | frames s | networks s | assembly s | overlaps s")
    for n in given.repeats:
        alloy = structures.alloy((n, n, n), np.random.default_rng(n))
        alloy.positions += 0.04 * np.random.default_rng(0).standard_normal(alloy.positions.shape)
        found, parts = edges(alloy, CUTOFF), []
        for _ in range(given.times):
            parts.append(prediction.of_edges(alloy, found, *pair)[1])
        best = min(parts, key=lambda part: sum(part.values()))
        shown = [
            seconds(lambda alloy=alloy: edges(alloy, CUTOFF), given.times),
            seconds(lambda alloy=alloy: neighbor_list("ijS", alloy, CUTOFF), 1),
            *best.values(),
            seconds(lambda alloy=alloy, found=found: overlaps.overlap(alloy, found), 1),
        ]
        print(f"{len(alloy)} | {len(found)} | " + " | ".join(f"{value:.3g}" for value in shown))


if __name__ == "__main__":
    main()
