"""Draw one figure, or make one table: by the script of its name in the folder of its study."""

import importlib
from collections.abc import Mapping

from hamlearn import files, jobs, plotting


def draw(study: str, stem: str, given: Mapping[str, object], scale: str, output: object) -> None:
    """Call `draw` of scripts/<study>/<stem>.py with its inputs and parameters, and save.

    A figure returns (figure, frame), a table (its page in Markdown, frame).
    """
    drawn, frame = importlib.import_module(f"{study}.{stem}").draw(**given, scale=scale)
    if isinstance(drawn, str):
        files.write_csv(output.csv, frame)
        files.write_text(output.markdown, drawn)
    else:
        plotting.save(drawn, frame, output)


if "snakemake" in globals():
    with jobs.logged(snakemake.log[0]):
        params = snakemake.params
        given = {**dict(snakemake.input.items()), **params.given}
        draw(params.study, params.stem, given, params.scale, snakemake.output)
