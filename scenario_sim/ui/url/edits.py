"""Read the levers, dated changes and branches of a link."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from scenario_sim.bounds import MAX_LINK_EDITS
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.errors import ScenarioSimError, did_you_mean
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.tables import DATED as DATED_LISTS
from scenario_sim.ui import messages, selectors
from scenario_sim.ui.state import (
    MAX_PINS,
    MAX_SHOWN_BRANCHES,
    Branch,
    DatedAct,
    DatedMove,
    Pin,
    clean_branch_name,
)
from scenario_sim.ui.url.parts import BRANCH, DATED, EDIT_SEPARATOR, PIN, LinkResult, shorten

MAX_VALUE_CHARACTERS = 40


def read_levers(parts: dict[str, list[str]], link: LinkResult) -> None:
    """Read each `LEVER=VALUE`."""
    for name in SETTINGS:
        if name in parts:
            value = _read_value(name, name, parts[name][0], link)
            if value is not None:
                link.state = link.state.with_lever(name, value)


def read_changes_and_branches(parts: dict[str, list[str]], link: LinkResult) -> None:
    """Read each `on=` and `branch=`; report and leave out those that are impossible."""
    bare = _without_dated_entries(selectors.baseline_of(link.state.without_view))
    _read_changes(parts.get(DATED, ()), bare, link)
    for text in parts.get(BRANCH, ()):
        _read_branch(text, bare, link)


def _without_dated_entries(scenario: Scenario) -> Scenario:
    """Return a scenario without its dated entries.

    Each edit of a link is tried on this: a try costs the same, however long the scenario is.
    """
    none = dict.fromkeys((*DATED_LISTS, "lecture_seeds", "branches", "compared"), ())
    return Scenario.model_validate(scenario.as_dict() | none)


def _read_changes(texts: Sequence[str], bare: Scenario, link: LinkResult) -> None:
    state = link.state
    last = bare.last_day("changes").isoformat()
    for text in texts:
        key = f"{DATED}={shorten(text)}"
        change = _read_change(key, text, link)
        if change is None:
            continue
        # A change after the end stays in the state: a longer horizon brings it back.
        dated = [(change.date, {change.name: change.value})] if change.date <= last else []
        if link.is_possible(key, lambda: bare.with_changes(dated)):  # noqa: B023
            state = state.with_change(change.date, change.name, change.value)
    if state != link.state:
        link.try_state(DATED, state, selectors.policy_of)


def _read_change(key: str, text: str, link: LinkResult) -> DatedMove | None:
    """Read one `DATE:LEVER:VALUE`."""
    parts = text.split(":")
    if len(parts) != 3:
        link.add_problem(key, messages.links.CHANGE)
        return None
    day, name, written = parts
    when = _read_date(key, day, link)
    if not when:
        return None
    if name not in SETTINGS:
        meant = did_you_mean(name, SETTINGS)
        link.add_problem(key, messages.links.NO_LEVER, name=shorten(name), meant=meant)
        return None
    value = _read_value(key, name, written, link)
    return None if value is None else DatedMove(when, name, value)


def _read_branch(text: str, bare: Scenario, link: LinkResult) -> None:
    """Read one `NAME~EDIT~EDIT`; leave the branch out where one of its edits is impossible."""
    name, *edits = text.split(EDIT_SEPARATOR)
    name = clean_branch_name(name)
    key = f"{BRANCH}={shorten(name)}"
    if not name or not edits:
        link.add_problem(key, messages.links.BRANCH)
        return
    if len(link.state.branches) == MAX_SHOWN_BRANCHES:
        link.add_problem(key, messages.links.TOO_MANY_BRANCHES, most=MAX_SHOWN_BRANCHES)
        return
    if len(edits) > MAX_LINK_EDITS:
        link.add_problem(key, messages.links.BRANCH_TOO_LONG, most=MAX_LINK_EDITS)
        return
    changes: list[DatedMove] = []
    acts: list[DatedAct] = []
    for edit in edits:
        day, *act = edit.split(":")
        if len(act) == 3:
            if when := _read_date(key, day, link):
                acts.append(DatedAct(when, *act))
        elif change := _read_change(key, edit, link):
            changes.append(change)
    if len(changes) + len(acts) < len(edits):
        return
    branch = Branch(name, tuple(sorted(changes)), tuple(sorted(acts)))
    if link.is_possible(key, lambda: selectors.apply_branch(bare, branch)):
        link.state = link.state.with_branch(branch)


def read_pins(parts: dict[str, list[str]], link: LinkResult) -> None:
    """Read each `pin=NAME~SCENARIO~EDIT~EDIT`; report and leave out those that are impossible."""
    for text in parts.get(PIN, ()):
        _read_pin(text, link)


def _read_pin(text: str, link: LinkResult) -> None:
    name, *rest = text.split(EDIT_SEPARATOR)
    name = clean_branch_name(name)
    key = f"{PIN}={shorten(name)}"
    if not name or not rest:
        link.add_problem(key, messages.links.PIN)
        return
    if len(link.state.pins) == MAX_PINS:
        link.add_problem(key, messages.links.TOO_MANY_PINS, most=MAX_PINS)
        return
    scenario, *edits = rest
    if len(edits) > MAX_LINK_EDITS:
        link.add_problem(key, messages.links.BRANCH_TOO_LONG, most=MAX_LINK_EDITS)
        return
    moved: dict[str, float] = {}
    changes: list[DatedMove] = []
    for edit in edits:
        parts = edit.split(":")
        if len(parts) == 2 and parts[0] in SETTINGS:
            value = _read_value(key, parts[0], parts[1], link)
            if value is None:
                return
            moved[parts[0]] = value
        elif change := _read_change(key, edit, link):
            changes.append(change)
        else:
            return
    pin = Pin(name, scenario, tuple(sorted(moved.items())), tuple(sorted(changes)))
    try:
        selectors.policy_of(selectors.pinned_state(link.state, pin))
    except ScenarioSimError as error:
        link.add_problem(key, messages.links.SCENARIO, reason=error)
        return
    link.state = link.state.with_pin(pin)


def _read_date(key: str, day: str, link: LinkResult) -> str:
    """Return an ISO date; "" for anything else, which is reported."""
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        link.add_problem(key, messages.links.DATE, value=shorten(day))
        return ""


def _read_value(key: str, name: str, written: str, link: LinkResult) -> float | None:
    """Return a lever's value; None outside the lever's range, which is reported."""
    lever = SETTINGS[name]
    try:
        value = float(written) if len(written) <= MAX_VALUE_CHARACTERS else math.nan
    except ValueError:
        value = math.nan
    if lever.low <= value <= lever.high:
        return value
    low, high = f"{lever.low:g}", f"{lever.high:g}"
    prefix = "" if key == name else f"{name} "
    link.add_problem(
        key, messages.links.LEVER_RANGE, lever=prefix, low=low, high=high, value=shorten(written)
    )
    return None
