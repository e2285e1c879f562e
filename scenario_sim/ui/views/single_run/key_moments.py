"""The weeks that decided the run on screen, first in the film."""

from __future__ import annotations

from collections.abc import Callable

import solara

from scenario_sim.formatting import format_long_date, format_number
from scenario_sim.reporting.narrative.phrases import state_name
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.key_moments import KeyMoment, find_key_moments
from scenario_sim.ui.components.run_settings import ProgressBar
from scenario_sim.ui.components.widgets import TextButton
from scenario_sim.ui.messages import single_run as texts
from scenario_sim.ui.server.cache import CACHE, ResultCache, key_of
from scenario_sim.ui.server.jobs import Report, ignore, is_quiet
from scenario_sim.ui.use_result import use_job
from scenario_sim.ui.views.single_run import cached_runs

MIN_SHOWN_CHANGE = 0.05  # rungs; less reads as 0.0


@solara.component
def KeyMoments(scenario: Scenario, seed: int, run: int, on_moment: Callable[[dict], None]):
    """List the weeks that decided a run. `on_moment` gets the week, state and action of one.

    Where few pages are open the search begins by itself, else when the visitor asks.
    """
    is_asked, ask = solara.use_state(solara.use_memo(is_quiet, []))
    question = (scenario.hash, seed, run) if is_asked else None

    def work(report: Report, _: Callable) -> tuple[KeyMoment, ...]:
        return key_moments_of(scenario, seed, run, report)

    job = use_job(question, work if is_asked else None, delay_s=0.5)
    found = job.state.value if job.state.question == question else None
    with solara.v.Html(tag="section", class_="sim-moments"):
        solara.v.Html(tag="h3", children=[texts.MOMENTS])
        if not is_asked:
            TextButton(texts.MOMENTS_ASK, lambda: ask(True))
            return
        share = job.share.value if job.is_running else -1.0
        if job.is_running:
            ProgressBar(share, texts.MOMENTS_PROGRESS.format(percent=round(100 * share)), job.stop)
        if found == ():
            solara.v.Html(tag="p", class_="sim-quiet", children=[texts.MOMENTS_NONE])
        for moment in found or ():
            with solara.v.Html(tag="p"):
                solara.v.Html(tag="span", children=[describe_moment(moment, scenario)])
                TextButton(texts.MOMENTS_GO, lambda moment=moment: on_moment(_query(moment)))


def key_moments_of(
    scenario: Scenario, seed: int, run: int, report: Report = ignore, cache: ResultCache = CACHE
) -> tuple[KeyMoment, ...]:
    """Return the moments that decided a run, from the cache where possible."""

    def compute(tell: Report) -> tuple[KeyMoment, ...]:
        world = cached_runs.single_run_of(scenario, seed, run)
        return find_key_moments(world, progress=lambda done, of: tell(done / of))

    return cache.get(key_of("moments", scenario, seed, run), compute, report)


def describe_moment(moment: KeyMoment, scenario: Scenario) -> str:
    """Return what happened and what would have been without it, in one or two sentences."""
    act = moment.act
    said = {
        "day": format_long_date(act.date),
        "state": state_name(scenario.cast[act.state]),
        "does": scenario.cast.actions[act.action][1].sentence,
        "change": format_number(abs(moment.change), 1),
    }
    if abs(moment.change) < MIN_SHOWN_CHANGE:
        return texts.MOMENT_OTHER.format(**said)
    return (texts.MOMENT_HIGHER if moment.change > 0 else texts.MOMENT_LOWER).format(**said)


def _query(moment: KeyMoment) -> dict:
    act = moment.act
    return {"week": act.week, "state": act.state, "action": act.action, "shown": 0}
