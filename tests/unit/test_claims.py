"""Verdicts, the ledger's errors, the scorecard and the README's table."""

import html.parser
import importlib
import json
import math
import re
import sys
from dataclasses import replace

import pytest
import yaml
from support import ROOT

from hamlearn import claims, scorecard
from hamlearn.claims import Claim, Evidence, LedgerError, judge

LEDGER = ROOT / "claims" / "wires.yaml"
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
        (0.2, claims.REPRODUCED),
        (0.25, claims.REPRODUCED),  # on the edge, where 0.25 - 0.2 is not exactly 0.05
        (0.15, claims.REPRODUCED),
        (0.2501, claims.DEVIATES),
        (0.1499, claims.DEVIATES),
        (math.nan, claims.DEVIATES),
    ],
)
def test_a_number_is_reproduced_within_its_tolerance_edges_included(value, expected):
    assert verdict(MAE, evidence(value)) == expected


@pytest.mark.parametrize(
    ("compare", "tolerance", "value", "expected"),
    [
        ("le", {"relative": 1.0}, 0.4, claims.REPRODUCED),
        ("le", {"relative": 1.0}, 0.41, claims.DEVIATES),
        ("le", {}, 0.0, claims.REPRODUCED),
        ("ge", {"relative": 0.5}, 0.1, claims.REPRODUCED),
        ("ge", {"relative": 0.5}, 0.09, claims.DEVIATES),
        ("ge", {"absolute": 0.01}, 99, claims.REPRODUCED),
        ("approx", {"absolute": 0.1, "relative": 0.1}, 0.29, claims.REPRODUCED),
        ("approx", {}, 0.2, claims.REPRODUCED),
        ("approx", {}, 0.2001, claims.DEVIATES),
    ],
)
def test_bounds_are_widened_by_the_larger_tolerance(compare, tolerance, value, expected):
    claim = replace(MAE, compare=compare, tolerance=tolerance)
    assert verdict(claim, evidence(value)) == expected


def test_every_element_of_a_list_counts():
    claim = replace(MAE, value=[0.1, 0.2])
    assert verdict(claim, evidence([0.1, 0.2])) == claims.REPRODUCED
    assert verdict(claim, evidence([0.1, 0.3])) == claims.DEVIATES
    assert verdict(claim, evidence([0.1])) == claims.DEVIATES


@pytest.mark.parametrize(
    ("holds", "settings", "expected"),
    [
        (True, FULL, claims.REPRODUCED),
        (False, FULL, claims.DEVIATES),
        (True, SMALL, claims.TREND_HOLDS),
        (False, SMALL, claims.TREND_FAILS),
    ],
)
def test_a_criterion_holds_or_not_at_either_scale(holds, settings, expected):
    assert verdict(ORDERED, evidence(None, settings, holds=holds)) == expected
    assert verdict(replace(ORDERED, compare="bool"), evidence(1, settings, holds=holds)) == expected


@pytest.mark.parametrize(
    ("reduced", "value", "expected"),
    [
        ({"rule": "same_side", "trivial": 0.3}, 0.49, claims.TREND_HOLDS),
        ({"rule": "same_side", "trivial": 0.3}, 0.51, claims.TREND_FAILS),
        ({"rule": "same_side", "trivial": 0.1}, 0.51, claims.TREND_HOLDS),  # the paper fails too
        ({"rule": "same_side", "trivial": 0.1}, 0.49, claims.TREND_FAILS),
        ({"rule": "same_side", "trivial": 0.1}, math.nan, claims.TREND_FAILS),
        ({"rule": "ratio", "trivial": 0.2, "factor": 1.5}, 0.74, claims.TREND_HOLDS),
        ({"rule": "ratio", "trivial": 0.2, "factor": 1.5}, 0.76, claims.TREND_FAILS),
        ({"rule": "ratio", "trivial": 0.2, "factor": 1.5}, 0.34, claims.TREND_HOLDS),
        ({"rule": "ratio", "trivial": 0.2, "factor": 1.5}, 0.33, claims.TREND_FAILS),
        ({"rule": "below", "bound": 1}, 0.9, claims.TREND_HOLDS),
        ({"rule": "below", "bound": 1}, 1.1, claims.TREND_FAILS),
        ({"rule": "above", "bound": 1}, 1.1, claims.TREND_HOLDS),
        ({"rule": "above", "bound": 1}, 0.9, claims.TREND_FAILS),
        ({"rule": "same"}, 0.24, claims.TREND_HOLDS),
        ({"rule": "same"}, 0.26, claims.TREND_FAILS),
        ({"rule": "none"}, 0.2, claims.NOT_ATTEMPTED),
    ],
)
def test_a_number_at_reduced_scale_is_judged_by_its_rule(reduced, value, expected):
    found = evidence(value, SMALL, trivial=0.5)
    result, reason = judge(replace(MAE, reduced=reduced), found)
    assert result == expected
    assert "n_train 10 (paper 1000)" in reason
    assert "n_test" not in reason


