"""Observation of a state when it decides: the inputs of its judgements, and public events.

The state's own data file determines what it observes: quantities that its sums name, and its own
levers. No state observes another's threat perception, nor another's acts of the same week.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from math import floor, log2

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
from scenario_sim.formatting import format_number
from scenario_sim.language import localise_number, translate
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
    **{
        f"{name}_{end}": f"{name}_articles"
        for name in ("regional", "icbm", "nuclear")
        for end in ("ready", "readiness")
    },
    "winter_rest": "winter",
    "own_alarm": "own_threat",
}
NEWS = {q.name for q in SIGNALS}
HIDDEN_UNITS = ("-", "logit")  # of sums and logarithms, which the reasons of each choice contain
MAX_WEIGHTY = 6  # quantities that are shown before all others
MIN_WEIGHT = 0.05  # logits; what weighs less decides nothing
MIN_CHANGE = 0.05  # of an index or a share: a smaller move since last week is not told
MIN_CHANGES = {
    "rungs": 0.2,
    "0/1": 0.5,
    "stage": 0.5,
    "$m": 50.0,
    "missiles": 0.45,
    "devices": 0.45,
}
MIN_CHANGES |= dict.fromkeys(("tests", "flights", "warheads", "weeks"), 0.95)


@dataclass(frozen=True)
class ObservedValue:
    """Observed quantity.

    Attributes
    ----------
    quantity : str
        Its row of the blackboard.
    words : str
        Its name.
    value : float
        Its value.
    said : str
        The value in words, without a number where it is an index.
    exact : str
        The value in words, with its number.
    """

    quantity: str
    words: str
    value: float
    said: str
    exact: str


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
    changes : tuple of str
        What rose or fell since last week; empty in the first week.
    weighty : tuple of ObservedValue
        Of `feels` and `stands`, the few that weigh most in this week's choices.
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
    changes: tuple[str, ...]
    weighty: tuple[ObservedValue, ...]


def observe(game: Game, state: str) -> Observation:
    """Return a state's observation in the week to decide; after the end, in the last week."""
    world = game.now
    week = world.scenario.weeks - 1
    spec = game.scenario.cast[state]
    seen = [_sight(world, week, spec, name) for name in observed_quantities(spec)]
    own = [f"{state}.{q.name}" for q in PER_STATE]
    dates = [q.name for q in CALENDAR]
    outer = [s for s in seen if s.quantity not in own + dates]
    feels = tuple(s for row in own for s in seen if s.quantity == row)
    stands = tuple(s for s in outer if s.quantity not in SETTINGS)
    policies = tuple(s for s in outer if s.quantity in SETTINGS)
    return Observation(
        state=state,
        week=week,
        monday=calendar.week_start(world.scenario.start, week),
        feels=feels,
        stands=stands,
        policies=policies,
        due=tuple(words.DUE[s.quantity] for s in seen if s.quantity in dates and _is_due(s, world)),
        last=calendar.week_start(world.scenario.start, week - 1) if week else None,
        news=tuple(news(world, week - 1, spec)) if week else (),
        changes=_changes(world, week, spec, (*feels, *stands, *policies)) if week else (),
        weighty=_weighty(world, week, spec, (*feels, *stands)),
    )


def _is_due(seen: ObservedValue, world: SingleRun) -> bool:
    """Return whether a date matters: winter does only where North Korea rests in it."""
    if seen.quantity == "winter":
        return world.decisions.value("winter_rest", world.scenario.weeks - 1) > 0
    return seen.value > 0


def _changes(
    world: SingleRun, week: int, spec: StateSpec, seen: Iterable[ObservedValue]
) -> tuple[str, ...]:
    """Return a sentence on each quantity that moved visibly since last week."""
    found = []
    for now in seen:
        before = _sight(world, week - 1, spec, now.quantity)
        moved = now.value - before.value
        if abs(moved) < MIN_CHANGES.get(_unit(now.quantity), MIN_CHANGE):
            continue
        template = words.UP if moved > 0 else words.DOWN
        if _unit(now.quantity) in ("0/1", "stage"):
            template = words.NOW
        found.append(template.format(what=now.words, said=now.said, before=before.said))
    return tuple(found)


