"""The environment that make builds and uses."""

import os
import shutil
import subprocess
import sys

from support import ROOT

TOLD = """
told: ; @uv pip list --format freeze; command -v python
"""


def test_another_active_environment_is_left_alone(tmp_path):
    """What uv and a rule of make take for the environment is the one of this folder."""
    shutil.copy2(ROOT / "Makefile", tmp_path)
    (tmp_path / "told.mk").write_text(TOLD)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / ".venv"], check=True)
    active = {**os.environ, "VIRTUAL_ENV": sys.prefix, "PATH": f"{sys.prefix}/bin:{os.defpath}"}
    told = subprocess.run(
        ["make", "-s", "-f", "Makefile", "-f", "told.mk", "told"],
        cwd=tmp_path, env=active, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.splitlines() == [str(tmp_path / ".venv/bin/python")]  # and no package
