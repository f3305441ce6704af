# What `snakemake --report` shows beside figures: the tables as pages. Captions: report/captions.yaml.


def readable_tables(wildcards):
    folder = f"{RESULTS}/{wildcards.study}/tables"
    return [f"{folder}/{name}.md" for name in TABLES[wildcards.study]]


rule table_pages:
    message:
        "{wildcards.study}: tables as pages, for the report"
    input:
        template="src/hamlearn/templates/table.html.j2",
        tables=readable_tables,
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
