"""Conda environments: what the script of a rule imports is in the environment that it names."""

import re
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from reached import third_party
from support import ROOT

from hamlearn import config, pictures
from hamlearn.study import Study

OTHER_BACKENDS = {"jax", "torch"}  # imported only where the settings name them
DISTRIBUTIONS = metadata.packages_distributions()


def normal(name: str) -> str:
    """The name of a package as PyPI and conda-forge write it: PyYAML is pyyaml."""
    return re.sub(r"[-_.]+", "-", name).lower()


def rules() -> dict[str, tuple[str, str]]:
    """Environment and script of every rule that has both; the rule of all pictures has no name."""
    found = {}
    for path in sorted((ROOT / "rules").glob("*.smk")):
        for text in re.split(r"^ *rule\b *", path.read_text(), flags=re.MULTILINE)[1:]:
            files = re.findall(r'"\.\./((?:envs|scripts)/[^"]+)"', text)
            if files:
                found[text.split(":")[0] or Path(files[1]).stem] = tuple(files)
    return found


def cases() -> dict[str, tuple[str, list[Path], dict[str, str]]]:
    """For every rule and study: environment, scripts, and what they are run for."""
    found = {}
    for rule, (environment, script) in rules().items():
        folder = Path(script).parent.name
        for study in [folder] if folder in config.studies() else config.studies():
            for what, more, options in runs(rule, study):
                name = "-".join((rule, study, *what))
                given = {"study": study, **options}
                found[name] = (environment, [ROOT / script, *more], given)
    return found


def runs(rule: str, study: str) -> list[tuple[list[str], list[Path], dict[str, str]]]:
    """Each time that the script of a rule is run otherwise: once for most, not for these two."""
    if rule == "draw":
        drawn = pictures.load(ROOT / "scripts" / study)[1].values()
        folder = ROOT / "scripts" / study
        return [([p.stem], [folder / f"{p.stem}.py"], {}) for p in drawn]
    if rule == "summary":
        names = [Path(file).stem for file in Study(study, {}).summaries]
        return [([name], [], {"module": name}) for name in names]
    return [([], [], {})]


def provided(environment: str) -> set[str]:
    """The packages that an environment lists, those installed by pip among them."""
    entries = yaml.safe_load((ROOT / environment).read_text())["dependencies"]
    by_pip = [name for entry in entries if isinstance(entry, dict) for name in entry["pip"]]
    names = [entry for entry in entries if isinstance(entry, str)] + by_pip
    return {normal(re.split("=+", name)[0]) for name in names}


CASES = cases()


@pytest.mark.parametrize("case", CASES)
def test_imports_of_a_rule_are_in_its_environment(case):
    environment, scripts, options = CASES[case]
    packages = provided(environment)
    for module in third_party(*scripts, **options) - OTHER_BACKENDS:
        assert {normal(name) for name in DISTRIBUTIONS.get(module, [module])} & packages, (
            f"{case}: reaches an import of {module}, which {environment} does not bring"
        )


def test_every_script_of_a_rule_is_checked():
    text = "\n".join(path.read_text() for path in (ROOT / "rules").glob("*.smk"))
    assert len(rules()) == text.count("    script:\n") > 12
    assert len(CASES) > 3 * len(rules())


def test_imports_are_followed_from_function_to_function():
    scripts = ROOT / "scripts"
    solve = third_party(scripts / "solve.py", study="bubbles")
    assert {"kwant", "numpy", "pandas", "pyarrow", "scipy"} <= solve  # Kwant by a function's import
    assert "keras" not in solve
    drawn = third_party(scripts / "draw.py", scripts / "bubbles" / "fig06.py", study="bubbles")
    assert {"networkx", "matplotlib"} <= drawn
    assert "kwant" not in drawn  # of the solver it takes the law of hopping alone
    assert {"keras", "tensorflow"} <= third_party(scripts / "train.py", study="wires")
    assert "kwant" not in third_party(scripts / "crosscheck.py")  # the labels are of a study
