"""The page: the only place that touches the state."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

import solara

from scenario_sim import charts
from scenario_sim.errors import ScenarioSimError
from scenario_sim.parameters import SETTINGS
from scenario_sim.ui import texts, worlds
from scenario_sim.ui.controls import Bar, Chooser, Levers
from scenario_sim.ui.latest import Latest
from scenario_sim.ui.panels import (
    ErrorCard,
    Figure,
    Foot,
    Note,
    OutcomesPanel,
    RiskPanel,
    fan_key,
    hint,
)
from scenario_sim.ui.state import AppState
from scenario_sim.ui.theme import Styled, palette

log = logging.getLogger(__name__)

# A reactive at module level is each visitor's own, for what it holds is frozen.
app_state = solara.reactive(AppState())
dark = solara.reactive(False)  # what the browser shows, for the charts


# --- verbs: each replaces the state whole --------------------------------------------------------


def choose(name: str) -> None:
    app_state.value = app_state.value.with_scenario(name)


def move(name: str, value: float) -> None:
    state = app_state.value
    steps = worlds.baseline_of(state).steps()[name]
    back = len(steps) == 1 and steps[0][1] == value  # where the scenario has it all along
    app_state.value = state.without_lever(name) if back else state.with_lever(name, value)


def reset(name: str) -> None:
    app_state.value = app_state.value.without_lever(name)


def reset_all() -> None:
    app_state.value = app_state.value.without_levers()


# --- what follows from the state -----------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """The last view that worked, for which state the last one was asked, and what went wrong."""

    view: worlds.View | None = None
    asked: AppState | None = None
    ms: int = 0
    error: str = ""


def use_answer(state: AppState) -> Answer:
    """The newest answer there is. It may be to an older question: the page then waits, and shows
    what it has."""
    answer, set_answer = solara.use_state(Answer())
    latest = solara.use_memo(Latest, [])

    def ask() -> None:
        start = time.perf_counter()

        def job() -> None:
            view, error = None, ""
            try:
                view = worlds.look(state)
            except ScenarioSimError as problem:
                error = str(problem)
            except Exception:
                log.exception("no picture of %s", state)
                error = texts.FAILED_UNKNOWN
            ms = round(1000 * (time.perf_counter() - start))
            if not latest.closed:
                set_answer(lambda old: Answer(view or old.view, state, ms, error))

        latest.ask(job)

    solara.use_effect(ask, [state])
    solara.use_effect(lambda: latest.close, [])
    return answer


# --- the page ------------------------------------------------------------------------------------


@solara.component
def Page():
    solara.Title(texts.TITLE)
    Styled()
    error, clear = solara.use_exception()

    def start_over() -> None:
        app_state.value = AppState()
        clear()

    with solara.v.Html(tag="div", class_="sim"):
        Bar(dark.set)
        if error is None:
            Work()
        else:
            log.error("the page could not be drawn", exc_info=error)
            ErrorCard("", texts.FAILED_PAGE, texts.START_OVER, start_over)
        Foot()


@solara.component
def Work():
    """Levers on the left, what follows from them on the right."""
    state = app_state.value
    answer = use_answer(state)
    scenario = worlds.baseline_of(state)
    busy = answer.asked != state
    side = {"id": "sim-picture", "tabindex": "-1", "aria-busy": str(busy).lower()}
    with solara.v.Html(tag="main", class_="sim-main"):
        with solara.v.Html(tag="div", class_="sim-left"):
            Chooser(worlds.catalogue(), scenario, choose)
            Levers(scenario, state.settings, move, reset, reset_all)
        with solara.v.Html(tag="div", class_="sim-right", attributes=side):
            if answer.error:
                ErrorCard(answer.error, texts.FAILED_CURE, texts.RESET_ALL, reset_all)
            if answer.view is None:
                waiting = texts.WAITING.format(runs=state.runs)
                solara.HTML(tag="p", unsafe_innerHTML=waiting, classes=["sim-waiting"])
            else:
                Picture(answer.view)
            Status(answer, state)


@solara.component
def Picture(view: worlds.View):
    """All that is drawn of a view; drawn anew only where the view or the colours change."""
    colours = palette(dark.value)
    base, policy, comparison = view.baseline, view.policy, view.comparison
    compared = policy is not None

    def drawn():
        fan = charts.fan(base.bands, policy.bands if policy else None, colours)
        bars = charts.road_bars(base.roads, policy.roads if policy else None, colours)
        return fan, bars

    def told():
        risk = charts.Risk.of(base.trajectory, comparison)
        return risk, charts.outcome_rows(base.trajectory, comparison)

    fan, bars = solara.use_memo(drawn, [view, colours])
    risk, rows = solara.use_memo(told, [view])
    spoken = texts.NEW_RESULT.format(risk=risk.sentence, fan=fan.sentence)
    with solara.v.Html(tag="div", class_="sim-picture"):
        solara.HTML(
            unsafe_innerHTML=spoken,
            classes=["sim-hidden"],
            attributes={"role": "status", "aria-live": "polite"},
        )
        RiskPanel(risk)
        Figure(texts.FAN, fan_key(compared), fan, "fan", texts.FAN_NUMBERS)
        if view.changes_nothing:
            names = ", ".join(SETTINGS[name].label for name in view.state.settings)
            Note(texts.CHANGES_NOTHING.format(runs=view.state.runs, levers=names))
        elif view.fan_stands_still:
            Note(texts.FAN_STILL)
        with solara.v.Html(tag="div", class_="sim-pair"):
            Figure(texts.ROADS, hint(texts.ROADS_HINT), bars, "roads", texts.ROADS)
            OutcomesPanel(rows, compared)


@solara.component
def Status(answer: Answer, state: AppState):
    """Which world is on screen; until there is one, none of its runs."""
    view = answer.view
    shown = view.state if view else state
    text = texts.STATUS.format(
        runs=shown.runs if view else 0,
        hash=worlds.policy_of(shown).hash[:8],
        seed=shown.seed,
        ms=answer.ms,
    )
    solara.HTML(
        tag="p",
        unsafe_innerHTML=text,
        attributes={"id": "ensemble-status", "class": "sim-status"},
    )
