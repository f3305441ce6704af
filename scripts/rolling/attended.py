"""What Figs. 22 and 28 share: attention of the read-outs after each epoch."""

import numpy as np
import pandas as pd

START = 0
"""The epoch before any training."""


def of_run(histories: pd.DataFrame, run: str, before: dict) -> pd.DataFrame:
    """Return epoch, read_out, mean and sd of the attention of a run.

    `before` holds mean and deviation of the attention of an untrained network (`exact.json`).
    """
    rows = histories[histories["run"] == run].dropna(axis=1, how="all")
    number = sum(name.startswith("attention_sd_") for name in rows)
    parts = [
        pd.DataFrame(
            {
                "epoch": START,
                "read_out": range(number),
                "mean": before["untrained_mean"],
                "sd": before["untrained_sd"],
            }
        )
    ]
    for row in rows.sort_values("epoch").to_dict("records"):
        found = {"epoch": int(row["epoch"]), "read_out": range(number)}
        found["mean"] = [row[f"attention_{r}"] for r in range(number)]
        found["sd"] = [row[f"attention_sd_{r}"] for r in range(number)]
        parts.append(pd.DataFrame(found))
    return pd.concat(parts, ignore_index=True)


def chosen(epochs: list[int], number: int) -> list[int]:
    """Return the first epochs, then some up to the last one, in all at most `number`."""
    epochs = sorted(epochs)
    if len(epochs) <= number:
        return epochs
    steps = np.unique(np.geomspace(1, len(epochs) - 1, number - 1).round().astype(int))
    rest = [step for step in range(1, len(epochs)) if step not in steps]
    steps = sorted([0, *steps, *rest[: number - 1 - len(steps)]])
    return [epochs[step] for step in steps]


def bars(axis, table: pd.DataFrame, place: int = 0, of: int = 1, **style) -> None:
    """Draw the attention of the read-outs at one epoch, beside that of other networks."""
    width = 0.8 / of
    x = table["read_out"] + width * (place - (of - 1) / 2)
    axis.bar(x, table["mean"], width, **style)
    ends = [np.minimum(table["sd"], table["mean"]), table["sd"]]
    bar = {"fmt": "none", "ecolor": "k", "elinewidth": 0.6, "capsize": 1.2, "capthick": 0.6}
    axis.errorbar(x, table["mean"], yerr=ends, **bar)
    axis.set(ylim=(0, 1.08), yticks=[0, 0.5, 1])
    axis.set_xticks(table["read_out"][:: 1 if len(table) < 9 else 2])


def centre(table: pd.DataFrame) -> pd.Series:
    """Return the centre of mass of the attention by epoch."""
    product = table["mean"] * table["read_out"]
    return product.groupby(table["epoch"]).sum() / table["mean"].groupby(table["epoch"]).sum()
