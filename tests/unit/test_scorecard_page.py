"""The scorecard's page: what it says and links, and what a browser does with it."""

import html.parser
import re
from collections import Counter

import pandas as pd
import pytest
from PIL import Image

from hamlearn import scorecard, scorepage
from hamlearn.verdicts import (
    BOUND_HOLDS,
    DEVIATES,
    MEANINGS,
    NOT_ATTEMPTED,
    REPRODUCED,
)

WORKS = [
    scorecard.Work("wires", "Li (2020)", "https://doi.org/10.1", {"n_train 1 (paper 2)": 2}, "abc"),
    scorecard.Work("bubbles", "Nedell (2021)", "", {}, ""),
]
LONG = "a.rather_long_name.of_a_claim.that_nobody_would_break.anywhere"
ROWS = [  # id, paper, value, ratio, verdict, target
    ("wires.first", "0.5", "12", "24", DEVIATES, "wires_fig05"),
    (f"wires.{LONG}", "", "1.5e+03, 2", "", REPRODUCED, "wires_mae"),
    ("wires.third", "0.06", "9.5", "158", NOT_ATTEMPTED, "results/default/wires/timing.json"),
    ("bubbles.fourth", "7e-05", "", "0.1", REPRODUCED, "bubbles_fig12"),
]
IDS = [row[0] for row in ROWS]


@pytest.fixture(scope="module")
def frame():
    columns = ["id", "paper", "value", "ratio", "verdict", "target"]
    frame = pd.DataFrame(ROWS, columns=columns).assign(
        quantity="error of T_KK' < 2^16 " * 4, reason="because " * 30, unit="2e2/h", where="Sec. I"
    )
    frame.loc[0, "trivial_better"] = scorecard.YES
    return frame.reindex(columns=scorecard.COLUMNS).fillna("")


@pytest.fixture(scope="module")
def path(tmp_path_factory, frame):
    """The page in the folder of its links, with the one figure that is there."""
    folder = tmp_path_factory.mktemp("page")
    figures = folder / "wires" / "figures"
    figures.mkdir(parents=True)
    Image.new("RGB", (2100, 1400), "white").save(figures / "wires_fig05.png")
    seen = {"wires": "wires", "bubbles": "bubbles"}
    content = scorepage.html(frame, "default", WORKS, seen, figures.glob("*.png"))
    (folder / "claims.html").write_text(content, encoding="utf-8")
    return folder / "claims.html"


@pytest.fixture(scope="module")
def page(path):
    return path.read_text(encoding="utf-8")


