"""Scenario files, links, uploads, record folders and games that nobody thought of.

Every one is read or refused in words. A suite run tries a few hundred of each; `make fuzz` tries
thousands (conftest.py, the profile `long`).
"""

from __future__ import annotations

import base64
import csv
import io
import logging
from datetime import date, timedelta
from string import ascii_letters

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from some_scenarios import CAST, scenario, scenarios

from scenario_sim.bounds import MAX_PROBLEMS
from scenario_sim.data.history.reader import read_record
from scenario_sim.data.history.rows import RAW_FILES, TIDY_FILES, columns_of
from scenario_sim.data.history.vocabulary import (
    ACTION_OF,
    COUNCIL_KINDS,
    DIRECTIONS,
    EVENT_KINDS,
    EXERCISE_TYPES,
    RECORDED_ACTS,
    STATUSES,
)
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.errors import ScenarioError, ScenarioSimError
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.files import dump_scenario, read_scenario
from scenario_sim.teaching.game import begin_game, choose, let_model_decide, undo
from scenario_sim.ui import messages, selectors
from scenario_sim.ui.game_state import enter_game
from scenario_sim.ui.url import LINK_NAMES, from_query, pack_text, to_query
from scenario_sim.ui.views import export

MANY = 5 * settings().max_examples
thorough = settings(max_examples=MANY)

# --- scenario files --------------------------------------------------------------------------------

DAYS = st.sampled_from(
    ["2026-09-07", "2026-09-14", "2027-03-01", "0001-01-01", "9999-12-31", "2100-12-27"]
)
ODD = st.sampled_from(
    [
        *('""', '"x"', '"\\u001b[31m"', '"\\u0000"', "0", "-1", "1", "0.5", "1e400", "nan", "-inf"),
        *(
            "999999999999",
            "9" * 400,
            "true",
            "[]",
            "{}",
            "[[]]",
            "07:32:00",
            "1979-05-27T07:32:00Z",
        ),
    ]
)
TEXTS = st.text(max_size=12).map(lambda t: f'"{t}"')
LEVERS = st.sampled_from(sorted(SETTINGS))
STATES = st.sampled_from([f'"{code}"' for code in CAST.codes] + ['"Mars"', '""'])
CHANNELS = st.sampled_from([f'"{channel}"' for _, channel in CAST.channels] + ['"x"', '""'])
ACTIONS = st.sampled_from([f'"{a}"' for a in CAST.actions] + ['"hold"', '"x"'])
LETTERS = st.text("abcz.A", max_size=12).map(lambda t: f'"{t}"')
WHOLE = st.sampled_from(["0", "1", "4", "52", "104", "1040", "1041", "999999999999"])


def listed(items, **bounds):
    return st.lists(items, **{"max_size": 4, **bounds}).map(lambda few: f"[{', '.join(few)}]")


def table(header: str, **keys):
    """A table with some of these keys; one value in eight is of any kind."""
    lines = [st.just("")] + [
        st.one_of(*[value] * 7, ODD).map(lambda said, key=key: f"{key} = {said}")
        for key, value in keys.items()
    ]
    some = st.tuples(*(st.one_of(line, line, st.just("")) for line in lines))
    return some.map(lambda said: "\n".join([header, *filter(None, said)]))


TABLES = st.one_of(
    table("", start=DAYS, weeks=WHOLE, begins=st.sampled_from(['"2026-09"', '"x"'])),
    table("", replay=listed(STATES), replay_until=DAYS, without=listed(TEXTS), states=TEXTS),
    table("", extends=st.sampled_from(['"status-quo"', '"surge-2022"', '"x.toml"', '"/"'])),
    table("", remove=listed(TEXTS), sources=listed(TEXTS), number=TEXTS, question=TEXTS),
    table("[levers]", hotline=ODD, engagement=ODD),
    table("[conditions.threat_perception]", USA=ODD, DPRK=ODD),
    table("[[changes]]", date=DAYS, hotline=st.just("1"), note=TEXTS, id=TEXTS),
    table("[[shocks]]", date=DAYS, condition=TEXTS, amount=ODD, state=STATES),
    table("[[acts]]", date=DAYS, state=STATES, action=ACTIONS, channel=CHANNELS),
    table("[[branches]]", name=TEXTS, acts=st.just('[{date = 9999-12-31, state = "ROK"}]')),
    table("[game]", states=listed(STATES), seed=WHOLE, run=WHOLE, weeks=WHOLE),
    table(
        "[[game.choices]]", state=STATES, channel=CHANNELS, actions=listed(ACTIONS), weeks=LETTERS
    ),
    LEVERS.map(lambda name: f"[{name}]"),
)
GAME = dump_scenario(
    scenario(
        acts=[{"date": "2026-09-14", "state": "ROK", "channel": "military", "action": "live_fire"}],
        game={"states": ["ROK"], "weeks": 4},
        branches=[{"name": "b", "changes": [{"date": "2026-10-05", "hotline": 1}]}],
    )
)


