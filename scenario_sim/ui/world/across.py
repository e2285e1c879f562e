"""What a branch does across the futures, worked out in the background."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from typing import cast

import solara

from scenario_sim import calendar
from scenario_sim.charts.numbers import plain, signed
from scenario_sim.comparison import ENOUGH_TO_TELL, Comparison, compare
from scenario_sim.errors import ScenarioSimError
from scenario_sim.states import HOLD
from scenario_sim.ui import texts, worlds
from scenario_sim.ui.latest import Latest
from scenario_sim.ui.state import AppState, Branch
from scenario_sim.ui.timeline import spoken_day
from scenario_sim.ui.world import kept
from scenario_sim.whatif import Effect, effect
from scenario_sim.world import Act

MOST_RUNS = 1000  # of each side: about half a second over two years
BREATH = 0.1  # seconds in which the second world leaves the server before the work begins
AFTER = 13  # weeks after the first edit at which tension is compared


Found = dict[tuple[AppState, int, Branch], str]


def use_across(state: AppState) -> dict[Branch, str]:
    """A sentence for each branch of a state, as they come."""
    found, set_found = solara.use_state(cast(Found, {}))
    latest = solara.use_memo(Latest, [])
    asked = (state.world, state.run, state.branches)

    def gather() -> None:
        time.sleep(BREATH)
        for branch in state.branches:
            if latest.overtaken or latest.closed:
                return
            if (state.world, state.run, branch) not in found:
                said = across(state, branch)
                if not latest.closed:
                    fresh = {(state.world, state.run, branch): said}
                    set_found(lambda old, fresh=fresh: old | fresh)  # type: ignore[misc]

    solara.use_effect(lambda: latest.ask(gather), [asked])
    solara.use_effect(lambda: latest.close, [])
    return {b: found.get((state.world, state.run, b), "") for b in state.branches}


def across(state: AppState, branch: Branch) -> str:
    """What a branch does to tension and to the risk over the futures of a state, with its error."""
    try:
        return _said(state, branch)
    except ScenarioSimError as error:
        return str(error)


@dataclass(frozen=True)
class _Edit:
    """Where a branch begins: its first week."""

    week: int
    act: Act | None


def _said(state: AppState, branch: Branch) -> str:
    base, other = worlds.branch_of(state), worlds.branch_of(state, branch)
    runs = min(state.runs, MOST_RUNS)
    edit = _first(state, branch)
    if edit.act is not None:
        action = branch.acts[0].action
        found = effect(base, edit.act, action, runs=runs, seed=state.seed)
    else:
        found = Effect(None, HOLD, compare(base, other, runs, state.seed))  # type: ignore[arg-type]
    shift = found.at(min(edit.week + AFTER, base.weeks - 1))
    low, high = shift.interval
    tension = texts.ACROSS.format(
        how=texts.ACROSS_ACT if edit.act else texts.ACROSS_BRANCH,
        day=spoken_day(shift.date),
        lower=plain(100 * shift.lower),
        higher=plain(100 * shift.higher),
        same=plain(100 * shift.same),
        pairs=f"{shift.pairs:,}",
        by=signed(shift.difference, 2),
        low=signed(low, 2),
        high=signed(high, 2),
    )
    return f"{tension} {_risk(found.comparison)}"


def _risk(pair: Comparison) -> str:
    if pair.changed("confrontation_risk") < ENOUGH_TO_TELL:
        return texts.ACROSS_NO_RISK
    row = pair.row("confrontation_risk")
    by, low, high = (signed(1000 * row[name], 1) for name in ("difference", "low", "high"))
    return texts.ACROSS_RISK.format(by=by, low=low, high=high)


def _first(state: AppState, branch: Branch) -> _Edit:
    """The first week that a branch changes; the act that it takes away or replaces, where that is
    all it does."""
    scenario = worlds.branch_of(state)
    first = min([c.date for c in branch.changes] + [a.date for a in branch.acts])
    week = calendar.week_of(scenario.start, date.fromisoformat(first))
    week = min(max(0, week), scenario.weeks - 1)
    if branch.changes or len(branch.acts) != 1:
        return _Edit(week, None)
    world = kept.world_of(scenario, state.seed, state.run)
    lone = branch.acts[0]
    here = [a for a in world.acts_in(week) if (a.state, a.channel) == (lone.state, lone.channel)]
    return _Edit(week, here[0] if here else None)
