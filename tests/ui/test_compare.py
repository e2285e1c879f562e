"""Policies held against each other: in the state, in a link, on a chart and in a table."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from scenario_sim.errors import ScenarioSimError
from scenario_sim.reporting.charts import LIGHT
from scenario_sim.reporting.charts.policies import (
    COMPARED_OUTCOMES,
    are_paired,
    policies_chart,
    policy_table,
    told_difference,
)
from scenario_sim.scenario.files import dump_scenario
from scenario_sim.ui import selectors
from scenario_sim.ui.code_snippets import file_of
from scenario_sim.ui.state import MAX_PINS, AppState, DatedMove, Pin, Visit
from scenario_sim.ui.url import from_query, to_query
from scenario_sim.ui.views.compare import policies_of, policies_section, twin_buttons

QUO = AppState(runs=40).with_scenario("status-quo").with_weeks(26)
HOT = Pin("Hotline", "status-quo", (("hotline", 1.0),))
LATER = Pin("Offers later", "status-quo", (), (DatedMove("2026-11-02", "engagement", 1.0),))
TWIN = Pin("2017: quiet words", "fire-and-fury-2017-quiet")


@pytest.fixture(scope="module")
def policies():
    return policies_of(QUO.with_lever("engagement", 1).with_pin(HOT).with_pin(LATER))


def test_four_policies_are_enough():
    state = QUO
    for n in range(MAX_PINS + 2):
        state = state.with_pin(replace(HOT, name=f"policy {n}"))
    assert len(state.pins) == MAX_PINS == 3
    assert len(state.with_pin(replace(HOT, name="policy 0")).pins) == MAX_PINS


def test_a_link_holds_the_pins():
    state = QUO.with_pin(HOT).with_pin(LATER).with_pin(TWIN)
    link = from_query(to_query(state))
    assert link.problems == []
    assert link.state.pins == (HOT, LATER, TWIN)


@pytest.mark.parametrize(
    ("pin", "said"),
    [
        ("Hot~status-quo~hotline:8", "takes a number from 0 to 1"),
        ("Hot~no-such-scenario", "no-such-scenario"),
        ("Hot", "takes NAME~SCENARIO"),
        ("Hot~status-quo~2026-13-01:hotline:1", "date"),
    ],
)
def test_a_pin_that_cannot_be_is_left_out_with_its_reason(pin, said):
    link = from_query(f"page=picture&pin={pin}")
    assert link.state.pins == ()
    assert said in " ".join(problem.text for problem in link.problems)


def test_pins_are_a_view_and_no_step_of_undo():
    visit = Visit(QUO).step_to(QUO.with_lever("hotline", 1))
    pinned = visit.show(visit.now.with_pin(HOT))
    assert pinned.now.without_view == visit.now.without_view
    assert pinned.undo().now.pins == (HOT,)


def test_a_pin_opens_as_it_was_kept():
    state = QUO.with_lever("engagement", 1)
    kept = state.with_pin(selectors.pin_of(state)).without_levers()
    (pin,) = kept.pins
    assert pin.name == "Engagement offers 1"
    assert kept.with_pinned_policy(pin).without_view == state.without_view


def test_a_twin_is_one_press_away():
    names = [
        button["name"] for button in twin_buttons(AppState().with_scenario("fire-and-fury-2017"))
    ]
    assert names == ["fire-and-fury-2017-quiet"]
    moved = twin_buttons(QUO.with_lever("hotline", 1))
    assert moved[0]["label"] == "Status quo as it stands"


def test_policies_on_the_same_luck_are_paired(policies):
    assert are_paired(policies)
    columns, rows = policy_table(policies)
    assert [row[0] for row in rows] == [
        "Engagement offers 1 (on screen)",
        "Hotline",
        "Offers later",
    ]
    assert len(columns) == 1 + len(COMPARED_OUTCOMES)
    assert all(re.search(r"\(.+\)", cell) for cell in rows[1][1:])
    chart = policies_chart(policies, LIGHT)
    named = [s["name"] for s in chart.option["baseOption"]["series"] if s.get("name")]
    assert named == [policy.name for policy in policies]
    lines = [
        str(s["lineStyle"]["type"]) for s in chart.option["baseOption"]["series"] if s.get("name")
    ]
    assert len(set(lines)) == len(lines)  # told apart by more than colour


def test_policies_of_other_dates_stand_side_by_side_without_a_difference():
    state = replace(QUO, weeks=None).with_pin(TWIN)
    found = policies_of(state)
    assert not are_paired(found)
    _, rows = policy_table(found)
    assert not any("(" in cell for row in rows for cell in row[1:])
    section = policies_section(state)
    assert len(section.figures) == 2 and "no pairs" in section.text


def opened(state: AppState) -> AppState:
    """Return the state after its policy was saved as a file and opened again."""
    return selectors.with_opened_file(AppState(), file_of(state)[1])


def hashes(state: AppState) -> list[str]:
    pinned = [selectors.policy_of(selectors.pinned_state(state, pin)) for pin in state.pins]
    return [one.hash for one in (selectors.policy_of(state), *pinned)]


def test_a_file_holds_the_pins():
    state = QUO.with_lever("engagement", 1).with_pin(HOT).with_pin(LATER)
    again = opened(state)
    assert again.pins == state.pins
    assert hashes(again) == hashes(state)


def test_a_pin_of_an_opened_file_is_the_same_policy_in_the_next_file():
    text = dump_scenario(selectors.policy_of(QUO.with_lever("us_threats", 0.9)))
    state = selectors.with_opened_file(AppState(), text).with_weeks(26)
    hot = Pin("Hotline", "", (("hotline", 1.0),), LATER.changes)
    state = (
        state.with_pin(hot).with_lever("engagement", 1).with_change("2026-10-05", "hotline", 0.2)
    )
    again = opened(state)
    assert again.pins[0] != hot, "it differs from another file"
    assert hashes(again) == hashes(state)


def test_pins_change_neither_hash_nor_twins_of_a_scenario():
    state = QUO.with_pin(HOT)
    again = selectors.baseline_of(opened(state))
    assert [one.name for one in again.compared] == ["Hotline"]
    assert again.hash == selectors.policy_of(state).hash
    assert again.with_weeks(8).compared == again.compared


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('[[compared]]\nname = "a"\nscenario = "no-such"\n', "no-such"),
        ('[[compared]]\nname = "a"\n[[compared]]\nname = "a"\n', "'a' stands twice"),
        ('[[compared]]\nname = "a"\nhotline = 8\n', "0 to 1"),
        ('[[compared]]\nname = "a"\nchanges = [{ date = 2040-01-02, hotline = 1 }]\n', "2040"),
    ],
)
def test_a_policy_in_a_file_that_cannot_be_is_refused_with_its_reason(written, said):
    with pytest.raises(ScenarioSimError) as error:
        selectors.with_opened_file(AppState(), f'title = "A file"\nweeks = 26\n{written}')
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("base", "value", "half", "decimals", "told"),
    [
        (19.4, 20.9, 1.0, 0, 2.0),  # told 19 and 21
        (18.6, 20.4, 1.0, 0, 1.0),  # told 19 and 20: 1.8 would not add up
        (18.6, 20.4, 0.6, 0, 1.8),  # rounding would leave the interval
        (7.826, 7.819, 0.002, 2, -0.007),  # the interval calls for a third decimal
    ],
)
def test_a_row_of_the_comparison_adds_up_within_its_interval(base, value, half, decimals, told):
    assert told_difference(base, value, half, decimals) == pytest.approx(told)
