"""Every test here is asked of every study of config.yaml, at scale smoke.

`study` stands for each study, `ensemble`, `picture` and `architecture` for each of its own.
"""

import pytest
from studies import registry
from support import ROOT

from hamlearn import pictures

PARTS = {
    "ensemble": lambda study: study.ensembles,
    "picture": lambda study: pictures.load(ROOT / "scripts" / study.name)[1],
    "architecture": lambda study: dict.fromkeys(r.architecture for r in study.runs.values()),
}


def pytest_generate_tests(metafunc) -> None:
    if "study" not in metafunc.fixturenames:
        return
    named = metafunc.config.getoption("studies").split()
    unknown = sorted(set(named) - set(registry()))
    if unknown:
        raise pytest.UsageError(f"--studies: no study {', '.join(unknown)} in config.yaml")
    studies = [registry()[name] for name in named or registry()]
    part = next((name for name in PARTS if name in metafunc.fixturenames), None)
    if part is None:
        metafunc.parametrize("study", studies, ids=lambda study: study.name)
        return
    cases = [(study, name) for study in studies for name in PARTS[part](study)]
    ids = [f"{study.name}-{name}" for study, name in cases]
    metafunc.parametrize(("study", part), cases, ids=ids)


@pytest.fixture(scope="session")
def seed(raw_config) -> int:
    """The root seed."""
    return raw_config["seed"]


@pytest.fixture
def results(study):
    """What the smoke build left of a study."""
    folder = ROOT / "results" / "smoke" / study.name
    if not folder.is_dir():
        pytest.skip("results/smoke is missing: run `make smoke` first")
    return folder
