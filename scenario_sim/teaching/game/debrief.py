"""Debrief of a game: its percentiles among the model's futures, and the player's departures.

A departure is a choice that was not the model's likeliest. Each is tried out: the same game with the
likeliest act in its place.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from scenario_sim.data.enums import Cause
from scenario_sim.data.states import HOLD, Cast
from scenario_sim.formatting import format_long_date, format_number
from scenario_sim.language import join_list, localise_number
from scenario_sim.model.blackboard import NO_DECISION
from scenario_sim.reporting.narrative import format_chance, summarise_run
from scenario_sim.reporting.narrative import messages as narrative_words
from scenario_sim.reporting.narrative.phrases import state_name
from scenario_sim.scenario import Scenario, dates
from scenario_sim.simulation.ensemble import Progress, simulate
from scenario_sim.simulation.outcomes import OUTCOMES_BY_NAME
from scenario_sim.simulation.single_run import SingleRun, simulate_run
from scenario_sim.simulation.trajectory import Trajectory
from scenario_sim.simulation.what_if import Counterfactual
from scenario_sim.teaching.game import messages
from scenario_sim.teaching.game.game import Game

MAX_TRIED_DEPARTURES = 24  # departures simulated with the likeliest act instead
MAX_TURNING_POINTS = 5
LARGE = 9.95  # in % or futures of 1,000; smaller values differ by tenths, which decide a percentile


@dataclass(frozen=True)
class Placement:
    """Position of a game in one outcome among the model's futures.

    Attributes
    ----------
    outcome : str
        Name of the outcome.
    value : float
        Value of the game.
    model : float
        Value where the model decides on the same random draws.
    middle : float
        Median over the model's futures.
    runs : int
        Number of these futures.
    below, same : int
        Number of them below the game's value, and equal to it.
    """

    outcome: str
    value: float
    model: float
    middle: float
    runs: int
    below: int
    same: int

    @property
    def percentile(self) -> float:
        """Return the share of futures below the value, equal ones counted half, in % (0 to 100)."""
        return 100 * (self.below + self.same / 2) / self.runs

    @property
    def name(self) -> str:
        return messages.PLACES[self.outcome]

    def said(self, value: float) -> str:
        """Return a value of this outcome as text; a risk counts futures in 1,000."""
        if self.outcome == "confrontation_risk":
            return messages.IN_THOUSAND.format(value=_with_tenths(1000 * value))
        if OUTCOMES_BY_NAME[self.outcome].unit == "$m":
            return messages.MONEY.format(value=value)
        if OUTCOMES_BY_NAME[self.outcome].unit in ("index", "share"):
            return f"{_with_tenths(100 * value)} %"
        return format_number(value, 0 if value == int(value) else 1)

    @property
    def sentence(self) -> str:
        return messages.PLACE.format(
            what=self.name,
            value=self.said(self.value),
            model=self.said(self.model),
            middle=self.said(self.middle),
            runs=self.runs,
            below=format_number(self.below),
            same=format_number(self.same),
        )


@dataclass(frozen=True)
class AimResult:
    """Result of an aim of a played state, beside the model's futures."""

    state: str
    words: str
    better: str
    place: Placement

    @property
    def share(self) -> float:
        """Return the share of the model's futures that did worse, in % (0 to 100)."""
        percentile = self.place.percentile
        return percentile if self.better == "higher" else 100 - percentile

    @property
    def sentence(self) -> str:
        return messages.AIM.format(
            state=self.state,
            words=self.words,
            value=self.place.said(self.place.value),
            middle=self.place.said(self.place.middle),
            share=localise_number(f"{self.share:.0f}"),
        )


@dataclass(frozen=True)
class Departure:
    """Choice that was not the model's likeliest, with the chances of both that week."""

    week: int
    state: str
    channel: str
    chosen: str
    chance: float
    likeliest: str
    most: float

    @property
    def surprise(self) -> float:
        """Return the log odds of the likeliest act against the chosen one."""
        return math.log(self.most / self.chance) if self.chance else math.inf


