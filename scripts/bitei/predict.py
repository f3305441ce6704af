"""Phase of a crystal of your own from its hoppings, by the trained networks or exactly.

    python scripts/bitei/predict.py --hoppings wannier90_hr.dat --occupied 12 --exact

docs/own-data.md says what a file holds, and what the table.
"""

import numpy as np
import pandas as pd

from hamlearn import commands, plotting, trained
from hamlearn.bitei import own_file, prediction, solver

COLOURS = dict(zip(solver.LABELS, plotting.COLOURS, strict=False))
NAMES = {**dict(zip(solver.LABELS, solver.LABELS, strict=True)), "weyl": "Weyl semimetal"}


def options(add) -> None:
    add("--hoppings", required=True, metavar="FILE", help="wannier90_hr.dat, or npz")
    add("--occupied", type=int, default=12, metavar="N", help="bands below the gap (default 12)")
    add("--spins", choices=own_file.SPINS, default=own_file.SPINS[0], help="order of the orbitals")
    add("--tolerance", type=float, default=own_file.TOLERANCE, metavar="EV",
        help="of broken symmetries, which are averaged away (default %(default)g)")  # fmt: skip


def read(chosen) -> tuple[np.ndarray, np.ndarray]:
    """Return hoppings that are hermitian and symmetric under time reversal, and their vectors."""
    if not chosen.tolerance > 0:
        raise ValueError(f"--tolerance {chosen.tolerance:g}: expected an energy above 0")
    vectors, crystal = own_file.read(chosen.hoppings, chosen.spins)
    solver.check_occupied(chosen.occupied, crystal.shape[-1])
    crystal, missed = own_file.symmetric(crystal, vectors, chosen.tolerance)
    commands.warn(f"{chosen.hoppings}: {words}" for words in missed)
    return crystal, vectors


def by_networks(crystal: np.ndarray, vectors: np.ndarray, found: list) -> list[pd.DataFrame]:
    """Return what networks say of a crystal, those of one architecture and ensemble together."""
    ensembles = [one.known.study.ensembles[one.run.trained_on] for one in found]
    for ensemble in dict.fromkeys(ensembles):
        words = prediction.unlike(crystal, vectors, ensemble)
        commands.warn(f"ensemble `{ensemble.name}`: {text}" for text in words)
    commands.start_keras()
    groups = trained.by_group(found, lambda run: run.group)
    return [prediction.predicted(crystal, vectors, group) for group in groups]


@plotting.styled
def draw(frame: pd.DataFrame, lines: pd.DataFrame, occupied: int, scale: str):
    """Draw bands along lines through the smallest gap, and what networks say of the phase."""
    exact = frame[frame["source"] == "exact"]
    said = frame[frame["source"] != "exact"]
    height = 2.3 + (0.75 + 0.16 * len(said) if len(said) else 0)
    figure = plotting.figure(plotting.ONE_COLUMN, height, scale)
    upper = figure
    if len(said):
        upper, lower = figure.subfigures(2, 1, height_ratios=[2.1, height - 2.1])
        _shares(lower.subplots(), said)
        lower.legend(loc="outside upper center", ncols=3, columnspacing=1)
    axes = upper.subplots(1, 3, sharey=True)
    plotting.letter([*axes, *(lower.axes if len(said) else ())])
    reach = lines["step"].max()
    for number, axis in enumerate(axes, start=1):
        for band, line in lines[lines["axis"] == number].groupby("band"):
            colour = plotting.BLUE if band <= occupied else plotting.ORANGE
            label = {occupied: "occupied", occupied + 1: "empty"}.get(band)
            axis.plot(line["step"], line["energy_ev"], color=colour, label=label)
        axis.set(xlabel=rf"$\kappa_{number}$ from the gap", xlim=(-reach, reach))
        axis.set_xticks([-reach / 2, 0, reach / 2])
        axis.xaxis.set_major_formatter("{x:g}")
    axes[0].set_ylabel("energy (eV)")
    words = in_words(exact.iloc[0]) if len(exact) else None
    handles = axes[0].get_legend_handles_labels()
    upper.legend(*handles, loc="outside upper center", ncols=2, title=words, title_fontsize=8)
    return figure


def in_words(row) -> str:
    """Return the exact phase with its gap."""
    closed = row.gap_ev < solver.CLOSED
    gap = "closed" if closed else f"of {1000 * row.gap_ev:.3g} meV"
    return f"exact: {NAMES.get(row.phase, row.phase)}, gap {gap}"


def _shares(axis, said: pd.DataFrame) -> None:
    """Draw the mean probabilities of each phase, a row for each group of networks."""
    left = np.zeros(len(said))
    for (label, colour), hatch in zip(COLOURS.items(), ("", "", "////"), strict=True):
        share = said[f"p_{label}"].to_numpy()
        style = {"facecolor": colour, "height": 0.7, "edgecolor": "w", "linewidth": 0.4}
        axis.barh(range(len(said)), share, left=left, hatch=hatch, label=NAMES[label], **style)
        left += share
    axis.set_yticks(range(len(said)), said["source"].str.replace("_", " "))
    axis.set(xlim=(0, 1), ylim=(len(said) - 0.4, -0.6), xlabel="mean probability")
    axis.tick_params(axis="y", length=0)


def predict(chosen) -> None:
    crystal, vectors = read(chosen)
    given, occupied = (crystal, vectors), chosen.occupied
    unfit = prediction.unfit(crystal, occupied)
    found = commands.networks(chosen, "bitei", prediction.names, unfit)
    tables = [prediction.exact(*given, occupied)] if chosen.exact else []
    tables += by_networks(*given, found) if found else []
    frame = pd.concat(tables, ignore_index=True)
    scale = trained.scale_of(found)
    commands.deliver(
        chosen, frame, lambda: draw(frame, prediction.lines(*given, occupied), occupied, scale)
    )


def main(arguments: list[str] | None = None) -> None:
    commands.main("bitei", __doc__, options, predict, arguments)


if __name__ == "__main__":
    main()
