"""When a training ends, and what is kept of each of its epochs."""

import math
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
from tqdm import tqdm

if TYPE_CHECKING:
    import keras


class DivergedTraining(ArithmeticError):
    """The loss of a training is no longer a finite number."""


@dataclass(frozen=True)
class Stopping:
    """When a training ends, apart from its maximum number of epochs.

    `train_plateau`: once the training loss has not improved by the fraction `improvement` in
    `patience` epochs; the last weights are kept. This is the reading of "until the MSE reaches
    the minimum" (Sec. II.C of Phys. Rev. B 102, 064205); it may over-fit.

    `validation`: a random `fraction` of the training samples is held out; the training ends once
    their loss has not improved in `patience` epochs, and the best weights are restored.
    """

    rule: str
    patience: int
    improvement: float = 0.0
    fraction: float = 0.0

    def __post_init__(self) -> None:
        if self.rule not in DEFAULT_STOPPING:
            raise ValueError(
                f"stopping = {self.rule!r}: expected one of {sorted(DEFAULT_STOPPING)}"
            )
        if self.patience < 1:
            raise ValueError(
                f"stopping {self.rule}: patience = {self.patience}, expected 1 or more"
            )
        if not 0 <= self.improvement < 1:
            raise ValueError(
                f"stopping {self.rule}: improvement = {self.improvement}, expected 0 to 1"
            )
        if (self.rule == "validation") != (0 < self.fraction < 1):
            raise ValueError(
                f"stopping {self.rule}: fraction = {self.fraction}, expected "
                + ("between 0 and 1" if self.rule == "validation" else "none")
            )

    @classmethod
    def named(cls, rule: str, settings: Mapping[str, float] | None = None) -> "Stopping":
        """Return a rule by its name, with `settings` in place of the defaults."""
        return cls(rule, **{**DEFAULT_STOPPING.get(rule, {"patience": 1}), **(settings or {})})


DEFAULT_STOPPING = {
    "train_plateau": {"patience": 10, "improvement": 0.01},
    "validation": {"patience": 15, "fraction": 0.1},
}


class Watch:
    """Follows a training epoch by epoch: history, stopping rule, divergence and progress."""

    def __init__(
        self, model: "keras.Model", stopping: Stopping | None, epochs: int, label: str | None
    ):
        self.model, self.stopping, self.label = model, stopping, label
        self.validated = stopping is not None and stopping.rule == "validation"
        self.rows: list[dict[str, float]] = []
        self.lowest, self.waited, self.best_weights = math.inf, 0, None
        self.started = time.perf_counter()  # the first epoch includes the compilation
        terminal = label is not None and sys.stderr.isatty()
        self.bar = tqdm(total=epochs, desc=label, unit="epoch", disable=not terminal)

    @property
    def history(self) -> pd.DataFrame:
        """The epochs so far, by rows: epoch, loss, val_loss, what else Keras logged, seconds."""
        first, last = ("epoch", "loss", "val_loss"), "seconds"
        names = dict.fromkeys([*first, *(name for row in self.rows for name in row)])
        return pd.DataFrame(self.rows, columns=[*(n for n in names if n != last), last])

    def begin_epoch(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Start the clock of an epoch, which Keras counts from 0."""
        if self.rows:
            self.started = time.perf_counter()

    def end_epoch(self, epoch: int, logs: Mapping[str, float]) -> None:
        """Keep what Keras logged of an epoch, and stop the training if it is time."""
        row = {
            "epoch": epoch + 1,
            "loss": float(logs["loss"]),
            "val_loss": float(logs.get("val_loss", math.nan)),
            **{k: float(v) for k, v in logs.items() if k not in ("loss", "val_loss")},
            "seconds": time.perf_counter() - self.started,
        }
        self.rows.append(row)
        watched = ("loss", "val_loss") if self.validated else ("loss",)
        if not all(math.isfinite(row[k]) for k in watched):
            raise DivergedTraining(
                f"{self.label or self.model.name}: loss {row['loss']:g} in epoch {epoch + 1}, "
                "the training diverged; lower learning_rate or look for NaN in the data"
            )
        self._report(row)
        if self.stopping is not None:
            self._stop(row[watched[-1]])

    def _stop(self, newest: float) -> None:
        if newest < self.lowest * (1 - self.stopping.improvement):
            self.lowest, self.waited = newest, 0
            self.best_weights = self.model.get_weights() if self.validated else None
        else:
            self.waited += 1
        if self.waited >= self.stopping.patience:
            self.model.stop_training = True

    def _report(self, row: Mapping[str, float]) -> None:
        shown = {k: f"{row[k]:.4g}" for k in ("loss", "val_loss") if math.isfinite(row[k])}
        self.bar.set_postfix(shown, refresh=False)
        self.bar.update()
        if self.label is not None and self.bar.disable:
            losses = " ".join(f"{name} {value}" for name, value in shown.items())
            line = f"{self.label} epoch {row['epoch']}: {losses} {row['seconds']:.2f} s"
            print(line, file=sys.stderr, flush=True)

    def restore(self) -> None:
        """Give the network the weights of its lowest validation loss, if the rule asks for it."""
        if self.best_weights is not None:
            self.model.set_weights(self.best_weights)

    def close(self) -> None:
        """Leave the bar as it stands."""
        self.bar.close()
