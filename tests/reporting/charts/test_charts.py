"""The pictures: what is measured, drawn, said and tabled of two trajectories."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace

import numpy as np
import pytest

from scenario_sim.formatting import (
    format_count,
    format_day,
    format_month,
    format_number,
    format_percent,
    format_period,
    format_signed,
)
from scenario_sim.reporting import messages
from scenario_sim.reporting.charts import (
    DARK,
    GROUPS,
    LIGHT,
    Risk,
    cause_chart,
    estimate_precision,
    fan_chart,
    outcome_texts,
    precision_rows,
    precision_sentence,
    small_charts,
    summarise_causes,
    summarise_course,
    summarise_tension,
)
from scenario_sim.reporting.charts.summaries import TENSION_LEVELS, CauseSummary, TensionSummary
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.comparison import Comparison
from scenario_sim.simulation.ensemble import simulate

ENDS = r"[\d.]+ \([\d.]+ to [\d.]+\)"
RUNS, WEEKS = 80, 40
BASE = Scenario(title="base", weeks=WEEKS)


@pytest.fixture(scope="module")
def baseline():
    return simulate(BASE, RUNS, seed=3)


@pytest.fixture(scope="module")
def policy():
    return simulate(BASE.with_levers(engagement=1.0, negotiating_demand=0.0), RUNS, seed=3)


@pytest.fixture(scope="module")
def comparison(baseline, policy):
    return Comparison(baseline, policy)


def bare(option: dict) -> dict:
    """The option as the browser gets it: JSON, with no NaN in it."""
    return json.loads(json.dumps(option, allow_nan=False))


def soft(text: str) -> str:
    """With spaces at which a line may break."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def series_of(option: dict, name: str) -> dict:
    return next(s for s in option["series"] if s.get("name") == name)


# --- measures --------------------------------------------------------------------------------------


def test_roads_share_out_the_risk_and_lose_none_of_it(baseline):
    chance = summarise_causes(baseline).chance
    assert chance.shape == (4, RUNS)
    assert (chance >= 0).all()
    np.testing.assert_allclose(
        chance.sum(axis=0), baseline.outcomes["confrontation_risk"], rtol=1e-6
    )


def test_bands_are_percentiles_of_tension(baseline):
    measured = summarise_tension(baseline)
    assert measured.levels.shape == (len(TENSION_LEVELS), WEEKS)
    assert (np.diff(measured.levels, axis=0) >= 0).all()
    assert measured.levels[2, 7] == pytest.approx(np.median(baseline.weekly["tension"][7]))
    np.testing.assert_allclose(measured.means, baseline.outcomes["mean_tension"], rtol=1e-5)
    assert (measured.low[2] <= measured.levels[2]).all()
    assert (measured.levels[2] <= measured.high[2]).all()


# --- the fan ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda p: p.name)
def test_the_fan_tells_its_two_worlds_apart_by_more_than_colour(baseline, policy, palette):
    option = bare(
        fan_chart(summarise_tension(baseline), summarise_tension(policy), palette).option
    )["baseOption"]
    behind, before = (series_of(option, name) for name in (messages.BASELINE, messages.POLICY))
    assert option["series"].index(behind) < option["series"].index(before)
    assert (behind["lineStyle"]["type"], before["lineStyle"]["type"]) == ("dashed", "solid")
    assert behind["lineStyle"]["color"] == palette.baseline
    assert before["lineStyle"]["color"] == palette.policy
    names = [f"{name}  {number}" for number, name in enumerate(messages.RUNGS)]
    assert option["yAxis"][0]["data"] == names  # captions speak of numbers and of names
    assert option["yAxis"][0]["name"] == messages.FAN_AXIS


def test_the_fan_draws_what_was_measured(baseline):
    measured = summarise_tension(baseline)
    source = bare(fan_chart(measured, None, LIGHT).option)["baseOption"]["dataset"]["source"]
    assert source["date"][0] == "2026-09-07"
    np.testing.assert_allclose(source["policy p50"], measured.levels[2], atol=0.005)
    top = np.add(source["policy p5"], source["policy outer"])
    np.testing.assert_allclose(top, measured.levels[-1], atol=0.011)


