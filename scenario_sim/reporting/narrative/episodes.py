"""Find the escalation cycles of a run: phases, first movers, actions and reactions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, product

import numpy as np

from scenario_sim.data.enums import Rung
from scenario_sim.formatting import format_long_date
from scenario_sim.reporting.narrative.phrases import join_words, state_name
from scenario_sim.scenario import dates
from scenario_sim.simulation.cycles import (
    ANSWER_WEEKS,
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
    began = f"{join_words(names)} moving first" if names else "nobody having moved"
    ended = f"it settles by the week of {last}" if finished else "it has not settled by the end"
    return (
        f"A cycle of escalation begins in the week of {first}, {began}; it peaks in the week of "
        f"{peak} at tension {tension:.1f} (rung {int(tension)}, {Rung(int(tension)).label}); {ended}."
    )
