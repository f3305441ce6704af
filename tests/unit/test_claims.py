"""Verdicts, the ledger's errors, the scorecard, and the tables of it that the pages show."""

import importlib
import json
import math
import re
import sys
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from PIL import Image
from support import ROOT

from hamlearn import claims, scorecard, scorefiles, scorepage, verdicts
from hamlearn.claims import Claim, Evidence, LedgerError
from hamlearn.verdicts import judge

LEDGER = ROOT / "claims" / "wires.yaml"
LEDGERS = sorted((ROOT / "claims").glob("*.yaml"))
UNPUBLISHED = {"rolling", "bitei"}  # a thesis without an address
MAE = Claim(
    id="wires.mae",
    where="Sec. III",
    quantity="test MAE",
    kind="stated",
    unit="G0",
    compare="approx",
    evidence="wires_fig05",
    value=0.2,
    tolerance={"relative": 0.25},
    needs={"n_train": 1000, "n_test": {"at_least": 100}},
    reduced={"rule": "same_side", "trivial": 0.3},
)
FULL = {"n_train": 1000, "n_test": 100}
SMALL = {"n_train": 10, "n_test": 100}
ORDERED = replace(MAE, compare="ordering", value=None, criterion="it grows", tolerance={})


def evidence(value=0.2, settings=FULL, **values):
    return Evidence("wires.mae", value, settings=settings, **values)


def verdict(claim, found):
    return judge(claim, found)[0]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.2, verdicts.REPRODUCED),
        (0.25, verdicts.REPRODUCED),  # on the edge, where 0.25 - 0.2 is not exactly 0.05
        (0.15, verdicts.REPRODUCED),
        (0.2501, verdicts.DEVIATES),
        (0.1499, verdicts.DEVIATES),
        (math.nan, verdicts.DEVIATES),
    ],
)
def test_a_number_is_reproduced_within_its_tolerance_edges_included(value, expected):
    assert verdict(MAE, evidence(value)) == expected


@pytest.mark.parametrize(
    ("compare", "tolerance", "value", "expected"),
    [
        ("le", {"relative": 1.0}, 0.4, verdicts.BOUND_HOLDS),
        ("le", {"relative": 1.0}, 0.2, verdicts.BOUND_HOLDS),  # equal numbers, but one side asked
        ("le", {"relative": 1.0}, 0.41, verdicts.DEVIATES),
        ("le", {}, 0.0, verdicts.BOUND_HOLDS),
        ("ge", {"relative": 0.5}, 0.1, verdicts.BOUND_HOLDS),
        ("ge", {"relative": 0.5}, 0.09, verdicts.DEVIATES),
        ("ge", {"absolute": 0.01}, 99, verdicts.BOUND_HOLDS),
        ("approx", {"absolute": 0.1, "relative": 0.1}, 0.29, verdicts.REPRODUCED),
        ("approx", {}, 0.2, verdicts.REPRODUCED),
        ("approx", {}, 0.2001, verdicts.DEVIATES),
    ],
)
def test_bounds_are_widened_by_the_larger_tolerance(compare, tolerance, value, expected):
    claim = replace(MAE, compare=compare, tolerance=tolerance)
    assert verdict(claim, evidence(value)) == expected


def test_a_bound_at_reduced_scale_is_a_trend():
    claim = replace(MAE, compare="le", reduced={"rule": "below", "bound": 1})
    assert verdict(claim, evidence(0.9, SMALL)) == verdicts.TREND_HOLDS


def test_every_verdict_has_its_meaning_and_symbol():
    assert list(verdicts.MEANINGS) == list(verdicts.VERDICTS) == list(scorecard.SYMBOLS)
    assert len(set(scorecard.SYMBOLS.values())) == len(verdicts.VERDICTS)


def test_every_element_of_a_list_counts():
    claim = replace(MAE, value=[0.1, 0.2])
    assert verdict(claim, evidence([0.1, 0.2])) == verdicts.REPRODUCED
    assert verdict(claim, evidence([0.1, 0.3])) == verdicts.DEVIATES
    assert verdict(claim, evidence([0.1])) == verdicts.DEVIATES