def test_a_long_fan_is_thinned_and_keeps_its_last_week():
    weeks = 1040
    dates = np.datetime64("2026-09-07") + 7 * np.arange(weeks)
    levels = np.linspace(1, 5, len(TENSION_LEVELS))[:, None] * np.ones(weeks)
    long = TensionSummary(dates, levels, levels - 0.1, levels + 0.1, np.linspace(2, 4, 100))
    option = fan_chart(long, long, LIGHT).option
    drawn = option["baseOption"]["dataset"]["source"]["date"]
    assert len(drawn) <= 132
    assert drawn[-1] == str(dates[-1])
    assert len(json.dumps(option)) < 25_000


def test_the_fan_reads_itself_aloud(baseline, policy):
    base, other = summarise_tension(baseline), summarise_tension(policy)
    two = fan_chart(base, other, LIGHT)
    rung = messages.RUNGS[int(round(other.mean, 1))].lower()
    assert f"Average tension: {other.mean:.1f} of 7 ({rung})" in soft(two.sentence)
    paired = base.means - other.means
    half = 1.96 * paired.std(ddof=1) / np.sqrt(RUNS)
    assert f"{paired.mean():.1f} ± {half:.1f} lower than without the policy" in soft(two.sentence)
    alone = fan_chart(base, None, LIGHT).sentence
    highest = round(float(base.levels[-1, -1]), 1)  # the number as told, and its own rung
    assert f"and {highest:.1f} ({messages.RUNGS[int(highest)].lower()})" in alone
    assert "±" not in alone  # one number each; the table has their errors
    assert two.option["baseOption"]["aria"]["label"]["description"] == two.sentence
    assert "as without the policy" in fan_chart(base, base, LIGHT).sentence
    assert "policy" not in fan_chart(base, None, LIGHT).sentence


def test_the_fan_has_a_table_from_the_first_date_to_the_last(baseline, policy):
    chart = fan_chart(summarise_tension(baseline), summarise_tension(policy), LIGHT)
    assert {len(row) for row in chart.rows} == {len(chart.columns)} == {7}
    assert all(re.fullmatch(ENDS, cell) for row in chart.rows for cell in row[1:])
    assert (chart.rows[0][0], chart.rows[-1][0]) == ("7 Sep 2026", format_day(baseline.dates[-1]))


# --- the roads -------------------------------------------------------------------------------------


def test_road_bars_show_expected_futures_and_hatch_the_baseline(baseline, policy):
    base, other = summarise_causes(baseline), summarise_causes(policy)
    chart = cause_chart(base, other, LIGHT)
    option = bare(chart.option)
    shown = [bar["value"] for bar in series_of(option, messages.POLICY)["data"]]
    np.testing.assert_allclose(shown, other.per_thousand, atol=0.005)
    assert "decal" in series_of(option, messages.BASELINE)["itemStyle"]
    assert option["xAxis"]["max"] >= max(base.per_thousand.max(), other.per_thousand.max())
    assert [row[0] for row in chart.rows] == list(messages.ROADS)


def test_road_bars_say_what_a_policy_moves():
    wide = np.array([0.8, 1.2] * 50)
    base, other = (
        CauseSummary(np.array(c)[:, None] * wide / 1000) for c in ([9, 7, 3, 2], [2, 7.5, 3, 2])
    )
    both = soft(cause_chart(base, other, LIGHT).sentence)
    assert "takes most from “somebody decides to strike” (−7.0 ± 0.3)" in both
    assert "adds most to “attack that gets out of hand” (+0.50 ± 0.02)" in both
    assert messages.ROADS_STILL in cause_chart(base, base, LIGHT).sentence
    alone = cause_chart(base, None, LIGHT)
    assert len(alone.option["series"]) == 1
    assert soft(alone.sentence).startswith("Of about 21 ± 1 expected")
    assert all("±" in cell for cell in alone.rows[0][1:])


