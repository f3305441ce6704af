"""Figure 13 (not in the paper): classical rays, and the conductance that they give."""

import pandas as pd
from matplotlib.ticker import MaxNLocator

from hamlearn import files, plotting
from hamlearn.bubbles import rays, surface, sweeps
from hamlearn.bubbles.ensemble import load

VALLEYS = {"K": plotting.SKY, "K'": plotting.ORANGE}
SHOWN = 16


def paths(heights, side, energy, decay):
    """Return the rays that are drawn of each valley, each as places (m, 2)."""
    field = rays.hopping_field(heights, side, decay)
    entering = rays.entering(energy, side, SHOWN)
    return [[rays.path(field, side, start) for start in started] for started in entering]


def draw_paths(axis, heights, side, found, colour):
    """Draw rays over the heights of a flake."""
    half = side / 2
    extent = (-half, half, -half, half)
    axis.imshow(heights.T, origin="lower", extent=extent, cmap="gray_r", vmax=1.6 * heights.max())
    for places in found:
        axis.plot(*places.T, color=colour, linewidth=0.8)
    axis.set(xlim=(-half, half), ylim=(-half, half), xlabel="$x$ ($a$)", ylabel="$y$ ($a$)")
    for each in (axis.xaxis, axis.yaxis):
        each.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))


def compare(labels, followed):
    """Return sample, energy_t, modes, calculated and classical, by rising energy."""
    exact = sweeps.calculated(labels)[["sample", "energy_t", "modes", "total"]]
    frame = exact.merge(files.read_table(followed), on="sample")
    return frame.rename(columns={"total": "calculated"})


def draw_scatter(axis, frame):
    """Draw the classical conductance of many flakes against the calculated one."""
    most = frame["modes"].max()
    axis.plot([0, most], [0, most], color=plotting.GREY, linewidth=0.8)
    axis.plot(frame["calculated"], frame["classical"], ".", color=plotting.BLUE, ms=2, alpha=0.5)
    names = {"classical": "rays", "modes": "modes"}
    errors = (frame[list(names)].sub(frame["calculated"], axis=0)).abs().mean()
    text = "\n".join(f"MAE of {name}: {errors[column]:.2f}" for column, name in names.items())
    axis.text(0.05, 0.95, text, transform=axis.transAxes, va="top", size=7)
    axis.set(xlabel="calculated $T$ ($2e^2/h$)", ylabel="classical $T$ ($2e^2/h$)")
    axis.set(xlim=(0, most), ylim=(0, most), aspect="equal")


def draw_sweep(axis, frame):
    """Draw calculated and classical conductance of one flake against energy."""
    axis.plot(frame["energy_t"], frame["modes"], color=plotting.PALE, label="modes")
    axis.plot(frame["energy_t"], frame["calculated"], color=plotting.RED, label="calculated")
    style = {"color": plotting.BLACK, "lw": 0.9, "linestyle": "--", "label": "classical"}
    axis.plot(frame["energy_t"], frame["classical"], **style)
    axis.set(xlabel="$E$ ($t$)", ylabel="$T$ ($2e^2/h$)", ylim=(0, None))
    axis.set_xlim(0, frame["energy_t"].max())
    axis.legend(loc="upper left")


@plotting.styled
def draw(ensemble, labels, followed, decay, energy, scale):
    """Draw rays of (a) K and (b) K' at one energy; (c) classical and calculated T; (d) a sweep.

    Parameters
    ----------
    ensemble : path
        The strongly deformed flake of the sweep.
    labels, followed : sequence of path
        Labels, and what the rays give, of the test part and of the sweep.
    decay : float
        3.37 of eq. (2).
    energy : float
        Of the rays in (a) and (b), in t.

    Returns
    -------
    figure, frame : panel; of (a) and (b) valley, ray, x, y; of (c) and (d) sample, energy_t, modes,
        calculated, rays_k, rays_kp, classical
    """
    flake = load(ensemble)
    figure = plotting.figure(plotting.TWO_COLUMNS, 5.6, scale)
    axes = figure.subplots(2, 2)
    frames = []
    heights = surface.height_map(flake.sample(0), *[flake.side] * 2, rays.CELLS, flake.kind)
    valleys = paths(heights, flake.side, energy, decay)
    for panel, axis, name, found in zip("ab", axes[0], VALLEYS, valleys, strict=True):
        draw_paths(axis, heights, flake.side, found, VALLEYS[name])
        axis.set_title(f"valley {name}, $E$ = {energy:g} $t$")
        frames += [
            pd.DataFrame(places, columns=["x", "y"]).assign(panel=panel, valley=name, ray=ray)
            for ray, places in enumerate(found)
        ]
    several, sweep = (compare(*pair) for pair in zip(labels, followed, strict=True))
    draw_scatter(axes[1, 0], several)
    draw_sweep(axes[1, 1], sweep)
    plotting.letter(axes.ravel())
    frames += [several.assign(panel="c"), sweep.assign(panel="d")]
    return figure, pd.concat(frames, ignore_index=True)
