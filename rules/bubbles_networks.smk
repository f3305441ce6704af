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
    threads: RESOURCES["train"]["threads"]
    resources:
        mem_mb=RESOURCES["train"]["mem_mb"],
        runtime=RESOURCES["train"]["runtime"],
        gpu=RESOURCES["train"]["gpu"],
    params:
        runs=bubbles_job_runs,
        seed=SETTINGS["seed"],
        training=SETTINGS["training"],
        settings={k: BUBBLES[k] for k in BUBBLES_TRAINING_SETTINGS},
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
    threads: RESOURCES["evaluate"]["threads"]
    resources:
        mem_mb=RESOURCES["evaluate"]["mem_mb"],
        runtime=RESOURCES["evaluate"]["runtime"],
        gpu=RESOURCES["evaluate"]["gpu"],
    params:
        runs=bubbles_job_runs,
        n_train=BUBBLES_ENSEMBLES["train"].train,
        deformed=asdict(BUBBLES_ENSEMBLES["deformed"]),
        largest_g=BUBBLES["data"]["deformed"]["largest_g"],
        code=code("bubbles.evaluation"),
    conda:
        "../envs/train.yaml"
    script:
        "../scripts/bubbles/evaluate.py"


rule bubbles_linear_map:
    message:
        "bubbles: map the first layer of the primary network to hoppings, seed {wildcards.seed}"
    input:
        ensemble=bubbles_data("train"),
        solved=bubbles_data("train", file="transmission.parquet"),
        networks=f"{BUBBLES_DIR}/networks/{bubbles_runs.job_of(BUBBLES, 'full')}/seed{{seed}}",
    output:
        table=f"{BUBBLES_DIR}/linear_map/{{seed}}.csv",
        example=f"{BUBBLES_DIR}/linear_map/{{seed}}.npz",
    log:
        f"{BUBBLES_DIR}/logs/linear_map/{{seed}}.log",
    benchmark:
        f"{BUBBLES_DIR}/benchmarks/linear_map/{{seed}}.tsv"
    threads: 1
    resources:
        mem_mb=8000,
        runtime=60,
    params:
        samples=BUBBLES["linear_map"]["samples"],
        n_train=BUBBLES_ENSEMBLES["train"].train,
        decay=BUBBLES["hopping_decay"],
        seed=SETTINGS["seed"],
        code=code("bubbles.linear_map"),
    conda:
        "../envs/train.yaml"
    script:
        "../scripts/bubbles/linear_map.py"
