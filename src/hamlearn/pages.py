"""Web pages from templates, and the tables of the studies as pages: browsers download a CSV."""

import re
from collections.abc import Sequence
from pathlib import Path

import jinja2

from hamlearn import files

TEMPLATES = Path(__file__).parent / "templates"


def write(tables: Sequence[str | Path], folder: str | Path) -> None:
    """Write each of the studies' Markdown tables as ``<name>.html`` into a folder, made anew."""
    with files.atomic(folder) as temporary:
        temporary.mkdir()
        for path in map(Path, tables):
            shown = page(path.read_text(encoding="utf-8"))
            (temporary / f"{path.stem}.html").write_text(shown, encoding="utf-8")


def page(markdown: str) -> str:
    """Return a table's Markdown as one HTML page that needs no other file.

    Expects what the studies write: a title, a paragraph, and a table. Raises ValueError if a row
    has more or fewer cells than the heading.
    """
    title, note, *lines = filter(None, markdown.splitlines())
    title = title.lstrip("# ")
    header, _, *rows = (_cells(line) for line in lines)
    for number, row in enumerate(rows, start=1):
        if len(row) != len(header):
            raise ValueError(f"{title}: row {number} has {len(row)} cells, expected {len(header)}")
    return render("table.html.j2", title=title, note=note, header=header, rows=rows)


def render(template: str, **values: object) -> str:
    """Return a page from one of the templates; text among the values is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    return environment.get_template(template).render(values)


def _cells(line: str) -> list[str]:
    cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
    return [cell.strip().replace(r"\|", "|").replace(" ± ", "\u00a0±\u00a0") for cell in cells]
