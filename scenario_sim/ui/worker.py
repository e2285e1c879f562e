"""A process that makes blocks of worlds beside the server; `workshop` starts it and gives it work.

It reads orders from its standard input, pickled one after the other: `(what, of, runs, seed)`, `what`
being a function of `blocks` by name, `of` a scenario or several; or None for "nobody wants that any
more". It answers on its standard output: `(SHARE, (done, of))` now and then, `(BEFORE, None)` where it
needs the blocks before its own, which then come in a list, and at last `(DONE, what was made)`,
`(FAILED, error)` or `(DROPPED, None)`. It ends with its input, and so with whoever started it.
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
import time
import traceback
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, BinaryIO

from scenario_sim.errors import ScenarioSimError

if TYPE_CHECKING:
    from scenario_sim.scenario import Scenario

    type Of = Scenario | tuple[Scenario, ...]
    type Order = tuple[str, Of, range, int]

SHARE, BEFORE, DONE, FAILED, DROPPED = "share", "before", "done", "failed", "dropped"
MEASURED = "measured"  # the one function that asks for blocks
BEAT = 0.05  # seconds between two answers of how far it is


class _Dropped(Exception):
    """Nobody wants it any more."""


def main() -> None:
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print must not stand among the answers
    orders: SimpleQueue[Any] = SimpleQueue()
    unwanted = threading.Event()
    listening = (sys.stdin.buffer, orders, unwanted)
    threading.Thread(target=_listen, args=listening, daemon=True).start()
    while True:
        order = orders.get()
        if order is not None:  # else it came too late to drop anything
            _say(out, _answer(out, order, orders, unwanted))


def _listen(orders_in: BinaryIO, orders: SimpleQueue[Any], unwanted: threading.Event) -> None:
    while True:
        try:
            order = pickle.load(orders_in)
        except (EOFError, OSError):
            os._exit(0)  # in the middle of a world, if need be
        if order is None:
            unwanted.set()
        elif isinstance(order, tuple):
            unwanted.clear()
        orders.put(order)


def _answer(
    out: BinaryIO, order: Order, orders: SimpleQueue[Any], unwanted: threading.Event
) -> tuple[str, Any]:
    from scenario_sim.ui import blocks  # what takes long to import, while the server starts

    told = time.monotonic()

    def progress(done: int, of: int) -> None:
        nonlocal told
        if unwanted.is_set():
            raise _Dropped
        now = time.monotonic()
        if now - told > BEAT:
            told = now
            _say(out, (SHARE, (done, of)))

    def before() -> list[blocks.Packed]:
        _say(out, (BEFORE, None))
        held = orders.get()
        if held is None:
            raise _Dropped
        return held

    what, *given = order
    asking = [before] if what == MEASURED else []
    try:
        return DONE, getattr(blocks, what)(*given, progress, *asking)
    except _Dropped:
        return DROPPED, None
    except ScenarioSimError as error:
        return FAILED, error
    except Exception:
        return FAILED, RuntimeError(traceback.format_exc())


def _say(out: BinaryIO, answer: tuple[str, Any]) -> None:
    pickle.dump(answer, out, pickle.HIGHEST_PROTOCOL)
    out.flush()