@dataclass(frozen=True, eq=False)
class TurningPoint:
    """Departure, and the same game with the model's likeliest act in its place."""

    departure: Departure
    parting: Counterfactual

    @property
    def tension(self) -> float:
        """Return mean tension with the likeliest act minus that of the game, in rungs."""
        before, after = (_outcome(w, "mean_tension") for w in self._sides)
        return after - before

    @property
    def risk(self) -> tuple[float, float]:
        """Return the risk of confrontation of the game, and with the likeliest act."""
        before, after = (_outcome(w, "confrontation_risk") for w in self._sides)
        return before, after

    @property
    def _sides(self) -> tuple[SingleRun, SingleRun]:
        return self.parting.before, self.parting.after

    @property
    def sentences(self) -> tuple[str, str, str]:
        """Return sentences on the choice, the effect of the likeliest, and the first difference."""
        scenario, one = self.parting.before.scenario, self.departure
        chosen, likeliest = (_called(scenario.cast, a) for a in (one.chosen, one.likeliest))
        choice = messages.DEPARTURE.format(
            day=format_long_date(dates.week_start(scenario.start, one.week)),
            state=state_name(scenario.cast[one.state]),
            chosen=chosen,
            chance=format_chance(one.chance),
            likeliest=likeliest,
            most=format_chance(one.most),
        )
        template = messages.HIGHER if self.tension > 0 else messages.LOWER
        by = template.format(by=abs(self.tension)) if abs(self.tension) >= 0.005 else messages.SAME
        effect = messages.INSTEAD.format(likeliest=likeliest, by=by, risk=_risk(*self.risk))
        return choice, effect, self.parting.describe(messages.GAME, messages.LIKELIEST)


@dataclass(frozen=True, eq=False)
class Debrief:
    """Result of a game.

    Attributes
    ----------
    game : Game
        The game.
    world, model : SingleRun
        The played run, and the run where the model decides on the same random draws.
    places : tuple of Placement
        Position in each outcome among the model's futures.
    aims : tuple of AimResult
        Each aim of the played states, and how far the game reached it.
    departures : tuple of Departure
        Choices that were not the model's likeliest, in order of time.
    turning_points : tuple of TurningPoint
        Of the `tried` departures, those that move mean tension most, the largest first.
    tried : int
        Number of departures simulated with the likeliest act instead.
    mean_chance : float
        Mean chance that the model gave the choices; NaN if there are none.
    """

    game: Game
    world: SingleRun
    model: SingleRun
    places: tuple[Placement, ...]
    aims: tuple[AimResult, ...]
    departures: tuple[Departure, ...]
    turning_points: tuple[TurningPoint, ...]
    tried: int
    mean_chance: float

    @property
    def path(self) -> np.ndarray:
        return self.world.recording["tension"][:, 0]

    @property
    def parting(self) -> Counterfactual:
        """Return the model's run on the same random draws, beside the game."""
        return Counterfactual(self.model, self.world)

    @property
    def story(self) -> tuple[str, ...]:
        """Return the game in sentences: choices, run, difference from the model's run."""
        ended = (self._ended,) if self._ended else ()
        cast = self.world.scenario.cast
        names = join_list([state_name(cast[code], False) for code in self.game.states])
        number = _number_of_choices(self.game, self.world)
        if not number:
            return *ended, messages.NONE_CHOSEN.format(states=names), summarise_run(self.world)
        likeliest = number - len(self.departures)
        chosen = messages.CHOSEN.format(
            choices=messages.CHOICES.format(n=number),
            states=names,
            same=messages.SAME_CHOICES.get(likeliest, messages.SAME_MANY.format(n=likeliest))
            if likeliest < number
            else messages.SAME,
            chance=format_chance(self.mean_chance),
        )
        few = messages.TRIED.format(tried=self.tried, all=len(self.departures))
        notes = [few] if self.tried < len(self.departures) else []
        beside = self.parting.describe(messages.MODEL, messages.GAME)
        return *ended, chosen, summarise_run(self.world), beside, *notes

    @property
    def _ended(self) -> str:
        """Return a sentence on the confrontation that ended the game; "" without one."""
        if (week := self.game.ended) is None:
            return ""
        return messages.ENDED.format(
            road=narrative_words.ROADS[Cause(int(self.world.value("confrontation_cause", week)))],
            day=format_long_date(dates.week_start(self.game.scenario.start, week)),
        )


