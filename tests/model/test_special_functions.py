"""exp, log and the normal distribution against SciPy, over their whole range."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from scenario_sim.model.special_functions import (
    exp,
    expit,
    log,
    log_split_single,
    monic,
    normal_cdf,
    normal_quantile,
    poisson_cdf,
    polynomial,
    split_single,
)

MANY = 200_000
ULP = 2.0**-52
SMALLEST_NORMAL = 2.0**-1022


def relative_error(found, exact) -> float:
    return float(np.max(np.abs(found - exact) / np.abs(exact)))


# --- exp and log ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("low", "high"), [(-708, 709), (-40, 40), (-1, 1), (-1e-9, 1e-9)])
def test_exp_is_numpys_to_two_units_in_the_last_place(low, high):
    x = np.linspace(low, high, MANY)
    assert relative_error(exp(x), np.exp(x)) < 2 * ULP


def test_exp_stays_positive_and_finite_far_out():
    assert exp(np.array([-709.0, -1e300, -np.inf])).tolist() == [float(exp(np.array(-708.0)))] * 3
    assert exp(np.array([709.5, 1e300, np.inf])).tolist() == [float(exp(np.array(709.0)))] * 3
    assert float(exp(np.array(-1e9))) >= SMALLEST_NORMAL and np.isfinite(exp(np.array(1e9)))


@pytest.mark.parametrize(("low", "high"), [(-1022, 1023), (-50, 50), (-1, 1)])
def test_log_is_numpys_to_two_units_in_the_last_place(low, high):
    x = 2.0 ** np.linspace(low, high, MANY)
    x = x[np.abs(x - 1) > 1e-3]
    assert relative_error(log(x), np.log(x)) < 2 * ULP


def test_log_near_one_keeps_its_relative_precision():
    steps = np.concatenate([np.arange(1, 5000), np.geomspace(5000, 2.0**42, 5000)]).round()
    for x in (1 + steps * ULP, 1 - steps * ULP / 2):
        assert relative_error(log(x), np.log1p(x - 1)) < 2 * ULP
    assert log(np.array(1.0)) == 0


@pytest.mark.parametrize(
    ("function", "low", "high"),
    [(exp, -708, 709), (log, 2.0**-1022, 1e3), (expit, -36, 36), (normal_cdf, -11, 8)],
)
def test_they_never_fall(function, low, high):
    x = np.linspace(low, high, MANY)
    assert (np.diff(function(x)) >= 0).all()
    assert (np.diff(function(np.linspace(low, high, 1000)[1:-1])) > 0).all() or function in (
        normal_cdf,
        expit,
    )


@given(st.floats(-700, 700))
def test_log_undoes_exp(x):
    y = float(log(exp(np.array(x))))
    assert y == pytest.approx(x, rel=4 * ULP, abs=4 * ULP)


def test_expit_is_scipys():
    x = np.concatenate([np.linspace(-700, 700, MANY), np.linspace(-40, 40, MANY)])
    assert relative_error(expit(x), special.expit(x)) < 4 * ULP
    assert expit(np.array([-1e300, 0.0, 1e300])).tolist()[1:] == [0.5, 1.0]
    assert 0 <= expit(np.array(-1e300)) < 1e-300


# --- single precision ---------------------------------------------------------------------------------

SINGLE = 2.0**-23


def log_single(x: np.ndarray) -> np.ndarray:
    found = log_split_single(*split_single(x))
    assert found.dtype == np.float32
    return found.astype(float)


def test_the_single_precision_logarithm_is_the_double_one_rounded():
    bits = np.random.default_rng(1).integers(0x00800000, 0x7F800000, MANY)  # positive and normal
    x = np.concatenate([bits.astype(np.int32).view(np.float32), 2.0 ** np.arange(-126, 128)])
    x = x.astype(np.float32)
    x = x[np.abs(x - 1) > 1e-6]
    assert relative_error(log_single(x), np.log(x.astype(float))) < 2 * SINGLE


def test_the_single_precision_logarithm_keeps_its_relative_precision_near_one():
    one = np.float32(1)
    for x in (one + np.arange(1, 9000, dtype=np.float32) * np.float32(SINGLE),
              one - np.arange(1, 9000, dtype=np.float32) * np.float32(SINGLE / 2)):  # fmt: skip
        assert relative_error(log_single(x), np.log(x.astype(float))) < 2 * SINGLE
    assert log_single(np.float32([1.0])) == 0


@given(st.floats(2.0**-126, 2.0**127, width=32))
def test_splitting_loses_nothing(x):
    m, k = split_single(np.array([x], np.float32))
    assert np.ldexp(1.0 + m.astype(float), k.astype(int))[0] == x
    assert np.sqrt(0.5) - 1 - SINGLE <= m[0] <= np.sqrt(2) - 1 + SINGLE


# --- the normal distribution ----------------------------------------------------------------------------


def test_the_normal_distribution_function_is_scipys():
    # From sqrt(2) times 8 on the tail is held; 1.4 is about where its series takes over.
    x = np.concatenate([np.linspace(-11.3, 8.3, MANY), np.linspace(-1.5, 1.5, MANY)])
    assert relative_error(normal_cdf(x), special.ndtr(x)) < 4 * ULP


def test_the_normal_tail_ends_at_1e_28_and_stays_a_probability():
    far = normal_cdf(np.array([-11.4, -40.0, -1e6]))
    assert (far > 0).all() and (far < 1e-28).all()
    assert normal_cdf(np.array([9.0, 40.0, 1e6])).tolist() == [1.0, 1.0, 1.0]
    assert normal_cdf(np.array(0.0)) == 0.5


@given(st.floats(0, 8))
def test_the_normal_distribution_is_symmetric(x):
    one, other = normal_cdf(np.array(x)), normal_cdf(np.array(-x))
    assert one + other == pytest.approx(1.0, abs=2 * ULP)


def test_the_normal_quantile_is_scipys():
    p = np.concatenate(
        [
            np.linspace(1e-9, 1 - 1e-9, MANY),
            2.0 ** np.linspace(-1000, -1, MANY),
            1 - 2.0 ** np.linspace(-53, -1, MANY),
        ]
    )
    p = p[np.abs(p - 0.5) > 1e-6]
    assert relative_error(normal_quantile(p), special.ndtri(p)) < 20 * ULP
    near = 0.5 + np.linspace(-1e-6, 1e-6, 999)
    np.testing.assert_allclose(normal_quantile(near), special.ndtri(near), rtol=0, atol=2 * ULP)


def test_the_normal_quantile_never_falls_where_its_series_meet():
    tail = np.exp(-2.0)
    for meeting in (tail, 1 - tail, np.exp(-32.0), 0.5):
        p = meeting * (1 + np.arange(-4000, 4000) * 1e-12)
        assert (np.diff(normal_quantile(p)) >= -4 * ULP * abs(normal_quantile(meeting))).all()
    assert (np.diff(normal_quantile(np.linspace(1e-12, 1 - 1e-12, MANY))) > 0).all()


@given(st.floats(1e-28, 1 - 1e-12))
def test_the_quantile_undoes_the_distribution_function(p):
    assert normal_cdf(normal_quantile(np.array(p))) == pytest.approx(p, rel=1e-12)


# --- Poisson and polynomials ------------------------------------------------------------------------------


@pytest.mark.parametrize("most", [0, 1, 2, 5, 6, 12])
def test_the_poisson_distribution_function_is_scipys(most):
    mean = np.concatenate([np.linspace(0, 20, 20_001), np.geomspace(1e-12, 1, 1_000)])
    found, exact = poisson_cdf(most, mean), special.pdtr(most, mean)
    assert relative_error(found, exact) < 60 * ULP  # a sum of up to 13 terms, and exp(-20)
    # Neighbours may change places by rounding, where the sum is 1 to the last digits.
    assert (np.diff(poisson_cdf(most, np.linspace(0, 20, 20_001))) <= 8 * ULP).all()
    assert ((found > 0) & (found <= 1 + 2 * ULP)).all()


def test_polynomials_take_the_highest_power_first():
    assert polynomial(2.0, (3.0, 5.0, 7.0)) == 3 * 4 + 5 * 2 + 7
    assert monic(2.0, (5.0, 7.0)) == 4 + 5 * 2 + 7
