"""The page: the views of a state, each with the actions that it offers."""

from __future__ import annotations

from dataclasses import dataclass

import solara
from solara.lab import computed

from scenario_sim.errors import Problem
from scenario_sim.scenario import Scenario
from scenario_sim.ui import actions, messages, selectors
from scenario_sim.ui.actions import dark, replay, tour_requests, visit
from scenario_sim.ui.components.advice import AdvicePanel, ReplayBadge, advice_on
from scenario_sim.ui.components.figures import chart_source, is_presenting, source_of
from scenario_sim.ui.components.glossary import Glossary
from scenario_sim.ui.components.header import Chooser, Header, Tour
from scenario_sim.ui.components.levers import Levers
from scenario_sim.ui.components.run_settings import (
    PrecisionHint,
    Progress,
    RunSettings,
    StoppedHint,
)
from scenario_sim.ui.components.share import Share
from scenario_sim.ui.components.timeline import Timeline
from scenario_sim.ui.components.widgets import use_parts
from scenario_sim.ui.game_state import futures_of
from scenario_sim.ui.lesson_state import (
    all_lessons,
    figure_to_show,
    offered_levers,
)
from scenario_sim.ui.result import Result
from scenario_sim.ui.state import (
    CLAIMS,
    GAME,
    OUTLOOK,
    PICTURE,
    START,
    STUDIO,
    WORLD,
    AppState,
    Visit,
)
from scenario_sim.ui.style import StyleSheets
from scenario_sim.ui.url_sync import UrlSync, use_opening_link
from scenario_sim.ui.use_result import JobHandle, use_result
from scenario_sim.ui.views.claims import Claims
from scenario_sim.ui.views.compare import ComparePanel
from scenario_sim.ui.views.export import ExportPanel
from scenario_sim.ui.views.game.page import GamePage, GameStart
from scenario_sim.ui.views.lesson import LessonPanel
from scenario_sim.ui.views.outlook import OutlookPage
from scenario_sim.ui.views.result_tabs import LessonFigure, ResultTabs, TopChart
from scenario_sim.ui.views.results import (
    ErrorCard,
    Footer,
    Picture,
    ResultNote,
    Status,
)
from scenario_sim.ui.views.single_run.page import RunActions, SingleRunPage
from scenario_sim.ui.views.single_run.runs import WatchPanel
from scenario_sim.ui.views.start import Start
from scenario_sim.ui.views.start_lead import StartLead
from scenario_sim.ui.views.studio.page import StudioPage
from scenario_sim.ui.views.why import WhyStrip


@solara.component
def Layout(children: list = []):  # noqa: B006 - Solara's signature; the list is never changed
    """Draw no frame around the page. Solara's own layout has a bar and a drawer."""
    return solara.v.Html(tag="div", children=children)


@dataclass(frozen=True)
class Frame:
    """Hold what decides the frame around a view."""

    page: str
    is_presenting: bool
    is_lesson: bool


@computed
def frame() -> Frame:
    """Return the frame. A move leaves it as it is, so that the page is not drawn for it."""
    now = visit.value.now
    return Frame(now.page, now.present, bool(now.lesson))


@solara.component
def Page():
    problems, language = use_opening_link(visit)  # before the state and any text is read
    use_parts()
    now = frame.value
    solara.Title(messages.page.TITLE)
    StyleSheets()
    kinds = ["sim", *["is-present"] * now.is_presenting, *["is-lesson"] * now.is_lesson]
    with solara.v.Html(tag="div", class_=" ".join(kinds)):
        Header(
            now.page,
            now.is_presenting,
            dark.set,
            actions.show_start,
            actions.start_tour,
            actions.show_present,
        )
        Address(problems, language)
        Glossary()
        Share()
        View()
        if now.page != START:
            Footer()
        if now.page == PICTURE and not now.is_presenting and not now.is_lesson:
            Tour(tour_requests.value)


@solara.component
def Address(problems: solara.Reactive[tuple[Problem, ...]], language: str):
    """Keep the browser's address in step; nothing else is drawn for a change of it."""
    UrlSync(visit.value.now, problems, actions.go_in_history, language)


@solara.component
def View():
    """Draw what a move may change."""
    before = visit.value.before
    state = before if before and replay.value == "before" else visit.value.now
    job = use_result(futures_of(state))
    shown = job.state.value.state if job.state.value else state
    is_presenting.provide(state.present)
    source = solara.use_memo(lambda: source_of(shown, selectors.policy_of(shown)), [shown])
    chart_source.provide(source)
    _draw_view(state, job)


