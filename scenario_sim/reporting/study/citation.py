"""BibTeX of the software, and of the works that the methods of a study rest on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files

from scenario_sim.errors import UnknownNameError
from scenario_sim.simulation.engine import engine_version, package_version

TITLE = "scenario-sim: a policy-scenario simulator of escalation on the Korean Peninsula"
AUTHOR = "The scenario-sim contributors"
LICENCE = "Apache-2.0"
_ENTRY = re.compile(r"^@\w+\{(\w+),.*?^\}$", re.MULTILINE | re.DOTALL)


def software_entry(
    engine: str = "",
    seeds: Iterable[int] = (),
    scenarios: Mapping[str, str] | None = None,
    year: int | None = None,
) -> str:
    """Return the BibTeX entry of the software, and of what was run with it.

    Parameters
    ----------
    engine : str
        The engine that made the results; by default the present one.
    seeds : iterable of int
    scenarios : mapping, optional
        Name -> hash.
    year : int, optional
        By default the present year.

    Examples
    --------
    >>> print(software_entry("0.1.0+abc", [7], {"status-quo": "429a5c77" * 8}, 2026).splitlines()[-2])
      note = {Engine 0.1.0+abc; seed 7; scenario status-quo (SHA-256 429a5c77)}
    """
    engine = engine or engine_version()
    note = [f"Engine {engine}"]
    if seeds := list(seeds):
        note.append(f"seed{'s' * (len(seeds) > 1)} {', '.join(map(str, seeds))}")
    if scenarios:
        named = ", ".join(f"{name} (SHA-256 {hash_[:8]})" for name, hash_ in scenarios.items())
        note.append(f"scenario{'s' * (len(scenarios) > 1)} {named}")
    fields = {
        "author": f"{{{AUTHOR}}}",
        "title": f"{{{TITLE}}}",
        "version": engine.partition("+")[0] or package_version(),
        "year": year or date.today().year,
        "license": LICENCE,
        "note": "; ".join(note),
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@software{{scenario_sim,\n{lines}\n}}"


def software_sentence(engine: str = "", seeds: str = "", scenarios: str = "") -> str:
    """Return one sentence that cites the software, and as given seeds and scenarios.

    >>> software_sentence("0.1.0+abc", "7", "status-quo (429a5c77)").split(". ")[-1]
    'Seed 7; scenarios status-quo (429a5c77).'
    """
    engine = engine or engine_version()
    what = f" Seed {seeds}; scenarios {scenarios}." if seeds else ""
    return f"{AUTHOR}. {TITLE}. Version {engine.partition('+')[0]}, engine {engine}.{what}"


def reference_entries(keys: Iterable[str]) -> list[str]:
    """Return the BibTeX entries of these works. Raises UnknownNameError."""
    known = _references()
    for key in (keys := list(keys)):
        if key not in known:
            raise UnknownNameError("work", key, known)
    return [known[key] for key in keys]


@cache
def _references() -> dict[str, str]:
    text = files("scenario_sim.reporting.study").joinpath("references.bib").read_text("utf-8")
    return {found[1]: found[0] for found in _ENTRY.finditer(text)}
