"""The scorecard's page as a browser shows it: sorted, filtered, and on a phone."""

import pandas as pd
import pytest

from hamlearn import scorecard
from hamlearn.claims import VERDICTS

PAPERS = {"wires": "Li (2020)", "bubbles": "Nedell (2021)"}
LONG = "a.rather_long_name.of_a_claim.that_nobody_would_break.anywhere"
ROWS = [  # id, paper, value, verdict
    ("wires.first", "0.5", "12", VERDICTS[1]),
    (f"wires.{LONG}", "", "1.5e+03, 2", VERDICTS[0]),
    ("wires.third", "0.06", "9.5", VERDICTS[4]),
    ("bubbles.fourth", "7e-05", "", VERDICTS[0]),
]
IDS = [row[0] for row in ROWS]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    frame = pd.DataFrame(ROWS, columns=["id", "paper", "value", "verdict"])
    frame = frame.assign(quantity="error of a network " * 4, reason="because " * 30)
    frame["command"] = "snakemake --cores 4 --config scale=default -- wires_fig05"
    path = tmp_path_factory.mktemp("page") / "claims.html"
    content = scorecard.html(frame.reindex(columns=scorecard.COLUMNS).fillna(""), "default", PAPERS)
    path.write_text(content, encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def opened(browser, page):
    browser.get(page)
    yield browser
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def shown(browser):
    rows = browser.find_elements("css selector", "tbody tr")
    return [row.get_attribute("id") for row in rows if row.is_displayed()]


def choose(browser, name, text):
    from selenium.webdriver.support.ui import Select

    Select(browser.find_element("name", name)).select_by_visible_text(text)


def resize(browser, width):
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


@pytest.mark.parametrize(
    ("column", "rising"),
    [("paper", [3, 2, 0, 1]), ("ours", [2, 0, 1, 3]), ("verdict", [1, 3, 0, 2])],
)
def test_a_click_on_a_heading_sorts_and_another_one_turns_round(opened, column, rising):
    heading = opened.find_element("css selector", f"th.{column} button")
    heading.click()
    assert shown(opened) == [IDS[number] for number in rising]
    heading.click()
    falling = shown(opened)
    empty = {"paper": IDS[1], "ours": IDS[3]}.get(column)
    assert falling[0] == IDS[{"paper": 0, "ours": 1, "verdict": 2}[column]]
    assert empty is None or falling[-1] == empty


def test_studies_and_verdicts_can_be_chosen(opened):
    choose(opened, "verdict", VERDICTS[0])
    assert shown(opened) == [IDS[1], IDS[3]]
    choose(opened, "study", "bubbles")
    assert shown(opened) == [IDS[3]]
    assert opened.find_element("tag name", "output").text == "1 of 4 claims"
    choose(opened, "verdict", "all")
    choose(opened, "study", "all")
    assert shown(opened) == IDS


@pytest.mark.parametrize("width", [360, 800, 1200])
def test_no_page_is_wider_than_its_screen(opened, width):
    resize(opened, width)
    root = opened.find_element("tag name", "html")
    assert root.get_property("scrollWidth") <= width
    assert root.get_property("clientWidth") <= width


def test_a_phone_sorts_by_a_list_as_it_shows_no_headings(opened):
    resize(opened, 360)
    choose(opened, "column", "ours")
    assert shown(opened) == [IDS[2], IDS[0], IDS[1], IDS[3]]


def test_everything_is_there_without_scripts(opened, page):
    opened.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    opened.get(page)
    assert shown(opened) == IDS
    assert not opened.find_element("tag name", "form").is_displayed()
    assert not opened.find_elements("css selector", "th button")
