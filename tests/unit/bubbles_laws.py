"""Ensembles of small flakes, with bubbles as in the paper."""

from hamlearn.bubbles.plan import PAPER_SIDE, EnsemblePlan


def law(side: float, test: int, train: int = 0, kind: str = "gaussian", **more) -> EnsemblePlan:
    """Return the plan of an ensemble, named train or by its kind; energies from 0.05 to 0.63 t."""
    scale = side / PAPER_SIDE
    lengths = {"amplitude": (0.0, 10 * scale), "width": (5 * scale, 20 * scale)}
    lengths["centre"] = (-60 * scale, 60 * scale)
    sizes = {"side": side, "train": train, "test": test}
    common = {"name": "train" if train else kind, "count": (1, 10), "energy": (0.05, 0.63)}
    return EnsemblePlan(**{"kind": kind, **common, **lengths, **sizes, **more})
