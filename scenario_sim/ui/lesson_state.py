"""The steps of a lesson as states of the page: each verb gives a new one."""

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
    """The shipped lessons in their order."""
    return tuple(map(load_lesson, list_lessons()))


@cache
def find_lesson(name: str) -> Lesson:
    """Raises UnknownName: a name from a link is never a path."""
    for lesson in all_lessons():
        if lesson.name == name:
            return lesson
    raise UnknownNameError("lesson", name, list_lessons())


def step_of(state: AppState) -> Step:
    return find_lesson(state.lesson).steps[state.step]


def guess_of(state: AppState) -> float | None:
    """What was guessed at this step; None while nothing is, or nothing is asked."""
    return dict(state.guesses).get(state.step)


def open_lesson(name: str) -> AppState:
    """The first step of a lesson. Raises UnknownName."""
    return at_step(AppState(lesson=find_lesson(name).name), 0)


def at_step(state: AppState, step: int) -> AppState:
    """Another step of the lesson, with its scenario and its levers; guesses stay."""
    lesson = find_lesson(state.lesson)
    answered = step in dict(state.guesses)
    there = state.with_scenario(lesson.scenario_of(step))
    there = replace(there, lesson=state.lesson, step=step, guesses=state.guesses)
    for name, value in lesson.steps[step].settings(answered).items():
        there = there.with_lever(name, value)
    return with_step_tab(there) if answered or lesson.steps[step].ask is None else there


def with_guess(state: AppState, guess: float) -> AppState:
    """A guess is made: the levers move, and the answer may be shown."""
    others = [pair for pair in state.guesses if pair[0] != state.step]
    guesses = tuple(sorted([*others, (state.step, float(guess))]))
    return at_step(replace(state, guesses=guesses), state.step)


def leave_lesson(state: AppState) -> AppState:
    """The same world without the lesson."""
    return replace(state, lesson="", step=0, guesses=())


def with_step_tab(state: AppState) -> AppState:
    """The tab in which stands what this step points at."""
    tab = LOOK_TARGETS.get(step_of(state).look or "", ("",))[0]
    return state.with_tab(tab) if tab else state


def offered_levers(state: AppState) -> tuple[str, ...] | None:
    """The levers that may be moved; None outside a lesson: all of them."""
    if not state.lesson:
        return None
    return find_lesson(state.lesson).offered(state.step, guess_of(state) is not None)
