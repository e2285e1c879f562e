"""The published sensitivity analysis: what it varies, how luck counts, and what it says."""

from __future__ import annotations

import json
import re
import sys
from html import escape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scenario_sim import load_scenario
from scenario_sim.data.parameters import COEFFICIENT_TABLES, PARAMETERS, SETTINGS
from scenario_sim.reporting.risk import RISK
from scenario_sim.studies import load_study
from scenario_sim.studies.study_file.plan import StudyPlan
from scenario_sim.ui.state import AppState
from scenario_sim.ui.views.results import dependence_of
from scenario_sim.validation import sensitivity
from scenario_sim.validation.sensitivity import (
    SPANS,
    dependence_sentence,
    find_dependence,
    input_phrase,
    kept_sensitivity,
    leading_dozen,
    luck_share,
)

ROOT = Path(__file__).parents[2]
STUDIES = ROOT / "studies"


@pytest.mark.parametrize("name", ["global-sensitivity", "screening"])
def test_both_studies_vary_every_input_of_the_model_and_measure_both_spans(name):
    study = load_study(STUDIES / f"{name}.toml")
    plan = StudyPlan(study)
    movable = {
        n for n, p in load_scenario("status-quo").cast.parameters.items() if p.low < p.high
    } | {n for n, s in SETTINGS.items() if s.low < s.high}
    assert {column.name for column in plan.columns} == movable
    assert {analysis.outcome for analysis in study.analyses} == {
        f"{span}{outcome}" for span in SPANS for outcome in study.outcomes
    }
    groups = {"levers", "hypotheses", "circumstances", *COEFFICIENT_TABLES}
    assert set(plan.factors) == (groups if name == "global-sensitivity" else movable)


def test_luck_is_the_share_of_the_variance_within_design_points():
    """Means 0 and 4 have variance 8; runs vary by 2 within each: luck is 2 of 10 parts."""
    rng, runs, points = np.random.default_rng(1), 400, 300
    centre = np.repeat([0.0, 4.0], points // 2)
    draws = centre[:, None] + rng.normal(0, np.sqrt(2), (points, runs))
    mean, mcse = pd.Series(draws.mean(axis=1)), pd.Series(draws.std(axis=1) / np.sqrt(runs))
    assert luck_share(mean, mcse, runs) == pytest.approx(2 / (2 + 4), abs=0.02)
    assert luck_share(mean * 0, mcse * 0, runs) == 0


def test_the_dozen_counts_each_outcome_alike_whatever_its_unit():
    small = pd.DataFrame({"name": ["a", "b"], "mu_star": [0.9, 0.1]})
    large = pd.DataFrame({"name": ["a", "b"], "mu_star": [100.0, 900.0]})
    assert leading_dozen([small, large, small]) == ["a", "b"]
    assert leading_dozen([small, large, large]) == ["b", "a"]


def test_the_shipped_data_hold_every_outcome_span_and_known_inputs():
    kept = kept_sensitivity()
    assert set(kept["outcomes"]) == set(load_study(STUDIES / "screening.toml").outcomes)
    known = {*SETTINGS, *load_scenario("status-quo").cast.parameters}
    assert len(kept["dozen"]) == 12 and set(kept["dozen"]) <= known
    for spans in kept["outcomes"].values():
        assert set(spans) == set(SPANS.values())
        for one in spans.values():
            assert 0 <= one["luck"] <= 1
            assert {row["name"] for row in one["groups"]} == {
                "levers", "hypotheses", "circumstances", *COEFFICIENT_TABLES,
            }  # fmt: skip
            sizes = [row["mu_star"] for row in one["inputs"]]
            assert sizes == sorted(sizes, reverse=True) and len(sizes) == 5


def test_the_page_is_what_the_data_say(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    monkeypatch.delitem(sys.modules, "sensitivity", raising=False)
    import sensitivity as command

    assert command.page(kept_sensitivity()) == (ROOT / "docs/sensitivity.md").read_text("utf-8")


def test_a_sentence_says_what_the_risk_depends_on_unless_the_analysis_is_a_trial(monkeypatch):
    kept = json.loads(json.dumps(kept_sensitivity()))
    for trial in (False, True):
        monkeypatch.setattr(
            sensitivity, "kept_sensitivity", lambda trial=trial: kept | {"trial": trial}
        )
        said = dependence_sentence(RISK)
        first = kept["outcomes"][RISK]["two years"]["inputs"][0]["name"]
        words = SETTINGS[first].label if first in SETTINGS else PARAMETERS[first].phrase
        assert (f"depends most on: {words} ({first}, " in said) is not trial
    assert dependence_sentence("vetoes") == ""


def test_every_input_that_leads_an_outcome_has_a_phrase_of_plain_words():
    kept = kept_sensitivity()
    leading = {row["name"] for spans in kept["outcomes"].values() for one in spans.values()
               for row in one["inputs"]} | set(kept["dozen"])  # fmt: skip
    coefficients = leading - SETTINGS.keys()
    assert len(coefficients) > 10
    for name in coefficients:
        assert re.fullmatch(r"(how|whether) [^_]+", PARAMETERS[name].phrase), name
        assert input_phrase(name).startswith(PARAMETERS[name].phrase)


def test_the_page_says_what_its_headline_rests_on_where_the_analysis_covers_it():
    said = dependence_of(AppState())
    for name in find_dependence(RISK, "two years").inputs:
        assert escape(input_phrase(name)) in said
    assert "of the spread of single futures over two years" in said
    assert "over five years" in dependence_of(AppState().with_weeks(260))
    assert dependence_of(AppState().with_weeks(52)) == ""
    assert dependence_of(AppState().with_scenario("surge-2022")) == ""