def test_a_road_whose_move_may_be_luck_is_not_named():
    rng = np.random.default_rng(4)
    base = CauseSummary(np.full((4, 50), 0.01))
    other = CauseSummary(base.chance + rng.normal(0, 0.01, (4, 50)))
    assert messages.ROADS_STILL in cause_chart(base, other, LIGHT).sentence


# --- risk ------------------------------------------------------------------------------------------


def with_risk(trajectory, risk, drawn=0):
    """The trajectory with these risks, of which so many are drawn."""
    confrontation = (np.arange(RUNS) < drawn).astype(int)
    outcomes = trajectory.outcomes.assign(confrontation_risk=risk, confrontation=confrontation)
    return replace(trajectory, outcomes=outcomes)


def risk_of(baseline, base, other, drawn=(0, 0)):
    before, after = (with_risk(baseline, r, d) for r, d in zip((base, other), drawn, strict=True))
    return Risk.of(before, Comparison(before, after))


def test_bars_are_labelled_with_their_error(baseline):
    chart = cause_chart(summarise_causes(baseline), None, LIGHT)
    labels = [soft(one["label"]["formatter"]) for one in chart.option["series"][0]["data"]]
    assert labels == [soft(row[1]) for row in chart.rows]
    assert all("±" in label for label in labels if label != "0.0")


def test_how_many_futures_are_needed_has_an_error_too(baseline):
    found = estimate_precision(baseline, None)
    for one in found:
        if math.isfinite(one.needed):
            assert one.needed_low <= one.needed <= one.needed_high
    sure = next(one for one in found if 0 < one.half < abs(one.value) / 2)
    more = replace(sure, needed_high=math.inf)
    assert "or more" in more.needed_text
    assert " to " in sure.needed_text


def test_risk_is_told_in_natural_frequencies_first(baseline):
    risk = risk_of(baseline, 0.0224, 0.0143)
    assert soft(risk.sentence) == (
        "Of 1,000 futures, about 14 see a direct confrontation within 40 weeks under this policy: "
        "8 ± 1 fewer than the 22 without it."
    )
    assert risk.ratio_text == "0.64 times the risk without the policy"


@pytest.mark.parametrize(
    "base, other, told",
    [
        (0.0214, 0.0187, "about 19 see .*: 2 ± 1 fewer than the 21"),  # 2.7, rounded 3
        (0.0214, 0.01575, "about 16 see .*: 5 ± 1 fewer than the 21"),  # 5.7, rounded 6
        (0.1049, 0.0949, "about 95 see .*: 10 ± 1 fewer than the 100"),  # 5 by the rounded counts
        (0.0104, 0.0096, "about 10 see .*: 1 ± 1 fewer than the 10"),  # 0 by the rounded counts
    ],
)
def test_the_counts_of_the_headline_add_up_where_the_interval_allows_it(
    baseline, base, other, told
):
    noise = np.where(np.arange(RUNS) % 2, 0.0035, -0.0035)
    risk = risk_of(baseline, base + noise, other)
    assert risk.moved and re.search(told, soft(risk.sentence))


def test_the_headline_has_one_interval_and_the_rest_is_details(baseline):
    risk = risk_of(baseline, 0.0224, 0.0143)
    assert soft(risk.sentence).count("±") == 1
    assert not any(soft(line).count("±") > 1 for line in risk.details)
    assert "no war since 1953" in risk.level_text and "%" in risk.level_text


def test_risk_alone_names_its_error(baseline):
    spread = np.where(np.arange(RUNS) % 2, 0.01, 0.03)
    risk = Risk.of(with_risk(baseline, spread), None)
    assert "about 20 ± 3 see" in soft(risk.sentence)  # 1.96 * 10.06 / sqrt(80) = 2.2, rounded up
    assert "another 80 futures" in risk.error_text
    assert not risk.compared


def test_risk_above_a_half_is_outside_any_observed_range(baseline):
    risk = risk_of(baseline, 0.3, 0.7)
    assert "more than 500 see a direct confrontation" in risk.sentence
    assert risk.sentence.endswith("outside any observed range.")
    assert "70" not in risk.level_text


