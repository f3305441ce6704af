"""The workflow as users call it: dry runs, lint, profile, targets by name and by file."""

import ast
import re
import shlex
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from support import ROOT, snakemake

from hamlearn import config, pictures
from hamlearn.study import Study

SMOKE = ("--config", "scale=smoke")


def planned(run) -> dict[str, int]:
    """Jobs by rule, read off the job statistics of a dry run."""
    table = re.findall(r"^(\w+) +(\d+)$", run.stdout, re.MULTILINE)
    return {rule: int(count) for rule, count in table}


def drawn(study: str) -> dict:
    """The pictures of a study by the names of their rules."""
    return pictures.load(ROOT / "scripts" / study)[1]


@pytest.mark.parametrize("scale", config.SCALES)
def test_the_whole_workflow_can_be_planned(checkout, settings, scale):
    run = snakemake(checkout, "-n", "all", "--config", f"scale={scale}")
    assert run.returncode == 0, run.stderr
    jobs = planned(run)
    for study in config.studies():
        assert drawn(study).keys() <= set(jobs)
    assert jobs["scorecard"] == 1
    assert jobs["evidence"] == jobs["provenance"] == len(config.studies())
    solved = [name for name in config.studies() if Study(name, settings(scale)[name]).solved]
    assert jobs["crosscheck"] == len(solved)
    assert jobs["total"] < 250 * len(config.studies())
    assert jobs["train"] == jobs["evaluate"]
    few = jobs["train"] == len(config.studies())
    assert few == (scale == "smoke")  # Keras takes long to import


@pytest.mark.parametrize("target", ["figures", "tables", "claims"])
def test_aggregates_exist(checkout, target):
    assert snakemake(checkout, "-n", target, *SMOKE).returncode == 0


@pytest.mark.parametrize("study", config.studies())
def test_a_study_can_be_made_alone_with_its_own_scorecard(checkout, study):
    run = snakemake(checkout, "-n", study, *SMOKE)
    jobs = planned(run)
    assert jobs["study_scorecard"] == jobs["evidence"] == 1
    assert drawn(study).keys() <= set(jobs)
    made = set(re.findall(r"results/smoke/(\w+)/", run.stdout))
    assert made == {study}


def test_a_figure_is_found_by_name_and_by_file(checkout):
    by_name = snakemake(checkout, "-n", "wires_fig05", *SMOKE)
    by_file = snakemake(checkout, "-n", "results/smoke/wires/figures/wires_fig05.pdf", *SMOKE)
    assert planned(by_name) == planned(by_file)
    assert planned(by_name)["wires_fig05"] == 1
    assert "wires_fig06" not in planned(by_name)


def test_the_slurm_profile_is_found(checkout):
    run = snakemake(checkout, "--profile", "slurm", "-n", "all", *SMOKE)
    assert run.returncode == 0, run.stderr
    assert re.search(r"Using profiles? slurm\b", run.stderr)


def test_gpus_are_asked_for_by_jobs_that_can_use_one_as_the_settings_say(checkout, settings):
    text = "".join(path.read_text() for path in (ROOT / "rules").glob("*.smk"))
    asked = {
        rule: re.search(r"\bgpu=(.*),\n", body)[1]
        for rule, body in re.findall(r"^rule (\w+):\n(.*?)(?=\n\n\n|\Z)", text, re.M | re.S)
        if "gpu=" in body
    }
    assert asked.keys() == {"solve", "train", "evaluate"}
    assert all(f'RESOURCES["{stage}"]["gpu"]' in value for stage, value in asked.items())
    solving = {study: Study(study, {}).reads("solve").gpu for study in ("wires", "bubbles")}
    assert solving == {"wires": False, "bubbles": True}
    assert all(part["gpu"] == 0 for part in settings("default")["resources"].values())
    given = ("-n", "all", "--cores", "2", "--config", "scale=smoke")
    assert snakemake(checkout, *given, "resources={train: {gpu: 1}}").returncode == 0
    refused = snakemake(checkout, *given, "resources={train: {gpu: one}}")
    assert "resources.train.gpu = 'one': expected a whole number" in refused.stderr


def test_slurm_is_asked_for_a_gpu_once():
    from snakemake_executor_plugin_slurm.utils import set_gres_string

    site = (ROOT / "slurm" / "config.yaml").read_text().partition("# Site dialect")[2]
    lines = [line[2:] for line in site.splitlines()[1:]]
    commented = yaml.safe_load("\n".join(k for k in lines if re.match(r" *[\w-]+:", k)))
    ((rule, own),) = commented["set-resources"].items()
    assert rule == "train"

    def asked(**resources):
        class Resources(dict):
            __getattr__ = dict.__getitem__

        return set_gres_string(SimpleNamespace(resources=Resources(resources))).split()

    assert asked(gpu=1, **own) == ["--gpus=1"]
    assert asked(gpu=0, **own) == []
    assert asked(gpu=0, gres="gpu:1", **own) == ["--gres=gpu:1"]


