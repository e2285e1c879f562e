"""Tell what the record holds of a scenario's weeks, beside the narrative of a run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from scenario_sim import formatting
from scenario_sim.data.enums import Family
from scenario_sim.data.history.record import Contact, Exercise, current_record
from scenario_sim.language import translate
from scenario_sim.reporting.narrative import messages
from scenario_sim.reporting.narrative.phrases import capitalise, state_name
from scenario_sim.scenario import Scenario, dates
from scenario_sim.simulation.act_words import recorded_sentence

RUPTURE = "rupture"


@dataclass(frozen=True)
class RecordedEvent:
    """One event of the record.

    Attributes
    ----------
    week, last : int
        First and last week of the scenario in which it took place.
    day : date
        Its first day.
    state : str
        Code of the state that did it, or "".
    family : str
        Family of the act, or `RUPTURE`.
    """

    week: int
    last: int
    day: date
    state: str
    family: str
    sentence: str


def recorded_events(scenario: Scenario) -> tuple[RecordedEvent, ...]:
    """Return the record's events by day.

    Of an exercise the first day is told, and how long it lasts. Of what is known to the month only, the
    month is told.
    """
    found = [*_acts(scenario), *_exercises(scenario), *_contacts(scenario)]
    return tuple(sorted(found, key=lambda one: (one.day, one.state, one.sentence)))


def covered_weeks(scenario: Scenario) -> tuple[int, int] | None:
    """Return the first and last week for which the record is complete; None if there is none.

    In these weeks, what the record is complete for and does not tell did not happen.
    """
    covered = current_record().coverage
    first = dates.first_week_from(scenario.start, covered.first)
    after = dates.week_of(scenario.start, covered.last + timedelta(days=1))
    last = min(scenario.weeks, after) - 1
    return (first, last) if first <= last else None


def _acts(scenario: Scenario) -> Iterator[RecordedEvent]:
    cast = scenario.cast
    for act in current_record().acts:
        week = dates.week_of(scenario.start, act.date)
        if not 0 <= week < scenario.weeks or act.action == "joint_exercise":
            continue  # exercises are told whole
        if act.action in cast.actions and cast.actions[act.action][0].code == act.state:
            state, action = cast.actions[act.action]
            does = recorded_sentence(action, act.kind)
            sentence = messages.ACT.format(state=state_name(state), does=does)
            yield RecordedEvent(week, week, act.date, act.state, str(action.family), sentence)


def _exercises(scenario: Scenario) -> Iterator[RecordedEvent]:
    for one in current_record().exercises:
        day = one.announced or one.start
        week, last = (dates.week_of(scenario.start, d) for d in (day, one.end))
        if last < 0 or week >= scenario.weeks:
            continue
        end = min(last, scenario.weeks - 1) if one.held else week
        if week >= 0 or one.held:
            yield RecordedEvent(max(0, week), end, day, "USA", str(Family.EXERCISE), _exercise(one))


def _exercise(one: Exercise) -> str:
    article = "An" if one.label.lower().startswith("a") else "A"
    exercise = translate(f"{article} {one.label}")
    if not one.held:
        return messages.EXERCISE_NOT_HELD.format(
            exercise=exercise, status=translate(str(one.status))
        )
    if one.end <= one.start:
        return exercise
    day = formatting.format_day(np.datetime64(one.end))
    return messages.EXERCISE_UNTIL.format(exercise=exercise, day=day)


def _contacts(scenario: Scenario) -> Iterator[RecordedEvent]:
    seen: dict[tuple[date, str], list[Contact]] = {}
    for contact in current_record().contacts:
        seen.setdefault((contact.month, contact.kind), []).append(contact)
    for (month, kind), alike in seen.items():
        after = (month.replace(day=28) + timedelta(days=7)).replace(day=1)
        week, last = (dates.week_of(scenario.start, d) for d in (month, after - timedelta(days=1)))
        if last < 0 or week >= scenario.weeks:
            continue
        what = capitalise(messages.CONTACTS.get(kind, kind.replace("_", " ")))
        text = messages.CONTACT_OFTEN if len(alike) > 1 else messages.CONTACT_ONCE
        sentence = text.format(what=what, n=len(alike))
        family = str(Family.DIPLOMACY) if alike[0].polarity > 0 else RUPTURE
        yield RecordedEvent(
            max(0, week), min(last, scenario.weeks - 1), month, "", family, sentence
        )
