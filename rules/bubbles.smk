# Nedell, Spector, Abbout, Vogl, Fiete, arXiv:2108.01057: what stands beside the row of stages.
from hamlearn.bubbles import plan as bubbles_plan

MAPPED = "full"


rule bubbles_rays:
    message:
        "bubbles: follow classical rays through the flakes of ensemble {wildcards.ensemble}"
    input:
        f"{RESULTS}/bubbles/data/{{ensemble}}/ensemble.npz",
    output:
        f"{RESULTS}/bubbles/data/{{ensemble}}/rays.parquet",
    log:
        f"{RESULTS}/bubbles/logs/rays/{{ensemble}}.log",
    benchmark:
        f"{RESULTS}/bubbles/benchmarks/rays/{{ensemble}}.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        samples=lambda w: bubbles_plan.ray_samples(SETTINGS["bubbles"], w.ensemble),
        rays=SETTINGS["bubbles"]["rays"]["rays"],
        decay=SETTINGS["bubbles"]["hopping_decay"],
        code=code("scripts/bubbles/rays.py", study="bubbles"),
    conda:
        "../envs/solve.yaml"
    script:
        "../scripts/bubbles/rays.py"


rule bubbles_linear_map:
    message:
        "bubbles: map the first layer of the primary network to hoppings"
    input:
        ensemble=data("bubbles", ["train"]),
        labels=data("bubbles", ["train"], "labels.parquet"),
        networks=networks("bubbles", [MAPPED]),
    output:
        table=f"{RESULTS}/bubbles/linear_map.csv",
        example=f"{RESULTS}/bubbles/linear_map.npz",
    log:
        f"{RESULTS}/bubbles/logs/linear_map.log",
    benchmark:
        f"{RESULTS}/bubbles/benchmarks/linear_map.tsv"
    threads: 1
    resources:
        mem_mb=8000,
        runtime=60,
    params:
        run=MAPPED,
        seeds=list(range(STUDIES["bubbles"].runs[MAPPED].seeds)),
        samples=SETTINGS["bubbles"]["linear_map"]["samples"],
        train=STUDIES["bubbles"].ensembles["train"].train,
        decay=SETTINGS["bubbles"]["hopping_decay"],
        root_seed=SETTINGS["seed"],
        code=code("scripts/bubbles/linear_map.py", study="bubbles"),
    conda:
        "../envs/train.yaml"
    script:
        "../scripts/bubbles/linear_map.py"
