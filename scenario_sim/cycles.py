"""Escalation cycles, found in recorded weeks: phases, number and length, near misses.

A cycle is a rise of tension by at least SWING from a trough to a peak, and the fall after it.
Turning points are dated as in the study of business cycles (Bry and Boschan 1971), here by the size
of the swing alone. `docs/cycles.md` defines every phase. All of it is arithmetic over runs; weeks
are gone through one by one, so that a run alone is measured as in a crowd.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

import numpy as np

from scenario_sim.parameters import Parameter
from scenario_sim.states import Action, StateSpec
from scenario_sim.trajectory import Recording
from scenario_sim.vocabulary import Family, Rung

JUDGEMENT = "judgement"
SWING = Parameter(
    "swing", 1.0, 0.5, 3.0, "rungs", JUDGEMENT,
    "The least rise, and the least fall, that make a cycle: one rung of the ladder.",
)  # fmt: skip
CALM_BAND = Parameter(
    "calm_band", 0.5, 0.1, 0.5, "rungs", JUDGEMENT,
    "How far above its trough tension still counts as calm.",
)  # fmt: skip
PEAK_BAND = Parameter(
    "peak_band", 0.25, 0.0, 0.5, "rungs", JUDGEMENT,
    "How far below its highest tension a cycle still counts as at its peak.",
)  # fmt: skip
ANSWER_WEEKS = Parameter(
    "answer_weeks", 4, 1, 12, "weeks", JUDGEMENT,
    "How soon after a hostile act one of the other side counts as an answer to it.",
)  # fmt: skip
LEAST_HOSTILE = Rung.GREY_ZONE  # words stand below it
NEAR_MISS = Rung.ACUTE_CRISIS  # tension from here on, or an armed clash, is a near miss
DEFINITION = (SWING, CALM_BAND, PEAK_BAND, ANSWER_WEEKS)
HOSTILE = (Family.PROVOCATION, Family.SANCTION, Family.EXERCISE)
TROUGH, PEAK = -1, 1


class Phase(IntEnum):
    """Where in a cycle a week stands."""

    CALM = 0
    PROBE = 1
    REACTION = 2
    PEAK = 3
    SETTLEMENT = 4

    @property
    def label(self) -> str:
        return self.name.lower()


# --- who is hostile ---------------------------------------------------------------------------------


def side(state: StateSpec) -> str:
    """The challenger's side, the allies', or none."""
    if state.role in ("leading_ally", "ally"):
        return "allies"
    return "challenger" if state.role == "challenger" else ""


def is_hostile(state: StateSpec, action: Action) -> bool:
    """A provocation, sanction or exercise above mere words, by one of the two sides."""
    return bool(side(state)) and action.family in HOSTILE and action.rung >= LEAST_HOSTILE


def hostile_weeks(recording: Recording, of: str) -> np.ndarray:
    """Weeks with a hostile act of one side: bool (week, run)."""
    return _any_act(recording, lambda state, act: side(state) == of and is_hostile(state, act))


def _any_act(recording: Recording, wanted: Callable[[StateSpec, Action], bool]) -> np.ndarray:
    weeks = np.zeros(recording.acts.shape[1:], bool)
    for name, (state, action) in recording.cast.actions.items():
        if wanted(state, action):
            weeks |= recording.did(name)
    return weeks


# --- turning points ---------------------------------------------------------------------------------


def turning_points(tension: np.ndarray, swing: float = SWING.default) -> np.ndarray:
    """Where tension turns: int8 (week, run), TROUGH, PEAK or 0.

    tension: (week, run), rungs. A trough counts once tension has risen by `swing` above it, a peak
    once it has fallen by as much below it; the two alternate, a trough first. Where the weeks end
    after a rise that has not fallen yet, its highest week is the last peak. Of equal weeks the last
    trough and the first peak count.
    """
    level = np.asarray(tension, float)
    turns = np.zeros(level.shape, np.int8)
    rising = np.zeros(level.shape[1], bool)
    best, best_at = level[0].copy(), np.zeros(rising.size, int)  # lowest when falling, else highest
    for week, now in enumerate(level):
        swung = np.abs(now - best) >= swing  # beyond its best there is no swing: that is a new best
        better = np.where(rising, now > best, now <= best)
        turned = (swung & ~better).nonzero()[0]
        turns[best_at[turned], turned] = np.where(rising[turned], PEAK, TROUGH)
        better[turned] = True
        np.copyto(best, now, where=better)
        np.copyto(best_at, week, where=better)
        rising[turned] ^= True
    last = rising.nonzero()[0]
    turns[best_at[last], last] = PEAK
    return turns


# --- phases -----------------------------------------------------------------------------------------


def phases(recording: Recording) -> np.ndarray:
    """The phase of every week: int8 (week, run), a `Phase`."""
    tension = recording["tension"].astype(float)
    moving, crest, settling = _course(tension, turning_points(tension))
    answered = _answered(
        moving, hostile_weeks(recording, "challenger"), hostile_weeks(recording, "allies")
    )
    phase = np.where(settling, Phase.SETTLEMENT, Phase.CALM)
    phase = np.where(moving, np.where(answered, Phase.REACTION, Phase.PROBE), phase)
    return np.where(crest, Phase.PEAK, phase).astype(np.int8)


def _course(tension: np.ndarray, turns: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weeks on the way up, around a peak, and on the way down: three times bool (week, run)."""
    peak, trough = turns == PEAK, turns == TROUGH
    last_peak, next_peak = _last(peak), _next(peak)
    last_top, next_top = _filled(tension, peak)
    before, after = _filled(tension, trough)
    after = np.where(np.isnan(after), before, after)  # no trough any more: back to where it began
    after = np.where(np.isnan(after), tension.min(axis=0), after)

    rising = next_peak < _next(trough)  # the week of a peak rises and falls
    calm = ~(tension > before + CALM_BAND.default)
    moving = rising & (next_peak < _next(calm))
    below = tension < next_top - PEAK_BAND.default
    crest = moving & (next_peak < _next(below))

    falling = last_peak >= _last(trough)  # a world without any turn yet counts as settling
    settled = falling & (last_peak < _last(tension <= after + CALM_BAND.default))
    below = tension < last_top - PEAK_BAND.default
    crest |= falling & (last_peak > _last(below)) & ~settled
    return moving, crest, falling & ~settled & ~crest