def test_more_samples_than_at_least_needed_is_full_scale_and_fewer_is_not():
    assert verdict(MAE, evidence(settings={"n_train": 1000, "n_test": 200})) == claims.REPRODUCED
    fewer = evidence(settings={"n_train": 1000, "n_test": 99}, trivial=0.3)
    assert verdict(MAE, fewer) == claims.TREND_HOLDS
    more = evidence(settings={"n_train": 2000, "n_test": 100}, trivial=0.3)
    assert verdict(MAE, more) == claims.TREND_HOLDS  # n_train has to be the paper's


def test_settings_of_several_sizes_are_compared_one_by_one():
    claim = replace(ORDERED, needs={"sizes": [3, 5], "samples": {"at_least": [10, 20]}})

    def scale(**settings):
        return verdict(claim, evidence(1, settings, holds=True))

    assert scale(sizes=[3, 5], samples=[10, 30]) == claims.REPRODUCED
    assert scale(sizes=[3, 5], samples=[10, 19]) == claims.TREND_HOLDS
    assert scale(sizes=[3], samples=[10]) == claims.TREND_HOLDS
    assert scale(sizes=3, samples=10) == claims.TREND_HOLDS


def test_what_was_not_computed_is_not_attempted_with_the_reason():
    assert judge(MAE, None) == (claims.NOT_ATTEMPTED, "no evidence was computed")
    assert judge(MAE, Evidence("wires.mae", note="one seed")) == (claims.NOT_ATTEMPTED, "one seed")
    refused = replace(MAE, not_attempted="no image")
    assert judge(refused, evidence()) == (claims.NOT_ATTEMPTED, "no image")


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
}


@pytest.mark.parametrize("message", CHANGES)
def test_a_wrong_ledger_is_refused_in_one_line(tmp_path, message):
    assert message in broken(tmp_path, CHANGES[message])


@pytest.fixture
def ledger():
    return claims.load(LEDGER)


@pytest.fixture
def frame(ledger):
    """A scorecard with all five verdicts."""
    found = {}
    for number, claim in enumerate(ledger.results):
        settings = {k: v["at_least"] if isinstance(v, dict) else v for k, v in claim.needs.items()}
        if number % 2:
            settings = {k: 0 for k in settings}
        value = claim.value if number % 3 else 1e3
        found[claim.id] = Evidence(
            claim.id, value, 0.01, 3, settings, trivial=0.3, holds=number % 3 > 0, note="<b>&|"
        )
    return scorecard.scorecard([ledger], found, "default")


def test_the_scorecard_counts_every_claim_once(frame, ledger):
    assert frame["id"].tolist() == [claim.id for claim in ledger.results]
    counted = scorecard.counts(frame)
    assert list(counted) == list(claims.VERDICTS)
    assert all(counted.values())
    assert sum(counted.values()) == len(frame)
    row = frame[frame["id"] == "wires.model_i.mae.3x3"].iloc[0]
    assert row["command"] == "snakemake --cores 4 --config scale=default -- wires_fig05"


def test_nothing_is_judged_at_the_smoke_scale(ledger):
    found = {
        claim.id: Evidence(claim.id, claim.value, settings=dict.fromkeys(claim.needs), holds=True)
        for claim in ledger.results
        if claim.compare in claims.LOGICAL
    }
    frame = scorecard.scorecard([ledger], found, "smoke")
    assert set(frame["verdict"]) == {claims.NOT_ATTEMPTED}


