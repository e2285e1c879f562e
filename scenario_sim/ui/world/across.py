"""What a branch does across the futures, worked out in the background."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from typing import cast

import solara

from scenario_sim import calendar
from scenario_sim.charts.numbers import plain, signed, spoken_day
from scenario_sim.comparison import ENOUGH_TO_TELL, Comparison, compare
from scenario_sim.ensemble import Progress
from scenario_sim.errors import ScenarioSimError
from scenario_sim.states import HOLD
from scenario_sim.ui import texts, worlds
from scenario_sim.ui.latest import Latest
from scenario_sim.ui.state import AppState, Branch
from scenario_sim.ui.turns import Cancelled
from scenario_sim.ui.world import kept
from scenario_sim.whatif import Effect, effect
from scenario_sim.world import Act

MOST_RUNS = 1000  # of each side: about half a second over two years
AT_FIRST = 100_000  # world-weeks of each side: about half a second; so many runs answer first
FEWEST = 100  # runs
BREATH = 0.1  # seconds in which the second world leaves the server before the work begins
AFTER = 13  # weeks after the first edit at which tension is compared


Found = dict[tuple[AppState, int, Branch], tuple[str, bool]]  # a sentence; whether it is the last


def use_across(state: AppState) -> dict[Branch, str]:
    """A sentence for each branch of a state, as they come."""
    found, set_found = solara.use_state(cast(Found, {}))
    latest = solara.use_memo(Latest, [])
    asked = (state.world, state.run, state.branches)

    def watch(done: int, of: int) -> None:
        if latest.overtaken or latest.closed:
            raise Cancelled
        kept.give_way()

    def gather() -> None:
        time.sleep(BREATH)
        for last in (False, True):
            for branch in state.branches:
                key = (state.world, state.run, branch)
                if key in found and (found[key][1] or not last):
                    continue
                try:
                    said = across(state, branch, last, watch)
                except Cancelled:
                    return
                fresh = {key: (said, last)}
                set_found(lambda old, fresh=fresh: old | fresh)  # type: ignore[misc]

    solara.use_effect(lambda: latest.ask(gather), [asked])
    solara.use_effect(lambda: latest.close, [])
    return {b: found.get((state.world, state.run, b), ("",))[0] for b in state.branches}


def across(
    state: AppState, branch: Branch, whole: bool = True, watch: Progress | None = None
) -> str:
    """What a branch does to tension over the futures of a state, with its error, and to the risk;
    at first (not `whole`) to tension alone, over as many of the futures as answer at once. `watch`
    may raise Cancelled."""
    try:
        return _said(state, branch, whole, watch)
    except ScenarioSimError as error:
        return str(error)


@dataclass(frozen=True)
class _Edit:
    """Where a branch begins: its first week."""

    week: int
    act: Act | None


def _said(state: AppState, branch: Branch, whole: bool, watch: Progress | None) -> str:
    base, other = worlds.branch_of(state), worlds.branch_of(state, branch)
    runs = min(state.runs, MOST_RUNS)
    edit = _first(state, branch)
    asked = min(edit.week + AFTER, base.weeks - 1)
    if not whole:
        runs = min(runs, max(FEWEST, AT_FIRST // (asked + 1)))
        base, other = (scenario.with_weeks(asked + 1) for scenario in (base, other))
    if edit.act is not None:
        action = branch.acts[0].action
        found = effect(base, edit.act, action, runs=runs, seed=state.seed, progress=watch)
    else:
        pair = compare(base, other, runs, state.seed, progress=watch)
        found = Effect(None, HOLD, pair)  # type: ignore[arg-type]
    shift = found.at(asked)
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
    return f"{tension} {_risk(found.comparison) if whole else texts.ACROSS_GOES_ON}"


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
