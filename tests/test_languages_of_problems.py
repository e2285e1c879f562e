"""Problems of files and links speak the visitor's language; they name keys, which are English."""

from __future__ import annotations

import inspect
import re
import tomllib

import pytest
from pseudo_language import CODE, plain_words

from scenario_sim import load_scenario
from scenario_sim.bounds import MAX_LINK_PARTS
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.data.states import HOLD, load_cast, load_starts
from scenario_sim.data.variables import INITIAL_CONDITIONS
from scenario_sim.errors import LISTS, ScenarioError, ScenarioSimError
from scenario_sim.language import current_language
from scenario_sim.reporting.charts import CHANGES
from scenario_sim.reporting.messages import SMALL
from scenario_sim.scenario.files import list_scenarios, read_scenario
from scenario_sim.simulation.outcomes import OUTCOMES
from scenario_sim.teaching import list_lessons
from scenario_sim.teaching.game import begin_game, choose
from scenario_sim.teaching.lesson import LOOK_TARGETS, MEASURES, Lesson, read_lesson
from scenario_sim.toml_lines import SYNTAX_PROBLEMS
from scenario_sim.ui.messages import picture
from scenario_sim.ui.server.budget import Budgets, OverBudget
from scenario_sim.ui.server.visitors import Visitor
from scenario_sim.ui.state import PAGES
from scenario_sim.ui.url import LINK_NAMES, from_query
from scenario_sim.ui.views.studio.page import check_draft

