"""The hand-out: one file that holds everything, asks for nothing, and can be printed."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest
from some_scenarios import scenario

from scenario_sim.data.parameters import THEORIES
from scenario_sim.reporting.charts import Risk, estimate_precision, precision_rows
from scenario_sim.reporting.html import compare_under_theories, render_report
from scenario_sim.reporting.html import messages as words
from scenario_sim.reporting.html.figures import read_echarts
from scenario_sim.reporting.html.tables import format_three_digits
from scenario_sim.reporting.messages import THEORY_AS_SET, TOO_FEW
from scenario_sim.scenario.files import load_scenario, read_scenario
from scenario_sim.simulation.comparison import compare
from scenario_sim.simulation.ensemble import simulate
from scenario_sim.simulation.outcomes import OUTCOMES

NASTY = '</script><script>alert(1)</script><img src="https://example.org/x.png">'


@pytest.fixture(scope="module")
def comparison():
    base = load_scenario("surge-2022")
    policy = base.with_levers(engagement=0.9).with_change(date="2022-06-06", exercise_scale=0.2)
    return compare(base, policy, runs=120, seed=7)


@pytest.fixture(scope="module")
def text(comparison):
    return render_report(comparison.baseline, comparison.policy)


class Elements(HTMLParser):
    """Every tag with its attributes, and the text that is read."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.said: list[str] = []
        self.inside: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.inside.append(tag)

    def handle_endtag(self, tag):
        assert self.inside.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data):
        if self.inside and self.inside[-1] not in ("script", "style"):
            self.said.append(data)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.said).split())


def test_it_asks_for_nothing_from_outside(text):
    elements = Elements(text)
    assert elements.inside == []
    for tag, attributes in elements.tags:
        assert tag not in ("link", "iframe", "img", "object", "base", "form"), tag
        assert not {"src", "href", "srcset", "action", "data"} & attributes.keys(), (
            tag,
            attributes,
        )
    styles = re.findall(r"<style>.*?</style>", text, re.S)
    assert styles and not any("url(" in style or "@import" in style for style in styles)
    assert "default-src 'none'" in text


def test_it_holds_every_number_of_the_comparison(comparison, text):
    said = Elements(text).words
    for outcome in OUTCOMES:
        assert outcome.name in said
        row = comparison.table.loc[outcome.name]
        if outcome.category or not comparison.can_tell(outcome.name):
            continue
        shift = f"{format_three_digits(row['difference'], True)} {format_three_digits(row['low'], True)} to "
        assert shift + format_three_digits(row["high"], True) in said, outcome.name
        if outcome.name != "confrontation_risk":
            for side in ("baseline", "policy"):
                assert format_three_digits(row[side]) in said
    assert TOO_FEW in said


