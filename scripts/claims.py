"""Judge every claim of the studies and write the scorecard as CSV, Markdown and HTML."""

from collections.abc import Sequence
from pathlib import Path

from hamlearn import files, jobs, scorefiles


def write(
    ledgers: Sequence[str],
    evidence: Sequence[str],
    scale: str,
    figures: Sequence[str],
    csv: str,
    md: str,
    html: str,
) -> None:
    card = scorefiles.gather(ledgers, evidence, scale, figures)
    files.write_text(csv, card.csv())
    files.write_text(md, card.md())
    files.write_text(html, card.html(Path(html).parent))


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        write(
            snakemake.input.ledgers,
            snakemake.input.evidence,
            snakemake.params.scale,
            snakemake.input.get("figures", []),
            **dict(snakemake.output.items()),
        )
