"""A step ahead: while somebody looks, the worlds that they will probably ask for next are made, where
nobody else needs the cores.

Whoever looks at a scenario as it stands takes one of the simple levers first; whoever takes hold of a
lever moves it a notch, either way; and whoever has moved it a notch mostly moves it another the same
way. Where several look on, only the first of these is made ready, once for all of them: a class needs
its cores for what it asks.
"""

from __future__ import annotations

from collections.abc import Sequence

from solara.server import kernel_context

from scenario_sim.errors import ScenarioSimError
from scenario_sim.parameters import SETTINGS
from scenario_sim.ui.levers import SIMPLE, step_of
from scenario_sim.ui.state import PICTURE, START, AppState
from scenario_sim.ui.store import WORLDS, Worlds
from scenario_sim.ui.worlds import baseline_of, policy_of

DOWN, UP = -1, 1


def look_ahead(before: AppState | None, now: AppState, store: Worlds = WORLDS) -> None:
    """Begins what a visitor will probably ask for, who came from one state to another and looks at it."""
    if now.page not in (START, PICTURE):
        return
    if now.is_baseline:
        _make_ready(first_notches(now), store, hurry=False)
    else:
        _make_ready(next_notch(before, now), store)


def take_hold(now: AppState, name: str, store: Worlds = WORLDS) -> None:
    """Begins what a visitor will probably ask for, whose hand is on a lever."""
    _make_ready(notches(now, name), store)


def first_notches(now: AppState) -> list[AppState]:
    """A notch of each simple lever, either way."""
    return [there for name in SIMPLE for there in notches(now, name)]


def notches(now: AppState, name: str) -> list[AppState]:
    """The states that one press of an arrow key on a lever leads to; none past its ends."""
    return [there for way in (DOWN, UP) for there in _notch(now, name, way)]


def next_notch(before: AppState | None, now: AppState) -> list[AppState]:
    """The state that another press of the same key leads to; none where the last change was not the
    move of one lever, or has come to its end."""
    if before is None or before.changes != now.changes:
        return []
    own = baseline_of(now).settings()
    was, value = (own | before.settings), (own | now.settings)
    moved = [name for name in own if was[name] != value[name]]
    if len(moved) != 1:
        return []
    (name,) = moved
    return _notch(now, name, UP if value[name] > was[name] else DOWN)


def _notch(now: AppState, name: str, way: int) -> list[AppState]:
    lever, value = SETTINGS[name], (baseline_of(now).settings() | now.settings)[name]
    there = round(value + way * step_of(lever), 6)
    return [now.with_lever(name, there)] if lever.low <= there <= lever.high else []


def _make_ready(states: Sequence[AppState], store: Worlds, hurry: bool = True) -> None:
    """In a hurry only for a visitor who is alone."""
    if not states or (hurry and len(kernel_context.contexts) > 1):
        return
    try:
        policies = [policy_of(state.world) for state in states]
    except ScenarioSimError:
        return
    store.make_ready(policies, states[0].seed, states[0].runs, hurry)
