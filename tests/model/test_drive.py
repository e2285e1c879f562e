"""The programme's drive is a state of each run: it departs from its lever, and the record tells of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from scenario_sim import EscalationModel, list_scenarios, load_scenario, simulate
from scenario_sim.data.history import record
from scenario_sim.data.parameters import PARAMETERS
from scenario_sim.data.states import load_starts
from scenario_sim.model import equations
from scenario_sim.validation import past_policies

QUO = load_scenario("status-quo").with_weeks(104)
STEADY = {"drive_spread": 0.0, "drive_surges": 0.0}


def log_drive(scenario, runs=800, seed=1) -> np.ndarray:
    drive = simulate(scenario, runs, seed, keep=("felt_drive",)).weekly["felt_drive"]
    return np.log(drive)


def test_without_spread_the_drive_is_its_lever_and_nothing_else_of_it_matters():
    levers = QUO.with_levers(programme_drive=0.8).with_change(week=50, programme_drive=2.0)
    steady = simulate(levers.with_parameters(drive_spread=0.0), 200, 3)
    other = simulate(
        levers.with_parameters(drive_spread=0.0, drive_half_life=8, drive_surges=0.5), 200, 3
    )
    assert np.array_equal(steady.weekly.table, other.weekly.table)
    assert np.array_equal(steady.weekly.acts, other.weekly.acts)
    assert (steady.weekly["felt_drive"][:50] == np.float32(0.8)).all()
    assert (steady.weekly["felt_drive"][50:] == 2).all()


def test_the_log_drive_keeps_its_spread_about_the_lever_from_the_first_week_on():
    found = log_drive(QUO.with_levers(programme_drive=1.5), runs=4000)
    spread = PARAMETERS["drive_spread"].default
    for week in (0, 52, 103):
        assert found[week].mean() == pytest.approx(np.log(1.5), abs=0.05)
        assert found[week].std() == pytest.approx(spread, rel=0.06)


def test_a_departure_halves_in_its_half_life():
    found = log_drive(QUO.with_parameters(drive_half_life=26, drive_surges=0.0), runs=4000)
    kept = np.corrcoef(found[0], found[26])[0, 1]
    assert kept == pytest.approx(0.5, abs=0.05)


def test_surges_come_as_often_and_as_large_as_their_coefficients_say():
    quiet = {"drive_half_life": 156, "drive_spread": 1.0}
    often = quiet | {"drive_surges": 0.5, "drive_surge": 3.0}
    with_them = log_drive(QUO.with_parameters(**often))
    without = log_drive(QUO.with_parameters(**quiet, drive_surges=0.0))
    rises = np.diff(with_them, axis=0) > 2
    assert not (np.diff(without, axis=0) > 2).any()
    assert rises.sum(axis=0).mean() == pytest.approx(0.5 * 103 / 52, rel=0.15)


def test_a_higher_drive_tests_more_in_the_same_world():
    """Runs with the higher drive of their first year launch more in it."""
    weekly = simulate(QUO, 800, 2).weekly
    drive, days = weekly["felt_drive"][:52].mean(axis=0), weekly["launch_days"][:52].sum(axis=0)
    high = drive > np.median(drive)
    assert days[high].mean() > 1.5 * days[~high].mean()


def exact_posterior(tests: np.ndarray, base: float, slope: float, kept: float):
    """Return mean and variance before the next week of a log drive on a grid, week by week."""
    grid = np.linspace(-6, 6, 601)
    normal = np.exp(-((grid[:, None] - kept * grid) ** 2) / (2 * (1 - kept**2)))
    move = normal / normal.sum(axis=0)
    weight = np.exp(-(grid**2) / 2)
    weight /= weight.sum()
    chance = 1 / (1 + np.exp(-(base + slope * grid)))
    for test in tests:
        weight = move @ (weight * (chance if test else 1 - chance))
        weight /= weight.sum()
        mean = float(weight @ grid)
        yield mean, float(weight @ (grid - mean) ** 2)


@pytest.mark.parametrize("often", [0.05, 0.2, 0.6])
def test_the_inferred_drive_is_near_the_exact_posterior(often):
    """Three years of weeks, of which so many have a test."""
    tests = np.random.default_rng(5).random(156) < often
    p = SimpleNamespace(**{n: np.array(one.default) for n, one in PARAMETERS.items()})
    p.drive_surges = np.array(0.0)
    slope, base = float(p.drive_spread * p.testing_mood_drive), -1.5
    kept = 0.5 ** (1 / float(p.drive_half_life))
    state = {"drive_departure": np.zeros(1), "drive_known": np.zeros(1)}
    exact = exact_posterior(tests, base, slope, kept)
    for test, (mean, variance) in zip(tests, exact, strict=True):
        now = state["drive_departure"]
        chance = 1 / (1 + np.exp(-(base + slope * now)))
        board = SimpleNamespace(
            **state, drive_now=now, draw_drive_surge=np.ones(1), launches_recorded=np.ones(1),
            test_chance=chance, push_any_test=np.full(1, float(test)),
        )  # fmt: skip
        state = equations.infer_drive(board, p)
        assert state["drive_departure"][0] == pytest.approx(mean, abs=0.2)
        assert 1 - state["drive_known"][0] == pytest.approx(variance, rel=0.2)


def test_the_record_is_followed_and_what_is_left_unknown_is_drawn():
    """After 2022 the drive is high; one free week later the runs differ by what is not known."""
    known = past_policies.policies_known_on(date(2023, 1, 2), 30)
    model = EscalationModel(known, 200, 0)
    while model.week < known.weeks - 30:
        model.advance()
    board = model.board
    expected, unknown = board.drive_departure.copy(), 1 - board.drive_known.copy()
    assert expected.mean() > 0.5 and 0.1 < unknown.mean() < 0.5
    model.advance()
    drawn = (board.drive_now - expected) / np.sqrt(unknown)
    assert drawn.std() == pytest.approx(1, abs=0.15) and abs(drawn.mean()) < 0.25


def test_what_comes_after_a_week_tells_nothing_about_its_drive():
    known = past_policies.policies_known_on(date(2017, 7, 3), 2)
    whole = record.shipped_record()
    cut = replace(whole, acts=tuple(act for act in whole.acts if act.date < date(2016, 1, 4)))
    week = (date(2016, 1, 4) - known.start) // timedelta(days=7)
    found = log_drive(known, runs=50)
    with record.record_context(cut):
        other = log_drive(known, runs=50)
    assert np.array_equal(found[:week], other[:week])
    assert found[week + 40].mean() > other[week + 40].mean() + 0.5


def test_an_act_that_a_user_forces_tells_nothing_of_the_drive():
    known = past_policies.policies_known_on(date(2015, 1, 5), 30)
    week = known.weeks - 20
    forced = known.with_act(week=week, state="DPRK", action="short_range_test")
    drive = log_drive(known, runs=50), log_drive(forced, runs=50)
    assert np.array_equal(*drive)


SHIPPED = {one.begins: one for one in map(load_scenario, list_scenarios())}
TOLD = ("2013-01", "2017-01", "2018-01", "2022-01", "2024-01")


@pytest.mark.parametrize("begins", TOLD)
def test_a_start_in_the_record_has_the_drive_that_the_launches_before_it_tell(begins):
    """Written by `python docs/starting_drives.py`; here with other runs."""
    written = load_starts()[begins]
    told = past_policies.drive_inferred_by(SHIPPED[begins].start)
    assert written["drive_departure"] == pytest.approx(told["drive_departure"], abs=0.06)
    assert written["drive_known"] == pytest.approx(told["drive_known"], abs=0.04)


def test_a_start_without_a_coded_year_before_it_keeps_the_usual_spread():
    others = SHIPPED.keys() - set(TOLD)
    assert others >= {"2012-01", "2026-09"}
    for begins in others:
        assert past_policies.drive_inferred_by(SHIPPED[begins].start) is None
        assert not load_starts()[begins].keys() & {"drive_departure", "drive_known"}


def test_a_scenario_in_the_record_starts_where_the_launches_before_leave_the_drive():
    """Few launches in 2012, many in 2016; what is left unknown is drawn."""
    for name in ("spring-2013", "fire-and-fury-2017"):
        scenario = load_scenario(name)
        start, spread = scenario.start_conditions(), PARAMETERS["drive_spread"].default
        first = log_drive(scenario, runs=4000)[0] - np.log(scenario.settings()["programme_drive"])
        assert first.mean() == pytest.approx(spread * start["drive_departure"], abs=0.03)
        assert first.std() == pytest.approx(spread * np.sqrt(1 - start["drive_known"]), rel=0.05)
