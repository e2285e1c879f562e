"""The choice of a run to watch: a notable one, or any by its number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from html import escape
from typing import Any

import numpy as np
import solara

from scenario_sim.formatting import format_number
from scenario_sim.scenario import Scenario, dates
from scenario_sim.simulation.ensemble import simulate
from scenario_sim.simulation.notable_runs import choose_run
from scenario_sim.ui import messages
from scenario_sim.ui.components.figures import hint
from scenario_sim.ui.components.widgets import to_json
from scenario_sim.ui.ensembles import EnsembleSummary
from scenario_sim.ui.server.cache import CACHE, key_of
from scenario_sim.ui.state import AppState
from scenario_sim.ui.views.single_run.lines import Lines

NEAR_MISS = "near-miss"
NO_RUN, UNKNOWN_RUN = -1, -2  # no run is watched; the run is found on request
MAX_CLICK_RUNS = 200  # a click into the fan finds one of the first runs


@solara.component_vue("chooser.vue")
def _Chooser(
    texts: dict,
    offers: str,
    waiting: bool,
    run: int,
    seed: str,
    event_watch_run: Callable[[dict], None],
):
    """Draw buttons for notable runs, and a field for any other."""


@solara.component
def RunChooser(
    state: AppState,
    scenario: Scenario,
    ensemble: EnsembleSummary | None,
    on_run: Callable[[int, int], None],
    watching: bool = True,
):
    """Draw the choice of a run.

    Parameters
    ----------
    state : AppState
    scenario : Scenario
    ensemble : EnsembleSummary or None
        The futures to choose from, once they are there.
    on_run : callable
        Gets a run and its seed.
    watching : bool
        Whether a run is watched already.
    """

    def chosen(one: dict) -> None:
        run, seed = int(one["run"]), int(one["seed"])
        on_run(find_near_miss(scenario, seed, state.runs) if run == UNKNOWN_RUN else run, seed)

    offers = solara.use_memo(
        lambda: run_offers(scenario, ensemble, bool(state.moved)), [scenario, ensemble, state.moved]
    )
    _Chooser(
        texts=messages.single_run.CHOOSER,
        offers=offers,
        waiting=ensemble is None,
        run=state.run if watching else NO_RUN,
        seed=str(state.seed),
        event_watch_run=chosen,
    )


@solara.component
def WatchPanel(
    state: AppState,
    scenario: Scenario,
    ensemble: EnsembleSummary | None,
    on_run: Callable[[int, int], None],
):
    """Draw the way from the fan to one of its runs."""
    with solara.v.Html(tag="section", class_="sim-watch"):
        words = f"{messages.single_run.ONE_WORLD_LEAD} {messages.single_run.FAN_CLICK}"
        head = f"<h2>{escape(messages.single_run.ONE_WORLD)}</h2>{hint(words)}"
        solara.HTML(unsafe_innerHTML=head, classes=["sim-figure-head"])
        RunChooser(state, scenario, ensemble, on_run, watching=False)
        Lines(scenario, ensemble.trajectory if ensemble else None, on_run)


def run_offers(scenario: Scenario, ensemble: EnsembleSummary | None, is_moved: bool = False) -> str:
    """Return the notable runs as JSON: those of the ensemble, then those of the scenario.

    A kind of run is offered once. Those of the scenario hold for its own levers: where a lever is
    moved, the ensemble's take their place.
    """
    offers = []
    own = () if is_moved else scenario.lecture_seeds
    kinds = {one.id for one in own}
    for name, (label, note) in messages.single_run.CHOICES.items():
        if ensemble is None:
            break
        if name in kinds:
            continue
        run = UNKNOWN_RUN if name == NEAR_MISS else ensemble.notable_runs[name]
        futures = ensemble.trajectory
        tension = format_number(float(futures.outcomes["mean_tension"].to_numpy().min()), 1)
        note = note.format(runs=futures.runs.size, tension=tension)
        offers.append(_offer(name, run, futures.seed, label, note))
    for one in own:
        label = messages.single_run.NOTABLE_RUN.format(
            kind=messages.single_run.NOTABLE.get(one.id, one.id)
        )
        offers.append(_offer(one.id, one.run, one.seed, label, one.note))
    return to_json(offers)


def _offer(name: str, run: int, seed: int, label: str, note: str) -> dict[str, Any]:
    return {"name": name, "run": run, "seed": str(seed), "label": label, "note": note}


def find_near_miss(scenario: Scenario, seed: int, runs: int) -> int:
    """Return the run with the nearest miss. This simulates the weeks again, which are not kept."""
    return CACHE.get(
        key_of(NEAR_MISS, scenario, seed, runs),
        lambda _: choose_run(simulate(scenario, runs, seed), NEAR_MISS),
    )


def nearest_run(scenario: Scenario, seed: int, day: str, tension: float) -> int:
    """Return the run whose line passes nearest to a point of the fan.

    Parameters
    ----------
    scenario : Scenario
    seed : int
    day : str
        An ISO date.
    tension : float
        In rungs.

    Returns
    -------
    int
        One of the first MAX_CLICK_RUNS runs.
    """
    week = dates.week_of(scenario.start, date.fromisoformat(day))
    lines = simulate(scenario, MAX_CLICK_RUNS, seed).weekly["tension"]
    return int(np.abs(lines[min(max(week, 0), scenario.weeks - 1)] - tension).argmin())