RECIPES = ("extending.md", "new-study.md")  # run by test_docs_extending.py, with what they add
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PAGES = [page for page in PAGES if page.name not in RECIPES]
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES).replace("\\\n", " ")
COMMANDS = re.findall(r"(?:^    |`)snakemake +([^`#\n]+?) *(?:#.*|`.*)?$", TEXT, re.MULTILINE)


@pytest.mark.parametrize("command", [c for c in COMMANDS if "--report" not in c])  # needs results
def test_commands_of_the_pages_are_understood(command, tmp_path):
    for name in set(re.findall(r"(?<= )\w+\.npz", command)):  # a file of the user's own
        (tmp_path / name).touch()
        command = command.replace(f" {name}", f" {tmp_path / name}")
    run = snakemake(ROOT, "-n", "--nolock", *shlex.split(command))
    assert run.returncode == 0, run.stderr


def test_the_pages_have_commands():
    assert len(COMMANDS) >= 6


def test_lint_is_clean(checkout):
    run = snakemake(checkout, "--lint")
    assert run.returncode == 0, run.stderr


def test_the_rule_graph_can_be_drawn(checkout):
    run = snakemake(checkout, "--rulegraph", "dot", *SMOKE, "--", "all")
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("->") > 20


def requirement_pins() -> dict[str, str]:
    text = (ROOT / "requirements.txt").read_text()
    return dict(re.findall(r"^([A-Za-z0-9_.-]+)==(\S+)", text, re.MULTILINE))


def test_requirements_are_pinned_with_hashes_and_name_no_host():
    text = (ROOT / "requirements.txt").read_text()
    entries = re.findall(r"^[A-Za-z0-9_.-]+==.*(?:\\\n.*)+", text, re.MULTILINE)
    assert len(entries) == len(requirement_pins()) > 50
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text
    assert "index-url" not in re.sub(r"--no-emit-index-url", "", text)


@pytest.mark.parametrize("path", sorted((ROOT / "envs").glob("*.yaml")), ids=lambda p: p.stem)
def test_conda_environments_have_the_same_pins(path):
    pins = requirement_pins()
    environment = yaml.safe_load(path.read_text())
    packages = []
    for entry in environment["dependencies"]:
        packages += [p.split("==") for p in entry["pip"]] if isinstance(entry, dict) else []
        if isinstance(entry, str) and "=" in entry:
            packages.append(entry.split("="))
    versions = dict(packages)
    assert versions.pop("python") == "3.11"
    if path.stem == "dft":  # beside the environment, which lacks GPAW and has a NumPy for Kwant
        versions = {k: v for k, v in versions.items() if k not in ("gpaw", "gpaw-data", "numpy")}
    assert versions == {name: pins[name] for name in versions}


DIRECTIVES = (
    *("message", "input", "output", "log", "benchmark", "threads", "resources", "params", "conda"),
    *("name", "wildcard_constraints", "priority", "script"),
)
NEEDED = {"message", "log", "benchmark", "threads", "resources", "conda"}
RULE = re.compile(r"^( *)(use )?rule\b.*:\n((?:\1    .*\n|\n)*)", re.MULTILINE)


@pytest.mark.parametrize("path", sorted((ROOT / "rules").glob("*.smk")), ids=lambda p: p.stem)
def test_every_computing_rule_is_complete(path):
    for indent, inherits, rule in RULE.findall(path.read_text()):
        directives = re.findall(rf"^{indent}    (\w+):", rule, re.MULTILINE)
        assert directives == [d for d in DIRECTIVES if d in directives], rule
        if inherits:  # the rest
            assert {"message", "output", "log", "benchmark"} <= set(directives)
        if "script" not in directives:
            continue
        assert set(directives) >= NEEDED
        assert "mem_mb" in rule
        assert "runtime" in rule
        environment = re.search(r'"\.\./(envs/\w+\.yaml)"', rule)[1]
        assert (ROOT / environment).is_file()


def test_rules_are_recognised():
    text = "\n".join(path.read_text() for path in (ROOT / "rules").glob("*.smk"))
    scripted = [rule for *_, rule in RULE.findall(text) if "script:" in rule]
    assert len(scripted) == text.count("    script:\n") > 15


def test_no_file_is_longer_than_four_hundred_lines():
    paths = [*ROOT.glob("src/**/*.py"), *ROOT.glob("scripts/**/*.py"), *ROOT.glob("rules/*.smk")]
    long = {str(p): n for p in map(Path, paths) if (n := p.read_text().count("\n")) > 400}
    assert not long


def statements_of(function):
    """Return the lines of a function without those of its docstring."""
    head = function.body[0] if ast.get_docstring(function) else None
    return (
        function.end_lineno
        - function.lineno
        + 1
        - (head.end_lineno - head.lineno + 1 if head else 0)
    )


def test_no_function_is_longer_than_sixty_lines():
    paths = [*ROOT.glob("src/**/*.py"), *ROOT.glob("scripts/**/*.py")]
    found = {
        f"{path}: {node.name}": statements_of(node)
        for path in paths
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    }
    assert len(found) > 1000
    assert not {name: lines for name, lines in found.items() if lines > 60}
