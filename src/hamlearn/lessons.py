"""What the studies teach together: errors beside those of predictors that have learned nothing."""

import pandas as pd
import seaborn
from matplotlib.figure import Figure

from hamlearn import plotting
from hamlearn.scorecard import YES
from hamlearn.verdicts import NOT_ATTEMPTED


def compared(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the error of each claim over that of its trivial predictor.

    Parameters
    ----------
    frame : DataFrame
        See :func:`hamlearn.scorecard.scorecard`.

    Returns
    -------
    DataFrame
        Columns: study, claim, ratio, better (of the two: "network" or "trivial predictor"). Judged
        claims of one number alone, of those that have a trivial predictor with an error.
    """
    frame = frame[frame["verdict"] != NOT_ATTEMPTED]
    found = frame.assign(
        study=frame["id"].str.partition(".")[0],
        claim=frame["id"],
        ratio=pd.to_numeric(frame["value"], errors="coerce")
        / pd.to_numeric(frame["trivial"], errors="coerce"),
        better=frame["trivial_better"].map({YES: "trivial predictor"}).fillna("network"),
    )
    found = found[found["ratio"].between(0, float("inf"), inclusive="neither")]
    return found[["study", "claim", "ratio", "better"]].reset_index(drop=True)


@plotting.styled
def draw(frame: pd.DataFrame, scale: str) -> tuple[Figure, pd.DataFrame]:
    """Draw, study by study, the errors of claims over those of their trivial predictors."""
    ratios = compared(frame)
    studies = list(dict.fromkeys(ratios["study"]))
    figure = plotting.figure(plotting.ONE_COLUMN, 0.9 + 0.32 * len(studies), scale)
    axis = figure.subplots()
    axis.set_xscale("log")
    axis.axvline(1, color=plotting.GREY, linewidth=0.8, linestyle="--")
    looks = {"network": (plotting.BLUE, "o"), "trivial predictor": (plotting.RED, "X")}
    for name, (colour, marker) in looks.items():
        own = ratios[ratios["better"] == name]
        style = {"color": colour, "marker": marker, "size": 3, "warn_thresh": 0.3}
        seaborn.swarmplot(own, x="ratio", y="study", order=studies, ax=axis, **style)
        axis.scatter([], [], s=12, color=colour, marker=marker, label=f"{name} ({len(own)})")
    axis.set(ylabel="", xlabel="error / error of the trivial predictor")
    axis.legend(title="smaller error", loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    return figure, ratios
