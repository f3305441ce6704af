# What can be asked for: across studies, and each study by its name.


rule figures:
    input:
        targets("figures"),


rule tables:
    input:
        targets("tables"),


rule claims:
    input:
        f"{RESULTS}/claims.html",


for name in STUDIES:

    rule:
        input:
            targets("figures", [name]),
            targets("tables", [name]),
            records([name]),
            f"{RESULTS}/{name}/claims.html",
        name:
            name
