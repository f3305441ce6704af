"""The scorecard: what the papers state beside what was found, as rows of text and as Markdown."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from hamlearn import tables
from hamlearn.claims import Claim, Evidence, Ledger, show
from hamlearn.typeset import markup, with_unit
from hamlearn.verdicts import MEANINGS, NOT_ATTEMPTED, VERDICTS, judge, unmet

UNJUDGED = "smoke"
UNJUDGED_REASON = "the smoke scale only shows that every file is made"
SYMBOLS = dict(zip(VERDICTS, "✓≷✗↗↘≈–", strict=True))
TRIVIAL_BETTER = (
    "Beside any verdict. A predictor that has learned nothing, such as the median, the impurity "
    "counts or the number of modes, has a smaller error on the same test set."
)
YES = "yes"
COLUMNS = (
    *("id", "where", "quantity", "kind", "compare", "unit", "paper", "value", "sd", "n"),
    *(
        "ratio",
        "trivial",
        "trivial_better",
        "shows",
        "verdict",
        "reason",
        "headline",
        "lesson",
        "target",
    ),
)


@dataclass(frozen=True)
class Work:
    """What a scorecard says of a study as a whole.

    Attributes
    ----------
    study, paper, url : str
        `url` is empty where the work has none.
    reduced : mapping
        Each setting that is not the paper's, in words, with the number of claims it touches.
    origin : str
        Commits and machines that the results are of; empty if they are not known.
    """

    study: str
    paper: str
    url: str
    reduced: Mapping[str, int]
    origin: str

    @property
    def settings(self) -> str:
        """The settings that are not the paper's, in words."""
        parts = [f"{words} for {number} claims" for words, number in self.reduced.items()]
        return "; ".join(parts).replace("for 1 claims", "for 1 claim") or "none"


def target(claim: Claim, scale: str) -> str:
    """Return what Snakemake is asked for to make the evidence of a claim again.

    A figure or a table by its name, or a file in the folder of the study's results.
    """
    study = claim.id.partition(".")[0]
    is_file = bool(Path(claim.evidence).suffix)
    return f"results/{scale}/{study}/{claim.evidence}" if is_file else claim.evidence


def command(scale: str, of: str = "TARGET") -> str:
    """Return the command that makes a target again at one scale."""
    return f"snakemake --cores 4 --config scale={scale} -- {of}"


def scorecard(
    ledgers: Iterable[Ledger], evidence: Mapping[str, Evidence], scale: str
) -> pd.DataFrame:
    """Judge every result of the ledgers and return one row for each, as text.

    At the smoke scale no verdict is given, because nothing can be learned from its numbers.

    Columns: id, where, quantity, kind, compare, unit, paper (the paper's value), value, sd, n,
    ratio (value over the paper's), trivial, trivial_better (yes where the trivial predictor has
    the smaller error), shows, verdict, reason, headline (yes or empty), lesson, target. Empty where
    there is nothing to show; each text is one line.
    """
    rows = [
        _row(claim, evidence.get(claim.id), scale) for ledger in ledgers for claim in ledger.results
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=str)


def _row(claim: Claim, found: Evidence | None, scale: str) -> dict[str, str]:
    verdict, reason = judge(claim, found)
    if scale == UNJUDGED and claim.not_attempted is None:
        verdict, reason = NOT_ATTEMPTED, f"{UNJUDGED_REASON}; {reason}"
    found = found or Evidence(claim.id)
    stated = {key: getattr(claim, key) for key in ("id", "where", "quantity", "kind", "compare")}
    row = {
        **stated,
        "unit": claim.unit,
        "paper": show(claim.value),
        "value": show(found.value),
        "sd": _spread(found.sd),
        "n": show(found.n or None),
        "ratio": _ratio(found.value, claim.value),
        "trivial": show(found.trivial),
        "trivial_better": YES if _beaten(found) else "",
        "shows": claim.shows or "",
        "verdict": verdict,
        "reason": reason,
        "headline": YES if claim.headline else "",
        "lesson": claim.lesson or "",
        "target": target(claim, scale),
    }
    return {key: tables.one_line(text) for key, text in row.items()}


def _spread(sd: float | list[float] | None) -> str:
    if sd is None:
        return ""
    return ", ".join(f"{value:.2g}" for value in (sd if isinstance(sd, list) else [sd]))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _ratio(value: object, paper: object) -> str:
    return show(value / paper) if _is_number(value) and _is_number(paper) and paper else ""


