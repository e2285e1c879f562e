"""Visitors share the server: computing time of each, and work that waits for a page to come back."""

from __future__ import annotations

import threading
import time
from contextlib import nullcontext
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from scenario_sim import load_scenario, simulate
from scenario_sim.simulation import ensemble
from scenario_sim.ui.server import jobs, settings
from scenario_sim.ui.server.budget import Budgets, OverBudget
from scenario_sim.ui.server.gateway import Gateway
from scenario_sim.ui.server.jobs import Cancelled, LatestJob
from scenario_sim.ui.server.limits import BUDGET_PERIOD_S
from scenario_sim.ui.server.presence import Presence
from scenario_sim.ui.server.visitors import Visitor

HERE, THERE = "192.0.2.1", "198.51.100.1"


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Class:
    """Some browsers with one page each; the page bears the browser's name."""

    budgets: Budgets
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self):
        self.budgets._clock = self.clock

    def comes(self, name: str, address: str = HERE) -> str:
        self.budgets.open(name, Visitor(name, address))
        return name

    def works(self, page: str, seconds: float) -> str:
        """Ask for work of so many CPU seconds; return the refusal, or "" where it is done."""
        try:
            self.budgets.check(page)
        except OverBudget as error:
            return str(error)
        self.budgets.charge(page, seconds)
        return ""


# --- one visitor -----------------------------------------------------------------------------------


def test_who_asks_for_long_work_again_and_again_waits_and_the_others_do_not():
    here = Class(Budgets(120, 10_000))
    greedy, other = here.comes("greedy"), here.comes("other")
    done = [here.works(greedy, 50) for _ in range(10)]
    assert done[:3] == ["", "", ""] and all(done[3:])
    assert "120 processor seconds in 10 minutes" in done[3] and "wait 3 min" in done[3]
    assert "fewer runs or weeks" in done[3]
    assert here.works(other, 50) == ""


def test_a_second_tab_of_a_browser_has_no_time_of_its_own():
    here = Class(Budgets(120, 10_000))
    here.budgets.open("tab", Visitor("cookie", HERE))
    here.budgets.open("second tab", Visitor("cookie", HERE))
    assert here.works("tab", 120) == "" and here.works("second tab", 1)


def test_computing_time_comes_back_steadily_and_up_to_the_most():
    here = Class(Budgets(120, 10_000))
    page = here.comes("page")
    assert here.works(page, 130) == ""
    here.clock.now += 10 / (120 / BUDGET_PERIOD_S) - 1
    assert "wait 6 s" in here.works(page, 1)
    here.clock.now += 1.1
    assert here.works(page, 1) == ""
    here.clock.now += 100 * BUDGET_PERIOD_S
    assert here.works(page, 119) == "" and here.works(page, 2) == "" and here.works(page, 1)


def test_no_limit_is_zero_seconds():
    here = Class(Budgets(0, 10))
    page = here.comes("page")
    assert [here.works(page, 1000) for _ in range(5)] == [""] * 5


# --- one address --------------------------------------------------------------------------------------


def test_thirty_students_behind_one_address_are_served_each_from_a_budget_of_their_own():
    """Two cores for ten minutes hold 900 CPU seconds for one address: 30 for each of 30 students."""
    here = Class(Budgets(120, 900))
    students = [here.comes(f"student {n}") for n in range(30)]
    here.works(here.comes("elsewhere", THERE), 0)
    assert [here.works(one, 29) for one in students] == [""] * 30


def test_new_cookies_make_no_new_time_while_somebody_from_elsewhere_waits():
    here = Class(Budgets(120, 900))
    elsewhere = here.comes("elsewhere", THERE)
    answers = []
    for n in range(100):
        answers.append(here.works(here.comes(f"cookie {n}"), 50))
        assert here.works(elsewhere, 0.5) == ""
    assert answers[:18] == [""] * 18 and all(answers[18:])
    assert "your network" in answers[-1]


def test_a_class_that_is_alone_may_use_the_whole_machine():
    here = Class(Budgets(120, 900))
    for n in range(100):
        assert here.works(here.comes(f"student {n}"), 50) == ""
    here.works(here.comes("elsewhere", THERE), 1)
    assert here.works(here.comes("one more"), 1), "somebody from elsewhere is there"
    here.clock.now += 120  # and has gone
    assert here.works("one more", 1) == ""


