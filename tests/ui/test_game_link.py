"""A link holds a long game whole: six states over ten years, and the longest game there is."""

from __future__ import annotations

import tomllib

import jsonschema
import pytest
from long_game import long_game

from scenario_sim import load_scenario
from scenario_sim.bounds import MAX_PACKED_CHARACTERS, MAX_WEEKS
from scenario_sim.errors import ScenarioFileError
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.files import dump_scenario, read_scenario
from scenario_sim.scenario.game_file import sort_acts_for_file
from scenario_sim.scenario.json_schema import json_schema
from scenario_sim.teaching.game import Game, begin_game, choose, undo
from scenario_sim.ui import selectors
from scenario_sim.ui.game_state import enter_game, game_of, with_game
from scenario_sim.ui.state import GAME, AppState
from scenario_sim.ui.url import fits_in_link, from_query, pack_text, to_query
from scenario_sim.ui.views import export
from scenario_sim.ui.views.game.cards import table_card


def one_by_one(game: Game) -> str:
    """The game's file as it was written before choices were packed."""
    lines = ['title = "x"', f"weeks = {game.scenario.weeks}", "[game]"]
    lines[2:2] = ["[hypotheses]", "war_risk_anchor = 0.3"]
    lines += [f"states = {list(game.states)}", f"weeks = {game.week}"]
    for act in game.scenario.acts:
        lines += ["[[acts]]", f"date = {act.date}", f'state = "{act.state}"']
        lines += [f'action = "{act.action}"', f'channel = "{act.channel}"']
    return "\n".join(lines)


@pytest.mark.parametrize("weeks", [520, MAX_WEEKS])
def test_six_states_to_the_last_week_come_back_from_their_link(weeks):
    game = long_game(weeks, weeks)
    assert len(game.scenario.acts) == len(game.scenario.cast.channels) * weeks
    state = with_game(AppState(), game)
    query = to_query(state)
    assert len(query) < MAX_PACKED_CHARACTERS
    arrival = from_query(query)
    assert arrival.problems == [] and arrival.state == state
    found = game_of(arrival.state)
    assert found.chosen == game.chosen and found.scenario.hash == game.scenario.hash


def test_a_game_in_its_127th_week_and_later_says_nothing_of_too_long():
    game = long_game(520, 130)
    state = with_game(AppState(), game)
    assert table_card(game_of(state), state.text)["long"] == ""
    assert not fits_in_link(one_by_one(long_game(520, 520)))  # what the short form is for
    later = with_game(state, choose(game_of(state), {("ROK", "military"): "live_fire"}))
    assert from_query(to_query(later)).state == later
    assert game_of(with_game(later, undo(game_of(later)))).scenario == game_of(state).scenario


def test_an_old_link_with_its_acts_one_by_one_is_read_and_becomes_a_short_one():
    game = long_game(520, 60)
    old = f"page=game&file={pack_text(one_by_one(game))}"
    arrival = from_query(old)
    assert arrival.problems == [] and game_of(arrival.state).chosen == game.chosen
    now = with_game(arrival.state, game_of(arrival.state))
    assert game_of(now).scenario.hash == game.scenario.hash
    assert len(to_query(now)) < len(old) / 3


def test_an_old_file_too_long_for_a_link_is_opened_in_the_short_form():
    game = long_game(520, 520)
    text = export.read_opened_text(one_by_one(game).encode(), "mine.toml")
    state = enter_game(selectors.with_opened_file(AppState(), text))
    assert state.page == GAME and game_of(state).chosen == game.chosen
    assert from_query(to_query(state)).state == state


def test_a_game_file_reads_like_this_and_keeps_to_the_json_schema():
    game = choose(
        begin_game(load_scenario("status-quo"), ["ROK"]), {("ROK", "military"): "live_fire"}
    )
    game = choose(choose(game, {}), {("ROK", "military"): "hold"})
    table = tomllib.loads(dump_scenario(game.scenario))
    (choices,) = table["game"]["choices"]
    assert choices == {
        "state": "ROK", "channel": "military", "actions": ["hold", "live_fire"], "weeks": "b.a",
    }  # fmt: skip
    assert "acts" not in table
    plain = tomllib.loads(dump_scenario(game.scenario), parse_float=float)
    plain.pop("start", None)
    jsonschema.Draft202012Validator(json_schema()).validate(plain)


def test_acts_with_a_note_stay_as_they_are_written():
    game = choose(
        begin_game(load_scenario("status-quo"), ["ROK"]), {("ROK", "military"): "live_fire"}
    )
    noted = {"date": "2026-09-07", "state": "ROK", "action": "rok_condemn", "note": "why"}
    acts = [*(act.model_dump() for act in game.scenario.acts), noted]
    scenario = Scenario.model_validate(game.scenario.as_dict() | {"acts": acts})
    assert read_scenario(dump_scenario(scenario)) == scenario
    ordered = sort_acts_for_file(scenario)
    table = tomllib.loads(dump_scenario(ordered))
    assert [act["note"] for act in table["acts"]] == ["why"]
    assert len(table["game"]["choices"]) == 1
    assert read_scenario(dump_scenario(ordered)) == ordered and ordered.hash == scenario.hash


@pytest.mark.parametrize(
    ("choices", "answer"),
    [
        ("choices = 3", "line 5: game.choices[0]: takes a table"),
        ('[[game.choices]]\nstate = "ROK"', "line 5: game.choices[0]: takes state, channel"),
        (
            '[[game.choices]]\nstate = [[]]\nchannel = "military"\nactions = ["hold"]\nweeks = "a"',
            "line 5: game.choices[0].state: takes text in quotes, not a list",
        ),
        (
            '[[game.choices]]\nstate = "ROK"\nchannel = "military"\nactions = ["hold"]\nweeks = "ab"',
            "line 5: game.choices[0].weeks: takes one letter a week: a to a",
        ),
        (
            '[[game.choices]]\nstate = "ROK"\nchannel = "military"\nactions = ["hld"]\nweeks = "a"',
            "line 5: acts[0].action: there is no action 'hld'; did you mean `hold`?",
        ),
        (
            '[[game.choices]]\nstate = "ROK"\nchannel = "military"\nactions = ["hold"]\nweeks = "aaa"',
            "is not decided yet",
        ),
    ],
)
def test_choices_that_cannot_be_name_their_line_and_cure(choices, answer):
    text = f'title = "x"\n[game]\nstates = ["ROK"]\nweeks = 2\n{choices}'
    with pytest.raises(ScenarioFileError) as caught:
        read_scenario(text)
    assert answer in str(caught.value)