def test_the_page_is_well_formed_and_needs_nothing_from_outside(frame, ledger):
    page = scorecard.html(frame, "default", {"wires": ledger.paper})
    assert not re.search(r"https?:|//|src=|url\(|@import|<link", page)
    for claim in ledger.results:
        assert f'<tr id="{claim.id}">' in page
    assert "<b>&|" not in page
    assert "&lt;b&gt;&amp;|" in page
    for number in scorecard.counts(frame).values():
        assert f"{number} " in page
    check = Nesting()
    check.feed(page)
    assert check.open == []


class Nesting(html.parser.HTMLParser):
    """Fails on a tag that closes another than the last one opened."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attributes):
        if tag not in ("meta", "wbr"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_values_stand_with_their_spread_and_unit():
    row = {"value": "0.1, 0.24", "sd": "0.01, 0.02"}
    assert scorecard.ours(row) == "0.1 ± 0.01, 0.24 ± 0.02"
    assert scorecard.ours({"value": "0.1", "sd": ""}) == "0.1"
    assert scorecard.with_unit("0.1", "G0") == "0.1 G0"
    assert scorecard.with_unit("0.1", "none") == "0.1"
    assert scorecard.with_unit("", "G0") == ""


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


def test_the_csv_is_read_back_as_it_was_written(frame, tmp_path, ledger):
    paths = [str(tmp_path / f"claims.{kind}") for kind in ("csv", "md", "html")]
    scorecard.write(frame, "default", {"wires": ledger.paper}, *paths)
    assert scorecard.read(paths[0]).equals(frame)
    with open(paths[1], encoding="utf-8") as file:
        assert file.read().count("\n| `wires.") == len(frame)
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(ValueError, match="expected the columns of a scorecard"):
        scorecard.read(tmp_path / "other.csv")


@pytest.fixture
def scripts(monkeypatch):
    """Import a script by its name, as Snakemake would run it."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))

    def load(name):
        sys.modules.pop(name, None)
        return importlib.import_module(name)

    return load


def test_the_readme_table_round_trips_and_check_fails_on_drift(frame, tmp_path, scripts, capsys):
    table = scripts("readme_table")
    csv, readme = tmp_path / "claims.csv", tmp_path / "README.md"
    frame.to_csv(csv, index=False)
    begin, end = scorecard.markers("wires")
    readme.write_text(f"# Title\n\n{begin}\nold\n{end}\n\nafter\n", encoding="utf-8")
    options = ["--csv", str(csv), "--readme", str(readme)]
    assert table.main([*options, "--check"]) == 1
    assert "differs from" in capsys.readouterr().err
    assert "old" in readme.read_text(encoding="utf-8")
    assert table.main(options) == 0
    text = readme.read_text(encoding="utf-8")
    assert text.startswith("# Title\n\n")
    assert text.endswith("\n\nafter\n")
    assert scorecard.readme_block(frame, "wires") in text
    assert table.main([*options, "--check"]) == 0
    frame.assign(value="7").to_csv(csv, index=False)
    assert table.main([*options, "--check"]) == 1
    readme.write_text("no markers\n", encoding="utf-8")
    assert table.main(options) == 2
    assert "expected the markers" in capsys.readouterr().err


def test_the_script_writes_the_three_files(tmp_path, scripts, ledger):
    records = [{"claim": "wires.model_i.mae.3x3", "note": "not trained"}]
    (tmp_path / "evidence.json").write_text(json.dumps(records), encoding="utf-8")
    names = {kind: str(tmp_path / f"claims.{kind}") for kind in ("csv", "md", "html")}
    scripts("claims").write([str(LEDGER)], [str(tmp_path / "evidence.json")], "default", **names)
    frame = scorecard.read(names["csv"])
    reasons = frame.set_index("id")["reason"]
    assert reasons["wires.model_i.mae.3x3"] == "not trained"
    assert reasons["wires.model_i.mae.5x5"] == "no evidence was computed"
