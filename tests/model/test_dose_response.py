"""What each lever does, and what it leaves alone: low against high, everything else as it stands.

The table `DOSES` is the claim; the rest of the file only measures. Two worlds share their luck run
by run, so what differs between them is the lever. The signs are the model's, argued in the
literature its coefficients name; they say which way, not how far, and nothing about the real
world's probability of war.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from scenario_sim import Scenario, compare
from scenario_sim.data.parameters import HYPOTHESES, LEVERS, SETTINGS
from scenario_sim.simulation.ensemble import simulate
from scenario_sim.simulation.outcomes import HAZARDS
from scenario_sim.simulation.recording import recorded_rows
from scenario_sim.simulation.trajectory import Trajectory

pytestmark = pytest.mark.slow

RUNS, YEARS = 2_000, 5
SURE = 3.0  # a sign counts where the mean paired difference is this many standard errors
FIVE_YEARS = Scenario(title="Status quo, five years", weeks=52 * YEARS)


@dataclass(frozen=True)
class Dose:
    """A lever at a low and a high value, and what must follow from the step up.

    A claim is an outcome and its sign: `+` it rises, `-` it falls, `<2%` its mean moves by less,
    `=` not a bit of it changes, `?` argued both ways, so that its channels are named instead.
    """

    lever: str
    low: float
    high: float
    claims: tuple[str, ...]
    at: dict[str, float]

    def __str__(self) -> str:
        return "-".join([self.lever, *(f"at-{name}-{value:g}" for name, value in self.at.items())])

    def signs(self) -> Iterator[tuple[str, str]]:
        for claim in self.claims:
            outcome, sign = claim.rsplit(" ", 1)
            yield outcome, sign


def dose(lever: str, low: float, high: float, *claims: str, **at: float) -> Dose:
    return Dose(lever, low, high, claims, at)


# Tests are days with a missile launch; risk is the chance of confrontation within five years.
DOSES = (
    # --- the allies' military pressure: what deters an attack may provoke a test ------------------
    dose("exercise_scale", 0, 1.2, "tests +", "risk ?", "lethal attacks -", "false-alarm risk +"),
    dose("exercise_scale", 0, 1.2, "tests <2%", "lethal attacks -", exercise_sensitivity=0),
    dose("exercise_sensitivity", 0, 2, "tests +", "Pyongyang's fear +", "risk +"),
    dose("strategic_assets", 0, 1, "tests +", "risk +", "lethal attacks -", "tension +"),
    dose("us_threats", 0, 1, "tests +", "risk +", "talks -"),
    dose("alliance_credibility", 0, 1, "tests <2%", "risk -", "lethal attacks -"),
    # Without drills Seoul doubts its ally; ultimata with nothing after them are bluffs called.
    dose("beliefs", 0, 1, "tests <2%", "debate +", exercise_scale=0),
    dose("beliefs", 0, 1, "tests <2%", "risk +", "lethal attacks +", us_threats=0.9),
    dose("trilateral_cooperation", 0, 1, "tests <2%", "risk ?", "Pyongyang's fear +",
         "false-alarm risk +"),
    # A thick shield blunts the arsenal, which makes both a first strike and an arms race likelier,
    # and buys the time in which a false alarm is found out.
    dose("missile_defence", 0, 1, "tests +", "risk ?", "deliberate share +",
         "false-alarm share -", "arriving warheads -", "ICBM stock +"),
    # --- diplomacy --------------------------------------------------------------------------------
    dose("engagement", 0, 1, "tests -", "risk -", "talks +", "ICBM stock -"),
    dose("negotiating_demand", 0, 1, "tests +", "risk +", "talks -"),
    dose("sanctions_relief", 0, 1, "tests -", "risk -", "talks +"),
    dose("rok_government", -1, 1, "risk -", "talks +", seoul_standing=1),
    # Since it calls the South a hostile state, Pyongyang hardly minds who governs there.
    dose("rok_government", -1, 1, "tests <5%", "talks +", "balloons -"),
    # --- sanctions and money ----------------------------------------------------------------------
    dose("unilateral_sanctions", 0, 1, "tests ?", "risk ?", "revenue -", "Pyongyang's fear +"),
    dose("sanctions_enforcement", 0, 1, "tests -", "risk ?", "revenue -", "weapons money -"),
    # Precision moves money within North Korea: less for weapons, less pain, the same income.
    dose("sanctions_precision", 0, 1, "tests -", "risk ?", "revenue <2%", "weapons money -",
         "civilian pain -"),
    dose("cyber_security", 0, 1, "tests -", "risk -", "revenue -"),
    dose("money_elasticity", 0, 0.6, "tests <5%", "risk <2%"),
    # --- the patrons ------------------------------------------------------------------------------
    dose("china_fuel_cut", 0, 1, "tests -", "risk -", "revenue -", "talks +"),
    # While Russia needs Pyongyang it vetoes anyway, and nothing passes; without that need China decides.
    dose("us_china_rivalry", 0, 1, "tests +", "risk +"),
    dose("us_china_rivalry", 0, 1, "resolutions -", "vetoes +", russia_need=0),
    # A patron pays for tests, covers them and spares the trouble of talks; whom a patron hears need
    # not test to be heard. Which weighs more is open: two theories say one each.
    dose("russia_need", 0, 1, "tests ?", "risk ?", "revenue +", "talks -", "vetoes +"),
    # --- what keeps an accident small -------------------------------------------------------------
    dose("early_warning", 0, 1, "acts and conditions =", "tests =", "risk -", "false-alarm risk -",
         "inadvertent share -"),
    dose("hotline", 0, 1, "acts and conditions =", "tests =", "risk -", "incident risk -",
         "attack risk -", "false-alarm risk -", "deliberate risk ="),
    dose("border_measures", 0, 1, "tests <2%", "risk -", "incident risk -"),
    dose("launch_posture", 0, 1, "tests +", "risk +", "false-alarm risk +", "attack risk +"),
    dose("war_risk_anchor", 0.3, 3, "acts and conditions =", "tests =", "risk +"),
    # --- Pyongyang's own reasons ------------------------------------------------------------------
    # Its lethal attacks fall as the drive rises, for it chooses one act a week and tests crowd them
    # out: an artefact of that one choice, so that no sign is claimed.
    dose("programme_drive", 0.2, 3, "tests +", "risk +", "ICBM stock +"),
    dose("design_pace", 0, 2, "new weapons +"),
    dose("domestic_pressure", 0, 1, "tests <2%", "risk +", "lethal attacks +"),
)  # fmt: skip


# --- how the outcomes are measured ----------------------------------------------------------------


def column(name: str) -> Callable[[Trajectory], np.ndarray]:
    return lambda t: t.outcomes[name].to_numpy(float)


def weekly_mean(name: str) -> Callable[[Trajectory], np.ndarray]:
    return lambda t: t.weekly[name].mean(axis=0, dtype=float)


def hazard(name: str) -> Callable[[Trajectory], np.ndarray]:
    return lambda t: t.weekly[name].sum(axis=0, dtype=float)


def all_hazard(t: Trajectory) -> np.ndarray:
    return sum(hazard(name)(t) for name in HAZARDS)


def acts(action: str) -> Callable[[Trajectory], np.ndarray]:
    def count(t: Trajectory) -> np.ndarray:
        code = [*t.scenario.cast.actions].index(action) + 1
        return (t.weekly.acts == code).sum(axis=(0, 1)).astype(float)

    return count


MEASURES = {
    "tests": column("launch_days"),
    "risk": column("confrontation_risk"),
    "talks": column("talks_weeks"),
    "tension": column("mean_tension"),
    "lethal attacks": acts("limited_attack"),
    "balloons": acts("balloons"),
    "debate": column("nuclear_debate"),
    "new weapons": column("new_weapons"),
    "ICBM stock": column("icbm_stock"),
    "arriving warheads": lambda t: t.weekly["arrivals"][-1].astype(float),
    "revenue": column("revenue_musd"),
    "weapons money": weekly_mean("spending"),
    "civilian pain": column("civilian_pain"),
    "resolutions": column("resolutions"),
    "vetoes": column("vetoes"),
    "Pyongyang's fear": weekly_mean("DPRK.threat"),
    "deliberate risk": hazard("hazard_deliberate"),
    "attack risk": hazard("hazard_limited_attack"),
    "incident risk": hazard("hazard_incident"),
    "false-alarm risk": hazard("hazard_false_alarm"),
}
SHARES_OF_RISK = {
    "deliberate share": ("hazard_deliberate",),
    "false-alarm share": ("hazard_false_alarm",),
    "inadvertent share": ("hazard_incident", "hazard_false_alarm"),
}


def mean_and_pull(outcome: str, t: Trajectory) -> tuple[float, np.ndarray]:
    """The mean over runs, and each run's pull on it: a share of risk weighs a run by its risk."""
    if outcome in MEASURES:
        values = MEASURES[outcome](t)
        return values.mean(), values
    total = all_hazard(t)
    part = sum(hazard(name)(t) for name in SHARES_OF_RISK[outcome])
    share = part.sum() / total.sum()
    return share, share + (part - share * total) / total.mean()


