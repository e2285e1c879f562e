"""Review what an expert would say: verdicts follow intervals; a model without a name says so."""

from __future__ import annotations

import runpy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scenario_sim.data.parameters import THEORIES
from scenario_sim.simulation.intervals import Interval
from scenario_sim.validation.claims.estimates import TrialScenario, ratio
from scenario_sim.validation.claims.expert_statements import STATEMENTS
from scenario_sim.validation.claims.expert_trial import (
    CANNOT_SAY,
    RIGHT,
    TWO_SIDED,
    VERDICTS,
    WRONG,
    Reading,
    ReadingResult,
    Statement,
    StatementResult,
    review,
)
from scenario_sim.validation.claims.statistics import outcome

DOCS = Path(__file__).parents[3] / "docs"
BY_NUMBER = {one.number: one for one in STATEMENTS}
BETWEEN = Reading("a figure", (), outcome("launch_days"), ratio, 0.8, 1.2)


def judged(*ends: float) -> ReadingResult:
    return ReadingResult(BETWEEN, Interval(*map(np.asarray, ends)))


def test_a_figure_is_right_wrong_or_open_as_its_interval_lies():
    assert judged(1.0, 0.9, 1.1).verdict == RIGHT
    assert judged(1.0, 0.7, 1.1).verdict == CANNOT_SAY
    assert judged(0.5, 0.4, 0.6).verdict == judged(1.5, 1.3, 1.7).verdict == WRONG
    assert judged(np.nan, np.nan, np.nan).verdict == CANNOT_SAY


def test_a_statement_is_as_right_as_its_worst_figure_and_two_sided_where_a_theory_is_shown():
    right, wrong, open_ = judged(1, 0.9, 1.1), judged(2, 1.9, 2.1), judged(1, 0.5, 1.5)
    other = replace(right, reading=replace(BETWEEN, theory="spiral"))

    def verdict(*results: ReadingResult, lacks: str = "") -> str:
        return StatementResult(Statement(1, "x", lacks=lacks), results).verdict

    assert verdict(right) == RIGHT and verdict(right, other) == TWO_SIDED
    assert verdict(right, open_) == CANNOT_SAY and verdict(right, open_, wrong) == WRONG
    assert verdict(right, lacks="balloon") == CANNOT_SAY and verdict() == CANNOT_SAY


def test_there_are_twenty_five_statements_and_each_can_be_tried_or_says_what_lacks():
    assert list(BY_NUMBER) == list(range(1, 26))
    for one in STATEMENTS:
        assert one.readings or one.lacks or one.number == 10, one.number
        for reading in one.readings:
            assert reading.low < reading.high or reading.low == reading.high == 1


def test_a_hotline_changes_no_act_and_lowers_the_risk_under_every_theory():
    (told,) = review([BY_NUMBER[11]], runs=60)
    acts, risk = told.results
    assert float(acts.found.value) == 1 and float(risk.found.value) < 1
    assert told.verdict == RIGHT and told.dissent == []
    assert list(told.elsewhere) == [theory.title for theory in THEORIES]


def test_a_statement_that_is_false_in_the_model_is_called_wrong():
    reading = BY_NUMBER[11].readings[1]
    (told,) = review([Statement(1, "x", (replace(reading, low=1.05, high=np.inf),))], runs=60)
    assert told.verdict == WRONG and "*wrong*" in told.lines[0]
    assert len(told.dissent) == len(THEORIES)


def test_a_model_without_the_lever_action_or_theory_says_its_name_and_simulates_nothing():
    world = TrialScenario({"moon_phase": 1.0})
    readings = (
        replace(BETWEEN, worlds=(world,)),
        replace(BETWEEN, needs=("no_such_act",)),
        replace(BETWEEN, theory="no-such-theory"),
    )
    (told,) = review([Statement(1, "x", readings)], runs=2)
    assert told.verdict == CANNOT_SAY
    for name, line in zip(
        ("`moon_phase`", "`no_such_act`", "theory `no-such-theory`"), told.lines, strict=True
    ):
        assert f"the model has no {name}" in line


@pytest.mark.parametrize("number", list(BY_NUMBER))
def test_the_page_holds_each_statement_with_a_verdict(number):
    rows = (DOCS / "expert-review.md").read_text("utf-8").splitlines()
    (row,) = [line for line in rows if line.startswith(f"| {number} |")]
    cells = [cell.strip() for cell in row.strip("|").split(" | ")]
    assert cells[1] == BY_NUMBER[number].says
    assert cells[3].strip("*") in VERDICTS


def test_the_page_counts_what_stands_in_it():
    page = runpy.run_path(str(DOCS / "expert_review.py"))["page"]
    found = [
        StatementResult(BY_NUMBER[1], (judged(1, 0.9, 1.1),)),
        StatementResult(BY_NUMBER[2], (judged(2, 1.9, 2.1),)),
    ]
    text = page(found)
    assert "**1 of 2 are right or openly two-sided.**" in text
    assert "right: 1; right, two-sided: 0; wrong: 1; cannot say: 0." in text
