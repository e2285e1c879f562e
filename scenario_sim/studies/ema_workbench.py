"""The model for the EMA Workbench [1]: as a function, with its inputs and outcomes.

    from ema_workbench import MultiprocessingEvaluator, SequentialEvaluator
    from scenario_sim.studies import ema_model

    model = ema_model("status-quo", outcomes=("confrontation_risk", "provocations"), runs=200)
    with SequentialEvaluator(model) as evaluator:
        experiments, outcomes = evaluator.perform_experiments(scenarios=100, policies=4)

Policy levers become its levers. Hypotheses and circumstances, and coefficients if requested, become
its uncertainties. An outcome is the mean over runs. All evaluations use the same random draws, and
many runs in one evaluation cost little more than one.

[1] Kwakkel, J. H. (2017). The Exploratory Modeling Workbench. Environmental Modelling & Software
    96, 239-250.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scenario_sim.errors import UnknownNameError
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.files import as_scenario
from scenario_sim.simulation.ensemble import simulate
from scenario_sim.studies.analysis.statistics import numeric_outcomes, outcome_means
from scenario_sim.studies.design.inputs import Input, apply_inputs, inputs_of_kinds
from scenario_sim.studies.optional import import_optional

OUTCOMES = ("confrontation_risk", "launch_days", "provocations", "talks_weeks", "mean_tension")


@dataclass(frozen=True)
class ModelFunction:
    """The model as a function: `model(hotline=0.8) -> {outcome: mean over runs}`.

    It is pure and can be pickled, so any evaluator can send it to other processes.
    """

    scenario: Scenario
    outcomes: tuple[str, ...] = OUTCOMES
    runs: int = 200
    seed: int = 0
    __name__ = "scenario_sim"  # the workbench reads the name of a function

    def __call__(self, **inputs: float) -> dict[str, float]:
        """Return the mean outcomes. Raises ScenarioError, UnknownNameError for invalid inputs."""
        names = numeric_outcomes(self.scenario)
        ran = simulate(apply_inputs(self.scenario, inputs), self.runs, self.seed)
        found = dict(zip(names, outcome_means(ran.outcomes, names)[0].tolist(), strict=True))
        return {name: found[name] for name in self.outcomes}


def model_function(
    scenario: Scenario | str = "status-quo",
    outcomes: Sequence[str] = OUTCOMES,
    runs: int = 200,
    seed: int = 0,
) -> ModelFunction:
    """Return the model of a scenario as a function.

    Parameters
    ----------
    scenario : Scenario or str
        A scenario, or a shipped name or file.
    outcomes : sequence of str
    runs, seed : int

    Raises
    ------
    UnknownNameError

    Examples
    --------
    >>> model = model_function("status-quo", ["launch_days"], runs=20)
    >>> list(model(hotline=0.8))
    ['launch_days']
    """
    loaded = as_scenario(scenario)
    known = numeric_outcomes(loaded)
    for name in outcomes:
        if name not in known:
            raise UnknownNameError("outcome", name, known)
    return ModelFunction(loaded, tuple(outcomes), runs, seed)


def parameter_list(
    scenario: Scenario | str = "status-quo", over: str | Sequence[str] = "levers"
) -> tuple[Input, ...]:
    """Return the inputs of the function, with ranges and defaults; see `inputs_of_kinds`."""
    return inputs_of_kinds(as_scenario(scenario), over)


def ema_model(
    scenario: Scenario | str = "status-quo",
    outcomes: Sequence[str] = OUTCOMES,
    runs: int = 200,
    seed: int = 0,
    uncertainties: str | Sequence[str] = ("hypotheses", "circumstances"),
    name: str = "scenario_sim",
) -> Any:
    """Return an `ema_workbench.Model` with levers, uncertainties and outcomes.

    Parameters
    ----------
    scenario : Scenario or str
    outcomes : sequence of str
    runs, seed : int
    uncertainties : str or sequence of str
        Kinds of inputs, as in `inputs_of_kinds`.
    name : str

    Raises
    ------
    NotInstalled
        The workbench is not installed.
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
