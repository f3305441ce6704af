"""What every figure shares: one style, widths, colours, panel letters, scale note, and saving.

Letters are those of Arial or Helvetica, as journals ask for, or of a typeface made after them, or
of DejaVu Sans, which comes with Matplotlib; no text is smaller than 6 pt. Whole numbers have thin
gaps between the thousands: :func:`thousands`.

Figures are made without ``pyplot``, so that drawing leaves no global state, needs no display and is
the same in a workflow, a test and a notebook.
"""

import contextlib
import functools
import string
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter

from hamlearn.claims import load
from hamlearn.files import atomic
from hamlearn.typeset import minus as minus
from hamlearn.typeset import thousands as thousands

ONE_COLUMN = 3.4
"""Width of a one-column figure (inch)."""
TWO_COLUMNS = 7.0
"""Width of a two-column figure (inch)."""

# Okabe and Ito's colours, which remain distinct with every common colour blindness
BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, RED, PINK = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
GREY, PALE, FAINT = "#7F7F7F", "#D9D9D9", "#EAF2F8"
COLOURS = (BLUE, ORANGE, GREEN, PINK, SKY, RED, BLACK, YELLOW)
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")

FONTS = ("Arial", "Helvetica", "Liberation Sans", "Nimbus Sans", "DejaVu Sans")
"""Typefaces, best first."""
SMALLEST = 6
"""Size of the smallest text (pt)."""
LETTERS, LINE = 19, 0.1
"""Letters of that size in an inch, or fewer, and the height of a line (inch)."""

STYLE = {
    "font.size": 8,
    "axes.labelsize": 8,
    "axes.titlesize": 8,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7,
    "legend.title_fontsize": 7,
    "mathtext.fontset": "custom",
    "mathtext.cal": "sans",
    "axes.linewidth": 0.6,
    "axes.prop_cycle": mpl.cycler(color=COLOURS),
    "axes.axisbelow": True,
    "grid.color": "#E6E6E6",
    "grid.linewidth": 0.5,
    "lines.linewidth": 1.2,
    "lines.markersize": 3.5,
    "errorbar.capsize": 2,
    "patch.linewidth": 0.6,
    "xtick.direction": "in",
    "ytick.direction": "in",
    "xtick.top": True,
    "ytick.right": True,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "legend.frameon": False,
    "legend.handlelength": 1.6,
    "legend.borderaxespad": 0.4,
    "image.cmap": "viridis",
    "image.interpolation": "nearest",
    "savefig.dpi": 300,
    "figure.dpi": 150,
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
}


@functools.cache
def fonts() -> list[str]:
    """Return those of :data:`FONTS` that are installed: a glyph that one lacks is the next one's.

    Matplotlib would warn of every other one.
    """
    installed = set(font_manager.get_font_names())
    return [name for name in FONTS if name in installed]


@contextlib.contextmanager
def style() -> Iterator[None]:
    """Draw and save in the common style, whatever a matplotlibrc says, and leave no trace."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(STYLE)
        mpl.rcParams.update({"font.family": fonts(), "font.sans-serif": fonts()})
        yield


def styled(draw: Callable) -> Callable:
    """Run a drawing function in the common style, and leave Matplotlib's settings as they were."""

    @functools.wraps(draw)
    def wrapper(*args, **kwargs):
        with style():
            return draw(*args, **kwargs)

    return wrapper


def figure(width: float, height: float, scale: str) -> Figure:
    """Return an empty figure that names its scale in small grey text at the lower right.

    Parameters
    ----------
    width, height : float
        Size in inch; :data:`ONE_COLUMN` and :data:`TWO_COLUMNS` are the widths in use.
    scale : str
        Scale of the run whose results are drawn, ``smoke``, ``default`` or ``paper``, and what
        :func:`hamlearn.stamps.stamp` says beside it, in as many lines as it takes.
    """
    drawing = Figure(figsize=(width, height), layout="constrained")
    lines = textwrap.wrap(f"scale: {scale}", int(LETTERS * width))
    note = (0.01 + LINE * len(lines)) / height
    drawing.get_layout_engine().set(w_pad=0.03, h_pad=0.03, rect=(0, note, 1, 1 - note))
    style = {"ha": "right", "va": "bottom", "size": SMALLEST, "color": GREY, "linespacing": 1.2}
    drawing.text(1 - 0.04 / width, 0.02 / height, "\n".join(lines), **style)
    return drawing


def legend_below(drawing: Figure, *args: object, **style: object) -> None:
    """Add a legend of the whole figure below its panels and above the note of its scale.

    Its lines are long enough that dashes show beside a mark.
    """
    _, note, _, _ = drawing.get_layout_engine().get()["rect"]
    above = note * drawing.get_figheight() * 72 / STYLE["legend.fontsize"]
    style = {"handlelength": 2.6, **style}
    drawing.legend(*args, loc="outside lower center", borderaxespad=above, **style)


