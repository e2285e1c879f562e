"""Links: every state is a query string and comes back, and a wrong part is named.

Files, commands and Python from the page make the same world elsewhere.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import tracemalloc
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path

import pytest
import solara
from hypothesis import given, settings
from hypothesis import strategies as st
from some_scenarios import scenario, scenarios

from scenario_sim.bounds import MAX_PACKED_CHARACTERS, MAX_UNPACKED_CHARACTERS
from scenario_sim.data import states as states_folder
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.errors import ScenarioFileError, UnknownNameError
from scenario_sim.model.random_draws import MAX_RUNS, MAX_SEED
from scenario_sim.reporting.charts import CHANGES
from scenario_sim.reporting.messages import SMALL
from scenario_sim.scenario import MOST_WEEKS
from scenario_sim.scenario.dates import week_start
from scenario_sim.scenario.files import dump_scenario, list_scenarios, load_scenario, read_scenario
from scenario_sim.ui import (
    actions,
    code_snippets,
    lesson_state,
    messages,
    page,
    selectors,
    url,
    use_result,
)
from scenario_sim.ui.state import (
    MAX_PINS,
    MAX_SHOWN_BRANCHES,
    PICTURE,
    START,
    WORLD,
    AppState,
    Branch,
    DatedAct,
    DatedMove,
    Pin,
    Visit,
    clean_branch_name,
)
from scenario_sim.ui.url import (
    MAX_RUN_WEEKS,
    from_query,
    pack_text,
    to_query,
)
from scenario_sim.ui.views import export

# --- there and back --------------------------------------------------------------------------------


def value_of(name):
    lever = SETTINGS[name]
    return st.floats(lever.low, lever.high, allow_nan=False)


@st.composite
def states(draw) -> AppState:
    """Any state a visitor can be in: of a shipped scenario or of an opened file."""
    text = draw(st.none() | scenarios.map(dump_scenario).filter(url.fits_in_link))
    state = AppState(
        scenario=draw(st.sampled_from(list_scenarios())) if text is None else "status-quo",
        text=text or "",
        weeks=draw(st.none() | st.sampled_from([26, 104, 260, 520])),
        seed=draw(st.integers(0, MAX_SEED)),
        runs=draw(st.integers(1, 2000)),
        page=draw(st.sampled_from([START, PICTURE, WORLD])),
        run=draw(st.integers(0, MAX_RUNS - 1)),
        week=draw(st.integers(0, MOST_WEEKS - 1)),
        tab=draw(st.sampled_from(list(messages.picture.TABS))),
        advanced=draw(st.booleans()),
        present=draw(st.booleans()),
        top=draw(st.sampled_from(["", *SMALL])),
        change=draw(st.sampled_from(["", *CHANGES])),
    )
    if text is None and draw(st.booleans()):
        lesson = draw(st.sampled_from(lesson_state.all_lessons()))
        asks = [(n, step.ask) for n, step in enumerate(lesson.steps) if step.ask]
        guesses = tuple(
            (n, float(ask.slider.low if ask.slider else 0))
            for n, ask in asks
            if draw(st.booleans())
        )
        step = draw(st.integers(0, len(lesson.steps) - 1))
        state = replace(state, lesson=lesson.name, step=step, guesses=guesses)
    baseline = selectors.baseline_of(state)
    for name in draw(st.lists(st.sampled_from(sorted(SETTINGS)), unique=True, max_size=5)):
        state = state.with_lever(name, draw(value_of(name)))
    for name in draw(st.lists(st.sampled_from(sorted(SETTINGS)), max_size=4)):
        day = baseline.start + timedelta(days=draw(st.integers(0, 7 * baseline.weeks - 7)))
        state = state.with_change(day.isoformat(), name, draw(value_of(name)))
    for branch in draw(st.lists(branches(baseline), max_size=MAX_SHOWN_BRANCHES)):
        state = state.with_branch(branch)
    for pin in draw(st.lists(pins(), max_size=MAX_PINS)):
        state = state.with_pin(pin)
    return state


@st.composite
def pins(draw) -> Pin:
    """A policy that is held against the one on screen."""
    scenario = selectors.load_shipped(draw(st.sampled_from(list_scenarios())))
    levers = st.sampled_from(sorted(SETTINGS)).flatmap(lambda n: st.tuples(st.just(n), value_of(n)))
    moved = draw(st.lists(levers, max_size=3, unique_by=lambda pair: pair[0]))
    day = scenario.start + timedelta(days=draw(st.integers(0, 7 * scenario.weeks - 7)))
    changes = [DatedMove(day.isoformat(), *pair) for pair in draw(st.lists(levers, max_size=1))]
    name = draw(st.text(min_size=1, max_size=90).map(clean_branch_name).filter(bool))
    return Pin(name, scenario.name, tuple(sorted(moved)), tuple(changes))


@st.composite
def branches(draw, scenario) -> Branch:
    """A branch of a scenario, with at least one thing that is otherwise."""
    week = st.integers(0, scenario.weeks - 1)
    days = week.map(lambda at: week_start(scenario.start, at).isoformat())
    levers = st.sampled_from(sorted(SETTINGS)).flatmap(
        lambda name: st.builds(DatedMove, days, st.just(name), value_of(name))
    )
    acts = st.sampled_from(sorted(scenario.cast.actions)).map(lambda a: scenario.cast.actions[a])
    forced = st.builds(
        lambda day, did: DatedAct(day, did[0].code, str(did[1].channel), did[1].id), days, acts
    )
    changes = draw(st.lists(levers, max_size=2, unique_by=lambda c: (c.date, c.name)))
    done = draw(
        st.lists(
            forced,
            min_size=not changes,
            max_size=2,
            unique_by=lambda a: (a.date, a.state, a.channel),
        )
    )
    name = draw(st.text(min_size=1, max_size=90).map(clean_branch_name).filter(bool))
    return Branch(name, tuple(sorted(changes)), tuple(sorted(done)))


@settings(max_examples=100, deadline=None)
@given(states())
def test_every_state_comes_back_from_its_address(state):
    query = to_query(state)
    arrival = from_query(query)
    assert arrival.problems == []
    assert arrival.state == state
    assert to_query(arrival.state) == query
    assert query.isascii() and not set(query) & set(" \"<>#'")


@st.composite
def lesson_links(draw) -> tuple[str, str]:
    """A link to a lesson as somebody may write it, and what else it says."""
    lesson = draw(st.sampled_from(lesson_state.all_lessons()))
    number = draw(st.integers(1, len(lesson.steps)))
    own = f"lesson={lesson.name}&step={number}"
    for n, step in enumerate(lesson.steps):
        if step.ask and draw(st.booleans()):
            own += f"&guess={n + 1}:{step.ask.slider.low if step.ask.slider else 0:g}"
    names = st.sampled_from(list_scenarios()).map("s={}".format)
    file = st.just(f"file={pack_text('title = "x"')}")
    others = [names | file | st.just("s=nowhere"), st.sampled_from(["seed=7", "runs=200", "on=x"])]
    others += [st.sampled_from(["hotline=0.9", "all=1", "present=1", "page=world", "week=9"])]
    return own, "&".join(["", *(draw(part) for part in others if draw(st.booleans()))])


@settings(max_examples=200, deadline=None)
@given(lesson_links(), st.sampled_from(list(messages.picture.TABS)))
def test_a_link_to_a_lesson_opens_the_tab_that_it_names_or_that_its_step_points_at(link, tab):
    own, rest = link
    for query, wanted in ((own + rest, from_query(own).state.tab), (f"{own}{rest}&tab={tab}", tab)):
        state = from_query(query).state
        assert state.tab == wanted
        assert from_query(to_query(state)).state == state


def test_the_strategy_above_knows_every_field_of_a_state():
    known = {"scenario", "text", "weeks", "seed", "runs", "page", "tab", "advanced", "present"}
    known |= {"run", "week", "lesson", "step", "guesses"}
    assert {f.name for f in fields(AppState)} == known | {
        "moved",
        "changes",
        "branches",
        "pins",
        "top",
        "change",
    }


def test_an_address_can_be_read_and_leaves_defaults_out():
    assert to_query(AppState()) == ""
    state = AppState().with_scenario("surge-2022").with_lever("engagement", 0.9).with_seed(7)
    state = state.with_change("2022-06-06", "exercise_scale", 0.2).with_weeks(26).with_runs(500)
    assert to_query(state.with_advanced(True).with_present(True)) == (
        "s=surge-2022&engagement=0.9&on=2022-06-06:exercise_scale:0.2&weeks=26&runs=500&seed=7"
        "&all=1&present=1&page=picture"
    )


def test_a_link_that_says_something_opens_on_the_picture():
    assert from_query("").state.page == START
    assert from_query("hotline=1").state.page == PICTURE
    assert from_query("?hotline=1&page=start").state.page == START
    assert from_query("utm_source=mail&fbclid=1") == from_query("")  # theirs, not ours


def test_no_name_of_a_link_means_two_things():
    assert not set(url.LINK_NAMES) & set(SETTINGS)


# --- links that are wrong --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "key", "cure"),
    [
        ("s=surge-2023", "s", "did you mean `surge-2022`?"),
        ("s=/etc/passwd.toml", "s", "there is no scenario"),
        ("hotlin=1", "hotlin", "did you mean `hotline`?"),
        ("engagement=7", "engagement", "a number from 0 to 1, not 7"),
        ("engagement=nan", "engagement", "a number from 0 to 1"),
        ("engagement=", "engagement", "not nothing"),
        ("seed=-1", "seed", "a whole number from 0"),
        ("seed=1&seed=2", "seed", "given twice"),
        ("runs=1e9", "runs", "from 1 to 10000"),
        ("weeks=1040&runs=10000", "runs", "at most 1,923"),
        ("weeks=0", "weeks", "from 1 to 1040"),
        ("page=attic", "page", "`claims`, `outlook` or `studio`"),
        ("tab=attic", "tab", "one of "),
        ("all=yes", "all", "1 or 0"),
        ("lesson=vetoe", "lesson", "did you mean `veto`?"),
        ("lesson=veto&step=9", "step", "from 1 to 6, not 9"),
        ("lesson=veto&guess=1:0", "guess=1:0", "STEP:GUESS"),
        ("lesson=veto&guess=2:nan", "guess=2:nan", "STEP:GUESS"),
        ("step=2", "step", "lesson=veto"),
        ("on=2027-03-01", "on=2027-03-01", "DATE:LEVER:VALUE"),
        ("on=someday:hotline:1", "on=someday:hotline:1", "a date such as 2027-03-01"),
        ("on=2027-03-01:hotlin:1", "on=2027-03-01:hotlin:1", "did you mean `hotline`?"),
        ("on=2027-03-01:hotline:9", "on=2027-03-01:hotline:9", "from 0 to 1, not 9"),
        ("on=1950-03-06:hotline:1", "on=1950-03-06:hotline:1", "it starts on 2026-09-07"),
        ("file=abc!", "file", "cut short"),
        (f"file={pack_text('title = 1')}", "file", "line 1: title: takes text"),
        (f"file={'a' * 20_000}", "file", "12000 characters"),
    ],
)
def test_what_is_wrong_is_named_with_its_cure_and_the_rest_is_followed(part, key, cure):
    arrival = from_query(f"{part}&border_measures=1")
    assert [problem.key for problem in arrival.problems] == [key]
    assert cure in arrival.problems[0].text
    assert arrival.state.settings["border_measures"] == 1.0
    selectors.policy_of(arrival.state)


def test_everything_that_is_wrong_is_said_at_once():
    arrival = from_query("s=nowhere&hotlin=1&engagement=7&seed=-1&on=x&hotline=1")
    keys = {problem.key for problem in arrival.problems}
    assert keys == {"s", "hotlin", "engagement", "seed", "on=x"}
    assert arrival.state == AppState(page=PICTURE).with_lever("hotline", 1)


def test_a_packed_file_cannot_unfold_without_end():
    """It would be a good scenario, were it read to its end: so the bound alone refuses it."""
    fits = 'title = "x"\n#'.ljust(MAX_UNPACKED_CHARACTERS - 1, "a")
    assert from_query(f"file={pack_text(fits)}").state.text == fits
    bomb = pack_text(fits + "aa")
    assert [p.key for p in from_query(f"file={bomb}").problems] == ["file"]


def test_what_unfolds_to_megabytes_never_does():
    bomb = pack_text("#" + "a" * 8_000_000)
    assert len(bomb) < MAX_PACKED_CHARACTERS
    from_query(f"file={pack_text('title = 1')}")  # what is read once and kept
    tracemalloc.start()
    arrival = from_query(f"file={bomb}")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [p.key for p in arrival.problems] == ["file"]
    assert most < 2_000_000


def test_a_link_asks_for_no_more_than_a_server_can_bear():
    for query in ("runs=10000&weeks=1040", f"file={pack_text('title="x"\nweeks=1040')}&runs=5000"):
        state = from_query(query).state
        assert state.runs * selectors.baseline_of(state).weeks <= MAX_RUN_WEEKS


@pytest.mark.parametrize(
    "ask",
    [
        lambda: actions.choose_scenario("history-2012"),  # 626 weeks
        lambda: actions.open_text('title = "x"\nweeks = 1040\n'),
        lambda: actions.draw_more_runs(10**9),
        lambda: actions.draw_more_runs(-1),
        lambda: actions.go(actions.visit.value.now.with_weeks(1040)),
        lambda: actions.go_in_history(actions.visit.value.now.with_weeks(1040)),
    ],
)
def test_no_move_asks_for_more_than_a_server_can_bear(ask):
    actions.visit.value = Visit(AppState(page=PICTURE).with_runs(10_000))
    try:
        ask()
        state = actions.visit.value.now
        assert 1 <= state.runs * selectors.baseline_of(state).weeks <= MAX_RUN_WEEKS
    finally:
        actions.visit.value = Visit()


# --- a stranger's text reads no file of this machine -----------------------------------------------


@pytest.mark.parametrize("key", ["states", "extends"])
@pytest.mark.parametrize("relative", [False, True])
def test_an_opened_file_names_no_other_file(key, relative, tmp_path, monkeypatch):
    """The files it names are there and good: on the command line they would be read."""
    monkeypatch.chdir(tmp_path)
    for path in Path(states_folder.__file__).parent.glob("*.toml"):
        shutil.copy(path, tmp_path)
    base = tmp_path / "own" / "base.toml"
    base.parent.mkdir()
    base.write_text('title = "base"\n')
    place = {"states": tmp_path, "extends": base}[key]
    named = os.path.relpath(place) if relative else str(place)
    text = f'title = "x"\n{key} = {json.dumps(named)}\n'
    assert read_scenario(text).title == "x"
    refused = r"line 2: .* reads no (other )?files"
    with pytest.raises(ScenarioFileError, match=refused):
        read_scenario(text, "mine.toml", paths=False)
    with pytest.raises(ScenarioFileError, match=refused):
        export.read_opened_text(text.encode(), "mine.toml")
    arrival = from_query(f"file={pack_text(text)}")
    assert arrival.state.text == ""
    assert [bool(re.search(refused, str(problem))) for problem in arrival.problems] == [True]
    with pytest.raises(ScenarioFileError, match=refused):
        selectors.baseline_of(AppState(text=text))


def test_an_opened_file_may_build_on_a_shipped_scenario():
    text = 'extends = "surge-2022"\n[levers]\nhotline = 0.9\n'
    opened = read_scenario(text, paths=False)
    assert opened.hash == load_scenario("surge-2022").with_levers(hotline=0.9).hash


def test_a_scenario_is_chosen_by_name_and_never_by_path():
    with pytest.raises(UnknownNameError):
        selectors.load_shipped("scenarios/status-quo.toml")


def test_a_file_too_long_for_an_address_is_refused_with_the_reason():
    import random

    noise = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=3900))
    text = 'title = "x"\n' + "".join(
        f'[[shocks]]\ndate = 2026-10-05\ncondition = "trust"\namount = 0.1\nnote = "{n}{noise[n:]}"\n'
        for n in range(12)
    )
    notes = random.Random(2)
    text = "\n".join(
        'note = "' + "".join(notes.choices(noise, k=3000)) + '"'
        if line.startswith("note")
        else line
        for line in text.split("\n")
    )
    with pytest.raises(ScenarioFileError, match="characters that a link can hold"):
        export.read_opened_text(text.encode(), "long.toml")


def test_windows_text_opens_as_any_other():
    data = b'\xef\xbb\xbftitle = "x"\r\nweeks = 8\r\n'
    assert export.read_opened_text(data, "x.toml") == 'title = "x"\nweeks = 8\n'


# --- Back and Forward ------------------------------------------------------------------------------


def test_back_returns_to_a_state_with_what_could_be_undone_and_redone_there():
    a = AppState(page=PICTURE)
    b, c = a.with_lever("hotline", 1), a.with_lever("hotline", 0.5)
    visit = Visit(a).step_to(b).step_to(c)
    back = visit.go_to(a)
    assert (back.now, back.past, back.future) == (a, (), (b, c))
    assert back.go_to(c) == visit
    elsewhere = back.go_to(a.with_lever("engagement", 1))
    assert elsewhere.past == (a,)
    shown = visit.go_to(c.with_advanced(True))
    assert (shown.past, shown.now.advanced) == (visit.past, True)


# --- what leaves the page makes the same world -----------------------------------------------------

STATES = {
    "baseline": AppState(page=PICTURE, seed=3, runs=20),
    "policy": AppState(runs=20)
    .with_scenario("surge-2022")
    .with_weeks(26)
    .with_lever("engagement", 0.9)
    .with_change("2022-03-07", "exercise_scale", 0.2),
    "dated alone": AppState(runs=20).with_change("2027-03-01", "hotline", 0.25),
    "opened": AppState(runs=20, text=dump_scenario(scenario(title='It\'s "mine"', question="a\nb")))
    .with_lever("rok_government", -1),
}  # fmt: skip


def ran(*command: str, cwd, text: str | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, input=text)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_the_python_gives_the_same_world(state, tmp_path):
    out = ran(sys.executable, "-c", code_snippets.python_of(state), cwd=tmp_path)
    assert selectors.policy_of(state).hash[:8] in out


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_the_command_line_gives_the_same_world(state, tmp_path):
    name, text = code_snippets.opened_file_of(state)
    if name:
        (tmp_path / name).write_text(text, "utf-8")
    line = code_snippets.command_of(state).splitlines()[0]
    command, *words = line.split()  # no shell: every shell reads it alike
    assert command == "scenario-sim"
    assert all(re.fullmatch(r"[\w.:=-]+", word) for word in words)
    out = ran(sys.executable, "-m", "scenario_sim", *words, cwd=tmp_path)
    assert selectors.policy_of(state).hash[:8] in out
    assert f"seed {state.seed}" in out


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_the_file_gives_the_same_world_on_the_command_line(state, tmp_path):
    name, text = code_snippets.file_of(state)
    (tmp_path / name).write_text(text, "utf-8")
    command = (sys.executable, "-m", "scenario_sim", "run", name, "--runs", "20")
    out = ran(*command, "--seed", str(state.seed), "--json", cwd=tmp_path)
    assert f'"hash": "{selectors.policy_of(state).hash}"' in out
    assert selectors.policy_of(AppState(text=text)).hash == selectors.policy_of(state).hash


def test_a_file_cannot_go_on_as_commands():
    text = "title = '''\n; rm -rf ~\n'''\n"
    line = code_snippets.command_of(AppState(text=text))
    assert re.fullmatch(r"scenario-sim run rm-rf-\w{8}\.toml --runs 1000 --seed 0\n", line)
    assert read_scenario(eval(code_snippets._quoted(text))).hash == read_scenario(text).hash


# --- the page opens on what the link says ----------------------------------------------------------


def test_the_first_picture_is_the_linked_one(monkeypatch):
    asked = []
    real = use_result.result_of
    monkeypatch.setattr(
        use_result, "result_of", lambda state, *rest: asked.append(state) or real(state, *rest)
    )
    router = solara.routing.Router("/?s=surge-2022&hotline=0.9&runs=20&foo=1", [])
    monkeypatch.setattr(solara, "use_router", lambda: router)
    _, rc = solara.render(page.Page(), handle_error=False)
    try:
        wanted = from_query(router.search).state
        assert actions.visit.value == Visit(wanted)
        give_up = time.monotonic() + 60
        while not asked and time.monotonic() < give_up:
            time.sleep(0.01)
        assert asked == [wanted.without_view]
    finally:
        rc.close()
        actions.visit.value = Visit()


# --- links that were made with another version of the model ------------------------------------------


def test_a_link_to_one_future_names_the_model_that_made_it():
    query = to_query(AppState().with_run(0, 3))
    assert re.search(r"model=[0-9a-f]{8}$", query)
    assert from_query(query).problems == []
    assert "model=" not in to_query(AppState().with_lever("hotline", 1)), "no single future"


def test_an_old_link_keeps_its_levers_and_says_that_single_futures_have_moved():
    state = AppState().with_lever("hotline", 1).with_run(0, 3)
    query = re.sub(r"model=.{8}", "model=01234567", to_query(state))
    arrival = from_query(query)
    assert arrival.state == state
    (problem,) = arrival.problems
    assert problem.key == "model" and "01234567" in problem.text and "Results moved" in problem.text
