"""Figure 7: ensemble mean and spread of the bias-averaged conductance against concentration."""

import pandas as pd

from hamlearn import plotting

PANELS = (
    ("mean", r"$\bar{G}_\mathrm{ensemble}/G_0$"),
    ("std", r"$\bar{G}_\mathrm{variance}/G_0$"),
)


@plotting.styled
def draw(average, scale):
    """Draw eq. (5), calculated (red, solid) and predicted by the network (blue, dashed).

    ``G_variance`` is, as in the paper, a standard deviation with 1/N_C. The band around the
    prediction is one standard deviation over the seeds of the network.

    Returns
    -------
    figure, frame : concentration; mean and standard deviation over seeds of the four curves; seeds
    """
    names = [f"{kind}_{source}_g0" for kind, _ in PANELS for source in ("true", "predicted")]
    frame = plotting.over_seeds(pd.read_csv(average), ["concentration"], names)
    figure = plotting.figure(plotting.TWO_COLUMNS, 2.6, scale)
    axes = figure.subplots(1, 2)
    percent = 100 * frame["concentration"]
    for axis, (kind, label) in zip(axes, PANELS, strict=True):
        axis.plot(percent, frame[f"{kind}_true_g0"], color=plotting.RED, label="calculated")
        mean, sd = frame[f"{kind}_predicted_g0"], frame[f"{kind}_predicted_g0_sd"]
        axis.plot(percent, mean, "--", color=plotting.BLUE, label="predicted")
        axis.fill_between(percent, mean - sd, mean + sd, color=plotting.BLUE, alpha=0.2, lw=0)
        axis.set(xlabel="$n$ (%)", ylabel=label, xlim=(0, 100))
    axes[0].legend()
    plotting.letter(axes)
    return figure, frame
