"""The page: the only place that touches the state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import solara

from scenario_sim.ui import messages, selectors
from scenario_sim.ui.code_snippets import stem_of
from scenario_sim.ui.components.advice import AdvicePanel, ReplayBadge, advice_on
from scenario_sim.ui.components.figures import ChartSource, chart_source, is_presenting
from scenario_sim.ui.components.glossary import Glossary
from scenario_sim.ui.components.header import Chooser, Header
from scenario_sim.ui.components.levers import Levers
from scenario_sim.ui.components.run_settings import Enough, Progress, RunSettings, StoppedHint
from scenario_sim.ui.components.timeline import Timeline, snap_to_monday
from scenario_sim.ui.components.tour import Tour
from scenario_sim.ui.game_state import enter_game, futures_of
from scenario_sim.ui.state import (
    CLAIMS,
    GAME,
    PICTURE,
    START,
    WORLD,
    AppState,
    Visit,
)
from scenario_sim.ui.style.sheets import StyleSheets
from scenario_sim.ui.url import limit_runs
from scenario_sim.ui.url_sync import UrlSync, use_opening_link
from scenario_sim.ui.use_result import use_result
from scenario_sim.ui.views.claims import Claims
from scenario_sim.ui.views.export import ExportPanel
from scenario_sim.ui.views.game.page import GamePage, GameStart
from scenario_sim.ui.views.lesson import (
    LessonPanel,
    left,
    lessons,
    offered,
    opened,
)
from scenario_sim.ui.views.result_tabs import ResultTabs
from scenario_sim.ui.views.results import (
    ErrorCard,
    Footer,
    Note,
    Picture,
    Status,
)
from scenario_sim.ui.views.single_run.page import RunActions, SingleRunPage
from scenario_sim.ui.views.single_run.runs import WatchPanel, nearest_run
from scenario_sim.ui.views.start import Start

# A reactive at module level is each visitor's own, for what it holds is frozen.
visit = solara.reactive(Visit())
dark = solara.reactive(False)  # what the browser shows, for the charts
replay = solara.reactive("")  # while the last change is replayed: "before" or "after"
tours = solara.reactive(0)  # how often the tour was asked for


# --- verbs: each replaces the state whole --------------------------------------------------------


def go(state: AppState, fresh: bool = True) -> None:
    """Not `fresh`: the last step goes on, as a drag does."""
    step(visit.value.to(state) if fresh else visit.value.on(state))


def step(to: Visit) -> None:
    """Every step that changes the world passes here, and none asks for more than a link may."""
    replay.value = ""
    visit.value = replace(to, now=limit_runs(to.now))


def choose(name: str) -> None:
    go(visit.value.now.with_scenario(name))


def begin(name: str) -> None:
    """From the start page: there is nothing yet that could be undone."""
    step(Visit(AppState().with_scenario(name)))


def begin_lesson(name: str) -> None:
    step(Visit(opened(name)))


def home() -> None:
    """To the start page. The browser's Back button returns to what was left, levers and all."""
    step(Visit())


def travel(to: Callable[[Visit], Visit]) -> None:
    """Back and Forward. Out of the start page there is nothing that could be undone."""
    there = to(visit.value)
    step(there if visit.value.now.page != START else Visit(there.now))


def tour() -> None:
    """Around the picture: from the start page, by way of the first scenario."""
    tours.value += 1
    visit.value = visit.value.showing(left(visit.value.now).with_page(PICTURE).with_present(False))


def show_present(present: bool) -> None:
    visit.value = visit.value.showing(visit.value.now.with_present(present))


def open_text(text: str) -> None:
    go(enter_game(selectors.opened(visit.value.now, text)))


def move(name: str, value: float, fresh: bool = True) -> None:
    state = visit.value.now
    steps = selectors.baseline_of(state).steps()[name]
    back = len(steps) == 1 and steps[0][1] == value  # where the scenario has it all along
    go(state.without_move(name) if back else state.with_lever(name, value), fresh)


def reset(name: str) -> None:
    go(visit.value.now.without_lever(name))


def reset_all() -> None:
    go(visit.value.now.without_levers())


def show_advanced(advanced: bool) -> None:
    visit.value = visit.value.showing(visit.value.now.with_advanced(advanced))


def change(day: str, name: str, value: float) -> None:
    """A lever changes at a date: on the nearest Monday within the scenario."""
    state = visit.value.now
    go(state.with_change(snap_to_monday(day, selectors.baseline_of(state)), name, value))


def shift(moved: dict) -> None:
    """A dated change gets another date or value: `name`, `was`, `date`, `value`, `fresh`."""
    state = visit.value.now
    day = snap_to_monday(moved["date"], selectors.baseline_of(state))
    state = state.without_change(moved["was"], moved["name"])
    go(state.with_change(day, moved["name"], moved["value"]), moved["fresh"])