class Reader(html.parser.HTMLParser):
    """Collects elements and their texts; fails on a tag that closes another than the last one."""

    def __init__(self, page):
        super().__init__()
        self.open, self.elements, self.texts = [], [], Counter()
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in ("meta", "wbr", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts[data.strip()] += 1

    def all(self, tag, name):
        return [
            attributes[name]
            for found, attributes in self.elements
            if (found == tag) and name in attributes
        ]


def test_the_page_is_well_formed_and_loads_nothing(page):
    seen = Reader(page)
    assert seen.all("tr", "id") == IDS
    assert not {"img", "link", "iframe", "object"} & {tag for tag, _ in seen.elements}
    assert not any("src" in attributes for _, attributes in seen.elements)
    assert all(address.startswith("data:") for address in re.findall(r"url\((.*?)\)", page))
    assert "@import" not in page


def test_every_claim_links_its_work_its_figure_and_its_numbers(page, path):
    links = Reader(page).all("a", "href")
    assert links.count("https://doi.org/10.1") == 1 + 3  # the head, and each claim of wires
    own = [link for link in links if not link.startswith("https:")]
    figures = {f"wires/figures/wires_fig05.{kind}" for kind in ("png", "pdf", "csv")}
    figures |= {f"bubbles/figures/bubbles_fig12.{kind}" for kind in ("png", "pdf", "csv")}
    others = {"wires/tables/wires_mae.csv", "wires/tables/wires_mae.md", "wires/timing.json"}
    assert set(own) == figures | others
    assert (path.parent / "wires/figures/wires_fig05.png").is_file()


def test_a_figure_has_one_thumbnail_where_it_was_drawn(page):
    pictures = re.findall(r"\.t-(\w+) { background-image: url\(data:image/png;base64,", page)
    assert pictures == ["wires_fig05"]
    assert [c for c in Reader(page).all("a", "class")] == ["thumb t-wires_fig05"]


def test_a_thumbnail_is_small(path):
    address = scorepage.thumbnail(path.parent / "wires/figures/wires_fig05.png")
    assert len(address) < 2000


def test_verdicts_are_defined_and_the_trivial_predictor_has_its_badge(page, frame):
    seen = Reader(page)
    for name, number in scorecard.counts(frame).items():
        assert seen.texts[f"{scorecard.SYMBOLS[name]} {number} {name}"] == 1
        assert seen.texts[MEANINGS[name]] == 1
    assert seen.texts["1 trivial is better"] == 1
    badges = [c for c in seen.all("span", "class") if "trivial" in c.split()]
    assert len(badges) == 1 + 1  # its definition and the first claim
    assert seen.all("tr", "data-verdict")[0] == "deviates trivial"


def test_settings_and_origin_stand_at_the_top(page):
    head = page.partition("<table>")[0]
    assert "Settings unlike the paper's: n<sub>train</sub> 1 (paper 2) for 2 claims." in head
    assert "Settings unlike the paper's: none." in head
    assert head.count("Results:") == 1
    assert "Results: abc." in head


def test_text_is_typeset_and_escaped(page):
    assert "error of T<sub>KK′</sub> &lt; 2¹⁶" in page
    assert "7 × 10⁻⁵ 2e²/h" in page
    assert 'data-order="7e-05"' in page  # sorted as a number


@pytest.mark.parametrize(
    ("target", "label", "links"),
    [
        ("wires_fig05", "Fig. 5", ["w/figures/wires_fig05.png", "w/figures/wires_fig05.pdf"]),
        ("wires_mae", "table mae", ["w/tables/wires_mae.csv", "w/tables/wires_mae.md"]),
        ("results/paper/wires/timing.json", "timing.json", ["w/timing.json"]),
    ],
)
def test_a_target_has_a_name_and_files(target, label, links):
    assert scorepage.label(target) == label
    assert list(scorepage.links(target, "w").values())[:2] == links


# in a browser


@pytest.fixture
def opened(browser, path):
    browser.get(path.as_uri())
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
    ("column", "rising", "last"),
    [
        ("paper", [3, 2, 0, 1], 1),
        ("ours", [2, 0, 1, 3], 3),
        ("ratio", [3, 0, 2, 1], 1),
        ("verdict", [1, 3, 0, 2], None),
        ("figure", [3, 2, 0, 1], None),
    ],
)
def test_a_click_on_a_heading_sorts_and_another_one_turns_round(opened, column, rising, last):
    heading = opened.find_element("css selector", f"th.{column} button")
    heading.click()
    assert shown(opened) == [IDS[number] for number in rising]
    heading.click()
    falling = shown(opened)
    top = [number for number in reversed(rising) if number != last][0]
    assert falling[0] == IDS[top]
    assert last is None or falling[-1] == IDS[last]  # what is empty


def test_studies_figures_and_verdicts_can_be_chosen(opened):
    choose(opened, "verdict", REPRODUCED)
    assert shown(opened) == [IDS[1], IDS[3]]
    choose(opened, "study", "bubbles")
    assert shown(opened) == [IDS[3]]
    assert opened.find_element("tag name", "output").text == "1 of 4 claims"
    choose(opened, "verdict", "all")
    choose(opened, "study", "all")
    assert shown(opened) == IDS
    choose(opened, "figure", "Fig. 5")
    assert shown(opened) == [IDS[0]]
    choose(opened, "study", "bubbles")  # which has no such figure
    assert shown(opened) == [IDS[3]]
    choose(opened, "study", "all")
    choose(opened, "verdict", "trivial is better")
    assert shown(opened) == [IDS[0]]
    assert BOUND_HOLDS not in opened.find_element("name", "verdict").text  # none has it


def test_words_are_searched_for_in_all_of_a_row(opened):
    field = opened.find_element("name", "words")
    field.send_keys("Rather_LONG because")
    assert shown(opened) == [IDS[1]]
    field.clear()
    field.send_keys("no such word")
    assert shown(opened) == []


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


def test_everything_is_there_without_scripts(opened, path):
    opened.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    opened.get(path.as_uri())
    assert shown(opened) == IDS
    assert not opened.find_element("tag name", "form").is_displayed()
    assert not opened.find_elements("css selector", "th button")
