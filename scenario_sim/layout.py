"""Which rows the board of a cast has, and what they are called.

Rows that one call fills or reads stand together: a block of the board is a stretch of this list.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scenario_sim.conditions import (
    CALENDAR,
    CONDITIONS,
    DERIVED,
    MEMORIES,
    OWN,
    PUSHED,
    ROLES,
    SIGNALS,
    STANDING,
)
from scenario_sim.ledger import Sum, Term
from scenario_sim.parameters import SETTINGS
from scenario_sim.states import Alternative, Cast, StateSpec
from scenario_sim.vocabulary import EVENT_DRAWS, PERCEPTION_DRAWS

STANDING_STILL = SETTINGS.keys() | {q.name for q in STANDING}  # until a lever moves; added first
ROLE_ROWS = ("challenger_threat", "leading_ally_threat", "talks_appeal")  # read under two names
ONE = "one"  # the coefficient of a signal


def board_rows(cast: Cast) -> list[str]:
    """Every row, in order."""
    quantities = (*CONDITIONS, *MEMORIES, *SIGNALS, *STANDING, *CALENDAR, *DERIVED, *ROLES)
    return [
        *SETTINGS,
        *(q.name for q in quantities if q.name not in ROLE_ROWS),
        *(row for state in cast.states for row in own_rows(state)),
        *(judgement_row(state, a.id) for state in cast.states for a in state.appraisal),
        *(draw_row(name) for name in PERCEPTION_DRAWS + EVENT_DRAWS),
        *(push_row(q.name) for q in PUSHED),
        *(did_row(alternative) for alternative in cast.alternatives),
    ]


def own_rows(state: StateSpec) -> list[str]:
    """The rows of what a state feels."""
    return [f"{state.code}.{q.name}" for q in OWN] if state.threat else []


def judgement_row(state: StateSpec, appraisal: str) -> str:
    """The row of one of its appraisals."""
    return f"{state.code}.{appraisal}"


def draw_row(name: str) -> str:
    """The row of this week's luck."""
    return f"draw_{name}"


def push_row(name: str) -> str:
    """The row of what this week's acts add up to."""
    return f"push_{name}"


def did_row(alternative: Alternative) -> str:
    """The row that is 1 where an alternative was chosen this week."""
    return f"did_{alternative.state}_{alternative.channel}_{alternative.id}"


def players(cast: Cast) -> tuple[str, str, str]:
    """Whose rows the roles are, in the order of ROLE_ROWS."""
    challenger = cast.challenger.code
    return f"{challenger}.threat", f"{cast.leading_ally.code}.threat", f"{challenger}.talks_appeal"


def push_sums(cast: Cast) -> list[Sum]:
    """What this week's acts add up to, for each thing an act can move, in the order of PUSHED."""
    sums: dict[str, list[Term]] = {q.name: [] for q in PUSHED}
    for alternative in cast.alternatives:
        action = alternative.action
        if action:
            for push, coefficient in {**dict.fromkeys(action.signals, ONE), **action.moves}.items():
                sums[push].append(Term(action.id, coefficient, did_row(alternative)))
    return [tuple(sums[q.name]) for q in PUSHED]


def together(rows: Sequence[int]) -> slice | np.ndarray:
    """Rows as an index: a slice, which copies nothing, where they are neighbours in this order."""
    first, last = rows[0], rows[-1]
    if list(rows) == list(range(first, last + 1)):
        return slice(first, last + 1)
    return np.array(rows, np.intp)


def stretch(items: Sequence, item) -> slice:
    """Where equal items stand, which are neighbours."""
    first = list(items).index(item)
    return slice(first, first + list(items).count(item))
