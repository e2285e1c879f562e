"""What must hold in every world: accounts that add up, bounds, and the equations as written.

The levels that nobody can know (how likely war is) are not tested; that they stay where the
specification put them, and are never moved by what should not move them, is.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr

from scenario_sim import (
    EscalationModel,
    Scenario,
    compare,
    load_scenario,
    simulate,
)
from scenario_sim.data.parameters import PARAMETERS, SETTINGS
from scenario_sim.data.variables import (
    CALENDAR,
    CONDITIONS,
    DERIVED,
    MEMORIES,
    PER_STATE,
    RECORDED_QUANTITIES,
    SIGNALS,
)
from scenario_sim.simulation.outcomes import HAZARDS
from scenario_sim.simulation.single_run import simulate_run

WEEKS = 260
CALM = {
    "engagement": 1, "negotiating_demand": 0.3, "us_threats": 0, "exercise_scale": 0,
    "programme_drive": 0.3,
}  # fmt: skip
WORST = {
    "exercise_scale": 1.5, "strategic_assets": 1, "us_threats": 1, "engagement": 0,
    "negotiating_demand": 1, "rok_government": -1, "alliance_credibility": 0,
    "trilateral_cooperation": 1, "unilateral_sanctions": 1, "sanctions_enforcement": 0,
    "us_china_rivalry": 1, "russia_need": 1, "cyber_security": 0, "missile_defence": 0,
    "early_warning": 0, "hotline": 0, "border_measures": 0, "launch_posture": 1,
    "programme_drive": 3, "domestic_pressure": 1, "exercise_sensitivity": 2,
}  # fmt: skip
FIVE_YEARS = Scenario(title="Status quo, five years", weeks=WEEKS)


def told(**said) -> Scenario:
    """The status quo but for what is said: `conditions`, `levers`, `parameters`, `shocks`, ..."""
    return Scenario.model_validate(FIVE_YEARS.as_dict() | said)


def value(name: str) -> float:
    return PARAMETERS[name].default


def previous(rows: np.ndarray) -> np.ndarray:
    return rows[:-1]


@pytest.fixture(scope="module")
def status_quo():
    return simulate(FIVE_YEARS, runs=1000)


@pytest.fixture(scope="module")
def friendly():
    """Worlds with much talking in them."""
    return simulate(FIVE_YEARS.with_levers(engagement=1, negotiating_demand=0.3), runs=500)


# --- accounts ------------------------------------------------------------------------------------


def test_income_is_never_negative_and_is_the_sum_of_its_sources(status_quo):
    weekly = status_quo.weekly
    sources = ("trade", "smuggling", "russia_payments", "china_aid", "labour")
    yearly = sum(weekly[name].astype(float) for name in sources)
    assert all((weekly[name] >= 0).all() for name in (*sources, "cyber_theft", "revenue"))
    np.testing.assert_allclose(weekly["revenue"], yearly / 52 + weekly["cyber_theft"], rtol=1e-5)


def test_no_week_holds_more_than_the_law_or_a_share_may(status_quo):
    for name in ("un_sanctions", "unilateral_measures", "enforcement", "china_support", "leakage"):
        rows = status_quo.weekly[name]
        assert rows.min() >= 0, name
        assert rows.max() <= 1, name


def test_every_test_teaches_and_nothing_is_unlearned(status_quo):
    """Knowledge is not lost, and without new designs reliability never falls."""
    for name in ("regional_experience", "icbm_experience", "icbm_stock"):
        assert (np.diff(status_quo.weekly[name], axis=0) >= 0).all(), name
    perfected = simulate(load_scenario("status-quo").with_levers(design_pace=0), 100).weekly
    for name in ("icbm_reliability", "regional_reliability"):
        assert (np.diff(perfected[name], axis=0) >= 0).all(), name


def test_articles_are_used_up_and_never_owed(status_quo):
    for name in ("regional_articles", "icbm_articles", "nuclear_articles"):
        assert (status_quo.weekly[name] >= 0).all(), name


@pytest.mark.parametrize(
    ("action", "articles", "scale", "floor"),
    [
        ("regional_test", "regional_articles", 3, 0.05),
        ("icbm_test", "icbm_articles", 1.5, 0.02),
        ("nuclear_test", "nuclear_articles", 0.5, 0.02),
    ],
)
def test_a_missile_that_does_not_exist_is_never_tested(action, articles, scale, floor):
    """Below half an article no test is possible; above, the odds grow with the stock."""
    none = simulate_run(told(conditions={articles: 0.0}).with_weeks(1))
    assert none.decisions.chances(0, "DPRK", "provocation")[action] == 0
    assert none.why_closed(0, action).endswith("is ready for a test")
    odds = []
    for stock in (0.6, 1.0):
        minds = simulate_run(told(conditions={articles: stock}).with_weeks(1)).decisions
        chances = minds.chances(0, "DPRK", "provocation")
        odds.append(chances[action] / chances["hold"])
        made = minds.value(articles, 0)  # the first week makes a little
        odds[-1] /= made / scale + floor
    assert odds[0] == pytest.approx(odds[1], rel=1e-9)


def test_weapons_money_is_normal_in_the_status_quo():
    """The reference of spending is what makes the mean log of spending zero where we stand."""
    world = simulate(load_scenario("status-quo"), runs=1000)
    spending = world.weekly["spending"].astype(float) / value("spending_reference")
    assert spending.min() > 0.15  # nothing is cut off
    assert spending.max() < 6
    assert abs(np.log(spending).mean()) < 0.005


# --- bounds ---------------------------------------------------------------------------------------


def anywhere(rng: np.random.Generator) -> Scenario:
    """A world with every lever and every coefficient drawn from its range."""
    levers = {name: rng.uniform(lever.low, lever.high) for name, lever in SETTINGS.items()}
    drawn = {name: rng.uniform(p.low, p.high) for name, p in PARAMETERS.items()}
    return told(parameters=drawn).with_levers(**levers)


WORLDS = {
    "status quo": lambda: [FIVE_YEARS],
    "corners": lambda: [FIVE_YEARS.with_levers(**CALM), FIVE_YEARS.with_levers(**WORST)],
    "anywhere": lambda: [anywhere(np.random.default_rng(n)) for n in range(10)],
}


@pytest.mark.parametrize("worlds", WORLDS.values(), ids=WORLDS)
def test_every_quantity_stays_within_its_bounds(worlds):
    """In the status quo, at the calm and the worst corner, and in worlds drawn from everywhere."""
    scenarios = worlds()
    for scenario in scenarios:
        model = EscalationModel(scenario, runs=400 // len(scenarios))
        assert_within_bounds(model)


def assert_within_bounds(model: EscalationModel) -> None:
    row = {q.name: q for q in (*CONDITIONS, *MEMORIES, *SIGNALS, *CALENDAR, *DERIVED)}
    row |= {f"{state.code}.{q.name}": q for state in model.cast.perceivers for q in PER_STATE}
    block = np.array([model.board.row[name] for name in row])
    low, high = (np.array([getattr(q, end) for q in row.values()]) for end in ("low", "high"))
    slack = 1e-9
    for week in range(WEEKS):
        model.step()
        values = model.board.block[block]
        fine = (values.min(axis=1) >= low - slack) & (values.max(axis=1) <= high + slack)
        names = np.array([*row])[~fine]  # NaN is not fine either
        assert fine.all(), f"week {week}: {', '.join(names)}"


def test_every_recorded_quantity_stays_within_its_bounds_anywhere():
    """As above, in more worlds: what the compiled model records."""
    bounds = {q.name: (q.low, q.high) for q in RECORDED_QUANTITIES}
    for n in range(60):
        weekly = simulate(anywhere(np.random.default_rng(n)), runs=150).weekly
        bounds |= {
            f"{s.code}.{q.name}": (q.low, q.high) for q in PER_STATE for s in weekly.cast.perceivers
        }
        for name in weekly.names:
            low, high = bounds[name]
            slack = 1e-6 * max(1.0, abs(high)) if np.isfinite(high) else 1e-6
            rows = weekly[name]
            assert rows.min() >= low - slack and rows.max() <= high + slack, (n, name)


# --- levels ---------------------------------------------------------------------------------------


def test_calm_policies_make_a_calm_world():
    """All-calm: engaged, no threats, no drills, a dormant programme."""
    outcomes = simulate(FIVE_YEARS.with_levers(**CALM), runs=500, keep="outcomes").outcomes
    assert outcomes.mean_tension.mean() < 2
    assert outcomes.confrontation_risk.mean() < 0.02


def test_the_worst_of_everything_is_beyond_anything_observed():
    """All-worst, held for five years: more likely than not, and shown as no number."""
    outcomes = simulate(FIVE_YEARS.with_levers(**WORST), runs=500, keep="outcomes").outcomes
    assert outcomes.confrontation_risk.mean() > 0.5


def test_the_status_quo_stays_where_it_was_put(status_quo):
    """In sample: a prior of about 6 % in five years, some 15 launch days a year, rung 4.

    The specification has .096 of weeks in contact. Offers that may be refused bring fewer.
    """
    outcomes = status_quo.outcomes
    assert outcomes.confrontation_risk.mean() == pytest.approx(0.06, abs=0.006)
    assert outcomes.launch_days.mean() / 5 == pytest.approx(15.7, rel=0.05)
    assert outcomes.mean_tension.mean() == pytest.approx(4.09, abs=0.1)
    assert outcomes.icbm_stock.mean() == pytest.approx(23.1, rel=0.03)
    assert (status_quo.weekly["talks_stage"] >= 1).mean() == pytest.approx(0.02, abs=0.015)
    assert status_quo.weekly["china_support"].mean() == pytest.approx(0.548, abs=0.01)
    assert status_quo.weekly["russia_support"].mean() == pytest.approx(0.799, abs=0.01)


# --- the four roads -------------------------------------------------------------------------------


def test_the_risk_of_a_run_is_what_its_weeks_add_up_to(status_quo):
    total = sum(status_quo.weekly[name].sum(axis=0, dtype=float) for name in HAZARDS)
    risk = status_quo.outcomes["confrontation_risk"]
    np.testing.assert_allclose(risk, 1 - np.exp(-total), rtol=1e-5)


def test_confrontation_is_drawn_as_often_as_the_risk_says():
    outcomes = simulate(FIVE_YEARS, runs=4000, keep="outcomes").outcomes
    risk = outcomes["confrontation_risk"]
    error = np.sqrt((risk * (1 - risk)).mean() / len(risk))
    assert abs(outcomes["confrontation"].mean() - risk.mean()) < 4 * error


def test_the_four_roads_follow_their_equations(status_quo):
    """Recomputed here from what was recorded, as the specification writes them."""
    weekly, lever = status_quo.weekly, FIVE_YEARS.settings()
    tension, stake = weekly["tension"].astype(float), weekly["audience_cost"].astype(float)
    contact, reach = weekly["talks_stage"] >= 1, weekly["reach"].astype(float)
    fear = {state: weekly[f"{state}.threat"].astype(float) for state in ("USA", "ROK", "Japan")}
    actions = [*status_quo.scenario.cast.actions]

    def did(action: str) -> np.ndarray:
        return (weekly.acts == actions.index(action) + 1).any(axis=0)

    drills = weekly["exercise_intensity"].astype(float)
    alert = weekly["missile_alert"].astype(float)
    before = np.vstack([np.zeros_like(alert[:1]), previous(alert)])  # what stood as the week began
    defence = np.minimum(1, lever["missile_defence"] + 0.15 * before)

    window = 1.2 * lever["us_threats"] * (1 - reach) * fear["USA"]
    deliberate = 5e-5 * np.exp(
        0.75 * (tension - 4) + np.minimum(stake, 1.5) + window - 0.5 - 1.5 * contact
    )
    spread = 0.007 * np.exp(0.35 * (tension - 4) + 0.7 * np.minimum(stake, 1.5))
    spread = spread * (1 - 0.5 * lever["hotline"])
    attack = did("limited_attack")
    answer = np.vstack([np.zeros_like(attack[:1]), previous(attack) & did("retaliate")[1:]])
    posture = 0.7 + 0.75 * lever["launch_posture"]
    limited = (attack + 0.5 * answer) * np.minimum(3 * spread * posture, 0.5)
    chance = 0.0016 * np.exp(
        0.25 * (previous(tension) - 3) + 0.5 * (drills[1:] > 0) + 0.2 * weekly["live_fire"][1:]
        - 0.4 * lever["border_measures"]
    )  # fmt: skip
    tests = sum(did(f"{kind}_test") for kind in ("short_range", "regional", "icbm", "nuclear"))
    ambiguous = 0.10 + 0.05 * did("japan_defence_alert") + 0.25 * tests
    ambiguous = ambiguous + 0.15 * (drills + 0.5 * weekly["trilateral"])
    stress = 0.06 * tension + 0.3 * sum(fear.values()) / 3
    alarm = ndtr(-((1.5 + 3 * lever["early_warning"]) / 2 + 0.4 - 1.4 * stress))
    minutes = 4 + 5 * defence + 8 * lever["early_warning"]
    acting = 0.02 * (tension / 10) ** 3 * np.exp(-minutes / 12) * (1 - 0.5 * lever["hotline"])
    acting = acting * (1 + 0.5 * reach) * (0.5 + 1.25 * lever["launch_posture"])

    np.testing.assert_allclose(weekly["hazard_deliberate"], deliberate, rtol=1e-4)
    np.testing.assert_allclose(weekly["hazard_limited_attack"], limited, rtol=1e-4)
    np.testing.assert_allclose(weekly["hazard_incident"][1:], chance * spread[1:], rtol=1e-4)
    np.testing.assert_allclose(weekly["hazard_false_alarm"], ambiguous * alarm * acting, rtol=1e-4)


def test_the_anchor_scales_every_road_alike_and_nothing_else():
    """The level of risk is a belief: trebling it trebles each hazard and leaves shares alone."""
    pair = compare(FIVE_YEARS, FIVE_YEARS.with_levers(war_risk_anchor=3), runs=500)
    for name in HAZARDS:
        once, thrice = pair.baseline.weekly[name], pair.policy.weekly[name]
        np.testing.assert_allclose(thrice, 3 * once.astype(float), rtol=1e-6)
    shares = [t.outcomes["inadvertent_share"] for t in (pair.baseline, pair.policy)]
    np.testing.assert_allclose(*shares, rtol=1e-4)


def test_a_hotline_halves_the_roads_that_a_call_can_block():
    """It stops an incident from spreading and an alarm from being acted on; not a decision."""
    pair = compare(FIVE_YEARS.with_levers(hotline=0), FIVE_YEARS.with_levers(hotline=1), runs=200)
    without, with_it = pair.baseline.weekly, pair.policy.weekly
    assert np.array_equal(without["hazard_deliberate"], with_it["hazard_deliberate"])
    for name in ("hazard_incident", "hazard_false_alarm"):
        np.testing.assert_allclose(with_it[name], 0.5 * without[name].astype(float), rtol=1e-6)


# --- the Council and the patrons ------------------------------------------------------------------


def first_chances(scenario: Scenario, state: str, channel: str) -> dict[str, float]:
    """The chances of a channel in the first week."""
    return simulate_run(scenario.with_weeks(1)).decisions.chances(0, state, channel)


@pytest.mark.parametrize(
    ("state", "world", "forbearance", "within"),
    [
        ("China", {"levers": {"us_china_rivalry": 0.3}}, 0.97, 0.005),  # 2017: passed
        ("China", {"levers": {"us_china_rivalry": 0.85}}, 0.08, 0.005),  # 2022: vetoed
        ("Russia", {"conditions": {"russia_support": 0.07}}, 0.99, 0.005),
        ("Russia", {"conditions": {"russia_support": 0.26}}, 0.86, 0.005),
        ("Russia", {"conditions": {"russia_support": 0.45}}, 0.27, 0.005),
        ("Russia", {"conditions": {"russia_support": 0.80}}, 0.0, 0.01),
    ],
)
def test_who_lets_a_draft_on_an_icbm_pass(state, world, forbearance, within):
    case = {"case_left": 8, "case_severity": 1}
    scenario = told(**world | {"conditions": case | world.get("conditions", {})})
    vote = first_chances(scenario, state, "vote")
    assert 1 - vote[f"{state.lower()}_veto"] == pytest.approx(forbearance, abs=within)


def test_a_nuclear_test_is_harder_to_shield_than_an_icbm():
    chances = []
    for severity in (1, 1.6):
        case = {"case_left": 8, "case_severity": severity}
        chances.append(first_chances(told(conditions=case), "China", "vote"))
    assert chances[1]["china_veto"] < chances[0]["china_veto"]


def test_drafts_that_would_fail_are_rarely_tabled():
    """An anticipated veto leaves no trace in the voting record."""
    tabled = []
    for rivalry in (0.1, 1.0):
        scenario = told(
            conditions={"case_left": 8, "case_severity": 1, "russia_support": 0.05},
            levers={"us_china_rivalry": rivalry},
        )
        tabled.append(first_chances(scenario, "USA", "economic")["table_draft"])
    assert tabled[0] > 5 * tabled[1]


def test_a_resolution_and_a_veto_need_a_draft_and_exclude_each_other(status_quo):
    weekly = status_quo.weekly
    actions = [*status_quo.scenario.cast.actions]
    tabled = (weekly.acts == actions.index("table_draft") + 1).any(axis=0)
    passed, vetoed = weekly["resolution"] > 0, weekly["veto"] > 0
    assert np.array_equal(passed ^ vetoed, tabled)
    assert not (passed & vetoed).any()


def test_one_resolution_fills_its_share_of_the_room_that_is_left():
    """Once: a draft that passes is counted once (law on paper, enforcement, the open case)."""
    scenario = told(
        conditions={"un_sanctions": 0.5, "enforcement": 0.4, "case_left": 8, "case_severity": 1.6},
        levers={"us_china_rivalry": 0.0},
        acts=[
            {"date": "2026-09-07", "state": state, "action": action}
            for state, action in (
                ("USA", "table_draft"), ("China", "china_yes"), ("Russia", "russia_yes"),
            )
        ],
    )  # fmt: skip
    world = simulate(scenario.with_weeks(1), runs=1).weekly
    assert world["resolution"][0, 0] == 1
    assert world["un_sanctions"][0, 0] == pytest.approx(0.5 + 0.46 * 0.5, rel=1e-6)
    leak, kept = world["leakage"][0, 0], 2 ** (-1 / 45)
    revived = 0.4 + 0.35 * 0.6
    assert world["enforcement"][0, 0] == pytest.approx(
        1 - leak + kept * (revived - (1 - leak)), rel=1e-5
    )


def test_a_case_stays_open_for_twelve_weeks_after_a_test():
    """The slowest answer on record came 82 days after the test."""
    scenario = FIVE_YEARS.with_act(week=0, state="DPRK", action="icbm_test")
    for week in range(1, 15):
        scenario = scenario.with_act(week=week, state="DPRK", channel="provocation", action="hold")
        scenario = scenario.with_act(week=week, state="USA", action="hold", channel="economic")
    model, open_weeks = EscalationModel(scenario, runs=1), []
    for week in range(15):
        model.deliberate()
        open_weeks += [week] if model.board["case_open"][0] else []
        model.settle()
    assert open_weeks == list(range(1, 13))


def test_china_withdraws_its_support_slowly():
    """Support is a choice of many small steps: a year's turn, not a week's."""
    wish = {"levers": {"us_china_rivalry": 0.11}, "conditions": {"china_support": 0.55}}
    support = simulate(told(**wish).with_weeks(41), runs=1000).weekly["china_support"].mean(axis=1)
    assert support[10] > 0.45
    assert support[40] == pytest.approx(0.36, abs=0.02)


def test_at_rest_the_patrons_change_their_support_in_a_fifth_of_weeks(status_quo):
    actions = [*status_quo.scenario.cast.actions]
    turns = [f"{who}_{turn}_support" for who in ("china", "russia") for turn in ("raise", "cut")]
    for act in turns:
        share = (status_quo.weekly.acts == actions.index(act) + 1).any(axis=0)[52:].mean()
        assert share == pytest.approx(0.10, abs=0.03), act


# --- talks, the moratorium, relief ----------------------------------------------------------------


def test_talks_rise_one_step_a_week_and_fall_to_contact_or_nothing(friendly):
    stage = friendly.weekly["talks_stage"].astype(int)
    before, after = previous(stage), stage[1:]
    assert (after - before <= 1).all()
    fell = after < before
    assert np.isin(after[fell], (0, 1)).all()
    assert (friendly.weekly["breakdown"][1:][fell] == 1).all()


def test_the_moratorium_is_kept_in_talks_fades_after_and_breaks_with_a_test(friendly):
    weekly, actions = friendly.weekly, [*friendly.scenario.cast.actions]
    stage, restraint = weekly["talks_stage"], weekly["moratorium"].astype(float)
    tested = np.zeros(stage.shape, bool)
    for act in ("icbm_test", "nuclear_test"):
        tested |= (weekly.acts == actions.index(act) + 1).any(axis=0)
    assert (restraint[(stage >= 2) & ~tested] == 1).all()
    assert (restraint[(stage == 1) & ~tested] >= 0.6 - 1e-6).all()
    lever = friendly.scenario.settings()
    half_life = 100 / (1 + 0.8 * lever["us_threats"] + 0.5 * lever["us_china_rivalry"])
    alone = (stage[1:] == 0) & ~tested[1:]
    np.testing.assert_allclose(
        restraint[1:][alone], previous(restraint)[alone] * 2 ** (-1 / half_life), atol=1e-6
    )
    broken = (stage[1:] == 0) & tested[1:]
    np.testing.assert_allclose(
        restraint[1:][broken], 0.3 * previous(restraint)[broken] * 2 ** (-1 / half_life), atol=1e-6
    )


def test_restraint_outlives_talks_for_long_ranges_but_not_for_short_ones():
    """As in 2018-21: no long-range test for years, short-range ones again after Hanoi."""
    world = simulate(load_scenario("summits-2018"), runs=500)
    actions = [*world.scenario.cast.actions]

    def a_year(act: str, weeks: slice) -> float:
        did = (world.weekly.acts[:, weeks] == actions.index(act) + 1).any(axis=0)
        return 52 * did.mean()

    everything, after_hanoi = slice(0, None), slice(60, None)
    assert a_year("icbm_test", everything) + a_year("nuclear_test", everything) < 0.25
    assert a_year("short_range_test", after_hanoi) > 3


def test_sanctions_ease_in_a_deal_and_only_there(friendly):
    """Relief is part of what a deal is: four in a thousand of the law a week."""
    weekly = friendly.weekly
    law, deal = weekly["un_sanctions"].astype(float), weekly["talks_stage"][1:] == 3
    quiet = weekly["resolution"][1:] == 0
    left = law[1:] / previous(law)
    np.testing.assert_allclose(left[deal & quiet], 0.996, rtol=1e-5)
    np.testing.assert_allclose(left[~deal & quiet], 1.0, rtol=1e-6)
    single = np.diff(weekly["unilateral_measures"].astype(float), axis=0)
    assert deal.mean() > 0.02
    assert single[deal].mean() < single[~deal].mean()


# --- fear and tension -----------------------------------------------------------------------------


def test_fear_is_quick_to_rise_and_slow_to_fall():
    """A shock of fear is half gone in about fourteen weeks; alarm climbs three times as fast."""
    assert np.log(2) / -np.log(1 - value("calm_rate")) == pytest.approx(14, abs=1)
    assert value("alarm_rate") / value("calm_rate") == pytest.approx(3)
    frightened, calm = (
        simulate(told(conditions={"threat_perception": {"DPRK": fear}}).with_weeks(4), runs=500)
        for fear in (0.71, 0.01)  # as far above as below where a quiet week would leave it
    )
    fall = np.diff(frightened.weekly["DPRK.threat"].mean(axis=1)).mean()
    rise = np.diff(calm.weekly["DPRK.threat"].mean(axis=1)).mean()
    assert rise > 2 * -fall > 0


def test_a_shock_of_tension_is_forgotten_within_the_year():
    """Alone a shock halves in 11 weeks; while events press as well it fades faster, since what is
    high already is raised less."""
    assert np.log(2) / value("tension_decay") == pytest.approx(10.7, abs=0.1)
    shock = [{"date": "2026-09-07", "condition": "tension", "amount": 1.0}]
    pair = compare(FIVE_YEARS.with_weeks(60), told(shocks=shock).with_weeks(60), runs=1000)
    gap = (pair.policy.weekly["tension"] - pair.baseline.weekly["tension"]).mean(axis=1)
    halved = int(np.argmax(gap < gap[0] / 2))
    assert 4 <= halved <= 12
    assert abs(gap[52]) < 0.1
