"""The tab of the goals: cards, regret, and what a search offers."""

from __future__ import annotations

import re

import pytest

from scenario_sim.data.goals import GOALS
from scenario_sim.data.parameters.theories import THEORIES
from scenario_sim.ui.messages import goals as texts
from scenario_sim.ui.server.cache import ResultCache
from scenario_sim.ui.server.jobs import Cancelled
from scenario_sim.ui.state import AppState
from scenario_sim.ui.views.goals import (
    best_policies,
    card_html,
    find_policies,
    verdict_sentence,
    with_policy,
)
from scenario_sim.ui.views.theories import simulate_under_theories

GOAL = GOALS["halve-risk"]
QUO = AppState(runs=40).with_scenario("status-quo").with_weeks(26)


@pytest.fixture(scope="module")
def cache():
    return ResultCache()


@pytest.fixture(scope="module")
def found(cache):
    return best_policies(QUO, GOAL, cache=cache)


def regret(html: str) -> float:
    return float(re.search(r'aria-valuenow="([\d.]+)"', html)[1])


def test_a_card_has_a_verdict_for_each_theory_and_the_model_as_set():
    html = card_html(GOAL, tuple(simulate_under_theories(QUO)))
    assert html.count("<li") == html.count('<th scope="row">') == len(THEORIES) + 1
    assert "As the model is set: missed." in html
    assert regret(html) == 0  # the scenario is the only policy known


def test_a_policy_that_a_search_found_gives_the_present_one_regret(found):
    here = tuple(simulate_under_theories(QUO))
    html = card_html(GOAL, here, found)
    assert regret(html) > 10
    taken = with_policy(QUO, found[0].levers)
    there = tuple(simulate_under_theories(taken))
    assert regret(card_html(GOAL, there, found)) < regret(html)


def test_the_policy_is_judged_on_the_futures_of_the_page(found):
    taken = with_policy(QUO, found[0].levers)
    html = card_html(GOAL, tuple(simulate_under_theories(taken)))
    assert verdict_sentence(found[0].judged) in html


def test_levers_that_the_scenario_has_anyway_are_not_moved():
    assert with_policy(QUO, {"hotline": 0.1, "engagement": 0.7}).moved == (("engagement", 0.7),)


def test_a_search_is_done_once_and_can_be_stopped(cache, found):
    assert find_policies(QUO, GOAL, cache) is found

    def stop(share: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        best_policies(QUO.with_seed(5), GOAL, stop, cache)
    assert find_policies(QUO.with_seed(5), GOAL, cache) is None


def test_every_verdict_has_words_and_a_mark():
    assert set(texts.VERDICTS) == set(texts.MARKS) == {"met", "missed", "unsure"}