@pytest.mark.parametrize(
    ("holds", "settings", "expected"),
    [
        (True, FULL, verdicts.REPRODUCED),
        (False, FULL, verdicts.DEVIATES),
        (True, SMALL, verdicts.TREND_HOLDS),
        (False, SMALL, verdicts.TREND_FAILS),
    ],
)
def test_a_criterion_holds_or_not_at_either_scale(holds, settings, expected):
    assert verdict(ORDERED, evidence(None, settings, holds=holds)) == expected
    assert verdict(replace(ORDERED, compare="bool"), evidence(1, settings, holds=holds)) == expected


@pytest.mark.parametrize(
    ("reduced", "value", "expected"),
    [
        ({"rule": "same_side", "trivial": 0.3}, 0.49, verdicts.TREND_HOLDS),
        ({"rule": "same_side", "trivial": 0.3}, 0.51, verdicts.TREND_FAILS),
        ({"rule": "same_side", "trivial": 0.1}, 0.51, verdicts.TREND_HOLDS),  # the paper fails too
        ({"rule": "same_side", "trivial": 0.1}, 0.49, verdicts.TREND_FAILS),
        ({"rule": "same_side", "trivial": 0.1}, math.nan, verdicts.TREND_FAILS),
        ({"rule": "ratio", "trivial": 0.2, "factor": 1.5}, 0.74, verdicts.TREND_HOLDS),
        ({"rule": "ratio", "trivial": 0.2, "factor": 1.5}, 0.76, verdicts.TREND_FAILS),
        ({"rule": "ratio", "trivial": 0.2, "factor": 1.5}, 0.34, verdicts.TREND_HOLDS),
        ({"rule": "ratio", "trivial": 0.2, "factor": 1.5}, 0.33, verdicts.TREND_FAILS),
        ({"rule": "below", "bound": 1}, 0.9, verdicts.TREND_HOLDS),
        ({"rule": "below", "bound": 1}, 1.1, verdicts.TREND_FAILS),
        ({"rule": "above", "bound": 1}, 1.1, verdicts.TREND_HOLDS),
        ({"rule": "above", "bound": 1}, 0.9, verdicts.TREND_FAILS),
        ({"rule": "same"}, 0.24, verdicts.TREND_HOLDS),
        ({"rule": "same"}, 0.26, verdicts.TREND_FAILS),
        ({"rule": "none"}, 0.2, verdicts.NOT_ATTEMPTED),
    ],
)
def test_a_number_at_reduced_scale_is_judged_by_its_rule(reduced, value, expected):
    found = evidence(value, SMALL, trivial=0.5)
    result, reason = judge(replace(MAE, reduced=reduced), found)
    assert result == expected
    assert "n_train 10 (paper 1000)" in reason
    assert "n_test" not in reason


def test_more_samples_than_at_least_needed_is_full_scale_and_fewer_is_not():
    assert verdict(MAE, evidence(settings={"n_train": 1000, "n_test": 200})) == verdicts.REPRODUCED
    fewer = evidence(settings={"n_train": 1000, "n_test": 99}, trivial=0.3)
    assert verdict(MAE, fewer) == verdicts.TREND_HOLDS
    more = evidence(settings={"n_train": 2000, "n_test": 100}, trivial=0.3)
    assert verdict(MAE, more) == verdicts.TREND_HOLDS  # n_train has to be the paper's


def test_settings_of_several_sizes_are_compared_one_by_one():
    claim = replace(ORDERED, needs={"sizes": [3, 5], "samples": {"at_least": [10, 20]}})

    def scale(**settings):
        return verdict(claim, evidence(1, settings, holds=True))

    assert scale(sizes=[3, 5], samples=[10, 30]) == verdicts.REPRODUCED
    assert scale(sizes=[3, 5], samples=[10, 19]) == verdicts.TREND_HOLDS
    assert scale(sizes=[3], samples=[10]) == verdicts.TREND_HOLDS
    assert scale(sizes=3, samples=10) == verdicts.TREND_HOLDS