def letter(axes: Iterable[Axes]) -> None:
    """Mark panels (a), (b), ... above their upper left corner."""
    for mark, axis in zip(string.ascii_lowercase, axes, strict=False):
        axis.set_title(f"({mark})", loc="left", weight="bold")


def note_empty(axis: Axes, text: str = "not part of this scale") -> None:
    """Say in a panel that there is nothing to draw."""
    axis.text(0.5, 0.5, text, transform=axis.transAxes, ha="center", va="center", color=GREY)


def save(drawing: Figure, frame: pd.DataFrame, output: object) -> None:
    """Write a figure as PDF and PNG (300 dpi), and what is drawn as CSV, each atomically.

    Parameters
    ----------
    drawing : matplotlib.figure.Figure
        The figure; artists marked as rasterised become one 300-dpi image in the PDF.
    frame : pandas.DataFrame
        The drawn values; written with five significant digits.
    output : object
        Has the paths ``pdf``, ``png``, ``csv`` as attributes or as keys.
    """
    paths = {
        kind: Path(output[kind] if isinstance(output, Mapping) else getattr(output, kind))
        for kind in ("pdf", "png", "csv")
    }
    with style():
        # without dates and versions the same values give the same bytes
        for kind, metadata in (("pdf", {"CreationDate": None}), ("png", {"Software": None})):
            with atomic(paths[kind]) as temporary:
                drawing.savefig(temporary, format=kind, dpi=300, metadata=metadata)
    with atomic(paths["csv"]) as temporary:
        frame.to_csv(temporary, index=False, float_format="%.5g")


