"""What holds exactly, measured of the layers and networks themselves, on small random arrays.

Numbers are largest absolute differences where nothing else is said; all arrays are of order one.
TensorFlow computes them in double precision, JAX in single.
"""

import itertools
from collections.abc import Mapping
from typing import Any

from hamlearn.learning import training
from hamlearn.study import Inputs

SEED = 2023


def summarise(inputs: Inputs, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return properties of layers and networks, and the gradients of Figs. 6 and 23.

    Returns
    -------
    mapping
        `properties`: numbers, or lists of them, by name, see :mod:`hamlearn.rolling.properties`;
        `gradients`, `padding`: see :func:`hamlearn.rolling.slopes.propagated` and `padded`.
    """
    import keras

    double = keras.backend.backend() == "tensorflow"
    precision = "float64" if double else "float32"
    training.configure(inputs.threads, SEED, precision=precision, eager=True)
    from hamlearn.rolling import properties, slopes

    parts = (measure() for measure in properties.MEASURED)
    found = dict(itertools.chain.from_iterable(part.items() for part in parts))
    return {
        "properties": {"precision": precision, **found},
        "gradients": slopes.propagated(SEED),
        "padding": slopes.padded(),
    }
