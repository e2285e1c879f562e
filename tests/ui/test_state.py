"""The page without a browser: its state, its shared results, its background work."""

from __future__ import annotations

import threading
import time
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
import solara

from scenario_sim.data.parameters import SETTINGS
from scenario_sim.errors import Problem, ScenarioError
from scenario_sim.reporting.charts import summarise_causes, summarise_course, summarise_tension
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.ensemble import simulate
from scenario_sim.ui import (
    actions,
    ensembles,
    messages,
    page,
    selectors,
    use_result,
)
from scenario_sim.ui.components import header, levers
from scenario_sim.ui.ensembles import count_events, ensemble_of, summarise
from scenario_sim.ui.result import find_result, is_long, result_of
from scenario_sim.ui.server.cache import ResultCache
from scenario_sim.ui.server.jobs import Cancelled
from scenario_sim.ui.state import AppState, Visit

SHORT = Scenario(title="short", weeks=8)

# --- the state -------------------------------------------------------------------------------------


def test_verbs_give_a_new_state_and_leave_the_old_whole():
    first = AppState()
    second = first.with_lever("hotline", 1).with_lever("engagement", 0.2)
    assert first == AppState()
    assert second.settings == {"engagement": 0.2, "hotline": 1.0}
    assert second.without_lever("hotline").settings == {"engagement": 0.2}
    assert second.without_levers() == first
    with pytest.raises(FrozenInstanceError):
        second.seed = 1


def test_the_order_of_moves_leaves_no_trace():
    one = AppState().with_lever("hotline", 1).with_lever("engagement", 0)
    other = AppState().with_lever("engagement", 0).with_lever("hotline", 1)
    assert one == other
    assert hash(one) == hash(other)


def test_another_scenario_starts_as_it_stands():
    assert AppState().with_lever("hotline", 1).with_scenario("surge-2022").moved == ()


# --- the result of a state -------------------------------------------------------------------------


def test_an_ensemble_summary_holds_no_weeks_and_all_that_charts_need():
    summary = ensemble_of(SHORT, 0, 4, cache=ResultCache())
    assert summary.trajectory.recording is None
    assert len(summary.trajectory.outcomes) == 4
    assert summary.bands.levels.shape[1] == summary.trajectory.scenario.weeks


def test_a_summary_measures_the_runs_of_the_ensemble():
    shares = []
    summary = summarise(SHORT, 3, 60, shares.append)
    alone = simulate(SHORT, 60, 3)
    assert summary.trajectory.outcomes.equals(alone.outcomes)
    np.testing.assert_array_equal(summary.bands.levels, summarise_tension(alone).levels)
    np.testing.assert_array_equal(summary.roads.chance, summarise_causes(alone).chance)
    np.testing.assert_array_equal(summary.course.grown, summarise_course(alone).grown)
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_events_are_counted_the_same_in_one_block_and_in_several(monkeypatch):
    sizes, real = [], ensembles.simulate
    monkeypatch.setattr(
        ensembles,
        "simulate",
        lambda scenario, runs, *rest, **more: (
            sizes.append(len(runs)) or real(scenario, runs, *rest, **more)
        ),
    )
    monkeypatch.setattr(ensembles, "MAX_BLOCK_WORLD_WEEKS", 8 * 25)
    counts = count_events(SHORT, 3, 60)
    assert sizes == [25, 25, 10]
    alone = simulate(SHORT, 60, 3)
    np.testing.assert_array_equal(counts["launch_days"], alone.weekly["launch_days"])


def test_a_result_pairs_a_policy_with_its_baseline():
    state = AppState(runs=20).without_view
    baseline = result_of(state)
    assert baseline.policy is None
    hotline = result_of(state.with_lever("hotline", 1))
    assert hotline.is_fan_unchanged
    assert not hotline.changes_nothing
    assert hotline.baseline is baseline.baseline
    assert result_of(state) is baseline is find_result(state)
    assert not result_of(state.with_lever("exercise_scale", 0)).is_fan_unchanged


