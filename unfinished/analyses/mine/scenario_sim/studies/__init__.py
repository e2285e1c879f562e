"""Batch studies: the same model by the thousand, on a laptop or a cluster.

    from scenario_sim.studies import discover, robust, search_policies, sensitivity, sweep

    study = sweep("status-quo", ["hotline=0:1", "us_threats=0:1"], "lhs", 200)
    print(discover(study, above="90%").words())
"""

from importlib import import_module

# Loaded where used: the light commands need none of this.
_HOME = {
    "Cell": "cells",
    "Store": "store",
    "Until": "precision",
    "run_study": "study",
    "sweep": "questions",
    "sensitivity": "questions",
    "discover": "questions",
    "robust": "questions",
    "search_policies": "questions",
    "ema_model": "ema",
    "model_function": "ema",
    "parameter_list": "ema",
}

__all__ = [
    "Cell",
    "Store",
    "Until",
    "discover",
    "ema_model",
    "model_function",
    "parameter_list",
    "robust",
    "run_study",
    "search_policies",
    "sensitivity",
    "sweep",
]


def __getattr__(name: str):
    if name in _HOME:
        return getattr(import_module(f"scenario_sim.studies.{_HOME[name]}"), name)
    raise AttributeError(f"module 'scenario_sim.studies' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