def _draw_view(state: AppState, job: JobHandle[Result]) -> None:
    """Draw what the address names: by default the picture beside its levers."""
    result = job.state.value
    if state.page == START:
        _draw_start(state, result)
    elif state.page == CLAIMS:
        Claims()
    elif state.page == OUTLOOK:
        OutlookPage(dark.value)
    elif state.page == STUDIO:
        StudioPage(actions.open_text)
    elif state.page == WORLD:
        run_actions = RunActions(
            actions.watch_run, actions.show_week, actions.go, lambda: actions.show_page(PICTURE)
        )
        with SingleRunPage(state, result, run_actions):
            GameStart(state, actions.go)
            ExportPanel(state, actions.open_text)
    elif state.page == GAME:
        with GamePage(state, result, actions.go):
            ExportPanel(state, actions.open_text)
    else:
        with solara.v.Html(tag="main", class_="sim-main"):
            _draw_left_column(state)
            _draw_right_column(state, job)


def _draw_start(state: AppState, result: Result | None) -> None:
    """Draw the start page: one lever and a crisis at its head, the cards below."""
    frame = {"id": "sim-start", "tabindex": "-1"}
    with solara.v.Html(tag="main", class_="sim-start", attributes=frame):
        StartLead(
            state,
            result,
            dark.value,
            actions.move_lever,
            lambda: actions.show_page(PICTURE),
            lambda game: actions.step(Visit(game)),
        )
        Start(
            selectors.catalogue(),
            actions.begin_scenario,
            actions.start_tour,
            actions.watch_run_of,
            all_lessons(),
            actions.begin_lesson,
        )


def _draw_left_column(state: AppState) -> None:
    """Draw the scenario or the lesson, and the levers."""
    scenario = selectors.baseline_of(state)
    with solara.v.Html(tag="div", class_="sim-left"):
        if state.lesson:
            LessonPanel(state, lambda to: actions.step(Visit(to)), actions.show_state)
        else:
            Chooser(selectors.catalogue(), scenario, actions.choose_scenario, state.text)
            ExportPanel(state, actions.open_text)
        only = offered_levers(state)
        if only != ():
            Levers(
                scenario,
                state.settings,
                actions.move_lever,
                actions.reset_lever,
                actions.reset_all_levers,
                changes=state.changes,
                advice=advice_on(state),
                advanced=state.advanced,
                on_advanced=actions.show_advanced,
                can=visit.value.available,
                on_undo=lambda: actions.step(visit.value.undo()),
                on_redo=lambda: actions.step(visit.value.redo()),
                on_replay=replay.set,
                only=only,
            )


def _draw_right_column(state: AppState, job: JobHandle[Result]) -> None:
    """Draw the picture and what explains it."""
    result, scenario = job.state.value, selectors.baseline_of(state)
    attributes = {
        "id": "sim-picture",
        "tabindex": "-1",
        "aria-busy": str(job.is_running).lower(),
    }
    with solara.v.Html(tag="div", class_="sim-right", attributes=attributes):
        if job.state.error:
            ErrorCard(job.state.error, actions.reset_all_levers)
        own_weeks = selectors.baseline_of(state.with_weeks(None)).weeks
        RunSettings(state, scenario, own_weeks, actions.go)
        Progress(job, state.runs)
        if job.state.is_stopped:
            StoppedHint(job.state.stop_reason or messages.picture.STOPPED, job.again)
        shown = result.state if result else state
        policy = selectors.policy_of(shown)
        if result and (look := figure_to_show(state)):
            LessonFigure(look, result, dark.value)
        _draw_picture(state, result, scenario, policy)
        if result:
            ResultNote(result.note)
            if not state.lesson:
                ComparePanel(state, dark.value, actions.show_state, actions.go)
            ResultTabs(state, result, dark.value, actions.show_tab, actions.go, actions.show_state)
        ReplayBadge(replay.value)
        Status(
            runs=result.runs if result else 0,  # until there is a picture
            digits=policy.hash[:8],
            seed=shown.seed,
            ms=job.state.ms,
        )


def _draw_picture(
    state: AppState, result: Result | None, scenario: Scenario, policy: Scenario
) -> None:
    """Draw the fan with what hangs on it: a second chart, the why strip, one run, the dates."""
    with Picture(
        result,
        dark.value,
        state.runs,
        actions.watch_run_at,
        lambda: _draw_precision(result, scenario.weeks),
    ):
        if result and state.top:
            TopChart(
                result,
                state.top,
                dark.value,
                lambda name: actions.show_state(state.with_top(name)),
                state.change,
            )
        if result and result.is_compared and not result.changes_nothing and not state.lesson:
            WhyStrip(result.state)
        seen = result.front if result else None
        watched = seen.trajectory.scenario if seen else policy
        WatchPanel(state, watched, seen, actions.watch_run)
        Timeline(state, scenario, actions.add_change, actions.shift_change, actions.drop_change)
        AdvicePanel(advice_on(state))


def _draw_precision(result: Result | None, weeks: int) -> None:
    """Draw whether the runs are precise enough, and a button for more."""
    if result:
        PrecisionHint(result.precisions[0], result.is_compared, weeks, actions.draw_more_runs)
