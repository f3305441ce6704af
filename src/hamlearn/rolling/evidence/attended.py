"""Claims on the attention of free extractors, epoch by epoch (Figs. 22 and 28)."""

from collections.abc import Iterator

import numpy as np

from hamlearn.claims import Claim, Evidence
from hamlearn.evidence import Missing, rank_correlation, select
from hamlearn.rolling import measures
from hamlearn.rolling.evidence import comparisons
from hamlearn.rolling.evidence.tables import Tables, evidence

PIPELINE = "pipeline"
EVEN = 0.5
FIRST = 3
"""Epochs that count as the first ones."""
CONSTANT = 0.01
"""Largest change of a mean attention that is called constant."""
TOP, IMPORTANT = 5, (2, 5, 8, 14)


def curves(tables: Tables, family: str, floor: float | None = None) -> Iterator[tuple]:
    """Yield epochs (e,), mean attention and its deviations (e, r) of each run that was watched."""
    floors = {} if floor is None else {"floor": floor}
    runs = select(tables.metrics, "watched networks", family=family, **floors)["run"].unique()
    rows = select(tables.histories, "epochs", run=list(runs))
    if "attention_0" not in rows:
        raise Missing("no attention was watched")
    rows = rows.dropna(subset="attention_0")
    number = sum(f"attention_{r}" in rows for r in range(len(rows.columns)))
    for _, part in rows.groupby(["run", "seed"], sort=False):
        part = part.sort_values("epoch")
        columns = [[f"attention_{stem}{r}" for r in range(number)] for stem in ("", "sd_")]
        mean, sd = (part[names].to_numpy(float) for names in columns)
        kept = np.isfinite(mean[0])
        yield part["epoch"].to_numpy(), mean[:, kept], sd[:, kept]


def centres(mean: np.ndarray) -> np.ndarray:
    """Return the centre of mass over read-outs, of even attention and after each epoch."""
    numbers = np.arange(mean.shape[1])
    return np.concatenate([[numbers.mean()], (mean * numbers).sum(axis=1) / mean.sum(axis=1)])


def _judged(claim: Claim, tables: Tables, answers: list[bool], values: list, note: str) -> Evidence:
    """Return evidence from what each watched run says: it holds if all do, fails if none does."""
    return Evidence(
        claim.id,
        values,
        n=len(answers),
        settings=comparisons.used(tables, PIPELINE),
        holds=all(answers),
        undecided=any(answers) and not all(answers),
        note=f"{sum(answers)} of {len(answers)} networks; {note}",
    )


@evidence("rolling.attention.even_at_start")
def even_before_training(claim: Claim, tables: Tables) -> Evidence:
    spread = tables.exact["properties"]["untrained_spread"]
    note = "the last layer of the attention begins with zeros"
    return Evidence(claim.id, spread, n=1, holds=spread < EVEN, note=note)


@evidence("rolling.attention.early_first")
def early_layers_first(claim: Claim, tables: Tables) -> Evidence:
    found = [centres(mean) for _, mean, _ in curves(tables, "hbfree")]
    answers = [bool(c[1 : 1 + FIRST].mean() < c[0]) for c in found]
    values = [round(float(c[1 : 1 + FIRST].mean() - c[0]), 3) for c in found]
    note = "centre of mass of the first epochs minus that of even attention, in read-outs"
    return _judged(claim, tables, answers, values, note)


@evidence("rolling.attention.progresses_upward")
def later_layers_follow(claim: Claim, tables: Tables) -> Evidence:
    found = [centres(mean) for _, mean, _ in curves(tables, "hbfree")]
    ranks = [rank_correlation(range(len(c)), c) for c in found]
    answers = [bool(rank > 0 and c[-1] > c.min()) for rank, c in zip(ranks, found, strict=True)]
    note = "rank correlation of the centre of mass with the epoch, from even attention on"
    return _judged(claim, tables, answers, [round(rank, 3) for rank in ranks], note)


@evidence("rolling.attention.important_layers")
def important_read_outs(claim: Claim, tables: Tables) -> Evidence:
    lasts = [mean[-1] for _, mean, _ in curves(tables, "hbfree")]
    tops = [set(map(int, np.argsort(last)[::-1][:TOP])) for last in lasts]
    shared = [len(top & set(IMPORTANT)) for top in tops]
    used = {**comparisons.used(tables, PIPELINE), "read_outs": len(lasts[0])}
    note = f"largest attention at read-outs {', '.join(map(str, sorted(tops[0])))}"
    return Evidence(claim.id, float(np.mean(shared)), n=len(lasts), settings=used, note=note)


