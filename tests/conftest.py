"""Fixtures shared by all tests: the configuration, and a scratch copy of the workflow."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from support import ROOT

from hamlearn import config

WORKFLOW = (
    *("Snakefile", "config.yaml", "rules", "scripts", "src"),
    *("envs", "claims", "report", "slurm", "profiles"),
    "data/bitei_hoppings.npz",
    *(f"data/{path.name}" for path in (ROOT / "data").glob("hamiltonians_*.npz")),
)
KEPT = ROOT / ".snakemake" / "fingerprints.json"


def pytest_addoption(parser) -> None:
    help = "names of the studies that tests/contract is about, all of config.yaml without it"
    parser.addoption("--studies", default="", help=help)


@pytest.fixture(scope="module", autouse=True)
def graphs_afterwards() -> Iterator[None]:
    """TensorFlow with graphs again after tests of commands, which do without in this process."""
    yield
    if tensorflow := sys.modules.get("tensorflow"):
        tensorflow.config.run_functions_eagerly(False)


@pytest.fixture(scope="session")
def raw_config() -> dict:
    """The configuration as it is written, all scales side by side."""
    return yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def settings(raw_config):
    """A function of the scale that returns the checked settings."""
    return lambda scale: config.load({**raw_config, "scale": scale})


@pytest.fixture
def checkout(tmp_path) -> Path:
    """A copy of the workflow in an empty folder, without results."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    for name in WORKFLOW:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy2
        (folder / name).parent.mkdir(exist_ok=True)
        copy(source, folder / name)
    if KEPT.is_file():
        (folder / KEPT.parent.name).mkdir()
        shutil.copy2(KEPT, folder / KEPT.parent.name)
    return folder


CHROMIUM = (
    *("--headless", "--no-sandbox", "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage"),
    *("--disable-quic", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--window-size=1400,900"),
)


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """A Chromium without a window and with an empty profile."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (chromium and driver):
        pytest.skip("no browser for the pages: apt-get install chromium chromium-driver")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in (*CHROMIUM, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(argument)
    opened = webdriver.Chrome(options, webdriver.ChromeService(driver))
    yield opened
    opened.quit()


def pytest_terminal_summary(terminalreporter) -> None:
    """Name each reason for which tests were skipped once."""
    skipped = terminalreporter.stats.get("skipped", ())
    for reason in sorted({report.longrepr[2] for report in skipped}):
        terminalreporter.write_line(reason)
