r"""Batch studies: run many scenarios on a laptop or a cluster, store and analyse the results.

from scenario_sim import load_scenario
from scenario_sim.studies import Cell, Store, discover, run_study, sweep

store = Store("results")
run_study([Cell(load_scenario("status-quo"), seed=0, runs=100_000)], store, jobs=4)
store.outcomes()    # a pandas table, one row a run

study = sweep("status-quo", ["hotline", "us_threats"], "lhs", 200)
print(*discover(study, above="90%").words(), sep="\n")
"""

from importlib import import_module
from typing import Any

# Loaded on first use, so that light commands start quickly.
_HOME = {
    "run_study_file": "study_file",
    "read_study": "study_file",
    "load_study": "study_file",
    "Study": "study_file",
    "Cell": "cells",
    "OnCluster": "dask_executor",
    "Range": "design.inputs",
    "Store": "store.store",
    "Metric": "metrics",
    "Until": "stopping",
    "cluster_series": "analysis.clusters",
    "compare_in_store": "paired",
    "discover": "workflows",
    "ema_model": "ema_workbench",
    "model_function": "ema_workbench",
    "parameter_list": "ema_workbench",
    "robust": "policy_workflows",
    "run_study": "run",
    "search_policies": "search_workflow",
    "sensitivity": "workflows",
    "sweep": "workflows",
    "threads": "executors",
}

__all__ = [
    "Cell",
    "Metric",
    "OnCluster",
    "Range",
    "Store",
    "Study",
    "Until",
    "cluster_series",
    "compare_in_store",
    "discover",
    "ema_model",
    "load_study",
    "model_function",
    "parameter_list",
    "read_study",
    "robust",
    "run_study",
    "run_study_file",
    "search_policies",
    "sensitivity",
    "sweep",
    "threads",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"scenario_sim.studies.{_HOME[name]}"), name)
    raise AttributeError(f"module 'scenario_sim.studies' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
