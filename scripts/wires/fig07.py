"""Figure 7: ensemble mean and spread of the bias-averaged conductance against concentration."""

from hamlearn import plotting
from hamlearn.files import read_small
from hamlearn.wires.plan import LOW

PANELS = (
    ("mean", r"mean of $\bar{G}$ ($G_0$)"),
    ("std", r"standard deviation of $\bar{G}$ ($G_0$)"),
)


def draw_curves(axis, frame, kind):
    """Draw eq. (5), calculated and predicted, with one standard deviation over the seeds."""
    percent = 100 * frame["concentration"]
    axis.plot(percent, frame[f"{kind}_true_g0"], color=plotting.RED, label="calculated")
    mean, sd = frame[f"{kind}_predicted_g0"], frame[f"{kind}_predicted_g0_sd"]
    axis.plot(percent, mean, "--", color=plotting.BLUE, label="predicted")
    axis.fill_between(percent, mean - sd, mean + sd, color=plotting.BLUE, alpha=0.2, lw=0)


def draw_residuals(axis, frame, kind):
    """Draw predicted less calculated, and mark the largest, by which the claim is judged."""
    percent = 100 * frame["concentration"]
    rest, sd = frame[f"{kind}_residual_g0"], frame[f"{kind}_residual_g0_sd"]
    axis.axhline(0, color=plotting.RED, linewidth=0.8)
    axis.plot(percent, rest, ".-", color=plotting.BLUE, markersize=2.5, linewidth=0.8)
    axis.fill_between(percent, rest - sd, rest + sd, color=plotting.BLUE, alpha=0.2, lw=0)
    largest = rest.abs().idxmax()
    text = plotting.minus(f"{rest[largest]:+.2g} at {percent[largest]:g} %")
    place = {"xytext": (0.97, 0.06), "textcoords": "axes fraction", "ha": "right", "va": "bottom"}
    arrow = {"arrowstyle": "-", "linewidth": 0.4, "color": plotting.GREY}
    axis.annotate(
        f"largest: {text}", (percent[largest], rest[largest]), size=7, arrowprops=arrow, **place
    )


@plotting.styled
def draw(average, scale):
    """Draw eq. (5), calculated (red, solid) and predicted by the network (blue, dashed).

    The paper's ``G_variance`` is a standard deviation with 1/N_C. Below stands the prediction less
    the calculation; the insets enlarge low concentrations.

    Returns
    -------
    figure, frame : concentration; mean and standard deviation over seeds of the four curves and of
        the two differences; seeds
    """
    table = read_small(average)
    names = [f"{kind}_{source}_g0" for kind, _ in PANELS for source in ("true", "predicted")]
    for kind, _ in PANELS:
        residual = table[f"{kind}_predicted_g0"] - table[f"{kind}_true_g0"]
        table[f"{kind}_residual_g0"] = residual
        names.append(f"{kind}_residual_g0")
    frame = plotting.over_seeds(table, ["concentration"], names)
    figure = plotting.figure(plotting.TWO_COLUMNS, 3.6, scale)
    axes = figure.subplots(2, 2, sharex=True, height_ratios=[2.2, 1])
    low = frame[frame["concentration"] <= LOW + 1e-9]
    for (upper, lower), (kind, label) in zip(axes.T, PANELS, strict=True):
        draw_curves(upper, frame, kind)
        draw_residuals(lower, frame, kind)
        upper.set(ylabel=label, xlim=(0, 100))
        lower.set(xlabel="$n$ (%)", ylabel="predicted −\ncalculated")
        inset = upper.inset_axes([0.36, 0.36, 0.6, 0.58])
        draw_curves(inset, low, kind)
        inset.set_xlim(0, 100 * LOW)
        inset.tick_params(labelsize=plotting.SMALLEST)
        inset.set_xlabel("$n$ (%)", size=plotting.SMALLEST, labelpad=0)
    words = plotting.seeds_in_words(frame["seeds"])
    axes[0, 0].legend(title=words, loc="upper right", bbox_to_anchor=(0.96, 0.94))
    figure.align_ylabels(axes)
    plotting.letter(axes[0])
    return figure, frame
