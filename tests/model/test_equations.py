"""Each rule alone: the same answer for one world as for many; and what the "why" of an act says."""

from __future__ import annotations

import inspect
from itertools import pairwise

import numpy as np
import pytest

from scenario_sim import EscalationModel, Scenario, load_scenario
from scenario_sim.data.enums import MAX_THEFTS_PER_WEEK
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.data.variables import (
    CALENDAR,
    CONDITIONS,
    DERIVED,
    LEVER_TRANSFORMS,
    MEMORIES,
    PER_STATE,
    ROLES,
    SIGNALS,
)
from scenario_sim.model import equations
from scenario_sim.simulation.single_run import SingleRun, simulate_run

BY_NAME = {q.name: q for q in (*SETTINGS.values(), *CONDITIONS, *MEMORIES, *SIGNALS, *LEVER_TRANSFORMS,
                               *CALENDAR, *DERIVED, *ROLES, *PER_STATE)}  # fmt: skip
IN_THE_WEEK = (
    *(
        equations.lever_transforms,
        *equations.WEEK_START_RULES,
        equations.launches,
        *equations.LEARNING_RULES.values(),
        equations.security_council,
    ),
    *(*equations.WEEK_END_RULES, *equations.HAZARD_RULES),
)
RULES = list(dict.fromkeys(IN_THE_WEEK))
STRENUOUS = Scenario(title="A hard case", weeks=60).with_levers(
    programme_drive=2.5, us_threats=0.8, engagement=0.9
)


# --- boards nobody played to ---------------------------------------------------------------------------


def some_value(rng: np.random.Generator, name: str, runs: int) -> np.ndarray:
    """Something that a row may hold: within its bounds, often at their ends."""
    if name.startswith(("draw_", "did_")):
        return rng.random(runs) if name.startswith("draw_") else rng.integers(0, 2, runs)
    quantity = BY_NAME.get(name.split(".")[-1])
    if name.startswith("theft_odds_"):  # they rise from one to the next, as chances do
        return np.full(runs, 1 - 0.6 ** (1 + int(name.rsplit("_", 1)[1])))
    if name.startswith("push_") or quantity is None or not np.isfinite(quantity.low):
        flag = name.removeprefix("push_") in {q.name for q in SIGNALS}
        return rng.integers(0, 2, runs) if flag else rng.uniform(0, 1, runs)
    high = quantity.high if np.isfinite(quantity.high) else quantity.low + 60
    if quantity.unit in ("0/1", "stage", "0..6"):
        return rng.integers(quantity.low, high, runs, endpoint=True)
    value = rng.uniform(quantity.low, high, runs)
    at_an_end = rng.random(runs) < 0.15
    return np.where(at_an_end, rng.choice([quantity.low, high], runs), value)


def boards(case: int, *runs: int) -> list[EscalationModel]:
    """Models with the first runs of one unheard-of board, so many as asked for. What the week's
    opening works out agrees with the rest."""
    rng = np.random.default_rng([11, case])
    models = [EscalationModel(STRENUOUS, number) for number in runs]
    for name in models[0].board.row:
        if name in {"challenger_threat", "leading_ally_threat", "talks_appeal"}:
            continue  # second names of rows that are written already
        value = some_value(rng, name, max(runs)).astype(float)
        for model in models:
            model.board.write({name: value[: model.ids.size]})
    for model in models:
        for rule in (equations.lever_transforms, *equations.WEEK_START_RULES):
            model.board.write(rule(model.board, model.parameters))
    return models


@pytest.fixture(scope="module")
def played() -> EscalationModel:
    """A world in its fortieth week."""
    model = EscalationModel(STRENUOUS, 500, rng=1)
    for _ in range(40):
        model.step()
    return model


# --- every rule ----------------------------------------------------------------------------------------


