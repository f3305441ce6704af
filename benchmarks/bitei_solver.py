"""Seconds to solve a noisy crystal of `bitei`, part by part, beside the reference.

python benchmarks/bitei_solver.py --samples 20
"""

import argparse
import time

import numpy as np

from hamlearn.bitei import ensemble, gap, path, reference, solver, wilson
from hamlearn.bitei.lattice_sum import Crystal
from hamlearn.bitei.plan import EnsemblePlan


def timed(function, crystals):
    """Return seconds of the process for each crystal, and what the function says of each."""
    start = time.process_time()
    found = [function(one) for one in crystals]
    return (time.process_time() - start) / len(crystals), found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=20)
    number = parser.parse_args().samples
    plan = EnsemblePlan(name="strong", test=number, delta=0.25)
    drawn = ensemble.draw(plan, 2020)
    crystals = list(drawn.crystals())
    summed = [Crystal(one, drawn.vectors) for one in crystals]
    parts = {
        "smallest gap around A": (lambda c: gap.minimum(c, path.OCCUPIED, "a"), summed),
        "smallest gap in the zone": (lambda c: gap.minimum(c, path.OCCUPIED, "zone"), summed),
        "Z2 of one plane": (lambda c: wilson.invariant(c, path.OCCUPIED, 0.5), summed),
        "phase": (lambda c: solver.phase(c, drawn.vectors, region="a").label, crystals),
        "reference": (lambda c: reference.phase(c, drawn.vectors, path.OCCUPIED).label, crystals),
    }
    said = {}
    for name, (function, given) in parts.items():
        seconds, said[name] = timed(function, given)
        print(f"{name:26s} {1e3 * seconds:8.1f} ms")
    same = np.mean(np.array(said["phase"]) == np.array(said["reference"]))
    print(f"phases as of the reference: {100 * same:.0f} % of {number}")


if __name__ == "__main__":
    main()