def _weighty(
    world: SingleRun, week: int, spec: StateSpec, seen: Iterable[ObservedValue]
) -> tuple[ObservedValue, ...]:
    """Return the quantities whose terms weigh most in what the state can choose this week."""
    weights: dict[str, float] = {}
    for alternative in world.scenario.cast.alternatives:
        if alternative.state != spec.code or world.decisions.why_closed(week, alternative):
            continue
        for term in world.decisions.weights(week, alternative):
            name = term.quantity.replace(f"{spec.code}.", "own_")
            name = QUANTITY_SHOWN_FOR.get(name, name).replace("own_", f"{spec.code}.")
            weights[name] = weights.get(name, 0.0) + abs(term.weight)
    strongest = sorted(seen, key=lambda one: -weights.get(one.quantity, 0.0))[:MAX_WEIGHTY]
    return tuple(one for one in strongest if weights.get(one.quantity, 0.0) > MIN_WEIGHT)


def _unit(name: str) -> str:
    return TERM_QUANTITIES[name].unit if name in TERM_QUANTITIES else "index"


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
            value=localise_number(f"{value:g}"),
            low=localise_number(f"{lever.low:g}"),
            high=localise_number(f"{lever.high:g}"),
            low_means=lever.low_means,
            high_means=lever.high_means,
        )
        return ObservedValue(name, lever.label, value, text, text)
    if name == f"{state.code}.threat":
        usual = state.threat.usual if state.threat else 0.0
        said = words.USUAL.format(said=_level(value, 1.0), usual=_beside_usual(value, usual))
        exact = words.EXACT_USUAL.format(level=_level(value, 1.0), value=value, usual=usual)
        return ObservedValue(name, words.THREAT, value, said, exact)
    if name.startswith(f"{state.code}."):
        said = _level(value, 1.0)
        return ObservedValue(
            name, words.SHOCK, value, said, words.EXACT.format(said=said, value=value)
        )
    quantity = TERM_QUANTITIES[name]
    seen = words.SEEN.get(name, quantity.meaning.removesuffix("."))
    said = _describe_value(value, quantity, world)
    exact = words.EXACT.format(said=said, value=value) if _is_index(quantity) else said
    return ObservedValue(name, seen, value, said, exact)


def _beside_usual(value: float, usual: float) -> str:
    """Return how the usual value lies beside this one, in words."""
    less = usual - value
    size = words.USUAL_SIZES[bisect([0.03, 0.15], abs(less))]
    return size.format(way=words.USUAL_MORE if less > 0 else words.USUAL_LESS)


def _is_index(quantity: Quantity) -> bool:
    return quantity.unit not in ("stage", "rungs", "0/1", "probability") and quantity.high in (
        1.0, 1.25, 1.5, 2.0,
    )  # fmt: skip


def _level(value: float, high: float) -> str:
    """Return a level in words, by fifths; of the two decimals that are shown, not of the value."""
    if round(value, 2) <= 0:
        return words.NONE
    return words.LEVELS[min(int(5 * round(value, 2) / high + 1e-9), 4)]


def _describe_value(value: float, quantity: Quantity, world: SingleRun) -> str:
    """Return a value in words, by the quantity's unit."""
    if quantity.name == "talks_stage":
        return words.STAGES[int(value)]
    if quantity.name == "proven_icbm":
        return _weeks_since_proof(value, world)
    if quantity.name.endswith("_articles"):
        return _articles(value, world)
    if quantity.unit == "rungs":
        return f"{format_number(value, 1)}, {Rung(int(value)).label}"
    if quantity.unit == "0/1":
        return words.YES if value > 0 else words.NO
    if quantity.unit == "probability":
        return format_chance(value)
    if quantity.unit == "$m":
        return words.MONEY.format(value=value)
    if _is_index(quantity):
        return _level(value, quantity.high)
    if quantity.unit == "index":
        return words.OF_USUAL.format(value=format_number(value, 1))
    return f"{format_number(value)} {translate(quantity.unit)}"


def _coefficient(world: SingleRun, name: str) -> float:
    own = world.scenario.parameters
    return own[name] if name in own else world.scenario.cast.parameters[name].default


def _weeks_since_proof(value: float, world: SingleRun) -> str:
    """Return the weeks since the last proof of an ICBM, from the index that halves with time."""
    if value <= 0.01:
        return words.NO_PROOF
    half_life = _coefficient(world, "proof_half_life")
    return words.WEEKS_AGO.format(weeks=round(half_life * log2(1 / value)))


def _articles(value: float, world: SingleRun) -> str:
    """Return how many articles are ready; one that is built far enough counts."""
    ready = floor(value + 1 - _coefficient(world, "article_ready"))
    if ready:
        return words.READY.format(n=ready)
    return words.NOT_READY.format(share=round(100 * value))


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
