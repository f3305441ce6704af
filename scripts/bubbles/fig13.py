"""Figure 13 (not in the paper): classical rays, and the conductance that they give."""

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from hamlearn import files, plotting
from hamlearn.bubbles import rays, surface, sweeps
from hamlearn.bubbles.ensemble import load

VALLEYS = {"K": (plotting.BLUE, "-"), "K'": (plotting.ORANGE, (0, (3, 1.2)))}
SHOWN = 9
OPENING = 0.6
"""Half the angle of the fan, in radian."""


def starts(energy, side, places, angles):
    """Return x, y, k_x, k_y of rays on the left, (2, n, 4): by valley, of the same directions.

    The velocity is normal to the contour H = E, which is not the same for both valleys, so that
    the same direction is another k.
    """
    found = np.empty((2, len(places), 4))
    found[:, :, 0], found[:, :, 1] = -side / 2, places
    for valley, centre in enumerate(rays.VALLEYS):
        kx, ky = rays.right_movers(energy, centre)
        direction = np.arctan2(-np.gradient(kx), np.gradient(ky))
        found[valley, :, 3] = np.interp(angles, direction, ky)
        found[valley, :, 2] = np.interp(found[valley, :, 3], ky, kx)
    return found


def beams(heights, energy, side):
    """Return the starts of (a) parallel rays and (b) a fan, from the left, towards the bubbles."""
    level, none = np.linspace(-0.4, 0.4, SHOWN) * side, np.zeros(SHOWN)
    across = surface.pixel_centres(side, len(heights))
    middle = np.full(SHOWN, np.average(across, weights=heights.sum(axis=0)))
    fan = np.linspace(-OPENING, OPENING, SHOWN)
    return [starts(energy, side, *rows) for rows in ((level, none), (middle, fan))]


def follow(heights, side, decay, started):
    """Return valley, ray, x, y: the paths of rays from the same starts in both valleys."""
    field = rays.hopping_field(heights, side, decay)
    frames = []
    for valley, of_valley in zip(VALLEYS, started, strict=True):
        for ray, start in enumerate(of_valley):
            places = pd.DataFrame(rays.path(field, side, start), columns=["x", "y"])
            frames.append(places.assign(valley=valley, ray=ray))
    return pd.concat(frames, ignore_index=True)


def draw_paths(axis, heights, side, found):
    """Draw rays of both valleys over the heights of a flake."""
    grey = {"cmap": "gray_r", "vmax": 1.8 * heights.max(), "interpolation": "bilinear"}
    plotting.square_map(axis, heights, side, **grey)
    for (valley, ray), places in found.groupby(["valley", "ray"], sort=False):
        colour, line = VALLEYS[valley]
        label = f"valley {valley}" if ray == 0 else None
        axis.plot(places["x"], places["y"], color=colour, linestyle=line, lw=0.9, label=label)
    half = side / 2
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
    """Draw (a, b) rays of both valleys from the same starts; (c) classical and true T; (d) a sweep.

    Rays start at the same place and in the same direction, (a) parallel and (b) as a fan.

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
    figure = plotting.figure(plotting.TWO_COLUMNS, 5.8, scale)
    axes = figure.subplots(2, 2)
    frames = []
    heights = surface.height_map(flake.sample(0), *[flake.side] * 2, rays.CELLS, flake.kind)
    for panel, axis, started in zip("ab", axes[0], beams(heights, energy, flake.side), strict=True):
        found = follow(heights, flake.side, decay, started)
        draw_paths(axis, heights, flake.side, found)
        frames.append(found.assign(panel=panel))
    title = f"rays from the same places in the same directions at $E$ = {energy:g} $t$"
    entries = axes[0, 0].get_legend_handles_labels()
    figure.legend(*entries, loc="outside upper center", ncols=2, title=title)
    several, sweep = (compare(*pair) for pair in zip(labels, followed, strict=True))
    draw_scatter(axes[1, 0], several)
    draw_sweep(axes[1, 1], sweep)
    plotting.letter(axes.ravel())
    frames += [several.assign(panel="c"), sweep.assign(panel="d")]
    return figure, pd.concat(frames, ignore_index=True)