def debrief(
    game: Game,
    futures: Trajectory | None = None,
    *,
    runs: int = 1000,
    progress: Progress | None = None,
) -> Debrief:
    """Return the debrief of a game; the model decides the weeks that remain.

    Parameters
    ----------
    game : Game
        The game.
    futures : Trajectory, optional
        Futures of `game.alone` to compare with; simulated from the game's seed if None.
    runs : int
        Number of futures to simulate.
    progress : callable, optional
        Called with the work done and its total.
    """
    if futures is None:
        futures = simulate(game.alone, runs, game.table.seed, progress=progress)
    model = simulate_run(game.alone, game.table.seed, game.table.run)
    found, chances = find_departures(game)
    candidates = sorted(found, key=lambda one: -one.surprise)[:MAX_TRIED_DEPARTURES]
    others = [_with_likeliest(game.scenario, one) for one in candidates]
    world, *after = (
        simulate_run(scenario, game.table.seed, game.table.run)
        for scenario in (game.scenario, *others)
    )
    points = [
        TurningPoint(one, Counterfactual(world, other))
        for one, other in zip(candidates, after, strict=True)
    ]
    points.sort(key=lambda point: -abs(point.tension))
    return Debrief(
        game=game,
        world=world,
        model=model,
        places=tuple(_place(name, world, model, futures) for name in messages.PLACES),
        aims=tuple(
            AimResult(state.name, aim.words, aim.better, _place(aim.outcome, world, model, futures))
            for state in (game.scenario.cast[code] for code in game.states)
            for aim in state.aims
        ),
        departures=tuple(found),
        turning_points=tuple(points[:MAX_TURNING_POINTS]),
        tried=len(candidates),
        mean_chance=float(np.mean(chances)) if chances else float("nan"),
    )


def find_departures(game: Game) -> tuple[list[Departure], list[float]]:
    """Return the choices that were not the model's likeliest, and the chance of every choice."""
    world, found, chances = game.whole, [], []
    for (week, state, channel), action in _effective_choices(game, world):
        odds = world.decisions.chances(week, state, channel)
        likeliest = max(odds, key=odds.__getitem__)
        chances.append(odds[action])
        if odds[action] < odds[likeliest]:
            departure = Departure(
                week, state, channel, action, odds[action], likeliest, odds[likeliest]
            )
            found.append(departure)
    return found, chances


def _effective_choices(game: Game, world: SingleRun) -> list[tuple[tuple[int, str, str], str]]:
    """Return the choices that took effect; a vote without a draft does not."""
    channels = world.scenario.cast.channels
    return [
        ((week, state, channel), action)
        for (week, state, channel), action in sorted(game.chosen.items())
        if world.recording.acts[channels.index((state, channel)), week, 0] != NO_DECISION
    ]


def _number_of_choices(game: Game, world: SingleRun) -> int:
    return len(_effective_choices(game, world))


def _with_likeliest(scenario: Scenario, one: Departure) -> Scenario:
    return scenario.with_act(
        week=one.week, state=one.state, action=one.likeliest, channel=one.channel
    )


def _place(outcome: str, world: SingleRun, model: SingleRun, futures: Trajectory) -> Placement:
    values = futures.outcomes[outcome].to_numpy(float)
    own = _outcome(world, outcome)
    return Placement(
        outcome=outcome,
        value=own,
        model=_outcome(model, outcome),
        middle=float(np.median(values)),
        runs=values.size,
        below=int((values < own).sum()),
        same=int((values == own).sum()),
    )


def _outcome(world: SingleRun, name: str) -> float:
    return float(world.outcomes[name])


def _called(cast: Cast, action: str) -> str:
    return messages.HOLD if action == HOLD else cast.actions[action][1].name


def _with_tenths(value: float) -> str:
    """Return a value with its tenths where it is small; larger ones are not that exact."""
    return format_number(value, 1 if abs(value) < LARGE else 0)


def _risk(before: float, after: float) -> str:
    first, second = (_with_tenths(1000 * risk) for risk in (before, after))
    if first == second:
        return messages.RISK_STAYS
    return messages.RISK_MOVES.format(before=first, after=second)
