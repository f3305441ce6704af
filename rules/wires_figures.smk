# Figures, table and evidence of the study `wires`: only small files in, pictures and numbers out.


rule wires_fig01:
    message:
        "wires: Fig. 1, wires of models I and II"
    input:
        model_i=wires_data("i_10" if "i_10" in WIRES_MODEL_I else WIRES_MODEL_I[-1]),
        model_ii=wires_data("ii"),
    output:
        **figure("wires_fig01"),
    log:
        f"{WIRES_DIR}/logs/figures/wires_fig01.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/figures/wires_fig01.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["wires"],
        disorder=WIRES["models"]["i"]["disorder"],
        concentration=0.3,
        code=code("plotting", "wires.ensemble"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/wires/fig01.py"


rule wires_fig02:
    message:
        "wires: Fig. 2, distribution of the conductance, model I"
    input:
        conductances=wires_data(*WIRES_MODEL_I, file="conductance.parquet"),
    output:
        **figure("wires_fig02"),
    log:
        f"{WIRES_DIR}/logs/figures/wires_fig02.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/figures/wires_fig02.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["wires"],
        sizes=WIRES["model_i"]["sizes"],
        half_bin=WIRES["histogram_half_bin"],
        code=code("plotting"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/wires/fig02.py"


rule wires_fig03:
    message:
        "wires: Fig. 3, conductance against concentration, model II"
    input:
        ensemble=wires_data("ii"),
        conductance=wires_data("ii", file="conductance.parquet"),
    output:
        **figure("wires_fig03"),
    log:
        f"{WIRES_DIR}/logs/figures/wires_fig03.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/figures/wires_fig03.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["wires"],
        concentrations=[0.01, 0.5, 0.99],
        max_points=20000,
        code=code("plotting", "wires.ensemble"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/wires/fig03.py"


rule wires_fig04:
    message:
        "wires: Fig. 4, architectures"
    input:
        architectures=f"{WIRES_DIR}/architectures.csv",
    output:
        **figure("wires_fig04"),
    log:
        f"{WIRES_DIR}/logs/figures/wires_fig04.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/figures/wires_fig04.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["wires"],
        code=code("plotting"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/wires/fig04.py"


rule wires_fig05:
    message:
        "wires: Fig. 5, predicted against true conductance, model I"
    input:
        predictions=wires_trained(
            [f"model_{e}" for e in WIRES_MODEL_I], "predictions", ".parquet", seeds=[0]
        ),
        metrics=f"{WIRES_DIR}/metrics.csv",
        claims=WIRES_CLAIMS,
    output:
        **figure("wires_fig05"),
    log:
        f"{WIRES_DIR}/logs/figures/wires_fig05.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/figures/wires_fig05.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["wires"],
        sizes=WIRES["model_i"]["sizes"],
        run=f"dnn_{WIRES['model_i']['stopping'][0]}",
        code=code("plotting"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/wires/fig05.py"


rule wires_fig06:
    message:
        "wires: Fig. 6, predicted against true conductance, model II"
    input:
        predictions=wires_trained(WIRES_MODEL_II, "predictions", ".parquet", seeds=[0]),
        metrics=f"{WIRES_DIR}/metrics.csv",
        by_concentration=f"{WIRES_DIR}/mae_by_concentration.csv",
        claims=WIRES_CLAIMS,
    output:
        **figure("wires_fig06"),
    log:
        f"{WIRES_DIR}/logs/figures/wires_fig06.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/figures/wires_fig06.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["wires"],
        half_bin=WIRES["histogram_half_bin"],
        code=code("plotting"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/wires/fig06.py"


rule wires_fig07:
    message:
        "wires: Fig. 7, disorder averages, model II"
    input:
        average=f"{WIRES_DIR}/average.csv",
    output:
        **figure("wires_fig07"),
    log:
        f"{WIRES_DIR}/logs/figures/wires_fig07.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/figures/wires_fig07.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["wires"],
        code=code("plotting"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/wires/fig07.py"


rule wires_fig08:
    message:
        "wires: Fig. 8, error against system size and architecture"
    input:
        metrics=f"{WIRES_DIR}/metrics.csv",
    output:
        **figure("wires_fig08"),
    log:
        f"{WIRES_DIR}/logs/figures/wires_fig08.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/figures/wires_fig08.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["wires"],
        code=code("plotting"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/wires/fig08.py"


rule wires_fig09:
    message:
        "wires: Fig. 9, error against training-set size and architecture"
    input:
        metrics=f"{WIRES_DIR}/metrics.csv",
        claims=WIRES_CLAIMS,
    output:
        **figure("wires_fig09"),
    log:
        f"{WIRES_DIR}/logs/figures/wires_fig09.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/figures/wires_fig09.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["wires"],
        code=code("plotting"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/wires/fig09.py"


rule wires_fig10:
    message:
        "wires: Fig. 10, conductance against concentration, models II to IV"
    input:
        ensembles=wires_data(*wires_plan.IMPURITY_MODELS),
        conductances=wires_data(*wires_plan.IMPURITY_MODELS, file="conductance.parquet"),
    output:
        **figure("wires_fig10"),
    log:
        f"{WIRES_DIR}/logs/figures/wires_fig10.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/figures/wires_fig10.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["wires"],
        models=list(wires_plan.IMPURITY_MODELS),
        max_points=20000,
        code=code("plotting", "wires.ensemble"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/wires/fig10.py"


rule wires_fig11:
    message:
        "wires: Fig. 11, error against depth, models II to IV"
    input:
        metrics=f"{WIRES_DIR}/metrics.csv",
        claims=WIRES_CLAIMS,
    output:
        **figure("wires_fig11"),
    log:
        f"{WIRES_DIR}/logs/figures/wires_fig11.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/figures/wires_fig11.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["wires"],
        code=code("plotting"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/wires/fig11.py"


rule wires_fig12:
    message:
        "wires: Fig. 12, error against the number of impurity species"
    input:
        metrics=f"{WIRES_DIR}/metrics.csv",
        claims=WIRES_CLAIMS,
    output:
        **figure("wires_fig12"),
    log:
        f"{WIRES_DIR}/logs/figures/wires_fig12.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/figures/wires_fig12.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["wires"],
        code=code("plotting"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/wires/fig12.py"


rule wires_fig13:
    message:
        "wires: Fig. 13, the scattering network (beyond the paper)"
    input:
        metrics=f"{WIRES_DIR}/metrics.csv",
        claims=WIRES_CLAIMS,
    output:
        **figure("wires_fig13"),
    log:
        f"{WIRES_DIR}/logs/figures/wires_fig13.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/figures/wires_fig13.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["wires"],
        goals={10: 0.08, 20: 0.16},
        code=code("plotting"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/wires/fig13.py"


rule wires_mae:
    message:
        "wires: all errors beside those of the paper"
    input:
        metrics=f"{WIRES_DIR}/metrics.csv",
        claims=WIRES_CLAIMS,
    output:
        **table("wires_mae"),
    log:
        f"{WIRES_DIR}/logs/tables/wires_mae.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/tables/wires_mae.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["wires"],
        code=code("plotting"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/wires/table_mae.py"


rule wires_evidence:
    message:
        "wires: evidence for every claim"
    input:
        metrics=f"{WIRES_DIR}/metrics.csv",
        baselines=f"{WIRES_DIR}/baselines.csv",
        average=f"{WIRES_DIR}/average.csv",
        timing=f"{WIRES_DIR}/timing.json",
        statistics=f"{WIRES_DIR}/statistics.csv",
        crosscheck=f"{WIRES_DIR}/crosscheck.csv",  # no claim is judged before it passed
        ledger=WIRES_CLAIMS,
    output:
        f"{WIRES_DIR}/evidence.json",
    log:
        f"{WIRES_DIR}/logs/wires_evidence.log",
    benchmark:
        f"{WIRES_DIR}/benchmarks/wires_evidence.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        code=code("wires.evidence"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/wires/evidence.py"