@st.composite
def spoilt(draw) -> str:
    """A good file, or one of which a few lines are gone, stand twice, or say something else."""
    lines = draw(st.one_of(scenarios.map(dump_scenario), st.just(GAME))).split("\n")
    for _ in range(draw(st.sampled_from([0, 0, 1, 1, 2, 3]))):
        at = draw(st.integers(0, len(lines) - 1))
        key = lines[at].partition("=")[0]
        others = [[], [lines[at]] * 2, [f"{key}= {draw(ODD)}"], [f"{key}= {draw(DAYS)}"]]
        lines[at : at + 1] = draw(st.sampled_from(others))
        lines = lines or [""]
    return "\n".join(lines)


FILES = st.one_of(
    spoilt(),
    st.lists(TABLES, max_size=6).map(lambda parts: "\n".join(['title = "x"', *parts])),
    st.lists(TABLES, max_size=4).map("\n".join),
)


def refusal_or_scenario(text: str | bytes) -> Scenario | None:
    """The scenario of a text, or None where it is refused, as it should be."""
    try:
        return read_scenario(text, paths=False)
    except ScenarioError as error:
        assert 1 <= len(error.problems) <= MAX_PROBLEMS + 1
        assert not any(
            sign in str(error) for sign in ("Traceback", "Error(", "\x1b", "/scenario_sim/")
        )
        return None


@thorough
@given(FILES)
@example('title = "x"\n[game]\nstates = ["ROK"]\nweeks = 999999999999')
@example('title = "x"\nreplay = ["DPRK"]\nreplay_until = 9999-12-31')
def test_a_scenario_file_is_read_or_refused_in_words(text):
    found = refusal_or_scenario(text)
    if found:
        assert read_scenario(dump_scenario(found)).hash == found.hash


@thorough
@given(FILES.map(str.encode) | st.binary(max_size=200), st.text(max_size=20))
def test_an_upload_is_read_or_refused_in_words(data, name):
    try:
        text = export.read_opened_text(data, name)
    except ScenarioError as error:
        assert error.problems
        return
    enter_game(selectors.with_opened_file(selectors.AppState(), text))


# --- links -----------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    ["status-quo", "surge-2022", "veto", "2", "2:0", "-1", "1e9", "x", "", "picture", "game", "1"]
)
DATED = st.builds("{}:{}:{}".format, DAYS, LEVERS, st.sampled_from(["0", "1", "0.5", "nan", "9e9"]))
DONE = st.builds(
    "{}:{}:{}:{}".format, DAYS, STATES.map(lambda s: s[1:-1]), CHANNELS.map(lambda c: c[1:-1]),
    ACTIONS.map(lambda a: a[1:-1]),
)  # fmt: skip
EDITS = st.one_of(
    DATED,
    DONE,
    LEVERS.map("2026-10-05:{}:0".format),
    st.just("2026-10-05:ROK:military:live_fire"),
)
PARTS = st.one_of(
    st.builds("{}={}".format, st.sampled_from(LINK_NAMES), WORDS),
    st.builds("{}={}".format, LEVERS, WORDS),
    st.builds("{}={}".format, st.sampled_from(["weeks", "runs", "seed", "run", "week"]), WHOLE),
    EDITS.map("on={}".format),
    st.lists(EDITS, min_size=1, max_size=3).map(lambda edits: "~".join(["branch=b", *edits])),
    FILES.map(lambda text: f"file={pack_text(text)}"),
    st.text(max_size=20),
)


