"""The page: the only place that touches the state."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

import solara

from scenario_sim.errors import ScenarioError, ScenarioSimError
from scenario_sim.ui import texts, worlds
from scenario_sim.ui.controls import Bar, Chooser, Levers
from scenario_sim.ui.drawing import Drawing
from scenario_sim.ui.latest import Latest
from scenario_sim.ui.panels import ErrorCard, Foot, Picture, Status
from scenario_sim.ui.state import AppState, Visit
from scenario_sim.ui.theme import Styled

log = logging.getLogger(__name__)

# A reactive at module level is each visitor's own, for what it holds is frozen.
visit = solara.reactive(Visit())
dark = solara.reactive(False)  # what the browser shows, for the charts


# --- verbs: each replaces the state whole --------------------------------------------------------


def go(state: AppState) -> None:
    visit.value = visit.value.to(state)


def choose(name: str) -> None:
    go(visit.value.now.with_scenario(name))


def move(name: str, value: float) -> None:
    state = visit.value.now
    steps = worlds.baseline_of(state).steps()[name]
    back = len(steps) == 1 and steps[0][1] == value  # where the scenario has it all along
    go(state.without_lever(name) if back else state.with_lever(name, value))


def reset(name: str) -> None:
    go(visit.value.now.without_lever(name))


def reset_all() -> None:
    go(visit.value.now.without_levers())


# --- what follows from the state -----------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """The last picture that worked, for which state the last one was asked, what went wrong."""

    drawing: Drawing | None = None
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
            drawing, error = _attempt(state)
            ms = round(1000 * (time.perf_counter() - start))
            if not latest.closed:
                set_answer(lambda old: Answer(drawing or old.drawing, state, ms, error))

        latest.ask(job)

    solara.use_effect(ask, [state])
    solara.use_effect(lambda: latest.close, [])
    return answer


def _attempt(state: AppState) -> tuple[Drawing | None, str]:
    """The picture of a state, or why there is none."""
    try:
        return Drawing.of(worlds.look(state)), ""
    except ScenarioError as error:
        return None, "\n".join(map(str, error.problems))
    except ScenarioSimError as error:
        return None, str(error)
    except Exception:
        log.exception("no picture of %s", state)
        return None, texts.FAILED_UNKNOWN


# --- the page ------------------------------------------------------------------------------------


@solara.component
def Page():
    state = visit.value.now
    answer = use_answer(state)
    scenario = worlds.baseline_of(state)
    waits = str(answer.asked != state).lower()
    solara.Title(texts.TITLE)
    Styled()
    with solara.v.Html(tag="div", class_="sim"):
        Bar(dark.set)
        with solara.v.Html(tag="main", class_="sim-main"):
            with solara.v.Html(tag="div", class_="sim-left"):
                Chooser(worlds.catalogue(), scenario, choose)
                Levers(scenario, state.settings, move, reset, reset_all)
            side = {"id": "sim-picture", "tabindex": "-1", "aria-busy": waits}
            with solara.v.Html(tag="div", class_="sim-right", attributes=side):
                if answer.error:
                    ErrorCard(answer.error, reset_all)
                Picture(answer.drawing, dark.value, state.runs)
                shown = answer.drawing.state if answer.drawing else state
                Status(
                    runs=shown.runs if answer.drawing else 0,  # until there is a picture
                    digits=worlds.policy_of(shown).hash[:8],
                    seed=shown.seed,
                    ms=answer.ms,
                )
        Foot()
