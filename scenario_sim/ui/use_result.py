"""Hooks that compute a value in the background, and the result that the page shows."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import solara

from scenario_sim.errors import ScenarioError, ScenarioSimError
from scenario_sim.ui import messages
from scenario_sim.ui.result import Result, find_result, is_long, result_of
from scenario_sim.ui.server.budget import OverBudget
from scenario_sim.ui.server.jobs import Cancelled, Job, LatestJob, Report
from scenario_sim.ui.state import AppState

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class JobState[T]:
    """The newest answer to a question, and how the last work on it ended.

    Attributes
    ----------
    value
        The newest answer, or the part of it that is there.
    question
        The question that `value` answers, which may be an older one.
    finished
        The last question that was answered in full, failed with `error`, or was stopped.
    error : str
    is_stopped : bool
    stop_reason : str
        Why the work was stopped; "" where the visitor stopped it.
    ms : int
        The time that the last question took.
    """

    value: T | None = None
    question: object = None
    finished: object = None
    error: str = ""
    is_stopped: bool = False
    stop_reason: str = ""
    ms: int = 0


@dataclass(frozen=True, eq=False)
class JobHandle[T]:
    """The state of a question, and the work on it.

    Attributes
    ----------
    state : JobState
    is_running : bool
    share : solara.Reactive of float
        The share of the work that is done, 0..1. It is below 0 until a progress bar is worth it.
        A component that reads its value is drawn again with every new value.
    stop, again : callable
        End and restart the work.
    """

    state: JobState[T]
    is_running: bool
    share: solara.Reactive[float]
    stop: Callable[[], None]
    again: Callable[[], None]


def use_jobs() -> LatestJob:
    """Return the jobs of a component. They end with it, as when its visitor leaves."""
    jobs = solara.use_memo(LatestJob, [])
    solara.use_effect(lambda: jobs.close, [])
    return jobs


def use_job[T](
    question: object,
    work: Callable[[Report, Callable[[T], None]], T] | None,
    *,
    find: Callable[[], T | None] = lambda: None,
    is_long: bool = True,
    delay_s: float = 0.0,
) -> JobHandle[T]:
    """Answer a question in the background, and again when the question changes.

    Parameters
    ----------
    question : object
        Compared with `==`.
    work : callable or None
        Returns the answer. It gets two functions: one reports the share done, the other shows a
        part of the answer. None where there is nothing to compute yet.
    find : callable
        Returns an answer that needs no work, or None. It is shown in the same rendering.
    is_long : bool
        Whether the work may take longer than a picture.
    delay_s : float
        How long the work waits for another question before it begins.

    Returns
    -------
    JobHandle
    """
    jobs = use_jobs()
    held = solara.use_ref(JobState[T]())
    _, redraw = solara.use_state(0)
    share = solara.use_reactive(-1.0)

    def change(**fields: Any) -> None:
        held.current = replace(held.current, **fields)

    def start() -> None:
        begun = time.perf_counter()
        found = find()
        if found is None and work is not None:
            jobs.submit(lambda job: run(job, work, begun), is_long, share.set, delay_s)
        else:
            jobs.cancel()
            held.current = JobState(found, question, finished=question, ms=_ms_since(begun))

    def run(job: Job, work: Callable, begun: float) -> None:
        def show(**fields: Any) -> None:
            if jobs.deliver(job, lambda: change(**fields)):
                redraw(lambda n: n + 1)

        share.set(-1.0)  # the job before may have reported a share
        answer = _answer(job, work, question, show)
        if answer is not None:
            show(finished=question, ms=_ms_since(begun), **answer)

    def stop() -> None:
        jobs.cancel()
        change(finished=question, error="", is_stopped=True, stop_reason="")
        redraw(lambda n: n + 1)

    def again() -> None:
        change(finished=None, is_stopped=False)
        start()
        redraw(lambda n: n + 1)

    # In a memo and not in an effect: the work begins while the page is drawn, not after it.
    solara.use_memo(start, [question])
    return JobHandle(held.current, held.current.finished != question, share, stop, again)


def _answer(
    job: Job, work: Callable, question: object, show: Callable[..., None]
) -> dict[str, Any] | None:
    """Do the work; return the fields of `JobState` that say how it ended, None if cancelled."""
    answer: dict[str, Any] = {"error": "", "is_stopped": False, "stop_reason": ""}
    try:
        job.check_budget()
        answer["value"] = work(job.report, lambda part: show(value=part, question=question))
        answer["question"] = question
    except Cancelled:
        return None
    except OverBudget as error:
        answer |= {"is_stopped": True, "stop_reason": str(error)}
    except ScenarioError as error:
        answer["error"] = "\n".join(map(str, error.problems))
    except ScenarioSimError as error:
        answer["error"] = str(error)
    except Exception:
        log.exception("no answer to %s", question)
        answer["error"] = messages.page.FAILED_UNKNOWN
    return answer


def use_result(state: AppState) -> JobHandle[Result]:
    """Return the newest result.

    A cached result is drawn with the move that asks for it. While another is computed, the page
    shows the one before.
    """
    return use_job(
        state,
        lambda report, _: result_of(state, report),
        find=lambda: find_result(state),
        is_long=is_long(state),
    )


def _ms_since(begun: float) -> int:
    return round(1000 * (time.perf_counter() - begun))
