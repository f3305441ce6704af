"""Made-up inputs of the networks of `bubbles`, weights, and what a network makes of them."""

import numpy as np

from hamlearn.bubbles import inputs


def arrays(samples: int, pixels: int, seed: int = 0) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    return {
        "heights": random.normal(size=(samples, pixels, pixels)).astype(np.float32),
        "energy": random.uniform(0.05, 0.63, (samples, 1)).astype(np.float32),
        "modes": (2 * random.integers(0, 5, (samples, 1)) + 1).astype(np.float32),
    }


def outputs(model, given) -> np.ndarray:
    return np.asarray(model(inputs.wanted(model, given)))


def randomise(model, seed: int = 0) -> None:
    """Give every weight a value, so that no zero or unit start hides a dependence."""
    random = np.random.default_rng(seed)
    model.set_weights([w + random.uniform(0.02, 0.1, w.shape) for w in model.get_weights()])
