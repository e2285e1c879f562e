"""The examples in the docstrings of commands, lessons and games are true."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest


@pytest.mark.parametrize(
    "module",
    [
        "scenario_sim.cli.options",
        "scenario_sim.cli.scenario_edits",
        "scenario_sim.teaching.game",
        "scenario_sim.teaching.handout",
        "scenario_sim.teaching.lesson_files",
        "scenario_sim.teaching.role_sheets",
    ],
)
def test_the_examples_of_a_module_give_what_they_say(module):
    result = doctest.testmod(import_module(module))
    assert result.attempted and not result.failed