def test_every_rule_has_its_place_in_the_week():
    """A function of the board and the parameters is a rule; one that no list names never runs."""
    written = [
        rule
        for rule in vars(equations).values()
        if inspect.isfunction(rule) and list(inspect.signature(rule).parameters) == ["b", "p"]
    ]
    assert {rule.__name__ for rule in written} == {rule.__name__ for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("case", range(3))
def test_a_rule_gives_the_same_answer_at_one_run_and_at_three(rule, case):
    one, three = boards(case, 1, 3)
    alone = rule(one.board, one.parameters)
    together = rule(three.board, three.parameters)
    assert alone.keys() == together.keys()
    for name, value in together.items():
        first = np.broadcast_to(value, 3)[:1]
        assert np.broadcast_to(alone[name], 1).tobytes() == first.tobytes(), name


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("case", range(3))
def test_a_rule_returns_rows_of_the_board_and_writes_nowhere(rule, case):
    (model,) = boards(case, 3)
    before, given = (
        model.board.block.copy(),
        {k: v.copy() for k, v in vars(model.parameters).items()},
    )
    answer = rule(model.board, model.parameters)
    assert answer.keys() <= model.board.row.keys()
    for name, value in answer.items():
        assert np.shape(value) in ((), (1,), (3,)), name
        assert np.isfinite(np.asarray(value, float)).all(), name
    assert model.board.block.tobytes() == before.tobytes()
    assert all(np.array_equal(vars(model.parameters)[name], given[name]) for name in given)


@pytest.mark.parametrize("case", range(5))
def test_rules_keep_conditions_within_their_bounds(case):
    """Whatever the board, what a rule says of a condition is a value that condition may have."""
    (model,) = boards(case, 200)
    for rule in RULES:
        for name, value in rule(model.board, model.parameters).items():
            quantity = BY_NAME.get(name)
            if quantity is None:
                continue
            assert np.min(value) >= quantity.low - 1e-12, f"{rule.__name__}: {name}"
            assert np.max(value) <= quantity.high + 1e-12, f"{rule.__name__}: {name}"


def test_a_played_world_stays_within_its_bounds(played):
    for name, quantity in BY_NAME.items():
        if name in played.board.row:
            row = played.board[name]
            assert quantity.low <= row.min() and row.max() <= quantity.high, name


def test_the_rows_of_a_board_cannot_be_written_by_those_who_read_them(played):
    for row in (played.board.tension, played.board["tension"], played.board.block):
        with pytest.raises(ValueError, match="read-only"):
            row[0] = 1
    with pytest.raises(AttributeError):
        _ = played.board.tensions


# --- the small ones, by hand -----------------------------------------------------------------------------


def test_a_half_life_is_one():
    for weeks in (4, 26, 104):
        assert equations.share_left(np.array(weeks)) ** weeks == pytest.approx(0.5)


def test_a_state_is_quick_to_alarm_and_slow_to_calm(played):
    p = played.parameters
    calm, alarmed = np.array([0.3]), np.array([0.7])
    up = equations.threat_perception(calm, alarmed, 0.0, p) - calm
    down = alarmed - equations.threat_perception(alarmed, calm, 0.0, p)
    assert up == pytest.approx(0.4 * p.alarm_rate)
    assert down == pytest.approx(0.4 * p.calm_rate)
    assert up > down


def test_ln_of_a_probability_comes_from_its_logit():
    logit = np.array([-30.0, -2.0, 0.0, 2.0, 30.0])
    assert equations.log_sigmoid(logit) == pytest.approx(
        np.log(1 / (1 + np.exp(-logit))), abs=1e-12
    )


def test_a_memory_fades_grows_and_stays_below_its_cap():
    memory, push, most = np.array([[0.4, 0.9]]), np.array([[0.0, 0.5]]), np.array([[1.0]])
    assert equations.update_memory(memory, np.array([[0.5]]), push, most).tolist() == [[0.2, 0.95]]
    assert equations.update_memory(memory, np.array([[0.9]]), push, most).tolist() == [
        [0.36000000000000004, 1]
    ]


def test_thefts_in_a_week_are_poisson(played):
    """The odds are chances of at most so many; a draw above n of them means more than n thefts."""
    odds = [played.board[f"theft_odds_{n}"][0] for n in range(MAX_THEFTS_PER_WEEK)]
    assert all(a < b for a, b in pairwise(odds)) and odds[-1] > 1 - 1e-9


# --- why -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def thinking() -> list[SingleRun]:
    """Some worlds with what the states thought in every week."""
    return [simulate_run(STRENUOUS, seed=6, run=run) for run in range(12)]


def still(world: SingleRun, week: int, state: str, channel: str) -> float:
    """The chance of holding still; in a vote, of the veto, which has no terms."""
    chances = world.decisions.chances(week, state, channel)
    return chances["hold"] if "hold" in chances else chances[f"{state.lower()}_veto"]


def test_chances_of_a_channel_sum_to_one(thinking):
    for world in thinking[:3]:
        for state in world.scenario.cast.states:
            for channel, actions in state.choices():
                for week in range(STRENUOUS.weeks):
                    chances = world.decisions.chances(week, state.code, channel.id)
                    hold = {"hold"} if channel.hold else set()
                    assert set(chances) == {a.id for a in actions} | hold
                    assert sum(chances.values()) == pytest.approx(1, abs=1e-12)
                    assert min(chances.values()) >= 0


def test_terms_of_an_act_sum_to_what_sets_it_apart_from_holding_still(thinking):
    """The utility used is the log odds against hold, whose utility is 0; in a vote, against the
    veto, which has no terms."""
    told = set()
    for world in thinking:
        for week in range(world.run % 5, STRENUOUS.weeks, 10):
            for alternative in world.scenario.cast.alternatives:
                where = week, alternative.state, alternative.channel
                chance = world.decisions.chances(*where)[alternative.id]
                if not alternative.action or chance == 0:
                    continue
                utility = sum(
                    weight.weight for weight in world.decisions.weights(week, alternative)
                )
                odds = np.log(chance / still(world, *where))
                assert utility == pytest.approx(odds, abs=1e-9), alternative.id
                told.add(alternative.id)
    assert len(told) > 35, "hardly an act was possible: this shows nothing"


def test_terms_are_in_words_and_name_what_they_weigh(thinking):
    world, parameters = thinking[0], EscalationModel(STRENUOUS).parameters
    for alternative in world.scenario.cast.alternatives:
        for term in world.decisions.weights(25, alternative):
            assert term.words
            assert term.value == world.decisions.value(term.quantity, 25)
            utility = alternative.action.utility
            if not any("own_" in one.quantity for one in utility):
                assert term.weight == vars(parameters)[term.coefficient] * term.value


def test_acts_come_as_often_as_their_chances_say():
    """What was chosen in many weeks of many worlds, against the sum of its chances: a z score for
    each of some fifty alternatives. The chances of a week depend on weeks before it alone, so the
    differences add up as those of independent draws do."""
    scenario = load_scenario("status-quo").with_weeks(104)
    names, chosen, expected, variance = ("hold", *scenario.cast.actions), {}, {}, {}
    for run in range(150):
        world = simulate_run(scenario, seed=6, run=run)
        for act, (state, channel) in zip(world.recording.acts, scenario.cast.channels, strict=True):
            for week in np.flatnonzero(act[:, 0] >= 0):  # -1: there was no draft to vote on
                for action, chance in world.decisions.chances(int(week), state, channel).items():
                    key = state, channel, action
                    chosen[key] = chosen.get(key, 0) + (names[act[week, 0]] == action)
                    expected[key] = expected.get(key, 0.0) + chance
                    variance[key] = variance.get(key, 0.0) + chance * (1 - chance)
                    assert chance > 0 or names[act[week, 0]] != action
    for key, found in chosen.items():
        assert abs(found - expected[key]) <= 4.5 * np.sqrt(variance[key]) + 1e-9, key
    assert sum(v > 1 for v in variance.values()) > 35


def test_an_act_that_is_not_possible_has_no_chance(thinking):
    found = set()
    for world in thinking:
        for week in range(STRENUOUS.weeks):
            in_contact = world.decisions.value("contact", week) > 0
            offer = world.decisions.chances(week, "USA", "diplomatic")["us_offer_talks"]
            assert (offer == 0) == in_contact
            found.add(in_contact)
    assert found == {True, False}
