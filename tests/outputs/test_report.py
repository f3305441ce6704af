"""The report of the smoke build: what is in it, and what a reader who clicks gets to see."""

import json
import re
import struct

import pytest
from support import ROOT, snakemake

from hamlearn import claims, config, pictures

SMOKE = ROOT / "results" / "smoke"
STUDIES = config.studies()
WORKS = {study: pictures.load(ROOT / "scripts" / study) for study in STUDIES}
TITLES = {name: p.title for _, drawn in WORKS.values() for name, p in drawn.items()}


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    assert SMOKE.is_dir(), "results/smoke is missing: run `make smoke` first"
    path = tmp_path_factory.mktemp("report") / "report.html"
    options = ("--config", "scale=smoke", "--report", str(path), "--", "all")
    run = snakemake(ROOT, "--nolock", *options)
    assert run.returncode == 0, run.stderr
    return path


def embedded(report, name):
    """A variable of the report's page, e.g. all results by their path."""
    text = report.read_text(encoding="utf-8")
    return json.loads(re.search(rf"var {name} = (\{{.*?\}});\n", text)[1])


def test_every_figure_and_table_is_shown_with_a_caption(report):
    shown = embedded(report, "results")
    folders = {study: SMOKE / study for study in STUDIES}
    expected = [SMOKE / "claims.html"]
    for folder in folders.values():
        for pattern in ("figures/*.png", "tables/*.csv", "tables/pages/*.html"):
            expected += folder.glob(pattern)
    assert set(shown) == {str(path.relative_to(ROOT)) for path in expected}
    for path, result in shown.items():
        assert {"where", "title"} <= set(result["labels"])
        assert "system-message" not in result["caption"], path
        assert "<em>Scale:</em> smoke" in result["caption"]
        named = {work for work, _ in WORKS.values() if work in result["caption"]}
        assert named == {WORKS[study][0] for study in STUDIES if f"/{study}/" in path}
    assert set(embedded(report, "categories")) == {*STUDIES, "claims"}


def test_what_is_not_in_the_paper_is_said(report):
    shown = embedded(report, "results")
    for path, name in (("wires/figures", "wires_fig13"), ("bubbles/figures", "bubbles_fig12")):
        result = shown[f"results/smoke/{path}/{name}.png"]
        assert "ours" in result["labels"]["where"]
        assert "<em>Not in the paper:</em> All of it" in result["caption"]


def visible(browser, selector, by="css selector"):
    """The first element that matches, as soon as there is one."""
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(browser, 30).until(lambda page: page.find_element(by, selector))


def choose(browser, text):
    """Click on an entry of the report's menu."""
    visible(browser, f"//nav//*[normalize-space(text())='{text}']", by="xpath").click()


def buttons(browser, title):
    """The buttons to see a result of a list and to read about it."""
    return browser.find_elements("xpath", f"//nav//tr[td[normalize-space()='{title}']]//a")


def listed(browser):
    return [cell.text for cell in browser.find_elements("css selector", "nav tbody td:first-child")]


def png_width(path):
    return struct.unpack(">I", path.read_bytes()[16:20])[0]


def test_a_reader_finds_figures_tables_and_claims(report, browser):
    browser.get(report.as_uri())
    choose(browser, "wires")
    choose(browser, "figures")
    numbers = [int(p.stem[3:]) for p in WORKS["wires"][1].values() if p.kind == "figures"]
    assert [int(re.search(r"\d+", text)[0]) for text in listed(browser)] == numbers
    see, read = buttons(browser, TITLES["wires_fig05"])
    see.click()
    picture = visible(browser, "img[src^='data:image/png']")
    drawn = SMOKE / "wires" / "figures" / "wires_fig05.png"
    assert picture.get_property("naturalWidth") == png_width(drawn)
    assert picture.rect["width"] <= browser.get_window_size()["width"]
    read.click()
    assert WORKS["wires"][0] in visible(browser, "nav .prose").text

    browser.refresh()
    choose(browser, "bubbles")
    choose(browser, "tables")
    buttons(browser, TITLES["bubbles_bounds"])[0].click()
    browser.switch_to.frame(visible(browser, "iframe"))
    assert "σ_x, σ_y" in visible(browser, "tbody").text

    browser.switch_to.default_content()
    browser.refresh()
    choose(browser, "claims")
    buttons(browser, "claims and what came out")[0].click()
    browser.switch_to.frame(visible(browser, "iframe"))
    stated = sum(len(claims.load(ROOT / "claims" / f"{s}.yaml").results) for s in STUDIES)
    assert visible(browser, "output").text == f"{stated} of {stated} claims"
    browser.switch_to.default_content()
    assert not [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
