"""Observation of a state when it decides: the inputs of its judgements, and public events.

The state's own data file determines what it observes: quantities that its sums name, and its own
levers. No state observes another's threat perception, nor another's acts of the same week.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from scenario_sim.data.enums import Channel, Rung
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.data.states import StateSpec
from scenario_sim.data.variables import (
    CALENDAR,
    PER_STATE,
    SIGNALS,
    TERM_QUANTITIES,
    Quantity,
)
from scenario_sim.reporting.narrative import format_chance
from scenario_sim.reporting.narrative.phrases import state_name
from scenario_sim.scenario import dates as calendar
from scenario_sim.simulation.single_run import Act, SingleRun
from scenario_sim.teaching.game import messages as words
from scenario_sim.teaching.game.game import Game

# Terms that transform a quantity, and the quantity that a player is shown instead.
QUANTITY_SHOWN_FOR = {
    "log_drive": "programme_drive",
    "drive_swing": "felt_drive",
    "log_assets": "strategic_assets",
    "log_unilateral": "unilateral_sanctions",
    "log_engagement": "engagement",
    "credibility_above_half": "alliance_credibility",
    "tension_excess": "tension",
    "high_tension": "tension",
    "audience_cost_capped": "audience_cost",
    "drill_possible": "drill_season",
    **dict.fromkeys(("contact", "talks", "deal", "no_contact"), "talks_stage"),
    **dict.fromkeys(("restraint_short_range", "restraint_long_range"), "talks_stage"),
    "winter_rest": "winter",
    "own_alarm": "own_threat",
}
NEWS = {q.name for q in SIGNALS}
HIDDEN_UNITS = (
    "-",
    "logit",
)  # units of sums and logarithms, which the reasons of each choice contain


@dataclass(frozen=True)
class ObservedValue:
    """Observed quantity: its row of the blackboard, its name, its value, and the value in words."""

    quantity: str
    words: str
    value: float
    said: str


@dataclass(frozen=True)
class Observation:
    """Information of a state in the week to decide.

    Attributes
    ----------
    state : str
        Code of the state.
    week : int
        Week to decide, from 0.
    monday : date
        Its Monday.
    feels : tuple of ObservedValue
        The state's own threat perception and shock.
    stands : tuple of ObservedValue
        Conditions at the end of last week.
    policies : tuple of ObservedValue
        Levers, the state's own and others'.
    due : tuple of str
        Events of the calendar.
    last : date or None
        Monday of last week; None in the first week.
    news : tuple of str
        Last week's public acts and events; empty in the first week.
    """

    state: str
    week: int
    monday: date
    feels: tuple[ObservedValue, ...]
    stands: tuple[ObservedValue, ...]
    policies: tuple[ObservedValue, ...]
    due: tuple[str, ...]
    last: date | None
    news: tuple[str, ...]


def observe(game: Game, state: str) -> Observation:
    """Return a state's observation in the week to decide; after the end, in the last week."""
    world = game.now
    week = world.scenario.weeks - 1
    spec = game.scenario.cast[state]
    seen = [_sight(world, week, spec, name) for name in observed_quantities(spec)]
    own = [f"{state}.{q.name}" for q in PER_STATE]
    dates = [q.name for q in CALENDAR]
    outer = [s for s in seen if s.quantity not in own + dates]
    return Observation(
        state=state,
        week=week,
        monday=calendar.week_start(world.scenario.start, week),
        feels=tuple(s for row in own for s in seen if s.quantity == row),
        stands=tuple(s for s in outer if s.quantity not in SETTINGS),
        policies=tuple(s for s in outer if s.quantity in SETTINGS),
        due=tuple(words.DUE[s.quantity] for s in seen if s.quantity in dates and s.value > 0),
        last=calendar.week_start(world.scenario.start, week - 1) if week else None,
        news=tuple(news(world, week - 1, spec)) if week else (),
    )


