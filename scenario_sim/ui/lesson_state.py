"""The steps of a lesson as states of the page; every function returns a new state."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from scenario_sim.errors import UnknownNameError
from scenario_sim.teaching import (
    LOOK_TARGETS,
    Lesson,
    Step,
    list_lessons,
    load_lesson,
)
from scenario_sim.ui.state import AppState


@cache
def all_lessons() -> tuple[Lesson, ...]:
    """Return the shipped lessons in their order."""
    return tuple(map(load_lesson, list_lessons()))


@cache
def find_lesson(name: str) -> Lesson:
    """Return a shipped lesson. A name is never a path, for it may come from a link.

    Raises UnknownNameError.
    """
    for lesson in all_lessons():
        if lesson.name == name:
            return lesson
    raise UnknownNameError("lesson", name, list_lessons())


def step_of(state: AppState) -> Step:
    return find_lesson(state.lesson).steps[state.step]


def guess_of(state: AppState) -> float | None:
    """Return the guess at this step, or None."""
    return dict(state.guesses).get(state.step)


def open_lesson(name: str) -> AppState:
    """Return the first step of a lesson. Raises UnknownNameError."""
    return at_step(AppState(lesson=find_lesson(name).name), 0)


def at_step(state: AppState, step: int) -> AppState:
    """Return another step of the lesson, with its scenario and levers; the guesses stay."""
    lesson = find_lesson(state.lesson)
    answered = step in dict(state.guesses)
    there = state.with_scenario(lesson.scenario_of(step))
    there = replace(there, lesson=state.lesson, step=step, guesses=state.guesses)
    for name, value in lesson.steps[step].settings(answered).items():
        there = there.with_lever(name, value)
    return with_step_tab(there) if answered or lesson.steps[step].ask is None else there


def with_guess(state: AppState, guess: float) -> AppState:
    """Return the state after a guess: the levers move, and the answer may be shown."""
    others = [pair for pair in state.guesses if pair[0] != state.step]
    guesses = tuple(sorted([*others, (state.step, float(guess))]))
    return at_step(replace(state, guesses=guesses), state.step)


def leave_lesson(state: AppState) -> AppState:
    """Return the same world without the lesson."""
    return replace(state, lesson="", step=0, guesses=())


def with_step_tab(state: AppState) -> AppState:
    """Return the state with the tab that holds the figure of this step."""
    tab = LOOK_TARGETS.get(step_of(state).look or "", ("",))[0]
    return state.with_tab(tab) if tab else state


def offered_levers(state: AppState) -> tuple[str, ...] | None:
    """Return the levers that may be moved; None outside a lesson, where all may."""
    if not state.lesson:
        return None
    return find_lesson(state.lesson).offered(state.step, guess_of(state) is not None)
