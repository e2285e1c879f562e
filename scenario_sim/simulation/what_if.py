"""What if it had not happened? One act taken away, or another put in its place; all luck stays.

In one world: both futures, the first week in which they part, the acts that changed hands. Over
the ensemble: the same act forced in that week of every run, against the other forced in its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from scenario_sim.data.states import HOLD
from scenario_sim.errors import Problem, ScenarioError, UnknownNameError
from scenario_sim.formatting import format_long_date, format_signed
from scenario_sim.model.blackboard import recorded_rows
from scenario_sim.scenario import Scenario, dates
from scenario_sim.simulation.comparison import Z95, Comparison
from scenario_sim.simulation.ensemble import Keep, Progress, simulate, simulate_side_by_side
from scenario_sim.simulation.recording import Recording
from scenario_sim.simulation.single_run import Act, SingleRun, play_side_by_side
from scenario_sim.simulation.trajectory import Trajectory

MIN_VISIBLE_DIFFERENCE = (
    0.05  # in the quantity's unit: a smaller difference is not to be seen in its figures
)


def without_act(scenario: Scenario, act: Act) -> Scenario:
    """The scenario in which a state holds still in place of this act. Raises ScenarioError for a
    vote: nobody holds still in one."""
    return with_act_replaced(scenario, act, HOLD)


def with_act_replaced(scenario: Scenario, act: Act, other: str) -> Scenario:
    """The scenario in which another action of the same state is forced in place of this act.

    Raises ScenarioError where the state has no such action, or has it in another channel, so that
    this act would stay.
    """
    return scenario.with_act(week=act.week, state=act.state, action=other, channel=act.channel)


def with_act_forced(scenario: Scenario, act: Act) -> Scenario:
    """The scenario in which this act is forced. Where the run would have chosen it anyway, the
    world is the same bit for bit (launch days on record for that week aside)."""
    return with_act_replaced(scenario, act, act.action)


# --- one world ------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Counterfactual:
    """Two worlds on the same luck, as it was and as it would have been."""

    before: SingleRun
    after: SingleRun

    @cached_property
    def week(self) -> int | None:
        """The first week in which anything recorded differs; None where nothing ever does."""
        return first_differing_week(self.before.recording, self.after.recording)

    @cached_property
    def lost(self) -> tuple[Act, ...]:
        """Acts that happened and then would not have, in order; the one taken away is the first."""
        return _only_in(self.before, self.after)

    @cached_property
    def gained(self) -> tuple[Act, ...]:
        """Acts that would have happened and did not, in order."""
        return _only_in(self.after, self.before)

    @property
    def sentence(self) -> str:
        """Where they part and how much changed hands, in words."""
        if self.week is None:
            return "Nothing changes: both worlds are the same to the last bit."
        day = format_long_date(dates.week_start(self.before.scenario.start, self.week))
        ends = [
            world.value("tension", world.scenario.weeks - 1) for world in (self.before, self.after)
        ]
        return (
            f"The two worlds part in the week of {day}. From then on {_lost(len(self.lost))} in the "
            f"second, and {_gained(len(self.gained))} only there; "
            f"tension ends at {ends[0]:.1f} in the one and {ends[1]:.1f} in the other."
        )


def _lost(number: int) -> str:
    if not number:
        return "every act of the first happens"
    does = "act of the first does" if number == 1 else "acts of the first do"
    return f"{number} {does} not happen"


def _gained(number: int) -> str:
    return f"{number} acts happen" if number > 1 else f"{'1 act' if number else 'none'} happens"


def what_if(scenario: Scenario, other: Scenario, seed: int = 0, run: int = 0) -> Counterfactual:
    """Return the same run of two scenarios of one start and length.

    Raises ScenarioError for a seed or run that cannot be, or scenarios that cannot be compared.
    """
    return Counterfactual(*play_side_by_side((scenario, other), seed, run))


def first_differing_week(one: Recording, other: Recording) -> int | None:
    """The first week in which two recordings of the same shape differ; None where none does."""
    differ = (one.table != other.table).any(axis=(0, 2)) | (one.acts != other.acts).any(axis=(0, 2))
    return int(differ.argmax()) if differ.any() else None


def _only_in(world: SingleRun, other: SingleRun) -> tuple[Act, ...]:
    there = {act.key for act in other.acts}
    return tuple(act for act in world.acts if act.key not in there)


# --- the ensemble -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class WeekDifference:
    """How a quantity differs at the end of one week, without the act less with it, over paired
    futures: shares in which it is lower, higher and about the same (by less than `least`); mean
    difference, in the unit of the quantity, and its Monte-Carlo standard error (nan for a single
    pair)."""

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
        """The 95 % interval of the difference."""
        return self.difference - Z95 * self.error, self.difference + Z95 * self.error


@dataclass(frozen=True, eq=False)
class ActEffect:
    """What an act does over the ensemble: `comparison` pairs the futures with the act (baseline)
    with those with `other` in its place (policy), run by run."""

    act: Act
    other: str
    comparison: Comparison

    def at(
        self, week: int, quantity: str = "tension", least: float = MIN_VISIBLE_DIFFERENCE
    ) -> WeekDifference:
        """The shift of a recorded quantity by the end of a week, 0 .. weeks-1; differences below
        `least` count as none in its shares.

        Raises UnknownName for a quantity that is not recorded, ScenarioError for a week there is
        not.
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
        """What it does to tension by the end of a week, in words. Raises as `at` does."""
        shift, cast = self.at(week), self.comparison.baseline.scenario.cast
        other = "" if self.other == HOLD else f", with {cast.actions[self.other][1].name} instead"
        counts = (round(shift.pairs * share) for share in (shift.lower, shift.higher, shift.same))
        lower, higher, same = (f"{count:,}" for count in counts)
        return (
            f"Without the {self.act.name} of {format_long_date(self.act.date)}{other}, tension in the week of "
            f"{format_long_date(shift.date)} is lower in {lower}, higher in {higher} and about the "
            f"same in {same} of {shift.pairs:,} futures; the mean difference is "
            f"{format_signed(shift.difference, 2)} rungs (95 % interval {format_signed(shift.interval[0], 2)} to "
            f"{format_signed(shift.interval[1], 2)})."
        )


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
    """What an act does, over all runs: in its week it is forced in every one of them, and against
    it `other` (by default: holding still) is forced in every one of them, on the same luck.

    So it is the average effect over all the situations that the runs have come to by that week,
    also where the state would not have chosen the act, or would have lacked the means; weeks
    before it are equal bit for bit. `estimate_effect_where_chosen` keeps to runs in which it was chosen.
    keep: as in `simulate`; only quantities whose weeks are kept can be asked for afterwards.
    Raises ScenarioError for an act that cannot be forced, or runs and seeds that cannot be.
    """
    pair = with_act_forced(scenario, act), with_act_replaced(scenario, act, other)
    return ActEffect(
        act,
        other,
        Comparison(*simulate_side_by_side(pair, runs, seed, keep=keep, progress=progress)),
    )


def estimate_effect_where_chosen(
    baseline: Trajectory, act: Act, other: str = HOLD, *, progress: Progress | None = None
) -> ActEffect | None:
    """What an act does where it is done: only runs of a trajectory in which the state chose it in
    that week, as they came, against the same runs with `other` forced; None where no run has it.

    Raises NotKept where the trajectory has no weeks, ScenarioError for an act that cannot be
    replaced.
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