def test_a_proxy_s_address_is_not_a_visitor_but_its_browsers_are():
    here = Class(Budgets(120, 10))
    here.works(here.comes("elsewhere", THERE), 0)
    first, second = here.comes("first", "127.0.0.1"), here.comes("second", "::1")
    assert here.works(first, 119) == "" and here.works(second, 119) == ""
    assert here.works(first, 2) == "" and here.works(first, 2)


def test_kernels_that_are_gone_are_forgotten_and_debts_are_not():
    here = Class(Budgets(120, 900))
    here.works(here.comes("page"), 130)
    here.budgets.forget(())
    assert here.works("page", 500) == "", "no page, nobody to charge"
    here.budgets.open("new page", Visitor("page", HERE))
    assert here.works("new page", 1), "the same browser"
    here.clock.now += 2 * BUDGET_PERIOD_S
    here.budgets.forget(())
    assert not here.budgets._visitors and not here.budgets._buckets and not here.budgets._seen


# --- who pays ------------------------------------------------------------------------------------------


def test_worlds_that_other_threads_make_are_paid_for_by_the_one_that_asked():
    scenario = load_scenario("status-quo").with_weeks(20)
    simulate(scenario, 8)  # compiled before
    begun, alone = ensemble.cpu_time(), time.thread_time()
    simulate(scenario, 20_000, keep="outcomes", jobs=2)
    assert ensemble.cpu_time() - begun > time.thread_time() - alone
    begun = ensemble.cpu_time()
    assert ensemble.cpu_time() - begun < 0.01, "nothing is counted twice"


class Page(nullcontext):
    """What a job sees of a kernel."""

    def __init__(self, kernel: str):
        super().__init__()
        self.id, self.closed_event = kernel, threading.Event()


@pytest.fixture
def page(monkeypatch):
    """A page whose visitor pays, and the server's budgets and presence."""
    one = SimpleNamespace(
        page=Page("kernel"), budgets=Budgets(120, 900), presence=Presence(0, Clock())
    )
    monkeypatch.setattr(jobs, "_current_kernel", lambda: one.page)
    monkeypatch.setattr(jobs, "BUDGETS", one.budgets)
    monkeypatch.setattr(jobs, "PRESENCE", one.presence)
    one.budgets.open("kernel", Visitor("cookie", HERE))
    return one


def burn(seconds: float) -> None:
    begun = time.thread_time()
    while time.thread_time() - begun < seconds:
        pass


def test_a_job_costs_the_cpu_time_it_took_and_waiting_costs_nothing(page):
    done = threading.Event()

    def work(job):
        burn(0.2)
        time.sleep(0.5)
        done.set()

    LatestJob().submit(work)
    assert done.wait(20)
    jobs.SHORT.submit(int).result(20)
    for _ in range(1000):  # the charge follows the work
        spent = (
            120 - page.budgets._buckets["browser", "cookie"].left if page.budgets._buckets else 0
        )
        if spent:
            break
        time.sleep(0.01)
    assert 0.15 < spent < 0.45


def test_a_job_is_refused_in_words_where_nothing_is_left(page):
    page.budgets.charge("kernel", 121)
    told, done = [], threading.Event()

    def work(job):
        try:
            job.check_budget()
        except OverBudget as error:
            told.append(str(error))
        done.set()

    LatestJob().submit(work)
    assert done.wait(20)
    assert "has used its computing time" in told[0]


def gateway_told(monkeypatch, address: str, **how) -> list:
    """The visitors that pay, when a page of this address opens a websocket."""
    from test_gateway import ask_kernel

    opened = []
    monkeypatch.setattr(
        "scenario_sim.ui.server.gateway.BUDGETS",
        SimpleNamespace(open=lambda *told: opened.append(told), forget=lambda there: None),
    )
    monkeypatch.setattr(
        "scenario_sim.ui.server.gateway.visitor_of", lambda scope: Visitor("cookie", address)
    )
    gateway = Gateway(None, **how)
    assert ask_kernel(gateway=gateway, origin="http://127.0.0.1:8765").status == 101
    return opened


@pytest.mark.parametrize(
    ("address", "how", "pays"),
    [
        ("127.0.0.1", {"names": ["127.0.0.1"]}, False),
        ("::1", {"names": ["0.0.0.0", "localhost"]}, False),
        (HERE, {"names": ["0.0.0.0"]}, True),
        ("127.0.0.1", {"names": ["teacher-pc.local"]}, True),
        ("127.0.0.1", {"root_path": "/sim"}, True),
    ],
)
def test_whoever_sits_at_the_machine_pays_nothing_unless_a_proxy_may_stand_there(
    monkeypatch, address, how, pays
):
    assert bool(gateway_told(monkeypatch, address, **how)) == pays


