"""The examples in docstrings run, and give what they show."""

import doctest
from importlib import import_module
from importlib.resources import files
from pathlib import Path

import pytest

PACKAGE = Path(str(files("scenario_sim")))
MODULES = [
    ".".join(("scenario_sim", *path.relative_to(PACKAGE).with_suffix("").parts))
    for path in sorted(PACKAGE.rglob("*.py"))
    if ">>> " in path.read_text("utf-8") and path.name != "__init__.py"
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_give_what_they_show(name):
    found = doctest.testmod(import_module(name))
    assert found.attempted and not found.failed
