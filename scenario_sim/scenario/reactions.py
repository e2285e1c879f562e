"""Reactions: changes of levers that follow from what happens, instead of from a date.

A reaction reads one state variable at the end of last week, in single precision, as a trajectory
records it. So a table of results is enough to tell when a reaction was in force. Adaptive policy
pathways [1] are made of such rules.

[1] Haasnoot, M., Kwakkel, J. H., Walker, W. E. and ter Maat, J. (2013). Dynamic adaptive policy
    pathways: a method for crafting robust decisions for a deeply uncertain world. Global
    Environmental Change 23(2), 485-498.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from scenario_sim.data.variables import RECORDED_QUANTITIES, SIGNALS
from scenario_sim.errors import UnknownNameError
from scenario_sim.language import translate

VARIABLES = {q.name: q for q in (*RECORDED_QUANTITIES, *SIGNALS)}  # what a reaction may read
COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    ">=": lambda value, level: value >= level,
    "<=": lambda value, level: value <= level,
    ">": lambda value, level: value > level,
    "<": lambda value, level: value < level,
}
_TRIGGER = re.compile(r"\s*(\w+)\s*(?:(>=|<=|>|<)\s*([-+.\deE]+))?\s*")


@dataclass(frozen=True)
class Trigger:
    """The condition of a reaction: a state variable, a comparison and a level."""

    variable: str
    comparison: str
    level: float

    @classmethod
    def parse(cls, text: str) -> Trigger:
        """Return the trigger of a text such as `tension >= 5`; a signal needs no level.

        Raises ValueError with the cure.

        >>> Trigger.parse("talks_stage >= 2")
        Trigger(variable='talks_stage', comparison='>=', level=2.0)
        >>> Trigger.parse("icbm_test").comparison
        '>'
        """
        found = _TRIGGER.fullmatch(text)
        try:
            level = float(found[3] or 0) if found else np.nan
        except ValueError:
            level = np.nan
        if found is None or not np.isfinite(level):
            raise ValueError(
                translate(
                    "takes a state variable, >, >=, < or <=, and a number, as in `tension >= 5`; "
                    "or an act, as in `icbm_test`"
                )
            )
        name = found[1]
        if name not in VARIABLES:
            raise ValueError(str(UnknownNameError("state variable", name, VARIABLES)))
        if found[2] is None and name not in {q.name for q in SIGNALS}:
            raise ValueError(translate("needs a level, as in `{name} >= 1`").format(name=name))
        return cls(name, found[2] or ">", level)

    def holds(self, value: Any, level: Any = None) -> Any:
        """Return a mask of the runs in which the condition holds.

        Parameters
        ----------
        value : array or symbol, shape (runs,)
            The variable, in single precision.
        level : float or symbol, optional
            The level, if it is an input of a program; the default is the trigger's own.
        """
        return COMPARISONS[self.comparison](value, self.level if level is None else level)


class Reaction(Protocol):
    """Part of a scenario's reaction (`tables.Reaction`) that the functions here read."""

    @property
    def trigger(self) -> Trigger: ...

    @property
    def weeks(self) -> int: ...

    def settings(self) -> dict[str, float]: ...


def reaction_row(number: int) -> str:
    """Return the row that holds how many weeks a reaction stays in force."""
    return f"reaction_{number}"


def input_rows(reactions: Sequence[Reaction]) -> dict[str, float]:
    """Return the numbers of the reactions, by the names under which a program reads them."""
    rows = {}
    for n, reaction in enumerate(reactions):
        own = reaction_row(n)
        rows[f"{own}.level"] = reaction.trigger.level
        rows[f"{own}.weeks"] = float(reaction.weeks)
        rows |= {f"{own}.{name}": value for name, value in reaction.settings().items()}
    return rows


def structure_text(reactions: Sequence[Reaction]) -> str:
    """Return what decides a program: the variables, comparisons and levers, without numbers."""
    return "\n".join(
        f"{r.trigger.variable} {r.trigger.comparison} {','.join(r.settings())}" for r in reactions
    )


def reacting_levers(reactions: Sequence[Reaction]) -> frozenset[str]:
    """Return the names of all settings that some reaction moves."""
    return frozenset(name for reaction in reactions for name in reaction.settings())


def reacted_rows(board: Any, week: Any, reactions: Sequence[Reaction]) -> dict[str, Any]:
    """Return the levers of this week, and how long each reaction stays in force.

    Works on arrays over runs and on the symbols of a trace. A condition that holds again starts
    its weeks anew; of two reactions that move one lever, the later one in the file has its way.

    Parameters
    ----------
    board : Blackboard or SymbolicBoard
        Last week's state variables, and this week's scheduled levers.
    week : mapping of str to float or symbol
        This week's inputs, those of `input_rows` included.
    reactions : sequence of Reaction
    """
    rows: dict[str, Any] = {}
    for n, reaction in enumerate(reactions):
        own = reaction_row(n)
        value = board[reaction.trigger.variable].astype(np.float32).astype(np.float64)
        met = reaction.trigger.holds(value, week[f"{own}.level"])
        left = np.where(met, week[f"{own}.weeks"], np.maximum(board[own] - 1.0, 0.0))
        rows[own] = left
        for name in reaction.settings():
            scheduled = rows.get(name, board[name])
            rows[name] = np.where(left > 0, week[f"{own}.{name}"], scheduled)
    return rows
