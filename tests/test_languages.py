"""Languages: words come from catalogues, numbers and dates from the locale, and English stays as it is."""

from __future__ import annotations

import ast
import importlib
import re
import threading
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from pseudo_language import CODE, accent, forget_catalogues, plain_words

from scenario_sim import formatting, language, load_scenario, simulate
from scenario_sim.data.parameters import LEVERS
from scenario_sim.data.states import load_cast
from scenario_sim.errors import ScenarioSimError, UnknownNameError
from scenario_sim.language import (
    CATALOGUES_VARIABLE,
    TRANSLATED_CONSTANTS,
    LocalText,
    Plural,
    cache_by_language,
    current_language,
    join_list,
    preferred_language,
    translate,
    translate_count,
    use_language,
)
from scenario_sim.reporting.html.page import render_report
from scenario_sim.reporting.narrative import narrate
from scenario_sim.scenario.files import dump_scenario
from scenario_sim.simulation.engine import model_fingerprint
from scenario_sim.simulation.single_run import simulate_run
from scenario_sim.teaching import (
    list_lessons,
    load_lesson,
    render_handout,
    render_role_sheet,
)
from scenario_sim.ui import messages

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "scenario_sim"
GERMAN = """
msgid ""
msgstr "Language: de\\nContent-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "{runs:,} futures"
msgstr "{runs:,} Zukünfte"

msgid "Undo"
msgstr "Rückgängig"
"""
POLISH = """
msgid ""
msgstr ""
"Language: pl\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);\\n"

msgid "{n} week"
msgid_plural "{n} weeks"
msgstr[0] "{n} tydzień"
msgstr[1] "{n} tygodnie"
msgstr[2] "{n} tygodni"
"""
ARABIC = """
msgid ""
msgstr "Language: ar\\nContent-Type: text/plain; charset=utf-8\\n"
"""


@pytest.fixture
def catalogues(tmp_path, monkeypatch):
    """A folder with small catalogues, beside the shipped ones."""
    for code, text in {"de": GERMAN, "pl": POLISH, "ar": ARABIC}.items():
        (tmp_path / f"{code}.po").write_text(text, "utf-8")
    monkeypatch.setenv(CATALOGUES_VARIABLE, str(tmp_path))
    forget_catalogues()
    yield tmp_path
    forget_catalogues()


# --- which language --------------------------------------------------------------------------------


def test_without_a_choice_the_language_is_english_and_every_text_stays_the_same_object():
    assert current_language() == "en"
    text = "week {n} of {all}"
    assert translate(text) is text
    assert messages.page.HEADER is vars(messages.page)["HEADER"]
    assert vars(LEVERS[0])["label"] is LEVERS[0].label


def test_an_unknown_language_is_refused_with_the_ones_there_are(catalogues):
    with pytest.raises(UnknownNameError, match=r"no language 'fr'; there are: ar, de, en, pl"):
        language.load_language("fr")
    with pytest.raises(UnknownNameError, match="did you mean `de`"):
        language.load_language("dee")


def test_the_command_line_refuses_an_unknown_language(refused):
    said = refused("app", "--no-open", "--language", "xx")
    assert "there is no language 'xx'; there are: en" in said


@pytest.mark.parametrize(
    ("accepted", "best"),
    [
        ("fr, de-AT;q=0.8, en;q=0.7", "de"),
        ("en-GB, de;q=0.9", "en"),
        ("de;q=0, pl", "pl"),
        ("fr, nl", ""),
        ("de;q=much", ""),
        ("", ""),
    ],
)
def test_a_browser_s_header_chooses_the_best_language_there_is(catalogues, accepted, best):
    assert preferred_language(accepted) == best


def test_a_language_ends_with_its_block_and_another_thread_does_not_see_it(catalogues):
    seen = []
    with use_language("de"):
        thread = threading.Thread(target=lambda: seen.append(current_language()))
        thread.start()
        thread.join()
        assert current_language() == "de"
    assert [*seen, current_language()] == ["en", "en"]


# --- words, plurals, numbers, dates ------------------------------------------------------------------


def test_a_translated_text_writes_its_numbers_as_its_language_does(catalogues):
    with use_language("de"):
        assert translate("{runs:,} futures").format(runs=12000) == "12.000 Zukünfte"
        assert translate("not in the catalogue") == "not in the catalogue"
        assert isinstance(translate("Undo"), LocalText)
        assert messages.levers.PANEL["undo"] == "Rückgängig"


