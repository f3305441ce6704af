"""Bring the tables of claims in the README up to date with a committed scorecard.

    python scripts/readme_table.py --csv results/paper/claims.csv --readme README.md [--check]

With --check nothing is written, and the exit status is 1 if the README differs.
"""

import argparse
import sys
from pathlib import Path

from hamlearn import files, scorecard


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--csv", type=Path, default=Path("results/paper/claims.csv"))
    parser.add_argument("--readme", type=Path, default=Path("README.md"))
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    options = parser.parse_args(arguments)
    try:
        text = options.readme.read_text(encoding="utf-8")
        renewed = scorecard.put_into(text, scorecard.read(options.csv))
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if renewed == text:
        return 0
    if options.check:
        command = f"python scripts/readme_table.py --csv {options.csv} --readme {options.readme}"
        print(f"{options.readme}: differs from {options.csv}; run {command}", file=sys.stderr)
        return 1
    files.write_text(options.readme, renewed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
