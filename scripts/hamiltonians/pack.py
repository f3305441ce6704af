"""Pack what scripts/hamiltonians/dft.py solved into one archive.

    python scripts/hamiltonians/pack.py --material sige --solved solved/sige64_*.npz \\
        --output data/hamiltonians_sige64.npz
"""

import argparse
import re
from pathlib import Path

from hamlearn import jobs
from hamlearn.hamiltonians import dft, dft_sets


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--solved", nargs="+", type=Path, required=True)
    parser.add_argument("--material", required=True, choices=list(dft.SETTINGS))
    parser.add_argument("--output", type=Path, required=True)
    given = parser.parse_args()
    dft_sets.pack(given.solved, given.output, given.material)


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        material = re.match("[a-z]+", snakemake.wildcards.set)[0]
        paths = [path for folder in snakemake.input for path in Path(folder).glob("*.npz")]
        dft_sets.pack(paths, Path(snakemake.output[0]), material)
elif __name__ == "__main__":
    main()
