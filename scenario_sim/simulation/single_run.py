"""One world, played once and kept whole: every act, every week, and what the states thought.

A world is a pure function of (scenario, seed, run), so several scenarios share their draws.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from scenario_sim.data.enums import Channel, Family, Rung
from scenario_sim.data.states import HOLD, Cast
from scenario_sim.errors import Problem, ScenarioError, did_you_mean, format_value
from scenario_sim.model.kernel.run import padded
from scenario_sim.model.random_draws import check_seed, run_ids
from scenario_sim.scenario import Scenario, dates
from scenario_sim.scenario.schedule import build_schedule
from scenario_sim.simulation.cycles import Phase, phases
from scenario_sim.simulation.decisions import Decisions
from scenario_sim.simulation.ensemble import check_comparable
from scenario_sim.simulation.outcomes import measure_outcomes
from scenario_sim.simulation.recording import Recording
from scenario_sim.simulation.runner import runner_of

NO_SUCH_ACT = "there is no such act in this world"


@dataclass(frozen=True)
class Act:
    """What one state did in one week.

    target: the state it is aimed at, a code. action: its id; `name` in words. forced: the scenario
    or the record left no choice.
    """

    week: int
    date: date
    state: str
    target: str
    action: str
    name: str
    channel: str
    family: Family
    rung: Rung
    forced: bool = False

    @property
    def key(self) -> tuple[int, str, str]:
        """(week, state, action): what an act is known by within a world."""
        return self.week, self.state, self.action


@dataclass(frozen=True)
class Frame:
    """One week as it is drawn, at its end.

    tension: before and after the week, rungs. rung: the world's. threats: threat perception by
    state, 0..1. votes: on this week's draft, by state. drill_season: what the calendar holds ready,
    0..1. talks_stage: 0 none, 1 contact, 2 talks, 3 a deal or freeze.
    """

    week: int
    date: date
    acts: tuple[Act, ...]
    tension: tuple[float, float]
    rung: Rung
    talks_stage: int
    threats: dict[str, float]
    votes: dict[str, str]
    passed: bool
    vetoed: bool
    drill_season: float
    launch_days: int

    @property
    def drills(self) -> tuple[Act, ...]:
        return tuple(act for act in self.acts if act.family == Family.EXERCISE)


@dataclass(frozen=True, eq=False)
class SingleRun:
    """One run of a scenario. recording: its weeks, of one run. minds: what the states thought."""

    scenario: Scenario
    seed: int
    run: int
    recording: Recording
    decisions: Decisions = field(repr=False)

    def value(self, name: str, week: int) -> float:
        """A recorded quantity at the end of a week; before week 0, as the world began."""
        if week < 0:
            return self.scenario.start_conditions()[name]
        return float(self.recording[name][week, 0])

    @cached_property
    def outcomes(self) -> dict[str, Any]:
        """What it came to, by name: a number, the road to a confrontation, or None where it has no
        such outcome."""
        row = measure_outcomes(self.recording).iloc[0]
        return {
            name: None if value != value else value if isinstance(value, str) else float(value)
            for name, value in row.items()
        }

    @cached_property
    def acts(self) -> tuple[Act, ...]:
        """Every act in order of week, then of `cast.channels`; holding still is none."""
        cast, forced = self.scenario.cast, build_schedule(self.scenario).forced
        ids = (HOLD, *cast.actions)
        found = []
        for week, decision in np.argwhere(self.recording.acts[:, :, 0].T > 0).tolist():
            channel = cast.channels[decision]
            action = ids[self.recording.acts[decision, week, 0]]
            without_choice = forced.get(week, {}).get(channel) == action
            found.append(make_act(self.scenario, week, action, without_choice))
        return tuple(found)

    @cached_property
    def phases(self) -> tuple[Phase, ...]:
        """The phase of every week."""
        return tuple(Phase(int(phase)) for phase in phases(self.recording)[:, 0])

    @cached_property
    def _acts_by_week(self) -> dict[int, tuple[Act, ...]]:
        weeks: dict[int, tuple[Act, ...]] = dict.fromkeys(range(self.scenario.weeks), ())
        for act in self.acts:
            weeks[act.week] += (act,)
        return weeks

    def acts_in(self, week: int) -> tuple[Act, ...]:
        """The acts of a week, 0 .. weeks-1. Raises ScenarioError for a week there is not."""
        if week not in self._acts_by_week:
            text = f"takes a whole number from 0 to {self.scenario.weeks - 1}, not {week}"
            raise ScenarioError([Problem("week", text)], NO_SUCH_ACT)
        return self._acts_by_week[week]

    def act(self, week: int, state: str, action: str = "") -> Act:
        """One act: of a state in a week, named where it did more than one thing.

        Raises ScenarioError, which says what it did do.
        """
        acts, codes = self.acts_in(week), self.scenario.cast.codes
        if state not in codes:
            text = f"there is no state {format_value(state)}{did_you_mean(state, codes)}"
            raise ScenarioError([Problem("state", text)], NO_SUCH_ACT)
        own = [act for act in acts if act.state == state]
        meant = [act for act in own if action in ("", act.action)]
        if len(meant) == 1:
            return meant[0]
        if own:
            did = ", ".join(act.action for act in own)
            text = f"{state} did this in week {week}: {did}; name one of them"
        else:
            weeks = sorted({act.week for act in self.acts if act.state == state})
            near = sorted(sorted(weeks, key=lambda w: abs(w - week))[:5])
            acted = f"; the nearest weeks in which it acted: {', '.join(map(str, near))}"
            text = f"{state} did nothing in week {week}{acted if near else ''}"
        raise ScenarioError([Problem("act", text)], NO_SUCH_ACT)

    def frame(self, week: int) -> Frame:
        """One week, 0 .. weeks-1. Raises ScenarioError for a week there is not."""
        acts = self.acts_in(week)
        after = self.value("tension", week)
        return Frame(
            week=week,
            date=dates.week_start(self.scenario.start, week),
            acts=acts,
            tension=(self.value("tension", week - 1), after),
            rung=Rung(int(after)),
            talks_stage=int(self.value("talks_stage", week)),
            threats={
                state.code: self.value(f"{state.code}.threat", week)
                for state in self.scenario.cast.perceivers
            },
            votes={act.state: act.action for act in acts if act.channel == Channel.VOTE},
            passed=bool(self.value("resolution", week)),
            vetoed=bool(self.value("veto", week)),
            drill_season=float(self._drill_season[week]),
            launch_days=int(self.value("launch_days", week)),
        )

    @cached_property
    def _drill_season(self) -> np.ndarray:
        return dates.calendar_by_week(self.scenario.start, self.scenario.weeks)["drill_season"]

    def frames(self) -> Iterator[Frame]:
        """Every week in order."""
        return map(self.frame, range(self.scenario.weeks))


def make_act(scenario: Scenario, week: int, action: str, forced: bool = False) -> Act:
    """An action of this scenario's states, done in a week."""
    state, does = scenario.cast.actions[action]
    return Act(
        week=week,
        date=dates.week_start(scenario.start, week),
        state=state.code,
        target=target_of(scenario.cast, action),
        action=action,
        name=does.name,
        channel=does.channel,
        family=does.family,
        rung=does.rung,
        forced=forced,
    )


