# hamlearn: five works on machine learning for tight-binding physics, regenerated.
# Targets: all, figures, tables, claims, one aggregate per study (wires), and every figure and table by
# its name (wires_fig05). Scales: --config scale=smoke | default | paper.
from snakemake.utils import min_version

min_version("9.0")


configfile: "config.yaml"


report: "report/workflow.rst"


include: "rules/common.smk"


rule all:
    input:
        targets("figures"),
        targets("tables"),
        records(),
        f"{RESULTS}/claims.html",


include: "rules/targets.smk"
include: "rules/wires_common.smk"
include: "rules/wires.smk"
include: "rules/wires_networks.smk"
include: "rules/wires_figures.smk"
include: "rules/bubbles_common.smk"
include: "rules/bubbles.smk"
include: "rules/bubbles_networks.smk"
include: "rules/bubbles_summary.smk"
include: "rules/bubbles_figures.smk"
include: "rules/bubbles_tables.smk"
include: "rules/claims.smk"
include: "rules/report.smk"
