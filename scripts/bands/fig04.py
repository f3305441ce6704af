"""Figure 4: geometries that are designed for the bands of a honeycomb model."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from hamlearn import plotting
from hamlearn.bands import brillouin, drawing, ensemble, honeycomb, solver, topology

POINTS = 24
SHOWN = 3
"""Stages of the evolution that are drawn."""

MARKS = {  # loss: words, marker, colour, place beyond the last step, in parts of all
    "network_loss": ("black and white, network", "s", plotting.ORANGE, 1.05),
    "exact_loss": ("black and white, exact", "o", plotting.BLACK, 1.12),
}


def best(trials, target):
    """Return the trial of a target whose black and white geometry has the smallest exact loss.

    Of those with a fragile set, if there are any and the target has one.
    """
    own = [t for t in trials if t["target"] == target]
    fragile = [t for t in own if topology.TOPOLOGICAL in t["classes"]]
    chosen = fragile if fragile and target == "fragile" else own
    return min(chosen, key=lambda t: t["exact_loss"])


def evolution(design, trial):
    """Return the stages of a trial, from its start to its end."""
    return [stage for stage in design["evolution"] if stage["trial"] == trial["trial"]]


def draw_evolution(axes, stages, beta, length):
    chosen = np.unique(np.linspace(0, len(stages) - 1, SHOWN).astype(int))
    for axis, at in zip(axes, chosen, strict=False):
        stage = stages[at]
        grey = ensemble.grey_images(np.array([stage["coefficients"]]), beta, length)[0]
        drawing.cell(axis, grey, times=1)
        axis.set_title(f"step {stage['step']}", size=7, loc="right")
    for axis in axes[len(chosen) :]:
        axis.set_axis_off()


def draw_losses(axis, design, target, network_loss):
    frame = pd.DataFrame([s for s in design["evolution"] if s["target"] == target])
    for trial, (_, rows) in enumerate(frame.groupby("trial")):
        style = {"color": plotting.GREY, "linewidth": 0.7, "label": None if trial else "a trial"}
        axis.plot(rows["step"], rows["loss"], **style)
    trials = [t for t in design["trials"] if t["target"] == target]
    for key, (label, marker, colour, place) in MARKS.items():
        values = [t[key] for t in trials]
        style = {"marker": marker, "color": colour, "linestyle": "", "label": label}
        x = [place * design["steps"]] * len(values)
        axis.plot(x, values, markerfacecolor="w", **style)
    axis.axhspan(0, network_loss, color=plotting.SKY, alpha=0.35, lw=0, label="network's own loss")
    axis.set(yscale="log", xlabel="step", ylabel=r"loss ($V_\mathrm{max}^2$)")


def draw_bands(axis, trial, length):
    """Draw the bands of a designed geometry, exact, and those that it was designed for."""
    k, x = brillouin.path(drawing.CORNERS, POINTS)
    image = ensemble.images(np.array([trial["coefficients"]]), length)
    exact = solver.bands(image, k, 6)[0]
    wanted = honeycomb.bands(k, *trial["energies"])
    for band in range(6):
        label = ("target", "designed, exact") if band == 0 else (None, None)
        axis.plot(x, wanted[:, band], color=plotting.SKY, linewidth=2.4, label=label[0])
        axis.plot(x, exact[:, band], color=plotting.BLACK, linewidth=0.8, label=label[1])
    axis.set_xticks([x[0], x[POINTS], x[2 * POINTS], x[-1]], drawing.LABELS)
    axis.set(xlim=(x[0], x[-1]), ylabel=r"$\hbar\omega$ ($V_\mathrm{max}$)")
    axis.set_title("sets: " + ", ".join(map(plotting.minus, trial["classes"])), size=7)
    return pd.DataFrame(
        {
            "kind": "bands",
            "target": trial["target"],
            "x": np.repeat(x, 6),
            "band": np.tile(range(1, 7), len(x)),
            "wanted": wanted.ravel(),
            "exact": exact.ravel(),
        }
    )


def draw_map(figure, trials, network_loss):
    """Draw the smallest exact loss over J̄ and δJ, a panel for each of some on-site energies."""
    frame = pd.DataFrame([t for t in trials if t["target"] == "map"])
    energies = np.array(frame["energies"].tolist())
    frame["on_site"], frame["mean"] = energies[:, 0], energies[:, 1:3].mean(axis=1).round(6)
    frame["difference"] = (energies[:, 2] - energies[:, 1]).round(6)
    points = frame.groupby(["on_site", "mean", "difference"], as_index=False)["exact_loss"]
    least, each = points.min(), int(points.count()["exact_loss"].max())
    axes = figure.subplots(1, 3, sharey=True)
    limits = {
        "vmin": np.log10(least["exact_loss"].min()),
        "vmax": np.log10(least["exact_loss"].max()),
    }
    image = None
    shown = sorted(least["on_site"].unique())
    chosen = [shown[i] for i in np.unique(np.linspace(0, len(shown) - 1, len(axes)).astype(int))]
    for axis, on_site in zip(axes, chosen, strict=False):
        rows = least[least["on_site"] == on_site]
        style = {"c": np.log10(rows["exact_loss"]), "marker": "s", "s": 160, "cmap": "viridis_r"}
        image = axis.scatter(rows["mean"], rows["difference"], **style, **limits)
        good = rows[rows["exact_loss"] <= 2 * network_loss]
        axis.scatter(good["mean"], good["difference"], marker="*", color=plotting.RED, s=25)
        axis.set(xlabel=r"$\bar J$ ($V_\mathrm{max}$)", title=rf"$\omega_0$ = {on_site:g}")
        axis.margins(0.25)
    for axis in axes[len(chosen) :]:
        axis.set_axis_off()
    axes[0].set_ylabel(r"$\delta J$ ($V_\mathrm{max}$)")
    bar = axes[0].figure.colorbar(image, ax=list(axes), pad=0.02)
    bar.set_label(r"log$_{10}$ smallest loss ($V_\mathrm{max}^2$)")
    reached = int((least["exact_loss"] <= 2 * network_loss).sum())
    label = f"at most twice the network's own loss: {reached} of {len(least)} points"
    star = Line2D([], [], linestyle="", marker="*", color=plotting.RED, label=label)
    trials = f"{plotting.count(each, 'trial')} at each point"
    figure.legend(handles=[star], title=trials, loc="outside lower center", fontsize=6)
    return axes[0], least.assign(kind="map")


@plotting.styled
def draw(design, metrics, run, beta, pixels, scale):
    """Return the figure and the drawn values."""
    found = json.loads(Path(design).read_text(encoding="utf-8"))
    errors = pd.read_csv(metrics)
    errors = errors[(errors["run"] == run) & (errors["ensemble"] == "train")]
    own = float(errors["loss"].mean())
    figure = plotting.figure(plotting.TWO_COLUMNS, 7.2, scale)
    upper, middle, lower = figure.subfigures(3, 1, height_ratios=[1.1, 1.2, 1])
    frames, letters = [], {}
    for part, target in ((upper, "honeycomb"), (lower, "fragile")):
        trial = best(found["trials"], target)
        axes = part.subplots(1, SHOWN + 3, width_ratios=[1] * (SHOWN + 1) + [2, 2])
        draw_evolution(axes[:SHOWN], evolution(found, trial), beta, pixels)
        drawing.cell(axes[SHOWN], ensemble.images(np.array([trial["coefficients"]]), pixels)[0], 1)
        axes[SHOWN].set_title("black, white", size=7, loc="right")
        draw_losses(axes[SHOWN + 1], found, target, own)
        frames.append(draw_bands(axes[SHOWN + 2], trial, pixels))
        letters[target] = axes[0]
        if target == "honeycomb":
            entries = [axis.get_legend_handles_labels() for axis in axes[SHOWN + 1 :]]
            handles, labels = (sum(both, []) for both in zip(*entries, strict=True))
            style = {"fontsize": 6, "columnspacing": 1.2, "ncols": len(handles)}
            part.legend(handles, labels, loc="outside lower center", **style)
    letters["map"], least = draw_map(middle, found["trials"], own)
    frames.append(least)
    plotting.letter([letters[target] for target in ("honeycomb", "map", "fragile")])
    trials = pd.DataFrame(found["trials"]).drop(columns=["energies", "coefficients", "classes"])
    stages = pd.DataFrame(found["evolution"]).drop(columns="coefficients").assign(kind="stage")
    return figure, pd.concat([trials.assign(kind="trial"), stages, *frames], ignore_index=True)
