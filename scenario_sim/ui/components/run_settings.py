"""Horizon, number of runs and seed; whether the runs suffice; and progress."""

from __future__ import annotations

import random
from collections.abc import Callable

import solara

from scenario_sim.formatting import format_period
from scenario_sim.language import localise_number
from scenario_sim.model.random_draws import MAX_SEED
from scenario_sim.reporting.charts import Precision, precision_sentence
from scenario_sim.scenario import Scenario
from scenario_sim.ui import messages
from scenario_sim.ui.components.widgets import TextButton
from scenario_sim.ui.state import AppState
from scenario_sim.ui.url import MAX_RUN_WEEKS
from scenario_sim.ui.use_result import JobHandle

MAX_NEW_SEED = 10**6  # short enough to be read out to a class


@solara.component_vue("run_settings.vue")
def _RunSettings(
    texts: dict,
    horizons: list,
    weeks: int,
    offered: list,
    runs: int,
    seed: str,
    event_look: Callable,
    event_draw: Callable,
    event_seeded: Callable,
    event_luck: Callable,
):
    """Draw native radio buttons and a native select, which every screen reader knows."""


@solara.component
def RunSettings(state: AppState, shown: Scenario, own: int, on_state: Callable[[AppState], None]):
    """Draw the settings of an ensemble.

    Parameters
    ----------
    state : AppState
    shown : Scenario
        The scenario over the horizon chosen.
    own : int
        The weeks that the scenario itself lasts.
    on_state : callable
        Gets the state with another setting.
    """

    def look(weeks: int) -> None:
        longer = state.with_weeks(None if weeks == own else weeks)
        most = max(r for r in messages.picture.RUNS_OFFERED if r * weeks <= MAX_RUN_WEEKS)
        on_state(longer.with_runs(min(state.runs, most)))

    _RunSettings(
        texts=messages.picture.RUN_SETTINGS,
        horizons=horizon_options(own, shown.weeks),
        weeks=shown.weeks,
        offered=run_options(state.runs, shown.weeks),
        runs=state.runs,
        seed=str(state.seed),
        event_look=look,
        event_draw=lambda runs: on_state(state.with_runs(runs)),
        event_seeded=lambda text: on_state(state.with_seed(min(int(text), MAX_SEED))),
        event_luck=lambda *_: on_state(state.with_seed(random.randrange(1, MAX_NEW_SEED))),
    )


def horizon_options(own: int, weeks: int) -> list[dict]:
    """Return the horizons to choose from, with the scenario's own and the one on screen."""
    labels = {
        n: messages.picture.HORIZONS.get(n) or format_period(n)
        for n in {*messages.picture.HORIZONS, own, weeks}
    }
    return [{"weeks": n, "label": labels[n]} for n in sorted(labels)]


def run_options(runs: int, weeks: int) -> list[dict]:
    """Return the numbers of runs to choose from; `far` marks those too large for this horizon."""
    return [
        {
            "runs": n,
            "label": localise_number(f"{n:,}"),
            "far": n != runs and n * weeks > MAX_RUN_WEEKS,
        }
        for n in sorted({*messages.picture.RUNS_OFFERED, runs})
    ]


@solara.component
def PrecisionHint(found: Precision, compared: bool, weeks: int, on_runs: Callable[[int], None]):
    """Say whether the runs are precise enough; offer more where they are not."""
    more = next(
        (n for n in messages.picture.RUNS_OFFERED if n > found.runs and n * weeks <= MAX_RUN_WEEKS),
        None,
    )
    with solara.v.Html(tag="p", class_="sim-enough"):
        solara.v.Html(tag="strong", children=[messages.picture.PRECISION])
        solara.v.Html(tag="span", children=[precision_sentence(found, compared)])
        if more and not found.enough:
            TextButton(messages.picture.MORE_RUNS.format(runs=more), lambda: on_runs(more))


# --- progress ------------------------------------------------------------------------------------


@solara.component
def Progress(job: JobHandle, runs: int):
    """Show the progress of a result that takes longer than a moment, and a button to stop."""
    share = job.share.value if job.is_running else -1.0
    words = messages.picture.PROGRESS.format(runs=runs, percent=round(100 * share))
    ProgressBar(share, words, job.stop)


@solara.component
def ProgressBar(share: float, words: str, on_stop: Callable[[], None]):
    """Draw a progress bar. It always takes its space; `share` below 0 leaves it empty."""
    with solara.v.Html(tag="div", class_=f"sim-progress{' is-told' if share >= 0 else ''}"):
        if share >= 0:
            percent = round(100 * share)
            track = {"role": "progressbar", "aria-valuenow": str(percent), "aria-label": words}
            track |= {"aria-valuemin": "0", "aria-valuemax": "100"}
            fill = solara.v.Html(tag="span", style_=f"width: {percent}%")
            solara.v.Html(tag="span", class_="sim-track-bar", attributes=track, children=[fill])
            solara.v.Html(tag="span", class_="sim-quiet", children=[words])
            TextButton(messages.page.STOP, on_stop)


@solara.component
def StoppedHint(words: str, on_again: Callable[[], None]):
    """Say that the work was stopped, with a button to go on."""
    with solara.v.Html(tag="p", class_="sim-enough", attributes={"role": "status"}):
        solara.v.Html(tag="span", children=[words])
        TextButton(messages.page.GO_ON, on_again)
