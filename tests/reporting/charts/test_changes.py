"""Small charts as changes against the baseline, in units and in per cent."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from scenario_sim.formatting import format_signed
from scenario_sim.reporting import messages
from scenario_sim.reporting.charts import (
    CHANGES,
    DARK,
    GROUPS,
    LIGHT,
    RELATIVE,
    change_charts,
    summarise_course,
)
from scenario_sim.reporting.charts.small_multiples import CHART_MAKERS, SCALES
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.ensemble import simulate

BASE = Scenario(title="base", weeks=40)
RUNS = 80


@pytest.fixture(scope="module")
def runs():
    policy = BASE.with_levers(engagement=1.0, negotiating_demand=0.0)
    return simulate(BASE, RUNS, seed=3), simulate(policy, RUNS, seed=3)


@pytest.fixture(scope="module")
def courses(runs):
    return tuple(map(summarise_course, runs))


def chart_of(name, courses, relative):
    group = next(group for group, names in GROUPS.items() if name in names)
    charts = change_charts(group, *courses, LIGHT, relative)
    return next(one.chart for one in charts if one.name == name)


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("kind", CHANGES)
def test_every_change_has_a_sentence_a_unit_and_a_table(courses, group, kind):
    for palette in (LIGHT, DARK):
        for small in change_charts(group, *courses, palette, kind == RELATIVE):
            chart = small.chart
            json.dumps(chart.option, allow_nan=False)
            assert chart.sentence.endswith("against the baseline.")
            assert "against the baseline" in small.hint
            assert {len(row) for row in chart.rows} == {len(chart.columns)}
            assert len(chart.rows) >= 4
            numbers = [cell for row in chart.rows for cell in row[1:]]
            assert all(
                ("%" in cell) == (kind == RELATIVE)
                for cell in numbers
                if cell != messages.NO_BASELINE
            )


def test_the_change_of_a_total_is_the_paired_difference(runs, courses):
    before, after = (side.outcomes["launch_days"].to_numpy(float) for side in runs)
    absolute = chart_of("launch_days", courses, relative=False).rows[-1]
    relative = chart_of("launch_days", courses, relative=True).rows[-1]
    assert absolute[0] == relative[0] == messages.TOTAL
    assert absolute[1].startswith(format_signed((after - before).mean(), 0) + " (")
    share = 100 * (after.mean() / before.mean() - 1)
    assert relative[1].startswith(format_signed(share, 0))


def test_the_same_policy_changes_nothing(courses):
    base, _ = courses
    for kind in (False, True):
        option = chart_of("launch_days", (base, base), kind).option
        assert not any(option["series"][0]["data"])
        middle = chart_of("grown", (base, base), kind).option["series"][-1]["data"]
        assert {value for _, value in middle} <= {0, None}


def test_a_baseline_of_nothing_has_no_change_in_per_cent(courses):
    base, policy = courses
    none = base.periods | {"veto": np.zeros_like(base.periods["veto"])}
    chart = chart_of("veto", (replace(base, periods=none), policy), relative=True)
    assert {cell for _, cell in chart.rows} == {messages.NO_BASELINE}
    assert set(chart.option["series"][0]["data"]) == {None}


def test_a_change_may_fall_below_zero(courses):
    chart = chart_of("launch_days", courses[::-1], relative=False).option
    other = chart_of("launch_days", courses, relative=False).option
    assert chart["yAxis"].get("min", -1) < 0
    assert chart["series"][0]["data"] == pytest.approx([-v for v in other["series"][0]["data"]])


def test_every_chart_has_a_scale_and_a_unit_of_its_changes():
    assert SCALES.keys() == CHART_MAKERS.keys() == messages.CHANGE_UNITS.keys()
