"""Read plug-ins: TOML files, Python files and installed ones, with every problem at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from scenario_sim.bounds import MAX_FILE_BYTES
from scenario_sim.data.parameters import Theory
from scenario_sim.data.plugins import (
    OwnOutcome,
    OwnQuantity,
    Plugin,
    PluginError,
    Plugins,
)
from scenario_sim.data.states import Cast, load_cast
from scenario_sim.errors import (
    Problem,
    ProblemCollector,
    ScenarioError,
    ScenarioFileError,
    did_you_mean,
    lower_first,
)
from scenario_sim.file_io import read_regular_file
from scenario_sim.scenario.validate import describe_error, table_at
from scenario_sim.simulation.plugins import python
from scenario_sim.simulation.plugins.checks import check_definitions
from scenario_sim.simulation.plugins.measures import own_outcomes
from scenario_sim.simulation.plugins.schema import MAX_UNIT_CHARACTERS, PluginFile
from scenario_sim.toml_lines import LocatedValue, read_toml

TITLE = "these plug-ins cannot be used"
SUFFIXES = (".toml", ".py")
PATTERNS = {
    "name": "takes small letters, digits and _ (in a theory: and -), a letter first, at most 40",
    "unit": f"takes a short text such as weeks, at most {MAX_UNIT_CHARACTERS} characters",
}
Lines = Callable[[Problem], Problem]  # gives a problem the line of its place


def load_plugins(*sources: Path | str, states: str | None = None) -> Plugins:
    """Load plug-ins, to be given to `Scenario.with_plugins`.

    Parameters
    ----------
    *sources : Path or str
        Files that end with .toml or .py, or names of installed plug-ins. Python code runs with the
        rights of the user.
    states : str, optional
        The folder of own states whose acts the plug-ins may read; the default is the shipped ones.

    Raises
    ------
    ScenarioSimError
        Lists every problem of every plug-in, with file, line and key.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import mkdtemp
    >>> file = Path(mkdtemp()) / "mine.toml"
    >>> _ = file.write_text('''
    ... [[outcome]]
    ... name = "crisis_weeks"
    ... unit = "weeks"
    ... description = "Weeks of tension at rung 5 or above."
    ... of = "tension >= 5"
    ... reduce = "sum"
    ... ''')
    >>> from scenario_sim import load_scenario, simulate
    >>> scenario = load_scenario("status-quo").with_plugins(load_plugins(file))
    >>> "crisis_weeks" in simulate(scenario, runs=10, seed=7).outcomes
    True
    """
    collector, cast = ProblemCollector(TITLE), load_cast(states)
    found: list[Plugin] = []
    for source in sources:
        with collector.under():
            found.append(_load_plugin(source, Plugins(tuple(found)), cast))
    collector.raise_if_any()
    return make_plugins(found)


def make_plugins(plugins: Iterable[Plugin]) -> Plugins:
    """Return plug-ins as a scenario carries them."""
    return Plugins(tuple(plugins), own_outcomes)


def installed_plugins() -> dict[str, Any]:
    """Return the entry points of installed plug-ins by name; loading one runs its code."""
    return {entry.name: entry for entry in entry_points(group=python.ENTRY_POINTS)}


def restore_plugin(name: str, content: bytes, installed: bool) -> Plugin:
    """Return the plug-in of these bytes, in another process or from a store.

    Raises PluginError if an installed plug-in is missing here, or has other content.
    """
    if not installed:
        return _parse(name, content, name)[0]
    entry = installed_plugins().get(name)
    found = python.load_installed(name, entry) if entry else None
    if found is None or found.content != content:
        state = "another version of" if found else "no"
        raise PluginError(f"this process has {state} the plug-in {name}; install the same for all")
    return replace(found, restore=restore_plugin)


# --- one plug-in ---------------------------------------------------------------------------------


def _load_plugin(source: Path | str, known: Plugins, cast: Cast) -> Plugin:
    path = Path(source)
    if path.suffix in SUFFIXES:
        plugin, locate = _parse(path.name, _read(path), str(path))
    else:
        plugin, locate = _load_installed(str(source))
    problems = [locate(problem) for problem in check_definitions(plugin, known, cast)]
    if problems:
        raise ScenarioFileError(source, sorted(problems, key=lambda p: p.line or 0))
    if not (plugin.quantities or plugin.outcomes or plugin.theories):
        raise ScenarioFileError(
            source, [Problem("", "defines nothing: no quantity, outcome, theory")]
        )
    return plugin


def _read(path: Path) -> bytes:
    try:
        return read_regular_file(path, MAX_FILE_BYTES)
    except FileNotFoundError:
        folder = path.parent.iterdir() if path.parent.is_dir() else ()
        near = did_you_mean(path.name, (p.name for p in folder if p.suffix in SUFFIXES))
        raise ScenarioFileError(path, [Problem("", f"there is no such file{near}")]) from None
    except OSError as error:
        text = f"cannot be read: {lower_first(error.strerror or error)}"
        raise ScenarioFileError(path, [Problem("", text)]) from None


def _load_installed(name: str) -> tuple[Plugin, Lines]:
    known = installed_plugins()
    if name not in known:
        text = f"takes a file that ends with .toml or .py, or the name of an installed plug-in{
            did_you_mean(name, known) or ' (none is installed)'
        }"
        raise ScenarioError([Problem(name, text)], TITLE)
    plugin = replace(python.load_installed(name, known[name]), restore=restore_plugin)
    return plugin, lambda problem: python.locate(problem, plugin)


def _parse(name: str, content: bytes, where: str) -> tuple[Plugin, Lines]:
    """Return the plug-in of a file, and what finds the lines of its problems.

    Raises ScenarioFileError.
    """
    if name.endswith(".py"):
        plugin = replace(python.load_module(name, content, where), restore=restore_plugin)
        return plugin, lambda problem: python.locate(problem, plugin)
    table = read_toml(content, where)
    try:
        file = PluginFile.model_validate(table.plain())
    except ValidationError as error:
        problems = [_locate(Problem.at(e["loc"], _cure(e)), table) for e in error.errors()]
        raise ScenarioFileError(where, sorted(problems, key=lambda p: p.line or 0)) from None
    return _plugin_of(file, name, content), lambda problem: _locate(problem, table)


def _locate(problem: Problem, table: LocatedValue) -> Problem:
    found = table.at(problem.place)
    return replace(problem, line=found.line if found is not table else None)


def _plugin_of(file: PluginFile, name: str, content: bytes) -> Plugin:
    def weekly(row: Any) -> OwnQuantity:
        acts = row.acts.model_dump(exclude_defaults=True) if row.acts else {}
        return OwnQuantity(row.name, row.unit, row.description, row.of.strip(), acts)

    return Plugin(
        name,
        content,
        tuple(weekly(row) for row in file.quantity),
        tuple(
            OwnOutcome(
                row.name, row.unit, row.label or row.name.replace("_", " ").capitalize(),
                row.description, weekly(row), row.reduce, may_be_missing=row.reduce == "first",
            )
            for row in file.outcome
        ),
        tuple(Theory(**row.model_dump()) for row in file.theory),
        restore=restore_plugin,
    )  # fmt: skip


def _cure(error: Any) -> str:
    kind, place = error["type"], error["loc"]
    if kind == "extra_forbidden":
        *above, key = place
        table = table_at(PluginFile, above)
        known: Iterable[str] = table.model_fields if table else ()
        return f"is no key of a plug-in here{did_you_mean(str(key), known)}"
    if kind == "literal_error":
        return f"takes {error['ctx']['expected'].replace(chr(39), chr(34))}, not {error['input']!r}"
    if place[-1] in PATTERNS and kind != "missing":
        return f"{PATTERNS[place[-1]]}, not {error['input']!r:.60}"
    return describe_error(error, PluginFile)
