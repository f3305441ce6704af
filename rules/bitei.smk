# The two crystals by DFT, beside those that the repository has: the environment envs/dft.yaml has GPAW.
# `hoppings` of bitei in the config may name the file.


rule bitei_end_points:
    message:
        "bitei: ambient and compressed crystal by GPAW"
    output:
        f"{RESULTS}/bitei/end_points.npz",
    log:
        f"{RESULTS}/bitei/logs/end_points.log",
    benchmark:
        f"{RESULTS}/bitei/benchmarks/end_points.tsv"
    threads: 1
    resources:
        mem_mb=8000,
        runtime=60,
    params:
        code=code("scripts/bitei/end_points.py"),
    conda:
        "../envs/dft.yaml"
    script:
        "../scripts/bitei/end_points.py"
