"""Labels against the reference: a random subset of an ensemble, solved again."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from hamlearn import seeds
from hamlearn.study import EnsemblePlan, part


def crosscheck(
    study: str,
    plan: EnsemblePlan,
    ensemble: Any,
    labels: pd.DataFrame,
    settings: Mapping[str, Any],
    *,
    samples: int,
    root_seed: int,
) -> pd.DataFrame:
    """Solve a random subset of an ensemble again by the reference of its study alone.

    Returns one row: ensemble, n (samples checked), max_difference (of any of the study's
    `labels.TARGETS`, in its unit), resolved (samples that the solver handed to another method),
    and the largest of each of `labels.CHECKS`, as max_<check>. Raises ArithmeticError if the
    difference exceeds `labels.AGREEMENT`.
    """
    module = part(study, "labels")
    random = np.random.default_rng(seeds.seed(root_seed, study, plan.name, "crosscheck"))
    chosen = np.sort(random.choice(len(ensemble), min(samples, len(ensemble)), replace=False))
    targets = [name for name in module.TARGETS if name in labels]
    again = module.solve(ensemble[chosen], chosen, plan, settings, method=module.REFERENCE)
    difference = np.abs(again[targets].to_numpy() - labels[targets].to_numpy()[chosen]).max()
    if not difference <= module.AGREEMENT:
        raise ArithmeticError(
            f"ensemble {plan.name}: {difference:.2g} from {module.REFERENCE}, "
            f"expected at most {module.AGREEMENT:g}"
        )
    row = {"ensemble": plan.name, "n": len(chosen), "max_difference": difference}
    row["resolved"] = int(labels["resolved"].sum())
    return pd.DataFrame([row | {f"max_{check}": labels[check].max() for check in module.CHECKS}])
