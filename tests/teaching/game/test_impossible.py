"""Claims on games: the impossible stays impossible, and extreme play meets reactions."""

from __future__ import annotations

import numpy as np
import pytest

from scenario_sim import Scenario, load_scenario
from scenario_sim.data.states import HOLD, load_cast
from scenario_sim.errors import ScenarioError
from scenario_sim.reporting.narrative import explain_choice
from scenario_sim.scenario.files import dump_scenario, read_scenario
from scenario_sim.simulation.single_run import simulate_run
from scenario_sim.simulation.what_if import check_possible, find_impossible_acts
from scenario_sim.teaching.game import (
    Game,
    begin_game,
    choose,
    debrief,
    let_model_decide,
    list_choices,
    observe,
    open_saved_game,
    undo,
)
from scenario_sim.teaching.game.observation import _level

QUO = load_scenario("status-quo").with_weeks(30)
PROVOCATION = ("DPRK", "provocation")
ATTACKS = 4


def channel(game: Game):
    return next(choice for choice in list_choices(game) if choice.decision == PROVOCATION)


def attacks_in_a_row(run: int) -> Game:
    """Return the game of a North Korea that attacks every week, until it ends or is over."""
    game = begin_game(QUO, ["DPRK"], run=run)
    while game.week < ATTACKS and not game.over:
        game = choose(game, {PROVOCATION: "limited_attack"})
    return game


@pytest.fixture(scope="module")
def games() -> list[Game]:
    return [attacks_in_a_row(run) for run in range(24)]


# --- the impossible -------------------------------------------------------------------------------


def test_no_second_nuclear_test_without_a_second_device():
    game = choose(begin_game(QUO, ["DPRK"], run=3), {PROVOCATION: "nuclear_test"})
    (closed,) = [one for one in channel(game).closed if one.action == "nuclear_test"]
    assert closed.reason == "no nuclear device is ready for a test"
    assert "nuclear_test" not in [option.action for option in channel(game).options]
    with pytest.raises(ScenarioError, match="no nuclear device is ready"):
        choose(game, {PROVOCATION: "nuclear_test"})


def test_no_more_icbms_fly_than_there_are():
    game, flown = begin_game(QUO, ["DPRK"], run=3), 0
    while "icbm_test" in [option.action for option in channel(game).options]:
        game, flown = choose(game, {PROVOCATION: "icbm_test"}), flown + 1
        assert flown < 6, "an endless stock"
    assert game.now.decisions.value("icbm_articles", game.week) < 0.5
    assert flown >= 1


def test_every_option_is_what_the_model_could_choose_and_every_other_act_has_its_reason():
    game = let_model_decide(begin_game(QUO, load_cast().codes, run=5), 9)
    for choice in list_choices(game):
        chances = game.now.decisions.chances(game.week, *choice.decision)
        assert {o.action for o in choice.options} == {a for a, p in chances.items() if p > 0}
        assert {c.action for c in choice.closed} == {a for a, p in chances.items() if p == 0}
        assert all(closed.reason for closed in choice.closed)


def test_every_act_with_a_condition_says_why_it_is_closed():
    for _, action in load_cast().actions.values():
        assert bool(action.closed) == bool(action.only_if), action.id


def test_a_saved_game_that_holds_the_impossible_is_refused_with_its_reason():
    game = let_model_decide(choose(begin_game(QUO, ["DPRK"], run=3), {PROVOCATION: "nuclear_test"}))
    open_saved_game(read_scenario(dump_scenario(game.scenario)))
    forged = game.scenario.with_act(
        week=1, state="DPRK", action="nuclear_test", channel="provocation"
    )
    with pytest.raises(ScenarioError, match=r"DPRK cannot choose .nuclear test.*no nuclear"):
        open_saved_game(read_scenario(dump_scenario(forged)))


def test_a_scenario_may_force_the_impossible_and_says_so():
    forced = QUO
    for week in (1, 2):
        forced = forced.with_act(week=week, state="DPRK", action="nuclear_test")
    world = simulate_run(forced, 0, 3)
    assert [a.action for a in world.acts if a.state == "DPRK" and a.week == 2] == ["nuclear_test"]
    why = explain_choice(world, world.act(2, "DPRK"))
    assert why.forced and why.closed == "no nuclear device is ready for a test"
    assert "By itself the model could not choose it" in why.sentence
    (told,) = find_impossible_acts(forced)
    assert told.runs == told.of and told.day == forced.acts[1].date
    assert find_impossible_acts(QUO) == []


