"""Tell one run in sentences: acts, their rung, what moved and why each was chosen.

A narrative is a pure function of (scenario, seed, run). Its facts are those of the run's trajectory;
the terms behind an act are read from the states between their decision and their act.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scenario_sim.data.enums import Cause, Rung
from scenario_sim.formatting import format_long_date
from scenario_sim.reporting.narrative import messages
from scenario_sim.reporting.narrative.episodes import (
    Cycle,
    find_cycles,
    find_near_misses,
    find_phase_spans,
    find_phases,
)
from scenario_sim.reporting.narrative.events import EVENT, MIN_TOLD_THEFT_MUSD, Entry, Narrator
from scenario_sim.reporting.narrative.explanations import Explanation, Reason, explain_choice
from scenario_sim.reporting.narrative.history import RecordedEvent, covered_weeks, recorded_events
from scenario_sim.reporting.narrative.phrases import describe_risk, format_chance, state_name
from scenario_sim.scenario import Scenario, dates
from scenario_sim.simulation.single_run import SingleRun, simulate_run

__all__ = [
    "EVENT",
    "Cycle",
    "Entry",
    "Explanation",
    "Narrative",
    "Reason",
    "RecordedEvent",
    "covered_weeks",
    "describe_risk",
    "explain_choice",
    "find_cycles",
    "find_near_misses",
    "find_phase_spans",
    "find_phases",
    "format_chance",
    "narrate",
    "narrate_run",
    "recorded_events",
]

RUN_TESTS = ("launch_days", "icbm_tests", "satellite_launches", "nuclear_tests", "incidents")


@dataclass(frozen=True)
class Narrative:
    """The narrative of one run; `left_out` names what it omits, if anything."""

    world: SingleRun
    entries: tuple[Entry, ...]
    summary: str
    left_out: str = ""

    @property
    def outcomes(self) -> dict[str, Any]:
        """Outcomes of the run, by name."""
        return self.world.outcomes

    def only(
        self, states: Collection[str] = (), families: Collection[str] = ()
    ) -> tuple[Entry, ...]:
        """Return the entries of some states, some families, or both; all of them by default.

        An entry that no state chose has the state "" and the family `EVENT`.
        """
        return tuple(
            entry
            for entry in self.entries
            if (not states or entry.state in states) and (not families or entry.family in families)
        )


def narrate(
    scenario: Scenario, seed: int = 0, run: int = 0, *, why: bool = False, everything: bool = False
) -> Narrative:
    """Simulate one run and return its narrative.

    Parameters
    ----------
    scenario : Scenario
        What to simulate.
    seed, run : int
        Seed of the ensemble and number of the run in it.
    why, everything : bool
        See `narrate_run`.

    Raises
    ------
    ScenarioError
        If the seed or the run is out of range.
    """
    return narrate_run(simulate_run(scenario, seed, run), why=why, everything=everything)


def narrate_run(world: SingleRun, *, why: bool = False, everything: bool = False) -> Narrative:
    """Return the narrative of a run.

    Parameters
    ----------
    world : SingleRun
        The run.
    why : bool
        Add the terms that decided each act.
    everything : bool
        Tell also statements, offers, support and small thefts, which would bury the rest.
    """
    teller = Narrator(world, why, everything)
    entries = tuple(entry for week in range(world.scenario.weeks) for entry in teller.week(week))
    left_out = "" if everything else messages.LEFT_OUT.format(least=MIN_TOLD_THEFT_MUSD)
    return Narrative(world, entries, summarise_run(world), left_out)


def summarise_run(world: SingleRun) -> str:
    """Return what a run came to, from its outcomes alone."""
    scenario, o = world.scenario, world.outcomes
    peak = Rung(int(o["peak_rung"]))
    return messages.SUMMARY.format(
        title=scenario.title,
        run=world.run,
        seed=world.seed,
        weeks=messages.WEEKS.format(n=scenario.weeks),
        start=format_long_date(scenario.start),
        tests=_join_counts(o, RUN_TESTS),
        answers=_join_counts(o, [name for name in messages.COUNTS if name not in RUN_TESTS]),
        state=state_name(scenario.cast.challenger),
        earned=o["revenue_musd"] / 1000,
        stolen=o["cyber_musd"] / 1000,
        began=float(scenario.start_conditions()["icbm_stock"]),
        ended=float(o["icbm_stock"]),
        tension=float(o["mean_tension"]),
        rung=int(peak),
        label=peak.label,
        confrontation=_confrontation(scenario, o),
    )


def _confrontation(scenario: Scenario, o: Mapping[str, Any]) -> str:
    risk = describe_risk(o["confrontation_risk"])
    if not o["confrontation"]:
        return messages.SUMMARY_NONE.format(risk=risk)
    week = format_long_date(dates.week_start(scenario.start, int(o["confrontation_week"])))
    road = messages.ROADS[Cause[o["confrontation_cause"].upper()]]
    return messages.SUMMARY_DRAWN.format(week=week, road=road, risk=risk)


def _join_counts(outcomes: Mapping[str, Any], names: Sequence[str]) -> str:
    """Return the counts, zeros last: `2 tests, 1 veto, no talks`."""
    numbers = {name: int(outcomes[name]) for name in names}
    texts = messages.COUNTS
    return ", ".join(
        texts[name][1].format(n=n) if n else texts[name][0]
        for name, n in sorted(numbers.items(), key=lambda pair: pair[1] == 0)
    )
