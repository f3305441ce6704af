# What can be asked for across studies.


rule figures:
    input:
        targets("figures"),


rule tables:
    input:
        targets("tables"),


rule claims:
    input:
        f"{RESULTS}/claims.html",
