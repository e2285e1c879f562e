"""One run in full: every act, every week, and the decisions of the states.

A run is a pure function of (scenario, seed, run). So several scenarios have the same draws.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
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
from scenario_sim.simulation.act_words import ActWords
from scenario_sim.simulation.cycles import Phase, phases
from scenario_sim.simulation.decisions import Decisions
from scenario_sim.simulation.outcomes import measure_outcomes
from scenario_sim.simulation.plugins.measures import measure_own
from scenario_sim.simulation.recording import Recording
from scenario_sim.simulation.runner import runner_of

NO_SUCH_ACT = "there is no such act in this world"


@dataclass(frozen=True)
class Act:
    """An act of one state in one week.

    target: code of the state that the act is aimed at. action: its id, with `name` in words and
    `sentence` as the predicate of a sentence; both say what it turned out to be in this run.
    forced: True where the scenario or the record left no choice.
    """

    week: int
    date: date
    state: str
    target: str
    action: str
    name: str = field(compare=False)
    channel: str
    family: Family
    rung: Rung
    forced: bool = False
    sentence: str = field(default="", compare=False)

    @property
    def key(self) -> tuple[int, str, str]:
        """Return (week, state, action), which identifies an act within a run."""
        return self.week, self.state, self.action


@dataclass(frozen=True)
class Frame:
    """One week at its end, as the page draws it.

    tension: before and after the week, in rungs. rung: that of tension at the end. threats: threat
    perception by state, 0 .. 1. votes: on this week's draft, by state. drill_season: the calendar's
    size of drills, 0 .. 1. talks_stage: 0 none, 1 contact, 2 talks, 3 a deal or freeze.
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
    """One run of a scenario, with its recorded weeks and the decisions of its states."""

    scenario: Scenario
    seed: int
    run: int
    recording: Recording
    decisions: Decisions = field(repr=False)

    def value(self, name: str, week: int) -> float:
        """Return a recorded quantity at the end of a week; below week 0, its initial value."""
        if week < 0:
            return self.scenario.start_conditions()[name]
        return float(self.recording[name][week, 0])

    @cached_property
    def outcomes(self) -> dict[str, Any]:
        """Return the outcomes by name: a number, a road to confrontation, or None if missing."""
        own = measure_own(self.scenario, self.recording)
        row = measure_outcomes(self.recording).assign(**own).iloc[0]
        return {
            name: None if value != value else value if isinstance(value, str) else float(value)
            for name, value in row.items()
        }

    @cached_property
    def acts(self) -> tuple[Act, ...]:
        """Return all acts in order of week, then of `cast.channels`. Holding still is no act."""
        cast, forced = self.scenario.cast, build_schedule(self.scenario).forced
        words = ActWords(self.scenario, self.recording)
        ids = (HOLD, *cast.actions)
        acts = []
        for week, decision in np.argwhere(self.recording.acts[:, :, 0].T > 0).tolist():
            channel = cast.channels[decision]
            action = ids[self.recording.acts[decision, week, 0]]
            without_choice = forced.get(week, {}).get(channel) == action
            act = make_act(self.scenario, week, action, without_choice)
            name, sentence = words.describe(week, cast.actions[action][1])
            acts.append(replace(act, name=name, sentence=sentence))
        return tuple(acts)

    @cached_property
    def phases(self) -> tuple[Phase, ...]:
        """Return the phase of every week."""
        return tuple(Phase(int(phase)) for phase in phases(self.recording)[:, 0])

    @cached_property
    def _acts_by_week(self) -> dict[int, tuple[Act, ...]]:
        weeks: dict[int, tuple[Act, ...]] = dict.fromkeys(range(self.scenario.weeks), ())
        for act in self.acts:
            weeks[act.week] += (act,)
        return weeks

    def acts_in(self, week: int) -> tuple[Act, ...]:
        """Return the acts of a week, 0 .. weeks-1. Raises ScenarioError for any other week."""
        if week not in self._acts_by_week:
            text = f"takes a whole number from 0 to {self.scenario.weeks - 1}, not {week}"
            raise ScenarioError([Problem("week", text)], NO_SUCH_ACT)
        return self._acts_by_week[week]

    def act(self, week: int, state: str, action: str = "") -> Act:
        """Return the act of a state in a week. `action` chooses among several.

        Raises
        ------
        ScenarioError
            If there is no such act, or several. The message lists the state's acts.
        """
        acts, codes = self.acts_in(week), self.scenario.cast.codes
        if state not in codes:
            text = f"there is no state {format_value(state)}{did_you_mean(state, codes)}"
            raise ScenarioError([Problem("state", text)], NO_SUCH_ACT)
        own = [act for act in acts if act.state == state]
        matches = [act for act in own if action in ("", act.action)]
        if len(matches) == 1:
            return matches[0]
        if own:
            did = ", ".join(act.action for act in own)
            text = f"{state} did this in week {week}: {did}; name one of them"
        else:
            weeks = sorted({act.week for act in self.acts if act.state == state})
            near = sorted(sorted(weeks, key=lambda w: abs(w - week))[:5])
            acted = f"; the nearest weeks in which it acted: {', '.join(map(str, near))}"
            text = f"{state} did nothing in week {week}{acted if near else ''}"
        raise ScenarioError([Problem("act", text)], NO_SUCH_ACT)

    def why_closed(self, week: int, action: str) -> str:
        """Return why a state could not choose this action that week; "" if it could."""
        alternative = next(alt for alt in self.scenario.cast.alternatives if alt.id == action)
        return self.decisions.why_closed(week, alternative)

    @cached_property
    def ended(self) -> int | None:
        """Return the first week in which a direct confrontation is drawn; None without one.

        The recorded path goes on after it.
        """
        drawn = self.recording["confrontation_drawn"][:, 0] > 0
        return int(drawn.argmax()) if drawn.any() else None

    def frame(self, week: int) -> Frame:
        """Return one week, 0 .. weeks-1. Raises ScenarioError for any other week."""
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
        """Return all weeks in order."""
        return map(self.frame, range(self.scenario.weeks))


def make_act(scenario: Scenario, week: int, action: str, forced: bool = False) -> Act:
    """Return the act of doing an action in a week. The action implies the state."""
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
        sentence=does.sentence,
    )


def target_of(cast: Cast, action: str) -> str:
    """Return the code of the state that an action is aimed at.

    It is the one named in the state's file. Otherwise it is the challenger; for the challenger's own
    acts, and for votes, the leading ally.
    """
    state, does = cast.actions[action]
    if does.towards in cast.codes:
        return does.towards
    at_the_ally = state == cast.challenger or does.channel == Channel.VOTE
    return cast.leading_ally.code if at_the_ally else cast.challenger.code


def simulate_run(scenario: Scenario, seed: int = 0, run: int = 0) -> SingleRun:
    """Simulate one run in full: bit for bit the same as in any ensemble of that seed.

    Parameters
    ----------
    scenario : Scenario
    seed : int
        0 .. 2**63-1.
    run : int
        0 .. 2**40-1.

    Raises
    ------
    ScenarioError
        If seed or run are out of range.

    Examples
    --------
    >>> from scenario_sim import load_scenario
    >>> one = simulate_run(load_scenario("status-quo"), seed=0, run=3)
    >>> one.recording.runs, len(one.phases) == one.scenario.weeks
    (1, True)
    """
    check_seed(seed)
    run_ids([run])
    recording = Recording.empty(scenario.cast, scenario.weeks, padded(1))
    thought = runner_of(scenario).thoughts(seed, run, recording)
    return SingleRun(scenario, seed, run, recording.part(slice(0, 1)), Decisions(scenario, thought))
