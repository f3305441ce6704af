"""Conda environments: what the script of a rule imports is in the environment that it names."""

import re
from importlib import metadata

import pytest
import yaml
from reached import third_party
from support import ROOT

OTHER_BACKENDS = {"jax", "torch"}  # imported only where the settings name them
DISTRIBUTIONS = metadata.packages_distributions()


def normal(name: str) -> str:
    """The name of a package as PyPI and conda-forge write it: PyYAML is pyyaml."""
    return re.sub(r"[-_.]+", "-", name).lower()


def rules() -> dict[str, tuple[str, str]]:
    """Environment and script of every rule that has both."""
    found = {}
    for path in sorted((ROOT / "rules").glob("*.smk")):
        for text in re.split(r"^ *rule ", path.read_text(), flags=re.MULTILINE)[1:]:
            files = re.findall(r'"\.\./((?:envs|scripts)/[^"]+)"', text)
            if files:
                found[text.split(":")[0]] = tuple(files)
    return found


def provided(environment: str) -> set[str]:
    """The packages that an environment lists, those installed by pip among them."""
    entries = yaml.safe_load((ROOT / environment).read_text())["dependencies"]
    by_pip = [name for entry in entries if isinstance(entry, dict) for name in entry["pip"]]
    names = [entry for entry in entries if isinstance(entry, str)] + by_pip
    return {normal(re.split("=+", name)[0]) for name in names}


@pytest.mark.parametrize(("rule", "files"), rules().items(), ids=rules())
def test_imports_of_a_rule_are_in_its_environment(rule, files):
    environment, script = files
    packages = provided(environment)
    for module in third_party(ROOT / script) - OTHER_BACKENDS:
        assert {normal(name) for name in DISTRIBUTIONS[module]} & packages, (
            f"{rule}: {script} reaches an import of {module}, which {environment} does not bring"
        )


def test_every_script_of_a_rule_is_checked():
    named = [script for _, script in rules().values()]
    text = "\n".join(path.read_text() for path in (ROOT / "rules").glob("*.smk"))
    assert len(named) == text.count("    script:\n") > 60


def test_imports_are_followed_from_function_to_function():
    solve = third_party(ROOT / "scripts" / "bubbles" / "solve.py")
    assert {"kwant", "numpy", "pandas", "pyarrow", "scipy"} <= solve  # Kwant by a function's import
    assert "keras" not in solve
    drawn = third_party(ROOT / "scripts" / "bubbles" / "fig06.py")
    assert {"networkx", "matplotlib"} <= drawn
    assert "kwant" not in drawn  # of the solver it takes the law of hopping alone
    assert {"keras", "tensorflow"} <= third_party(ROOT / "scripts" / "wires" / "train.py")
