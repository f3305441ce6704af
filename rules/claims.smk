# What the works state beside what came out here.


rule scorecard:
    message:
        "set the claims of all studies beside the results"
    input:
        ledgers=[of_repository(f"claims/{name}.yaml") for name in STUDIES],
        template=of_repository("src/hamlearn/templates/scorecard.html.j2"),
        evidence=[f"{RESULTS}/{name}/evidence.json" for name in STUDIES],
        provenance=[f"{RESULTS}/{name}/provenance.json" for name in STUDIES],
        figures=[
            f"{RESULTS}/{p.study}/figures/{p.name}.png"
            for p in PICTURES.values()
            if p.kind == "figures"
        ],
    output:
        csv=f"{RESULTS}/claims.csv",
        md=f"{RESULTS}/claims.md",
        html=reported(
            f"{RESULTS}/claims.html", category="claims", labels=listed("scorecard")
        ),
    log:
        f"{RESULTS}/claims.log",
    benchmark:
        f"{RESULTS}/claims.tsv"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        scale=SETTINGS["scale"],
        code=code("scripts/claims.py"),
    conda:
        "../envs/plot.yaml"
    script:
        "../scripts/claims.py"


use rule scorecard as study_scorecard with:
    message:
        "set the claims of {wildcards.study} beside the results"
    input:
        ledgers=[of_repository("claims/{study}.yaml")],
        template=of_repository("src/hamlearn/templates/scorecard.html.j2"),
        evidence=[f"{RESULTS}/{{study}}/evidence.json"],
        provenance=[f"{RESULTS}/{{study}}/provenance.json"],
        figures=lambda w: [
            f"{RESULTS}/{p.study}/figures/{p.name}.png"
            for p in PICTURES.values()
            if p.kind == "figures" and p.study == w.study
        ],
    output:
        csv=f"{RESULTS}/{{study}}/claims.csv",
        md=f"{RESULTS}/{{study}}/claims.md",
        html=f"{RESULTS}/{{study}}/claims.html",
    log:
        f"{RESULTS}/{{study}}/logs/claims.log",
    benchmark:
        f"{RESULTS}/{{study}}/benchmarks/claims.tsv"
