"""Escalation cycles in recorded weeks: their phases, number and length, and near misses.

A cycle is a rise of tension by at least SWING from a trough to a peak, and the fall after it.
Turning points are dated as in the study of business cycles, here by the size of the swing alone.
`docs/cycles.md` defines every phase. All functions work on arrays over runs and go through the weeks
one by one. So a run's measures do not depend on the runs beside it.

References
----------
Bry, G. and Boschan, C. (1971). Cyclical Analysis of Time Series. NBER.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from scenario_sim.data.enums import Family, Rung
from scenario_sim.data.parameters import Parameter
from scenario_sim.data.states import Action, StateSpec
from scenario_sim.model.measures import Measure, MeasuredRows, MeasuredWeek, RowLike

if TYPE_CHECKING:
    from scenario_sim.simulation.recording import Recording

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
MIN_HOSTILE_RUNG = Rung.GREY_ZONE  # words stand below it
MIN_NEAR_MISS_RUNG = Rung.ACUTE_CRISIS  # tension from here on, or an armed clash, is a near miss
CYCLE_DEFINITION = (SWING, CALM_BAND, PEAK_BAND, ANSWER_WEEKS)
HOSTILE_FAMILIES = (Family.PROVOCATION, Family.SANCTION, Family.EXERCISE)
TROUGH, PEAK = -1, 1


class Phase(IntEnum):
    """The phase of a cycle that a week belongs to."""

    CALM = 0
    PROBE = 1
    REACTION = 2
    PEAK = 3
    SETTLEMENT = 4

    @property
    def label(self) -> str:
        return self.name.lower()


# --- hostile acts -----------------------------------------------------------------------------------


def side_of(state: StateSpec) -> str:
    """Return a state's side: "challenger", "allies", or "" for neither."""
    if state.role in ("leading_ally", "ally"):
        return "allies"
    return "challenger" if state.role == "challenger" else ""


def is_hostile(state: StateSpec, action: Action) -> bool:
    """Return True for a provocation, sanction or exercise above words, by one of the two sides."""
    return (
        bool(side_of(state))
        and action.family in HOSTILE_FAMILIES
        and action.rung >= MIN_HOSTILE_RUNG
    )


def hostile_weeks(recording: Recording, of: str) -> np.ndarray:
    """Return a mask of the weeks with a hostile act of one side: bool (weeks, runs)."""
    return _any_act(recording, lambda state, act: side_of(state) == of and is_hostile(state, act))


def _any_act(recording: Recording, condition: Callable[[StateSpec, Action], bool]) -> np.ndarray:
    weeks = np.zeros(recording.acts.shape[1:], bool)
    for name, (state, action) in recording.cast.actions.items():
        if condition(state, action):
            weeks |= recording.did(name)
    return weeks


# --- turning points ---------------------------------------------------------------------------------


def turning_points(tension: np.ndarray, swing: float = SWING.default) -> np.ndarray:
    """Return the weeks in which tension turns.

    A trough counts once tension has risen by `swing` above it, a peak once it has fallen by as much
    below it. The two alternate, a trough first. Where the weeks end before a rise has fallen again,
    its highest week is the last peak. Of equal weeks, the last trough and the first peak count.

    Parameters
    ----------
    tension : ndarray, shape (weeks, runs)
        In rungs.
    swing : float
        The least rise or fall, in rungs.

    Returns
    -------
    ndarray of int8, shape (weeks, runs)
        TROUGH, PEAK or 0.
    """
    level = np.asarray(tension, float)
    turns = np.zeros(level.shape, np.int8)
    rising = np.zeros(level.shape[1], bool)
    best, best_at = level[0].copy(), np.zeros(rising.size, int)  # lowest when falling, else highest
    for week, now in enumerate(level):
        swung = np.abs(now - best) >= swing  # a week beyond the best is a new best, and no swing
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
    """Return the `Phase` of every week: int8 (weeks, runs)."""
    tension = recording["tension"].astype(float)
    moving, crest, settling = _course(tension, turning_points(tension))
    answered = _answered(
        moving, hostile_weeks(recording, "challenger"), hostile_weeks(recording, "allies")
    )
    phase = np.where(settling, Phase.SETTLEMENT, Phase.CALM)
    phase = np.where(moving, np.where(answered, Phase.REACTION, Phase.PROBE), phase)
    return np.where(crest, Phase.PEAK, phase).astype(np.int8)


