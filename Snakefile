# hamlearn: five works on machine learning for tight-binding physics, regenerated.
# Targets: all, figures, tables, claims, one aggregate per study (wires), and every figure and table by
# its name (wires_fig05). Scales: --config scale=smoke | default | paper.
import os
import sys
from pathlib import Path

from snakemake.utils import min_version

min_version("9.0")
for folder in (workflow.basedir, Path.cwd()):
    if len(str(folder).split()) > 1:
        sys.exit(
            f"error: {folder}: hamlearn needs a folder without a blank in its name"
        )


configfile: os.path.relpath(Path(workflow.basedir, "config.yaml"))


report: "report/workflow.rst"


include: "rules/common.smk"


rule all:
    input:
        targets("figures"),
        targets("tables"),
        records(),
        f"{RESULTS}/claims.html",


include: "rules/targets.smk"
include: "rules/stages.smk"


for own in sorted(Path(workflow.basedir, "rules").glob("*.smk")):
    if own.stem in STUDIES:

        include: f"rules/{own.name}"


include: "rules/pictures.smk"
include: "rules/claims.smk"
