"""Simulate policy scenarios of escalation on the Korean Peninsula.

The simulator compares mechanisms; it does not forecast. A run is a pure function of (scenario,
seed, run number):

    from scenario_sim import compare, load_scenario, simulate

    status_quo = load_scenario("status-quo")
    freeze = status_quo.with_levers(exercise_scale=0.1)
    print(compare(status_quo, freeze, runs=1000, seed=7).table)
"""

import time
from importlib import import_module

IMPORTED_AT = time.time()  # a file of the package that is newer is not the code that runs

# Imported on first use: `import scenario_sim` and quick commands need neither Mesa nor pandas.
_HOME = {
    "EscalationModel": "model.model",
    "Scenario": "scenario.scenario",
    "compare": "simulation.comparison",
    "list_scenarios": "scenario.files",
    "load_plugins": "simulation.plugins.reader",
    "load_scenario": "scenario.files",
    "replay": "simulation.ensemble",
    "simulate": "simulation.ensemble",
}

__all__ = [
    "EscalationModel",
    "Scenario",
    "compare",
    "list_scenarios",
    "load_plugins",
    "load_scenario",
    "replay",
    "simulate",
]


def __getattr__(name: str):
    if name in _HOME:
        return getattr(import_module(f"scenario_sim.{_HOME[name]}"), name)
    raise AttributeError(f"module 'scenario_sim' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
