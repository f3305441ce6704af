"""Tables as web pages."""

import re

import pandas as pd
import pytest

from hamlearn import pages, tables

FRAME = pd.DataFrame({"name": ["a < b", "c"], "error": ["0.1 ± 0.01", None]})
COLUMNS = {"name": "network", "error": "MAE"}


@pytest.fixture
def markdown():
    return tables.markdown("Errors", "In 2e²/h; scale: smoke.", FRAME, COLUMNS)


def cells(page, tag):
    return re.findall(rf"<{tag}[^>]*>(.*?)</{tag}>", page)


def test_a_page_has_title_note_and_every_cell(markdown):
    page = pages.page(markdown)
    assert cells(page, "h1") == ["Errors"]
    assert cells(page, "p") == ["In 2e²/h; scale: smoke."]
    assert cells(page, "th") == ["network", "MAE"]
    assert cells(page, "td") == ["a &lt; b", "0.1\u00a0±\u00a00.01", "c", ""]


def test_a_page_needs_nothing_from_outside(markdown):
    assert not re.search(r"https?:|//|src=|url\(|@import|<link", pages.page(markdown))


def test_pipes_and_bold_words_of_a_cell_are_kept():
    page = pages.page("# T\n\nnote\n\n| a | b |\n|---|---|\n| \\|x\\| | **no** |\n")
    assert cells(page, "td") == ["|x|", "<b>no</b>"]


def test_no_cell_breaks_its_row():
    frame = pd.DataFrame({"name": ["a\nb | c\r\n d"], "error": ["0.1\u00a0 ± 1"]})
    shown = tables.markdown("T", "note", frame, COLUMNS)
    assert shown.endswith("\n| a b \\| c d | 0.1\u00a0 ± 1 |\n")
    assert cells(pages.page(shown), "td")[0] == "a b | c d"


def test_a_row_that_does_not_fit_its_heading_is_refused(markdown):
    with pytest.raises(ValueError, match="Errors: row 3 has 3 cells, expected 2"):
        pages.page(markdown + "| d | e | f |\n")


def test_every_table_becomes_a_page_and_old_pages_go(markdown, tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.md").write_text(markdown, encoding="utf-8")
    for names in (["one", "two"], ["two"]):
        pages.write([tmp_path / f"{name}.md" for name in names], tmp_path / "pages")
        assert sorted(path.stem for path in (tmp_path / "pages").iterdir()) == names
