"""Conductance of a map of on-site energies of your own, by the networks of its size or exactly.

    python scripts/wires/predict.py --onsite map.csv --exact --energies=-0.18:0.18:10

docs/own-data.md says what a map holds, and what the table.
"""

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import offset_copy

from hamlearn import commands, maps, plotting, trained
from hamlearn.wires import plan, prediction

APART = 4.5
"""Between the marks of networks at one energy, in pt."""


def options(add) -> None:
    add("--onsite", required=True, metavar="FILE", help="text or .npy, in t; rows run along x")
    add("--energies", metavar="LOW:HIGH:COUNT",
        help="of --exact, in t, or E1,E2,... (0); with = before a negative one")  # fmt: skip


def energies_of(chosen) -> np.ndarray:
    """Return the energies (m,) of the exact solver, in t."""
    if chosen.energies and not chosen.exact:
        raise ValueError("--energies: of --exact alone; networks know the energy of their training")
    return maps.energies(chosen.energies or "0")


def by_networks(onsite: np.ndarray, found: list[trained.Trained]) -> list[pd.DataFrame]:
    """Return what networks of the size of a wire say, in the order of the study."""
    prediction.check_shape(found, onsite.shape)
    for ensemble in dict.fromkeys(one.known.study.ensembles[one.run.trained_on] for one in found):
        commands.warn(prediction.unlike(onsite, ensemble))
    commands.start_keras()
    groups = trained.by_group(found, lambda run: run.name)
    return [prediction.predicted(onsite, group) for group in groups]


def exactly(onsite: np.ndarray, energies: np.ndarray, found: list) -> list[pd.DataFrame]:
    """Return the exact conductance, averaged over the bias too if a network predicts that."""
    tables = [prediction.exact(onsite, energies)]
    averaged = [one for one in found if one.run.target == plan.BIAS_CONDUCTANCE]
    if averaged:
        tables.append(prediction.exact_average(onsite, averaged[0].known.study.settings))
    return tables


@plotting.styled
def draw(frame: pd.DataFrame, onsite: np.ndarray, scale: str):
    """Draw (a) the on-site energies, and (b) conductances, with the networks' errors as bars.

    Averages over the bias have no energy; they stand in a column of their own.
    """
    figure = plotting.figure(plotting.ONE_COLUMN, 4.6, scale)
    upper, lower = figure.subplots(2, 1, height_ratios=[1, 1.15])
    extent = (0.5, len(onsite) + 0.5, 0.5, onsite.shape[1] + 0.5)
    image = upper.imshow(onsite.T, origin="lower", extent=extent, cmap="viridis")
    figure.colorbar(image, ax=upper, label="on-site energy ($t$)", aspect=12)
    upper.set(xlabel="$x$ (sites, along the current)", ylabel="$y$ (sites)")
    for axis in (upper.xaxis, upper.yaxis):
        axis.set_major_locator(MaxNLocator(5, integer=True))
    low, high, aside = _places(frame["energy_t"])
    frame = frame.assign(place=frame["energy_t"].fillna(aside))
    _conductances(lower, frame)
    bars = frame["test_mae_g0"].fillna(0)
    ends = (frame["conductance_g0"] - bars).min(), (frame["conductance_g0"] + bars).max()
    room = max(0.06 * (ends[1] - ends[0]), 0.05)
    lower.set(xlabel="$E$ ($t$)", ylabel="$G$ ($2e^2/h$)")
    lower.set_ylim(ends[0] - room, ends[1] + room)
    right = frame["place"].max()
    room = max(0.08 * (right - low), 0.02)
    lower.set_xlim(low - room, right + room)
    if right > high:
        lower.axvline((high + aside) / 2, color=plotting.GREY, linewidth=0.5)
        ticks = [place for place in MaxNLocator(4).tick_values(low, high) if low <= place <= high]
        words = [plotting.minus(f"{place:g}") for place in ticks]
        lower.set_xticks([*ticks, aside], [*words, "bias\naverage"])
    title = "bars: mean error on test samples" if bars.any() else None
    look = {"ncols": 2, "columnspacing": 1, "fontsize": 6, "title": title, "title_fontsize": 6}
    figure.legend(loc="outside upper center", **look)
    plotting.letter([upper, lower])
    return figure


def _places(energies: pd.Series) -> tuple[float, float, float]:
    """Return the lowest and the highest energy, and where averages over the bias stand."""
    known = energies.dropna()
    low, high = (known.min(), known.max()) if len(known) else (0.0, 0.0)
    return low, high, high + max(0.25 * (high - low), 0.05)


def _conductances(axis, frame: pd.DataFrame) -> None:
    """Draw the exact curve, the exact average, and a mark for each network beside the other."""
    exact = frame["source"] == prediction.EXACT
    curve = frame[exact & frame["energy_t"].notna()].sort_values("energy_t")
    style = {"color": plotting.BLACK, "linewidth": 0.9, "marker": "."}
    if len(curve):
        axis.plot(curve["place"], curve["conductance_g0"], label="exact", **style)
    rest = frame[exact & frame["energy_t"].isna()]
    axis.plot(rest["place"], rest["conductance_g0"], **{**style, "linestyle": ""})
    networks = frame[~exact]
    groups = networks.groupby("place")["place"]
    shifts = APART * (groups.cumcount() - (groups.transform("size") - 1) / 2)
    for number, (row, shift) in enumerate(zip(networks.itertuples(), shifts, strict=True)):
        place = offset_copy(axis.transData, axis.figure, x=shift, units="points")
        look = {"linestyle": "", **plotting.series(number, row.source)}
        bar = None if np.isnan(row.test_mae_g0) else row.test_mae_g0
        axis.errorbar(row.place, row.conductance_g0, yerr=bar, transform=place, **look)


def predict(chosen) -> None:
    energies = energies_of(chosen)
    onsite = maps.read(chosen.onsite)
    found = commands.networks(chosen, "wires", prediction.names(onsite.shape))
    tables = exactly(onsite, energies, found) if chosen.exact else []
    tables += by_networks(onsite, found) if found else []
    frame = pd.concat(tables, ignore_index=True)
    commands.deliver(chosen, frame, lambda: draw(frame, onsite, trained.scale_of(found)))


def main(arguments: list[str] | None = None) -> None:
    commands.main("wires", __doc__, options, predict, arguments)


if __name__ == "__main__":
    main()