def largest_training_set(metrics: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of each family and ensemble that were trained on most samples."""
    most = metrics.groupby(["family", "trained_on"])["n_train"].transform("max")
    return metrics[metrics["n_train"] == most]


def over_seeds(
    frame: pd.DataFrame, by: Sequence[str], values: Sequence[str] = ("mae",)
) -> pd.DataFrame:
    """Return mean and sample standard deviation of columns over the other rows of equal ``by``.

    Returns
    -------
    pandas.DataFrame
        Columns ``by``, then ``<value>`` (mean) and ``<value>_sd`` (0 for a single row) for each
        value, and ``seeds`` (number of rows); sorted by ``by``. Rows whose first value is not
        finite do not count.
    """
    finite = frame[np.isfinite(frame[values[0]].astype(float))]
    groups = finite.groupby(list(by), sort=True, dropna=False)
    columns = {}
    for value in values:
        columns[value] = groups[value].mean()
        columns[f"{value}_sd"] = groups[value].std(ddof=1).fillna(0.0)
    columns["seeds"] = groups.size()
    return pd.DataFrame(columns).reset_index()


def seeds_in_words(numbers: Iterable[int]) -> str:
    """Return over how many seeds points are drawn, such as `mean ± s.d. of 3 seeds`."""
    found = sorted(set(map(int, numbers)))
    if not found or found[-1] == 1:
        return "1 seed"
    numbers = str(found[0]) if len(found) == 1 else f"{found[0]} to {found[-1]}"
    return f"mean ± s.d. of {numbers} seeds"


def count(number: int, noun: str) -> str:
    """Return a number with its noun, such as `1 seed` or `3 seeds`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def paper_values(claims: str | Path) -> dict[str, object]:
    """Return the values that a ledger of claims states, by id."""
    ledger = load(claims)
    entries = (*ledger.settings, *ledger.results)
    return {entry.id: entry.value for entry in entries if entry.value is not None}


def series(place: int, label: str) -> dict[str, str]:
    """Return colour, marker and label of the curve at some place of a family of curves."""
    return {
        "color": COLOURS[place % len(COLOURS)],
        "marker": MARKERS[place % len(MARKERS)],
        "label": label,
    }


def errorbar(axis: Axes, x: Sequence, mean: Sequence, sd: Sequence, **style) -> None:
    """Draw a line of means with bars of one standard deviation where there is one."""
    (line,) = axis.plot(x, mean, **style)
    spread = np.asarray(sd, dtype=float)
    if (spread > 0).any():
        style = {"linestyle": "none", "elinewidth": 0.8, "zorder": line.get_zorder()}
        axis.errorbar(x, mean, yerr=spread, color=line.get_color(), **style)


def marks(axis: Axes, x: Sequence, y: Sequence, label: str, **style) -> None:
    """Draw grey horizontal marks, this project's sign for a predictor that has learned nothing."""
    defaults = {"color": GREY, "markersize": 13, "markeredgewidth": 1.8, "zorder": 1.5}
    axis.plot(x, y, linestyle="", marker="_", label=label, **{**defaults, **style})


def stated(axis: Axes, x: Sequence, y: Sequence, label: str = "paper", **style) -> None:
    """Draw open red diamonds, this project's sign for a value that the paper states."""
    defaults = {"color": RED, "markersize": 4.5, "markeredgewidth": 0.9, "zorder": 4}
    style = {"linestyle": "", "marker": "D", "markerfacecolor": "none", **defaults, **style}
    axis.plot(x, y, label=label, **style)


BAND = Patch(color=GREY, alpha=0.3, linewidth=0, label="range over seeds")
"""Legend entry for the bands of :func:`ranged`."""


def ranged(axis: Axes, x: Sequence, y: Sequence, least: Sequence, most: Sequence, **style) -> None:
    """Draw a line in front of a pale band, from the least to the most over the seeds."""
    (line,) = axis.plot(x, y, **style)
    band = {"alpha": 0.2, "linewidth": 0, "zorder": line.get_zorder() - 1}
    axis.fill_between(x, least, most, color=line.get_color(), **band)


LATE = (
    Line2D([], [], color=GREY, linewidth=3, alpha=0.4, label="range over late epochs and seeds"),
    Line2D([], [], color=GREY, linestyle="", marker="o", label="mean of late epochs"),
    Line2D([], [], color=GREY, linestyle="", marker="o", markerfacecolor="w", label="last epoch"),
)
"""Legend entries for :func:`late_errors`."""


def late_errors(axis: Axes, errors: pd.DataFrame, looks: Mapping[str, Sequence[str]]) -> None:
    """Draw errors of networks in rows: mean and range over late epochs, and after the last one.

    Parameters
    ----------
    errors : DataFrame
        By run: late_mae, late_least, late_most and mae.
    looks : mapping
        From run to name, colour and marker.
    """
    for place, row in enumerate(errors.itertuples()):
        _, colour, marker = looks[row.Index]
        style = {"color": colour, "marker": marker, "linestyle": ""}
        axis.plot([row.late_least, row.late_most], [place] * 2, color=colour, lw=3, alpha=0.4)
        axis.plot(row.mae, place, markerfacecolor="w", **style)
        axis.plot(row.late_mae, place, label=row.Index, **style)
    axis.set_yticks(range(len(errors)), [looks[run][0] for run in errors.index])
    axis.set_ylim(len(errors) - 0.5, -0.5)


def square_map(axis: Axes, values: np.ndarray, side: float, **style) -> object:
    """Draw values [i, j] at (x_i, y_j) of a square sheet, its side in a, and return the image."""
    extent = (-side / 2, side / 2, -side / 2, side / 2)
    return axis.imshow(values.T, **{"origin": "lower", "extent": extent, **style})


def inset_map(axis: Axes, bounds: Sequence[float], heights: np.ndarray, side: float) -> None:
    """Draw a height map in a, with its colour bar, inside a panel at (x, y, width, height)."""
    inset = axis.inset_axes(bounds)
    image = square_map(inset, heights, side, vmin=0)
    inset.set(xticks=[], yticks=[], anchor="W")
    bar = height_bar(image)
    bar.ax.tick_params(labelsize=6, pad=1.5)
    bar.ax.yaxis.label.set(size=6)


def height_bar(image: object) -> object:
    """Draw the colour bar of a height map in a, as high as the map, and return it."""
    place = image.axes.inset_axes([1.05, 0, 0.06, 1])
    bar = image.figure.colorbar(image, cax=place, ticks=MaxNLocator(4), label="$z$ ($a$)")
    bar.ax.tick_params(length=1.5, direction="out")
    return bar


def log_axis(axis: Axis) -> None:
    """Make an axis logarithmic, with plain numbers at 1, 2 and 5 of each decade, or closer."""
    axis.axes.set(**{f"{axis.axis_name}scale": "log"})
    low, high = axis.get_view_interval()
    axis.set_major_locator(LogLocator(subs=(1, 2, 5) if high > 5 * low else (1, 1.5, 2, 3, 5, 7)))
    axis.set_major_formatter("{x:g}")
    axis.set_minor_formatter(NullFormatter())


def parity(
    axis: Axes,
    true: np.ndarray,
    predicted: np.ndarray,
    upper: float,
    line_above: bool = True,
    **style,
) -> object:
    """Draw predicted against true conductance as rasterised points, with the red line y = x.

    Parameters
    ----------
    true, predicted : ndarray, shape (n,)
        Conductance in G0.
    upper : float
        Upper limit of both axes in G0. Points outside are drawn at the frame.
    line_above : bool
        Whether the line covers the points, or they it.

    Returns
    -------
    matplotlib.collections.PathCollection
        The points, to which a colour bar can refer.
    """
    lower = -0.03 * upper
    points = axis.scatter(
        np.clip(true, lower, upper),
        np.clip(predicted, lower, upper),
        **{"s": 1.0, "linewidths": 0, "rasterized": True, "clip_on": False, "zorder": 2, **style},
    )
    axis.plot(
        [lower, upper], [lower, upper], color=RED, linewidth=0.9, zorder=3 if line_above else 1
    )
    axis.set(xlim=(lower, upper), ylim=(lower, upper), aspect="equal")
    for direction in (axis.xaxis, axis.yaxis):
        direction.set_major_locator(MaxNLocator(5, integer=True))
    return points


def point_area(number: int) -> float:
    """Return the area (square points) of the marks of a scatter plot, smaller for many points."""
    return float(np.clip(4000 / max(number, 1), 0.5, 3.0))