def test_it_says_what_it_is_and_how_to_make_it_again(comparison, text):
    base, policy = comparison.baseline, comparison.policy
    said = Elements(text).words
    wanted = [words.DISCLAIMER, base.scenario.title, base.scenario.question, words.LIMITS]
    wanted += [base.scenario.hash, policy.scenario.hash, str(base.provenance["engine"])]
    wanted += [Risk.of(base, comparison).sentence, *base.scenario.sources]
    wanted += ["scenario-sim compare surge-2022 policy.toml --runs 120 --seed 7"]
    wanted += ["0.2 from 6 Jun 2022", "Engagement offers"]
    for piece in wanted:
        assert " ".join(piece.split()) in said, piece
    assert '<html lang="en">' in text
    levels = [int(tag[1]) for tag, _ in Elements(text).tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1


def test_the_scenario_files_in_it_make_the_same_worlds(comparison, text):
    files = re.findall(r"<h3>([^<]*)</h3><pre>(.*?)</pre>", text, re.S)
    assert [name for name, _ in files] == ["surge-2022", "policy.toml"]
    hashes = [read_scenario(unescape(file)).hash for _, file in files]
    assert hashes == [comparison.baseline.scenario.hash, comparison.policy.scenario.hash]


def test_a_scenario_alone_is_handed_out_too(comparison):
    said = Elements(render_report(comparison.baseline)).words
    assert "scenario-sim run surge-2022 --runs 120 --seed 7" in said
    assert words.CHANGED not in said
    assert "This policy" not in said


def test_without_weeks_there_are_no_pictures_and_it_says_so(comparison):
    light = replace(comparison.baseline, recording=None)
    text = render_report(light)
    assert words.NO_PICTURES in Elements(text).words
    assert len(text) < 100_000


def test_it_holds_the_six_theories_side_by_side_when_they_are_passed_in(comparison):
    base, policy = comparison.baseline, comparison.policy
    heard = []
    found = compare_under_theories(base, policy, progress=lambda done, of: heard.append(done / of))
    assert heard == sorted(heard) and heard[-1] == 1
    assert [one.title for one in found] == [THEORY_AS_SET, *(t.title for t in THEORIES)]
    assert found[0].baseline is base and found[0].policy is policy
    for theory, one in zip(THEORIES, found[1:], strict=True):
        assert one.policy.scenario.hash == policy.scenario.with_theory(theory).hash
    elements = Elements(render_report(base, policy, theories=found))
    said = elements.words
    for theory, one in zip(THEORIES, found[1:], strict=True):
        assert theory.words in said and theory.doubts in said
        mean = 1000 * one.policy.outcomes["confrontation_risk"].mean()
        assert f"{mean:.1f} ±" in said, theory.name
    ids = [attributes["id"] for _, attributes in elements.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert words.THEORIES_HEADING not in Elements(render_report(base, policy)).words


def test_it_says_whether_the_futures_are_enough(comparison):
    said = Elements(render_report(comparison.baseline, comparison.policy)).words
    found = estimate_precision(comparison.baseline, comparison)
    assert words.PRECISION_HEADING in said
    for row in precision_rows(found, True):
        assert " ".join(" ".join(row).split()) in said


def test_scenarios_that_differ_in_more_than_levers_are_said_to():
    short = {"weeks": 8}
    act = {"date": "2026-09-14", "state": "DPRK", "action": "nuclear_test"}
    base, other = scenario(**short), scenario(**short, title="other", acts=[act])
    pair = compare(base, other, runs=20)
    said = Elements(render_report(pair.baseline, pair.policy)).words
    assert words.CHANGED_ELSE in said
    assert "compare baseline.toml policy.toml" in said
    same = compare(base, base, runs=20)
    assert words.CHANGED_NOTHING in Elements(render_report(same.baseline, same.policy)).words


def test_text_from_a_file_stays_text():
    nasty = scenario(title=NASTY, question=NASTY, sources=[NASTY], weeks=8)
    elements = Elements(render_report(simulate(nasty, runs=20)))
    assert elements.words.count("alert(1)") >= 3
    assert not any(tag == "img" for tag, _ in elements.tags)
    scripts = [attributes for tag, attributes in elements.tags if tag == "script"]
    charts = sum(attributes.get("class") == "chart" for _, attributes in elements.tags)
    assert len(scripts) == charts + 2  # their options, the library, what draws


def test_one_run_is_enough():
    text = render_report(*(simulate(scenario(weeks=4), runs=1) for _ in range(2)))
    assert "nan" not in Elements(text).words.lower().split()


def test_the_drawing_script_comes_with_the_installation():
    assert "Apache" in read_echarts()[:2000]
    assert "</script" not in read_echarts().lower()


# --- the command line ------------------------------------------------------------------------------


def test_the_command_line_writes_it(tmp_path):
    def ran(*words):
        command = [sys.executable, "-m", "scenario_sim", *words]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    words_ = ("status-quo", "--set", "hotline=0.8", "--weeks", "8", "--runs", "20")
    done = ran("compare", *words_, "--report", "a.html")
    assert done.returncode == 0, done.stderr
    assert "Written: a.html" in done.stderr
    assert "0.8" in Elements((tmp_path / "a.html").read_text("utf-8")).words
    kept = ("run", "status-quo", "--weeks", "8", "--runs", "20", "--out", "kept", "--json")
    assert ran(*kept).returncode == 0
    done = ran(*kept, "--report", "b.html")  # from results already there
    assert done.returncode == 0, done.stderr
    assert 'class="chart"' in (tmp_path / "b.html").read_text("utf-8")
    refused = ran("run", "status-quo", "surge-2022", "--runs", "0", "--report", "nowhere/c.html")
    assert refused.returncode == 2
    assert "--report nowhere/c.html: takes one scenario, not 2" in refused.stderr
    assert "--runs" in refused.stderr
    for name, reason in (("nowhere/c.html", "no folder"), ("c.txt", ".html"), ("kept", ".html")):
        assert reason in ran("run", "status-quo", "--report", name).stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.html", "b.html", "kept"]


# --- in a browser ----------------------------------------------------------------------------------


@pytest.mark.browser
def test_it_draws_by_itself_on_screen_and_on_paper(browser, text, tmp_path):
    path = tmp_path / "report.html"
    path.write_text(text, "utf-8")
    page = browser.new_page(viewport={"width": 390, "height": 844})
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 844})
            page.goto(path.as_uri())
            drawn = page.locator(".chart svg path")
            drawn.first.wait_for(state="attached")
            assert drawn.count() > 20
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert asked == [path.as_uri()] * 2
        assert complaints == []
        printed = page.pdf(prefer_css_page_size=True)
        assert printed.startswith(b"%PDF") and len(printed) > 30_000
        page.evaluate(
            "() => { const annex = document.querySelector('.annex');"
            " while (annex.nextSibling) annex.nextSibling.remove(); annex.remove(); }"
        )
        for_a_class = page.pdf(prefer_css_page_size=True)
        assert for_a_class.count(b"/Type /Page\n") == 2, "what a class gets fits on two pages"
    finally:
        page.close()


@pytest.mark.browser
def test_without_scripts_the_tables_hold_it_all(browser, text, tmp_path):
    path = tmp_path / "report.html"
    path.write_text(text, "utf-8")
    context = browser.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(path.as_uri())
        assert page.locator("figure table").count() == page.locator("figure").count() >= 2
        assert page.locator("figure table").first.is_visible()
    finally:
        context.close()


@pytest.mark.browser
def test_a_class_gets_two_pages_and_the_rest_is_an_annex(browser, text, tmp_path):
    path = tmp_path / "report.html"
    path.write_text(text, "utf-8")
    page = browser.new_page(viewport={"width": 680, "height": 960})  # A4 without its margins
    try:
        page.goto(path.as_uri())
        page.locator(".chart svg path").first.wait_for(state="attached")
        page.emulate_media(media="print")
        brief = page.locator(".brief")
        assert brief.bounding_box()["height"] * 25.4 / 96 <= 2 * 265  # mm
        assert words.LIMITS_TEXT[0][:40] in brief.inner_text()
        assert words.OUTCOMES_HEADING not in brief.inner_text()
        annex = page.locator("h2.annex")
        assert annex.evaluate("e => getComputedStyle(e).breakBefore") == "page"
    finally:
        page.close()
