"""Judge every claim of the studies and write the scorecard as CSV, Markdown and HTML."""

import json
from collections.abc import Sequence
from pathlib import Path

from hamlearn import claims, jobs, scorecard


def write(
    ledgers: Sequence[str], evidence: Sequence[str], scale: str, csv: str, md: str, html: str
) -> None:
    stated = [claims.load(path) for path in ledgers]
    found = {}
    for path in evidence:
        found |= claims.from_records(json.loads(Path(path).read_text(encoding="utf-8")))
    frame = scorecard.scorecard(stated, found, scale)
    papers = {ledger.study: ledger.paper for ledger in stated}
    scorecard.write(frame, scale, papers, csv, md, html)


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        write(
            snakemake.input.ledgers,
            snakemake.input.evidence,
            snakemake.params.scale,
            **dict(snakemake.output.items()),
        )
