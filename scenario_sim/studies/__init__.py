"""Batch studies: the same model by the thousand, on a laptop or a cluster.

from scenario_sim import load_scenario
from scenario_sim.studies import Cell, Store, run_study

store = Store("results")
run_study([Cell(load_scenario("status-quo"), seed=0, runs=100_000)], store, jobs=4)
store.outcomes()    # pandas: one row a run
"""

from importlib import import_module

# Loaded where used: the light commands need none of this.
_HOME = {
    "Cell": "cells",
    "Store": "store",
    "Until": "precision",
    "run_study": "study",
}

__all__ = ["Cell", "Store", "Until", "run_study"]


def __getattr__(name: str):
    if name in _HOME:
        return getattr(import_module(f"scenario_sim.studies.{_HOME[name]}"), name)
    raise AttributeError(f"module 'scenario_sim.studies' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
