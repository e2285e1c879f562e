"""From a state to its picture, in the background: a first one of few runs, then the whole."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import solara

from scenario_sim.errors import ScenarioError, ScenarioSimError
from scenario_sim.ui import texts, worlds
from scenario_sim.ui.blocks import FIRST
from scenario_sim.ui.drawing import Drawing
from scenario_sim.ui.latest import Latest
from scenario_sim.ui.state import AppState
from scenario_sim.ui.store import WORLDS, Worlds
from scenario_sim.ui.turns import Cancelled

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


class _Held:
    """The newest answer, whoever found it."""

    def __init__(self) -> None:
        self.answer, self._asked, self._told = Answer(), 0, 0
        self._lock = threading.Lock()

    def asked(self) -> int:
        """The number of one more question."""
        with self._lock:
            self._asked += 1
            return self._asked

    def take(self, number: int, change: Callable[[Answer], Answer]) -> bool:
        """An answer to a question of this number, unless a later one has been answered."""
        with self._lock:
            if number < self._told:
                return False
            self._told, self.answer = number, change(self.answer)
            return True


def use_answer(
    state: AppState, store: Worlds = WORLDS, then: Callable[[], None] = lambda: None
) -> Asking:
    """The newest answer there is. It may be to an older question: the page then waits, and shows
    what it has. What is known already is answered at once: the page is drawn once and not twice.
    `then`: what to do while they look at it."""
    held, latest = solara.use_memo(_Held, []), solara.use_memo(Latest, [])
    _, redraw = solara.use_state(0)
    share = solara.use_reactive(-1.0)

    def ask() -> None:
        begun, number = time.perf_counter(), held.asked()

        def show(change: Callable[[Answer], Answer]) -> None:
            if held.take(number, change):
                redraw(lambda n: n + 1)

        if worlds.is_kept(state, store):
            latest.ask(then)  # whatever is worked on is overtaken
            found = (*_attempt(state, store, state.runs, None), _ms_since(begun))
            held.take(number, lambda old: _next(old, state, *found))
        else:
            latest.ask(lambda: _answer(state, store, latest, begun, show, share.set, then))

    def again() -> None:
        ask()
        redraw(lambda n: n + 1)

    solara.use_memo(ask, [state])  # at once: the work is done beside, while the page takes it up
    solara.use_effect(lambda: latest.close, [])
    return Asking(held.answer, share, latest.stop, again)


def _answer(state, store, latest, begun, show, tell, then) -> None:
    """One job: the stages of a picture, each shown as it comes, and what is done `then`."""
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
            found = drawing, error, _ms_since(begun)
            show(lambda old, found=found: _next(old, state, *found))
            if error:
                return
            if runs < state.runs:
                time.sleep(BREATH)
        then()
    except Cancelled:
        if latest.stopped and not latest.closed:
            show(lambda old: _halted(old, state))
    finally:
        if told and not latest.closed:
            tell(-1.0)


def _ms_since(begun: float) -> int:
    return round(1000 * (time.perf_counter() - begun))


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