def target_of(cast: Cast, action: str) -> str:
    """Whom an action is aimed at: what the states' files say, else the challenger; its own acts,
    and votes, are aimed at the leading ally."""
    state, does = cast.actions[action]
    if does.towards in cast.codes:
        return does.towards
    at_the_ally = state == cast.challenger or does.channel == Channel.VOTE
    return cast.leading_ally.code if at_the_ally else cast.challenger.code


def simulate_run(scenario: Scenario, seed: int = 0, run: int = 0) -> SingleRun:
    """Return one run, kept whole: bit for bit the world it is in any ensemble of that seed.

    Raises ScenarioError for a seed or run that cannot be.
    """
    check_seed(seed)
    run_ids([run])
    recording = Recording.empty(scenario.cast, scenario.weeks, padded(1))
    thought = runner_of(scenario).thoughts(seed, run, recording)
    return SingleRun(scenario, seed, run, recording.part(slice(0, 1)), Decisions(scenario, thought))


def play_side_by_side(
    scenarios: Sequence[Scenario], seed: int = 0, run: int = 0
) -> list[SingleRun]:
    """Return the same run of several scenarios of one start and length, on the same draws.

    Raises ScenarioError for a seed or run that cannot be, or scenarios that cannot be compared.
    """
    check_comparable(scenarios)
    return [simulate_run(scenario, seed, run) for scenario in scenarios]