def paired_t(difference: np.ndarray) -> float:
    error = difference.std(ddof=1) / np.sqrt(difference.size)
    return difference.mean() / error if error > 0 else 0.0


def same_path(low: Trajectory, high: Trajectory) -> bool:
    """Whether every act and condition of every week is the same to the last bit."""
    ends = {*HAZARDS, "confrontation_drawn", "confrontation_cause"}
    path = [row for row in recorded_rows(low.scenario.cast) if row not in ends]
    return np.array_equal(low.weekly.acts, high.weekly.acts) and all(
        np.array_equal(low.weekly[row], high.weekly[row]) for row in path
    )


def failure(outcome: str, sign: str, low: Trajectory, high: Trajectory) -> str:
    """What is wrong with a claim; empty where it holds."""
    if outcome == "acts and conditions":
        return "" if same_path(low, high) else f"{outcome} differ"
    (before, pull_before), (after, pull_after) = (mean_and_pull(outcome, t) for t in (low, high))
    t = paired_t(pull_after - pull_before)
    change = after / before - 1 if before else np.inf
    holds = {
        "+": t > SURE,
        "-": t < -SURE,
        "=": np.array_equal(pull_before, pull_after),
        "?": True,
    }
    held = holds[sign] if sign in holds else abs(change) < float(sign[1:-1]) / 100
    found = f"{before:.4g} to {after:.4g} ({change:+.1%}, t = {t:.1f})"
    return "" if held else f"{outcome} {sign}: {found}"


