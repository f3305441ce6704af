# Hamiltonians by DFT, where the setting `source` asks for them: the environment envs/dft.yaml has GPAW.

AT_ONCE = 20  # structures that one job solves


def solved_by_dft(w):
    """The structures of one set that the ensembles ask for, those of one job each."""
    plans = STUDIES["hamiltonians"].ensembles.values()
    named = f"dft/{w.set}.npz"
    number = max(1 if p.perfect else p.samples for p in plans if named in p.given)
    parts = range(0, number, AT_ONCE)
    folder = f"{RESULTS}/hamiltonians/dft/parts"
    return [f"{folder}/{w.set}/{a}_{min(a + AT_ONCE, number)}" for a in parts]


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
        solved_by_dft,
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
