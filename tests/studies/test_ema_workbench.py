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