def observed_quantities(state: StateSpec) -> list[str]:
    """Return the quantities that a state observes, each once, by row of the blackboard.

    They are those that its judgements name, and its own levers. Last week's events are news.
    """
    sums = [state.threat.terms] if state.threat else []
    sums += [a.terms for a in state.appraisal] + [a.utility for a in state.action]
    named = [QUANTITY_SHOWN_FOR.get(t.quantity, t.quantity) for terms in sums for t in terms]
    gates = [QUANTITY_SHOWN_FOR.get(a.only_if, a.only_if) for a in state.action if a.only_if]
    own = {f"own_{q.name}": f"{state.code}.{q.name}" for q in PER_STATE}
    names = [own.get(name, name) for name in (*named, *gates, *state.resources)]
    return [name for name in dict.fromkeys(names) if name in own.values() or _is_spoken(name)]


def _is_spoken(name: str) -> bool:
    if name in SETTINGS:
        return True
    quantity = TERM_QUANTITIES.get(name)
    # Names of the state's own judgements are no quantities.
    return quantity is not None and name not in NEWS and quantity.unit not in HIDDEN_UNITS


def _sight(world: SingleRun, week: int, state: StateSpec, name: str) -> ObservedValue:
    value = world.decisions.value(name, week)
    if name in SETTINGS:
        lever = SETTINGS[name]
        text = words.OF_LEVER.format(
            value=value,
            low=lever.low,
            high=lever.high,
            low_means=lever.low_means,
            high_means=lever.high_means,
        )
        return ObservedValue(name, lever.label, value, text)
    if name == f"{state.code}.threat":
        text = _describe_value(value, TERM_QUANTITIES["trust"])
        usual = state.threat.usual if state.threat else 0.0
        return ObservedValue(name, words.THREAT, value, words.USUAL.format(said=text, usual=usual))
    if name.startswith(f"{state.code}."):
        return ObservedValue(
            name, words.SHOCK, value, _describe_value(value, TERM_QUANTITIES["trust"])
        )
    quantity = TERM_QUANTITIES[name]
    seen = words.SEEN.get(name, quantity.meaning.removesuffix("."))
    return ObservedValue(name, seen, value, _describe_value(value, quantity))


def _describe_value(value: float, quantity: Quantity) -> str:
    """Return a value in words, by the quantity's unit."""
    if quantity.name == "talks_stage":
        return words.STAGES[int(value)]
    if quantity.unit == "rungs":
        return f"{value:.1f}, {Rung(int(value)).label}"
    if quantity.unit == "0/1":
        return words.YES if value > 0 else words.NO
    if quantity.unit == "probability":
        return format_chance(value)
    if quantity.high in (1.0, 1.25, 1.5, 2.0):
        fifth = min(int(5 * value / quantity.high), 4)
        return f"{words.LEVELS[fifth]} ({value:.2f})"
    return f"{value:,.1f} {quantity.unit}"


# --- public events of last week -------------------------------------------------------------------


def is_public(act: Act, state: str) -> bool:
    """Return whether a state learns of an act; support is known only to giver and receiver."""
    return act.channel != Channel.SUPPORT or state in (act.state, act.target)


def news(world: SingleRun, week: int, state: StateSpec) -> Iterator[str]:
    """Yield a sentence for each public act of a week, then for its results.

    Parameters
    ----------
    world : SingleRun
        The run.
    week : int
        Week of the acts, from 0.
    state : StateSpec
        State that observes.
    """
    cast = world.scenario.cast
    for act in world.acts_in(week):
        if is_public(act, state.code):
            yield f"{state_name(cast[act.state])} {act.sentence}."
    yield from _results_of(world, week)


def _results_of(world: SingleRun, week: int) -> Iterator[str]:
    days = int(world.value("launch_days", week))
    if days:
        text = words.ONE_DAY if days == 1 else words.MANY_DAYS.format(n=days)
        yield words.LAUNCHES.format(days=text)
    signals = {s for act in world.acts_in(week) for s in _signals(world, act)}
    if "icbm_test" in signals:
        yield words.FLIGHT[bool(world.value("test_success", week))]
    if world.value("overflight", week):
        yield words.OVERFLIGHT
    before, after = (int(world.value("talks_stage", w)) for w in (week - 1, week))
    if world.value("breakdown", week):
        yield words.BREAKDOWN[before]
    elif after > before:
        yield words.TALKS[before, after]
    if world.value("incident", week):
        yield words.INCIDENT
    if world.value("resolution", week):
        yield words.PASSED
    if world.value("veto", week):
        yield words.VETOED


def _signals(world: SingleRun, act: Act) -> tuple[str, ...]:
    return world.scenario.cast.actions[act.action][1].signals