GAME = '[game]\nstates = ["USA"]\nweeks = 2\nseed = 0\nrun = 0\n'
CHOICES = '[[game.choices]]\nstate = "USA"\nchannel = "military"\nactions = ["hold"]\nweeks = "z"\n'
BROKEN = (
    "", "a = Quiet", "title: Quiet", "a = 1\na = 2", "[a]\n[a]", "a = [1,\n2", 'a = "b', 'a = "\\z"',
    'a = "\\ud800"', "a = {b = 1, b = 2}", "a = {b = 1}\n[a.c]", "[a", "a = 2026-13-45", "a = 'b\x01'",
    ".".join("a" * 20) + " = 1", "a = " + "[" * 40 + "]" * 40, "x = 1\n" * 90_000, "[[x]]\n" * 25_000,
    b"\xff\xfe\x00", b"PK\x03\x04\x00\x00", "a = [" + "1," * 1100 + "]", "weeks = 4",
    'title = 1\nweeks = -2\nstart = 2026-09-08\nstates = "own"\nbegins = "x"\nremove = ["y"]',
    'title = ""\nlevers = 3\nchanges = {}\nwithout = ["x"]\nid = "q"',
    'title = "x"\n[levers]\nhotlin = 1\nzzzz = 1\nwarheads = 3\nhotline = 8\nengagement = "a"\ntitle = 1',
    'title = "x"\n[[changes]]\ndate = 2026-10-05\nlevers = {}\nwarheads = 1\ntension_decay = 1',
    'title = "x"\nextends = "zzz"', 'title = "x"\nextends = 3', 'title = "x"\nextends = "../a.toml"',
    'title = "x"\nextends = "status-quo"\nremove = ["q"]', 'extends = "status-quo"\nremove = 3',
    'title = "x"\nreplay_until = 2026-09-14\n[[acts]]\ndate = 2026-09-14\nstate = "ROKK"\naction = "a"',
    'title = "x"\nreplay = ["DPRK"]\nreplay_until = 2026-09-15\n[parameters]\nq = 1\ntension_decay = 99',
    'title = "x"\nreplay = ["DPRK"]\nreplay_until = 2099-09-15\n[conditions.threat_perception]\nChina = 1',
    'title = "x"\n[[shocks]]\ndate = 2026-10-05\ncondition = "hotline"\namount = 1\n'
    '[[shocks]]\ndate = 2026-10-05\ncondition = "threat_perception"\namount = 9\n'
    '[[shocks]]\ndate = 2026-09-05\ncondition = "warheads"\namount = 0\nstate = "USA"\n'
    '[[shocks]]\ndate = 2029-09-05\ncondition = "qq"\namount = 1\n',
    'title = "x"\n[[changes]]\ndate = 2026-10-12\nhotline = 1\n[[changes]]\ndate = 2026-10-05\n'
    '[[changes]]\ndate = 2026-10-12\nhotline = 0\nhindsight = ["q"]\n',
    'title = "x"\n[[changes]]\ndate = 2029-10-12\nhotline = 1\nid = "a"\n[[changes]]\nid = "a"\ndate = 2029-11-12',
    'title = "x"\n[[acts]]\ndate = 2026-10-05\nstate = "USA"\naction = "icbm_test"\n'
    '[[acts]]\ndate = 2026-10-05\nstate = "USA"\naction = "hold"\n'
    '[[acts]]\ndate = 2026-10-05\nstate = "USA"\naction = "hold"\nchannel = "qqq"\n'
    '[[acts]]\ndate = 2026-10-12\nstate = "USA"\naction = "hold"\nchannel = "military"\n'
    '[[acts]]\ndate = 2026-10-12\nstate = "USA"\naction = "hold"\nchannel = "military"\n',
    'title = "x"\n[[reactions]]\nwhen = "tension"\nweeks = 2\n[[reactions]]\nwhen = "q > 1"\nweeks = 2\n'
    '[[reactions]]\nwhen = "tension >"\nweeks = 2\n',
    'title = "x"\n[[branches]]\nname = "a"\n[[branches]]\nname = "a"\n'
    '[[compared]]\nname = "b"\n[[compared]]\nname = "b"',
    f'title = "x"\nweeks = 1\n{GAME}', f'title = "x"\n{GAME.replace("USA", "USAA")}',
    f'title = "x"\n{GAME}{CHOICES}',
    f'title = "x"\n{GAME}[[game.choices]]\nstate = 1\n', f'title = "x"\n{GAME}[game.choices]\n',
    f'title = "x"\nreplay = ["USA"]\n{GAME.replace("]", ", @USA@]").replace("@", chr(34))}',
    'title = "x"\n[conditions]\ntalks_stage = 1.5\nun_sanctions = "a"',
)  # fmt: skip
LESSONS = (
    "", 'title = "x"', 'title = "x"\nsteps = []\nqq = 1',
    'title = "x"\n[[steps]]\ntext = ""\nlook = "q"\nunlock = ["q"]\n[steps.ask]\nquestion = "a"\noutcome = "q"\n'
    'measure = "q"\nbetween = [2, 1]\nchoices = [{text = "a", up_to = 1}]\n',
    'title = "x"\n[[steps]]\ntext = "a"\n[steps.ask]\nquestion = "a"\noutcome = "vetoes"\n'
    "slider = {low = 3, high = 1, step = 0}\n",
)  # fmt: skip
LINKS = (
    "hotline=8", "hotlin=1", "zzz=1", "hotline=0&hotline=1", "s=nowhere", "lesson=zz", "step=1", "guess=1",
    "lesson=veto&step=99&guess=1:2", "page=q", "tab=q", "top=q", "view=q", "all=3", "weeks=0", "runs=x", "seed=-1",
    "weeks=1040&runs=50000", "on=q", "on=2027-01-01:q:1", "on=2027-13-01:hotline:1", "on=2020-01-01:hotline:1",
    "branch=a", "branch=a~2027-03-01:hotline:9", "branch=a~2027-03-01:ROK:military:zz", "pin=q", "pin=a~zz",
    "file=q", "&".join(f"on={n}" for n in range(MAX_LINK_PARTS + 1)), "x" * 40_000, "model=q&page=world",
    "&".join(f"pin=a{n}~status-quo~hotline:1" for n in range(9)),
    "&".join(f"branch=a{n}~2027-03-01:hotline:1" for n in range(60)),
)  # fmt: skip


