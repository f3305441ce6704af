"""Networks of one architecture that are trained one after the other, and compiled once."""

from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hamlearn.study import Run

if TYPE_CHECKING:
    import keras


def key(run: Run, fit: Sequence[str], *more: Hashable) -> tuple:
    """Return what runs have in common that share a trace: architecture, target, options.

    And of `fit` what is named: all that their training is compiled with.
    """
    options = repr(sorted(run.options.items()))
    return (run.architecture, run.target, options, *(run.fit[name] for name in fit), *more)


@contextmanager
def lent(network: "keras.Model", compiled: "keras.Model") -> Iterator[None]:
    """Give the weights of a network to a compiled one of its architecture, and take them back."""
    compiled.set_weights(network.get_weights())
    yield
    network.set_weights(compiled.get_weights())
