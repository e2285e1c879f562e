"""Derive the scenarios of a state; all are memoised, and none is simulated here."""

from __future__ import annotations

from datetime import date
from functools import cache, lru_cache

from scenario_sim.data.parameters import SETTINGS
from scenario_sim.errors import UnknownNameError
from scenario_sim.language import localise_number, translate
from scenario_sim.scenario import Scenario, dates
from scenario_sim.scenario.files import list_scenarios, load_scenario, read_scenario
from scenario_sim.ui.state import (
    AppState,
    Branch,
    DatedAct,
    DatedMove,
    Pin,
    clean_branch_name,
)

OPENED = "the opened file"
USUAL = "status-quo"  # begins the names of the scenarios in which nobody changes course


def _monday(scenario: Scenario, day: str) -> date:
    start = scenario.start
    return dates.week_start(start, dates.week_of(start, date.fromisoformat(day)))


def baseline_of(state: AppState) -> Scenario:
    """Return the scenario as it stands, over the horizon chosen. Raises ScenarioSimError."""
    return _baseline(state.scenario, state.text, state.weeks)


@lru_cache(maxsize=64)
def _baseline(name: str, text: str, weeks: int | None) -> Scenario:
    """Return a scenario, read once for all states that hold it: a long game takes 0.2 s to read."""
    if weeks is not None:
        own = _baseline(name, text, None)
        return own if weeks == own.weeks else own.with_weeks(weeks)
    # An opened file may come from a stranger: it must not make the server read other files.
    return read_scenario(text, OPENED, paths=False) if text else load_shipped(name)


def policy_of(state: AppState) -> Scenario:
    """Return the scenario with the levers as the visitor moved and dated them.

    Raises ScenarioSimError.
    """
    return _policy(state.scenario, state.text, state.weeks, state.moved, state.changes)


@lru_cache(maxsize=256)
def _policy(
    name: str,
    text: str,
    weeks: int | None,
    moved: tuple[tuple[str, float], ...],
    changes: tuple[DatedMove, ...],
) -> Scenario:
    """Return a policy, checked once for all views of it."""
    policy = _baseline(name, text, weeks)
    if moved:
        policy = policy.with_levers(**dict(moved))
    last = policy.last_day("changes").isoformat()
    # Changes after the end stay in the state: a longer horizon brings them back.
    dated = [(c.date, {c.name: c.value}) for c in changes if c.date <= last]
    return policy.with_changes(dated) if dated else policy


def sides_of(state: AppState) -> list[Scenario]:
    """Return the scenario as it stands and, where levers moved, the policy.

    Raises ScenarioSimError.
    """
    baseline, policy = baseline_of(state), policy_of(state)
    return [baseline] if policy.hash == baseline.hash else [baseline, policy]


def pinned_state(state: AppState, pin: Pin) -> AppState:
    """Return the state that simulates a pin, over the horizon that is chosen."""
    return state.with_pinned_policy(pin).without_view


def pin_of(state: AppState) -> Pin:
    """Return the policy on screen as a pin, named after its levers or its scenario."""
    levers = [
        f"{SETTINGS[name].label} {localise_number(f'{value:g}')}" for name, value in state.moved
    ]
    text = translate("{lever} {value} from {day}")
    levers += [
        text.format(lever=SETTINGS[c.name].label, value=localise_number(f"{c.value:g}"), day=c.date)
        for c in state.changes
    ]
    name = clean_branch_name(", ".join(levers) or baseline_of(state).title)
    return Pin(name, "" if state.text else state.scenario, state.moved, state.changes)


@cache
def twins_of(name: str) -> tuple[str, ...]:
    """Return scenarios to hold against one: its variants (S5b beside S5), and the status quo.

    The status quo counts where it has the same start and length, so that futures have pairs.
    """
    own = load_shipped(name)
    family = own.number.rstrip("abcdefgh")
    others = [s for s in catalogue() if s.name != name]
    twins = [s.name for s in others if family and s.number.rstrip("abcdefgh") == family]
    usual = [s.name for s in others if s.name.startswith(USUAL) and _are_paired(s, own)]
    return tuple(dict.fromkeys((*twins, *usual)))


def _are_paired(one: Scenario, other: Scenario) -> bool:
    return (one.start, one.weeks) == (other.start, other.weeks)


@lru_cache(maxsize=256)
def branch_of(state: AppState, branch: Branch | None = None) -> Scenario:
    """Return the scenario of a branch; without one, that of the world that the branches leave.

    Raises ScenarioSimError.
    """
    scenario = policy_of(state.without_view)
    if branch is None:
        return scenario
    return apply_branch(scenario, branch)


def apply_branch(scenario: Scenario, branch: Branch) -> Scenario:
    """Return a scenario with the edits of a branch that lie before its end.

    Raises ScenarioError.
    """
    last = scenario.last_day("changes").isoformat()
    dated = [(c.date, {c.name: c.value}) for c in branch.changes if c.date <= last]
    acts = [
        {"date": day, "state": act.state, "action": act.action, "channel": act.channel}
        for act in branch.acts
        if (day := _monday(scenario, act.date)) < scenario.end
    ]
    scenario = scenario.with_changes(dated) if dated else scenario
    return scenario.with_acts(acts) if acts else scenario


def with_opened_file(state: AppState, text: str) -> AppState:
    """Return the state with an opened file, its branches as far as there is room, and its pins.

    Raises ScenarioSimError.
    """
    state = state.with_text(text)
    for own in baseline_of(state).branches:
        changes = [
            DatedMove(change.date.isoformat(), name, value)
            for change in own.changes
            for name, value in change.settings().items()
        ]
        acts = [
            DatedAct(act.date.isoformat(), act.state, act.channel, act.action) for act in own.acts
        ]
        name = clean_branch_name(own.name)
        state = state.with_branch(Branch(name, tuple(sorted(changes)), tuple(sorted(acts))))
    return _with_compared(state)


def _with_compared(state: AppState) -> AppState:
    """Return the state with the policies that its file compares, all over the file's horizon.

    Raises ScenarioSimError.
    """
    scenario = baseline_of(state)
    for one in scenario.compared:
        changes = sorted(
            DatedMove(change.date.isoformat(), name, value)
            for change in one.changes
            for name, value in change.settings().items()
        )
        moved = tuple(sorted(one.settings().items()))
        pin = Pin(clean_branch_name(one.name), one.scenario, moved, tuple(changes))
        state = state.with_weeks(scenario.weeks).with_pin(pin)
        policy_of(pinned_state(state, pin))
    return state


@cache
def load_shipped(name: str) -> Scenario:
    """Return a shipped scenario. A name is never a path, for it may come from a link.

    Raises UnknownNameError.
    """
    if name not in scenario_names():
        raise UnknownNameError("scenario", name, scenario_names())
    return load_scenario(name)


@cache
def scenario_names() -> tuple[str, ...]:
    """Return the names of the shipped scenarios in their order."""
    return list_scenarios()


@cache
def catalogue() -> tuple[Scenario, ...]:
    """Return all shipped scenarios in their order."""
    return tuple(load_shipped(name) for name in scenario_names())
