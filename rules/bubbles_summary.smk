# Study `bubbles`: small tables from predictions and transmissions, and the evidence for every claim.


rule bubbles_metrics:
    message:
        "bubbles: collect the errors of all networks"
    input:
        metrics=bubbles_all_trained("metrics", ".csv"),
        by_group=bubbles_all_trained("metrics", "_by_group.csv"),
    output:
        metrics=f"{BUBBLES_DIR}/metrics.csv",
        by_group=f"{BUBBLES_DIR}/by_group.csv",
    log:
        f"{BUBBLES_DIR}/logs/bubbles_metrics.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/bubbles_metrics.tsv"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        runs=sum(map(len, BUBBLES_JOBS.values())),
        code=code("joined"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/metrics.py"


rule bubbles_linear_maps:
    message:
        "bubbles: collect the linear maps of all seeds"
    input:
        linear_map=[
            f"{BUBBLES_DIR}/linear_map/{seed}.csv"
            for seed in bubbles_runs.seeds(BUBBLES, "full")
        ],
    output:
        linear_map=f"{BUBBLES_DIR}/linear_map.csv",
    log:
        f"{BUBBLES_DIR}/logs/bubbles_linear_maps.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/bubbles_linear_maps.tsv"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        seeds=len(bubbles_runs.seeds(BUBBLES, "full")),
        code=code("joined"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/metrics.py"


rule bubbles_histories:
    message:
        "bubbles: collect the training histories of all networks"
    input:
        bubbles_all_trained("networks"),
    output:
        f"{BUBBLES_DIR}/histories.csv",
    log:
        f"{BUBBLES_DIR}/logs/bubbles_histories.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/bubbles_histories.tsv"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        runs=sum(map(len, BUBBLES_JOBS.values())),
        code=code("joined"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/histories.py"


rule bubbles_statistics:
    message:
        "bubbles: statistics of calculated and predicted transmissions"
    input:
        ensembles=bubbles_data("train", "scan", "scan_weak"),
        solved=bubbles_data("train", "scan", "scan_weak", file="transmission.parquet"),
        predictions=bubbles_trained(BUBBLES_SUMMARISED, "predictions", ".parquet"),
    output:
        f"{BUBBLES_DIR}/statistics.csv",
    log:
        f"{BUBBLES_DIR}/logs/bubbles_statistics.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/bubbles_statistics.tsv"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        names=["train", "scan", "scan_weak"],
        runs=BUBBLES_SUMMARISED,
        train=BUBBLES_ENSEMBLES["train"].train,
        window=BUBBLES["energy_window"],
        decay=BUBBLES["hopping_decay"],
        code=code("bubbles.statistics"),
    conda:
        "../envs/train.yaml"
    script:
        "../scripts/bubbles/statistics.py"


rule bubbles_timing:
    message:
        "bubbles: time Kwant, the exact solver and the primary network on the same flakes"
    input:
        ensemble=bubbles_data("train")[0],
        solved=bubbles_data("train", file="transmission.parquet")[0],
        networks=bubbles_trained(["full"], "networks")[0],
    output:
        f"{BUBBLES_DIR}/timing.json",
    log:
        f"{BUBBLES_DIR}/logs/bubbles_timing.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/bubbles_timing.tsv"
    threads: 1
    resources:
        mem_mb=8000,
        runtime=60,
    params:
        **BUBBLES["timing"],
        run="full",
        decay=BUBBLES["hopping_decay"],
        code=code("bubbles.timing"),
    conda:
        "../envs/train.yaml"
    script:
        "../scripts/bubbles/timing.py"


rule bubbles_evidence:
    message:
        "bubbles: evidence for every claim"
    input:
        metrics=f"{BUBBLES_DIR}/metrics.csv",
        by_group=f"{BUBBLES_DIR}/by_group.csv",
        statistics=f"{BUBBLES_DIR}/statistics.csv",
        linear_map=f"{BUBBLES_DIR}/linear_map.csv",
        histories=f"{BUBBLES_DIR}/histories.csv",
        graph=f"{BUBBLES_DIR}/tables/bubbles_graph.csv",
        timing=f"{BUBBLES_DIR}/timing.json",
        crosscheck=f"{BUBBLES_DIR}/crosscheck.csv",  # no claim is judged before it passed
        ledger=BUBBLES_CLAIMS,
    output:
        f"{BUBBLES_DIR}/evidence.json",
    log:
        f"{BUBBLES_DIR}/logs/bubbles_evidence.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/bubbles_evidence.tsv"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        settings={
            "side": BUBBLES["side"],
            "pixels": BUBBLES["pixels"],
            "dense": BUBBLES["networks"]["dense"],
        },
        code=code("bubbles.evidence"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/bubbles/evidence.py"


rule bubbles_provenance:
    message:
        "bubbles: code, versions, machines and wall times behind the results"
    input:
        networks=bubbles_all_trained("networks"),
        evidence=f"{BUBBLES_DIR}/evidence.json",
    output:
        f"{BUBBLES_DIR}/provenance.json",
    log:
        f"{BUBBLES_DIR}/logs/bubbles_provenance.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/bubbles_provenance.tsv"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        settings={
            **{k: SETTINGS[k] for k in ("scale", "seed", "training")},
            "bubbles": BUBBLES,
        },
        benchmarks=f"{BUBBLES_DIR}/benchmarks",
        code=code("provenance"),
    conda:
        "../envs/train.yaml"
    script:
        "../scripts/provenance.py"
