"""A process that makes blocks of worlds beside the server; `workshop` starts it and gives it work.

It reads orders from its standard input, pickled one after the other: `(make, scenario, runs, seed)`, or
None for "nobody wants that any more". It answers on its standard output: `(SHARE, (done, of))` now and
then, and at last `(DONE, what was made)`, `(FAILED, error)` or `(DROPPED, None)`. It ends with its
input, and so with whoever started it.
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
    from collections.abc import Callable

    from scenario_sim.scenario import Scenario

    type Order = tuple[Callable[..., Any], Scenario, range, int]

SHARE, DONE, FAILED, DROPPED = "share", "done", "failed", "dropped"
BEAT = 0.05  # seconds between two answers of how far it is


class _Dropped(Exception):
    """Nobody wants it any more."""


def main() -> None:
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print must not stand among the answers
    orders: SimpleQueue[Order] = SimpleQueue()
    unwanted = threading.Event()
    listening = (sys.stdin.buffer, orders, unwanted)
    threading.Thread(target=_listen, args=listening, daemon=True).start()
    while True:
        _say(out, _answer(out, orders.get(), unwanted))


def _listen(orders_in: BinaryIO, orders: SimpleQueue[Order], unwanted: threading.Event) -> None:
    while True:
        try:
            order = pickle.load(orders_in)
        except (EOFError, OSError):
            os._exit(0)  # in the middle of a world, if need be
        if order is None:
            unwanted.set()
        else:
            unwanted.clear()
            orders.put(order)


def _answer(out: BinaryIO, order: Order, unwanted: threading.Event) -> tuple[str, Any]:
    told = time.monotonic()

    def progress(done: int, of: int) -> None:
        nonlocal told
        if unwanted.is_set():
            raise _Dropped
        now = time.monotonic()
        if now - told > BEAT:
            told = now
            _say(out, (SHARE, (done, of)))

    try:
        make, *given = order
        return DONE, make(*given, progress)
    except _Dropped:
        return DROPPED, None
    except ScenarioSimError as error:
        return FAILED, error
    except Exception:
        return FAILED, RuntimeError(traceback.format_exc())


def _say(out: BinaryIO, answer: tuple[str, Any]) -> None:
    pickle.dump(answer, out, pickle.HIGHEST_PROTOCOL)
    out.flush()