def test_risk_that_runs_cannot_tell_apart_is_called_so(baseline):
    noise = np.random.default_rng(1).normal(0.02, 0.005, (2, RUNS))
    risk = risk_of(baseline, *noise)
    assert not risk.moved
    assert "cannot tell the two apart" in risk.sentence and "±" not in risk.sentence


def test_the_level_spans_the_range_of_the_prior(baseline):
    low, high = risk_of(baseline, 0.02, 0.01).prior
    assert low == pytest.approx(1 - 0.99**0.3)
    assert high == pytest.approx(1 - 0.99**3)


@pytest.mark.parametrize(("drawn", "few"), [((3, 12), True), ((3, 13), False)])
def test_drawn_futures_are_too_few_below_ten_that_differ(baseline, drawn, few):
    assert (messages.TOO_FEW in risk_of(baseline, 0.1, 0.2, drawn).drawn_text) is few


# --- other outcomes --------------------------------------------------------------------------------


def test_outcomes_are_tabled_with_their_paired_interval(baseline, comparison):
    rows = {row.name: row for row in outcome_texts(baseline, comparison)}
    assert list(rows) == list(messages.OUTCOMES)
    assert rows["launch_days"].difference.startswith("−")
    assert " to " in rows["launch_days"].interval
    assert all("±" in cell for row in rows.values() for cell in (row.baseline, row.policy))
    assert all(not row.policy for row in outcome_texts(baseline, None))


def test_outcomes_that_do_not_differ_or_hardly_say_so(baseline):
    vetoes = baseline.outcomes["vetoes"].to_numpy(float)
    few = replace(
        baseline, outcomes=baseline.outcomes.assign(vetoes=vetoes + (np.arange(RUNS) < 9))
    )
    rows = {row.name: row for row in outcome_texts(baseline, Comparison(baseline, few))}
    assert rows["vetoes"].difference == "too few to tell: 9 of 80 futures differ"
    assert rows["launch_days"].difference == messages.NO_CHANGE


# --- the small pictures ----------------------------------------------------------------------------


def test_a_course_adds_up_to_the_outcomes(baseline):
    found = summarise_course(baseline)
    outcomes = baseline.outcomes
    assert found.length.sum() == WEEKS
    np.testing.assert_allclose(
        found.periods["risk"].sum(axis=0), outcomes["confrontation_risk"], rtol=1e-6
    )
    np.testing.assert_allclose(
        found.periods["launch_days"].sum(axis=0), outcomes["launch_days"], rtol=1e-6
    )
    np.testing.assert_allclose(
        found.periods["revenue"].sum(axis=0), outcomes["revenue_musd"], rtol=1e-5
    )
    yearly = found.income.sum(axis=0) * WEEKS / 52
    np.testing.assert_allclose(yearly, outcomes["revenue_musd"], rtol=1e-4)
    assert found.grown[0, -1] == pytest.approx(outcomes["confrontation_risk"].mean())
    assert (np.diff(found.grown[0]) >= 0).all()
    assert (np.diff(found.stages, axis=0) <= 0).all()  # each stage holds the next


def test_a_long_course_is_counted_by_year_and_stays_small():
    long = simulate(BASE.with_weeks(130), 6)
    found = summarise_course(long)
    assert found.by_year
    assert list(found.length) == [52, 52, 26]
    assert found.dates.size <= 53
    assert found.dates[-1] == long.dates[-1]
    labels = [row[0] for row in small_charts("risk", found, None, LIGHT)[1].chart.rows]
    assert labels == ["year 1", "year 2", "year 3 (26 weeks)", messages.TOTAL]


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda p: p.name)
def test_every_small_picture_has_a_sentence_and_a_table(baseline, policy, group, palette):
    base, other = summarise_course(baseline), summarise_course(policy)
    for two in ((base, None), (base, other)):
        for small in small_charts(group, *two, palette):
            chart = small.chart
            option = bare(chart.option)
            assert option["aria"]["label"]["description"] == chart.sentence
            assert chart.sentence.endswith(".")
            assert {len(row) for row in chart.rows} == {len(chart.columns)}
            assert len(chart.rows) >= 4
            numbers = [cell for row in chart.rows for cell in row[1:]]
            assert all("±" in cell or " to " in cell or "differ" in cell for cell in numbers)
            assert (messages.POLICY in " ".join(chart.columns)) == (two[1] is not None)
            assert len(chart.text) < 20_000
            kinds = {s.get("lineStyle", {}).get("type") for s in option["series"]}
            hatched = any("decal" in s.get("itemStyle", {}) for s in option["series"])
            assert two[1] is None or "dashed" in kinds or hatched  # told apart without colour


