"""The effect of a branch over many futures, computed in the background."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from scenario_sim.data.states import HOLD
from scenario_sim.errors import ScenarioSimError
from scenario_sim.formatting import format_long_date, format_number, format_signed
from scenario_sim.language import localise_number
from scenario_sim.scenario import dates
from scenario_sim.simulation.comparison import MIN_DIFFERING_RUNS, Comparison, compare
from scenario_sim.simulation.single_run import Act
from scenario_sim.simulation.what_if import ActEffect, estimate_effect
from scenario_sim.ui import messages, selectors
from scenario_sim.ui.server.cache import CACHE, key_of
from scenario_sim.ui.server.jobs import Report, ignore, part_of
from scenario_sim.ui.state import AppState, Branch
from scenario_sim.ui.use_result import use_job
from scenario_sim.ui.views.single_run import cached_runs

MAX_RUNS_PER_SIDE = 1000
WEEKLY_ROWS = ("tension",)  # those that a sentence needs
WEEKS_AFTER_EDIT = 13  # from the first edit to the week in which tension is compared


def use_branch_effects(state: AppState) -> dict[Branch, str]:
    """Return a sentence for each branch of a state; "" until it is computed."""

    def gather(report: Report, show: Callable[[dict[Branch, str]], None]) -> dict[Branch, str]:
        sentences: dict[Branch, str] = {}
        for n, branch in enumerate(state.branches):
            sentences = sentences | {
                branch: describe_branch_effect(
                    state, branch, part_of(report, n, len(state.branches))
                )
            }
            show(sentences)
        return sentences

    runs = (state.without_view, state.run)
    job = use_job((*runs, state.branches), gather if state.branches else None)
    known = job.state.question[:2] == runs if isinstance(job.state.question, tuple) else False
    sentences = job.state.value or {} if known else {}
    return {branch: sentences.get(branch, "") for branch in state.branches}


def describe_branch_effect(state: AppState, branch: Branch, report: Report = ignore) -> str:
    """Return a sentence on how a branch changes tension and risk over many futures.

    Raises Cancelled where `report` does.
    """
    try:
        base = selectors.branch_of(state)
        what = ("across", selectors.branch_of(state, branch), branch, state.run)
        runs = min(state.runs, MAX_RUNS_PER_SIDE)
        key = key_of(what, base, state.seed, runs)
        return CACHE.get(key, lambda tell: _describe(state, branch, runs, tell), report)
    except ScenarioSimError as error:
        return str(error)


@dataclass(frozen=True)
class _Edit:
    """The first week that a branch changes, and the act that it replaces, where that is all."""

    week: int
    act: Act | None


def _describe(state: AppState, branch: Branch, runs: int, report: Report) -> str:
    base, other = selectors.branch_of(state), selectors.branch_of(state, branch)
    edit = _first(state, branch)
    week = min(edit.week + WEEKS_AFTER_EDIT, base.weeks - 1)

    def progress(done: int, of: int) -> None:
        report(done / of)

    if edit.act is not None:
        action = branch.acts[0].action
        effect = estimate_effect(
            base, edit.act, action, runs=runs, seed=state.seed, keep=WEEKLY_ROWS, progress=progress
        )
    else:
        pair = compare(base, other, runs, state.seed, keep=WEEKLY_ROWS, progress=progress)
        effect = ActEffect(None, HOLD, pair)  # type: ignore[arg-type]
    shift = effect.at(week)
    low, high = shift.interval
    tension = messages.single_run.ACROSS.format(
        how=messages.single_run.ACROSS_ACT if edit.act else messages.single_run.ACROSS_BRANCH,
        day=format_long_date(shift.date),
        lower=format_number(100 * shift.lower),
        higher=format_number(100 * shift.higher),
        same=format_number(100 * shift.same),
        pairs=localise_number(f"{shift.pairs:,}"),
        by=format_signed(shift.difference, 2),
        low=format_signed(low, 2),
        high=format_signed(high, 2),
    )
    return f"{tension} {_risk(effect.comparison)}"


def _risk(pair: Comparison) -> str:
    if pair.changed("confrontation_risk") < MIN_DIFFERING_RUNS:
        return messages.single_run.ACROSS_NO_RISK
    row = pair.row("confrontation_risk")
    by, low, high = (format_signed(1000 * row[name], 1) for name in ("difference", "low", "high"))
    return messages.single_run.ACROSS_RISK.format(by=by, low=low, high=high)


def _first(state: AppState, branch: Branch) -> _Edit:
    """Return the first edit of a branch.

    Its act is None where the branch changes levers, or more than one act.
    """
    scenario = selectors.branch_of(state)
    first = min([c.date for c in branch.changes] + [a.date for a in branch.acts])
    week = dates.week_of(scenario.start, date.fromisoformat(first))
    week = min(max(0, week), scenario.weeks - 1)
    if branch.changes or len(branch.acts) != 1:
        return _Edit(week, None)
    world = cached_runs.single_run_of(scenario, state.seed, state.run)
    lone = branch.acts[0]
    here = [a for a in world.acts_in(week) if (a.state, a.channel) == (lone.state, lone.channel)]
    return _Edit(week, here[0] if here else None)
