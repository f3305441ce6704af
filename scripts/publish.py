"""Judge the published results, and bring scorecard, README.md and pages in docs/ up to date.

Published figures are kept in 256 colours: they look the same in a third of the size.

    python scripts/publish.py [--check]

With --check nothing is written, and the exit status is 1 if a file would change.
"""

import argparse
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import yaml
from PIL import Image

from hamlearn import claims, commands, files, lessons, scorefiles

SCALE = "paper"


COLOURS = 256


def unpacked(root: Path) -> list[Path]:
    """Return the published figures that have more colours than they need."""
    found = []
    for path in sorted((root / "results" / SCALE).glob("*/figures/*.png")):
        with Image.open(path) as picture:
            if picture.mode != "P":
                found.append(path)
    return found


def pack(path: Path) -> None:
    """Keep a figure in few colours."""
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(COLOURS, kmeans=1, dither=Image.Dither.NONE)
        resolution = picture.info["dpi"]
    with files.atomic(path) as temporary:
        few.save(temporary, "PNG", optimize=True, dpi=resolution)


def card_of(root: Path) -> scorefiles.Card:
    """Judge the evidence of every study that is published."""
    results = root / "results" / SCALE
    studies = yaml.safe_load((root / "config.yaml").read_text(encoding="utf-8"))["studies"]
    published = [study for study in studies if (results / study / "evidence.json").is_file()]
    return scorefiles.gather(
        [root / "claims" / f"{study}.yaml" for study in published],
        [results / study / "evidence.json" for study in published],
        SCALE,
        [path for study in published for path in results.glob(f"{study}/figures/*.png")],
    )


def texts(root: Path, card: scorefiles.Card) -> dict[Path, str]:
    """Return every text that follows from the published evidence, with its content."""
    results = root / "results" / SCALE
    readme, page, taught = root / "README.md", root / "docs/claims.md", root / "docs/lessons.md"
    examples = {name: scorefiles.learned(card, name, taught.parent) for name in claims.LESSONS}
    return {
        results / "lessons.csv": lessons.compared(card.frame).to_csv(index=False),
        results / "claims.csv": card.csv(),
        results / "claims.md": card.md(),
        results / "claims.html": card.html(results),
        readme: _renewed(readme, {"summary": scorefiles.summary(card)}),
        page: _renewed(page, {"claims": scorefiles.in_words(card, page.parent)}),
        taught: _renewed(taught, examples),
    }


def _renewed(page: Path, blocks: Mapping[str, str]) -> str:
    text = page.read_text(encoding="utf-8")
    try:
        for name, block in blocks.items():
            text = scorefiles.put_into(text, name, block)
    except ValueError as error:
        raise ValueError(f"{page}: {error}") from None
    return text


def _without_thumbnails(text: str) -> str:
    return re.sub(r"data:image/png;base64,[^)]*", "", text)  # versions of zlib pack differently


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).parent.parent)
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    options = parser.parse_args(arguments)
    try:
        large = unpacked(options.root)
        card = card_of(options.root)
        made = texts(options.root, card)
        if large and not options.check:
            for path in large:
                pack(path)
            card = card_of(options.root)
            made = texts(options.root, card)
        old = {path: path.read_text(encoding="utf-8") if path.exists() else "" for path in made}
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    changed = [
        path for path in made if _without_thumbnails(made[path]) != _without_thumbnails(old[path])
    ]
    if options.check:
        changed += large
        for path in changed:
            print(
                f"{path}: not what the results say; run python scripts/publish.py", file=sys.stderr
            )
        return int(bool(changed))
    for path, text in made.items():
        files.write_text(path, text)
    drawing, _ = lessons.draw(card.frame, SCALE)
    commands.save(drawing, options.root / "results" / SCALE / "lessons.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
