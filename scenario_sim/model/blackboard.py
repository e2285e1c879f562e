"""The blackboard holds every quantity of a week, as named rows over runs.

It is one block of float64, (rows, runs). Equations read rows by name and return the rows that they
change, which the model writes. A row that was read by name cannot be written to. An agent writes
its own rows through a `Selection` of them. The functions below tell which rows there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from scenario_sim.data.enums import EVENT_DRAWS, PERCEPTION_DRAWS
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.data.states import (
    Alternative,
    Cast,
    StateSpec,
    Term,
    WeightedSum,
)
from scenario_sim.data.variables import (
    CALENDAR,
    CONDITIONS,
    DERIVED,
    LEVER_TRANSFORMS,
    MEMORIES,
    PER_STATE,
    PUSH_TARGETS,
    ROLES,
    SIGNALS,
)
from scenario_sim.scenario.reactions import reaction_row

RECORDED_LAUNCH_DAYS = "recorded_launch_days"
RECORDED_SATELLITE = "recorded_satellite"
LAUNCHES_RECORDED = "launches_recorded"
ROLE_ROWS = ("challenger_threat", "leading_ally_threat", "talks_appeal")  # read under two names
NO_DECISION = -1  # code of an act where a state lacks the channel, or there is no draft to vote on
UNIT_COEFFICIENT = "one"  # the coefficient of a signal

# Rows that the scenario gives for each week, the same in every run. They stand first.
WEEKLY_INPUTS = (
    *SETTINGS,
    *(q.name for q in CALENDAR),
    RECORDED_LAUNCH_DAYS,
    LAUNCHES_RECORDED,
    RECORDED_SATELLITE,
)
# Rows that follow from levers alone. Sums add their terms first: that subtotal is the same in every
# run, so the kernel computes it once a week.
LEVER_ROWS = SETTINGS.keys() | {q.name for q in LEVER_TRANSFORMS}


class Blackboard:
    """Rows over runs by name: `board.tension` is a read-only view, (runs,).

    Attributes
    ----------
    row : dict of str to int
        Where each row stands in the block.
    block : ndarray, shape (rows, runs)
        All rows, read-only.

    Examples
    --------
    >>> board = Blackboard(["tension", "trust"], runs=2)
    >>> board.write({"tension": 3.0})
    >>> board.tension
    array([3., 3.])
    """

    def __init__(self, names: Iterable[str], runs: int):
        self.row = {name: row for row, name in enumerate(names)}
        self.runs = runs
        self._block = np.zeros((len(self.row), runs))
        self._writable = dict(zip(self.row, self._block, strict=True))
        self.block = self._block.view()
        self.block.flags.writeable = False
        # Each row is a plain attribute, the fastest to read: equations read hundreds a week.
        vars(self).update(zip(self.row, self.block, strict=True))

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> np.ndarray: ...

    def __getitem__(self, name: str) -> np.ndarray:
        values: np.ndarray = self.block[self.row[name]]
        return values

    def write(self, values: Mapping[str, np.ndarray | float]) -> None:
        """Set rows by name."""
        for name, value in values.items():
            self._writable[name][...] = value

    def span(self, first: str, last: str) -> np.ndarray:
        """Return the neighbouring rows `first` to `last`, both included: (rows, runs)."""
        return self.block[self.row[first] : self.row[last] + 1]

    def select(self, names: Sequence[str]) -> Selection:
        """Return a selection of rows, which are then read and written together."""
        return Selection(self._block, as_index([self.row[name] for name in names]))

    def restore(self, block: np.ndarray) -> None:
        """Set every row from a block, (rows, runs)."""
        self._block[...] = block

    def add_alias(self, alias: str, name: str) -> None:
        """Let a row be read under a second name: `challenger_threat` is the challenger's."""
        self.row[alias] = self.row[name]
        setattr(self, alias, getattr(self, name))


