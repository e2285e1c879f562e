"""The cards of the start page: lessons, scenarios, studies, and where to begin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import solara

from scenario_sim.formatting import format_month, format_period
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.tables import LectureSeed
from scenario_sim.teaching import Lesson
from scenario_sim.ui import messages
from scenario_sim.ui.components.header import group_of
from scenario_sim.ui.state import AppState, Pin
from scenario_sim.ui.url import LESSON, to_query


@solara.component_vue("start.vue")
def _Start(
    texts: dict,
    first: list,
    lessons: list,
    groups: list,
    event_choose: Callable,
    event_learn: Callable,
    event_tour: Callable,
    event_watch_one: Callable[[dict], None],
):
    """Draw the cards as links, which can be copied and opened in a new tab."""


@solara.component
def Start(
    scenarios: Sequence[Scenario],
    on_choose: Callable[[str], None],
    on_tour: Callable[[], None],
    on_watch: Callable[[str, int, int], None],
    lessons: Sequence[Lesson] = (),
    on_lesson: Callable[[str], None] = lambda _: None,
):
    """Draw the start page.

    Parameters
    ----------
    scenarios : sequence of Scenario
    on_choose : callable
        Gets the name of a scenario.
    on_tour : callable
    on_watch : callable
        Gets a scenario's name, a run and its seed.
    lessons : sequence of Lesson
    on_lesson : callable
        Gets the name of a lesson.
    """
    first = solara.use_memo(lambda: first_steps(scenarios), [len(scenarios)])
    groups = solara.use_memo(lambda: start_groups(scenarios), [len(scenarios)])
    _Start(
        texts=messages.start.PAGE
        | {
            "note": messages.page.CONTENT_NOTE,
            "claims": messages.page.CLAIMS_TITLE,
            "commands": "\n".join(messages.start.STUDY_COMMANDS),
            "outlook": messages.page.OUTLOOK_LINK,
            "studio": messages.studio.LINK,
            "lessons": messages.start.LESSONS,
            "lessons_hint": messages.start.LESSONS_HINT,
        },
        first=first,
        lessons=[lesson_card(lesson) for lesson in lessons],
        groups=groups,
        event_choose=on_choose,
        event_learn=on_lesson,
        event_tour=lambda _: on_tour(),
        event_watch_one=lambda one: on_watch(one["name"], one["run"], int(one["seed"])),
    )


def first_steps(scenarios: Sequence[Scenario]) -> list[dict[str, Any]]:
    """Return the cards to begin with, each with its reason."""
    by_name = {scenario.name: scenario for scenario in scenarios}
    return [
        _card(by_name[name]) | {"why": why}
        for name, why in messages.start.FIRST_SCENARIOS.items()
        if name in by_name
    ]


def lesson_card(lesson: Lesson) -> dict[str, Any]:
    return {
        "name": lesson.name,
        "title": lesson.title,
        "question": lesson.question,
        "lasts": messages.start.LESSON_CARD.format(number=lesson.number, minutes=lesson.minutes),
        "query": f"{LESSON}={lesson.name}",
    }


def start_groups(scenarios: Sequence[Scenario]) -> list[dict[str, Any]]:
    """Return all cards in three groups. A variant (S5b beside S5) stands on its original's card.

    Its link opens the original with the variant held against it.
    """
    groups: dict[str, list] = {
        messages.page.FROM_TODAY: [],
        messages.page.HISTORY: [],
        messages.page.LABORATORY: [],
    }
    cards: dict[str, dict] = {}
    ordered = sorted(scenarios, key=lambda s: (len(s.number), s.number))
    originals = [s for s in ordered if not _original(s, scenarios)]
    for scenario in originals:
        cards[scenario.name] = _card(scenario)
        groups[group_of(scenario)].append(cards[scenario.name])
    for scenario in ordered:
        if original := _original(scenario, scenarios):
            pair = AppState().with_scenario(original).with_pin(Pin(scenario.title, scenario.name))
            cards[original]["variants"].append(_card(scenario) | {"query": to_query(pair)})
    return [
        {"title": title, "hint": hint, "cards": held}
        for (title, held), hint in zip(groups.items(), messages.page.GROUP_HINTS, strict=True)
        if held
    ]


def _original(scenario: Scenario, scenarios: Sequence[Scenario]) -> str:
    """Return the scenario that this one varies, by number (S5b) or by name; else ""."""
    for other in scenarios:
        if other.name == scenario.name:
            continue
        numbered = other.number and other.number == scenario.number.rstrip("bcdef")
        if numbered if scenario.number else scenario.name.startswith(f"{other.name}-"):
            return other.name
    return ""


def _one_world(scenario: Scenario, found: LectureSeed) -> dict[str, Any]:
    """Return a notable run as a link."""
    state = AppState().with_scenario(scenario.name).with_run(found.run, found.seed)
    return {
        "name": scenario.name,
        "run": found.run,
        "seed": str(found.seed),
        "label": messages.single_run.NOTABLE.get(found.id, found.id),
        "note": found.note,
        "query": to_query(state),
    }


def _card(scenario: Scenario) -> dict[str, Any]:
    return {
        "name": scenario.name,
        "number": scenario.number,
        "title": scenario.title,
        "question": scenario.question,
        "lasts": messages.page.LASTS.format(
            start=format_month(scenario.start), span=format_period(scenario.weeks)
        ),
        "query": to_query(AppState().with_scenario(scenario.name)),
        "variants": [],
        "worlds": [_one_world(scenario, found) for found in scenario.lecture_seeds],
    }
