"""Find the escalation cycles and near misses of a run, and tell their turns in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, product

import numpy as np

from scenario_sim.data.enums import Rung
from scenario_sim.formatting import format_long_date
from scenario_sim.reporting.narrative import messages
from scenario_sim.reporting.narrative.phrases import capitalise, join_words, state_name
from scenario_sim.scenario import dates
from scenario_sim.simulation.cycles import (
    ANSWER_WEEKS,
    MIN_NEAR_MISS_RUNG,
    PEAK,
    Phase,
    is_hostile,
    near_miss_weeks,
    side_of,
    turning_points,
)
from scenario_sim.simulation.single_run import Act, SingleRun


@dataclass(frozen=True)
class Cycle:
    """Weeks `first` to `last` out of calm, with the peak among them.

    Attributes
    ----------
    phases : dict
        First and last week of each phase that is not empty, in order.
    tension : float
        At the peak, in rungs.
    first_movers : tuple of Act
        The acts that began it; none where a shock or an incident did.
    chains : tuple of tuple of Act
        Hostile acts of two states of opposite sides in turns, each an answer to the one before.
    finished : bool
        Whether calm returned before the scenario's end.
    """

    first: int
    last: int
    peak: int
    tension: float
    phases: dict[Phase, tuple[int, int]]
    first_movers: tuple[Act, ...]
    chains: tuple[tuple[Act, ...], ...]
    finished: bool
    sentence: str

    @property
    def weeks(self) -> int:
        """Length in weeks."""
        return self.last - self.first + 1


def find_phases(world: SingleRun) -> tuple[Phase, ...]:
    """Return the phase of every week."""
    return world.phases


def find_phase_spans(phases: Sequence[Phase]) -> list[tuple[int, int, Phase]]:
    """Return the spans of consecutive weeks in one phase: first, last, phase."""
    weeks = [(phase, [week for week, _ in group]) for phase, group in groupby(
        enumerate(phases), key=lambda pair: pair[1]
    )]  # fmt: skip
    return [(on_end[0], on_end[-1], phase) for phase, on_end in weeks]


def find_cycles(world: SingleRun) -> tuple[Cycle, ...]:
    """Return the cycles of a run in order; a settlement at the start is no cycle."""
    course = world.phases
    peaks = np.flatnonzero(turning_points(world.recording["tension"])[:, 0] == PEAK)
    return tuple(_cycle(world, course, int(peak)) for peak in peaks)


def find_near_misses(world: SingleRun) -> tuple[tuple[int, int], ...]:
    """Return the first and the last week of each near miss, in order."""
    near = near_miss_weeks(world.recording)[:, 0]
    drawn = world.recording["confrontation_drawn"][:, 0] > 0
    edges = np.flatnonzero(np.diff(near, prepend=False, append=False)).reshape(-1, 2)
    spells = [(int(first), int(end) - 1) for first, end in edges]
    return tuple(spell for spell in spells if not drawn[spell[0] : spell[1] + 1].any())


def _cycle(world: SingleRun, course: tuple[Phase, ...], peak: int) -> Cycle:
    first = last = peak
    while first and course[first - 1] != Phase.CALM:
        first -= 1
    while last + 1 < len(course) and course[last + 1] != Phase.CALM:
        last += 1
    spans: dict[Phase, tuple[int, int]] = {}
    for week in range(first, last + 1):
        spans[course[week]] = (spans.get(course[week], (week,))[0], week)
    hostile = [
        act
        for week in range(first, last + 1)
        for act in world.acts_in(week)
        if is_hostile(*world.scenario.cast.actions[act.action])
    ]
    rise = [act for act in hostile if act.week <= peak]
    movers = tuple(act for act in rise if act.week == rise[0].week)
    finished, tension = last + 1 < len(course), world.value("tension", peak)
    return Cycle(
        first, last, peak, tension, spans, movers, _find_chains(world, hostile), finished,
        _sentence(world, (first, last, peak), movers, finished),
    )  # fmt: skip


def _find_chains(world: SingleRun, hostile: list[Act]) -> tuple[tuple[Act, ...], ...]:
    """Return the chains between every pair of states of opposite sides, the longest first."""
    cast = world.scenario.cast
    sides = {code: side_of(cast[code]) for code in cast.codes}
    pairs = product(*([c for c in cast.codes if sides[c] == s] for s in ("challenger", "allies")))
    found = [chain for pair in pairs for chain in _pair_chains(hostile, pair)]
    return tuple(sorted(found, key=lambda chain: (-len(chain), chain[0].week)))


def _pair_chains(hostile: list[Act], pair: tuple[str, ...]) -> list[tuple[Act, ...]]:
    """Return chains of two acts or more between two states; each answers the other's latest act."""
    chains: list[list[Act]] = []
    for act in (act for act in hostile if act.state in pair):
        chain = chains[-1] if chains else []
        soon = bool(chain) and act.week - chain[-1].week <= ANSWER_WEEKS.default
        again = bool(chain) and act.state == chain[-1].state
        if not soon:
            chains.append([act])
        elif again and len(chain) == 1:
            chain[0] = act  # what is answered is the latest
        elif (
            not again and act.week > chain[-1].week
        ):  # an act of the same week is no answer: it was not known yet
            chain.append(act)
    return [tuple(chain) for chain in chains if len(chain) > 1]


