"""Tell one run in sentences: acts, their rung, what moved and why each was chosen.

A narrative is a pure function of (scenario, seed, run). Its facts are those of the run's trajectory;
the terms behind an act are read from the states between their decision and their act.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from scenario_sim.data.enums import Cause, Rung
from scenario_sim.formatting import format_long_date
from scenario_sim.reporting.narrative.episodes import (
    Cycle,
    find_cycles,
    find_near_misses,
    find_phase_spans,
    find_phases,
)
from scenario_sim.reporting.narrative.events import EVENT, LEFT_OUT, Entry, Narrator
from scenario_sim.reporting.narrative.explanations import Explanation, Reason, explain_choice
from scenario_sim.reporting.narrative.history import RecordedEvent, covered_weeks, recorded_events
from scenario_sim.reporting.narrative.phrases import (
    ROADS,
    count_noun,
    describe_risk,
    format_chance,
    state_name,
)
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
    left_out = "" if everything else LEFT_OUT
    return Narrative(world, entries, summarise_run(world), left_out)


def summarise_run(world: SingleRun) -> str:
    """Return what a run came to, from its outcomes alone."""
    scenario, o = world.scenario, world.outcomes
    peak = Rung(int(o["peak_rung"]))
    tests = _join_counts(
        _count(o, "launch_days", "launch day"),
        _count(o, "icbm_tests", "ICBM test"),
        _count(o, "satellite_launches", "satellite launch", "satellite launches"),
        _count(o, "nuclear_tests", "nuclear test"),
        _count(o, "incidents", "armed incident"),
    )
    answers = _join_counts(
        _count(o, "sanctions", "act of sanctions", "acts of sanctions"),
        _count(o, "exercises", "week of exercises", "weeks of exercises"),
        _count(o, "diplomacy", "conciliatory step"),
        _count(o, "talks_weeks", "week of talks", "weeks of talks"),
        _count(o, "resolutions", "Council resolution"),
        _count(o, "vetoes", "veto", "vetoes"),
    )
    who = state_name(scenario.cast.challenger)
    earned, stolen = o["revenue_musd"] / 1000, o["cyber_musd"] / 1000
    began, ended = scenario.start_conditions()["icbm_stock"], o["icbm_stock"]
    return " ".join(
        (
            f"{scenario.title}, run {world.run} of seed {world.seed}, "
            f"{count_noun(scenario.weeks, 'week')} from "
            f"{format_long_date(scenario.start)}: {tests}; {answers}.",
            f"{who} takes in ${earned:.1f}bn, ${stolen:.1f}bn of it stolen online; its ICBMs go "
            f"from {began:.0f} to {ended:.0f}.",
            f"Tension averages {o['mean_tension']:.1f}; the highest rung is {peak:d} "
            f"({peak.label}).",
            _confrontation(scenario, o),
            "One world among many: it shows how things may hang together, not what will happen.",
        )
    )


def _confrontation(scenario: Scenario, o: Mapping[str, Any]) -> str:
    risk = describe_risk(o["confrontation_risk"])
    risk = f"the week-by-week hazards add up to a risk of {risk} (model-dependent)"
    if not o["confrontation"]:
        return f"No direct confrontation is drawn; {risk}."
    week = format_long_date(dates.week_start(scenario.start, int(o["confrontation_week"])))
    road = ROADS[Cause[o["confrontation_cause"].upper()]]
    return f"A direct confrontation is drawn in the week of {week}, {road}; {risk}."


def _count(outcomes: Mapping[str, Any], name: str, one: str, many: str = "") -> str:
    number = int(outcomes[name])
    return f"{number or 'no'} {one if number == 1 else many or one + 's'}"


def _join_counts(*parts: str) -> str:
    """Return the counts, zeros last: `2 tests, 1 veto, no talks`."""
    return ", ".join(sorted(parts, key=lambda part: part.startswith("no ")))