@thorough
@given(st.lists(PARTS, max_size=6).map("&".join))
@example("file=" + pack_text('title = "x"\n[game]\nstates = ["ROK"]\nweeks = 999999999999'))
@example("file=" + pack_text('title = "x"\nreplay = ["DPRK"]\nreplay_until = 9999-12-31'))
@example("branch=b~0001-01-01:ROK:military:hold~9999-12-31:hotline:1")
def test_no_link_breaks_the_page(query):
    arrival = from_query(query)
    told = [problem.text for problem in arrival.problems]
    assert messages.links.FAILED not in told, "an error nobody thought of"
    assert len(told) <= MAX_PROBLEMS + 1
    state = arrival.state
    selectors.policy_of(state)
    for branch in (None, *state.branches):
        selectors.branch_of(state, branch)
    again = from_query(to_query(state))
    assert again.problems == [] and again.state == state


def test_an_error_nobody_thought_of_is_logged_and_its_text_stays_here(monkeypatch, caplog):
    def fails(state):
        raise RuntimeError("/srv/secret/place.py")

    monkeypatch.setattr(selectors, "baseline_of", fails)
    with caplog.at_level(logging.ERROR):
        arrival = from_query("hotline=1")
    assert [problem.text for problem in arrival.problems] == [messages.links.FAILED]
    assert "/srv/secret/place.py" in caplog.text


@pytest.mark.parametrize(
    "sent",
    [{}, {"name": "x.toml", "data": "a"}, {"name": None, "data": 3}],
    ids=["empty", "cut", "odd"],
)
def test_an_upload_that_is_none_is_logged_and_said_in_one_sentence(sent, caplog):
    with caplog.at_level(logging.ERROR):
        _, lines, _ = export.try_to_open(sent, pytest.fail)
    assert lines == (messages.links.OPEN_UNREAD,)
    assert "an upload could not be read" in caplog.text


def test_an_upload_whose_page_fails_shows_no_text_of_the_error(caplog):
    def fails(text):
        raise RuntimeError("/srv/secret/place.py")

    sent = {"name": "x.toml", "data": base64.b64encode(b'title = "x"').decode()}
    with caplog.at_level(logging.ERROR):
        assert "secret" not in str(export.try_to_open(sent, fails))
    assert "/srv/secret/place.py" in caplog.text


# --- record folders --------------------------------------------------------------------------------

CELLS = {
    "date": st.sampled_from(
        ["2010-03-26", "2018-01-04", "2010-04-01", "9999-12-31", "", "x", "2010-W01-1"]
    ),
    "number": st.sampled_from(["", "1", "15", "1.5", "nan", "1e400", "x", "-1"]),
    "kind": st.sampled_from(
        [
            *sorted(ACTION_OF)[:4],
            "nuclear_test",
            "naval_attack",
            "un_resolution",
            "un_veto",
            "x",
            "",
        ]
    ),
    "word": st.sampled_from(
        ["held", "day", "CPX", "CPX+FTX", "USA", "CHN|RUS", "impose", "", "\x1b[31m", '"']
    ),
}
CELL_OF = {"date": "date", "date_source": "date", "start": "date", "end": "date", "kind": "kind"}
CELL_OF |= {"distance_km": "number", "vote_for": "number", "polarity": "number"}


TIDY_CELLS = CELLS | {
    "state": st.sampled_from(["DPRK", "USA", "Russia", "x", ""]),
    "action": st.sampled_from(["icbm_test", "nuclear_test", "russia_veto", "joint_exercise", "x"]),
    "weight": st.sampled_from(["0", "0.8", "1", "2", "nan", "x", ""]),
    "month": st.sampled_from(["2024-02", "2024-13", "9999-12", "x", ""]),
}
TIDY_CELL_OF = CELL_OF | {name: name for name in ("state", "action", "weight", "month")}
TIDY_CELL_OF |= {"announced": "date", "kind": "word", "launch_days": "number"}
POLICIES = st.sampled_from(
    [
        "",
        '[[policies]]\ndate = 2024-05-01\nhotline = 1\nsource = "a"\n',
        "[[policies]]\ndate = 9999-12-31\nhotline = nan\n",
        "policies = 3",
        "policies = [1]",
        '[[policies]]\ndate = "x"\n"\\u001b" = 1\nsource = 1',
        "coded_to = 2024-01-01T00:00:00\n[[policies]]",
        "[",
    ]
)


