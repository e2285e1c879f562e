"""Recorded weeks of many runs as arrays: quantities and acts over weeks and runs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scenario_sim.data.states import Cast
from scenario_sim.data.variables import RECORDED_PER_STATE, RECORDED_QUANTITIES


def recorded_rows(cast: Cast) -> list[str]:
    """Return the rows of the blackboard that a recording keeps, in the order of its table."""
    own = [f"{s.code}.{q.name}" for q in RECORDED_PER_STATE for s in cast.perceivers]
    return [q.name for q in RECORDED_QUANTITIES] + own


@dataclass(frozen=True)
class Recording:
    """Recorded weeks of one scenario for some runs.

    Attributes
    ----------
    cast : Cast
        The states.
    table : ndarray of float32, shape (quantities, weeks, runs)
        Quantities at the end of each week.
    acts : ndarray of int8, shape (decisions, weeks, runs)
        A decision is a (state, channel) of `cast.channels`. 0 is holding still, n the n-th action,
        -1 nothing to decide.
    names : tuple of str
        The quantities in the table. The default is all recorded ones.
    """

    cast: Cast
    table: np.ndarray
    acts: np.ndarray
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.names:
            object.__setattr__(self, "names", tuple(recorded_rows(self.cast)))

    @classmethod
    def empty(cls, cast: Cast, weeks: int, runs: int, names: tuple[str, ...] = ()) -> Recording:
        """Return a recording of zeros, with room for some runs."""
        names = names or tuple(recorded_rows(cast))
        return cls(
            cast,
            np.zeros((len(names), weeks, runs), np.float32),
            np.zeros((len(cast.channels), weeks, runs), np.int8),
            names,
        )

    @staticmethod
    def bytes_per_run_week(cast: Cast) -> int:
        """Return the bytes that a week of one run takes with all quantities recorded."""
        return 4 * len(recorded_rows(cast)) + len(cast.channels)

    @property
    def runs(self) -> int:
        """Return the number of runs."""
        count: int = self.acts.shape[2]
        return count

    @cached_property
    def _row(self) -> dict[str, int]:
        return {name: n for n, name in enumerate(self.names)}

    def __contains__(self, name: str) -> bool:
        return name in self._row

    def __getitem__(self, name: str) -> np.ndarray:
        """Return a quantity by name, such as `tension` or `DPRK.threat`: float32 (weeks, runs)."""
        values: np.ndarray = self.table[self._row[name]]
        return values

    def did(self, action: str) -> np.ndarray:
        """Return a mask of the weeks in which an action was chosen: bool (weeks, runs)."""
        decision, code = self._code_of(action)
        mask: np.ndarray = self.acts[decision] == code
        return mask

    def chose(self, action: str, week: int) -> np.ndarray:
        """Return a mask of the runs in which an action was chosen in one week: bool (runs,)."""
        decision, code = self._code_of(action)
        mask: np.ndarray = self.acts[decision, week] == code
        return mask

    def _code_of(self, action: str) -> tuple[int, int]:
        state, does = self.cast.actions[action]
        decision = self.cast.channels.index((state.code, does.channel))
        return decision, 1 + list(self.cast.actions).index(action)

    def part(self, runs: slice | np.ndarray) -> Recording:
        """Return some of the runs: a view for a slice, a copy for an array of positions."""
        return Recording(self.cast, self.table[:, :, runs], self.acts[:, :, runs], self.names)

    def take(self, block: Recording, at: int) -> None:
        """Copy runs of another recording, from run `at` on."""
        runs = slice(at, at + block.runs)
        for name in self.names:
            self[name][:, runs] = block[name]
        self.acts[:, :, runs] = block.acts


class RecordedWeek:
    """A recorded week, with the interface that measures read (`MeasuredWeek`)."""

    def __init__(self, recording: Recording, number: int):
        self.cast, self.number = recording.cast, number
        self._recording = recording

    def __getitem__(self, name: str) -> np.ndarray:
        values: np.ndarray = self._recording[name][self.number].astype(float)
        return values

    def did(self, action: str) -> np.ndarray:
        return self._recording.chose(action, self.number)

    def first_at_most(
        self, name: str, since: np.ndarray, level: np.ndarray, where: np.ndarray
    ) -> np.ndarray:
        first = np.zeros(len(where))
        places = np.flatnonzero(where)
        if places.size:
            rows = self._recording[name][: self.number, places] <= level[places]
            rows &= np.arange(self.number)[:, None] >= since[places]
            first[places] = np.where(rows.any(axis=0), rows.argmax(axis=0), self.number)
        return first