def _last(happens: np.ndarray) -> np.ndarray:
    """The last week in which something happens, up to each week; -1 where there is none."""
    week = np.arange(len(happens), dtype=np.int16)[:, None]
    return np.maximum.accumulate(np.where(happens, week, np.int16(-1)))


def _next(happens: np.ndarray) -> np.ndarray:
    """The first week from each week on; the number of weeks where there is none."""
    week = np.arange(len(happens), dtype=np.int16)[:, None]
    return np.minimum.accumulate(np.where(happens, week, np.int16(len(happens)))[::-1])[::-1]


def _filled(tension: np.ndarray, turned: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tension at the last and at the next turn, the week itself included: (week, run) each, nan
    where there is none."""
    before, after = np.empty(tension.shape), np.empty(tension.shape)
    for filled, order in ((before, slice(None)), (after, slice(None, None, -1))):
        level = np.full(tension.shape[1], np.nan)
        for week, now, turns in zip(filled[order], tension[order], turned[order], strict=True):
            np.copyto(level, now, where=turns)
            week[:] = level
    return before, after


def _answered(moving: np.ndarray, challenger: np.ndarray, allies: np.ndarray) -> np.ndarray:
    """Weeks on the way up from the first answer on: a hostile act of the side that did not move
    first, in a later week; of either side, where both moved first. bool (week, run)."""
    answered = np.zeros(moving.shape, bool)
    by_challenger, by_allies, since = (np.zeros(moving.shape[1], bool) for _ in range(3))
    for week, on in enumerate(moving):
        ours, theirs = challenger[week] & on, allies[week] & on
        since = on & (since | (by_challenger & theirs) | (by_allies & ours))
        nobody = ~(by_challenger | by_allies)
        by_challenger = on & np.where(nobody, ours, by_challenger)
        by_allies = on & np.where(nobody, theirs, by_allies)
        answered[week] = since
    return answered


# --- one number a run -------------------------------------------------------------------------------


def number_of_cycles(recording: Recording) -> np.ndarray:
    """Rises by at least SWING: (run,); the last may not have fallen again."""
    return (turning_points(recording["tension"]) == PEAK).sum(axis=0)


def mean_length(recording: Recording) -> np.ndarray:
    """Mean weeks of the cycles that came to their end, from the first week out of calm to the last
    before calm: (run,); nan where none did."""
    turns = turning_points(recording["tension"])
    moving, crest, settling = _course(recording["tension"].astype(float), turns)
    active = moving | crest | settling
    calm = _last(~active)
    # A world that begins by settling has seen no peak.
    over = ~active[1:] & active[:-1] & (_last(turns == PEAK) > calm)[:-1]
    total, ended = (
        ((np.arange(len(calm))[:, None] - calm)[:-1] * over).sum(axis=0),
        over.sum(axis=0),
    )
    return np.divide(total, ended, out=np.full(total.size, np.nan), where=ended > 0)


def near_miss_weeks(recording: Recording) -> np.ndarray:
    """Weeks in acute crisis (tension at rung 6 or above) or with an armed clash (an incident nobody
    ordered, an act of rung 7): bool (week, run)."""
    clash = _any_act(recording, lambda _, action: action.rung >= Rung.LIMITED_ARMED_CLASH)
    return (recording["tension"] >= NEAR_MISS) | clash | (recording["incident"] > 0)


def near_misses(recording: Recording) -> np.ndarray:
    """Unbroken spells of such weeks in which no confrontation is drawn: (run,)."""
    near, drawn = near_miss_weeks(recording), recording["confrontation_drawn"] > 0
    spells = np.zeros(near.shape[1])
    inside, missed = np.zeros(near.shape[1], bool), np.zeros(near.shape[1], bool)
    for on, struck in zip(near, drawn, strict=True):
        spells += ~on & inside & missed
        missed = on & np.where(inside, missed, True) & ~struck
        inside = on
    return spells + (inside & missed)
