"""Time Kwant, the recursive solver and the network on one disorder average (Sec. III)."""

from hamlearn import files, jobs
from hamlearn.wires import ensemble
from hamlearn.wires.runs import Run
from hamlearn.wires.timing import timing
from hamlearn.wires.training import network_path


def measure(runs: list[dict], source: str, networks: str, output: str, **options: object) -> None:
    run = max((Run(**run) for run in runs), key=lambda run: run.n_train)
    drawn = ensemble.load(source)
    network = network_path(networks, run)
    files.write_json(output, timing(network, run.architecture, drawn, **options))


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        measure(
            snakemake.params.runs,
            snakemake.input.ensemble,
            snakemake.input.networks,
            snakemake.output[0],
            energies=snakemake.params.energies,
            configurations=snakemake.params.configurations,
            kwant_solves=snakemake.params.kwant_solves,
            threads=snakemake.threads,
        )
