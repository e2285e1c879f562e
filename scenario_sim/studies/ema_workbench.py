"""For users of the EMA Workbench [1]: the model as a function, and what it may be given.

    from ema_workbench import MultiprocessingEvaluator, SequentialEvaluator
    from scenario_sim.studies import ema_model

    model = ema_model("status-quo", outcomes=("confrontation_risk", "provocations"), runs=200)
    with SequentialEvaluator(model) as evaluator:
        experiments, outcomes = evaluator.perform_experiments(scenarios=100, policies=4)

Policy levers are its levers; hypotheses and circumstances, and coefficients if asked for, its
uncertainties; an outcome is the mean over runs. Each evaluation is a vector of runs on the same
luck, so a large `runs` costs little more than one.

[1] Kwakkel, J. H. (2017). The Exploratory Modeling Workbench. Environmental Modelling & Software
    96, 239-250.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scenario_sim.errors import UnknownNameError
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.files import load_scenario
from scenario_sim.simulation.ensemble import simulate
from scenario_sim.studies.analysis.cell_means import NUMERIC_OUTCOMES, outcome_means
from scenario_sim.studies.design.inputs import Input, apply_inputs, inputs_of_kinds
from scenario_sim.studies.optional import import_optional

OUTCOMES = ("confrontation_risk", "launch_days", "provocations", "talks_weeks", "mean_tension")


@dataclass(frozen=True)
class ModelFunction:
    """The model as a function of named numbers: `model(hotline=0.8) -> {outcome: mean over runs}`.
    Pure, and it pickles, so that any evaluator can send it to other processes."""

    scenario: Scenario
    outcomes: tuple[str, ...] = OUTCOMES
    runs: int = 200
    seed: int = 0
    __name__ = "scenario_sim"  # the workbench asks functions for theirs

    def __call__(self, **inputs: float) -> dict[str, float]:
        """Raises ScenarioError, UnknownName for inputs that cannot be."""
        ran = simulate(apply_inputs(self.scenario, inputs), self.runs, self.seed)
        found = dict(zip(NUMERIC_OUTCOMES, outcome_means(ran.outcomes)[0].tolist(), strict=True))
        return {name: found[name] for name in self.outcomes}


def model_function(
    scenario: Scenario | str = "status-quo",
    outcomes: Sequence[str] = OUTCOMES,
    runs: int = 200,
    seed: int = 0,
) -> ModelFunction:
    """The model of a scenario (or of a shipped name or file) as a function. Raises UnknownName."""
    for name in outcomes:
        if name not in NUMERIC_OUTCOMES:
            raise UnknownNameError("outcome", name, NUMERIC_OUTCOMES)
    scenario = load_scenario(scenario) if isinstance(scenario, str) else scenario
    return ModelFunction(scenario, tuple(outcomes), runs, seed)


def parameter_list(
    scenario: Scenario | str = "status-quo", over: str | Sequence[str] = "levers"
) -> tuple[Input, ...]:
    """What the function may be given: names, ranges, defaults, kinds. See `inputs.inputs_of_kinds`."""
    scenario = load_scenario(scenario) if isinstance(scenario, str) else scenario
    return inputs_of_kinds(scenario, over)


def ema_model(
    scenario: Scenario | str = "status-quo",
    outcomes: Sequence[str] = OUTCOMES,
    runs: int = 200,
    seed: int = 0,
    uncertainties: str | Sequence[str] = ("hypotheses", "circumstances"),
    name: str = "scenario_sim",
) -> Any:
    """An `ema_workbench.Model` with levers, uncertainties and outcomes filled in.

    Raises NotInstalled without the workbench.
    """
    ema = import_optional("ema_workbench")
    function = model_function(scenario, outcomes, runs, seed)
    model = ema.Model(name, function=function)
    real = ema.RealParameter
    model.levers = [
        real(p.name, p.low, p.high) for p in inputs_of_kinds(function.scenario, "levers")
    ]
    model.uncertainties = [
        real(p.name, p.low, p.high) for p in inputs_of_kinds(function.scenario, uncertainties)
    ]
    model.outcomes = [ema.ScalarOutcome(outcome) for outcome in outcomes]
    return model
