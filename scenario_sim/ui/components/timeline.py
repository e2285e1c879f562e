"""The policy timeline: dated changes of levers, under the fan and aligned with its dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import solara

from scenario_sim.data.parameters import SETTINGS
from scenario_sim.data.states import HOLD
from scenario_sim.formatting import format_long_date, format_number
from scenario_sim.language import localise_number, translate
from scenario_sim.reporting.charts.fan import NARROW_GRID, WIDE_GRID
from scenario_sim.scenario import Scenario, dates
from scenario_sim.scenario.schedule import build_schedule
from scenario_sim.ui import messages
from scenario_sim.ui.components.levers import step_of
from scenario_sim.ui.components.widgets import to_json
from scenario_sim.ui.state import AppState


@solara.component_vue("timeline.vue")
def _Timeline(
    texts: dict,
    start: str,
    weeks: int,
    grids: dict,
    groups: str,
    own: str,
    moved: dict,
    changes: list,
    marks: list,
    late: str,
    event_add: Callable,
    event_shift: Callable,
    event_drop: Callable,
):
    """Draw markers that the browser drags; it sends every new place, some times a second."""


@solara.component
def Timeline(
    state: AppState,
    scenario: Scenario,
    on_add: Callable[[str, str, float], None],
    on_shift: Callable[[dict[str, Any]], None],
    on_drop: Callable[[str, str], None],
):
    """Draw the state's dated changes over those of the scenario as it stands."""
    groups = solara.use_memo(lambda: to_json(lever_choices()), [])
    marks = solara.use_memo(lambda: fixed_marks(scenario), [scenario.name, scenario.hash])
    own = solara.use_memo(lambda: to_json(scenario.settings()), [scenario.name, scenario.hash])
    last = scenario.last_day("changes").isoformat()
    late = sum(change.date > last for change in state.changes)
    _Timeline(
        texts=messages.levers.TIMELINE,
        start=scenario.start.isoformat(),
        weeks=scenario.weeks,
        grids={
            "wide": [WIDE_GRID["left"], WIDE_GRID["right"]],
            "narrow": [NARROW_GRID["left"], NARROW_GRID["right"]],
        },
        groups=groups,
        own=own,
        moved=state.settings,
        changes=[
            {"name": c.name, "date": c.date, "value": c.value}
            for c in state.changes
            if c.date <= last
        ],
        # A lever that is moved throughout ignores the scenario's own changes.
        marks=[mark for mark in marks if mark["lever"] not in state.settings],
        late=messages.levers.LATE.format(many=late) if late else "",
        event_add=lambda data: on_add(data["date"], data["name"], data["value"]),
        event_shift=on_shift,
        event_drop=lambda data: on_drop(data["date"], data["name"]),
    )


def lever_choices() -> list[dict[str, Any]]:
    """Return all levers in their groups, with what a marker needs of each."""
    return [
        {
            "title": title,
            "levers": [
                {
                    "name": name,
                    "label": SETTINGS[name].label,
                    "low": SETTINGS[name].low,
                    "high": SETTINGS[name].high,
                    "step": step_of(SETTINGS[name]),
                }
                for name in names
            ],
        }
        for title, names in messages.levers.GROUPS.items()
    ]


def fixed_marks(scenario: Scenario) -> list[dict[str, Any]]:
    """Return the scenario's own dated changes, forced acts and shocks, in order of time.

    `lever` is empty for all but changes.
    """
    rows: list[tuple[int, str, str]] = []
    for change in scenario.changes:
        week = dates.first_week_from(scenario.start, change.date)
        for name, value in change.settings().items():
            text = f"{SETTINGS[name].label} {format_number(value, 2)}"
            rows.append((week, name, _with_note(text, change.note)))
    for shock in scenario.shocks:
        amount = localise_number(f"{shock.amount:+g}".replace("-", "−"))
        text = f"{translate(shock.condition.replace('_', ' '))} {amount}"
        text = f"{text} ({shock.state})" if shock.state else text
        rows.append((dates.week_of(scenario.start, shock.date), "", _with_note(text, shock.note)))
    notes = {scenario.decision(act): act.note for act in scenario.acts}
    for week, acts in build_schedule(scenario).forced.items():
        rows += [
            (
                week,
                "",
                _with_note(_act(scenario, decision, action), notes.get((week, *decision), "")),
            )
            for decision, action in acts.items()
        ]
    return [
        {"week": week, "lever": lever, "day": format_long_date(dates.week_start(scenario.start, week)),
         "words": words}
        for week, lever, words in sorted(rows, key=lambda row: row[0])
    ]  # fmt: skip


def _act(scenario: Scenario, decision: tuple[str, str], action: str) -> str:
    state, channel = decision
    name = scenario.cast[state].name
    if action == HOLD:
        return messages.levers.HELD_BACK.format(state=name, channel=translate(str(channel)))
    does = scenario.cast.actions[action][1].sentence
    return messages.levers.ACT.format(state=name, does=does)


def _with_note(words: str, note: str) -> str:
    return f"{words}. {note}" if note else words


def snap_to_monday(day: str, scenario: Scenario) -> str:
    """Return the nearest Monday on which a change can act: after the first week, before the end."""
    weeks = dates.week_of(scenario.start, dates.nearest_monday(date.fromisoformat(day)))
    return dates.week_start(scenario.start, min(max(1, weeks), scenario.weeks - 1)).isoformat()
