"""Escalation cycles, found in recorded weeks: phases, number and length, near misses.

A cycle is a rise of tension by at least SWING from a trough to a peak, and the fall after it.
Turning points are dated as in the study of business cycles (Bry and Boschan 1971), here by the size
of the swing alone. `docs/cycles.md` defines every phase. All of it is arithmetic over runs; weeks
are gone through one by one, so that a run alone is measured as in a crowd.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from scenario_sim.parameters import Parameter
from scenario_sim.states import Action, Cast, StateSpec
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
    wanted = [
        side(state) == of and is_hostile(state, action)
        for state, action in recording.cast.actions.values()
    ]
    return _any_act(recording, wanted)


def _any_act(recording: Recording, wanted: list[bool]) -> np.ndarray:
    chosen = np.array([False, *wanted, False])  # code -1, nothing to choose, finds the last
    return chosen[recording.acts].any(axis=0)


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
    runs = np.arange(level.shape[1])
    rising = np.zeros(runs.size, bool)
    best, best_at = level[0].copy(), np.zeros(runs.size, int)  # lowest when falling, else highest
    for week, now in enumerate(level):
        up = ~rising & (now - best >= swing)
        down = rising & (best - now >= swing)
        turns[best_at[up], runs[up]] = TROUGH
        turns[best_at[down], runs[down]] = PEAK
        better = np.where(rising, now > best, now <= best) | up | down
        best, best_at = np.where(better, now, best), np.where(better, week, best_at)
        rising ^= up | down
    turns[best_at[rising], runs[rising]] = PEAK
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
    weeks, runs = tension.shape
    before, after = _filled(tension, turns, TROUGH)
    after = np.where(np.isnan(after), before, after)  # no trough any more: back to where it began
    after = np.where(np.isnan(after), tension.min(axis=0), after)
    moving, crest, settling = (np.zeros((weeks, runs), bool) for _ in range(3))
    up, top = np.zeros(runs, bool), np.full(runs, np.nan)
    still_moving, still_crest = np.zeros(runs, bool), np.zeros(runs, bool)
    for week in range(weeks - 1, -1, -1):
        peak, now = turns[week] == PEAK, tension[week]
        top = np.where(peak, now, top)
        up = (up | peak) & (turns[week] != TROUGH)
        still_moving = up & (peak | still_moving) & (now > before[week] + CALM_BAND.default)
        still_crest = still_moving & (peak | still_crest) & (now >= top - PEAK_BAND.default)
        moving[week], crest[week] = still_moving, still_crest
    falling, settled = np.ones(runs, bool), np.zeros(runs, bool)
    still_crest = np.zeros(runs, bool)
    for week, now in enumerate(tension):
        peak = turns[week] == PEAK
        top = np.where(peak, now, top)
        falling = (falling & (turns[week] != TROUGH)) | peak
        still_crest = falling & (peak | still_crest) & (now >= top - PEAK_BAND.default)
        settled = ~peak & falling & (settled | (now <= after[week] + CALM_BAND.default))
        crest[week] |= still_crest & ~settled
        settling[week] = falling & ~settled & ~crest[week]
    return moving, crest, settling


def _filled(tension: np.ndarray, turns: np.ndarray, kind: int) -> tuple[np.ndarray, np.ndarray]:
    """Tension at the last and at the next turn of a kind, the week itself included: (week, run)
    each, nan where there is none."""
    before, after = np.full(tension.shape, np.nan), np.full(tension.shape, np.nan)
    for filled, order in ((before, range(len(tension))), (after, range(len(tension) - 1, -1, -1))):
        last = np.full(tension.shape[1], np.nan)
        for week in order:
            last = np.where(turns[week] == kind, tension[week], last)
            filled[week] = last
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
    active = phases(recording) != Phase.CALM
    turns = turning_points(recording["tension"])
    runs = active.shape[1]
    length, with_peak = np.zeros(runs), np.zeros(runs, bool)
    total, ended = np.zeros(runs), np.zeros(runs)
    for week, on in enumerate(active):
        over = ~on & with_peak  # a world that begins by settling has seen no peak
        total += np.where(over, length, 0)
        ended += over
        length = np.where(on, length + 1, 0)
        with_peak = on & (with_peak | (turns[week] == PEAK))
    return np.divide(total, ended, out=np.full(runs, np.nan), where=ended > 0)


def near_miss_weeks(recording: Recording) -> np.ndarray:
    """Weeks in acute crisis (tension at rung 6 or above) or with an armed clash (an incident nobody
    ordered, an act of rung 7): bool (week, run)."""
    clash = _any_act(
        recording, [a.rung >= Rung.LIMITED_ARMED_CLASH for a in _actions(recording.cast)]
    )
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


def _actions(cast: Cast) -> list[Action]:
    return [action for _, action in cast.actions.values()]
