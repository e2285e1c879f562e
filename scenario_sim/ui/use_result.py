"""Hooks: a value that is computed in the background, and the result that the page shows."""

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
    """What is known of a question so far.

    value : the newest answer that worked, or as much of it as is there. of : the question that it
    answers, which may be an older one. asked : the last question that was answered in full, failed
    with `error`, or was stopped. why : what stopped it, where no person did. ms : how long that took.
    """

    value: T | None = None
    of: object = None
    asked: object = None
    error: str = ""
    is_stopped: bool = False
    why: str = ""
    ms: int = 0


@dataclass(frozen=True, eq=False)
class JobHandle[T]:
    """The state of a question, and the work on it.

    share : how much of the work is done, 0..1; below 0 as long as it is not worth a progress bar.
    A component that reads its value is drawn again with it. stop, again : end and restart the work.
    """

    state: JobState[T]
    is_running: bool
    share: solara.Reactive[float]
    stop: Callable[[], None]
    again: Callable[[], None]


def use_jobs() -> LatestJob:
    """Return the jobs of a component. They end when it goes, as when its visitor leaves."""
    jobs = solara.use_memo(LatestJob, [])
    solara.use_effect(lambda: jobs.close, [])
    return jobs


def use_job[T](
    question: object,
    work: Callable[[Report, Callable[[T], None]], T] | None,
    *,
    find: Callable[[], T | None] = lambda: None,
    is_long: bool = True,
) -> JobHandle[T]:
    """Answer a question in the background, and anew when it changes.

    Parameters
    ----------
    question : compared with `==`.
    work : returns the answer. It gets two functions: one reports the share done, the other shows a
        part of the answer. None where there is nothing to compute yet.
    find : returns an answer that needs no work, or None. It is shown with the same rendering.
    is_long : whether the work may take longer than a picture.
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
            jobs.submit(lambda job: run(job, work, begun), is_long, share.set)
        else:
            jobs.cancel()
            held.current = JobState(found, question, question, ms=_ms_since(begun))

    def run(job: Job, work: Callable, begun: float) -> None:
        def show(**fields: Any) -> None:
            if jobs.deliver(job, lambda: change(**fields)):
                redraw(lambda n: n + 1)

        share.set(-1.0)  # the job before may have told its own
        answer: dict[str, Any] = {"error": "", "is_stopped": False, "why": ""}
        try:
            job.check_budget()
            answer["value"] = work(job.report, lambda part: show(value=part, of=question))
            answer["of"] = question
        except Cancelled:
            return
        except OverBudget as error:
            answer |= {"is_stopped": True, "why": str(error)}
        except ScenarioError as error:
            answer["error"] = "\n".join(map(str, error.problems))
        except ScenarioSimError as error:
            answer["error"] = str(error)
        except Exception:
            log.exception("no answer to %s", question)
            answer["error"] = messages.FAILED_UNKNOWN
        show(asked=question, ms=_ms_since(begun), **answer)

    def stop() -> None:
        jobs.cancel()
        change(asked=question, error="", is_stopped=True, why="")
        redraw(lambda n: n + 1)

    def again() -> None:
        change(asked=None, is_stopped=False)
        start()
        redraw(lambda n: n + 1)

    # While the page is drawn and not after it: the work begins a moment earlier.
    solara.use_memo(start, [question])
    state = held.current
    return JobHandle(state, state.asked != question, share, stop, again)


def use_result(state: AppState) -> JobHandle[Result]:
    """Return the newest result. One that is cached is drawn with the move that asks for it; while
    another is computed, the page shows the one before."""
    return use_job(
        state,
        lambda report, _: result_of(state, report),
        find=lambda: find_result(state),
        is_long=is_long(state),
    )


def _ms_since(begun: float) -> int:
    return round(1000 * (time.perf_counter() - begun))
