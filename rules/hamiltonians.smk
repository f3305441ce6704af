# Hamiltonians by DFT, where the setting `source` asks for them: the environment envs/dft.yaml has GPAW.


rule hamiltonians_dft:
    message:
        "hamiltonians: solve structures {wildcards.first} to {wildcards.stop} of {wildcards.set}"
    output:
        directory(f"{RESULTS}/hamiltonians/dft/parts/{{set}}/{{first}}_{{stop}}"),
    log:
        f"{RESULTS}/hamiltonians/logs/dft/{{set}}/{{first}}_{{stop}}.log",
    benchmark:
        f"{RESULTS}/hamiltonians/benchmarks/dft/{{set}}/{{first}}_{{stop}}.tsv"
    threads: 1
    resources:
        mem_mb=16000,
        runtime=4320,
    params:
        seed=SETTINGS["seed"],
        code=code("scripts/hamiltonians/dft.py"),
    conda:
        "../envs/dft.yaml"
    wildcard_constraints:
        set="[a-z]+[0-9]+",
        first=r"\d+",
        stop=r"\d+",
    script:
        "../scripts/hamiltonians/dft.py"


rule hamiltonians_pack:
    message:
        "hamiltonians: keep the Hamiltonians of {wildcards.set}"
    input:
        lambda w: [
            f"{RESULTS}/hamiltonians/dft/parts/{w.set}/{first}_{stop}"
            for first, stop in STUDIES["hamiltonians"].plan.solved_by_dft(
                STUDIES["hamiltonians"].ensembles, f"dft/{w.set}.npz"
            )
        ],
    output:
        f"{RESULTS}/hamiltonians/dft/{{set}}.npz",
    log:
        f"{RESULTS}/hamiltonians/logs/dft/{{set}}.log",
    benchmark:
        f"{RESULTS}/hamiltonians/benchmarks/dft/{{set}}.tsv"
    threads: 1
    resources:
        mem_mb=32000,
        runtime=240,
    params:
        code=code("scripts/hamiltonians/pack.py"),
    conda:
        "../envs/train.yaml"
    wildcard_constraints:
        set="[a-z]+[0-9]+",
    script:
        "../scripts/hamiltonians/pack.py"
