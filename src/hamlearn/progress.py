"""Progress of a long loop: a bar on a terminal, else now and then a line, on standard error."""

import sys
import time
from collections.abc import Iterator, Sequence
from typing import TypeVar

from tqdm import tqdm

Item = TypeVar("Item")
SECONDS = 60  # after which a line is written, even if less than a tenth was done meanwhile


def track(
    items: Sequence[Item],
    label: str | None,
    unit: str = "samples",
    sizes: Sequence[int] | None = None,
) -> Iterator[Item]:
    """Yield items and report how many are done: on a terminal by a bar, else by lines.

    A line comes at the start, after every tenth of all, and at the latest after a minute.

    Parameters
    ----------
    items : sequence
    label : str or None
        What is done, e.g. ``"solve train"``; None reports nothing.
    unit : str
        What is counted.
    sizes : sequence of int, optional
        How many units each item counts for, default one.
    """
    sizes = [1] * len(items) if sizes is None else sizes
    terminal = sys.stderr.isatty()
    lines = _Lines(label, unit, sum(sizes), silent=label is None or terminal)
    silent = label is None or not terminal
    with tqdm(total=sum(sizes), desc=label, unit=f" {unit}", disable=silent) as bar:
        for item, size in zip(items, sizes, strict=True):
            yield item
            bar.update(size)
            lines.update(size)


class _Lines:
    def __init__(self, label: str | None, unit: str, total: int, silent: bool):
        self.label, self.unit, self.total, self.silent = label, unit, total, silent
        self.done, self.started = 0, time.monotonic()
        self._write()

    def update(self, size: int) -> None:
        self.done += size
        tenths = 10 * self.done // max(self.total, 1)
        if tenths > self.tenths or time.monotonic() - self.written >= SECONDS:
            self._write()

    def _write(self) -> None:
        self.tenths, self.written = 10 * self.done // max(self.total, 1), time.monotonic()
        if not self.silent:
            seconds = self.written - self.started
            line = f"{self.label}: {self.done} of {self.total} {self.unit}, {seconds:.0f} s"
            print(line, file=sys.stderr, flush=True)
