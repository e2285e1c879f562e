"""The actions of a visitor: each replaces the whole state. No other module changes it."""

from __future__ import annotations

from dataclasses import replace

import solara

from scenario_sim.ui import selectors
from scenario_sim.ui.components.timeline import snap_to_monday
from scenario_sim.ui.game_state import enter_game
from scenario_sim.ui.lesson_state import is_lesson_file, leave_lesson, name_of_own, open_lesson
from scenario_sim.ui.state import PICTURE, START, AppState, Visit
from scenario_sim.ui.url import limit_runs
from scenario_sim.ui.views.single_run.runs import nearest_run

# Each visitor has an own value of a reactive at module level. They share the first one, which is frozen.
visit = solara.reactive(Visit())
dark = solara.reactive(False)  # the browser's theme, for the charts
replay = solara.reactive("")  # "before" or "after" while the last change is replayed
tour_requests = solara.reactive(0)  # a new value starts the tour


def go(state: AppState, fresh: bool = True) -> None:
    """Go to a state; where it is not `fresh`, as during a drag, extend the last step."""
    step(visit.value.step_to(state) if fresh else visit.value.continue_to(state))


def step(to: Visit) -> None:
    """Take up a visit, with no more runs than a link may ask for.

    Every change of what is simulated passes here.
    """
    replay.value = ""
    visit.value = replace(to, now=limit_runs(to.now))


def show_state(state: AppState) -> None:
    """Show another view of the same world, which cannot be undone."""
    visit.value = visit.value.show(state)


def show_start() -> None:
    """Go to the start page. The browser's Back button returns to the state that was left."""
    step(Visit())


def begin_scenario(name: str) -> None:
    """Open a scenario from the start page, with nothing to undo."""
    step(Visit(AppState().with_scenario(name)))


def begin_lesson(name: str) -> None:
    step(Visit(open_lesson(name)))


def choose_scenario(name: str) -> None:
    go(visit.value.now.with_scenario(name))


def open_text(text: str) -> None:
    """Open a lesson, or a scenario file: on the page of the game where it holds one."""
    if is_lesson_file(text):
        step(Visit(open_lesson(name_of_own(text))))
        return
    go(enter_game(selectors.with_opened_file(visit.value.now, text)))


def go_in_history(state: AppState) -> None:
    """Follow the browser's Back and Forward. Away from the start page nothing can be undone."""
    there = visit.value.go_to(state)
    step(there if visit.value.now.page != START else Visit(there.now))


def start_tour() -> None:
    """Start the tour of the picture; from the start page, that of the first scenario."""
    tour_requests.value += 1
    show_state(leave_lesson(visit.value.now).with_page(PICTURE).with_present(False))


def move_lever(name: str, value: float, fresh: bool = True) -> None:
    state = visit.value.now
    steps = selectors.baseline_of(state).steps()[name]
    is_own_value = len(steps) == 1 and steps[0][1] == value  # the scenario never changes it
    go(state.without_move(name) if is_own_value else state.with_lever(name, value), fresh)


def reset_lever(name: str) -> None:
    go(visit.value.now.without_lever(name))


def reset_all_levers() -> None:
    go(visit.value.now.without_levers())


def add_change(day: str, name: str, value: float) -> None:
    """Add a dated change, on the nearest Monday within the scenario."""
    state = visit.value.now
    go(state.with_change(snap_to_monday(day, selectors.baseline_of(state)), name, value))


def shift_change(moved: dict) -> None:
    """Give a dated change another date or value: `name`, `was`, `date`, `value`, `fresh`."""
    state = visit.value.now
    day = snap_to_monday(moved["date"], selectors.baseline_of(state))
    state = state.without_change(moved["was"], moved["name"])
    go(state.with_change(day, moved["name"], moved["value"]), moved["fresh"])


def drop_change(day: str, name: str) -> None:
    go(visit.value.now.without_change(day, name))


def draw_more_runs(runs: int) -> None:
    go(visit.value.now.with_runs(runs))


def watch_run(run: int, seed: int) -> None:
    """Watch one run from its first week."""
    go(visit.value.now.with_run(run, seed))


def watch_run_of(name: str, run: int, seed: int) -> None:
    """Watch one run of a scenario from the start page."""
    step(Visit(AppState().with_scenario(name).with_run(run, seed)))


def watch_run_at(point: dict) -> None:
    """Watch the run that passes where the fan was clicked."""
    state = visit.value.now
    scenario = selectors.policy_of(state)
    watch_run(nearest_run(scenario, state.seed, point["day"], point["value"]), state.seed)


def show_present(present: bool) -> None:
    show_state(visit.value.now.with_present(present))


def show_advanced(advanced: bool) -> None:
    show_state(visit.value.now.with_advanced(advanced))


def show_tab(tab: str) -> None:
    show_state(visit.value.now.with_tab(tab))


def show_week(week: int) -> None:
    show_state(visit.value.now.with_week(week))


def show_page(page: str) -> None:
    show_state(visit.value.now.with_page(page))
