"""Tell how crises begin, are answered, peak, settle and end; and near misses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scenario_sim.data.enums import Rung
from scenario_sim.reporting.narrative.episodes import Cycle, find_cycles, find_near_misses
from scenario_sim.reporting.narrative.phrases import count_noun, join_words, state_name
from scenario_sim.simulation.cycles import MIN_NEAR_MISS_RUNG, Phase, is_hostile, side_of
from scenario_sim.simulation.single_run import Act, SingleRun


@dataclass(frozen=True)
class CrisisEvent:
    """A turn of a crisis in one week.

    Attributes
    ----------
    name : str
        Machine-readable name.
    rung : Rung or None
        None where it is on no rung.
    moved : tuple of str
        Further details.
    """

    week: int
    name: str
    sentence: str
    rung: Rung | None = None
    moved: tuple[str, ...] = ()


def find_crisis_events(world: SingleRun) -> tuple[CrisisEvent, ...]:
    """Return every turn of every crisis (a cycle of `episodes`) and every near miss, by week."""
    found = [turn for cycle in find_cycles(world) for turn in _cycle_events(world, cycle)]
    return tuple(sorted([*found, *_near_misses(world)], key=lambda turn: turn.week))


def _cycle_events(world: SingleRun, cycle: Cycle) -> Iterator[CrisisEvent]:
    movers = cycle.first_movers
    at_once = bool(movers) and movers[0].week == cycle.first
    began = _describe_states(world, movers, "moves first", "move first") if at_once else ""
    began = began or ("before anybody has moved" if movers else "and neither side has moved")
    glue = ": " if at_once else " " if movers else ", "
    yield CrisisEvent(cycle.first, "crisis_begins", f"A crisis begins{glue}{began}")
    if movers and not at_once:
        said = _describe_states(world, movers, "is the first to move", "are the first to move")
        yield CrisisEvent(movers[0].week, "first_move", f"In this crisis {said}")
    if Phase.REACTION in cycle.phases:
        week = cycle.phases[Phase.REACTION][0]
        who = _describe_states(world, _answers(world, week, movers), "answers", "answer")
        yield CrisisEvent(week, "crisis_answered", f"The crisis grows: {who}")
    last = cycle.peak == world.scenario.weeks - 1
    peak = "ends this story at its height," if last else "peaks"
    rung = Rung(int(cycle.tension))
    yield CrisisEvent(
        cycle.peak, "crisis_peaks", f"The crisis {peak} at tension {cycle.tension:.1f}", rung
    )
    if Phase.SETTLEMENT in cycle.phases:
        week = cycle.phases[Phase.SETTLEMENT][0]
        yield CrisisEvent(week, "crisis_settles", "The crisis begins to settle")
    if cycle.finished:
        said = f"The crisis is over after {count_noun(cycle.weeks, 'week')}"
        yield CrisisEvent(cycle.last + 1, "crisis_ends", said)


def _answers(world: SingleRun, week: int, movers: Sequence[Act]) -> list[Act]:
    """Return the hostile acts of a week by the side that did not move first, or by both."""
    cast = world.scenario.cast
    first = {side_of(cast[act.state]) for act in movers}
    return [
        act
        for act in world.acts_in(week)
        if is_hostile(*cast.actions[act.action])
        and (len(first) > 1 or side_of(cast[act.state]) not in first)
    ]


def _describe_states(world: SingleRun, acts: Sequence[Act], one: str, many: str) -> str:
    """Return `North Korea answers` or `the United States and Japan answer`."""
    names = [
        state_name(world.scenario.cast[code], False)
        for code in dict.fromkeys(a.state for a in acts)
    ]
    return f"{join_words(names)} {one if len(names) == 1 else many}"


def _near_misses(world: SingleRun) -> Iterator[CrisisEvent]:
    for first, last in find_near_misses(world):
        acute = world.value("tension", first) >= MIN_NEAR_MISS_RUNG
        said = "as tension reaches an acute crisis" if acute else "in an armed clash"
        weeks = last - first + 1
        on_end = (f"{weeks} weeks on end",) if weeks > 1 else ()
        yield CrisisEvent(first, "near_miss", f"A near miss, {said}", None, on_end)