def _beaten(found: Evidence) -> bool:
    both = _is_number(found.value) and _is_number(found.trivial)
    return both and found.trivial < found.value


def works(
    ledgers: Iterable[Ledger],
    evidence: Mapping[str, Evidence],
    records: Mapping[str, Mapping],
) -> list[Work]:
    """Return what is said of each study; `records` are the provenance of those that have one."""
    found = []
    for ledger in ledgers:
        judged = [
            unmet(claim, evidence[claim.id])
            for claim in ledger.results
            if claim.not_attempted is None and evidence.get(claim.id, Evidence("")).settings
        ]
        reduced = Counter(words for claim in judged for words in claim).most_common()
        about = origin(records[ledger.study]) if ledger.study in records else ""
        found.append(Work(ledger.study, ledger.paper, ledger.url, dict(reduced), about))
    return found


def origin(record: Mapping) -> str:
    """Return, from the provenance of a study, the commits and the machines of its results."""
    trained = record.get("trained_on", [])
    commits = dict.fromkeys(filter(None, (_commit(entry) for entry in (record, *trained))))
    machine = record.get("machine", {})
    devices = dict.fromkeys(entry.get("device") for entry in trained)
    seen = [machine.get("cpu"), *(name for name in devices if name != machine.get("cpu"))]
    computed = ", ".join(filter(None, [*seen, machine.get("system")]))
    cores = f"{machine['cores']} cores of " if "cores" in machine else ""
    parts = [f"commits {', '.join(commits)}" if commits else "", f"{cores}{computed}"]
    return "; ".join(filter(None, parts))


def _commit(entry: Mapping) -> str:
    code = entry.get("code") or {}
    if isinstance(code, str):
        return code
    changed = " with changes" if code.get("dirty") else ""
    return f"{code['commit']}{changed}" if code.get("commit") else ""


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


def in_full(row: Mapping[str, str]) -> str:
    """Return what was found with its unit, and what it is where that is not obvious."""
    text = with_unit(ours(row), row["unit"])
    return f"{text} ({row['shows']})" if text and row["shows"] else text


def judged(row: Mapping[str, str]) -> str:
    """Return the verdict with its symbol, and that the trivial predictor is better if it is."""
    badge = ", trivial is better" if row["trivial_better"] else ""
    return f"{SYMBOLS[row['verdict']]} {row['verdict']}{badge}"


def sentence(frame: pd.DataFrame) -> str:
    """Return how many claims there are, and of each verdict."""
    numbers = [f"{n} {verdict}" for verdict, n in counts(frame).items() if n]
    return f"{len(frame)} claims: " + ", ".join(numbers) + "."


def markdown(frame: pd.DataFrame, scale: str, about: Iterable[Work]) -> str:
    """Return the scorecard as a Markdown page."""
    header = ["claim", "where", "quantity", "paper", "ours", "ours/paper", "n", "trivial"]
    rows = [
        [
            f"`{row['id']}`",
            *map(markup, (row["where"], row["quantity"], with_unit(row["paper"], row["unit"]))),
            *map(markup, (in_full(row), row["ratio"], row["n"], row["trivial"])),
            judged(row),
            markup(row["reason"]),
            f"`{row['target']}`",
        ]
        for row in frame.to_dict("records")
    ]
    parts = [
        f"# Claims at scale {scale}",
        sentence(frame),
        *(f"**{work.study}**: {heading(work)}" for work in about),
        meanings(),
        f"Made again by `{command(scale)}`, TARGET being the last column.",
        tables.rows([*header, "verdict", "reason", "target"], rows),
    ]
    return "\n\n".join(parts) + "\n"


def meanings() -> str:
    """Return a list in Markdown of what each verdict means."""
    better = "- **trivial is better**: " + TRIVIAL_BETTER
    named = [f"- {SYMBOLS[name]} **{name}**: {text}" for name, text in MEANINGS.items()]
    return "\n".join([*named, better])


def heading(work: Work) -> str:
    """Return a paragraph in Markdown: the work that a study follows, and how its results differ."""
    paper = f"[{work.paper}]({work.url})" if work.url else work.paper
    results = f" Results: {work.origin}." if work.origin else ""
    return f"{paper}. Settings unlike the paper's: {markup(work.settings)}.{results}"
