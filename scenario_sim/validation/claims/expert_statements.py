"""List twenty-five statements that an expert would make, each with what would bear it out.

A model need not agree with each, but it must not contradict one silently: where the literature is
split, the other reading is measured under the theory that holds it. Ranges are judgement.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from scenario_sim.data.states import load_cast
from scenario_sim.scenario.files import load_scenario
from scenario_sim.simulation.outcomes import HAZARDS
from scenario_sim.simulation.trajectory import Trajectory
from scenario_sim.validation.claims.estimates import TrialScenario, ratio
from scenario_sim.validation.claims.expert_trial import Reading, Statement
from scenario_sim.validation.claims.statistics import (
    YEAR_WEEKS,
    acts,
    had_contact,
    outcome,
    weekly,
)

FORCED_DAY, FORCED_WEEK = "2026-10-05", 4  # when a trial forces an act: a Monday, four weeks in
IN_OFFICE, IN_OFFICE_WEEK = "2029-01-22", 124
NO_DRILLS = {"exercise_scale": 0.0}
OPEN_DOOR = {"engagement": 0.9}


# --- scenarios ---------------------------------------------------------------------------------------


def _with(
    levers: Mapping[str, float] = {}, weeks: int = 2 * YEAR_WEEKS, said: Mapping[str, Any] = {}
) -> TrialScenario:
    return TrialScenario(levers, said=said, weeks=weeks)


def _forced(
    action: str, weeks: int = YEAR_WEEKS, levers: Mapping[str, float] = {}
) -> TrialScenario:
    """Return the status quo in which North Korea does this in one week, or holds."""
    act = {"date": FORCED_DAY, "state": "DPRK", "action": action}
    if action == "hold":
        act["channel"] = "provocation"
    return _with(levers, weeks, {"acts": [act]})


def _change_of_hands(levers: Mapping[str, float] = {}) -> TrialScenario:
    change = [{"date": IN_OFFICE, **levers}] if levers else []
    return _with({}, IN_OFFICE_WEEK + YEAR_WEEKS, {"changes": change})


def _in_turn(first: Mapping[str, float], second: Mapping[str, float]) -> TrialScenario:
    """Return two years with some levers in the first and others in the second."""
    usual = load_scenario("status-quo").levers
    after = {name: getattr(usual, name) for name in first} | dict(second)
    return _with(first, 2 * YEAR_WEEKS, {"changes": [{"date": "2027-09-06", **after}]})


TODAY = _with()
HOLD, ATTACK = _forced("hold"), _forced("limited_attack")
SUMMIT = _forced("open_talks", 2 * YEAR_WEEKS)
PACKAGE = _forced(
    "open_talks",
    2 * YEAR_WEEKS,
    {"exercise_scale": 0.2, "us_threats": 0.15, "engagement": 0.95},
)


# --- totals ------------------------------------------------------------------------------------------


def _mean(totals: np.ndarray) -> np.ndarray:
    """Return the first total over the second: a mean over runs, or a share."""
    return totals[0] / totals[1]


def _mean_of(rows: np.ndarray) -> np.ndarray:
    return np.array([rows, np.ones(len(rows))], float)


def _chance_of_contact(t: Trajectory) -> np.ndarray:
    return _mean_of(had_contact(t)[0])


def _in_contact(week: int) -> Any:
    return lambda t: _mean_of(t.weekly["talks_stage"][week] >= 1)


def _deal_at_the_end(t: Trajectory) -> np.ndarray:
    return _mean_of(t.weekly["talks_stage"][-1] >= 3)


def _share_of_launches(*months: int) -> Any:
    """Return launch days that fall in some months, over all."""

    def tally(t: Trajectory) -> np.ndarray:
        inside = np.isin(t.dates.astype("datetime64[M]").astype(int) % 12 + 1, months)
        days = t.weekly["launch_days"].astype(float)
        return np.array([days[inside].sum(axis=0), days.sum(axis=0)])

    return tally


def _answered(action: str, within: int = 4) -> Any:
    weeks = slice(FORCED_WEEK, FORCED_WEEK + within)
    return lambda t: _mean_of(t.weekly.did(action)[weeks].any(axis=0))


def _tension_left(hold: Trajectory, attack: Trajectory) -> np.ndarray:
    """Return the tension that an attack adds in the week after it, and half a year later."""
    more = attack.weekly["tension"].astype(float) - hold.weekly["tension"]
    return more[[FORCED_WEEK + 1, FORCED_WEEK + 26]]


def _risk_added(hold: Trajectory, attack: Trajectory) -> np.ndarray:
    one, other = (t.outcomes["confrontation_risk"].to_numpy(float) for t in (hold, attack))
    return _mean_of(other - one)


def _after_office(*names: str) -> Any:
    return weekly(*names, weeks=slice(IN_OFFICE_WEEK, None))


def _contact_in_year(*worlds: Trajectory) -> np.ndarray:
    """Return contact in the year of the open door: the first world's first, the second's second."""
    years = (slice(0, YEAR_WEEKS), slice(YEAR_WEEKS, None))
    pairs = zip(worlds, years, strict=True)
    return np.array([(t.weekly["talks_stage"][year] >= 1).any(axis=0) for t, year in pairs], float)


def _balloons_after_loudspeakers(t: Trajectory) -> np.ndarray:
    """Return balloon weeks soon after loudspeakers, those weeks, balloon weeks, and all weeks."""
    balloons = t.weekly.did("balloons")
    spoke = t.weekly.did("loudspeakers")
    recent = np.zeros_like(spoke)
    for lag in range(1, 5):
        recent[lag:] |= spoke[:-lag]
    rows = (balloons & recent, recent, balloons, np.ones_like(balloons))
    return np.array([row.sum(axis=0) for row in rows], float)


def _relative_rate(totals: np.ndarray) -> np.ndarray:
    return (totals[0] / totals[1]) / (totals[2] / totals[3])


def _deliberate(t: Trajectory) -> np.ndarray:
    sums = [t.weekly[name].sum(axis=0, dtype=float) for name in HAZARDS]
    return np.array([sums[HAZARDS.index("hazard_deliberate")], np.sum(sums, axis=0)])


def _one(name: str) -> Any:
    return lambda t: _mean_of(t.outcomes[name].to_numpy(float))


def _chinese_measures_against_seoul() -> str:
    against = any(
        state.code == "China" and action.towards == "ROK"
        for state, action in load_cast().actions.values()
    )
    return "" if against else "Chinese measure against Seoul"


# --- statements --------------------------------------------------------------------------------------

LAUNCHES, STOCK, RISK = outcome("launch_days"), outcome("icbm_stock"), outcome("confrontation_risk")
ATTACKS, INCOME = acts("limited_attack"), outcome("revenue_musd")
RUSSIA_LESS = (TODAY, _with({"russia_need": 0.3}))
THREATS = (TODAY, _with({"us_threats": 0.9}))
SHIELD = (_with({"missile_defence": 0.1}), _with({"missile_defence": 0.9}))
TIGHTER = (_with({"sanctions_enforcement": 0.2, "unilateral_sanctions": 0.2}),
           _with({"sanctions_enforcement": 0.8, "unilateral_sanctions": 0.8}))  # fmt: skip
HOTLINE = (_with({"hotline": 0.0}), _with({"hotline": 1.0}))
DOUBTED = (TODAY, _with({"alliance_credibility": 0.4}))
LEARNT = (_with({"alliance_credibility": 0.4, "beliefs": 1}),)

STATEMENTS = (
    Statement(1, "Ending drills: somewhat fewer launches, no fewer ICBMs in stock, more limited attacks", (
        Reading("Launch days, no drills over drills", (TODAY, _with(NO_DRILLS)), LAUNCHES, ratio, 0.7, 0.99),
        Reading("The same", (TODAY, _with(NO_DRILLS)), LAUNCHES, ratio, 0.97, 1.03, theory="deterrence"),
        Reading("ICBMs in stock", (TODAY, _with(NO_DRILLS)), STOCK, ratio, 0.95, 1.1),
        Reading("Limited attacks", (TODAY, _with(NO_DRILLS)), ATTACKS, ratio, 1.02),
    )),
    Statement(2, "Suspending drills was the chip of 2018: it makes talks likelier", (
        Reading("Chance of contact, no drills over drills", (TODAY, _with(NO_DRILLS)), had_contact, ratio, 1.02),
    )),
    Statement(3, "An offer made again and again may be refused for years", (
        Reading("Chance of contact in two years of offers", (_with(OPEN_DOOR),), _chance_of_contact, _mean,
                0.05, 0.75),
        Reading("Launch days, offers over today", (TODAY, _with(OPEN_DOOR)), LAUNCHES, ratio, 0.7, 1.05),
    )),
    Statement(4, "A summit opened holds for months, then frays", (
        Reading("In contact 12 weeks after", (SUMMIT,), _in_contact(FORCED_WEEK + 12), _mean, 0.5),
        Reading("In contact 70 weeks after", (SUMMIT,), _in_contact(FORCED_WEEK + 70), _mean, 0.02, 0.5),
        Reading("Launch days over the two years, summit over none",
                (_forced("hold", 2 * YEAR_WEEKS), SUMMIT), LAUNCHES, ratio, 0.2, 0.9),
    )),
    Statement(5, "A summit package rarely yields a lasting deal", (
        Reading("Futures with a deal after two years", (PACKAGE,), _deal_at_the_end, _mean, high=0.35),
    )),
    Statement(6, "Russia needing less: ambiguous for tests (less money and cover; more reason to be heard)", (
        Reading("Launch days, need of 0.3 over 0.85", RUSSIA_LESS, LAUNCHES, ratio, high=0.99, theory="patron"),
        Reading("The same", RUSSIA_LESS, LAUNCHES, ratio, 1.01, theory="attention"),
    )),
    Statement(7, "Enforcement and unilateral sanctions, loose or tight: little on tests, some on money", (
        Reading("Launch days, tight over loose", TIGHTER, LAUNCHES, ratio, 0.95, 1.05),
        Reading("Income, tight over loose", TIGHTER, INCOME, ratio, 0.6, 0.99),
    )),
    Statement(8, "Sanctions relief is what Pyongyang asked for at Hanoi: it makes talks likelier", (
        Reading("Chance of contact, full relief over none", (TODAY, _with({"sanctions_relief": 1.0})), had_contact,
                ratio, 1.05),
    )),
    Statement(9, "Missile defence: more ICBMs, less reach, no safer overall", (
        Reading("ICBMs in stock, much over little", SHIELD, STOCK, ratio, 1.01),
        Reading("Reach after defence", SHIELD, outcome("reach"), ratio, 0.2, 0.95),
        Reading("Risk of confrontation", SHIELD, RISK, ratio, 0.85, 1.3),
    )),
    Statement(10, "THAAD draws Chinese retaliation on Seoul", lacks=_chinese_measures_against_seoul()),
    Statement(11, "Hotline: the same acts, less danger", (
        Reading("Launch days, hotline over none", HOTLINE, LAUNCHES, ratio, 1, 1),
        Reading("Risk of confrontation", HOTLINE, RISK, ratio, 0.4, 0.97),
    )),
    Statement(12, "A change of hands in Washington in 2029: threats up, or an open door", (
        Reading("Hazard in the year after, threats of 0.9 over no change",
                (_change_of_hands(), _change_of_hands({"us_threats": 0.9})), _after_office(*HAZARDS), ratio, 1.3),
        Reading("Hazard in the year after, an open door over no change",
                (_change_of_hands(), _change_of_hands(OPEN_DOOR)), _after_office(*HAZARDS), ratio, high=0.98),
        Reading("Launch days in the year after, an open door over no change",
                (_change_of_hands(), _change_of_hands(OPEN_DOOR)), _after_office("launch_days"), ratio, high=1),
    )),
    Statement(13, "The threats of 2017 also drove the talks of 2018 (one reading)", (
        Reading("Chance of contact, threats of 0.9 over 0.3", THREATS, had_contact, ratio, high=0.98),
        Reading("The same", THREATS, had_contact, ratio, 1.02, theory="coercion"),
    )),
    Statement(14, "Seoul's colour matters little to Pyongyang since 'two hostile states' (December 2023)", (
        Reading("Chance of contact, a conservative over a progressive government",
                (_with({"rok_government": 1.0}), _with({"rok_government": -1.0})), had_contact, ratio, 0.7, 1.4),
    )),
    Statement(15, "Drills cut and the door opened together do more than each alone", (
        Reading("Launch days, both over drills alone",
                (_with(NO_DRILLS), _with(NO_DRILLS | OPEN_DOOR)), LAUNCHES, ratio, high=1),
        Reading("Launch days, both over the door alone",
                (_with(OPEN_DOOR), _with(NO_DRILLS | OPEN_DOOR)), LAUNCHES, ratio, high=1),
        Reading("Chance of contact, both over the door alone",
                (_with(OPEN_DOOR), _with(NO_DRILLS | OPEN_DOOR)), had_contact, ratio, 1.02),
    )),
    Statement(16, "Sequence matters: drills cut first prepare the ground for an offer", (
        Reading("Contact in the year of the open door, after a year without drills over before it",
                (_in_turn(OPEN_DOOR, NO_DRILLS), _in_turn(NO_DRILLS, OPEN_DOOR)), _contact_in_year, ratio, 1.05),
    )),
    Statement(17, "Launches peak in spring; June and December are low", (
        Reading("Share of March to May", (TODAY,), _share_of_launches(3, 4, 5), _mean, 0.3, 0.48),
        Reading("Share of June", (TODAY,), _share_of_launches(6), _mean, 0.02, 0.083),
        Reading("Share of December", (TODAY,), _share_of_launches(12), _mean, 0.02, 0.083),
    )),
    Statement(18, "A lethal attack: retaliation a coin's toss, tension back in half a year, no war", (
        Reading("Retaliation within four weeks", (ATTACK,), _answered("retaliate"), _mean, 0.3, 0.7),
        Reading("Tension left after half a year, of what it added", (HOLD, ATTACK), _tension_left, ratio,
                -0.2, 0.3),
        Reading("Chance of confrontation added within the year", (HOLD, ATTACK), _risk_added, _mean, high=0.1),
    )),
    Statement(19, "A seventh nuclear test within two years: 10 to 25 % (judgement)", (
        Reading("Futures with a nuclear test",
                (TODAY,), lambda t: _mean_of(t.weekly.did("nuclear_test").any(axis=0)), _mean, 0.1, 0.25),
    )),
    Statement(20, "ICBM and satellite launches under today's policies: about one a year or fewer (judgement)", (
        Reading("Launches a year", (TODAY,), lambda t: _mean_of(t.weekly.did("icbm_test").sum(axis=0) / 2), _mean,
                0.1, 1.3),
    )),
    Statement(21, "No resolution passes today", (
        Reading("Resolutions in two years", (TODAY,), _one("resolutions"), _mean, high=0.05),
    )),
    Statement(22, "Since the vetoes of 2022 hardly any draft on missiles; a nuclear test is tabled for a veto", (
        Reading("A draft within eight weeks of an ICBM test", (_forced("icbm_test"),), _answered("table_draft", 8),
                _mean, high=0.2),
        Reading("A draft within eight weeks of a nuclear test", (_forced("nuclear_test"),),
                _answered("table_draft", 8), _mean, 0.5),
    )),
    Statement(23, "Balloons, loudspeakers and leaflets feed each other (public news of 2024)", (
        Reading("Balloons in the four weeks after loudspeakers, over any week", (TODAY,),
                _balloons_after_loudspeakers, _relative_rate, 1.5, needs=("balloons", "loudspeakers")),
    )),
    Statement(24, "Doubting the alliance: attacks up, and Seoul's nuclear debate", (
        Reading("Limited attacks, credibility of 0.4 over 0.85", DOUBTED, ATTACKS, ratio, 1.05),
        Reading("Weeks of the nuclear debate in Seoul, with beliefs that acts move", LEARNT,
                _one("nuclear_debate"), _mean, 1.0, needs=("nuclear_debate",)),
    )),
    Statement(25, "Confrontation about 1 % a year (judgement), accident and escalation ahead of design", (
        Reading("Chance in a year", (_with({}, YEAR_WEEKS),), _one("confrontation_risk"), _mean, 0.002, 0.03),
        Reading("Share of the hazard that is deliberate", (TODAY,), _deliberate, _mean, high=0.5),
    )),
)  # fmt: skip
