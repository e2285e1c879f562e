"""Turn the file of a lesson or scenario into a draft, as the form of the page holds it.

The form holds less than a file may. What a draft leaves out is named, and a scenario that no draft
can rebuild is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scenario_sim.errors import ScenarioSimError
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.files import list_scenarios, load_scenario
from scenario_sim.scenario.tables import Settings
from scenario_sim.teaching import messages
from scenario_sim.teaching.drafts import scenario_of_draft
from scenario_sim.teaching.lesson import Lesson, Question, Step

LEFT_OUT = {
    Lesson: ("number", "sources"),
    Step: ("scenario", "levers", "unlock"),
    Question: ("rests_on",),
}


@dataclass(frozen=True)
class DraftOfFile:
    """A draft, and the keys of its file that it leaves out."""

    draft: Mapping[str, Any]
    left_out: tuple[str, ...] = ()


def draft_of_lesson(lesson: Lesson) -> DraftOfFile:
    """Return the draft of a lesson.

    Examples
    --------
    >>> from scenario_sim.teaching import load_lesson
    >>> draft_of_lesson(load_lesson("veto")).draft["minutes"]
    12
    """
    draft = {
        "title": lesson.title,
        "question": lesson.question,
        "scenario": lesson.scenario,
        "minutes": lesson.minutes,
        "debrief": "\n".join(lesson.debrief),
        "steps": [_step_draft(step) for step in lesson.steps],
    }
    return DraftOfFile(draft, tuple(dict.fromkeys(_left_out(lesson))))


def draft_of_scenario(scenario: Scenario) -> DraftOfFile:
    """Return a draft that rebuilds a scenario on a shipped one.

    Raises
    ------
    ScenarioSimError
        No shipped scenario becomes this one by its length, levers, changes and acts.
    """
    for name in list_scenarios():
        draft = _draft_on(load_scenario(name), scenario)
        try:
            rebuilt = scenario_of_draft(draft)
        except ScenarioSimError:
            continue
        if rebuilt.hash == scenario.hash:
            kept = ("branches", "compared", "lecture_seeds", "teaches", "sources")
            left_out = tuple(key for key in kept if getattr(scenario, key))
            return DraftOfFile(draft, left_out)
    raise ScenarioSimError(messages.DRAFT_NOT_REBUILT)


def _draft_on(base: Scenario, scenario: Scenario) -> dict[str, Any]:
    """Return what makes a scenario of a shipped one, so far as a draft can say it."""
    own, levers = base.settings(), scenario.settings()
    changes = [change for change in scenario.changes if change not in base.changes]
    acts = [act for act in scenario.acts if act not in base.acts]
    return {
        "base": base.name,
        "title": scenario.title,
        "question": scenario.question,
        "weeks": scenario.weeks,
        "levers": [_row(name, v) for name, v in levers.items() if v != own[name]],
        "changes": [
            {"date": change.date.isoformat()} | _row(name, value)
            for change in changes
            for name, value in change.settings().items()
        ],
        "acts": [
            {"date": a.date.isoformat(), "state": a.state, "action": a.action, "channel": a.channel}
            for a in acts
        ],
    }


def _step_draft(step: Step) -> dict[str, Any]:
    draft: dict[str, Any] = {
        "title": step.title,
        "text": step.text.strip(),
        "look": step.look or "",
    }
    ask = step.ask
    if ask is None:
        return draft | {"asks": False}
    draft |= {"asks": True, "ask": ask.question, "outcome": ask.outcome, "measure": ask.measure}
    draft |= {"levers": _rows(ask.levers), "after": ask.after.strip()}
    if ask.slider:
        return draft | {"guess": "slider"} | ask.slider.model_dump()
    choices = [{"text": choice.text, "up_to": choice.up_to} for choice in ask.choices]
    return draft | {"guess": "choices", "choices": choices}


def _rows(settings: Settings) -> list[dict[str, Any]]:
    return [_row(name, value) for name, value in settings.model_dump(exclude_none=True).items()]


def _row(name: str, value: float) -> dict[str, Any]:
    return {"name": name, "value": value}


def _left_out(lesson: Lesson) -> Iterator[str]:
    """Yield the keys of a lesson that the form has no field for."""
    asks = [step.ask for step in lesson.steps if step.ask]
    for table in (lesson, *lesson.steps, *asks):
        given = table.model_dump(exclude_defaults=True)
        yield from (key for key in LEFT_OUT[type(table)] if given.get(key))