@pytest.mark.parametrize("samples", [1, 10])
def test_a_criterion_that_scatter_hides_is_neither_met_nor_not(samples):
    claim = replace(ORDERED, needs={"samples": 10})
    found = evidence(0.1, {"samples": samples}, holds=True, undecided=True, note="3 seeds")
    given, reason = judge(claim, found)
    assert given == verdicts.SCATTER
    assert "not told apart: it grows; 3 seeds" in reason
    assert ("samples 1 (paper 10)" in reason) == (samples == 1)


def test_what_was_not_computed_is_not_attempted_with_the_reason():
    assert judge(MAE, None) == (verdicts.NOT_ATTEMPTED, "no evidence was computed")
    assert judge(MAE, Evidence("wires.mae", note="one seed")) == (
        verdicts.NOT_ATTEMPTED,
        "one seed",
    )
    refused = replace(MAE, not_attempted="no image")
    assert judge(refused, evidence()) == (verdicts.NOT_ATTEMPTED, "no image")


def test_the_reason_names_the_trivial_predictor_and_the_note():
    assert judge(MAE, evidence(0.2, trivial=0.19, note="by hand"))[1] == (
        "0.2, against 0.2 ± 0.05; trivial predictor 0.19: not beaten; by hand"
    )


@pytest.mark.parametrize(
    ("claim", "found", "message"),
    [
        (MAE, evidence(settings={"n_train": 1}), "does not state the setting 'n_test'"),
        (MAE, evidence(settings=SMALL), "no trivial predictor"),
        (ORDERED, evidence(), "does not say whether the criterion holds"),
    ],
)
def test_evidence_that_cannot_be_judged_is_refused(claim, found, message):
    with pytest.raises(LedgerError, match=message):
        judge(claim, found)


def broken(tmp_path, change):
    content = yaml.safe_load(LEDGER.read_text(encoding="utf-8"))
    change(content)
    path = tmp_path / "wires.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(LedgerError) as error:
        claims.load(path)
    assert "\n" not in str(error.value)
    assert str(path) in str(error.value)
    return str(error.value)


def entry(content, claim):
    return next(e for e in (*content["settings"], *content["results"]) if e["id"] == claim)


CHANGES = {
    "unknown key 'tolerence'": lambda c: c["results"][0].update(tolerence={}),
    "unknown key 'extra'": lambda c: c.update(extra=1),
    "duplicate id": lambda c: c["results"].append(dict(c["results"][0])),
    "expected an id that begins with wires.": lambda c: c["results"][0].update(id="bands.x"),
    "compare = 'about': expected one of approx": lambda c: c["results"][0].update(compare="about"),
    "kind = 'guessed'": lambda c: c["results"][0].update(kind="guessed"),
    "missing key 'evidence'": lambda c: c["results"][0].pop("evidence"),
    "missing key 'criterion'": lambda c: c["results"][0].pop("criterion"),
    "missing key 'value'": lambda c: entry(c, "wires.model_i.mae.3x3").pop("value"),
    "tolerance: rel = 0.1": lambda c: entry(c, "wires.model_i.mae.3x3").update(
        tolerance={"rel": 0.1}
    ),
    "tolerance: relative = -1": lambda c: entry(c, "wires.model_i.mae.3x3").update(
        tolerance={"relative": -1}
    ),
    "reduced: rule = None": lambda c: entry(c, "wires.model_i.mae.3x3").pop("reduced"),
    "rule ratio takes factor, trivial": lambda c: entry(c, "wires.model_i.mae.3x3").update(
        reduced={"rule": "ratio", "trivial": 1}
    ),
    "expected {at_least: n}": lambda c: c["results"][0].update(needs={"sizes": {"at_most": 1}}),
    "expected one of config, property": lambda c: c["settings"][0].update(config="wires.seed"),
    "found str": lambda c: c.update(settings=["text"]),
    "headline = 'yes': expected true or false": lambda c: c["results"][0].update(headline="yes"),
    "lesson = 'none': expected one of": lambda c: c["results"][0].update(lesson="none"),
    "url = 'doi:10': expected an address": lambda c: c.update(url="doi:10"),
}


