"""The tab that compares these futures with the historical record, computed while it is open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape

import solara

from scenario_sim.data.history.record import current_record
from scenario_sim.language import translate
from scenario_sim.reporting.charts import DARK, LIGHT, HistoryComparison, history_charts
from scenario_sim.reporting.history_comparison import compare_counts_with_history, known_months
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.files import dump_scenario
from scenario_sim.ui import messages, selectors
from scenario_sim.ui.components.figures import ChartSource, Figure, chart_source, hint
from scenario_sim.ui.components.run_settings import ProgressBar, StoppedHint
from scenario_sim.ui.components.widgets import TextButton
from scenario_sim.ui.ensembles import count_events
from scenario_sim.ui.selectors import baseline_of, sides_of
from scenario_sim.ui.server.cache import CACHE, key_of
from scenario_sim.ui.server.jobs import Report, ignore, part_of
from scenario_sim.ui.state import AppState
from scenario_sim.ui.url import fits_in_link
from scenario_sim.ui.use_result import use_job

HISTORY_TAB = "past"

# Of the scenario as it stands and, where levers moved, of the policy.
HistoryComparisons = tuple[HistoryComparison, ...]


def has_record(state: AppState) -> bool:
    """Return whether the historical record covers any month of this scenario."""
    return known_months(baseline_of(state))[1] > 0


@solara.component
def HistoryTab(state: AppState, dark: bool, on_state: Callable[[AppState], None]):
    """Draw the comparison. `on_state` gets the state whose states follow the record, or not."""
    question = state.without_view
    job = use_job(question, lambda report, _: compare_with_history(question, report))
    world = solara.use_context(chart_source)
    credit = messages.picture.HISTORY_CREDIT.format(credit=translate(current_record().credit))
    chart_source.provide(ChartSource(f"{world.title}. {credit}", world.stem))
    with solara.v.Html(tag="div", class_="sim-past"):
        solara.HTML(unsafe_innerHTML=f"{hint(messages.picture.HISTORY_HINT)}{hint(credit)}")
        other = toggle_replay(state)
        if other is not None:
            follows = baseline_of(state).replay
            with solara.v.Html(tag="p", class_="sim-enough"):
                texts = messages.picture
                now = texts.STATES_FOLLOW if follows else texts.STATES_ARE_FREE
                button = texts.LET_FREE if follows else texts.FOLLOW_RECORD
                solara.HTML(tag="span", unsafe_innerHTML=escape(now))
                TextButton(button, lambda: on_state(other))
        share = max(job.share.value, 0.0) if job.is_running else -1.0
        ProgressBar(share, messages.picture.HISTORY_PROGRESS, job.stop)
        if job.state.is_stopped:
            StoppedHint(job.state.stop_reason or messages.picture.HISTORY_STOPPED, job.again)
        if job.state.error:
            solara.HTML(tag="p", unsafe_innerHTML=escape(job.state.error), classes=["sim-note"])
        if job.state.value:
            busy = {"aria-busy": str(job.is_running).lower()}
            base, *rest = job.state.value
            pictures = history_charts(base, rest[0] if rest else None, DARK if dark else LIGHT)
            with solara.v.Html(tag="div", class_="sim-smalls", attributes=busy):
                for one in pictures:
                    name = f"{HISTORY_TAB}-{one.name}"
                    Figure(one.title, hint(one.hint), one.chart, "small", one.title, name).key(name)


def compare_with_history(state: AppState, report: Report = ignore) -> HistoryComparisons:
    """Compare both sides with the historical record; return nothing where it covers no month.

    Raises ScenarioSimError, and Cancelled where `report` does.
    """
    if not has_record(state):
        return ()
    sides = sides_of(state)
    return tuple(
        _comparison(scenario, state, part_of(report, n, len(sides)))
        for n, scenario in enumerate(sides)
    )


def _comparison(scenario: Scenario, state: AppState, report: Report) -> HistoryComparison:
    def compute(tell: Report) -> HistoryComparison:
        counts = count_events(scenario, state.seed, state.runs, tell)
        comparison = compare_counts_with_history(scenario, counts, state.seed)
        assert comparison is not None  # `compare_with_history` checked the months
        return comparison

    return CACHE.get(key_of("history", scenario, state.seed, state.runs), compute, report)


def toggle_replay(state: AppState) -> AppState | None:
    """Return the state whose states follow the record; or are free again, where they follow it.

    Return None where a link cannot hold that scenario.
    """
    scenario = baseline_of(state)
    recorded = {act.state for act in current_record().acts}
    follow = [] if scenario.replay else [code for code in scenario.cast.codes if code in recorded]
    title = scenario.title.removesuffix(messages.picture.REPLAYED_TITLE)
    data = scenario.as_dict() | {"replay": follow, "replay_until": None, "lecture_seeds": []}
    data["title"] = title + messages.picture.REPLAYED_TITLE * bool(follow)
    changed = Scenario.model_validate(data)
    shipped = [own.name for own in selectors.catalogue() if own.hash == changed.hash]
    if shipped:
        other = state.with_scenario(shipped[0])
    elif fits_in_link(text := dump_scenario(changed)):
        other = state.with_text(text)
    else:
        return None
    own = replace(other, moved=state.moved, changes=state.changes)
    return own.with_weeks(state.weeks).with_tab(state.tab)