def known_names() -> set[str]:
    """Return the words of names that the program gives: keys, levers, acts, scenarios."""
    cast = load_cast()
    scenario = load_scenario("status-quo")
    names = {*SETTINGS, *cast.parameters, *INITIAL_CONDITIONS, *cast.actions, *cast.codes, HOLD}
    names |= {*list_scenarios(), *list_lessons(), *load_starts()}
    for model in (type(scenario), Lesson):
        schema = model.model_json_schema()
        tables = (schema, *schema["$defs"].values())
        names.update(key for table in tables for key in table.get("properties", ()))
    names |= {*LINK_NAMES, *PAGES, *picture.TABS, *SMALL, *CHANGES}
    names |= {*LISTS.values()}  # commands
    names |= {*LOOK_TARGETS, *MEASURES, *(outcome.name for outcome in OUTCOMES)}
    names |= {str(channel.id) for state in cast.states for channel in state.channel}
    names |= {"threat_perception", "DATE", "LEVER", "VALUE", "NAME", "STATE", "CHANNEL", "ACTION"}
    names |= {"STEP", "GUESS", "SCENARIO", "an-id", "model", "scenario-sim run"}
    return set(re.findall(r"[A-Za-z]{2,}", " ".join(names)))


def untranslated(problems, source: str) -> list[str]:
    """Return the problems with a word that stands neither in the source nor in a known name."""
    kept = known_names() | set(re.findall(r"[A-Za-z]{2,}", source))
    pattern = re.compile(rf"\b(?:{'|'.join(sorted(kept, key=len, reverse=True))})\b")
    return [text for text in map(str, problems) if plain_words([pattern.sub("", text)])]


def problems_of(read, text) -> tuple:
    with pytest.raises(ScenarioSimError) as refused:
        read(text)
    error = refused.value
    return error.problems if isinstance(error, ScenarioError) else (error,)


def test_the_problems_of_a_scenario_file_are_translated(pseudo):
    found = 0
    for text in BROKEN:
        problems = problems_of(lambda t: read_scenario(t, "x", paths=False), text)
        assert untranslated(problems, str(text)) == []
        found += len(problems)
    assert found > 75  # else some file is broken in fewer ways than it was meant to be


def test_the_problems_of_a_lesson_are_translated(pseudo):
    for text in LESSONS:
        assert untranslated(problems_of(lambda t: read_lesson(t, "x"), text), text) == []


def test_the_problems_of_a_link_are_translated(pseudo):
    for query in LINKS:
        problems = from_query(query).problems
        assert problems, query
        assert untranslated(problems, query) == [], query


def test_an_impossible_choice_in_a_game_is_refused_in_the_visitor_s_language(pseudo):
    scenario = load_scenario("status-quo").with_weeks(2)
    game = begin_game(scenario, ["USA"])
    for picks in ({("ROK", "military"): "hold"}, {("USA", "military"): "nothing_such"}):
        problems = problems_of(lambda picks, game=game: choose(game, picks), picks)
        assert untranslated(problems, "") == []


def test_a_visitor_who_used_the_computing_time_reads_so_in_the_own_language(pseudo):
    budgets = Budgets(1, 1, clock=lambda: 0.0)
    for name, address in (("one", "192.0.2.1"), ("two", "192.0.2.1"), ("far", "192.0.2.2")):
        budgets.open(name, Visitor(name, address))
    budgets.charge("one", 5)
    budgets.check("far")
    for name in ("one", "two"):  # the browser's own time, and that of its network
        with pytest.raises(OverBudget) as refused:
            budgets.check(name)
        assert current_language() == CODE and plain_words([str(refused.value)]) == []


def test_every_message_of_the_toml_parser_has_words_of_its_own():
    source = inspect.getsource(tomllib._parser)
    said = re.findall(r"suffixed_err\(\s*src,\s*\w+,\s*f?(?:\"([^\"]*)\"|'([^']*)')", source)
    messages = ["".join(pair) for pair in said]
    assert len(messages) > 20
    assert [m for m in messages if not m.startswith(tuple(SYNTAX_PROBLEMS))] == []


def test_what_a_draft_of_the_studio_still_lacks_is_translated(pseudo):
    found = check_draft('{"kind": "lesson", "steps": [{"asks": true}]}', lambda _: None)
    assert len(found["problems"]) > 3
    assert untranslated(found["problems"], "") == []
