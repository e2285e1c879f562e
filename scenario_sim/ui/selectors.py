"""What follows from a state: its scenarios, read and memoised. Nothing is simulated here."""

from __future__ import annotations

from datetime import date
from functools import cache, lru_cache

from scenario_sim import calendar
from scenario_sim.errors import UnknownName
from scenario_sim.scenario import Scenario
from scenario_sim.scenario_file import list_scenarios, load_scenario, read_scenario
from scenario_sim.ui.state import AppState, Branch, DatedAct, DatedMove, proper_name

OPENED = "the opened file"


@lru_cache(maxsize=256)
def baseline_of(state: AppState) -> Scenario:
    """The scenario as it stands, over the horizon chosen. Raises ScenarioSimError."""
    # An opened file comes from anybody: it may not make this machine read others.
    text = state.text
    own = read_scenario(text, OPENED, paths=False) if text else shipped(state.scenario)
    return own if state.weeks in (None, own.weeks) else own.with_weeks(state.weeks)


@lru_cache(maxsize=256)
def policy_of(state: AppState) -> Scenario:
    """The scenario with the levers as the visitor moved and dated them, as far as the horizon
    goes. Raises ScenarioSimError."""
    policy = baseline_of(state)
    if state.moved:
        policy = policy.with_levers(**state.settings)
    last = policy.last_day("changes").isoformat()
    for change in state.changes:
        if change.date > last:
            break  # it waits for a longer horizon
        policy = policy.with_change(date=change.date, week=None, **{change.name: change.value})
    return policy


def sides_of(state: AppState) -> list[Scenario]:
    """The scenario as it stands and, where it is another, the policy. Raises ScenarioSimError."""
    baseline, policy = baseline_of(state), policy_of(state)
    return [baseline] if policy.hash == baseline.hash else [baseline, policy]


@lru_cache(maxsize=256)
def branch_of(state: AppState, branch: Branch | None = None) -> Scenario:
    """The scenario of a branch; without one, of the world that they leave. What is dated after the
    end waits for a longer horizon. Raises ScenarioSimError."""
    scenario = policy_of(state.world)
    if branch is None:
        return scenario
    for change in branch.changes:
        if change.date <= scenario.last_day("changes").isoformat():
            moved = {change.name: change.value}
            scenario = scenario.with_change(week=None, date=change.date, **moved)
    for act in branch.acts:
        week = calendar.week_of(scenario.start, date.fromisoformat(act.date))
        if week < scenario.weeks:
            done = {"state": act.state, "action": act.action, "channel": act.channel}
            scenario = scenario.with_act(week=week, **done)
    return scenario


def opened(state: AppState, text: str) -> AppState:
    """A scenario file in place of a shipped one, with the branches that it holds, as far as there is
    room. Raises ScenarioSimError."""
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
        name = proper_name(own.name)
        state = state.with_branch(Branch(name, tuple(sorted(changes)), tuple(sorted(acts))))
    return state


@cache
def shipped(name: str) -> Scenario:
    """A shipped scenario, read once. Raises UnknownName: a name from a link is never a path."""
    if name not in names():
        raise UnknownName("scenario", name, names())
    return load_scenario(name)


@cache
def names() -> tuple[str, ...]:
    """The shipped scenarios' names in their order."""
    return list_scenarios()


@cache
def catalogue() -> tuple[Scenario, ...]:
    """All shipped scenarios in their order."""
    return tuple(shipped(name) for name in names())