def test_a_large_ensemble_is_long_work_and_the_usual_one_is_not():
    usual = AppState()
    assert not is_long(usual)
    assert not is_long(usual.with_scenario("surge-2022"))
    assert is_long(usual.with_weeks(520))
    assert is_long(usual.with_runs(5000))


# --- what the controls offer -----------------------------------------------------------------------


def test_every_lever_stands_in_one_group():
    names = [name for group in messages.levers.GROUPS.values() for name in group]
    assert sorted(names) == sorted(SETTINGS)
    assert len(levers.SIMPLE_LEVERS) == 13


def test_a_lever_that_the_scenario_itself_moves_says_so():
    dated = SHORT.with_change(week=3, hotline=0.9)
    groups = levers.lever_groups(dated)
    cards = {card["name"]: card for group in groups for card in group["levers"]}
    assert "0.90 from Sep 2026" in cards["hotline"]["dated"]
    assert not cards["engagement"]["dated"]


def test_every_shipped_scenario_can_be_chosen():
    found = header.scenario_groups(selectors.catalogue())
    names = [item["name"] for group in found for item in group["items"]]
    assert sorted(names) == sorted(s.name for s in selectors.catalogue())
    assert [group["title"] for group in found] == [
        messages.page.FROM_TODAY,
        messages.page.HISTORY,
        messages.page.LABORATORY,
    ]


# --- the page, rendered without a browser ----------------------------------------------------------