def more(runs: int) -> None:
    go(visit.value.now.with_runs(runs))


def show(state: AppState) -> None:
    """The same world seen otherwise."""
    visit.value = visit.value.showing(state)


def show_tab(tab: str) -> None:
    visit.value = visit.value.showing(visit.value.now.with_tab(tab))


def drop(day: str, name: str) -> None:
    go(visit.value.now.without_change(day, name))


def watch(run: int, seed: int) -> None:
    """One world alone, from its first week."""
    go(visit.value.now.with_run(run, seed))


def watch_first(name: str, run: int, seed: int) -> None:
    """From the start page."""
    step(Visit(AppState().with_scenario(name).with_run(run, seed)))


def pick(point: dict) -> None:
    """The future that passes where the fan was clicked."""
    state = visit.value.now
    scenario = selectors.policy_of(state)
    watch(nearest_run(scenario, state.seed, point["day"], point["value"]), state.seed)


def show_week(week: int) -> None:
    visit.value = visit.value.showing(visit.value.now.with_week(week))


def show_page(page: str) -> None:
    visit.value = visit.value.showing(visit.value.now.with_page(page))


# --- the page ------------------------------------------------------------------------------------


@solara.component
def Page():
    astray = use_opening_link(visit)  # what the link said that cannot be followed
    before = visit.value.before
    state = before if before and replay.value == "before" else visit.value.now
    asked = futures_of(state)
    job = use_result(asked)
    result = job.state.value
    scenario = selectors.baseline_of(state)
    advice = advice_on(state)
    waits = str(job.is_running).lower()
    is_presenting.provide(state.present)
    shown = result.state if result else state
    policy = selectors.policy_of(shown)
    chart_source.provide(ChartSource(policy.title, stem_of(policy)))
    only = offered(state)
    solara.Title(messages.TITLE)
    StyleSheets()
    kinds = ["sim", *["is-present"] * state.present, *["is-lesson"] * bool(state.lesson)]
    with solara.v.Html(tag="div", class_=" ".join(kinds)):
        Header(state.page, state.present, dark.set, home, tour, show_present)
        UrlSync(visit.value.now, astray, travel)
        Glossary()
        if state.page == START:
            Start(selectors.catalogue(), begin, tour, watch_first, lessons(), begin_lesson)
            return
        if state.page == CLAIMS:
            Claims()
            Footer()
            return
        if state.page == WORLD:
            verbs = RunActions(watch, show_week, go, lambda: show_page(PICTURE))
            with SingleRunPage(state, result, verbs):
                GameStart(state, go)
                ExportPanel(state, open_text)
            Footer()
            return
        if state.page == GAME:
            with GamePage(state, result, go):
                ExportPanel(state, open_text)
            Footer()
            return
        with solara.v.Html(tag="main", class_="sim-main"):
            with solara.v.Html(tag="div", class_="sim-left"):
                if state.lesson:
                    LessonPanel(state, lambda to: step(Visit(to)), show)
                else:
                    Chooser(selectors.catalogue(), scenario, choose, state.text)
                    ExportPanel(state, open_text)
                if only != ():
                    Levers(
                        scenario,
                        *(state.settings, move, reset, reset_all, state.changes, advice),
                        *(state.advanced, show_advanced, visit.value.can),
                        on_undo=lambda: step(visit.value.undo()),
                        on_redo=lambda: step(visit.value.redo()),
                        on_replay=replay.set,
                        only=only,
                    )
            side = {"id": "sim-picture", "tabindex": "-1", "aria-busy": waits}
            with solara.v.Html(tag="div", class_="sim-right", attributes=side):
                if job.state.error:
                    ErrorCard(job.state.error, reset_all)
                RunSettings(
                    state, scenario, selectors.baseline_of(state.with_weeks(None)).weeks, go
                )
                Progress(job, state.runs)
                if job.state.is_stopped:
                    StoppedHint(job.state.why or messages.STOPPED, job.again)
                with Picture(result, dark.value, state.runs, pick):
                    seen = result.front.trajectory if result else None
                    WatchPanel(state, seen.scenario if seen else policy, seen, watch)
                    Timeline(state, scenario, change, shift, drop)
                    AdvicePanel(advice)
                if result:
                    Note(result.note)
                    Enough(result.precisions[0], result.is_compared, scenario.weeks, more)
                    ResultTabs(state, result, dark.value, show_tab, go)
                ReplayBadge(replay.value)
                Status(
                    runs=result.runs if result else 0,  # until there is a picture
                    digits=policy.hash[:8],
                    seed=shown.seed,
                    ms=job.state.ms,
                )
        Footer()
        if not state.present and not state.lesson:
            Tour(tours.value)
