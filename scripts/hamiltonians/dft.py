"""Solve structures of one set by GPAW, a file for each: needs the environment envs/dft.yaml.

    python scripts/hamiltonians/dft.py --set sige64 --numbers 0:4 --bases bases --folder solved

Files that are there already are left as they are, so that a run that was stopped goes on. The
workflow calls it where the setting `source` is dft.
"""

import argparse
from pathlib import Path

from hamlearn import files, jobs
from hamlearn.hamiltonians import dft_sets


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set", required=True, choices=list(dft_sets.SETS), dest="name")
    parser.add_argument("--numbers", required=True, metavar="FIRST:STOP")
    parser.add_argument("--bases", required=True, type=Path, help="folder; made if missing")
    parser.add_argument("--folder", required=True, type=Path)
    parser.add_argument("--seed", type=int, default=2023)
    given = parser.parse_args()
    numbers = range(*map(int, given.numbers.split(":")))
    made = given.bases if given.bases.is_dir() else dft_sets.bases(given.bases)
    dft_sets.run(given.name, numbers, made, given.folder, given.seed)


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        wildcards = snakemake.wildcards
        numbers = range(int(wildcards.first), int(wildcards.stop))
        with files.atomic(snakemake.output[0]) as folder:
            made = dft_sets.bases(folder / "bases")
            dft_sets.run(wildcards.set, numbers, made, folder, snakemake.params.seed)
elif __name__ == "__main__":
    main()
