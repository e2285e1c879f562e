"""The mix of launches: classes add up to all launch days, and each is judged against its base rate."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from scenario_sim.data.history import months as record_months
from scenario_sim.data.history.vocabulary import LONG_RANGE
from scenario_sim.validation import baselines, past_policies
from scenario_sim.validation.backtest import run_backtest
from scenario_sim.validation.mix import BASE_RATE, MODEL, MixTrial, ranked_probability_scores
from scenario_sim.validation.origins import (
    CLASSES,
    HORIZON_WEEKS,
    base_rate_by_class,
    first_monday,
    model_futures,
    record_before,
)

YEARS = np.repeat(["2014", "2015", "2016", "2017", "2018"], 4)


@pytest.fixture(scope="module")
def trial():
    return run_backtest("2016-10", "2017-12", 40)


def made(chances, seen_chances, seed=0) -> MixTrial:
    """A trial whose model gives each class a rate, with a base rate of equal classes."""
    rng = np.random.default_rng(seed)
    shape = (YEARS.size, 400, 6)
    model = np.stack([rng.poisson(2 * chance, shape) for chance in chances])
    base = np.stack([rng.poisson(2 / 3, shape) for _ in chances])
    seen = np.stack([rng.poisson(2 * chance, (YEARS.size, 6)) for chance in seen_chances])
    return MixTrial(YEARS, seen, {MODEL: model, BASE_RATE: base})


# --- counting by class ------------------------------------------------------------------------------


def test_the_classes_of_the_model_add_up_to_its_launch_days(trial):
    """The scores of all launch days are those of the same futures as before there were classes."""
    origins = [f.origin for f in trial.forecasts]
    known = [past_policies.policies_known_on(first_monday(o), HORIZON_WEEKS) for o in origins]
    whole = model_futures(known, origins, 40, 0)
    assert (trial.mix.futures[MODEL].sum(axis=0) == whole).all()
    assert all(trial.mix.futures[MODEL].sum(axis=(1, 2, 3)) > 0)


def test_the_classes_of_the_record_add_up_to_its_launch_days(trial):
    for n, forecast in enumerate(trial.forecasts):
        assert (trial.mix.seen[:, n].sum(axis=0) == forecast.seen).all()
    of_2017 = record_months.month_range("2017-01", "2017-12")
    assert record_months.launch_days_by_month(of_2017, LONG_RANGE)[[6, 10]].tolist() == [2, 1]


def test_a_week_that_two_months_share_is_divided_within_its_class():
    weekly = np.full((2, 50), 4)
    chosen = [np.array([[True], [False]]), np.array([[False], [True]])]
    of = record_months.month_range("2020-03", "2020-04")
    found = record_months.simulated_launch_days_by_class(
        weekly, chosen, date(2020, 3, 23), of, np.random.default_rng(0)
    )
    assert (found[0] == [4, 0]).all()
    assert (found[1].sum(axis=1) == 4).all() and found[1, :, 0].min() < found[1, :, 0].max()


def test_the_base_rate_of_a_class_knows_its_last_sixty_months_alone():
    origin = np.datetime64("2018-01")
    found = base_rate_by_class(origin, 4000, 0)
    before = record_before(origin)[-baselines.TRAILING_MONTHS :]
    for days, action in zip(found, CLASSES, strict=True):
        seen = record_months.launch_days_by_month(before, action).mean()
        assert days.mean() == pytest.approx(seen, rel=0.1)


# --- scoring ----------------------------------------------------------------------------------------


def test_the_ranked_probability_score_is_that_of_an_independent_library():
    import scoringrules as rules

    chances = np.array([0.6, 0.3, 0.1])
    expected = [float(rules.rps_score(n, chances)) / 2 for n in (1, 2, 3)]
    assert ranked_probability_scores(chances) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("seen", "words"),
    [((0.85, 0.1, 0.05), "it is better than"), ((0.05, 0.1, 0.85), "it is worse than")],
)
def test_the_mix_is_better_where_the_record_is_the_models_and_worse_where_it_is_not(seen, words):
    told = made((0.85, 0.1, 0.05), seen).as_dict()
    assert words in told["verdict"]
    assert sum(one["shares"]["record"] for one in told["classes"]) == pytest.approx(1)


def test_few_years_leave_the_mix_unjudged_in_a_whole_sentence():
    told = made((0.85, 0.1, 0.05), (0.85, 0.1, 0.05))
    few = MixTrial(np.repeat(["2014", "2015"], 10), told.seen, told.futures)
    assert "On the class of a launch day it is not judged (RPS skill" in few.as_dict()["verdict"]


def test_a_class_that_nobody_expects_and_that_never_comes_is_not_judged():
    told = made((0.9, 0.1, 0.0), (0.9, 0.1, 0.0))
    told.futures[BASE_RATE][2] = 0
    last = told.as_dict()["classes"][2]
    assert last["skill"] is None
    assert "not judged on ICBM or satellite (CRPS none came)" in told.as_dict()["verdict"]


def test_six_months_without_a_launch_say_nothing_about_the_mix():
    trial = made((0.8, 0.1, 0.1), (0.8, 0.1, 0.1))
    trial.seen[:] = 0
    told = trial.as_dict()
    assert told["launch_days"] == 0 and told["skill"] is None
    assert told["ranked_probability_score"][MODEL] is None