@pytest.mark.parametrize(("n", "text"), [(1, "1 tydzień"), (3, "3 tygodnie"), (5, "5 tygodni")])
def test_a_language_has_as_many_plural_forms_as_it_wants(catalogues, n, text):
    with use_language("pl"):
        assert translate_count("{n} week", "{n} weeks", n) == text
        assert Plural("{n} week", "{n} weeks").format(n=n) == text
        assert formatting.format_duration(n) == text


def test_numbers_dates_and_lists_follow_the_locale(catalogues):
    day = date(2028, 9, 7)
    with use_language("de"):
        assert formatting.format_number(-1234.5, 1) == "−1.234,5"
        assert formatting.format_signed(0.25, 2) == "+0,25"
        assert formatting.format_significant(1234.4) == "1.230"
        assert formatting.format_long_date(day) == "7. September 2028"
        assert formatting.format_day(np.datetime64(day)) == "7. Sept. 2028"
        assert formatting.format_month(day) == "Sept. 2028"
        assert join_list(["A", "B", "C"]) == "A, B und C"
    with use_language("ar"):
        assert language.text_direction() == "rtl"
    assert formatting.format_long_date(day) == "7 September 2028"
    assert join_list(["A", "B", "C"]) == "A, B and C"


def test_a_year_in_a_text_gets_no_separator(catalogues):
    with use_language("de"):
        assert language.localise_number("2028") == "2028"
        assert language.localise_number("1,234") == "1.234"
        assert language.localise_number("about") == "about"


# --- catalogues --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "translation", ["{run:,} Zukünfte", "Zukünfte", "{runs:,} von {all} Zukünften"]
)
def test_a_translation_with_other_values_is_an_error_with_file_and_line(catalogues, translation):
    file = catalogues / "de.po"
    file.write_text(GERMAN.replace("{runs:,} Zukünfte", translation), "utf-8")
    with pytest.raises(ScenarioSimError, match=r"de\.po: line 5: .*its text has \['runs'\]"):
        language.load_language("de")


def test_a_broken_catalogue_is_an_error_with_its_file(catalogues):
    (catalogues / "de.po").write_text("these are no entries", "utf-8")
    with pytest.raises(ScenarioSimError, match=r"de\.po: cannot be read"):
        language.load_language("de")


def test_a_fuzzy_translation_is_not_shown(catalogues):
    file = catalogues / "de.po"
    file.write_text(GERMAN.replace('msgid "Undo"', '#, fuzzy\nmsgid "Undo"'), "utf-8")
    with use_language("de"):
        assert translate("Undo") == "Undo"


def test_a_translator_begins_with_an_empty_catalogue_of_every_text(tmp_path, monkeypatch):
    import runpy

    tool = runpy.run_path(str(ROOT / "tools" / "messages.py"))
    template = tool["make_template"]()
    assert len(template) > 3000
    assert template.get("Undo").locations[0][0] == "scenario_sim.ui.messages.levers:PANEL"
    assert template.get(("{n} week", "{n} weeks"))
    monkeypatch.setitem(tool["begin_language"].__globals__, "SHIPPED_CATALOGUES", tmp_path)
    monkeypatch.setitem(tool["begin_language"].__globals__, "ROOT", tmp_path)
    path = tool["begin_language"]("pl", template)
    catalogue = language.read_catalogue(path)
    assert (len(catalogue), catalogue.num_plurals) == (len(template), 3)
    with pytest.raises(SystemExit, match="is there already"):
        tool["begin_language"]("pl", template)
    with pytest.raises(SystemExit, match="write a code such as de"):
        tool["begin_language"]("qqq", template)


# --- nothing is left out -----------------------------------------------------------------------------


def test_every_module_of_texts_is_translated_where_it_is_read():
    found = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in PACKAGE.rglob("*.py")
        if re.search(r"messages\b", path.as_posix()) and path.name != "__init__.py"
    }
    for name in found:
        importlib.import_module(name)
    assert found <= TRANSLATED_CONSTANTS.keys()