# --- the claims, tried ----------------------------------------------------------------------------


@pytest.mark.parametrize("dose", DOSES, ids=str)
def test_a_lever_does_what_it_is_said_to_do(dose):
    """Each sign of the table holds over five years in two thousand pairs of worlds."""
    low, high = (
        FIVE_YEARS.with_levers(**{**dose.at, dose.lever: value}) for value in (dose.low, dose.high)
    )
    pair = compare(low, high, runs=RUNS)
    wrong = [failure(outcome, sign, pair.baseline, pair.policy) for outcome, sign in dose.signs()]
    assert not any(wrong), "; ".join(filter(None, wrong))


@pytest.mark.parametrize(
    ("lever", "low", "high"),
    [("cyber_security", 0, 1), ("sanctions_enforcement", 0, 1), ("china_fuel_cut", 0, 1)],
)
def test_taking_money_away_costs_more_tests_the_more_money_binds(lever, low, high):
    """Whether money binds the programme is disputed; if it does, cutting it saves more tests."""
    worlds = [
        FIVE_YEARS.with_levers(**{lever: value, "money_elasticity": elasticity})
        for elasticity in (0, 0.6)
        for value in (low, high)
    ]
    ran = [simulate(one, runs=RUNS // 2, keep="outcomes") for one in worlds]
    loose_low, loose_high, tight_low, tight_high = (MEASURES["tests"](t) for t in ran)
    assert paired_t((tight_high - tight_low) - (loose_high - loose_low)) < -SURE


# --- the table itself -----------------------------------------------------------------------------


def test_every_lever_and_every_disputed_belief_has_its_row():
    assert {d.lever for d in DOSES} == {lever.name for lever in (*LEVERS, *HYPOTHESES)}


@pytest.mark.parametrize("dose", DOSES, ids=str)
def test_where_a_sign_is_left_open_two_channels_are_named(dose):
    """`?` is an argument, not an excuse: what pushes each way must show."""
    signs = dict(dose.signs())
    settled = [outcome for outcome, sign in signs.items() if sign in ("+", "-")]
    assert "?" not in signs.values() or len(settled) >= 2


@pytest.mark.parametrize("dose", DOSES, ids=str)
def test_doses_lie_within_what_a_lever_may_take(dose):
    for name, value in [(dose.lever, dose.low), (dose.lever, dose.high), *dose.at.items()]:
        assert SETTINGS[name].low <= value <= SETTINGS[name].high
    assert dose.low < dose.high
