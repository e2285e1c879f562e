"""The fits of the baselines are those of statsmodels, which reads the same counts."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from scenario_sim.validation.baselines import _log_likelihood, _minimise, negative_binomial_size

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from statsmodels.discrete.discrete_model import NegativeBinomial

COUNTS = np.random.default_rng(3).negative_binomial(1.5, 0.4, 120)
DRILLS = np.random.default_rng(4).uniform(0, 1, 120)
DESIGN = np.column_stack([np.ones(120), DRILLS])


@pytest.fixture(scope="module")
def fitted():
    return NegativeBinomial(COUNTS, DESIGN).fit(disp=False)


def test_the_likelihood_is_that_of_statsmodels(fitted):
    *slopes, dispersion = fitted.params
    mean = np.exp(DESIGN @ slopes)
    assert _log_likelihood(COUNTS, mean, 1 / dispersion) == pytest.approx(fitted.llf, abs=1e-6)


def test_the_minimiser_finds_what_statsmodels_finds(fitted):
    def misfit(theta):
        return -_log_likelihood(COUNTS, np.exp(DESIGN @ theta[:2]), np.exp(theta[2]))

    found = _minimise(misfit, np.zeros(3))
    assert -misfit(found) == pytest.approx(fitted.llf, abs=1e-3)
    assert found[:2] == pytest.approx(fitted.params[:2], abs=0.02)


def test_the_size_by_moments_is_near_the_likeliest_one(fitted):
    assert negative_binomial_size(COUNTS) == pytest.approx(1 / fitted.params[2], rel=0.3)