def test_bars_carry_their_error_and_their_paired_difference(baseline, policy):
    (small, *_) = small_charts(
        "programme", summarise_course(baseline), summarise_course(policy), LIGHT
    )
    total = small.chart.rows[-1]
    paired = policy.outcomes["launch_days"] - baseline.outcomes["launch_days"]
    assert total[0] == messages.TOTAL
    assert all("±" in cell for cell in total[1:3])
    assert total[3].startswith(format_signed(paired.mean(), 1))
    same = small_charts("programme", summarise_course(baseline), summarise_course(baseline), LIGHT)[
        0
    ].chart
    assert same.rows[-1][3] == messages.TELL_SAME


# --- enough runs? ----------------------------------------------------------------------------------


def test_precision_says_how_many_runs_would_tell_a_difference(baseline):
    rng = np.random.default_rng(2)
    base = np.full(RUNS, 0.02)
    clear = with_risk(baseline, base + rng.normal(0.01, 0.002, RUNS))
    murky = with_risk(baseline, base + rng.normal(0.0005, 0.01, RUNS))
    before = with_risk(baseline, base)
    yes, no = (estimate_precision(before, Comparison(before, after))[0] for after in (clear, murky))
    assert yes.enough and yes.needed <= RUNS
    assert not no.enough and no.needed > RUNS
    spread = (no.half * np.sqrt(RUNS)) ** 2 / no.value**2
    assert no.needed == pytest.approx(spread)
    assert precision_sentence(yes, True).startswith("Yes")
    assert "Not yet" in precision_sentence(no, True)


def test_precision_needs_ten_futures_that_differ(baseline):
    base = np.full(RUNS, 0.02)
    few = base + np.where(np.arange(RUNS) < 8, 0.05, 0)
    before, after = with_risk(baseline, base), with_risk(baseline, few)
    found = estimate_precision(before, Comparison(before, after))[0]
    assert not found.enough
    assert found.needed == pytest.approx(100)
    same = estimate_precision(before, Comparison(before, before))[0]
    assert "change nothing" in precision_sentence(same, True)


def test_precision_of_a_level_is_a_tenth_of_it(baseline):
    found = estimate_precision(baseline, None)
    assert [one.name for one in found] == ["confrontation_risk", *messages.OUTCOMES]
    assert all(one.enough == (one.half < 0.1 * one.value) for one in found if one.value)
    rows = precision_rows(found, False)
    assert {len(row) for row in rows} == {len(messages.PRECISION_COLUMNS)}


# --- numbers and colours ---------------------------------------------------------------------------


def test_numbers_read_well():
    assert [format_number(-3.0), format_number(-0.04, 1), format_number(1234.5)] == [
        "−3",
        "0.0",
        "1,234",
    ]
    assert [format_signed(2.5, 1), format_signed(-2.5, 1), format_signed(0.001, 1)] == [
        "+2.5",
        "−2.5",
        "0.0",
    ]
    assert [format_count(0.4), format_count(5.4), format_count(22.4), format_count(129)] == [
        "fewer than 1",
        "5",
        "22",
        "130",
    ]
    assert [
        format_percent(p).split("\N{NO-BREAK SPACE}")[0] for p in (0.0224, 0.0049, 0.00005)
    ] == [
        *("2", "0.5", "less than 0.1"),
    ]
    assert (format_month(np.datetime64("2028-08-28")), format_period(104), format_period(39)) == (
        *("Aug 2028", "two years", "39 weeks"),
    )


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda p: p.name)
def test_colours_stand_out_enough_to_be_read(palette):
    for text in (palette.ink, palette.quiet, palette.policy, palette.baseline):
        assert contrast(text, palette.page) >= 4.5