def _frozen(tables: Tables) -> list[tuple]:
    """Return epoch, mean and deviation of runs that freeze, from the epoch on when they do."""
    found = []
    for epochs, mean, sd in curves(tables, "frozen", floor=0.0):
        closed = (mean < measures.CLOSED) & (sd < measures.SAME)
        last = int(closed[-1].sum())
        if last:
            first = int(np.argmax(closed.sum(axis=1) >= last))
            found.append((epochs[first:], mean[first:], sd[first:], closed[-1]))
    if not found:
        raise Missing("no network froze")
    return found


@evidence("rolling.attention.saturated_layers")
def some_freeze(claim: Claim, tables: Tables) -> Evidence:
    rows = select(tables.metrics, "networks that may freeze", family="frozen", floor=0.0)
    frozen = rows[rows["frozen"] > 0]
    names = ", ".join(str(int(n)) for n in frozen["frozen"]) or "none"
    return Evidence(
        claim.id,
        len(frozen),
        n=len(rows),
        settings=comparisons.used(tables, PIPELINE),
        holds=bool(len(frozen)),
        note=f"{len(frozen)} of {len(rows)} networks; read-outs without attention: {names}",
    )


@evidence("rolling.attention.saturated_epoch")
def epoch_of_freezing(claim: Claim, tables: Tables) -> Evidence:
    first = min(int(epochs[0]) for epochs, *_ in _frozen(tables))
    note = "the earliest epoch after which the read-outs without attention stay the same"
    used = comparisons.used(tables, PIPELINE)
    return Evidence(claim.id, first, n=1, settings=used, note=note)


@evidence("rolling.attention.saturated_sd")
def no_deviation(claim: Claim, tables: Tables) -> Evidence:
    largest = max(float(sd[0, closed].max()) for _, _, sd, closed in _frozen(tables))
    return Evidence(claim.id, largest, n=1, settings=comparisons.used(tables, PIPELINE))


@evidence("rolling.attention.saturated_constant")
def no_later_change(claim: Claim, tables: Tables) -> Evidence:
    runs = [(mean, closed) for epochs, mean, _, closed in _frozen(tables) if len(epochs) > 1]
    if not runs:
        raise Missing("networks froze in the last epoch")
    changes = [float(np.ptp(mean[:, closed], axis=0).max()) for mean, closed in runs]
    others = [float(np.ptp(mean, axis=0).max()) for mean, _ in runs]
    note = f"of the read-outs without attention; of all read-outs {max(others):.2g}"
    used = comparisons.used(tables, PIPELINE)
    holds = max(changes) < CONSTANT
    return Evidence(claim.id, max(changes), n=len(runs), settings=used, holds=holds, note=note)


@evidence("rolling.attention.floor_remedy")
def floor_helps(claim: Claim, tables: Tables) -> Evidence:
    rows = select(tables.metrics, "networks that may freeze", family="frozen")
    shares = rows.assign(closed=rows["frozen"] > 0).groupby("floor")["closed"].mean()
    accuracies = rows.groupby("floor")["accuracy"].mean()
    least = min(
        float(mean.min() - floor)
        for floor in shares.index
        for _, mean, _ in curves(tables, "frozen", floor=floor)
    )
    without, with_floor = float(shares.iloc[0]), float(shares.iloc[-1])
    note = (
        f"share of networks that freeze without and with a floor of {shares.index[-1]:g}; "
        f"their accuracies {accuracies.iloc[0]:.3f} and {accuracies.iloc[-1]:.3f}"
    )
    number = int(rows.groupby("floor").size().min())
    pooled = (without + with_floor) / 2
    se = float(np.sqrt(2 * pooled * (1 - pooled) / number))
    kept, told = least >= -1e-6, abs(with_floor - without) > comparisons.ERRORS * se
    return Evidence(
        claim.id,
        [without, with_floor],
        n=number,
        settings=comparisons.used(tables, PIPELINE),
        holds=kept and told and with_floor < without,
        undecided=kept and not told,
        note=note,
    )
