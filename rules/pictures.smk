# A rule for each figure and table, named as it is, from scripts/<study>/pictures.yaml. One script
# draws them all: in a loop, Snakemake would run the last script of it for every rule.

for picture in PICTURES.values():

    rule:
        message:
            f"{picture.study}: {picture.place}, {picture.title}"
        input:
            **{
                name: drawn_or_read(picture.study, given)
                for name, given in picture.inputs.items()
            },
        output:
            **shown(picture),
        log:
            f"{RESULTS}/{picture.study}/logs/{picture.kind}/{picture.name}.log",
        benchmark:
            f"{RESULTS}/{picture.study}/benchmarks/{picture.kind}/{picture.name}.tsv"
        threads: 1
        resources:
            mem_mb=2000,
            runtime=10,
        params:
            study=picture.study,
            stem=picture.stem,
            scale=SCALE_NOTES[picture.name],
            given=arguments(picture),
            code=code(
                ["scripts/draw.py", f"scripts/{picture.study}/{picture.stem}.py"],
                picture.study,
            ),
        conda:
            "../envs/plot.yaml"
        name:
            picture.name
        script:
            "../scripts/draw.py"


rule table_pages:
    message:
        "{wildcards.study}: tables as pages, for the report"
    input:
        template=of_repository("src/hamlearn/templates/table.html.j2"),
        tables=lambda w: [
            f"{RESULTS}/{w.study}/tables/{name}.md" for name in tables_of(w.study)
        ],
    output:
        reported(
            directory(f"{RESULTS}/{{study}}/tables/pages"),
            patterns=["{name}.html"],
            category="{study}",
            subcategory="tables",
            labels=lambda w: listed(w.name, **{"shown as": "page"}),
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
        scale=SETTINGS["scale"],  # for the captions of the report
        code=code("scripts/pages.py"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/pages.py"
