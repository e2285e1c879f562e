"""Import libraries of the optional extras `research` and `calibrate`."""

from __future__ import annotations

import logging
import warnings
from importlib import import_module
from types import ModuleType

from scenario_sim.errors import ScenarioSimError, install_hint

PYPI_NAMES = {"SALib": "SALib", "sklearn": "scikit-learn", "ema_workbench": "ema-workbench",
           "emcee": "emcee", "arviz_stats": "arviz-stats"}  # fmt: skip
EXTRAS = {
    "emcee": "calibrate",
    "arviz_stats": "calibrate",
    "sbi": "neural",
}  # all others belong to `research`


class NotInstalled(ScenarioSimError):
    """A library of an optional extra is not installed."""


def import_optional(module: str) -> ModuleType:
    """Import a module of an extra, without its warnings and log lines. Raises NotInstalled."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            loaded = import_module(module)
    except ModuleNotFoundError as error:
        name = module.split(".")[0]
        if (error.name or "").split(".")[0] != name:
            raise
        raise NotInstalled(
            f"this needs {PYPI_NAMES.get(name, name)}: {install_hint(EXTRAS.get(name, 'research'))}"
        ) from None
    if module.startswith("ema_workbench"):
        logging.getLogger("EMA").setLevel(logging.WARNING)
    return loaded
