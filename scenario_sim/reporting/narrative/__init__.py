"""One world told in sentences: who did what, on which rung, what moved, and why it was chosen.

A story is a pure function of (scenario, seed, run). Its facts are those of the trajectory of that
run; the terms behind an act are read off the states between their deciding and their acting.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from scenario_sim.reporting.narrative.entry import EVENT, Entry
from scenario_sim.reporting.narrative.episodes import (
    Cycle,
    cycles_of,
    near_misses_of,
    phases_of,
    spans_of,
)
from scenario_sim.reporting.narrative.events import LEFT_OUT, Teller
from scenario_sim.reporting.narrative.explanations import Reason, Why, why
from scenario_sim.reporting.narrative.history import Recorded, covered, on_record
from scenario_sim.reporting.narrative.phrases import percent, risk_in_words
from scenario_sim.reporting.narrative.summary import summary
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.single_run import World, play

__all__ = [
    "EVENT",
    "Cycle",
    "Entry",
    "Reason",
    "Recorded",
    "Story",
    "Why",
    "covered",
    "cycles_of",
    "near_misses_of",
    "on_record",
    "percent",
    "phases_of",
    "risk_in_words",
    "spans_of",
    "tell",
    "told",
    "why",
]


@dataclass(frozen=True)
class Story:
    """One world, told. `left_out` says what is not told, and is empty where everything is."""

    world: World
    entries: tuple[Entry, ...]
    summary: str
    left_out: str = ""

    @property
    def outcomes(self) -> dict[str, Any]:
        return self.world.outcomes

    def only(
        self, states: Collection[str] = (), families: Collection[str] = ()
    ) -> tuple[Entry, ...]:
        """The entries of some states, some families, or both; of all where none is named. What no
        state chose has the state "" and the family `EVENT`."""
        return tuple(
            entry
            for entry in self.entries
            if (not states or entry.state in states) and (not families or entry.family in families)
        )


def tell(
    scenario: Scenario, seed: int = 0, run: int = 0, *, why: bool = False, everything: bool = False
) -> Story:
    """The story of one run: see `told`. Raises ScenarioError for a seed or run that cannot be."""
    return told(play(scenario, seed, run), why=why, everything=everything)


def told(world: World, *, why: bool = False, everything: bool = False) -> Story:
    """The story of a world that was played.

    why: with the terms that decided each act. everything: with words, offers, support and small
    thefts, which are left out otherwise because they would bury the rest.
    """
    teller = Teller(world, why, everything)
    entries = tuple(entry for week in range(world.scenario.weeks) for entry in teller.week(week))
    left_out = "" if everything else LEFT_OUT
    return Story(world, entries, summary(world), left_out)
