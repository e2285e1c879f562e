"""Definitions of plug-ins, as immutable data that travels with a scenario.

A scenario carries its plug-ins to every thread, process and worker, so no registry exists that two
tasks could share. They change no run: neither a scenario's hash nor its random draws.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from scenario_sim.data.parameters import Theory
from scenario_sim.data.states import Action
from scenario_sim.errors import ScenarioSimError

DIGEST_DIGITS = 16  # of a file's SHA-256, as names of folders and results show it
ACT_KEYS = ("state", "action", "family", "channel", "signal")
# How an outcome reduces its weeks to one number, and what a window of a study holds of it.
REDUCTIONS = {
    "sum": "total",
    "mean": "mean",
    "max": "",
    "min": "",
    "last": "last",
    "any": "",
    "first": "",
}
WeeksFunction = Callable[[Mapping[str, np.ndarray]], np.ndarray]


class PluginError(ScenarioSimError):
    """A function of a plug-in raised an error, or returned what is no result."""


@dataclass(frozen=True)
class Function:
    """A function of a Python plug-in.

    Attributes
    ----------
    call : callable
        Takes arrays (runs, weeks) by name; returns (runs, weeks), or (runs,) for an outcome.
    reads : tuple of str
        The quantities that it takes.
    place : str
        File, line and name, for messages.
    """

    call: WeeksFunction = field(compare=False)
    reads: tuple[str, ...]
    place: str


@dataclass(frozen=True)
class OwnQuantity:
    """A weekly quantity: an expression, a number of acts, or a function.

    Attributes
    ----------
    name, unit, description : str
    of : str
        The expression; empty for the other two.
    acts : dict of str to str
        Conditions that an act meets to be counted, by ACT_KEYS.
    function : Function or None
    """

    name: str
    unit: str
    description: str
    of: str = ""
    acts: Mapping[str, str] = field(default_factory=dict)
    function: Function | None = None

    def counts(self, state: str, action: Action) -> bool:
        """Return whether an action of a state is among the acts that are counted."""
        said = {
            "state": (state,), "action": (action.id,), "family": (action.family.value,),
            "channel": (action.channel.value,), "signal": action.signals,
        }  # fmt: skip
        return all(value in said[key] for key, value in self.acts.items())


@dataclass(frozen=True)
class OwnOutcome:
    """An outcome: a quantity of the weeks, and how they become one number.

    Attributes
    ----------
    name, unit, label, description : str
    weekly : OwnQuantity or None
        What is reduced; None for a function.
    reduce : str
        One of REDUCTIONS.
    function : Function or None
    may_be_missing : bool
        Whether a run may have no value (NaN).
    """

    name: str
    unit: str
    label: str
    description: str
    weekly: OwnQuantity | None = None
    reduce: str = ""
    function: Function | None = None
    may_be_missing: bool = False

    @property
    def window(self) -> str:
        """Return what a window of a study holds of it; see `simulation.outcomes.Outcome`."""
        return REDUCTIONS.get(self.reduce, "")


@dataclass(frozen=True)
class Plugin:
    """One plug-in.

    Attributes
    ----------
    name : str
        Name of its file, or of the installed plug-in.
    content : bytes
        The file.
    quantities, outcomes, theories : tuple
        What the content defines.
    installed : bool
        Whether a Python package brought it, under this name.
    restore : callable or None
        Makes an equal plug-in from name, content and `installed`, in another process.
    """

    name: str
    content: bytes = field(repr=False)
    quantities: tuple[OwnQuantity, ...] = field(default=(), compare=False)
    outcomes: tuple[OwnOutcome, ...] = field(default=(), compare=False)
    theories: tuple[Theory, ...] = field(default=(), compare=False)
    installed: bool = False
    restore: Callable[[str, bytes, bool], Plugin] | None = field(
        default=None, repr=False, compare=False
    )

    @cached_property
    def digest(self) -> str:
        """Return the first digits of the SHA-256 of the file."""
        return hashlib.sha256(self.content).hexdigest()[:DIGEST_DIGITS]

    def __reduce__(self) -> tuple[Any, ...]:
        # Functions do not pickle. A worker reads the same bytes, and has the same definitions.
        return self.restore or Plugin, (self.name, self.content, self.installed)


def _no_outcomes(plugins: Plugins) -> tuple[Any, ...]:
    return ()


@dataclass(frozen=True)
class Plugins:
    """The plug-ins of a scenario, in the order in which they were named.

    Attributes
    ----------
    items : tuple of Plugin
    to_outcomes : callable
        Returns their outcomes in the form of the package's own (`simulation.plugins.measures`).
    """

    items: tuple[Plugin, ...] = ()
    to_outcomes: Callable[[Plugins], tuple[Any, ...]] = field(
        default=_no_outcomes, repr=False, compare=False
    )

    def __reduce__(self) -> tuple[Any, ...]:
        return Plugins, (self.items, self.to_outcomes)  # without what was worked out from them

    def __bool__(self) -> bool:
        return bool(self.items)

    @cached_property
    def quantities(self) -> dict[str, OwnQuantity]:
        """Return the weekly quantities by name."""
        return {q.name: q for plugin in self.items for q in plugin.quantities}

    @cached_property
    def outcomes(self) -> tuple[OwnOutcome, ...]:
        """Return the outcomes."""
        return tuple(outcome for plugin in self.items for outcome in plugin.outcomes)

    @cached_property
    def theories(self) -> tuple[Theory, ...]:
        """Return the theories."""
        return tuple(theory for plugin in self.items for theory in plugin.theories)

    @cached_property
    def sources(self) -> dict[str, str]:
        """Return the digest of each plug-in by name, as results name them."""
        return {plugin.name: plugin.digest for plugin in self.items}

    @cached_property
    def digest(self) -> str:
        """Return one digest of all plug-ins; empty without any."""
        return digest_of(self.sources)

    @cached_property
    def program_text(self) -> str:
        """Return what decides the compiled program: the arithmetic, without words and functions."""
        outcomes = [o for o in self.outcomes if o.weekly]
        if not outcomes:
            return ""
        rows = [_arithmetic(q) for q in self.quantities.values() if not q.function]
        rows += [[o.name, o.reduce, _arithmetic(o.weekly)] for o in outcomes if o.weekly]
        return json.dumps(rows)


def digest_of(sources: Mapping[str, str]) -> str:
    """Return one digest of plug-ins, given that of each by name; empty without any."""
    if not sources:
        return ""
    text = json.dumps(list(sources.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_DIGITS]


def _arithmetic(quantity: OwnQuantity) -> list[Any]:
    return [quantity.name, quantity.of, sorted(quantity.acts.items())]


NO_PLUGINS = Plugins()