def _sentence(
    world: SingleRun, weeks: tuple[int, int, int], movers: tuple[Act, ...], finished: bool
) -> str:
    first, last, peak = (
        format_long_date(dates.week_start(world.scenario.start, week)) for week in weeks
    )
    cast, tension = world.scenario.cast, world.value("tension", weeks[2])
    names = list(dict.fromkeys(state_name(cast[act.state], False) for act in movers))
    movers_told = messages.CYCLE_MOVERS.format(states=capitalise(join_words(names)), n=len(names))
    settles = messages.CYCLE_SETTLES.format(last=last)
    return messages.CYCLE.format(
        first=first,
        began=movers_told if names else messages.CYCLE_NOBODY,
        peak=peak,
        tension=tension,
        rung=int(tension),
        label=Rung(int(tension)).label,
        ended=settles if finished else messages.CYCLE_GOES_ON,
    )


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
    said = messages.CRISIS_BEFORE if movers else messages.CRISIS_NEITHER
    if at_once:
        said = _with_states(messages.CRISIS_BEGINS, world, movers)
    yield CrisisEvent(cycle.first, "crisis_begins", said)
    if movers and not at_once:
        said = _with_states(messages.CRISIS_FIRST, world, movers)
        yield CrisisEvent(movers[0].week, "first_move", said)
    if Phase.REACTION in cycle.phases:
        week = cycle.phases[Phase.REACTION][0]
        said = _with_states(messages.CRISIS_GROWS, world, _answers(world, week, movers))
        yield CrisisEvent(week, "crisis_answered", said)
    last = cycle.peak == world.scenario.weeks - 1
    said = messages.CRISIS_ENDS_HIGH if last else messages.CRISIS_PEAKS
    rung = Rung(int(cycle.tension))
    yield CrisisEvent(cycle.peak, "crisis_peaks", said.format(tension=cycle.tension), rung)
    if Phase.SETTLEMENT in cycle.phases:
        week = cycle.phases[Phase.SETTLEMENT][0]
        yield CrisisEvent(week, "crisis_settles", messages.CRISIS_SETTLES)
    if cycle.finished:
        said = messages.CRISIS_OVER.format(n=cycle.weeks)
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


def _with_states(text: str, world: SingleRun, acts: Sequence[Act]) -> str:
    """Return a text with the states of some acts: `the United States and Japan answer`."""
    names = [
        state_name(world.scenario.cast[code], False)
        for code in dict.fromkeys(a.state for a in acts)
    ]
    return text.format(states=join_words(names), n=len(names))


def _near_misses(world: SingleRun) -> Iterator[CrisisEvent]:
    for first, last in find_near_misses(world):
        acute = world.value("tension", first) >= MIN_NEAR_MISS_RUNG
        said = messages.NEAR_MISS_ACUTE if acute else messages.NEAR_MISS_CLASH
        weeks = last - first + 1
        on_end = (messages.ON_END.format(n=weeks),) if weeks > 1 else ()
        yield CrisisEvent(first, "near_miss", said, None, on_end)