@st.composite
def tidy_files(draw) -> dict[str, bytes]:
    """Rows to add to the shipped record, with any cells, and what a folder may state."""
    files = {}
    for name, row in TIDY_FILES.items():
        text, columns = io.StringIO(), tuple(row.model_fields)
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(columns)
        for _ in range(draw(st.integers(1, 3))):
            cells = (TIDY_CELLS[TIDY_CELL_OF.get(column, "word")] for column in columns)
            writer.writerow([draw(cell) for cell in cells])
        files[name] = text.getvalue().encode()
    last = draw(st.sampled_from([b"last = 9999-01-01", b"last = 2024-12-31", b""]))
    return files | {"coverage.toml": last, "policies.toml": draw(POLICIES).encode()}


@st.composite
def record_files(draw) -> dict[str, bytes]:
    """Every file of a record, or all but one, with any rows."""
    files = {}
    for name, row in RAW_FILES.items():
        text, columns = io.StringIO(), columns_of(row)
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(columns if draw(st.integers(0, 15)) else columns[1:])
        for _ in range(draw(st.integers(0 if draw(st.booleans()) else 1, 3))):
            writer.writerow([draw(CELLS[CELL_OF.get(column, "word")]) for column in columns])
        files[name] = (
            text.getvalue().encode() if draw(st.integers(0, 15)) else draw(st.binary(max_size=40))
        )
    return files


@settings(
    thorough, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(files=st.one_of(record_files(), tidy_files()))
def test_a_record_folder_is_read_or_refused_in_words(tmp_path, files):
    for path in tmp_path.iterdir():
        path.unlink()
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    try:
        assert read_record(tmp_path).acts is not None
    except ScenarioError as error:
        assert 1 <= len(error.problems) <= MAX_PROBLEMS + 1
        assert "\x1b" not in str(error)


# Rows as a compiled record has them; most of their cells mean something to some other row.
RECORDED_DAYS = st.sampled_from(
    [
        "1999-06-15",
        "2010-03-26",
        "2010-11-23",
        "2017-07-04",
        "2018-03-05",
        "2018-12-31",
        "2020-02-29",
    ]
)
ROWS = {
    "events.csv": {
        "date": RECORDED_DAYS,
        "kind": st.sampled_from(EVENT_KINDS),
        "date_precision": st.sampled_from(["day", "month"]),
        "deaths": st.sampled_from(["", "0", "2"]),
    },
    "missile_tests.csv": {
        "date": RECORDED_DAYS,
        "date_source": st.sampled_from(["2017-07-04", "2017-07", ""]),
        "landing": st.sampled_from(["pacific-ocean", "sea-of-japan", ""]),
        "distance_km": st.sampled_from(["", "0", "930", "1000", "1e3", "2700.5"]),
        "overflight": st.sampled_from(["", "0", "1"]),
    },
    "exercises.csv": {
        "start": RECORDED_DAYS,
        "ex_type": st.lists(st.sampled_from(EXERCISE_TYPES), min_size=1, max_size=3).map("+".join),
        "status": st.sampled_from(STATUSES),
        "date_precision": st.sampled_from(["day", "day", "month"]),
        "participants": st.sampled_from(["", "USA|KOR|JPN", "JPN|RUS|CHN"]),
    },
    "un_actions.csv": {
        "date": RECORDED_DAYS,
        "body": st.sampled_from(["CHN|RUS", "RUS"]),
        "kind": st.sampled_from(COUNCIL_KINDS),
        "vote_for": st.sampled_from(["15", "15", "13"]),
        "abstained": st.sampled_from(["CHN", "RUS|BRA"]),
    },
    "unilateral_sanctions.csv": {
        "date": RECORDED_DAYS,
        "actor": st.sampled_from(["USA", "KOR", "JPN"]),
        "direction": st.sampled_from(DIRECTIONS),
    },
    "diplomacy.csv": {
        "date": RECORDED_DAYS,
        "kind": st.sampled_from(["summit", "talks", "letter"]),
        "polarity": st.sampled_from(["1", "-1", "0"]),
    },
}
COMMON = {
    "verification": st.sampled_from(["stored", "read", "partial", ""]),
    "source": st.sampled_from(["CNS/NTI", "existence: a (b); general knowledge", "", "Ü; Ü"]),
}
ODD_CELLS = st.one_of(*CELLS.values(), st.text(max_size=6))


@st.composite
def compiled_records(draw) -> dict[str, bytes]:
    """A record that fits together, or one of which a few cells, rows, columns or bytes do not."""
    files: dict[str, list[list[str]]] = {}
    for name, kind in RAW_FILES.items():
        needed, optional = columns_of(kind), columns_of(kind, required=False)
        columns = (*needed, *optional) if draw(st.booleans()) else needed
        cells = {**COMMON, **ROWS[name]}
        rows = []
        for _ in range(draw(st.integers(1, 5))):
            row = {column: draw(cells[column]) for column in columns if column in cells}
            if "end" in columns:
                day = date.fromisoformat(row["start"]) + timedelta(days=draw(st.integers(0, 40)))
                row["end"] = str(day)
            rows.append([row[column] for column in columns])
        files[name] = [list(columns), *rows]
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 1, 2, 4]))):
        rows = files[draw(st.sampled_from(sorted(files)))]
        number = draw(st.integers(0, len(rows) - 1))
        how = draw(
            st.sampled_from(["cell", "cell", "cell", "twice", "gone", "short", "long", "moved"])
        )
        if how == "cell" and rows[number]:
            rows[number][draw(st.integers(0, len(rows[number]) - 1))] = draw(ODD_CELLS)
        elif how == "twice":
            rows.append(list(rows[number]))
        elif how == "gone" and len(rows) > 1:
            del rows[number]
        elif how == "short":
            rows[number] = rows[number][:-1]
        elif how == "long":
            rows[number] = [*rows[number], draw(ODD_CELLS)]
        elif how == "moved":  # the columns in another order
            order = draw(st.permutations(range(max(map(len, rows)))))
            rows[:] = [[row[n] for n in order if n < len(row)] for row in rows]
    ends = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    made = {}
    for name, rows in files.items():
        text = io.StringIO()
        csv.writer(text, lineterminator=ends).writerows(rows)
        made[name] = text.getvalue().encode()
    return made