def test_no_module_keeps_a_text_that_it_read_when_it_was_imported():
    """`from ...messages import NAME` would stay English. Texts of texts, and keys, are fine."""
    kept = []
    for path in PACKAGE.rglob("*.py"):
        place = path.relative_to(PACKAGE).as_posix()
        if place.startswith("cli/") or "messages" in place:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("messages"):
                names = {one.name for one in node.names if one.name.isupper()}
                kept += [f"{place}: {name}" for name in names]
    assert sorted(kept) == ["teaching/lesson.py: SMALL", "ui/url/reader.py: SMALL"]


def test_the_templates_of_the_page_hold_no_words():
    """Words reach the browser as data: no text node, label or title of a template has a letter."""
    found = []
    for path in sorted((PACKAGE / "ui").rglob("*.vue")):
        template = path.read_text("utf-8").partition("<script")[0].partition("<style")[0]
        template = re.sub(r"<!--.*?-->|\{\{.*?\}\}", "", template, flags=re.DOTALL)
        texts = re.findall(r">([^<>]*)<", re.sub(r'"[^"]*"', '""', template))
        labels = re.findall(r'[\s](?:aria-label|title|alt|placeholder)="([^"]*)"', template)
        found += [f"{path.name}: {one.strip()}" for one in plain_words([*texts, *labels])]
    assert found == []


def test_no_word_of_a_story_is_left_out(pseudo):
    for name, run in (("status-quo", 714), ("surge-2022", 3), ("fire-and-fury-2017", 1)):
        told = narrate(load_scenario(name), run=run, why=True, everything=True)
        texts = [told.summary, *map(str, told.entries)]
        texts += [entry.why.sentence for entry in told.entries if entry.why]
        assert plain_words(texts) == []


def test_no_word_of_a_lesson_s_hand_out_is_left_out(pseudo):
    for name in list_lessons():
        sheet = render_handout(load_lesson(name), runs=40)
        lines = [line for line in sheet.splitlines() if "`" not in line]
        assert plain_words(lines) == [], name


def test_no_word_of_a_role_sheet_is_left_out(pseudo):
    for code in load_cast().codes:
        assert plain_words(render_role_sheet(code).splitlines()) == [], code


# --- the model knows no language ---------------------------------------------------------------------


def test_the_model_its_hashes_and_its_files_are_the_same_in_every_language(
    pseudo_catalogue, monkeypatch
):
    monkeypatch.setenv(CATALOGUES_VARIABLE, str(pseudo_catalogue))
    scenario = load_scenario("status-quo")
    english = (scenario.hash, dump_scenario(scenario), model_fingerprint())
    outcomes = simulate_run(scenario, 0, 5).outcomes
    with use_language(CODE):
        assert scenario.title == accent("Status quo")
        fresh = load_scenario("status-quo")
        assert (fresh.hash, dump_scenario(fresh), model_fingerprint()) == english
        assert simulate_run(fresh, 0, 5).outcomes == outcomes


def test_a_cached_text_is_kept_for_each_language_apart(catalogues):
    made = []

    @cache_by_language
    def undo() -> str:
        made.append(current_language())
        return translate("Undo")

    with use_language("de"):
        assert (undo(), undo()) == ("Rückgängig", "Rückgängig")
    assert undo() == "Undo"
    assert made == ["de", "en"]


class _Texts(HTMLParser):
    """The texts and labels of a page, without code."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = 0

    def handle_starttag(self, tag, attrs):
        self._inside += tag in ("script", "style", "pre", "code")
        self.found += [value for name, value in attrs if name in ("title", "aria-label") and value]

    def handle_endtag(self, tag):
        self._inside -= tag in ("script", "style", "pre", "code")

    def handle_data(self, data):
        if not self._inside:
            self.found.append(data.strip())


def test_no_word_of_the_report_that_the_page_hands_out_is_left_out(pseudo):
    baseline = load_scenario("surge-2022")
    policy = baseline.with_levers(engagement=0.9)
    futures = [simulate(scenario, runs=60, seed=0) for scenario in (baseline, policy)]
    worlds = {"1": simulate_run(baseline, 0, 3), "2": simulate_run(policy, 0, 3)}
    page = _Texts()
    page.feed(render_report(*futures, worlds=worlds))
    assert len(page.found) > 1000
    kept = re.compile(  # hashes, the name of the file, and outcomes by their column
        r"[0-9a-f]{64}|surge-2022|[a-z]+, (?:\[.*\]|0/1)"
    )
    assert [text for text in plain_words(page.found) if not kept.fullmatch(text)] == []
