"""Judge the published results, and bring their scorecard, README.md and docs/claims.md up to date.

    python scripts/publish.py [--check]

With --check nothing is written, and the exit status is 1 if a file would change.
"""

import argparse
import re
import sys
from pathlib import Path

import yaml

from hamlearn import files, scorefiles

SCALE = "paper"


def texts(root: Path) -> dict[Path, str]:
    """Return every file that follows from the published evidence, with its content."""
    results = root / "results" / SCALE
    studies = yaml.safe_load((root / "config.yaml").read_text(encoding="utf-8"))["studies"]
    published = [study for study in studies if (results / study / "evidence.json").is_file()]
    card = scorefiles.gather(
        [root / "claims" / f"{study}.yaml" for study in published],
        [results / study / "evidence.json" for study in published],
        SCALE,
        [path for study in published for path in results.glob(f"{study}/figures/*.png")],
    )
    readme, page = root / "README.md", root / "docs" / "claims.md"
    return {
        results / "claims.csv": card.csv(),
        results / "claims.md": card.md(),
        results / "claims.html": card.html(results),
        readme: _renewed(readme, "summary", scorefiles.summary(card)),
        page: _renewed(page, "claims", scorefiles.in_words(card, page.parent)),
    }


def _renewed(page: Path, name: str, block: str) -> str:
    try:
        return scorefiles.put_into(page.read_text(encoding="utf-8"), name, block)
    except ValueError as error:
        raise ValueError(f"{page}: {error}") from None


def _without_thumbnails(text: str) -> str:
    return re.sub(r"data:image/png;base64,[^)]*", "", text)  # versions of zlib pack differently


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).parent.parent)
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    options = parser.parse_args(arguments)
    try:
        made = texts(options.root)
        old = {path: path.read_text(encoding="utf-8") if path.exists() else "" for path in made}
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    changed = [
        path for path in made if _without_thumbnails(made[path]) != _without_thumbnails(old[path])
    ]
    if options.check:
        for path in changed:
            print(
                f"{path}: not what the results say; run python scripts/publish.py", file=sys.stderr
            )
        return int(bool(changed))
    for path, text in made.items():
        files.write_text(path, text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
