"""The scorecard: what the papers state beside what was found, as CSV, Markdown and HTML."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import jinja2
import pandas as pd

from hamlearn import files
from hamlearn.claims import (
    NOT_ATTEMPTED,
    NUMERIC,
    VERDICTS,
    Claim,
    Evidence,
    Ledger,
    judge,
    show,
)

UNJUDGED = "smoke"
UNJUDGED_REASON = "the smoke scale only shows that every file is made"
TEMPLATES = Path(__file__).parent / "templates"
SYMBOLS = dict(zip(VERDICTS, ("✓", "✗", "↗", "↘", "–"), strict=True))
COLUMNS = (
    *("id", "where", "quantity", "kind", "compare", "unit", "paper", "value", "sd", "n", "trivial"),
    *("shows", "verdict", "reason", "command"),
)


def command(claim: Claim, scale: str) -> str:
    """Return the command that makes the evidence of a claim again at one scale.

    Evidence is a figure or a table by its name, or a file in the folder of the study's results.
    """
    study, file = claim.id.partition(".")[0], Path(claim.evidence)
    target = f"results/{scale}/{study}/{file}" if file.suffix else claim.evidence
    return f"snakemake --cores 4 --config scale={scale} -- {target}"


def scorecard(
    ledgers: Iterable[Ledger], evidence: Mapping[str, Evidence], scale: str
) -> pd.DataFrame:
    """Judge every result of the ledgers and return one row for each, as text.

    At the smoke scale no verdict is given, because nothing can be learned from its numbers.

    Columns: id, where, quantity, kind, compare, unit, paper (the paper's value), value, sd, n,
    trivial, shows, verdict, reason, command. Empty where there is nothing to show.
    """
    rows = []
    for ledger in ledgers:
        for claim in ledger.results:
            found = evidence.get(claim.id)
            verdict, reason = judge(claim, found)
            if scale == UNJUDGED and claim.not_attempted is None:
                verdict, reason = NOT_ATTEMPTED, f"{UNJUDGED_REASON}; {reason}"
            found = found or Evidence(claim.id)
            rows.append(
                {
                    **{key: getattr(claim, key) or "" for key in COLUMNS[:6] if key != "where"},
                    "where": claim.where,
                    "shows": claim.shows or "",
                    "paper": show(claim.value),
                    "value": show(found.value),
                    "sd": _spread(found.sd),
                    "n": show(found.n or None),
                    "trivial": show(found.trivial),
                    "verdict": verdict,
                    "reason": reason,
                    "command": command(claim, scale),
                }
            )
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=str)


def _spread(sd: float | list[float] | None) -> str:
    if sd is None:
        return ""
    return ", ".join(f"{value:.2g}" for value in (sd if isinstance(sd, list) else [sd]))


def counts(frame: pd.DataFrame) -> dict[str, int]:
    """Return how many claims have each verdict, in the order of the verdicts."""
    return {verdict: int((frame["verdict"] == verdict).sum()) for verdict in VERDICTS}


def ours(row: Mapping[str, str]) -> str:
    """Return what was found as text: value, or values, with the standard deviation over seeds."""
    if not row["sd"]:
        return row["value"]
    values, spreads = row["value"].split(", "), row["sd"].split(", ")
    if len(values) != len(spreads):
        return f"{row['value']} (sd {row['sd']})"
    return ", ".join(f"{v} ± {s}" for v, s in zip(values, spreads, strict=True))


def with_unit(value: str, unit: str) -> str:
    """Return a value with its unit, or nothing for no value."""
    return f"{value} {unit}" if value and unit not in ("none", "") else value


def markdown(frame: pd.DataFrame, scale: str) -> str:
    """Return the scorecard as a Markdown page."""
    rows = [
        [
            f"`{row['id']}`",
            row["where"],
            row["quantity"],
            with_unit(row["paper"], row["unit"]),
            _in_full(row),
            row["n"],
            row["trivial"],
            f"{SYMBOLS[row['verdict']]} {row['verdict']}",
            row["reason"],
            f"`{row['command']}`",
        ]
        for row in frame.to_dict("records")
    ]
    header = ["claim", "where", "quantity", "paper", "ours", "n", "trivial", "verdict", "reason"]
    table = _table([*header, "command"], rows)
    return f"# Claims at scale {scale}\n\n{_sentence(frame)}\n\n{table}\n"


def _in_full(row: Mapping[str, str]) -> str:
    text = with_unit(ours(row), row["unit"])
    return f"{text} ({row['shows']})" if text and row["shows"] else text


def _table(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    cells = [[cell.replace("|", "\\|") for cell in line] for line in lines]
    return "\n".join("| " + " | ".join(line) + " |" for line in cells)


def _sentence(frame: pd.DataFrame) -> str:
    numbers = [f"{n} {verdict}" for verdict, n in counts(frame).items() if n]
    return f"{len(frame)} claims: " + ", ".join(numbers) + "."


def html(frame: pd.DataFrame, scale: str, papers: Mapping[str, str]) -> str:
    """Return the scorecard as one HTML page that needs no other file.

    Its rows can be sorted and chosen by study and by verdict where scripts run; elsewhere they all
    stand in the order of the papers.

    Parameters
    ----------
    papers : mapping
        Citation of each study.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )
    rows = [
        {
            **row,
            "ours": _in_full(row),
            "paper": with_unit(row["paper"], row["unit"]),
            "order": VERDICTS.index(row["verdict"]),
            "symbol": SYMBOLS[row["verdict"]],
        }
        for row in frame.to_dict("records")
    ]
    verdicts = [
        {"order": order, "symbol": SYMBOLS[verdict], "name": verdict, "count": number}
        for order, (verdict, number) in enumerate(counts(frame).items())
    ]
    template = environment.get_template("scorecard.html.j2")
    return template.render(rows=rows, verdicts=verdicts, scale=scale, papers=papers)


