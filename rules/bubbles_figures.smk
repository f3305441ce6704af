# Figures of the study `bubbles`: only small files in, pictures and their numbers out.


rule bubbles_fig01:
    message:
        "bubbles: Fig. 1, a deformed ribbon with its leads"
    input:
        ensemble=bubbles_data("train"),
    output:
        **figure("bubbles_fig01"),
    log:
        f"{BUBBLES_DIR}/logs/figures/bubbles_fig01.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/figures/bubbles_fig01.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["bubbles"],
        sample=0,
        code=code("plotting", "bubbles.ensemble", "transport.brickwall"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/bubbles/fig01.py"


rule bubbles_fig02:
    message:
        "bubbles: Fig. 2, architecture of the network"
    input:
        architectures=f"{BUBBLES_DIR}/architectures.csv",
    output:
        **figure("bubbles_fig02"),
    log:
        f"{BUBBLES_DIR}/logs/figures/bubbles_fig02.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/figures/bubbles_fig02.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["bubbles"],
        code=code("plotting"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/bubbles/fig02.py"


rule bubbles_fig03:
    message:
        "bubbles: Fig. 3, error against epoch"
    input:
        histories=f"{BUBBLES_DIR}/histories.csv",
    output:
        **figure("bubbles_fig03"),
    log:
        f"{BUBBLES_DIR}/logs/figures/bubbles_fig03.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/figures/bubbles_fig03.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["bubbles"],
        code=code("plotting"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/bubbles/fig03.py"


rule bubbles_fig04:
    message:
        "bubbles: Fig. 4, conductance of two flakes against energy"
    input:
        ensembles=bubbles_data("scan", "scan_weak"),
        transmissions=bubbles_data("scan", "scan_weak", file="transmission.parquet"),
        predictions=bubbles_trained(["full", "smooth"], "predictions", ".parquet"),
    output:
        **figure("bubbles_fig04"),
    log:
        f"{BUBBLES_DIR}/logs/figures/bubbles_fig04.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/figures/bubbles_fig04.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["bubbles"],
        steps=3,
        code=code("plotting", "bubbles.ensemble", "bubbles.surface", "bubbles.sweeps"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/bubbles/fig04.py"


rule bubbles_fig05:
    message:
        "bubbles: Fig. 5, valley-resolved conductance against energy"
    input:
        ensemble=bubbles_data("scan")[0],
        transmission=bubbles_data("scan", file="transmission.parquet")[0],
        predictions=bubbles_trained(
            ["valley_diag", "valley_off"], "predictions", ".parquet"
        ),
        statistics=f"{BUBBLES_DIR}/statistics.csv",
    output:
        **figure("bubbles_fig05"),
    log:
        f"{BUBBLES_DIR}/logs/figures/bubbles_fig05.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/figures/bubbles_fig05.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["bubbles"],
        code=code("plotting", "bubbles.ensemble", "bubbles.surface", "bubbles.sweeps"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/bubbles/fig05.py"


rule bubbles_fig06:
    message:
        "bubbles: Fig. 6, the honeycomb as a subgraph of a convolution"
    output:
        **figure("bubbles_fig06"),
    log:
        f"{BUBBLES_DIR}/logs/figures/bubbles_fig06.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/figures/bubbles_fig06.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["bubbles"],
        size=6,
        code=code("plotting", "bubbles.graphs"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/bubbles/fig06.py"


rule bubbles_fig07:
    message:
        "bubbles: Fig. 7, hoppings mapped from the first layer"
    input:
        linear_map=f"{BUBBLES_DIR}/linear_map/0.npz",
    output:
        **figure("bubbles_fig07"),
    log:
        f"{BUBBLES_DIR}/logs/figures/bubbles_fig07.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/figures/bubbles_fig07.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["bubbles"],
        side=BUBBLES["side"],
        code=code("plotting", "bubbles.surface"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/bubbles/fig07.py"


rule bubbles_fig08:
    message:
        "bubbles: Fig. 8, error on deformations unlike the training"
    input:
        ensembles=bubbles_data("more_gaussians", "deformed", "lorentzian_printed"),
        by_group=f"{BUBBLES_DIR}/by_group.csv",
        claims=BUBBLES_CLAIMS,
    output:
        **figure("bubbles_fig08"),
    log:
        f"{BUBBLES_DIR}/logs/figures/bubbles_fig08.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/figures/bubbles_fig08.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["bubbles"],
        pixels=BUBBLES["pixels"],
        trained_on=BUBBLES["bubble"]["count"],
        code=code("plotting", "bubbles.ensemble", "bubbles.surface"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/bubbles/fig08.py"


rule bubbles_fig09:
    message:
        "bubbles: Fig. 9, adjacency matrices of a small graph"
    output:
        **figure("bubbles_fig09"),
    log:
        f"{BUBBLES_DIR}/logs/figures/bubbles_fig09.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/figures/bubbles_fig09.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["bubbles"],
        code=code("plotting", "bubbles.graphs"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/bubbles/fig09.py"


rule bubbles_fig10:
    message:
        "bubbles: Fig. 10, the kagome lattice as a subgraph of a convolution"
    output:
        **figure("bubbles_fig10"),
    log:
        f"{BUBBLES_DIR}/logs/figures/bubbles_fig10.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/figures/bubbles_fig10.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["bubbles"],
        size=7,
        code=code("plotting", "bubbles.graphs"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/bubbles/fig10.py"


rule bubbles_fig11:
    message:
        "bubbles: Fig. 11, neighbours of first, second and third order"
    output:
        **figure("bubbles_fig11"),
    log:
        f"{BUBBLES_DIR}/logs/figures/bubbles_fig11.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/figures/bubbles_fig11.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["bubbles"],
        code=code("plotting", "bubbles.graphs"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/bubbles/fig11.py"


rule bubbles_fig12:
    message:
        "bubbles: Fig. 12, our networks (beyond the paper)"
    input:
        transmissions=bubbles_data("scan_weak", "scan", file="transmission.parquet"),
        predictions=bubbles_trained(["own", "staircase"], "predictions", ".parquet"),
        metrics=f"{BUBBLES_DIR}/metrics.csv",
        statistics=f"{BUBBLES_DIR}/statistics.csv",
        claims=BUBBLES_CLAIMS,
    output:
        **figure("bubbles_fig12"),
    log:
        f"{BUBBLES_DIR}/logs/figures/bubbles_fig12.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/figures/bubbles_fig12.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["bubbles"],
        steps=5,
        code=code("plotting", "bubbles.sweeps"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/bubbles/fig12.py"


rule bubbles_fig13:
    message:
        "bubbles: Fig. 13, classical rays (beyond the paper)"
    input:
        ensemble=bubbles_data("scan"),
        transmissions=bubbles_data("train", "scan", file="transmission.parquet"),
        rays=bubbles_data("train", "scan", file="rays.parquet"),
    output:
        **figure("bubbles_fig13"),
    log:
        f"{BUBBLES_DIR}/logs/figures/bubbles_fig13.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/figures/bubbles_fig13.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["bubbles"],
        decay=BUBBLES["hopping_decay"],
        energy=0.4,
        code=code("plotting", "bubbles.rays", "bubbles.sweeps"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/bubbles/fig13.py"
