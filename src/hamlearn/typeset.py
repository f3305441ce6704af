"""Text of ledgers as a page sets it: superscripts, units, signs and powers of ten."""

import html
import re

_RAISED = str.maketrans("0123456789+-nwLWN", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿʷᴸᵂᴺ", "() ")
_PLAIN_POWERS = range(-2, 6)  # written out, others as a power of ten
_SIGNS = (
    (r"(?:\b|(?<=\d))e2/h\b", "e²/h"),
    (r"\bG0\b", "G₀"),
    (r"\bangstrom\b", "Å"),
    (r"\beps\b", "ε"),
    (r"\+-", "±"),
    (r"<=", "≤"),
    (r">=", "≥"),
    (r"(?<=[\dN)]) x (?=[\dN(])", " × "),
    (r"(?<=\d)x(?=\d)", "×"),
    (r"(?<![\w.)])-(?=\d)|(?<=\b\w )-(?= \w)|(?<= )-(?= \d)", "−"),
)
_NO_UNIT = ("", "-", "none", "count")


def thousands(number: float) -> str:
    """Return a whole number with thin gaps between the thousands."""
    return f"{number:,.0f}".replace(",", "\N{THIN SPACE}")


def minus(text: str) -> str:
    """Return a text whose hyphens are signs with minus signs for them."""
    return text.replace("-", "\N{MINUS SIGN}")


def typeset(text: str) -> str:
    """Return text as it is set: 2^16 as 2¹⁶, 2e2/h as 2e²/h, 3 x 3 as 3 × 3, 1.5e-07 as a power."""
    text = re.sub(r"\^(\([\w ]+\)|[+-]?\w+)", _superscript, text)
    for pattern, sign in _SIGNS:
        text = re.sub(pattern, sign, text)
    text = re.sub(r"\b(\d+(?:\.\d+)?)e([+-]?\d+)\b", _power, text)
    return re.sub(r"\b([A-Z]_[A-Z']+|[a-z]')(?!\w)", lambda found: found[1].replace("'", "′"), text)


def _power(found: re.Match) -> str:
    factor, exponent = found[1], int(found[2])
    if exponent in _PLAIN_POWERS:
        return f"{float(found[0]):.10g}"
    raised = str(exponent).translate(_RAISED)
    return f"10{raised}" if float(factor) == 1 else f"{factor} × 10{raised}"


def _superscript(found: re.Match) -> str:
    raised = found[1].translate(_RAISED)
    return found[0] if re.search(r"[A-Za-z_]", raised) else raised


def with_unit(value: str, unit: str) -> str:
    """Return a value with its unit, or nothing for no value."""
    return f"{value} {unit}" if value and unit not in _NO_UNIT else value


def markup(text: str) -> str:
    """Return text as it is set, in HTML that Markdown takes too: escaped, indices as subscripts."""
    escaped = html.escape(typeset(text), quote=False)
    return re.sub(r"\b([A-Za-z])_([A-Za-z]+′?(?:[A-Z]′?)*)(?!\w)", r"\1<sub>\2</sub>", escaped)