@pytest.mark.parametrize("message", CHANGES)
def test_a_wrong_ledger_is_refused_in_one_line(tmp_path, message):
    assert message in broken(tmp_path, CHANGES[message])


@pytest.fixture(scope="module")
def ledger():
    return claims.load(LEDGER)


def found_for(ledger):
    """Evidence with which a scorecard has all verdicts."""
    found = {}
    for number, claim in enumerate(ledger.results):
        settings = {k: v["at_least"] if isinstance(v, dict) else v for k, v in claim.needs.items()}
        if number % 2:
            settings = {k: 0 for k in settings}
        value = claim.value if number % 3 else 1e3
        found[claim.id] = Evidence(
            claim.id, value, 0.01, 3, settings, trivial=0.3, holds=number % 3 > 0, note="<b>&|\n*"
        )
    return found


@pytest.fixture(scope="module")
def frame(ledger):
    return scorecard.scorecard([ledger], found_for(ledger), "default")


@pytest.fixture(scope="module")
def works(ledger):
    return scorecard.works([ledger], found_for(ledger), {})


def row(frame, claim):
    return frame[frame["id"] == claim].iloc[0]


def test_the_scorecard_counts_every_claim_once(frame, ledger):
    assert frame["id"].tolist() == [claim.id for claim in ledger.results]
    counted = scorecard.counts(frame)
    assert list(counted) == list(verdicts.VERDICTS)
    assert [name for name, number in counted.items() if not number] == [verdicts.SCATTER]
    assert sum(counted.values()) == len(frame)


def test_what_makes_the_evidence_again_is_named_and_the_command_told_once(frame, works):
    assert row(frame, "wires.model_i.mae.3x3")["target"] == "wires_fig05"
    assert row(frame, "wires.timing.kwant")["target"] == "results/default/wires/timing.json"
    command = "snakemake --cores 4 --config scale=default -- TARGET"
    seen = {"wires": "wires"}
    for page in (
        scorecard.markdown(frame, "default", works),
        scorepage.html(frame, "default", works, seen),
    ):
        assert page.count("snakemake ") == page.count(command) == 1


def test_nothing_is_judged_at_the_smoke_scale(ledger):
    found = {
        claim.id: Evidence(claim.id, claim.value, settings=dict.fromkeys(claim.needs), holds=True)
        for claim in ledger.results
        if claim.compare in claims.LOGICAL
    }
    frame = scorecard.scorecard([ledger], found, "smoke")
    assert set(frame["verdict"]) == {verdicts.NOT_ATTEMPTED}


@pytest.mark.parametrize(
    ("value", "trivial", "ratio", "better"),
    [(0.391, 0.321, "1.03", "yes"), (0.19, 0.2, "0.5", ""), (0.3, None, "0.789", "")]
    + [([0.1, 0.4], 0.3, "", ""), (None, 0.3, "", ""), (0.38, 0.38, "1", "")],
)
def test_a_number_stands_beside_the_papers_and_the_trivial_one(value, trivial, ratio, better):
    listed = isinstance(value, list)
    claim = replace(ORDERED if listed else MAE, value=0.38)
    found = evidence(value, FULL, trivial=trivial, holds=True if listed else None)
    only = scorecard.scorecard([claims.Ledger("wires", "", (), (claim,))], {MAE.id: found}, "paper")
    assert row(only, MAE.id)["ratio"] == ratio
    assert row(only, MAE.id)["trivial_better"] == better


def test_settings_unlike_the_papers_are_counted_and_named():
    ledger = claims.Ledger("wires", "Li", (), (MAE, replace(MAE, id="wires.other")))
    found = {"wires.mae": evidence(0.2, SMALL), "wires.other": evidence(0.2, FULL)}
    (work,) = scorecard.works([ledger], found, {})
    assert work.settings == "n_train 10 (paper 1000) for 1 claim"
    assert scorecard.works([ledger], {}, {})[0].settings == "none"


