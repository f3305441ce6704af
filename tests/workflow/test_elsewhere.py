"""The workflow in other folders than its own, and with other locales."""

import shutil
import subprocess

from support import ROOT, snakemake

SMOKE = ("--config", "scale=smoke")
LATIN = {"PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "LC_ALL": "C"}
"""A locale in which Python reads and writes ASCII, unless it is told otherwise."""


def test_results_go_to_another_working_directory_in_any_locale(checkout, tmp_path):
    target = "results/smoke/wires/data/i_3/ensemble.npz"
    command = ("--cores", "1", "--directory", str(tmp_path), *SMOKE, "--", target)
    made = snakemake(checkout, *command, env=LATIN)
    assert made.returncode == 0, made.stderr
    assert (tmp_path / target).is_file()
    assert not (checkout / target).exists()
    planned = snakemake(checkout, "-n", "--directory", str(tmp_path), *SMOKE, "--", "all")
    assert planned.returncode == 0, planned.stderr


def test_a_folder_with_a_blank_is_refused_in_one_line(tmp_path):
    folder = tmp_path / "a b"
    folder.mkdir()
    run = snakemake(ROOT, "-n", "--directory", str(folder), *SMOKE, "--", "all")
    assert run.returncode != 0
    assert run.stderr.splitlines()[-1].startswith(f"error: {folder}: hamlearn needs a folder")
    assert "Traceback" not in run.stderr
    shutil.copy2(ROOT / "Makefile", folder)
    made = subprocess.run(["make", "env"], cwd=folder, capture_output=True, text=True)
    assert made.returncode != 0
    assert "cannot be built in a folder with a blank in its name" in made.stderr
    assert [path.name for path in folder.iterdir()] == ["Makefile"]
