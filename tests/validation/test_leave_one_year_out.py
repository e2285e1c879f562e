"""Left-out years: what is scored was fitted on other years, and versions are compared year by year."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from scenario_sim import simulate
from scenario_sim.simulation.branching import Branch, simulate_branches
from scenario_sim.validation import leave_one_year_out as judge
from scenario_sim.validation import past_policies, scores


@pytest.fixture(scope="module")
def trial():
    return judge.run_trial(None, "2015-01", "2018-12", runs=30, baselines=False)


def test_a_branch_is_its_scenario_simulated_whole_bit_for_bit():
    days = [date(2013, 4, 1), date(2017, 7, 3), date(2019, 9, 30)]
    known = [past_policies.policies_known_on(day, 28) for day in days]
    known[1] = known[1].with_change(date=days[1], exercise_scale=0)  # the trunk has it not
    branches = [Branch(one, one.weeks - 28) for one in known]
    found = simulate_branches(known[-1], branches, 40, 3, ("launch_days", "tension"))
    for one, weeks in zip(known, found, strict=True):
        whole = simulate(one, 40, 3).weekly
        for name in ("launch_days", "tension"):
            assert weeks[name].shape == (28, 40) and (weeks[name] == whole[name][-28:]).all()
        assert (weeks.acts == whole.acts[:, -28:]).all()


def test_a_branch_with_another_past_is_simulated_whole():
    known = past_policies.policies_known_on(date(2014, 1, 6), 28)
    other = known.with_parameters(short_range_test_base=-1.7)
    (found,) = simulate_branches(known, [Branch(other, other.weeks - 28)], 20)
    whole = simulate(other, 20).weekly["launch_days"][-28:]
    assert (found["launch_days"] == whole).all()


def test_what_happened_in_a_year_does_not_weigh_the_settings_it_is_scored_under(trial):
    """Twelve launch days a month in 2016 move the weights of all years but 2016."""
    months = trial.origins[:, None] + np.arange(6)
    in_2016 = months.astype("datetime64[Y]") == np.datetime64("2016")
    other = replace(trial, seen=np.where(in_2016, 12, trial.seen))
    assert np.array_equal(other.weights({2016}), trial.weights({2016}))
    at = list(trial.years).index(2016)
    assert other.by_year("model", "crps")[at] > 5 * trial.by_year("model", "crps")[at]
    for year in (2015, 2017, 2018):
        assert other.fitted(year)["level"] > trial.fitted(year)["level"]


def test_weights_are_the_likelihood_of_half_years(trial):
    """Twice the evidence squares the ratio of two weights."""
    weights = trial.weights({2017})
    assert weights.sum() == pytest.approx(1) and (weights > 0).all()
    futures, seen = trial.cases("model")
    months = (trial.origins[:, None] + np.arange(6)).astype("datetime64[Y]").ravel()
    others = months != np.datetime64("2017")
    gap = [scores.log_score(one, seen)[others].sum() for one in futures[:2]]
    assert np.log(weights[0] / weights[1]) == pytest.approx((gap[1] - gap[0]) / 12)


def test_scores_of_a_year_are_those_of_its_months_under_the_pool(trial):
    at = list(trial.years).index(2017)
    months = trial.origins[:, None] + np.arange(6)
    in_2017 = np.flatnonzero((months.astype("datetime64[Y]") == np.datetime64("2017")).ravel())
    futures, seen = trial.cases("model")
    pool = judge._pool(futures, trial.weights({2017}), in_2017)
    assert len(pool) == 30
    cases = scores.crps(pool, seen[in_2017])
    assert trial.by_year("model", "crps")[at] == pytest.approx(cases.mean())


def test_the_error_of_a_mean_is_students():
    mean, error = scores.mean_and_error(np.array([1.0, 2.0, 3.0]))
    assert (mean, error) == (2.0, pytest.approx(4.303 / np.sqrt(3), rel=1e-3))


def test_a_version_is_compared_with_the_default_and_with_saved_scores(ask, tmp_path):
    words = (
        "backtest",
        "--leave-one-year-out",
        "--from",
        "2014-01",
        "--to",
        "2017-12",
        "--runs",
        10,
    )
    edited = ask(*words, "--set", "short_range_test_base=-2.5", "--without", "spiral")
    assert edited.code == 0 and "By CRPS this model is" in edited.out
    saved = tmp_path / "scores.json"
    saved.write_text(ask(*words, "--json").out, "utf-8")
    assert json.loads(saved.read_text("utf-8"))["years"] == [2014, 2015, 2016, 2017]
    same = ask(*words, "--against", saved)
    assert "+0.0000 ± 0.0000" in same.out


def test_options_of_the_judge_are_refused_all_at_once(refused, tmp_path):
    told = refused("backtest", "--set", "hotline=1", "--without", "spiral")
    assert "--set: goes with --leave-one-year-out" in told
    assert "--without: goes with --leave-one-year-out" in told
    told = refused(
        *("backtest", "--leave-one-year-out", "--from", "2013-01", "--to", "2014-12"),
        *("--set", "hotlin=1", "--set", "hotline=7", "--set", "hotline", "--without", "spirals"),
        *("--theory", "spirale", "--against", tmp_path / "none.json", "--parameters", "posterior"),
    )
    for words in (
        *("leave 2 years", "hotlin", "hotline takes a number from 0 to 1, not 7", "spirals"),
        *("takes a lever or coefficient and its number", "spirale", "none.json", "--parameters"),
    ):
        assert words in told
    (tmp_path / "none.json").write_text("[]", "utf-8")
    told = refused("backtest", "--leave-one-year-out", "--against", tmp_path / "none.json")
    assert "holds no scores" in told