@settings(
    thorough, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(files=compiled_records())
def test_a_record_that_nearly_fits_is_read_or_each_fault_has_its_file(tmp_path, files):
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    try:
        found = read_record(tmp_path)
    except ScenarioError as error:
        assert 1 <= len(error.problems) <= MAX_PROBLEMS + 1
        assert all(problem.file or "more" in problem.text for problem in error.problems), error
        assert not any(sign in str(error) for sign in ("Error(", "fit together", "\x1b"))
        return
    assert all(act.action in RECORDED_ACTS[act.state] for act in found.acts)
    assert found.coverage.first <= found.coverage.last
    again = read_record(tmp_path)
    assert again.digest == found.digest and again.acts == found.acts


# --- games -----------------------------------------------------------------------------------------

PICKS = st.dictionaries(
    st.sampled_from([*CAST.channels, ("Mars", "x")]),
    st.sampled_from(["hold", "live_fire", "short_range_test", "china_yes", "x"]),
    max_size=3,
)
MOVES = st.one_of(
    st.tuples(st.just(choose), PICKS),
    st.tuples(st.just(let_model_decide), st.integers(-1, 5)),
    st.tuples(st.just(undo), st.none() | st.integers(-1, 6)),
)


@settings(max_examples=MANY // 10)  # a move plays a world
@given(
    st.lists(st.sampled_from(CAST.codes), min_size=1, max_size=3, unique=True),
    st.lists(MOVES, max_size=4),
)
def test_a_game_goes_on_or_refuses_in_words_and_is_read_back_whole(states, moves):
    game = begin_game(scenario(weeks=6), states)
    for verb, said in moves:
        try:
            game = verb(game, said)
        except ScenarioSimError as error:
            assert str(error)
    assert read_scenario(dump_scenario(game.scenario), paths=False) == game.scenario


@given(st.data())
def test_the_packed_choices_of_a_game_hold_any_acts(data):
    """Whatever the acts of a game are, its file gives back the same, in the same order."""
    chosen = data.draw(
        st.lists(
            st.tuples(st.integers(0, 51), st.integers(0, 6), st.sampled_from(CAST.alternatives),
                      st.booleans()),
            unique_by=lambda one: (one[0], one[2].state, one[2].channel),
            max_size=12,
        )
    )  # fmt: skip
    start = scenario().start
    acts = [
        {"date": start.fromordinal(start.toordinal() + 7 * week + day), "state": alternative.state,
         "channel": str(alternative.channel), "action": alternative.id, "note": "why" * noted}
        for week, day, alternative, noted in chosen
    ]  # fmt: skip
    played = data.draw(st.lists(st.sampled_from(CAST.codes), min_size=1, unique=True))
    acts.sort(key=lambda act: act["date"])
    try:
        made = scenario(acts=acts, game={"states": played, "weeks": 52})
    except ScenarioError:
        pytest.fail("the strategy makes acts that can be")
    assert read_scenario(dump_scenario(made), paths=False) == made


ALTERNATIVES = {
    (state, str(channel)): [
        a.id for a in CAST.alternatives if (a.state, a.channel) == (state, channel)
    ]
    for state, channel in CAST.channels
}


@st.composite
def packed_channels(draw) -> tuple[str, dict[tuple[str, str], list[str | None]]]:
    """The text of a game whose channels are packed, and what was chosen week by week."""
    few = draw(st.lists(st.sampled_from(sorted(ALTERNATIVES)), min_size=1, max_size=5, unique=True))
    chosen, tables = {}, []
    for state, channel in few:
        actions = draw(st.permutations(ALTERNATIVES[state, channel]))
        actions = actions[: draw(st.integers(1, len(actions)))]
        weeks = draw(st.lists(st.sampled_from([None, *actions]), max_size=52))
        chosen[state, channel] = weeks
        letters = "".join("." if a is None else ascii_letters[actions.index(a)] for a in weeks)
        named = ", ".join(f'"{action}"' for action in actions)
        tables += ["[[game.choices]]", f'state = "{state}"', f'channel = "{channel}"']
        tables += [f"actions = [{named}]", f'weeks = "{letters}"']
    played = ", ".join(f'"{code}"' for code in dict.fromkeys(state for state, _ in few))
    head = ['title = "x"', "weeks = 52", "[game]", f"states = [{played}]", "weeks = 52"]
    return "\n".join([*head, *tables]), chosen


@thorough
@given(packed_channels())
def test_packed_acts_are_the_acts_of_their_letters(given_game):
    text, chosen = given_game
    found = read_scenario(text, paths=False)
    acts = {(act.state, act.channel, act.date): act.action for act in found.acts}
    said = {
        (state, channel, found.start + timedelta(weeks=week)): action
        for (state, channel), weeks in chosen.items()
        for week, action in enumerate(weeks)
        if action
    }
    assert acts == said
    assert read_scenario(dump_scenario(found), paths=False) == found


@thorough
@given(packed_channels(), st.data())
def test_spoilt_packed_acts_are_read_or_refused_in_words_in_files_and_links(given_game, data):
    lines = given_game[0].split("\n")
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(2, len(lines) - 1))
        key = lines[at].partition("=")[0]
        value = {
            "weeks ": LETTERS,
            "actions ": listed(ACTIONS),
            "state ": STATES,
            "channel ": CHANNELS,
        }
        other = value.get(key, ODD).map(lambda said, key=key: [f"{key}= {said}"])
        odd = ODD.map(lambda said, key=key: [f"{key}= {said}"])
        lines[at : at + 1] = data.draw(
            st.one_of(other, other, odd, st.just([]), st.just([lines[at]] * 2))
        )
    text = "\n".join(lines)
    found = refusal_or_scenario(text)
    if found:
        assert read_scenario(dump_scenario(found), paths=False) == found
    arrival = from_query(f"file={pack_text(text)}")
    told = [problem.text for problem in arrival.problems]
    assert messages.links.FAILED not in told and len(told) <= MAX_PROBLEMS + 1
    assert bool(found) or told, "a game that cannot be is told in the link too"
    again = from_query(to_query(arrival.state))
    assert again.problems == [] and again.state == arrival.state
