"""The page without a browser: its state, its shared worlds, its work in the background."""

from __future__ import annotations

import threading
import time
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
import solara

from scenario_sim.charts import bands
from scenario_sim.ensemble import simulate
from scenario_sim.errors import Problem, ScenarioError
from scenario_sim.parameters import SETTINGS
from scenario_sim.scenario import Scenario
from scenario_sim.ui import blocks, controls, levers, page, texts, worlds
from scenario_sim.ui.ahead import first_notches, look_ahead, next_notch, notches, take_hold
from scenario_sim.ui.blocks import FIRST
from scenario_sim.ui.latest import Latest
from scenario_sim.ui.state import AppState, Visit
from scenario_sim.ui.store import Worlds
from scenario_sim.ui.turns import Cancelled

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


# --- shared worlds ---------------------------------------------------------------------------------


def in_threads(many, work):
    threads = [threading.Thread(target=work, args=(n,)) for n in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)


def test_a_class_that_asks_at_once_computes_once(monkeypatch):
    made, results, real = [], [], Worlds._measured

    def make(store, scenario, key, *rest):
        made.append(key.seed)
        time.sleep(0.05)
        return real(store, scenario, key, *rest)

    monkeypatch.setattr(Worlds, "_measured", make)
    store = Worlds()
    in_threads(12, lambda _: results.append(store.get(SHORT, 5, 4)))
    assert made == [5]
    assert len(results) == 12
    assert len({id(world) for world in results}) == 1
    store.get(SHORT, 6, 4)
    assert made == [5, 6]


def test_a_failure_reaches_everybody_who_waits_and_is_not_kept(monkeypatch):
    calls, failures = [], []

    def make(*_):
        calls.append(1)
        time.sleep(0.05)
        raise ScenarioError([Problem("levers.hotline", "no")])

    def ask(_):
        try:
            store.get(SHORT, 0, 4)
        except ScenarioError:
            failures.append(1)

    monkeypatch.setattr(Worlds, "_measured", make)
    store = Worlds()
    in_threads(5, ask)
    assert (len(calls), len(failures)) == (1, 5)
    ask(0)
    assert len(calls) == 2


def test_who_gives_up_leaves_the_world_to_those_who_wait():
    store, begun, results = Worlds(), threading.Event(), []

    def give_up(_):
        begun.set()
        time.sleep(0.05)  # until the other waits for this very world
        raise Cancelled

    def impatient():
        with pytest.raises(Cancelled):
            store.get(SHORT, 0, 4, watch=give_up)

    first = threading.Thread(target=impatient)
    first.start()
    assert begun.wait(5)
    results.append(store.get(SHORT, 0, 4, watch=lambda share: None))
    first.join(5)
    assert results[0].trajectory.outcomes.equals(simulate(SHORT, 4).outcomes)
    assert store.get(SHORT, 0, 4) is results[0]  # nothing was poisoned


def test_who_waits_may_give_up_without_stopping_the_maker(monkeypatch):
    go, begun, made, real = threading.Event(), threading.Event(), [], Worlds._measured

    def make(*given):
        begun.set()
        go.wait(5)
        return real(*given)

    def refuse(_):
        raise Cancelled

    monkeypatch.setattr(Worlds, "_measured", make)
    store = Worlds()
    maker = threading.Thread(target=lambda: made.append(store.get(SHORT, 0, 4)))
    maker.start()
    assert begun.wait(5)
    with pytest.raises(Cancelled):
        store.get(SHORT, 0, 4, watch=refuse)
    go.set()
    maker.join(5)
    assert len(made) == 1


def test_the_store_is_bounded_and_lets_the_least_used_go(monkeypatch):
    made, real = [], Worlds._measured
    monkeypatch.setattr(
        Worlds, "_measured", lambda *given: made.append(given[2].seed) or real(*given)
    )
    store = Worlds(most=2)
    for seed in (1, 2, 1, 3, 1, 2):
        store.get(SHORT, seed, 4)
    assert made == [1, 2, 3, 2]


def test_a_world_that_is_kept_has_let_its_weeks_go():
    world = Worlds().get(SHORT, 0, 4)
    assert world.trajectory.recording is None
    assert len(world.trajectory.outcomes) == 4
    assert world.bands.levels.shape[1] == world.trajectory.scenario.weeks


