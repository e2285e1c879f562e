"""Counterfactuals: an act removed or replaced by another, with all random draws unchanged.

In one run: the first week in which the two differ, and the acts gained and lost. Over an ensemble:
the act forced in that week of every run, against another act forced in its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from scenario_sim.data.states import HOLD
from scenario_sim.errors import Problem, ScenarioError, UnknownNameError
from scenario_sim.formatting import format_long_date, format_number, format_signed
from scenario_sim.scenario import Scenario, dates
from scenario_sim.simulation import messages
from scenario_sim.simulation.comparison import Comparison, check_comparable, compare
from scenario_sim.simulation.ensemble import Keep, Progress, simulate
from scenario_sim.simulation.intervals import Z95
from scenario_sim.simulation.recording import Recording, recorded_rows
from scenario_sim.simulation.single_run import Act, SingleRun, simulate_run
from scenario_sim.simulation.trajectory import Trajectory

MIN_VISIBLE_DIFFERENCE = 0.05  # in the quantity's unit; displayed figures do not show less


def without_act(scenario: Scenario, act: Act) -> Scenario:
    """Return the scenario with this act replaced by holding still.

    Raises ScenarioError for a vote, because a vote has no such alternative.
    """
    return with_act_replaced(scenario, act, HOLD)


def with_act_replaced(scenario: Scenario, act: Act, other: str) -> Scenario:
    """Return the scenario with another action of the same state forced in place of this act.

    Raises ScenarioError if the state has no such action, or has it in another channel, where it
    would not replace this act.
    """
    return scenario.with_act(week=act.week, state=act.state, action=other, channel=act.channel)


def with_act_forced(scenario: Scenario, act: Act) -> Scenario:
    """Return the scenario with this act forced.

    A run that would have chosen the act anyway stays the same bit for bit, except for recorded
    launch days of that week.
    """
    return with_act_replaced(scenario, act, act.action)


def check_possible(world: SingleRun, week: int, action: str) -> None:
    """Raise ScenarioError for an act that its state could not choose in that week of a run."""
    if action != HOLD and (reason := world.why_closed(week, action)):
        raise ScenarioError([Problem("act", f"is not possible that week: {reason}")])


@dataclass(frozen=True)
class ImpossibleAct:
    """Forced act that the model could not choose in some futures; `runs` of `of`, and why."""

    day: date
    state: str
    name: str
    runs: int
    of: int
    reason: str


def find_impossible_acts(scenario: Scenario, runs: int = 20, seed: int = 0) -> list[ImpossibleAct]:
    """Return the acts that a scenario forces and the model could not choose, in its first runs.

    A game is left out: `open_saved_game` refuses such a choice.
    """
    acts = [act for act in scenario.acts if act.action != HOLD and act.state not in scenario.played]
    worlds = [simulate_run(scenario, seed, run) for run in range(runs)] if acts else []
    found = []
    for act in acts:
        week = scenario.decision(act)[0]
        if reasons := [why for world in worlds if (why := world.why_closed(week, act.action))]:
            name = scenario.cast.actions[act.action][1].name
            found.append(ImpossibleAct(act.date, act.state, name, len(reasons), runs, reasons[0]))
    return found


# --- one run --------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Counterfactual:
    """The same run of two scenarios: as it was (`before`) and as it would have been (`after`)."""

    before: SingleRun
    after: SingleRun

    @cached_property
    def week(self) -> int | None:
        """Return the first week in which anything recorded differs; None if nothing does."""
        return first_differing_week(self.before.recording, self.after.recording)

    @cached_property
    def lost(self) -> tuple[Act, ...]:
        """Return the acts of `before` that are not in `after`, in order; the removed act is first."""
        return _only_in(self.before, self.after)

    @cached_property
    def gained(self) -> tuple[Act, ...]:
        """Return the acts of `after` that are not in `before`, in order."""
        return _only_in(self.after, self.before)

    @property
    def sentence(self) -> str:
        """Return a text on when the two first differ, and in how many acts."""
        return self.describe(messages.FIRST_WORLD, messages.SECOND_WORLD)

    def describe(self, first: str, second: str) -> str:
        """Return a text on when the two first differ, and in how many acts.

        Parameters
        ----------
        first, second : str
            Names of `before` and `after` in a sentence.
        """
        if self.week is None:
            return messages.NOTHING_CHANGES
        day = format_long_date(dates.week_start(self.before.scenario.start, self.week))
        one, other = (
            format_number(world.value("tension", world.scenario.weeks - 1), 1)
            for world in (self.before, self.after)
        )
        ends = messages.ENDS_IN_BOTH if one == other else messages.ENDS_IN_EACH
        return messages.DIFFERS.format(
            day=day,
            lost=_count(self.lost, messages.LOST, messages.LOST_NONE, first),
            second=second,
            gained=_count(self.gained, messages.GAINED, messages.GAINED_NONE, first),
            ends=ends.format(one=one, other=other, first=first, second=second),
        )


def _count(acts: Sequence[Act], some: str, none: str, first: str) -> str:
    return some.format(n=len(acts), first=first) if acts else none.format(first=first)


def what_if(scenario: Scenario, other: Scenario, seed: int = 0, run: int = 0) -> Counterfactual:
    """Simulate the same run of two scenarios.

    Raises
    ------
    ScenarioError
        If the scenarios differ in start, length or states, or seed or run are out of range.
    """
    check_comparable(scenario, other, same_states=True)
    return Counterfactual(*(simulate_run(each, seed, run) for each in (scenario, other)))


def first_differing_week(one: Recording, other: Recording) -> int | None:
    """Return the first week in which two recordings of one shape differ; None if none does."""
    differ = (one.table != other.table).any(axis=(0, 2)) | (one.acts != other.acts).any(axis=(0, 2))
    return int(differ.argmax()) if differ.any() else None


def _only_in(world: SingleRun, other: SingleRun) -> tuple[Act, ...]:
    there = {act.key for act in other.acts}
    return tuple(act for act in world.acts if act.key not in there)


# --- the ensemble -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class WeekDifference:
    """The difference of a quantity in one week over paired runs: without less with an act.

    Attributes
    ----------
    pairs : int
        The number of paired runs.
    least : float
        A difference below this counts as the same, in the quantity's unit.
    lower, higher, same : float
        Shares of pairs, 0 .. 1.
    difference, error : float
        The mean difference in the quantity's unit, and its standard error; NaN for a single pair.
    """

    quantity: str
    week: int
    date: date
    pairs: int
    least: float
    lower: float
    higher: float
    same: float
    difference: float
    error: float

    @property
    def interval(self) -> tuple[float, float]:
        """Return the 95 % interval of the difference."""
        return self.difference - Z95 * self.error, self.difference + Z95 * self.error


@dataclass(frozen=True, eq=False)
class ActEffect:
    """The effect of an act over an ensemble.

    `comparison` pairs runs with the act, the baseline, with the same runs with `other` in its
    place, the policy.
    """

    act: Act
    other: str
    comparison: Comparison

    def at(
        self, week: int, quantity: str = "tension", least: float = MIN_VISIBLE_DIFFERENCE
    ) -> WeekDifference:
        """Return the difference of a recorded quantity at the end of a week.

        Parameters
        ----------
        week : int
            0 .. weeks-1.
        quantity : str
            A recorded quantity.
        least : float
            A difference below this counts as the same, in the quantity's unit.

        Raises
        ------
        UnknownNameError
            If the quantity is not recorded.
        ScenarioError
            If there is no such week.
        """
        sides = (self.comparison.baseline, self.comparison.policy)
        scenario = sides[0].scenario
        if not 0 <= week < scenario.weeks:
            text = f"takes a whole number from 0 to {scenario.weeks - 1}, not {week}"
            raise ScenarioError([Problem("week", text)], "there is nothing to compare")
        rows = recorded_rows(scenario.cast)
        if quantity not in rows:
            raise UnknownNameError("recorded quantity", quantity, rows)
        before, after = (side.weekly[quantity][week].astype(float) for side in sides)
        gap, pairs = after - before, before.size
        return WeekDifference(
            quantity=quantity,
            week=week,
            date=dates.week_start(scenario.start, week),
            pairs=pairs,
            least=least,
            lower=float((gap <= -least).mean()),
            higher=float((gap >= least).mean()),
            same=float((np.abs(gap) < least).mean()),
            difference=float(gap.mean()),
            error=float(gap.std(ddof=1) / np.sqrt(pairs)) if pairs > 1 else float("nan"),
        )

    def sentence(self, week: int) -> str:
        """Return a text on the effect on tension at the end of a week. Raises as `at` does."""
        shift, cast = self.at(week), self.comparison.baseline.scenario.cast
        text, other = messages.EFFECT, ""
        if self.other != HOLD:
            text, other = messages.EFFECT_INSTEAD, cast.actions[self.other][1].name
        low, high = (format_signed(end, 2) for end in shift.interval)
        lower, higher, same = (
            format_number(round(shift.pairs * share))
            for share in (shift.lower, shift.higher, shift.same)
        )
        return text.format(
            act=self.act.name, day=format_long_date(self.act.date), other=other,
            week=format_long_date(shift.date), lower=lower, higher=higher, same=same,
            pairs=shift.pairs, by=format_signed(shift.difference, 2), low=low, high=high,
        )  # fmt: skip


def estimate_effect(
    scenario: Scenario,
    act: Act,
    other: str = HOLD,
    *,
    runs: int | Sequence[int] = 1000,
    seed: int = 0,
    keep: Keep = "weekly",
    progress: Progress | None = None,
) -> ActEffect:
    """Estimate the effect of an act over all runs, on the same random draws.

    In the act's week, every run is forced to the act, and then to `other`. So the result is an
    average over all situations of that week. It includes runs in which the state would not have
    chosen the act, or would have lacked the means. Earlier weeks are equal bit for bit. For the runs
    that chose the act, see `estimate_effect_where_chosen`.

    Parameters
    ----------
    scenario : Scenario
    act : Act
        As from `make_act` or `SingleRun.act`.
    other : str
        The action id in its place. The default is holding still.
    runs : int or sequence of int
        How many, or run ids.
    seed : int
        0 .. 2**63-1.
    keep : "weekly", "outcomes", or names
        As in `simulate`. `ActEffect.at` needs the weeks of its quantity.
    progress : callable, optional
        As in `simulate`.

    Raises
    ------
    ScenarioError
        If the act cannot be forced, or runs or seed are out of range.

    Examples
    --------
    >>> from scenario_sim import load_scenario
    >>> from scenario_sim.simulation.single_run import make_act
    >>> quo = load_scenario("status-quo")
    >>> test = make_act(quo, 20, "nuclear_test")
    >>> estimate_effect(quo, test, runs=20).at(week=19).difference  # before the test
    0.0
    """
    pair = with_act_forced(scenario, act), with_act_replaced(scenario, act, other)
    return ActEffect(act, other, compare(*pair, runs, seed, keep=keep, progress=progress))


def estimate_effect_where_chosen(
    baseline: Trajectory, act: Act, other: str = HOLD, *, progress: Progress | None = None
) -> ActEffect | None:
    """Estimate the effect of an act in those runs of a trajectory that chose it.

    These runs are compared with themselves with `other` forced in the act's week.

    Parameters
    ----------
    baseline : Trajectory
        With its weeks.
    act : Act
    other : str
        The action id in its place. The default is holding still.
    progress : callable, optional
        As in `simulate`.

    Returns
    -------
    ActEffect or None
        None if no run chose the act.

    Raises
    ------
    NotRecordedError
        If the trajectory has no weeks.
    ScenarioError
        If the act cannot be replaced.
    """
    cast, weekly = baseline.scenario.cast, baseline.weekly
    code = 1 + list(cast.actions).index(act.action)
    decision = cast.channels.index((act.state, act.channel))
    chosen = np.flatnonzero(weekly.acts[decision, act.week] == code)
    if not chosen.size:
        return None
    changed = with_act_replaced(baseline.scenario, act, other)
    after = simulate(changed, baseline.runs[chosen].tolist(), baseline.seed, progress=progress)
    return ActEffect(act, other, Comparison(baseline.some(chosen), after))
