"""From a state to its picture, in the background: a first one of few runs, then the whole."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import solara

from scenario_sim.errors import ScenarioError, ScenarioSimError
from scenario_sim.ui import texts, worlds
from scenario_sim.ui.drawing import Drawing
from scenario_sim.ui.latest import Latest
from scenario_sim.ui.state import AppState
from scenario_sim.ui.store import FIRST, WORLDS, Cancelled, Worlds

log = logging.getLogger(__name__)

PATIENCE = 0.6  # seconds before anybody is told how far the work is
BEAT = 0.2  # seconds between two such messages
BREATH = 0.005  # seconds in which a first picture leaves the server before the work goes on


@dataclass(frozen=True)
class Answer:
    """drawing: the last picture that worked; whole: the last that rests on all the runs asked for
    (what costs more is drawn of it alone). asked: the state of the last question that was answered
    in full, or stopped. error: what went wrong."""

    drawing: Drawing | None = None
    whole: Drawing | None = None
    asked: AppState | None = None
    ms: int = 0
    error: str = ""
    stopped: bool = False

    @property
    def stopped_text(self) -> str:
        """What the picture rests on, when the work was stopped on the way."""
        if self.drawing is None or self.drawing.state != self.asked:
            return texts.STOPPED_OLD
        return texts.STOPPED.format(runs=self.drawing.runs)


@dataclass(frozen=True, eq=False)
class Asking:
    """An answer, how far the next one is (0..1; less than 0: not worth telling), and how to stop
    it or to ask again."""

    answer: Answer
    share: solara.Reactive[float]
    stop: Callable[[], None]
    again: Callable[[], None]


def use_answer(state: AppState, store: Worlds = WORLDS) -> Asking:
    """The newest answer there is. It may be to an older question: the page then waits, and shows
    what it has."""
    answer, set_answer = solara.use_state(Answer())
    latest = solara.use_memo(Latest, [])
    share = solara.use_reactive(-1.0)

    def ask() -> None:
        begun = time.perf_counter()
        latest.ask(lambda: _answer(state, store, latest, begun, set_answer, share.set))

    solara.use_memo(ask, [state])  # at once: the work is done beside, while the page takes it up
    solara.use_effect(lambda: latest.close, [])
    return Asking(answer, share, latest.stop, ask)


def _answer(state, store, latest, begun, set_answer, tell) -> None:
    """One job: the stages of a picture, each shown as it comes."""
    told = False
    heard = begun

    def watch(done: float) -> None:
        nonlocal heard, told
        # A first picture is finished even when overtaken: so one keeps coming during a drag.
        if latest.stopped or (latest.overtaken and runs == state.runs):
            raise Cancelled
        now = time.perf_counter()
        if now - begun > PATIENCE and now - heard > BEAT:
            heard, told = now, True
            tell(done)

    runs = 0
    try:
        for runs in stages(state, store):
            drawing, error = _attempt(state, store, runs, watch)
            if latest.closed:
                return
            ms = round(1000 * (time.perf_counter() - begun))
            set_answer(lambda old, new=(drawing, error, ms): _next(old, state, *new))
            if error:
                return
            if runs < state.runs:
                time.sleep(BREATH)
    except Cancelled:
        if latest.stopped and not latest.closed:
            set_answer(lambda old: _halted(old, state))
    finally:
        if told and not latest.closed:
            tell(-1.0)


def stages(state: AppState, store: Worlds) -> tuple[int, ...]:
    """How many runs each picture on the way rests on."""
    if state.runs <= FIRST or worlds.is_kept(state, store):
        return (state.runs,)
    return (FIRST, state.runs)


def _next(old: Answer, state: AppState, drawing: Drawing | None, error: str, ms: int) -> Answer:
    if drawing is None:
        return replace(old, asked=state, ms=ms, error=error, stopped=False)
    if drawing.whole:
        return Answer(drawing, drawing, state, ms)
    return Answer(drawing, old.whole, old.asked, ms)


def _halted(old: Answer, state: AppState) -> Answer:
    """Stopped on the way: a first picture has to do for everything."""
    whole = old.drawing if old.drawing and old.drawing.state == state else old.whole
    return replace(old, whole=whole, asked=state, stopped=True)


def _attempt(state, store, runs, watch) -> tuple[Drawing | None, str]:
    """The picture of a state, or why there is none. Raises Cancelled."""
    try:
        return Drawing.of(worlds.look(state, store, runs, watch)), ""
    except Cancelled:
        raise
    except ScenarioError as error:
        return None, "\n".join(map(str, error.problems))
    except ScenarioSimError as error:
        return None, str(error)
    except Exception:
        log.exception("no picture of %s", state)
        return None, texts.FAILED_UNKNOWN
