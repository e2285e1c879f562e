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

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from scenario_sim.errors import UnknownNameError
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.files import as_scenario
from scenario_sim.simulation.ensemble import Keep, simulate
from scenario_sim.simulation.histograms import HISTOGRAMS
from scenario_sim.studies.analysis.statistics import numeric_outcomes, outcome_means
from scenario_sim.studies.design.inputs import Input, apply_inputs, inputs_of_kinds
from scenario_sim.studies.optional import import_optional

OUTCOMES = ("confrontation_risk", "launch_days", "provocations", "talks_weeks", "mean_tension")


@dataclass(frozen=True)
class ModelFunction:
    """The model as a function: `model(hotline=0.8) -> {outcome: mean over runs}`.

    It is pure and can be pickled, so any evaluator can send it to other processes.

    Attributes
    ----------
    scenario : Scenario
    outcomes : tuple of str
    runs, seed : int
    weekly : tuple of str
        Weekly quantities; `weekly_tension` is the mean over runs of each week, (weeks,).
    """

    scenario: Scenario
    outcomes: tuple[str, ...] = OUTCOMES
    runs: int = 200
    seed: int = 0
    weekly: tuple[str, ...] = ()
    __name__ = "scenario_sim"  # the workbench reads the name of a function

    def __call__(self, *, seed: int | None = None, **inputs: float) -> dict[str, Any]:
        """Return mean outcomes, and mean quantities by week: a float each, or (weeks,).

        Parameters
        ----------
        seed : int, optional
            In place of the function's own.
        **inputs : float
            Values of inputs by name.

        Raises
        ------
        ScenarioError, UnknownNameError
            For invalid inputs.
        """
        names = numeric_outcomes(self.scenario)
        seed = self.seed if seed is None else seed
        keep: Keep = "weekly" if self.weekly else "outcomes"
        ran = simulate(apply_inputs(self.scenario, inputs), self.runs, seed, keep=keep)
        found = dict(zip(names, outcome_means(ran.outcomes, names)[0].tolist(), strict=True))
        weeks = {
            f"weekly_{name}": ran.quantity(name).mean(axis=-1, dtype=float) for name in self.weekly
        }
        return {name: found[name] for name in self.outcomes} | weeks


def model_function(
    scenario: Scenario | str = "status-quo",
    outcomes: Sequence[str] = OUTCOMES,
    runs: int = 200,
    seed: int = 0,
    weekly: Sequence[str] = (),
) -> ModelFunction:
    """Return the model of a scenario as a function.

    Parameters
    ----------
    scenario : Scenario or str
        A scenario, or a shipped name or file.
    outcomes : sequence of str
    runs, seed : int
    weekly : sequence of str
        Weekly quantities that stores keep, such as `tension`, or those of a plug-in.

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
    quantities = (*HISTOGRAMS, *loaded.plugins.quantities)
    for name in weekly:
        if name not in quantities:
            raise UnknownNameError("weekly quantity", name, quantities)
    return ModelFunction(loaded, tuple(outcomes), runs, seed, tuple(weekly))


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
    weekly: Sequence[str] = (),
    replications: int = 0,
) -> Any:
    """Return an `ema_workbench.Model` with levers, uncertainties and outcomes.

    With `replications` it is a `ReplicatorModel`.

    Parameters
    ----------
    scenario : Scenario or str
    outcomes : sequence of str
    runs, seed : int
    uncertainties : str or sequence of str
        Kinds of inputs, as in `inputs_of_kinds`.
    name : str
    weekly : sequence of str
        As in `model_function`; `weekly_tension` is an ArrayOutcome, (weeks,).
    replications : int
        Repeat each experiment so often, under seeds `seed`, `seed + 1` ...: every outcome is then
        an ArrayOutcome whose first axis is the replication, named as in `launch_days_by_seed`. 0:
        once.

    Raises
    ------
    NotInstalled
        The workbench is not installed.
    UnknownNameError
        For an outcome or a quantity that there is not.
    """
    ema = import_optional("ema_workbench")
    function = model_function(scenario, outcomes, runs, seed, weekly)
    model = (ema.ReplicatorModel if replications else ema.Model)(name, function=function)
    if replications:
        model.replications = [{"seed": seed + number} for number in range(replications)]
    real = ema.RealParameter
    model.levers = [
        real(p.name, p.low, p.high) for p in inputs_of_kinds(function.scenario, "levers")
    ]
    model.uncertainties = [
        real(p.name, p.low, p.high) for p in inputs_of_kinds(function.scenario, uncertainties)
    ]
    model.outcomes = list(_outcomes(function, replications))
    return model


def _outcomes(function: ModelFunction, replications: int) -> Iterator[Any]:
    """Yield the outcomes of the workbench, which takes one class for each name in a process."""
    ema = import_optional("ema_workbench")
    repeated = (replications,) if replications else ()
    for name in function.outcomes:
        if replications:
            yield ema.ArrayOutcome(f"{name}_by_seed", name, shape=repeated, dtype=float)
        else:
            yield ema.ScalarOutcome(name)
    for name in function.weekly:
        shape = (*repeated, function.scenario.weeks)
        yield ema.ArrayOutcome(f"weekly_{name}", shape=shape, dtype=float)
