# What `snakemake --report` shows beside figures: the tables as pages. Captions: report/captions.yaml.


rule table_pages:
    message:
        "{wildcards.study}: tables as pages, for the report"
    input:
        template="src/hamlearn/templates/table.html.j2",
        tables=lambda wildcards: [
            f"{RESULTS}/{wildcards.study}/tables/{name}.md"
            for name in TABLES[wildcards.study]
        ],
    output:
        reported(
            directory(f"{RESULTS}/{{study}}/tables/pages"),
            patterns=["{name}.html"],
            category="{study}",
            subcategory="tables",
            labels=lambda wildcards: labels(wildcards.name, **{"shown as": "page"}),
        ),
    log:
        f"{RESULTS}/{{study}}/logs/tables/pages.log",
    benchmark:
        f"{RESULTS}/{{study}}/benchmarks/tables/pages.tsv"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        scale=lambda wildcards: SCALE_NOTES[wildcards.study],
        code=code("pages"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/pages.py"