def test_a_whole_picture_takes_up_the_first_and_is_the_same_world(monkeypatch):
    asked, real = [], blocks.simulate_side_by_side
    monkeypatch.setattr(
        blocks,
        "simulate_side_by_side",
        lambda s, runs, *rest, **kw: asked.append(len(runs)) or real(s, runs, *rest, **kw),
    )
    store, shares = Worlds(), []
    first = store.get(SHORT, 3, FIRST)
    whole = store.get(SHORT, 3, FIRST + 60, watch=shares.append)
    assert asked == [FIRST, 60]
    assert whole.trajectory.outcomes.iloc[:FIRST].equals(first.trajectory.outcomes)
    alone = simulate(SHORT, FIRST + 60, 3)
    assert whole.trajectory.outcomes.equals(alone.outcomes)
    np.testing.assert_array_equal(whole.bands.levels, bands(alone).levels)
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_a_view_pairs_a_policy_with_its_baseline():
    state = AppState(runs=20)
    assert worlds.look(state).policy is None
    hotline = worlds.look(state.with_lever("hotline", 1))
    assert hotline.fan_stands_still
    assert not hotline.changes_nothing
    assert hotline.baseline is worlds.look(state).baseline
    assert not worlds.look(state.with_lever("exercise_scale", 0)).fan_stands_still
    assert worlds.look(state, runs=10).runs == 10
    assert not worlds.look(state, runs=10).whole
    assert worlds.look(state).whole


# --- the newest only -------------------------------------------------------------------------------


def test_a_step_ahead_is_another_notch_the_same_way():
    start = AppState()
    up, down = (start.with_lever("hotline", value) for value in (0.2, 0.05))
    assert next_notch(start, up) == [start.with_lever("hotline", 0.25)]
    assert next_notch(start, down) == [start.with_lever("hotline", 0.0)]
    dragged = start.with_lever("hotline", 0.6)  # many notches at once: one more is enough
    assert next_notch(start, dragged) == [start.with_lever("hotline", 0.65)]


def test_nothing_is_a_step_ahead_of_what_was_no_notch():
    start = AppState()
    end = start.with_lever("hotline", 1.0)
    assert next_notch(None, start) == []
    assert next_notch(start.with_lever("hotline", 0.95), end) == []  # there is no more of it
    assert next_notch(start, end.with_lever("engagement", 0.9)) == []
    assert next_notch(start, start.with_change("2027-01-04", "hotline", 0.5)) == []
    assert next_notch(start, start.with_runs(200)) == []


def test_a_hand_on_a_lever_may_move_it_either_way_but_not_past_its_ends():
    start = AppState().with_lever("engagement", 0.3)
    ways = [start.with_lever("hotline", value) for value in (0.05, 0.15)]
    assert notches(start.with_lever("hotline", 0.1), "hotline") == ways
    assert notches(start.with_lever("hotline", 1.0), "hotline") == [
        start.with_lever("hotline", 0.95)
    ]


class Ready:
    """A store that only hears what it should make ready."""

    def __init__(self):
        self.heard = []

    def make_ready(self, scenarios, seed, runs, hurry):
        self.heard.append(([one.hash for one in scenarios], hurry))


def hashes(states):
    return [worlds.policy_of(state).hash for state in states]


def test_who_looks_at_a_scenario_as_it_stands_finds_every_simple_lever_ready():
    store, start = Ready(), AppState()
    first = first_notches(start)
    simple = [lever for lever in SETTINGS.values() if lever.simple]
    assert {name for state in first for name in state.settings} == {one.name for one in simple}
    look_ahead(None, start, store)
    look_ahead(None, start.with_page("world"), store)  # there are no levers on this page
    assert store.heard == [(hashes(first), False)]


def test_a_class_is_made_ready_for_its_first_moves_and_then_keeps_its_cores(monkeypatch):
    start, store = AppState(page="picture"), Ready()
    moved = start.with_lever("hotline", 0.2)
    monkeypatch.setattr("scenario_sim.ui.ahead.kernel_context.contexts", {1: 0, 2: 0})
    look_ahead(start, moved, store)
    take_hold(start, "hotline", store)
    assert store.heard == []
    look_ahead(moved, start, store)
    assert store.heard == [(hashes(first_notches(start)), False)]
    monkeypatch.setattr("scenario_sim.ui.ahead.kernel_context.contexts", {1: 0})
    look_ahead(start, moved, store)
    take_hold(start, "hotline", store)
    assert store.heard[1:] == [
        (hashes(next_notch(start, moved)), True),
        (hashes(notches(start, "hotline")), True),
    ]


def test_a_dragged_lever_queues_one_job_at_most():
    go, started, done = threading.Event(), threading.Event(), []
    latest = Latest()

    def first():
        started.set()
        go.wait(5)
        done.append(0)

    latest.ask(first)
    assert started.wait(5)
    last = threading.Event()
    for n in range(1, 10):
        latest.ask(lambda n=n: done.append(n) or last.set())
    go.set()
    assert last.wait(5)
    assert done == [0, 9]


