"""What a network of wires sees of some samples of a data set, and what it is to answer."""

import numpy as np

from hamlearn.dataset import Dataset
from hamlearn.wires import networks


def inputs(architecture: str, data: Dataset, samples: slice) -> np.ndarray:
    """Return the on-site energies of some samples in the shape that a network takes."""
    return networks.model_inputs(architecture, data.ensemble[samples].onsite)


def targets(data: Dataset, name: str, samples: slice) -> np.ndarray:
    """Return labels in G0 of some samples; raise ValueError if there are none of that name."""
    if name not in data.labels:
        raise ValueError(
            f"ensemble {data.name}: its labels have no column {name}, "
            f"only {', '.join(data.labels.columns)}"
        )
    return data.labels[name].to_numpy()[samples]
