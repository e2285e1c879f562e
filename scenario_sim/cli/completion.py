"""Words that the shell completes: scenarios, lessons, levers, outcomes, and names of commands."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def complete_scenarios(incomplete: str) -> list[str]:
    """Return shipped scenarios and TOML files that begin so.

    Examples
    --------
    >>> complete_scenarios("status-quo-f")
    ['status-quo-five-years']
    """
    from scenario_sim.scenario.files import list_scenarios

    return [*_starting(list_scenarios(), incomplete), *_toml_files(incomplete)]


def complete_lessons(incomplete: str) -> list[str]:
    """Return shipped lessons and TOML files that begin so."""
    from scenario_sim.scenario.files import shipped_files

    return [*_starting(shipped_files("lessons"), incomplete), *_toml_files(incomplete)]


def complete_levers(incomplete: str) -> list[str]:
    """Return levers, hypotheses and circumstances that begin so, each with its equals sign.

    Examples
    --------
    >>> complete_levers("hotl")
    ['hotline=']
    """
    from scenario_sim.data.parameters import SETTINGS

    return [f"{name}=" for name in _starting(SETTINGS, incomplete)]


def complete_inputs(incomplete: str) -> list[str]:
    """Return all that --vary takes and that begins so: settings and coefficients."""
    from scenario_sim.data.parameters import PARAMETERS, SETTINGS

    return _starting((*SETTINGS, *PARAMETERS), incomplete)


def complete_outcomes(incomplete: str) -> list[str]:
    """Return numeric outcomes that begin so."""
    from scenario_sim.simulation.outcomes import OUTCOMES

    return _starting((one.name for one in OUTCOMES if not one.category), incomplete)


def _starting(names: Iterable[str], incomplete: str) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]


def _toml_files(incomplete: str) -> list[str]:
    """Return TOML files and folders whose path begins so, as the user types it."""
    folder, _, start = incomplete.rpartition("/")
    base = Path(f"{folder}/" if "/" in incomplete else ".")
    try:
        found = sorted(base.iterdir())
    except OSError:
        return []
    shown = (p for p in found if p.name.startswith(start) and not p.name.startswith("."))
    place = f"{folder}/" if "/" in incomplete else ""
    return [
        f"{place}{p.name}{'/' * p.is_dir()}" for p in shown if p.is_dir() or p.suffix == ".toml"
    ]
