"""The model runs under the real EMA Workbench."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from scenario_sim import load_scenario, simulate
from scenario_sim.data.parameters import HYPOTHESES, LEVERS
from scenario_sim.errors import UnknownNameError
from scenario_sim.studies import ema_model, model_function, parameter_list
from scenario_sim.studies.optional import import_optional

QUO = load_scenario("status-quo").with_weeks(26)


def test_the_workbench_performs_its_own_experiments_on_the_model():
    ema = import_optional("ema_workbench")
    model = ema_model(
        QUO, ("confrontation_risk", "launch_days"), runs=10, uncertainties="hypotheses"
    )
    with ema.SequentialEvaluator(model) as evaluator:
        experiments, outcomes = evaluator.perform_experiments(scenarios=3, policies=2)
    names = {p.name for p in (*LEVERS, *HYPOTHESES)}
    assert names <= set(experiments.columns) and len(experiments) == 6
    function = model_function(QUO, ("confrontation_risk", "launch_days"), runs=10)
    row = experiments.iloc[4]
    assert function(**{n: float(row[n]) for n in names}) == {
        name: pytest.approx(values[4]) for name, values in outcomes.items()
    }


def test_the_workbench_gets_weeks_as_arrays():
    ema = import_optional("ema_workbench")
    model = ema_model(QUO, ("launch_days",), runs=10, seed=3, weekly=("tension", "launch_days"))
    with ema.SequentialEvaluator(model) as evaluator:
        experiments, outcomes = evaluator.perform_experiments(scenarios=2, policies=1)
    assert outcomes["launch_days"].shape == (2,)
    assert outcomes["weekly_tension"].shape == (2, 26)
    # The days of all weeks add up to the days of the run.
    totals = outcomes["weekly_launch_days"].sum(axis=1)
    np.testing.assert_allclose(totals, outcomes["launch_days"], rtol=1e-6)
    names = {p.name for p in (*LEVERS, *HYPOTHESES)} & set(experiments.columns)
    values = {name: float(experiments.iloc[1][name]) for name in names}
    circumstances = {p.name for p in parameter_list(QUO, "circumstances")}
    values |= {name: float(experiments.iloc[1][name]) for name in circumstances}
    function = model_function(QUO, ("launch_days",), runs=10, seed=3, weekly=("tension",))
    np.testing.assert_allclose(function(**values)["weekly_tension"], outcomes["weekly_tension"][1])


def test_the_workbench_gets_replications_under_seeds_of_their_own():
    ema = import_optional("ema_workbench")
    model = ema_model(
        QUO, ("launch_days",), runs=10, seed=3, uncertainties="hypotheses", weekly=("tension",),
        replications=3,
    )  # fmt: skip
    with ema.SequentialEvaluator(model) as evaluator:
        experiments, outcomes = evaluator.perform_experiments(scenarios=2, policies=1)
    assert outcomes["launch_days_by_seed"].shape == (2, 3)
    assert outcomes["weekly_tension"].shape == (2, 3, 26)
    names = {p.name for p in (*LEVERS, *HYPOTHESES)}
    values = {name: float(experiments.iloc[1][name]) for name in names}
    function = model_function(QUO, ("launch_days",), runs=10)
    alone = [function(seed=seed, **values)["launch_days"] for seed in (3, 4, 5)]
    np.testing.assert_allclose(outcomes["launch_days_by_seed"][1], alone)
    assert len(set(alone)) > 1


def test_an_unknown_weekly_quantity_is_refused():
    with pytest.raises(UnknownNameError, match="did you mean `tension`"):
        ema_model(QUO, weekly=("tensoin",))


def test_the_function_is_the_mean_over_runs_and_can_be_sent_to_other_processes():
    function = pickle.loads(pickle.dumps(model_function(QUO, ("launch_days",), runs=15, seed=3)))
    wanted = simulate(QUO.with_levers(hotline=0.7), 15, 3).outcomes["launch_days"].mean()
    assert function(hotline=0.7)["launch_days"] == pytest.approx(wanted)


def test_the_parameter_list_says_what_may_be_given():
    listed = parameter_list(QUO, "levers")
    assert {p.name for p in listed} == {lever.name for lever in LEVERS}
    assert all(np.isfinite([p.low, p.high, p.default]).all() for p in parameter_list(QUO, "all"))


def test_unknown_outcomes_and_inputs_are_refused():
    with pytest.raises(UnknownNameError, match="did you mean `launch_days`"):
        model_function(QUO, ("launch_day",))
    with pytest.raises(UnknownNameError, match="did you mean `hotline`"):
        model_function(QUO, runs=2)(hotlin=1.0, hotline=0.5)
