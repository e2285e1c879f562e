"""Background jobs: the newest request counts, progress is reported, and jobs can be stopped."""

from __future__ import annotations

import asyncio
import threading
import time
from types import SimpleNamespace

import pytest
from solara.server import kernel, kernel_context

from scenario_sim.ui.server import jobs
from scenario_sim.ui.server.jobs import (
    CORES,
    MAX_QUIET_PAGES,
    Cancelled,
    Job,
    LatestJob,
    ignore,
    is_quiet,
    part_of,
)


class Endless:
    """Work that goes on until it is cancelled, or far too long."""

    def __init__(self):
        self.begun, self.ended = threading.Event(), threading.Event()

    def __call__(self, job: Job) -> None:
        self.begun.set()
        try:
            for _ in range(6000):
                job.report(0.5)
                time.sleep(0.005)
        except Cancelled:
            self.ended.set()
            raise


def test_a_newer_request_cancels_the_one_before():
    latest, first, second = LatestJob(), Endless(), Endless()
    latest.submit(first)
    assert first.begun.wait(20)
    latest.submit(second)
    assert first.ended.wait(20)
    assert second.begun.wait(20) and not second.ended.is_set()
    latest.cancel()
    assert second.ended.wait(20)
    third = threading.Event()
    latest.submit(lambda job: third.set())
    assert third.wait(20)  # what is asked for later runs as usual


def test_a_request_that_was_superseded_while_it_waited_never_begins():
    latest, busy, done = LatestJob(), [LatestJob() for _ in range(CORES)], []
    works = [Endless() for _ in busy]
    for one, work in zip(busy, works, strict=True):
        one.submit(work)
    assert all(work.begun.wait(20) for work in works)
    last = threading.Event()
    for n in range(9):
        latest.submit(lambda job, n=n: done.append(n))
    latest.submit(lambda job: last.set())
    for one in busy:
        one.cancel()
    assert last.wait(20)
    assert done == []


def test_a_short_job_does_not_wait_behind_long_ones():
    studies = [LatestJob() for _ in range(2 * CORES)]
    work = Endless()
    for one in studies:
        one.submit(work, is_long=True)
    picture = threading.Event()
    LatestJob().submit(lambda job: picture.set())
    try:
        assert picture.wait(20)
        assert not work.ended.is_set()
    finally:
        for one in studies:
            one.close()


def test_a_closed_visitor_asks_for_nothing_more():
    latest, work, done = LatestJob(), Endless(), []
    latest.submit(work)
    assert work.begun.wait(20)
    latest.close()
    assert work.ended.wait(20)
    latest.submit(lambda job: done.append(1))
    jobs.SHORT.submit(ignore, 0).result(20)
    assert done == []


def test_jobs_end_when_their_kernel_closes(monkeypatch):
    monkeypatch.setattr("ipywidgets.Widget.close_all", lambda: None)  # those of other tests
    loop = asyncio.new_event_loop()
    context = kernel_context.VirtualKernelContext(
        "of a test", kernel.Kernel(), "session", event_loop=loop
    )
    kernel_context.contexts[context.id] = context
    latest, work, seen = LatestJob(), Endless(), []

    def noting(job: Job) -> None:
        seen.append(kernel_context.get_current_context())
        work(job)

    with context:
        latest.submit(noting)
    assert work.begun.wait(20)
    assert seen == [context]  # it draws for the visitor who asked, and for no other
    context.close()
    loop.close()
    assert work.ended.wait(20)


@pytest.mark.parametrize(("status", "quiet"), [("CONNECTED", False), ("DISCONNECTED", True)])
def test_pages_that_went_away_make_no_class(monkeypatch, status, quiet):
    page = SimpleNamespace(page_status={"page": kernel_context.PageStatus[status]})
    monkeypatch.setattr(kernel_context, "contexts", dict.fromkeys(range(MAX_QUIET_PAGES + 1), page))
    assert is_quiet() == quiet


def test_a_job_that_fails_does_not_stop_the_next(caplog):
    latest, done = LatestJob(), threading.Event()
    latest.submit(lambda job: 1 / 0)
    time.sleep(0.05)
    latest.submit(lambda job: done.set())
    assert done.wait(20)
    assert "ZeroDivisionError" in caplog.text


def test_the_newest_finished_job_is_shown_and_an_older_one_after_it_is_not():
    latest, made = LatestJob(), []
    begun = threading.Event()

    def note(job: Job) -> None:
        made.append(job)
        begun.set()

    for _ in range(3):
        begun.clear()
        latest.submit(note)
        assert begun.wait(20)
    first, second, third = made
    assert latest.deliver(first)  # superseded, but finished: better than nothing during a drag
    assert latest.deliver(third)
    assert not latest.deliver(second)
    latest.cancel()
    assert not latest.deliver(third)


def test_progress_is_told_of_long_work_alone_and_not_too_often(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(jobs.time, "monotonic", lambda: now[0])
    told: list[float] = []
    job = Job(1, told.append)
    for n in range(100):
        now[0] = 100 + n / 100
        job.report(n / 100)
    assert told[0] > 0.29  # a moment is not worth a bar
    assert len(told) == 4
    assert told == sorted(told)


def test_work_that_is_done_is_not_thrown_away():
    job = Job(1, ignore)
    job.cancel()
    job.report(1.0)
    with pytest.raises(Cancelled):
        job.report(0.99)


def test_parts_of_a_work_tell_the_share_of_the_whole():
    told: list[float] = []
    part_of(told.append, 0, 10)(1.0)
    part_of(told.append, 1, 10, parts=8)(0.5)
    part_of(told.append, 9, 10)(1.0)
    assert told == pytest.approx([0.1, 0.5, 1.0])


def test_a_long_job_rests_while_a_picture_is_made(monkeypatch):
    monkeypatch.setattr(jobs, "MAX_REST_S", 20.0)
    study, picture = LatestJob(), LatestJob()
    free, told = threading.Event(), []

    def long(job: Job) -> None:
        for n in range(10_000):
            job.report(0.5)
            told.append(n)
            time.sleep(0.001)

    study.submit(long, is_long=True)
    while not told:
        time.sleep(0.001)
    drawing = threading.Event()
    picture.submit(lambda job: (drawing.set(), free.wait(20)))
    assert drawing.wait(20)
    time.sleep(0.05)  # the study ends the step that it was at
    seen = len(told)
    time.sleep(0.1)
    assert len(told) == seen
    free.set()
    while len(told) == seen:
        time.sleep(0.001)
    study.close()


def test_one_thread_waits_for_a_whole_drag(monkeypatch):
    latest, done, last, started = LatestJob(), [], threading.Event(), []

    def thread(**given) -> threading.Thread:
        started.append(given)
        return threading.Thread(**given)

    monkeypatch.setattr(jobs, "Thread", thread)
    for n in range(20):
        latest.submit(lambda job, n=n: (done.append(n), last.set()), delay_s=0.2)
    assert last.wait(20)
    assert (done, len(started)) == ([19], 1)