def write(
    frame: pd.DataFrame, scale: str, papers: Mapping[str, str], csv: str, md: str, page: str
) -> None:
    """Write the scorecard as CSV, Markdown and HTML, each atomically."""
    files.write_csv(csv, frame)
    files.write_text(md, markdown(frame, scale))
    files.write_text(page, html(frame, scale, papers))


def read(path: str | Path) -> pd.DataFrame:
    """Read a scorecard's CSV as text; raise ValueError if it is not one."""
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    if list(frame.columns) != list(COLUMNS):
        raise ValueError(f"{path}: expected the columns of a scorecard, {', '.join(COLUMNS)}")
    return frame


def readme_block(frame: pd.DataFrame, study: str) -> str:
    """Return the README's section on one study, with its markers: counts and compact tables.

    Claims with a number and those in words stand in a fold each; what was not attempted is only
    counted, because the scorecard gives the reasons.
    """
    of_study = frame[frame["id"].str.startswith(f"{study}.")]
    attempted = of_study[of_study["verdict"] != NOT_ATTEMPTED]
    numeric = attempted["compare"].isin(NUMERIC)
    folds = {"Claims with a number": attempted[numeric], "Claims in words": attempted[~numeric]}
    tables = [
        f"<details><summary>{title}</summary>\n\n{_compact(part)}\n\n</details>"
        for title, part in folds.items()
        if len(part)
    ]
    begin, end = markers(study)
    return "\n\n".join([begin, f"`{study}`: {_sentence(of_study)}", *tables, end])


def _compact(frame: pd.DataFrame) -> str:
    rows = [
        [
            f"{row['quantity']} ({row['where']})",
            with_unit(row["paper"], row["unit"]),
            with_unit(ours(row), row["unit"]),
            row["trivial"],
            f"{SYMBOLS[row['verdict']]} {row['verdict']}",
        ]
        for row in frame.to_dict("records")
    ]
    return _table(["claim", "paper", "ours", "trivial", "verdict"], rows)


def markers(study: str) -> tuple[str, str]:
    """Return the two comments between which a README carries the claims of a study."""
    return f"<!-- claims:{study}:begin -->", f"<!-- claims:{study}:end -->"


def put_into(text: str, frame: pd.DataFrame) -> str:
    """Return a README with the block of every study that it has markers for brought up to date.

    Raises ValueError if a study of the scorecard has no pair of markers.
    """
    for study in sorted({claim.split(".")[0] for claim in frame["id"]}):
        begin, end = markers(study)
        head, found, rest = text.partition(begin)
        _, closed, tail = rest.partition(end)
        if not found or not closed:
            raise ValueError(f"README: expected the markers {begin} and {end}")
        text = head + readme_block(frame, study) + tail
    return text
