"""Monte-Carlo errors: held to SciPy's own intervals, and to what an interval promises."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from scenario_sim.simulation.intervals import half_width, percentile_intervals, wilson_interval


def test_a_mean_has_the_interval_of_its_standard_error():
    values = np.random.default_rng(1).gamma(2, size=(3, 400))
    wanted = stats.norm.interval(0.95, values.mean(axis=1), stats.sem(values, axis=1))
    np.testing.assert_allclose(2 * half_width(values), wanted[1] - wanted[0], rtol=1e-6)
    assert np.isnan(half_width(np.array([1.0])))


@pytest.mark.parametrize(("many", "runs"), [(0, 200), (7, 1000), (500, 1000), (40, 40)])
def test_a_share_has_wilsons_interval(many, runs):
    wanted = stats.binomtest(many, runs).proportion_ci(0.95, method="wilson")
    found = wilson_interval(many, runs)
    np.testing.assert_allclose(found[1:], (wanted.low, wanted.high), rtol=1e-6, atol=1e-12)
    assert found.low <= found.value <= found.high


@pytest.mark.parametrize("runs", [200, 1000])
def test_a_percentile_lies_between_the_order_statistics_that_enclose_it(runs):
    values = np.random.default_rng(2).normal(size=(4, runs))
    levels = (5, 50, 95)
    found = percentile_intervals(values, levels)
    np.testing.assert_array_equal(found.value, np.percentile(values, levels, axis=1))
    for n, level in enumerate(levels):
        for row in range(4):
            wanted = stats.quantile_test(values[row], p=level / 100).confidence_interval(0.95)
            assert (found.low[n, row], found.high[n, row]) == (wanted.low, wanted.high)


def test_too_few_runs_enclose_no_far_percentile():
    found = percentile_intervals(np.arange(20.0), (5, 50))
    assert np.isnan(found.low[0]) and np.isfinite(found.low[1])


def test_intervals_hold_the_truth_in_about_95_of_100_ensembles():
    """Of skewed draws such as this model's: a gamma, whose mean and percentiles are known."""
    truth = stats.gamma(2)
    ensembles = truth.rvs(size=(2000, 300), random_state=np.random.default_rng(3))
    means, half = ensembles.mean(axis=1), half_width(ensembles)
    held = [np.abs(means - truth.mean()) <= half]
    found = percentile_intervals(ensembles, (5, 50, 95))
    for n, level in enumerate((0.05, 0.5, 0.95)):
        held.append((found.low[n] <= truth.ppf(level)) & (truth.ppf(level) <= found.high[n]))
    beyond = wilson_interval((ensembles > truth.ppf(0.9)).sum(axis=1), 300)
    held.append((beyond.low <= 0.1) & (beyond.high >= 0.1))
    for of in held:
        assert 0.93 <= of.mean() <= 0.98


@pytest.mark.parametrize("runs", [1, 2, 3, 19, 101, 1000])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_percentiles_are_those_of_numpy_to_the_last_bit(runs, dtype):
    values = np.random.default_rng(runs).gamma(2, 1, (4, runs)).astype(dtype)
    values[1] = 2.5  # all runs alike
    values[2, runs // 2] = np.nan
    levels = (0, 2.5, 5, 33, 50, 90, 99.9, 100)
    assert np.array_equal(
        percentile_intervals(values, levels).value,
        np.percentile(values, levels, axis=-1),
        equal_nan=True,
    )
