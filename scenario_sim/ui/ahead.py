"""A step ahead: who moves a lever a notch mostly moves it another the same way. While they look, the
world of that next notch is made, where nobody else needs the cores."""

from __future__ import annotations

from solara.server import kernel_context

from scenario_sim.errors import ScenarioSimError
from scenario_sim.parameters import SETTINGS
from scenario_sim.ui.levers import step_of
from scenario_sim.ui.state import AppState
from scenario_sim.ui.store import Worlds
from scenario_sim.ui.worlds import baseline_of, policy_of


def next_notch(before: AppState | None, now: AppState) -> AppState | None:
    """The state that another press of the same key leads to; None where the last change was not the
    move of one lever, or has come to its end."""
    if before is None or before.changes != now.changes:
        return None
    own = baseline_of(now).settings()
    was, value = (own | before.settings), (own | now.settings)
    moved = [name for name in own if was[name] != value[name]]
    if len(moved) != 1:
        return None
    (name,) = moved
    lever = SETTINGS[name]
    step = step_of(lever) if value[name] > was[name] else -step_of(lever)
    there = round(value[name] + step, 6)
    return now.with_lever(name, there) if lever.low <= there <= lever.high else None


def make_ready(state: AppState | None, store: Worlds) -> None:
    """Begins the world of a state, for a visitor who is alone: a class needs its cores for what was
    asked."""
    if state is None or len(kernel_context.contexts) > 1:
        return
    try:
        policy = policy_of(state)
    except ScenarioSimError:
        return
    store.make_ready(policy, state.seed, state.runs)