def wait_for(rc, found, seconds=20.0):
    """The text of the widgets that `found` picks, once there is one."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for widget in rc.find(solara.widgets.HTML).widgets:
            text = widget.unsafe_innerHTML or ""
            if found(widget, text):
                return text
        time.sleep(0.05)
    raise AssertionError("it did not come")


def status_of(rc, unlike="0 runs"):
    """The status line, once it differs from an older one."""
    return wait_for(
        rc,
        lambda w, text: w.attributes.get("id") == "ensemble-status" and not text.startswith(unlike),
    )


@pytest.fixture
def rendered():
    actions.visit.value = Visit(AppState(runs=20, page="picture"))
    _, rc = solara.render(page.Page(), handle_error=False)
    yield rc
    rc.close()
    actions.visit.value = Visit()


def test_the_page_names_the_world_it_shows(rendered):
    first = status_of(rendered)
    runs, digits, seed, ms = first.split(" · ")
    scenario = selectors.load_shipped("status-quo")
    assert (runs, digits, seed) == ("20 runs", scenario.hash[:8], "seed 0")
    assert ms.endswith(" ms")
    actions.move_lever("exercise_scale", 0.0)
    second = status_of(rendered, unlike=" · ".join((runs, digits)))
    assert scenario.with_levers(exercise_scale=0.0).hash[:8] in second
    actions.reset_all_levers()
    assert digits in status_of(rendered, unlike=" · ".join(second.split(" · ")[:2]))


def test_a_world_that_is_known_is_on_screen_when_the_move_has_been_taken_up(rendered):
    known = status_of(rendered).split(" · ")[1]
    actions.move_lever("exercise_scale", 0.0)
    status_of(rendered, unlike=f"20 runs · {known}")
    actions.reset_all_levers()  # nobody waits from here on
    shown = [w.unsafe_innerHTML or "" for w in rendered.find(solara.widgets.HTML).widgets]
    assert any(text.startswith(f"20 runs · {known}") for text in shown)


def test_moving_a_lever_back_is_as_good_as_never_having_moved_it(rendered):
    actions.move_lever("hotline", 0.9)
    actions.move_lever("hotline", selectors.load_shipped("status-quo").settings()["hotline"])
    assert actions.visit.value.now == AppState(runs=20, page="picture")


def test_a_failure_says_what_to_change_and_keeps_the_picture(rendered, monkeypatch):
    status_of(rendered)
    real = use_result.result_of

    def result_of(state, *rest):
        if state.moved:
            raise ScenarioError([Problem("levers.hotline", "takes a number from 0 to 1")])
        return real(state, *rest)

    monkeypatch.setattr(use_result, "result_of", result_of)
    actions.move_lever("hotline", 0.7)
    card = wait_for(rendered, lambda _, text: messages.page.FAILED in text)
    assert "takes a number from 0 to 1" in card
    assert messages.page.FAILED_CURE in card
    assert status_of(rendered).startswith("20 runs")


def test_a_picture_comes_whole_and_at_once():
    """No picture of fewer futures is shown on the way."""
    actions.visit.value = Visit(AppState(runs=300, seed=4, page="picture"))
    _, rc = solara.render(page.Page(), handle_error=False)
    try:
        seen: set[str] = set()
        end = time.monotonic() + 60
        while "300" not in seen and time.monotonic() < end:
            for widget in rc.find(solara.widgets.HTML).widgets:
                if widget.attributes.get("id") == "ensemble-status":
                    seen.add((widget.unsafe_innerHTML or "").split(" ")[0])
            time.sleep(0.002)
        assert seen <= {"0", "300"}
        assert "300" in seen
    finally:
        rc.close()
        actions.visit.value = Visit()


def slow_results(monkeypatch, *slow: str):
    """Results of a state with one of these levers moved wait until `go`, and hear of cancelling."""
    go, begun, cancelled, real = threading.Event(), [], [], use_result.result_of

    def result_of(state, report):
        name = next((name for name in slow if name in state.settings), None)
        if name:
            begun.append(name)
            try:
                while not go.wait(0.01):
                    report(0.5)
            except Cancelled:
                cancelled.append(name)
                raise
        return real(state, report)

    monkeypatch.setattr(use_result, "result_of", result_of)
    return go, begun, cancelled


def wait_until(true, seconds=20.0):
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    assert true()


def widgets(rc):
    """All widgets of the page, and the texts between them."""
    found = [rc.container]
    for one in found:
        found += getattr(one, "children", [])
    return found


def click(rc, label):
    """Press the button that reads so."""
    one = next(widget for widget in widgets(rc) if getattr(widget, "label", "") == label)
    one._handle_event(one, {"event": "act", "data": None}, [])


def test_a_move_that_is_superseded_is_dropped(rendered, monkeypatch):
    known = status_of(rendered).split(" · ")[1]
    go, begun, cancelled = slow_results(monkeypatch, "engagement")
    actions.move_lever("engagement", 0.9)
    wait_until(lambda: begun)
    actions.reset_all_levers()
    actions.move_lever("exercise_scale", 0.0)
    shown = status_of(rendered, unlike=f"20 runs · {known}")
    assert selectors.policy_of(actions.visit.value.now).hash[:8] in shown
    wait_until(lambda: cancelled)
    assert not go.is_set()


def test_long_work_shows_a_bar_and_can_be_stopped_and_restarted(rendered, monkeypatch):
    first = status_of(rendered)
    go, begun, cancelled = slow_results(monkeypatch, "engagement")
    actions.move_lever("engagement", 0.9)

    def bars():
        return [w for w in widgets(rendered) if "is-told" in (getattr(w, "class_", "") or "")]

    wait_until(bars)
    click(rendered, messages.page.STOP)
    wait_until(lambda: cancelled)
    assert messages.picture.STOPPED in widgets(rendered)
    assert not bars()
    assert status_of(rendered).split(" · ")[:3] == first.split(" · ")[:3]
    go.set()
    click(rendered, messages.page.GO_ON)
    moved = status_of(rendered, unlike=" · ".join(first.split(" · ")[:2]))
    assert selectors.policy_of(actions.visit.value.now).hash[:8] in moved
    assert begun == ["engagement", "engagement"]
