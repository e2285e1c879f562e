"""A game as a state of the page: links, files and the Back button keep it."""

from __future__ import annotations

import json

import pytest

from scenario_sim import load_scenario
from scenario_sim.data.states import load_cast
from scenario_sim.scenario.files import dump_scenario, read_scenario
from scenario_sim.teaching.game import (
    begin_game,
    choose,
    debrief,
    let_model_decide,
    undo,
)
from scenario_sim.ui import code_snippets, selectors
from scenario_sim.ui.game_state import (
    enter_game,
    futures_of,
    game_of,
    open_game,
    read_choices,
    with_game,
    with_likeliest_branch,
)
from scenario_sim.ui.state import GAME, PICTURE, WORLD, AppState
from scenario_sim.ui.url import from_query, to_query
from scenario_sim.ui.views.game.cards import debrief_card, table_card
from scenario_sim.ui.views.game.role_sheets import role_sheets_page
from scenario_sim.ui.views.single_run import branches, cached_runs

WATCHED = AppState(runs=60).with_run(3)


@pytest.fixture(scope="module")
def played() -> AppState:
    """South Korea, eight weeks on."""
    state = open_game(WATCHED.with_lever("us_threats", 0.7), ["ROK"])
    game = choose(game_of(state), {("ROK", "military"): "live_fire", ("ROK", "diplomatic"): "hold"})
    return with_game(state, let_model_decide(game, 7))


def test_a_game_begins_in_the_world_that_is_watched_levers_and_all(played):
    game = game_of(played)
    policy = selectors.policy_of(WATCHED.with_lever("us_threats", 0.7).without_view)
    assert played.page == GAME and played.moved == ()
    assert game.alone.hash == policy.hash
    assert (game.table.seed, game.table.run, game.week) == (0, 3, 8)


def test_the_address_holds_the_whole_game(played):
    arrival = from_query(to_query(played))
    assert not arrival.problems
    assert arrival.state == played and game_of(arrival.state) == game_of(played)


def test_the_saved_file_opens_at_the_table_and_is_the_game(played):
    _, text = code_snippets.file_of(played)
    assert read_scenario(text) == game_of(played).scenario
    opened = enter_game(selectors.with_opened_file(AppState(runs=60), text))
    assert opened.page == GAME and game_of(opened) == game_of(played)
    other = enter_game(
        selectors.with_opened_file(AppState(), dump_scenario(load_scenario("surge-2022")))
    )
    assert other.page == PICTURE and game_of(other) is None


def test_no_choice_changes_the_futures_that_the_path_is_laid_beside(played):
    game = game_of(played)
    later = with_game(played, choose(game, {("ROK", "military"): "live_fire"}))
    assert later.text != played.text and futures_of(later) == futures_of(played)
    assert selectors.policy_of(futures_of(later)).hash == game.alone.hash
    watching = WATCHED.with_lever("hotline", 0.9)
    assert futures_of(watching) == watching.without_view


def test_the_world_on_stage_is_that_of_the_game(played):
    world = cached_runs.single_run_of(selectors.branch_of(played), played.seed, played.run)
    assert world.recording.table.tobytes() == game_of(played).whole.recording.table.tobytes()


def test_a_turning_point_is_seen_beside_the_game(played):
    game = game_of(played)
    point = debrief(game, runs=20).turning_points[0]
    state = with_likeliest_branch(played, game, point.departure)
    assert state.page == WORLD and state.week == point.departure.week
    _, other = branches.scenarios_of(state)
    after = cached_runs.single_run_of(other, state.seed, state.run)
    assert after.recording.table.tobytes() == point.parting.after.recording.table.tobytes()
    assert game_of(from_query(to_query(state)).state) == game


def test_what_the_browser_sends_is_a_choice_and_nothing_is_left_to_the_model():
    sent = [
        {"state": "ROK", "channel": "military", "action": ""},
        {"state": "ROK", "channel": "economic", "action": "hold"},
    ]
    assert read_choices(sent) == {("ROK", "economic"): "hold"}


def test_the_table_shows_what_the_state_can_know_and_nothing_ahead_or_of_others(played):
    game = game_of(played)
    card = table_card(game, played.text)
    assert [seat["name"] for seat in card["seats"]] == ["South Korea"]
    course = card["seats"][0]["course"]["line"]
    assert course == pytest.approx(game.whole.recording["ROK.threat"][:8, 0], abs=0.001)
    shown = json.dumps(card)
    assert "Tension" not in shown, "no judgement of South Korea's reads tension"
    loud = game.scenario.with_act(week=8, state="DPRK", action="nuclear_test")
    assert json.dumps(table_card(type(game)(loud), played.text)) == shown
    assert card["history"] == [
        {
            "week": 0,
            "day": "7 September 2026",
            "choices": "holding still; live fire near the border",
        }
    ]
    assert card["long"] == ""


def test_a_game_too_long_for_a_link_says_so(played):
    card = table_card(game_of(played), played.text + "#" + "x" * 300_000)
    assert "save it as a file" in card["long"]


def test_the_debrief_draws_both_paths_and_knows_where_to_play_on(played):
    over = let_model_decide(game_of(played), 1000)
    found = debrief(over, runs=20)
    card = debrief_card(found, None)
    assert [len(line) for line in card["lines"]] == [over.scenario.weeks] * 2
    assert card["resume"] == [1, "14 September 2026"]
    assert undo(over, card["resume"][0]).chosen == over.chosen
    assert len(card["places"]) == len(found.places) and card["story"] == list(found.story)
    last = choose(undo(over), {("ROK", "economic"): "hold"})
    assert debrief_card(debrief(last, runs=20), None)["resume"] == []


def test_a_vote_stands_on_the_table_when_a_draft_may_come():
    shaken = load_scenario("status-quo").with_act(week=3, state="DPRK", action="nuclear_test")
    game = let_model_decide(begin_game(shaken, ["Russia"]), 4)
    vote = table_card(game, "")["choices"][-1]
    assert vote["channel"] == "vote" and not vote["settled"] and len(vote["options"]) == 3
    tension = table_card(game, "")["seats"][0]["course"]
    assert tension["label"].startswith("Tension") and max(tension["line"]) < 1


def test_role_sheets_are_one_page_with_a_sheet_for_each_state():
    cast = load_cast()
    name, page = role_sheets_page(cast)
    assert name.endswith(".html")
    assert page.count('<section class="sheet">') == len(cast.codes)
    assert all(f"You are {state.name}" in page for state in cast.states)
    assert page.count("<table") == page.count("</table></div>") > len(cast.codes)
    assert "<script" not in page
    assert role_sheets_page(cast, ["ROK"])[1].count('<section class="sheet">') == 1