def test_a_job_that_fails_does_not_stop_the_next():
    latest, done = Latest(), threading.Event()
    latest.ask(lambda: 1 / 0)
    latest.ask(done.set)
    latest.ask(done.set)
    assert done.wait(5)


def test_a_job_learns_that_it_is_overtaken_or_stopped():
    latest, seen, go, done = Latest(), [], threading.Event(), threading.Event()

    def look():
        go.wait(5)
        seen.append((latest.overtaken, latest.stopped))
        go.clear()
        done.set()

    latest.ask(look)
    latest.ask(look)
    go.set()
    assert done.wait(5)
    done.clear()
    latest.stop()
    go.set()
    assert done.wait(5)
    latest.ask(done.clear)
    for _ in range(100):
        if not done.is_set():
            break
        time.sleep(0.02)
    assert seen == [(True, False), (False, True)]
    assert not done.is_set()  # what is asked for later runs as ever


def test_who_has_left_asks_for_nothing():
    latest, done = Latest(), []
    latest.close()
    latest.ask(lambda: done.append(1))
    time.sleep(0.05)
    assert not done


# --- what the controls offer -----------------------------------------------------------------------


def test_every_lever_stands_in_one_group():
    names = [name for group in texts.GROUPS.values() for name in group]
    assert sorted(names) == sorted(SETTINGS)
    assert len(levers.SIMPLE) == 13


def test_a_lever_that_the_scenario_itself_moves_says_so():
    dated = SHORT.with_change(week=3, hotline=0.9)
    groups = levers.lever_groups(dated)
    cards = {card["name"]: card for group in groups for card in group["levers"]}
    assert "0.90 from Sep 2026" in cards["hotline"]["dated"]
    assert not cards["engagement"]["dated"]


def test_every_shipped_scenario_can_be_chosen():
    found = controls.shelves(worlds.catalogue())
    names = [item["name"] for shelf in found for item in shelf["items"]]
    assert sorted(names) == sorted(s.name for s in worlds.catalogue())
    assert [shelf["title"] for shelf in found] == [texts.AHEAD, texts.HISTORY, texts.LABORATORY]


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
    page.visit.value = Visit(AppState(runs=20, page="picture"))
    _, rc = solara.render(page.Page(), handle_error=False)
    yield rc
    rc.close()
    page.visit.value = Visit()


def test_the_page_names_the_world_it_shows(rendered):
    first = status_of(rendered)
    runs, digits, seed, ms = first.split(" · ")
    scenario = worlds.shipped("status-quo")
    assert (runs, digits, seed) == ("20 runs", scenario.hash[:8], "seed 0")
    assert ms.endswith(" ms")
    page.move("exercise_scale", 0.0)
    second = status_of(rendered, unlike=" · ".join((runs, digits)))
    assert scenario.with_levers(exercise_scale=0.0).hash[:8] in second
    page.reset_all()
    assert digits in status_of(rendered, unlike=" · ".join(second.split(" · ")[:2]))


def test_a_world_that_is_known_is_on_screen_when_the_move_has_been_taken_up(rendered):
    known = status_of(rendered).split(" · ")[1]
    page.move("exercise_scale", 0.0)
    status_of(rendered, unlike=f"20 runs · {known}")
    page.reset_all()  # nobody waits from here on
    shown = [w.unsafe_innerHTML or "" for w in rendered.find(solara.widgets.HTML).widgets]
    assert any(text.startswith(f"20 runs · {known}") for text in shown)


def test_moving_a_lever_back_is_as_good_as_never_having_moved_it(rendered):
    page.move("hotline", 0.9)
    page.move("hotline", worlds.shipped("status-quo").settings()["hotline"])
    assert page.visit.value.now == AppState(runs=20, page="picture")


def test_a_failure_says_what_to_change_and_keeps_the_picture(rendered, monkeypatch):
    status_of(rendered)
    real = worlds.look

    def look(state, *rest):
        if state.moved:
            raise ScenarioError([Problem("levers.hotline", "takes a number from 0 to 1")])
        return real(state, *rest)

    monkeypatch.setattr(worlds, "look", look)
    page.move("hotline", 0.7)
    card = wait_for(rendered, lambda _, text: texts.FAILED in text)
    assert "takes a number from 0 to 1" in card
    assert texts.FAILED_CURE in card
    assert status_of(rendered).startswith("20 runs")
