"""The repository's root, and snakemake as a user calls it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def snakemake(folder: Path, *arguments: str, **options: object) -> subprocess.CompletedProcess:
    """Run snakemake in a folder; the result holds what it printed."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    return subprocess.run(
        [sys.executable, "-m", "snakemake", *arguments],
        cwd=folder,
        env={**environment, **options.pop("env", {})},
        capture_output=True,
        text=True,
        timeout=options.pop("timeout", 600),
        **options,
    )
