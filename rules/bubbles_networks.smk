# Study `bubbles`: train the networks, apply them, and map their first layer to hoppings.


rule bubbles_train:
    message:
        "bubbles: train {wildcards.job}, seed {wildcards.seed}"
    input:
        ensemble=bubbles_data("train"),
        solved=bubbles_data("train", file="transmission.parquet"),
    output:
        directory(f"{BUBBLES_DIR}/networks/{{job}}/seed{{seed}}"),
    log:
        f"{BUBBLES_DIR}/logs/train/{{job}}/seed{{seed}}.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/train/{{job}}/seed{{seed}}.tsv"
    threads: 1
    resources:
        mem_mb=8000,
        runtime=2880,
        gpu=0,
    params:
        runs=bubbles_job_runs,
        seed=SETTINGS["seed"],
        settings={k: BUBBLES[k] for k in ("side", "pixels", "networks")},
        n_train=BUBBLES_ENSEMBLES["train"].train,
        code=code("bubbles.training"),
    conda:
        "../envs/train.yaml"
    script:
        "../scripts/bubbles/train.py"


rule bubbles_evaluate:
    message:
        "bubbles: apply the networks of {wildcards.job}, seed {wildcards.seed}"
    input:
        unpack(bubbles_applied_data),
        networks=f"{BUBBLES_DIR}/networks/{{job}}/seed{{seed}}",
    output:
        predictions=f"{BUBBLES_DIR}/predictions/{{job}}/seed{{seed}}.parquet",
        metrics=f"{BUBBLES_DIR}/metrics/{{job}}/seed{{seed}}.csv",
        by_group=f"{BUBBLES_DIR}/metrics/{{job}}/seed{{seed}}_by_group.csv",
    log:
        f"{BUBBLES_DIR}/logs/evaluate/{{job}}/seed{{seed}}.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/evaluate/{{job}}/seed{{seed}}.tsv"
    threads: 1
    resources:
        mem_mb=8000,
        runtime=240,
        gpu=0,
    params:
        runs=bubbles_job_runs,
        code=code("bubbles.evaluation"),
    conda:
        "../envs/train.yaml"
    script:
        "../scripts/bubbles/evaluate.py"