def _course(tension: np.ndarray, turns: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return masks of weeks that rise, that are near a peak, and that fall: bool (weeks, runs)."""
    peak, trough = turns == PEAK, turns == TROUGH
    last_peak, next_peak = _last(peak), _next(peak)
    last_top, next_top = _filled(tension, peak)
    before, after = _filled(tension, trough)
    after = np.where(np.isnan(after), before, after)  # no later trough: use the one before
    after = np.where(np.isnan(after), tension.min(axis=0), after)

    rising = next_peak < _next(trough)  # the week of a peak counts as both rising and falling
    calm = ~(tension > before + CALM_BAND.default)
    moving = rising & (next_peak < _next(calm))
    below = tension < next_top - PEAK_BAND.default
    crest = moving & (next_peak < _next(below))

    falling = last_peak >= _last(trough)  # a run without any turn yet counts as settling
    settled = falling & (last_peak < _last(tension <= after + CALM_BAND.default))
    below = tension < last_top - PEAK_BAND.default
    crest |= falling & (last_peak > _last(below)) & ~settled
    return moving, crest, falling & ~settled & ~crest


def _last(happens: np.ndarray) -> np.ndarray:
    """Return the last week, up to each week, in which the mask holds; -1 if there is none."""
    week = np.arange(len(happens), dtype=np.int16)[:, None]
    return np.maximum.accumulate(np.where(happens, week, np.int16(-1)))


def _next(happens: np.ndarray) -> np.ndarray:
    """Return the first week, from each week on, in which the mask holds; else len(happens)."""
    week = np.arange(len(happens), dtype=np.int16)[:, None]
    return np.minimum.accumulate(np.where(happens, week, np.int16(len(happens)))[::-1])[::-1]


def _filled(tension: np.ndarray, turned: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return tension at the last and at the next turn, this week included; NaN if there is none."""
    before, after = np.empty(tension.shape), np.empty(tension.shape)
    for filled, order in ((before, slice(None)), (after, slice(None, None, -1))):
        level = np.full(tension.shape[1], np.nan)
        for week, now, turns in zip(filled[order], tension[order], turned[order], strict=True):
            np.copyto(level, now, where=turns)
            week[:] = level
    return before, after


def _answered(moving: np.ndarray, challenger: np.ndarray, allies: np.ndarray) -> np.ndarray:
    """Return a mask of the rising weeks from the first answer on: bool (weeks, runs).

    An answer is a hostile act of the side that did not move first, in a later week. Where both sides
    moved first in the same week, an act of either side is an answer.
    """
    answered = np.zeros(moving.shape, bool)
    by_challenger, by_allies, since = (np.zeros(moving.shape[1], bool) for _ in range(3))
    for week, on in enumerate(moving):
        ours, theirs = challenger[week] & on, allies[week] & on
        since = on & (since | (by_challenger & theirs) | (by_allies & ours))
        unmoved = ~(by_challenger | by_allies)
        by_challenger = on & np.where(unmoved, ours, by_challenger)
        by_allies = on & np.where(unmoved, theirs, by_allies)
        answered[week] = since
    return answered


# --- one number a run -------------------------------------------------------------------------------


def _follow(week: MeasuredWeek, before: MeasuredRows) -> MeasuredRows:
    """Follow tension from turn to turn, as `turning_points` does, and add up the cycles.

    Its rows `cycle.<name>` are:

    - best: the lowest tension since the last peak while falling, else the highest since the trough;
    - calm: the last week near the trough below;
    - start: `calm` of the rise to `best`;
    - back: the first week after the last peak that is near the trough before it, -1 until then.
    """
    now, number = week["tension"], week.number
    rising = before["cycle.rising"] > 0
    best = np.where(number < 0.5, now, before["cycle.best"])
    swing = np.maximum(now - best, best - now) >= SWING.default
    better = (rising & (now > best)) | (~rising & (now <= best))
    turned = swing & ~better
    up, down = turned & ~rising, turned & rising

    # A trough is now certain. The fall before it, if any, ended in the first week near that trough.
    had_peak = before["cycle.peaks"] > 0
    ended = up & had_peak
    near = week.first_at_most(
        "tension", before["cycle.peak_week"] + 1.0, best + CALM_BAND.default, ended
    )
    length = near - 1.0 - before["cycle.start"]
    trough = np.where(up, best, before["cycle.trough"])

    extreme = better | turned
    rises = (rising & ~turned) | up
    top = extreme & rises
    best = np.where(extreme, now, best)
    level = np.where(rises, trough, best)
    calm = np.where(now <= level + CALM_BAND.default, number, before["cycle.calm"])
    back = np.where(
        (before["cycle.back"] < 0) & (now <= trough + CALM_BAND.default),
        number,
        before["cycle.back"],
    )
    return {
        "cycle.rising": rises * 1.0,
        "cycle.best": best,
        "cycle.trough": trough,
        "cycle.calm": calm,
        "cycle.start": np.where(top, calm, before["cycle.start"]),
        "cycle.peak_week": np.where(top, number, before["cycle.peak_week"]),
        "cycle.back": np.where(top, -1.0, back),
        "cycle.peaks": before["cycle.peaks"] + down,
        "cycle.weeks": before["cycle.weeks"] + np.where(ended, length, 0.0),
        "cycle.ended": before["cycle.ended"] + ended,
    }


CYCLES = Measure(
    dict.fromkeys(
        (
            *("cycle.rising", "cycle.best", "cycle.trough", "cycle.calm", "cycle.start"),
            *("cycle.peak_week", "cycle.back", "cycle.peaks", "cycle.weeks", "cycle.ended"),
        ),
        0.0,
    ),
    _follow,
)


def count_cycles(rows: MeasuredRows, weeks: RowLike) -> RowLike:
    """Return the number of rises of tension by SWING or more; the last need not have fallen."""
    return rows["cycle.peaks"] + rows["cycle.rising"]


def mean_cycle_weeks(rows: MeasuredRows, weeks: RowLike) -> RowLike:
    """Return the mean length of completed cycles in weeks; NaN where there is none.

    A cycle lasts from the first week out of calm to the last week before calm. The next trough of
    the last cycle is unknown. It ends when tension is back near the trough that it rose from.
    """
    open_ended = (count_cycles(rows, weeks) > 0) & (rows["cycle.back"] >= 0)
    last = np.where(open_ended, rows["cycle.back"] - 1.0 - rows["cycle.start"], 0.0)
    ended = rows["cycle.ended"] + open_ended
    return np.where(ended > 0, (rows["cycle.weeks"] + last) / np.maximum(ended, 1.0), np.nan)


def near_miss_weeks(recording: Recording) -> np.ndarray:
    """Return a mask of weeks in acute crisis or with an armed clash: bool (weeks, runs).

    Acute crisis is tension at rung 6 or above. A clash is an act of rung 7, or an incident that no
    state ordered.
    """
    clash = _any_act(recording, lambda _, action: action.rung >= Rung.LIMITED_ARMED_CLASH)
    near: np.ndarray = (
        (recording["tension"] >= MIN_NEAR_MISS_RUNG) | clash | (recording["incident"] > 0)
    )
    return near


def _near_miss_spells(week: MeasuredWeek, before: MeasuredRows) -> MeasuredRows:
    """Count unbroken spells of near-miss weeks in which no confrontation is drawn."""
    near = (week["tension"] >= float(MIN_NEAR_MISS_RUNG)) | (week["incident"] > 0)
    for action, (_, does) in week.cast.actions.items():
        if does.rung >= Rung.LIMITED_ARMED_CLASH:
            near = near | week.did(action)
    inside, missed = before["near_miss.inside"] > 0, before["near_miss.missed"] > 0
    over = inside & missed & ~near
    spared = near & (missed | ~inside) & ~(week["confrontation_drawn"] > 0)
    return {
        "near_miss.spells": before["near_miss.spells"] + over,
        "near_miss.missed": spared * 1.0,
        "near_miss.inside": near * 1.0,
    }


NEAR_MISSES = Measure(
    {"near_miss.spells": 0.0, "near_miss.missed": 0.0, "near_miss.inside": 0.0}, _near_miss_spells
)


def count_near_misses(rows: MeasuredRows, weeks: RowLike) -> RowLike:
    """Return the number of near-miss spells."""
    return rows["near_miss.spells"] + (rows["near_miss.inside"] > 0) * rows["near_miss.missed"]
