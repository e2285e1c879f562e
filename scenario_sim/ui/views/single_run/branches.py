"""Branches of a run: making, naming and comparing them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from scenario_sim.data.enums import Rung
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.data.states import HOLD
from scenario_sim.errors import Problem, ScenarioError
from scenario_sim.formatting import format_long_date, format_number
from scenario_sim.language import translate
from scenario_sim.scenario import Scenario, dates
from scenario_sim.simulation.single_run import Act, SingleRun
from scenario_sim.simulation.what_if import Counterfactual
from scenario_sim.ui import messages, selectors
from scenario_sim.ui.state import (
    AppState,
    Branch,
    DatedAct,
    DatedMove,
    clean_branch_name,
)
from scenario_sim.ui.views.single_run import cached_runs


def scenarios_of(state: AppState) -> list[Scenario]:
    """Return the scenario of the run on screen, then those of its branches."""
    return [selectors.branch_of(state, branch) for branch in (None, *state.branches)]


# --- making --------------------------------------------------------------------------------------


def branch_without(start: Branch | None, world: SingleRun, act: Act) -> Branch:
    """Return a branch in which an act does not happen.

    `start` is the branch that is on screen, if any; its edits stay.
    """
    name = messages.single_run.BRANCH_WITHOUT.format(act=act.name, day=format_long_date(act.date))
    return _with_act(start, name, act, HOLD)


def branch_with_other(start: Branch | None, world: SingleRun, act: Act, other: str) -> Branch:
    """Return a branch in which the state of an act does something else.

    Raises ScenarioError for what it could not have chosen that week.
    """
    does = world.scenario.cast.actions[other][1].name
    name = messages.single_run.BRANCH_INSTEAD.format(
        other=does, act=act.name, day=format_long_date(act.date)
    )
    _check_possible(world, act.week, other)
    return _with_act(start, name, act, other)


def branch_with_act(
    start: Branch | None, world: SingleRun, week: int, channel: str, action: str
) -> Branch:
    """Return a branch in which a state does something in a week; `channel` is STATE.CHANNEL.

    Raises ScenarioError for what it could not have chosen that week.
    """
    code, _, where = channel.partition(".")
    _check_possible(world, week, action)
    day, cast = dates.week_start(world.scenario.start, week), world.scenario.cast
    does = messages.single_run.BRANCH_HOLDS.format(channel=translate(where))
    does = cast.actions[action][1].name if action != HOLD else does
    name = messages.single_run.BRANCH_FORCED.format(
        state=cast[code].name, act=does, day=format_long_date(day)
    )
    return _and_act(start, name, DatedAct(day.isoformat(), code, where, action))


def branch_with_lever(
    start: Branch | None, world: SingleRun, week: int, lever: str, value: float
) -> Branch:
    """Return a branch in which a lever has another value from a week on."""
    day, setting = dates.week_start(world.scenario.start, week), SETTINGS[lever]
    value = min(max(value, setting.low), setting.high)
    change = {"lever": setting.label, "value": format_number(value, 2)}
    name = messages.single_run.BRANCH_MOVED.format(day=format_long_date(day), **change)
    old = start or Branch("")
    others = [c for c in old.changes if (c.date, c.name) != (day.isoformat(), lever)]
    changes = tuple(sorted([*others, DatedMove(day.isoformat(), lever, value)]))
    return Branch(clean_branch_name(name), changes, old.acts)


def _check_possible(world: SingleRun, week: int, action: str) -> None:
    """Raise ScenarioError for an act that the model could not choose that week."""
    if action != HOLD and (reason := world.why_closed(week, action)):
        name = world.scenario.cast.actions[action][1].name
        text = messages.single_run.CLOSED.format(name=name, reason=reason)
        raise ScenarioError([Problem("act", text)], messages.single_run.NO_BRANCH)


def _with_act(start: Branch | None, name: str, act: Act, action: str) -> Branch:
    return _and_act(start, name, DatedAct(act.date.isoformat(), act.state, act.channel, action))


def _and_act(start: Branch | None, name: str, new: DatedAct) -> Branch:
    old = start or Branch("")
    decision = (new.date, new.state, new.channel)
    others = [a for a in old.acts if (a.date, a.state, a.channel) != decision]
    return Branch(clean_branch_name(name), old.changes, tuple(sorted([*others, new])))


def rename_branch(state: AppState, at: int, name: str) -> AppState:
    """Return the state with another name for a branch; ignore names that are empty or taken."""
    name = clean_branch_name(name)
    if not name or name in {branch.name for branch in state.branches}:
        return state
    branches = list(state.branches)
    branches[at] = replace(branches[at], name=name)
    return replace(state, branches=tuple(branches))


# --- comparing -------------------------------------------------------------------------------------


def comparison_table(state: AppState) -> list[dict[str, Any]]:
    """Return a row for each run: its outcomes, and where it differs from the first.

    Raises ScenarioSimError.
    """
    played = [cached_runs.single_run_of(s, state.seed, state.run) for s in scenarios_of(state)]
    names = [messages.single_run.AS_IT_WAS, *(branch.name for branch in state.branches)]
    rows = []
    for n, (world, name) in enumerate(zip(played, names, strict=True)):
        parting = Counterfactual(played[0], world) if n else None
        rows.append(
            {
                "name": name,
                "edits": _edits(world.scenario, state.branches[n - 1]) if n else [],
                "parts": _parts(parting),
                "figures": _figures(world),
                "sentence": parting.sentence if parting else "",
                "lost": _acts(parting.lost) if parting else [],
                "gained": _acts(parting.gained) if parting else [],
                "tension": cached_runs.cached_film(world.scenario, state.seed, state.run)[
                    "tension"
                ],
            }
        )
    return rows


def first_difference(state: AppState, scenario: Scenario) -> int:
    """Return the first week in which a branch differs from the run on screen; -1 for none."""
    both = (
        cached_runs.single_run_of(s, state.seed, state.run)
        for s in (selectors.branch_of(state), scenario)
    )
    week = Counterfactual(*both).week
    return -1 if week is None else week


def _parts(parting: Counterfactual | None) -> str:
    if parting is None:
        return "–"
    if parting.week is None:
        return messages.single_run.NEVER_DIFFERS
    return format_long_date(dates.week_start(parting.before.scenario.start, parting.week))


def _figures(world: SingleRun) -> list[str]:
    """Return the outcomes of a run, in the order of `messages.single_run.BRANCHES["columns"]`."""
    o = world.outcomes
    peak = Rung(int(o["peak_rung"] or 0))
    return [
        f"{peak:d} {peak.label}",
        format_number(float(o["mean_tension"] or 0), 1),
        *(
            format_number(float(o[name] or 0))
            for name in ("launch_days", "icbm_tests", "talks_weeks")
        ),
        format_number(1000 * float(o["confrontation_risk"] or 0), 1),
    ]


def _acts(acts: tuple[Act, ...]) -> list[list[Any]]:
    return [
        [act.week, f"{format_long_date(act.date)}: {translate(act.state)}, {act.name}"]
        for act in acts
    ]


def _edits(scenario: Scenario, branch: Branch) -> list[str]:
    """Describe what a branch changes."""
    edits = [
        messages.single_run.BRANCH_MOVED.format(
            lever=SETTINGS[c.name].label,
            value=format_number(c.value, 2),
            day=format_long_date(_day(c.date)),
        )
        for c in branch.changes
    ]
    for a in branch.acts:
        act = messages.single_run.BRANCH_HOLDS.format(channel=translate(str(a.channel)))
        act = scenario.cast.actions[a.action][1].name if a.action != HOLD else act
        state = scenario.cast[a.state].name
        edits.append(
            messages.single_run.BRANCH_FORCED.format(
                state=state, act=act, day=format_long_date(_day(a.date))
            )
        )
    return edits


def _day(text: str) -> date:
    return date.fromisoformat(text)
