"""Single runs and their films, from the cache that all visitors share."""

from __future__ import annotations

from typing import Any

from scenario_sim.scenario import Scenario
from scenario_sim.simulation.single_run import SingleRun, simulate_run
from scenario_sim.ui.components.widgets import to_json
from scenario_sim.ui.server.cache import CACHE, key_of
from scenario_sim.ui.views.single_run.film import cast_of, film_of, log_of, record_of

BYTES_PER_WEEK = 5_000  # of a single run, and of its film: 0.5 MB over two years


def single_run_of(scenario: Scenario, seed: int, run: int) -> SingleRun:
    """Return a single run. Raises ScenarioError for a run that cannot be."""
    return CACHE.get(
        key_of("single run", scenario, seed, run),
        lambda _: simulate_run(scenario, seed, run),
        nbytes=lambda _: BYTES_PER_WEEK * scenario.weeks,
    )


def cached_cast(scenario: Scenario) -> str:
    """Return the cast and the historical record of a scenario, as JSON."""
    return CACHE.get(
        key_of("cast", scenario), lambda _: to_json(cast_of(scenario) | record_of(scenario))
    )


def cached_film(scenario: Scenario, seed: int, run: int) -> dict[str, Any]:
    """Return what moves on the stage, week by week. Raises as `single_run_of` does."""
    return CACHE.get(
        key_of("film", scenario, seed, run),
        lambda _: film_of(single_run_of(scenario, seed, run)),
        nbytes=lambda _: BYTES_PER_WEEK * scenario.weeks,
    )


def cached_log(scenario: Scenario, seed: int, run: int) -> dict[str, Any]:
    """Return what happened, as the log lists it. Raises as `single_run_of` does."""

    def compute(_: object) -> dict[str, Any]:
        entries = log_of(single_run_of(scenario, seed, run))
        return {"dates": cached_film(scenario, seed, run)["dates"], "entries": entries}

    return CACHE.get(key_of("log", scenario, seed, run), compute)