RECORD = {
    "code": {"commit": "abc", "dirty": True},
    "machine": {"cpu": "EPYC", "cores": 2, "system": "Linux"},
    "trained_on": [
        {"code": {"commit": "def", "dirty": False}, "device": "EPYC"},
        {"code": {"commit": None, "dirty": None}, "device": "H100"},
    ],
}


@pytest.mark.parametrize(
    ("record", "text"),
    [
        (RECORD, "commits abc with changes, def; 2 cores of EPYC, H100, Linux"),
        ({"code": "abc", "machine": {"cpu": "EPYC", "cores": 2}}, "commits abc; 2 cores of EPYC"),
        ({}, ""),
    ],
)
def test_commits_and_machines_come_from_the_provenance(record, text):
    assert scorecard.origin(record) == text
    ledger = claims.Ledger("wires", "Li", (), ())
    assert scorecard.works([ledger], {}, {"wires": record})[0].origin == text


def cells(line):
    return re.split(r"(?<!\\)\|", line)[1:-1]


def test_no_text_breaks_its_row_of_markdown(ledger):
    claim = replace(ledger.results[0], where="Sec. I\n\nor | II", quantity="a\r\nb\u2028c")
    frame = scorecard.scorecard([replace(ledger, results=(claim,))], {}, "default")
    header, line, found = scorecard.markdown(frame, "default", []).splitlines()[-3:]
    assert len(cells(header)) == len(cells(line)) == len(cells(found)) == 11
    assert cells(found)[1:3] == [r" Sec. I or \| II ", " a b c "]


def test_values_stand_with_their_spread_and_unit():
    row = {"value": "0.1, 0.24", "sd": "0.01, 0.02"}
    assert scorecard.ours(row) == "0.1 ± 0.01, 0.24 ± 0.02"
    assert scorecard.ours({"value": "0.1", "sd": ""}) == "0.1"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.12345, "0.123"),
        (40000, "40000"),
        (0, "0"),
        (3.5e-20, "3.5e-20"),
        (None, ""),
        (True, "True"),
    ]
    + [([1, 0.5], "1, 0.5"), (math.nan, "nan"), (-2.0, "-2")],
)
def test_numbers_are_shown_with_three_digits(value, text):
    assert claims.show(value) == text


