"""Worlds and films that were made already: a world is a pure function, so all visitors share them."""

from __future__ import annotations

from functools import lru_cache
from threading import RLock

from scenario_sim.scenario import Scenario
from scenario_sim.ui.world.film import cast_of, film_of, log_of, text_of
from scenario_sim.ui.world.recorded import recorded_of
from scenario_sim.world import World, play

MOST = 32  # half a megabyte each over two years, two and a half over ten

_front = RLock()


@lru_cache(maxsize=MOST)
def world_of(scenario: Scenario, seed: int, run: int) -> World:
    """Raises ScenarioError for a run that cannot be."""
    with _front:
        return play(scenario, seed, run)


@lru_cache(maxsize=MOST)
def cast_text(scenario: Scenario) -> str:
    return text_of(cast_of(scenario) | recorded_of(scenario))


@lru_cache(maxsize=MOST)
def film(scenario: Scenario, seed: int, run: int) -> dict:
    with _front:
        return film_of(world_of(scenario, seed, run))


@lru_cache(maxsize=MOST)
def log(scenario: Scenario, seed: int, run: int) -> dict:
    with _front:
        return {
            "dates": film(scenario, seed, run)["dates"],
            "entries": log_of(world_of(scenario, seed, run)),
        }


def give_way() -> None:
    """Waits while somebody waits for a world: what is worked out behind it can wait."""
    with _front:
        pass
