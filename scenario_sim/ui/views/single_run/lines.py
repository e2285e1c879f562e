"""Single futures in the fan: a few real runs, drawn faintly on request."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import solara

from scenario_sim.reporting.charts.fan import thin_weeks
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.ensemble import simulate
from scenario_sim.simulation.notable_runs import choose_run
from scenario_sim.simulation.trajectory import Trajectory
from scenario_sim.ui import messages
from scenario_sim.ui.server.cache import CACHE, key_of
from scenario_sim.ui.use_result import use_job

SHOWN_RANKS = (0.2, 0.4, 0.6, 0.8)  # by mean tension, as shares of all runs


@solara.component_vue("lines.vue")
def _Lines(
    texts: dict,
    shown: bool,
    lines: str,
    event_show: Callable[[bool], None],
    event_watch: Callable[[int], None],
):
    """Draw a switch and a button for each line, and send the lines to the fan."""


@solara.component
def Lines(scenario: Scenario, ensemble: Trajectory | None, on_run: Callable[[int, int], None]):
    """Draw the lines of an ensemble once it is there. `on_run` gets a run and its seed."""
    shown, show = solara.use_state(False)
    wanted = ensemble if shown else None
    job = use_job(
        wanted,
        (lambda *_: lines_of(scenario, wanted)) if wanted is not None else None,
        is_long=False,
    )
    drawn = (
        (job.state.value or []) if job.state.question is wanted else []
    )  # not those of another scenario
    _Lines(
        texts=messages.single_run.LINES,
        shown=shown,
        lines=json.dumps(drawn, separators=(",", ":")),
        event_show=show,
        event_watch=lambda run: on_run(int(run), ensemble.seed) if ensemble is not None else None,
    )


def lines_of(scenario: Scenario, ensemble: Trajectory) -> list[dict[str, Any]]:
    """Return each line's run, its label, and its tension as [ISO date, rungs] pairs."""
    chosen = choose_lines(ensemble)
    seed, runs = ensemble.seed, tuple(chosen)
    dates, tension = CACHE.get(
        key_of("lines", scenario, seed, runs), lambda _: _tension(scenario, seed, runs)
    )
    return [
        {
            "run": run,
            "label": label,
            "points": [
                [day, round(float(t), 2)] for day, t in zip(dates, tension[:, n], strict=True)
            ],
        }
        for n, (run, label) in enumerate(chosen.items())
    ]


def choose_lines(ensemble: Trajectory) -> dict[int, str]:
    """Return the runs to draw and their labels: notable runs, and some from calm to tense."""
    outcomes = ensemble.outcomes
    chosen = {
        choose_run(ensemble, kind): messages.single_run.LINE_LABELS[kind]
        for kind in ("typical", "calmest", "worst")
    }
    missed = (outcomes.near_misses > 0) & (outcomes.confrontation == 0)
    missed &= ~outcomes.index.isin(list(chosen))
    if missed.any():
        at = int(np.where(missed, outcomes.confrontation_risk, -1).argmax())
        chosen[int(ensemble.runs[at])] = messages.single_run.LINE_LABELS["near-miss"]
    order = np.argsort(outcomes.mean_tension.to_numpy(), kind="stable")
    for share in SHOWN_RANKS:
        run = int(ensemble.runs[order[int(share * (order.size - 1))]])
        chosen.setdefault(run, messages.single_run.LINE_LABELS["other"])
    return chosen


def _tension(scenario: Scenario, seed: int, runs: tuple[int, ...]) -> tuple[list[str], np.ndarray]:
    """Return dates, and tension of shape (weeks, runs), of the weeks that the fan draws."""
    trajectory = simulate(scenario, runs, seed)
    weeks = thin_weeks(scenario.weeks)
    dates = np.datetime_as_string(trajectory.dates[weeks], "D").tolist()
    return dates, trajectory.weekly["tension"][weeks]