@pytest.mark.parametrize("said", ["-1", "many", "nan", "inf"])
def test_seconds_that_are_none_are_refused_with_an_example(monkeypatch, said):
    monkeypatch.setenv("SCENARIO_SIM_VISITOR_CPU_S", said)
    with pytest.raises(SystemExit, match="is no number of seconds; write one such as 120"):
        settings._seconds("SCENARIO_SIM_VISITOR_CPU_S", 120.0)


def test_seconds_that_were_set_win(monkeypatch):
    assert settings._seconds("SCENARIO_SIM_VISITOR_CPU_S", 120.0) == 120
    monkeypatch.setenv("SCENARIO_SIM_VISITOR_CPU_S", "30")
    assert settings._seconds("SCENARIO_SIM_VISITOR_CPU_S", 120.0) == 30


# --- pages that are lost --------------------------------------------------------------------------------


def test_a_page_is_left_some_seconds_after_its_last_websocket_went():
    clock = Clock()
    presence = Presence(10, clock)
    assert not presence.is_left("kernel"), "not come yet"
    presence.came("kernel")
    presence.came("kernel")  # a page that reconnects has two for a moment
    presence.went("kernel")
    clock.now += 100
    assert not presence.is_left("kernel")
    presence.went("kernel")
    clock.now += 9.9
    assert not presence.is_left("kernel")
    clock.now += 0.2
    assert presence.is_left("kernel") and not presence.is_left("other")
    presence.came("kernel")
    assert not presence.is_left("kernel")


def test_what_waits_for_a_page_begins_once_when_it_is_back():
    presence, begun = Presence(0, Clock()), []
    presence.came("kernel")
    presence.when_back("kernel", lambda: begun.append("at once"))
    presence.went("kernel")
    presence.when_back("kernel", lambda: begun.append("later"))
    assert begun == ["at once"]
    presence.came("kernel")
    presence.went("kernel")
    presence.came("kernel")
    assert begun == ["at once", "later"]


def test_what_waits_for_a_kernel_that_is_gone_is_forgotten():
    presence, begun = Presence(0, Clock()), []
    presence.came("kernel")
    presence.went("kernel")
    presence.when_back("kernel", lambda: begun.append(1))
    presence.forget(["kernel"])
    assert presence.is_left("kernel")
    presence.forget([])
    presence.came("kernel")
    assert begun == [] and not presence._gone


class Restarted:
    """Work that ends the second time it begins."""

    def __init__(self):
        self.begun, self.stopped, self.done = [], threading.Event(), threading.Event()

    def __call__(self, job) -> None:
        self.begun.append(job)
        if len(self.begun) > 1:
            self.done.set()
            return
        try:
            for _ in range(6000):
                job.report(0.5)
                time.sleep(0.005)
        except Cancelled:
            self.stopped.set()


def begins(work) -> bool:
    return any(work.begun or time.sleep(0.005) for _ in range(4000))


@pytest.mark.parametrize("is_long", [True, False])
def test_work_of_a_lost_page_stops_and_begins_again_when_it_is_back(page, is_long):
    page.presence.came("kernel")
    latest, work = LatestJob(), Restarted()
    latest.submit(work, is_long)
    assert begins(work) and not work.stopped.wait(0.1)
    page.presence.went("kernel")
    assert work.stopped.wait(20) and not work.done.wait(0.1)
    page.presence.came("kernel")
    assert work.done.wait(20) and len(work.begun) == 2
    assert latest.deliver(work.begun[-1]), "its result is shown"


def test_work_asked_for_while_the_page_is_lost_waits_for_it(page):
    page.presence.came("kernel")
    page.presence.went("kernel")
    latest, done = LatestJob(), threading.Event()
    latest.submit(lambda job: done.set())
    assert not done.wait(0.2)
    page.presence.came("kernel")
    assert done.wait(20)


@pytest.mark.parametrize("how", ["superseded", "closed", "page closed"])
def test_work_that_nobody_wants_any_more_does_not_begin_again(page, how):
    page.presence.came("kernel")
    latest, work = LatestJob(), Restarted()
    latest.submit(work)
    assert begins(work)
    page.presence.went("kernel")
    assert work.stopped.wait(20)
    jobs.SHORT.submit(int).result(20)
    {
        "superseded": latest.cancel,
        "closed": latest.close,
        "page closed": page.page.closed_event.set,
    }[how]()
    page.presence.came("kernel")
    assert not work.done.wait(0.3)
