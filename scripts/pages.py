"""Write the tables of a study as web pages."""

from hamlearn import jobs, pages

if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        pages.write(snakemake.input.tables, snakemake.output[0])
