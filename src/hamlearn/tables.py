"""What the tables share: numbers with their spread over seeds, and Markdown."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd


def number(value: object, digits: int = 3) -> str:
    """Return a number with some significant digits, text as it is, '' for nothing or NaN.

    Whole numbers keep all digits, those from 10 000 on with commas; lists become 'a, b'.
    """
    if isinstance(value, list | tuple | np.ndarray):
        return ", ".join(number(entry, digits) for entry in value)
    if isinstance(value, str):
        return value
    if value is None or pd.isna(value):
        return ""
    if float(value).is_integer() or abs(value) >= 10**digits:
        return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.0f}"
    return f"{value:.{digits}g}"


def spreads(frame: pd.DataFrame, column: str, decimals: int = 3) -> list[str]:
    """Return a column as text, mean ± standard deviation (``<column>_sd``) where there is one."""
    shown = []
    for mean, sd in zip(frame[column], frame[f"{column}_sd"], strict=True):
        spread = f" ± {sd:.{decimals}f}" if sd > 0 else ""
        shown.append(f"{mean:.{decimals}f}{spread}" if np.isfinite(mean) else "")
    return shown


def one_line(text: str) -> str:
    """Return a text of several lines as one."""
    return " ".join(filter(None, (line.strip() for line in text.splitlines())))


def rows(header: Sequence[str], cells: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown: each row one line, whatever its cells hold."""
    lines = [header, ["---"] * len(header), *cells]
    shown = ([one_line(cell).replace("|", r"\|") for cell in line] for line in lines)
    return "\n".join("| " + " | ".join(line) + " |" for line in shown)


def markdown(title: str, note: str, shown: pd.DataFrame, columns: Mapping[str, str]) -> str:
    """Return a page of Markdown: title, a paragraph, and the named columns under their headers."""
    cells = [[number(row[name]) for name in columns] for row in shown.to_dict("records")]
    return "\n".join([f"# {title}", "", note, "", rows(list(columns.values()), cells), ""])
