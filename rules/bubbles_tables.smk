# Tables of the study `bubbles`, and the layers of its networks.


rule bubbles_graph:
    message:
        "bubbles: every statement about graphs, checked"
    output:
        **table("bubbles_graph"),
    log:
        f"{BUBBLES_DIR}/logs/tables/bubbles_graph.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/tables/bubbles_graph.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["bubbles"],
        size=100,
        code=code("bubbles.graphs"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/bubbles/table_graph.py"


rule bubbles_architectures:
    message:
        "bubbles: layers of the network"
    output:
        f"{BUBBLES_DIR}/architectures.csv",
    log:
        f"{BUBBLES_DIR}/logs/bubbles_architectures.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/bubbles_architectures.tsv"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=10,
    params:
        sizes={
            "pixels": BUBBLES["pixels"],
            **{
                key: BUBBLES["networks"][key]
                for key in ("channels", "dense", "branch", "dropout", "momentum")
            },
        },
        code=code("bubbles.networks", "learning.training"),
    conda:
        "../envs/train.yaml"
    script:
        "../scripts/bubbles/architectures.py"


rule bubbles_architecture:
    message:
        "bubbles: Table I, architecture and hyper-parameters"
    input:
        architectures=f"{BUBBLES_DIR}/architectures.csv",
        claims=BUBBLES_CLAIMS,
    output:
        **table("bubbles_architecture"),
    log:
        f"{BUBBLES_DIR}/logs/tables/bubbles_architecture.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/tables/bubbles_architecture.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["bubbles"],
        settings={key: BUBBLES[key] for key in ("side", "data", "networks", "training")},
        code=code("plotting", "tables"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/bubbles/table_architecture.py"


rule bubbles_bounds:
    message:
        "bubbles: Table II, bounds of the bubbles"
    input:
        claims=BUBBLES_CLAIMS,
    output:
        **table("bubbles_bounds"),
    log:
        f"{BUBBLES_DIR}/logs/tables/bubbles_bounds.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/tables/bubbles_bounds.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["bubbles"],
        bubble=BUBBLES["bubble"],
        lattice_constant=BUBBLES["lattice_constant"],
        side=BUBBLES["side"],
        code=code("plotting", "tables"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/bubbles/table_bounds.py"


rule bubbles_errors:
    message:
        "bubbles: all errors beside those of the paper"
    input:
        metrics=f"{BUBBLES_DIR}/metrics.csv",
        claims=BUBBLES_CLAIMS,
    output:
        **table("bubbles_errors"),
    log:
        f"{BUBBLES_DIR}/logs/tables/bubbles_errors.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/tables/bubbles_errors.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["bubbles"],
        code=code("plotting", "tables"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/bubbles/table_errors.py"


rule bubbles_redundancy:
    message:
        "bubbles: worth of redundant inputs"
    input:
        metrics=f"{BUBBLES_DIR}/metrics.csv",
        histories=f"{BUBBLES_DIR}/histories.csv",
        claims=BUBBLES_CLAIMS,
    output:
        **table("bubbles_redundancy"),
    log:
        f"{BUBBLES_DIR}/logs/tables/bubbles_redundancy.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/tables/bubbles_redundancy.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["bubbles"],
        code=code("plotting", "tables", "bubbles.evidence_training"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/bubbles/table_redundancy.py"


rule bubbles_valley:
    message:
        "bubbles: means and errors by valley"
    input:
        metrics=f"{BUBBLES_DIR}/metrics.csv",
        statistics=f"{BUBBLES_DIR}/statistics.csv",
        claims=BUBBLES_CLAIMS,
    output:
        **table("bubbles_valley"),
    log:
        f"{BUBBLES_DIR}/logs/tables/bubbles_valley.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/tables/bubbles_valley.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["bubbles"],
        code=code("plotting", "tables"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/bubbles/table_valley.py"


rule bubbles_robustness:
    message:
        "bubbles: errors on other deformations"
    input:
        metrics=f"{BUBBLES_DIR}/metrics.csv",
        by_group=f"{BUBBLES_DIR}/by_group.csv",
        claims=BUBBLES_CLAIMS,
    output:
        **table("bubbles_robustness"),
    log:
        f"{BUBBLES_DIR}/logs/tables/bubbles_robustness.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/tables/bubbles_robustness.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["bubbles"],
        code=code("plotting", "tables"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/bubbles/table_robustness.py"


rule bubbles_speed:
    message:
        "bubbles: times of solution and prediction"
    input:
        timing=f"{BUBBLES_DIR}/timing.json",
        claims=BUBBLES_CLAIMS,
    output:
        **table("bubbles_speed"),
    log:
        f"{BUBBLES_DIR}/logs/tables/bubbles_speed.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/tables/bubbles_speed.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        scale=SCALE_NOTES["bubbles"],
        code=code("plotting", "tables"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/bubbles/table_speed.py"