@pytest.fixture
def scripts(monkeypatch):
    """Import a script by its name, as Snakemake would run it."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))

    def load(name):
        sys.modules.pop(name, None)
        return importlib.import_module(name)

    return load


def test_the_script_writes_the_three_files(tmp_path, scripts):
    records = [{"claim": "wires.model_i.mae.3x3", "note": "not trained"}]
    (tmp_path / "wires").mkdir()
    (tmp_path / "wires" / "evidence.json").write_text(json.dumps(records), encoding="utf-8")
    (tmp_path / "wires" / "provenance.json").write_text(json.dumps(RECORD), encoding="utf-8")
    names = {kind: str(tmp_path / f"claims.{kind}") for kind in ("csv", "md", "html")}
    evidence = [str(tmp_path / "wires" / "evidence.json")]
    scripts("claims").write([str(LEDGER)], evidence, "default", [], **names)
    frame = pd.read_csv(names["csv"], dtype=str, keep_default_na=False)
    assert list(frame) == list(scorecard.COLUMNS)
    reasons = frame.set_index("id")["reason"]
    assert reasons["wires.model_i.mae.3x3"] == "not trained"
    assert reasons["wires.model_i.mae.5x5"] == "no evidence was computed"
    md, html = (Path(names[kind]).read_text(encoding="utf-8") for kind in ("md", "html"))
    assert md.count("\n| `wires.") == len(frame)
    assert "commits abc with changes, def" in md
    assert 'href="wires/figures/wires_fig05.png"' in html


@pytest.fixture
def published(tmp_path, ledger):
    """A repository with the published evidence of one study, and empty pages."""
    folder = tmp_path / "results" / "paper" / "wires"
    folder.mkdir(parents=True)
    records = [asdict(piece) for piece in found_for(ledger).values()]
    (folder / "evidence.json").write_text(json.dumps(records), encoding="utf-8")
    (tmp_path / "config.yaml").write_text("studies: [wires, bands]\n", encoding="utf-8")
    for name in ("claims", "docs"):
        (tmp_path / name).mkdir()
    (tmp_path / "claims" / "wires.yaml").write_text(LEDGER.read_text("utf-8"), encoding="utf-8")
    pages = {"README.md": ["summary"], "docs/claims.md": ["claims"]}
    pages["docs/lessons.md"] = claims.LESSONS
    for path, names in pages.items():
        blocks = [f"<!-- {name}:begin -->\nbefore\n<!-- {name}:end -->" for name in names]
        text = "\n\n".join(["# Title", *blocks, "after\n"])
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def test_publishing_renews_pages_and_scorecard_and_check_fails_on_drift(published, scripts, capsys):
    publish = scripts("publish")
    arguments = ["--root", str(published)]
    assert publish.main([*arguments, "--check"]) == 1
    assert capsys.readouterr().err.count("not what the results say") == 7
    assert publish.main(arguments) == 0
    assert publish.main([*arguments, "--check"]) == 0
    pages = [published / name for name in ("README.md", "docs/claims.md", "docs/lessons.md")]
    readme, page, _ = pages
    assert (published / "results/paper/lessons.png").is_file()
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert text.startswith("# Title\n\n")
        assert text.endswith("\n\nafter\n")
        assert "before" not in text
    page.write_text(page.read_text(encoding="utf-8").replace("0.38 G₀", "0.37 G₀"), "utf-8")
    assert publish.main([*arguments, "--check"]) == 1
    assert capsys.readouterr().err.startswith(f"{page}: ")
    readme.write_text("no comments\n", encoding="utf-8")
    assert publish.main(arguments) == 2
    assert "expected the comments <!-- summary:begin -->" in capsys.readouterr().err
    assert "0.37 G₀" in page.read_text(encoding="utf-8")  # nothing half-written


def test_the_readme_counts_verdicts_and_names_the_claims_that_matter_most(ledger, frame, works):
    card = scorefiles.Card(frame, "paper", works, {"wires": Path("results/paper/wires")}, [])
    numbers, main = scorefiles.summary(card).split("\n\n")
    header, _, line = map(cells, numbers.splitlines())
    counted = scorecard.counts(frame)
    judged = len(frame) - counted[verdicts.NOT_ATTEMPTED]
    assert [cell.strip() for cell in line] == ["`wires`", str(judged), *map(str, counted.values())]
    assert [cell.strip(" ✓≷✗↗↘≈–") for cell in header[2:]] == list(verdicts.VERDICTS)
    named = [claim for claim in ledger.results if claim.headline]
    assert len(named) == 3
    for claim, line in zip(named, main.splitlines()[2:], strict=True):
        assert scorecard.judged(row(frame, claim.id)) in line
    shown = scorefiles.in_words(card, "docs")
    assert shown.count("](../results/paper/wires/") == judged


@pytest.mark.parametrize("path", LEDGERS, ids=lambda path: path.stem)
def test_every_ledger_has_an_address_and_three_headlines(path):
    ledger = claims.load(path)
    assert ledger.url.startswith("https://") or ledger.study in UNPUBLISHED
    assert sum(claim.headline for claim in ledger.results) == 3


def test_published_figures_are_kept_in_few_colours(published, scripts):
    publish = scripts("publish")
    path = published / "results/paper/wires/figures/wires_fig01.png"
    path.parent.mkdir()
    shades = np.linspace(0, 255, 300 * 200 * 3).reshape(200, 300, 3).astype(np.uint8)
    Image.fromarray(shades).save(path, dpi=(300, 300))
    assert publish.main(["--root", str(published), "--check"]) == 1
    assert publish.unpacked(published) == [path]
    assert publish.main(["--root", str(published)]) == 0
    with Image.open(path) as picture:
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.01)
        assert np.abs(np.asarray(picture.convert("RGB"), dtype=int) - shades).mean() < 2
    assert publish.main(["--root", str(published), "--check"]) == 0
