"""The examples in the docstrings of studies say what they print."""

import doctest
from importlib import import_module

import pytest

MODULES = ("run", "stopping", "workflows", "ema_workbench", "store.store", "design.inputs",
           "design.designs", "analysis.robustness")  # fmt: skip


@pytest.mark.parametrize("name", MODULES)
def test_examples_print_what_they_say(name):
    found = doctest.testmod(import_module(f"scenario_sim.studies.{name}"))
    assert found.attempted and not found.failed