def test_the_record_in_replay_holds_what_happened_whatever_the_stocks_say():
    record = Scenario.model_validate(
        load_scenario("fire-and-fury-2017").as_dict()
        | {"replay": ("DPRK",), "replay_until": "2017-12-18", "acts": (), "weeks": 51}
    )
    tests = [a for a in simulate_run(record, 0, 0).acts if a.action == "nuclear_test"]
    assert [str(act.date) for act in tests] == ["2017-08-28"]
    assert find_impossible_acts(record) == []


def test_what_if_refuses_what_could_not_be():
    world = simulate_run(QUO, 0, 3)
    week = next(w for w in range(30) if world.why_closed(w, "retaliate"))
    with pytest.raises(ScenarioError, match="no armed clash last week"):
        check_possible(world, week, "retaliate")
    check_possible(world, week, HOLD)


# --- reactions ------------------------------------------------------------------------------------


def test_four_attacks_in_a_row_move_fear_alerts_retaliation_and_the_council(games):
    played = [game.whole for game in games]
    alone = [simulate_run(QUO, 0, game.table.run) for game in games]
    for quantity in ("ROK.threat", "USA.threat", "DPRK.threat", "missile_alert", "retaliation"):
        moved = [
            w.value(quantity, ATTACKS + 2) - a.value(quantity, ATTACKS + 2)
            for w, a in zip(played, alone, strict=True)
        ]
        assert np.mean(moved) > 0.05, quantity
    for world in played:
        assert world.decisions.value("case_open", 1) == 1
        assert not world.why_closed(1, "table_draft")
    offers = [
        sum(
            a.action in ("us_offer_talks", "rok_offer_talks") for a in w.acts if a.week in (1, 2, 3)
        )
        for w in (*played, *alone)
    ]
    assert sum(offers[: len(played)]) < 0.6 * sum(offers[len(played) :])


def test_a_confrontation_ends_a_game_and_marks_a_world_without_stopping_it(games):
    ended = [game for game in games if game.ended is not None]
    assert 2 <= len(ended) < len(games), "four attacks risk it, and do not decide it"
    game = ended[0]
    assert game.over and game.week == game.ended + 1 and list_choices(game) == ()
    with pytest.raises(ScenarioError, match="a direct confrontation ended this game"):
        choose(game, {})
    back = undo(game)
    assert not back.over and back.week == game.ended
    assert debrief(game, runs=20).story[0].startswith("A direct confrontation, out of a limited")


def test_weeks_left_to_the_model_stop_at_a_confrontation():
    for run in range(200):
        game = begin_game(QUO, ["DPRK"], run=run)
        for _ in range(2):
            if not game.over:
                game = choose(game, {PROVOCATION: "limited_attack"})
        drawn = game.whole.ended
        if drawn is not None and drawn > 2:
            break
    else:
        pytest.fail("no world of these is lost later on")
    end = let_model_decide(game, 28)
    assert end.over and end.ended == drawn and end.week == drawn + 1


# --- what a player sees ---------------------------------------------------------------------------


def test_one_number_has_one_word():
    """0.60 is high whether it was stored as 0.6 or as 0.5999."""
    for cents in range(101):
        words = {_level(cents / 100 + tiny, 1.0) for tiny in (-1e-9, 0.0, 1e-9, 0.004)}
        assert len(words) == 1, cents


def test_winter_is_a_quiet_season_only_where_north_korea_rests_in_it():
    for lull, told in ((0.0, False), (1.0, True)):
        autumn = QUO.with_levers(winter_lull=lull).with_weeks(8)
        game = let_model_decide(begin_game(autumn, ["DPRK"], run=3), 4)
        assert game.date.month == 10
        assert any("tests little" in due for due in observe(game, "DPRK").due) == told


def test_what_changed_is_told_and_what_did_not_is_not():
    game = choose(begin_game(QUO, ["DPRK"], run=3), {PROVOCATION: "nuclear_test"})
    seen = observe(game, "DPRK")
    told = " ".join(seen.changes)
    assert "Tension: up" in told and "Nuclear devices for tests: down, now none ready" in told
    assert "Warheads" not in told
    assert 3 <= len(seen.weighty) <= 6 and set(seen.weighty) <= {*seen.feels, *seen.stands}
    assert observe(begin_game(QUO, ["DPRK"]), "DPRK").changes == ()


@pytest.mark.parametrize("code", load_cast().codes)
def test_every_capital_has_aims_and_the_debrief_measures_them(code):
    game = let_model_decide(begin_game(QUO, [code], run=3), 30)
    found = debrief(game, runs=40)
    assert [aim.words for aim in found.aims] == [aim.words for aim in load_cast()[code].aims]
    assert len(found.aims) >= 2
    for aim in found.aims:
        worse = aim.place.percentile
        assert aim.share == pytest.approx(worse if aim.better == "higher" else 100 - worse)
        assert f"Better than {aim.share:.0f} %" in aim.sentence
