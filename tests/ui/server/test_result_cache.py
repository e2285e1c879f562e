"""The cache of results that all visitors share: each computed once, bounded, failures not kept."""

from __future__ import annotations

import threading
import time

import pytest

from scenario_sim.errors import Problem, ScenarioError
from scenario_sim.scenario import Scenario
from scenario_sim.ui.server.cache import ResultCache, key_of
from scenario_sim.ui.server.jobs import Cancelled

SHORT = Scenario(title="short", weeks=8)


def in_threads(many: int, work) -> None:
    threads = [threading.Thread(target=work, args=(n,)) for n in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()


def test_a_class_that_asks_at_once_computes_once():
    cache, made, results = ResultCache(), [], []

    def compute(_):
        made.append(1)
        time.sleep(0.05)
        return object()

    in_threads(12, lambda _: results.append(cache.get("key", compute)))
    assert len(made) == 1
    assert len(results) == 12
    assert len(set(map(id, results))) == 1
    assert cache.peek("key") is results[0]
    assert cache.peek("another") is None


def test_other_keys_do_not_wait():
    cache, go = ResultCache(), threading.Event()
    waiting = threading.Thread(target=cache.get, args=("slow", lambda _: go.wait(20)))
    waiting.start()
    assert cache.get("quick", lambda _: 1) == 1
    go.set()
    waiting.join(20)


def test_a_failure_is_not_cached_and_whoever_waits_computes():
    cache, calls, failures = ResultCache(), [], []

    def fail(_):
        calls.append(1)
        time.sleep(0.02)
        raise ScenarioError([Problem("levers.hotline", "no")])

    def ask(_):
        try:
            cache.get("key", fail)
        except ScenarioError:
            failures.append(1)

    in_threads(5, ask)
    assert (len(calls), len(failures)) == (5, 5)
    assert cache.get("key", lambda _: "there") == "there"


def test_a_cancelled_computation_is_taken_over_by_a_thread_that_waits():
    cache, begun, waits, results = ResultCache(), threading.Event(), threading.Event(), []

    def compute_until_cancelled(report):
        begun.set()
        assert waits.wait(20)
        report(0.5)

    def leave(_):
        raise Cancelled

    def impatient():
        with pytest.raises(Cancelled):
            cache.get("key", compute_until_cancelled, leave)

    first = threading.Thread(target=impatient)
    first.start()
    assert begun.wait(20)
    results.append(cache.get("key", lambda _: "mine", lambda _: waits.set()))
    first.join(20)
    assert results == ["mine"]
    assert cache.peek("key") == "mine"


def test_a_thread_that_waits_hears_the_share_and_may_leave_without_stopping_the_work():
    cache, go, begun = ResultCache(), threading.Event(), threading.Event()
    heard: list[float] = []

    def compute(report):
        report(0.25)
        begun.set()
        assert go.wait(20)
        return "there"

    def leave(share):
        heard.append(share)
        raise Cancelled

    maker = threading.Thread(target=cache.get, args=("key", compute))
    maker.start()
    assert begun.wait(20)
    with pytest.raises(Cancelled):
        cache.get("key", compute, leave)
    assert heard == [0.25]
    go.set()
    maker.join(20)
    assert cache.peek("key") == "there"


def test_it_is_bounded_by_entries_and_lets_the_least_recently_used_go():
    cache, made = ResultCache(max_results=2), []
    for key in (1, 2, 1, 3, 1, 2):
        cache.get(key, lambda _, key=key: made.append(key) or key)
    assert made == [1, 2, 3, 2]


def test_it_is_bounded_by_bytes_and_serves_what_does_not_fit():
    cache = ResultCache(max_bytes=100, max_results=50)
    for key in "abc":
        cache.get(key, lambda _: 1, nbytes=lambda _: 40)
    assert [cache.peek(key) for key in "abc"] == [None, 1, 1]
    assert cache.get("large", lambda _: 2, nbytes=lambda _: 101) == 2
    assert [cache.peek(key) for key in ("b", "c", "large")] == [1, 1, None]


def test_a_key_tells_apart_all_that_a_result_follows_from(monkeypatch):
    key = key_of("ensemble", SHORT, 1, 20)
    assert key == key_of("ensemble", Scenario(title="short", weeks=8), 1, 20)
    others = [
        key_of("film", SHORT, 1, 20),
        key_of("ensemble", SHORT.with_levers(hotline=1), 1, 20),
        key_of("ensemble", SHORT, 2, 20),
        key_of("ensemble", SHORT, 1, 21),
        key_of("ensemble", Scenario(title="mine", weeks=8), 1, 20),  # another visitor's words
    ]
    monkeypatch.setattr("scenario_sim.ui.server.cache.engine_version", lambda: "another")
    others.append(key_of("ensemble", SHORT, 1, 20))
    assert key not in others
