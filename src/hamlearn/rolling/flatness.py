"""How flat accuracy is against the degree of rolling, network by network."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import pandas as pd

from hamlearn.rolling import measures
from hamlearn.rolling.plan import SECTIONS, images
from hamlearn.rolling.statistics import NETWORK
from hamlearn.rolling.targets import CLASS
from hamlearn.study import Inputs

OWN = "own"
COLUMNS = (*NETWORK, "trained_at", "points", "difference", "se", "slope", "slope_se", "invariant")


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Return flatness of each network, see :func:`hamlearn.rolling.measures.flatness`.

    Parameters
    ----------
    inputs : Inputs
        The table `statistics`.
    settings : mapping
        Source and side of the images of `plain` and `pipeline`.

    Returns
    -------
    DataFrame
        The columns `COLUMNS`. trained_at: `own` for networks that are tested on images rolled as
        those they are trained on, a network for each chi, or the chi that one network is trained
        with and then tested at all. Without a chi on either side there is no row.
    """
    table = inputs.tables["statistics"]
    table = table[table["target"] == CLASS]
    sides = {images(settings, section): settings[section]["side"] for section in SECTIONS}
    found = []
    for key, rows in table.groupby(list(NETWORK), dropna=False, sort=False):
        described = dict(zip(NETWORK, key, strict=True))
        for trained_at, points in _series(rows):
            flat = measures.flatness(
                points["chi"], points["accuracy"], points["accuracy_se"], sides[key[0]]
            )
            row = {**described, "trained_at": trained_at, "points": len(points)}
            found.append({**row, **asdict(flat), "invariant": flat.invariant})
    whole = pd.DataFrame(found, columns=list(COLUMNS))
    return whole[whole["difference"].notna()].reset_index(drop=True)


def _series(table: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    yield OWN, table[table["chi"] == table["chi_trained"]]
    for chi, points in table.groupby("chi_trained"):
        yield str(chi), points