class Selection:
    """Some rows of a blackboard in a fixed order, to read and write together."""

    def __init__(self, block: np.ndarray, index: slice | np.ndarray):
        self._block, self._index = block, index

    def read(self) -> np.ndarray:
        """Return the present values of the rows, (rows, runs)."""
        return self._block[self._index]

    def write(self, values: np.ndarray) -> None:
        """Set the rows, from (rows, runs) or (rows, 1)."""
        self._block[self._index] = values


# --- which rows there are ------------------------------------------------------------------------


def board_rows(cast: Cast, reactions: int = 0) -> list[str]:
    """Return the names of all rows, in order, for a scenario with so many reactions."""
    quantities = (*LEVER_TRANSFORMS, *CONDITIONS, *MEMORIES, *SIGNALS, *DERIVED, *ROLES)
    inputs = frozenset(WEEKLY_INPUTS)
    return [
        *WEEKLY_INPUTS,
        *(q.name for q in quantities if q.name not in ROLE_ROWS and q.name not in inputs),
        *(row for state in cast.states for row in perception_rows(state)),
        *(appraisal_row(state, a.id) for state in cast.states for a in state.appraisal),
        *(draw_row(name) for name in event_draws(cast)),
        *(push_row(q.name) for q in PUSH_TARGETS),
        *(did_row(alternative) for alternative in cast.alternatives),
        *(reaction_row(n) for n in range(reactions)),
    ]


def event_draws(cast: Cast) -> tuple[str, ...]:
    """Return the draws of a week that have rows of their own: all but those of choices."""
    return PERCEPTION_DRAWS + cast.new_perceptions + EVENT_DRAWS


def perception_rows(state: StateSpec) -> list[str]:
    """Return the rows of a state's perceptions; none for a state without a threat perception."""
    return [f"{state.code}.{q.name}" for q in PER_STATE] if state.threat else []


def appraisal_row(state: StateSpec, appraisal: str) -> str:
    """Return the row of one appraisal of a state."""
    return f"{state.code}.{appraisal}"


def draw_row(name: str) -> str:
    """Return the row of one random draw of this week."""
    return f"draw_{name}"


def push_row(name: str) -> str:
    """Return the row of one sum of what this week's acts do."""
    return f"push_{name}"


def did_row(alternative: Alternative) -> str:
    """Return the row that is 1 where an alternative was chosen this week, else 0."""
    return f"did_{alternative.state}_{alternative.channel}_{alternative.id}"


def role_source_rows(cast: Cast) -> tuple[str, str, str]:
    """Return the rows that ROLE_ROWS are second names of, in the same order."""
    challenger = cast.challenger.code
    return f"{challenger}.threat", f"{cast.leading_ally.code}.threat", f"{challenger}.talks_appeal"


def push_sums(cast: Cast) -> list[WeightedSum]:
    """Return the sum over acts for each quantity that acts can move, in the order of PUSHED."""
    sums: dict[str, list[Term]] = {q.name: [] for q in PUSH_TARGETS}
    for alternative in cast.alternatives:
        action = alternative.action
        if action:
            for push, coefficient in {
                **dict.fromkeys(action.signals, UNIT_COEFFICIENT),
                **action.moves,
            }.items():
                sums[push].append(Term(action.id, coefficient, did_row(alternative)))
    return [tuple(sums[q.name]) for q in PUSH_TARGETS]


def as_index(rows: Sequence[int]) -> slice | np.ndarray:
    """Return row numbers as an index: a slice, which copies nothing, where they are neighbours."""
    if list(rows) == list(range(rows[0], rows[-1] + 1)):
        return slice(rows[0], rows[-1] + 1)
    return np.array(rows, np.intp)


def contiguous_slice(items: Sequence[Any], item: Any) -> slice:
    """Return the slice of items that equal `item`; they must be neighbours."""
    first = list(items).index(item)
    return slice(first, first + list(items).count(item))
