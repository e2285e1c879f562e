"""Collect the words of the page for translators: `make messages`, or `make messages CODE=de`.

Without a language this writes `scenario_sim/locales/scenario_sim.pot` and merges it into every
catalogue that is there. With one it begins `scenario_sim/locales/de.po`. docs/languages.md tells more.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.messages import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

import scenario_sim
from scenario_sim.data.enums import Cause, Channel, Family, Rung
from scenario_sim.data.history.record import current_record
from scenario_sim.data.parameters import COEFFICIENT_TABLES
from scenario_sim.data.pathways import STEPS
from scenario_sim.data.states import load_cast
from scenario_sim.data.variables import TERM_QUANTITIES
from scenario_sim.errors import KINDS, NO_SUCH_NAME
from scenario_sim.language import (
    SHIPPED_CATALOGUES,
    TRANSLATED_CONSTANTS,
    TRANSLATED_FIELDS,
    Name,
    Names,
    Plural,
    source_text,
)
from scenario_sim.reporting.narrative.phrases import state_name
from scenario_sim.scenario.files import list_scenarios, load_scenario
from scenario_sim.scenario.tables import GROUPS
from scenario_sim.simulation.outcomes import OUTCOMES
from scenario_sim.teaching import list_lessons, load_lesson
from scenario_sim.teaching.answers import SCALES
from scenario_sim.validation import badge
from scenario_sim.validation.claims import load_results
from scenario_sim.validation.claims.claims import BASES
from scenario_sim.validation.outlook import COUNTS, load_outlooks
from scenario_sim.validation.theory_evidence import all_evidence

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "scenario_sim"
TEMPLATE = SHIPPED_CATALOGUES / "scenario_sim.pot"
KEYWORDS = {"translate": None, "translate_count": (1, 2)}
WORD = re.compile(r"[^\W\d_]{2}")  # what holds no two letters in a row needs no translation

Message = tuple[str | tuple[str, str], str]  # a text, or its two forms; and where it stands


def collect_messages() -> Iterator[Message]:
    """Yield every text that a reader may see, with its place; some stand in several."""
    modules = import_all_modules()
    yield from _messages_in_code()
    for module, names in TRANSLATED_CONSTANTS.items():
        for name in names:
            yield from _texts_in(vars(modules[module])[name], f"{module}:{name}")
    yield from _messages_in_data(modules)


def import_all_modules() -> dict[str, ModuleType]:
    """Import every module of the package, so that all texts and all classes of data are known."""
    found = pkgutil.walk_packages(scenario_sim.__path__, "scenario_sim.")
    names = [one.name for one in found if not one.name.endswith("__main__")]
    return {name: importlib.import_module(name) for name in names}


def _messages_in_code() -> Iterator[Message]:
    found = extract_from_dir(PACKAGE, [("**.py", "python")], keywords=KEYWORDS)
    for file, line, message, *_ in found:
        yield message, f"scenario_sim/{file}:{line}"


def _messages_in_data(modules: Mapping[str, ModuleType]) -> Iterator[Message]:
    """Yield the words of data: of constants, of states, of scenarios and lessons, of the glossary."""
    cast = load_cast()
    roots = [*map(vars, modules.values()), cast, cast.parameters]
    roots += [load_scenario(name) for name in list_scenarios()]
    roots += [load_lesson(name) for name in list_lessons()]
    yield from _fields_in(roots, set())
    yield from _names()
    yield from _published_sentences()
    for file in sorted((PACKAGE / "ui").rglob("*.toml")):
        words = tomllib.loads(file.read_text("utf-8"))
        yield from _texts_in(words, file.relative_to(ROOT).as_posix())


def _names() -> Iterator[Message]:
    """Yield names that stand in sentences: rungs, channels, quantities, states and drills."""
    for name in (*(rung.label for rung in Rung), *Channel, *Family):
        yield str(name), "scenario_sim/data/enums.py"
    for quantity in TERM_QUANTITIES.values():
        for name in (quantity.name.replace("_", " "), quantity.unit):
            yield name, "scenario_sim/data/variables.py"
    for step in STEPS.values():
        yield from ((measure.words, "scenario_sim/data/pathways.toml") for measure in step.measures)
    yield current_record().credit, "scenario_sim/data/history/record.py"
    for kind in KINDS:
        yield NO_SUCH_NAME.format(kind=kind), "scenario_sim/errors.py"
    for outcome in OUTCOMES:
        for text in (outcome.unit, outcome.name.replace("_", " ")):
            yield text, "scenario_sim/simulation/outcomes.py"
    for group in (*GROUPS, *COEFFICIENT_TABLES):
        yield group, "scenario_sim/data/parameters/__init__.py"
    for cause in Cause:
        yield cause.label.replace("_", " "), "scenario_sim/data/enums.py"
    for state in load_cast().states:
        for first in (True, False):
            yield state_name(state, first), f"scenario_sim/data/states:{state.code}"
    for drill in current_record().exercises:
        article = "An" if drill.label.lower().startswith("a") else "A"
        yield f"{article} {drill.label}", "scenario_sim/data/history/exercises.csv"
        yield str(drill.status), "scenario_sim/data/history/exercises.csv"


def _published_sentences() -> Iterator[Message]:
    """Yield sentences that a release publishes with their numbers, as they stand."""
    yield badge(), "scenario_sim/validation/badge.txt"
    for outlook in load_outlooks():
        yield outlook.skill, "outlooks"
    for message, place in _texts_in(load_results()["claims"], "scenario_sim/validation/claims"):
        if " " in message:  # the others are names for the program
            yield message, place
    for evidence in all_evidence():
        texts = {evidence.question, evidence.verdict}
        texts.update(text for one in evidence.figures for text in (one.says, one.per))
        texts.discard("")
        yield from ((text, "scenario_sim/validation/theory_evidence.py") for text in sorted(texts))
    for basis, words in BASES.items():
        yield from (
            (text, "scenario_sim/validation/claims") for text in (basis.capitalize(), words)
        )
    for outcome, _ in COUNTS.values():
        yield outcome, "scenario_sim/validation/outlook.py"
    for _, unit in SCALES.values():
        yield unit, "scenario_sim/teaching/answers.py"


def _texts_in(value: Any, place: str) -> Iterator[Message]:
    if isinstance(value, Plural):
        yield (value.one, str(value)), place
    elif isinstance(value, str) and not isinstance(value, Name):
        yield value, place
    elif isinstance(value, Mapping):
        for key, own in value.items():
            yield from _texts_in(key if isinstance(own, Names) else own, place)
    elif type(value) in (tuple, list):
        for own in value:
            yield from _texts_in(own, place)


def _fields_in(value: Any, seen: set[int]) -> Iterator[Message]:
    """Yield the translated fields of every object that can be reached from a value."""
    if id(value) in seen or isinstance(value, str | type | ModuleType):
        return
    seen.add(id(value))
    if isinstance(value, Mapping):
        inside: Any = value.values()
    elif isinstance(value, tuple | list | set):
        inside = value
    elif hasattr(value, "__dict__") and type(value).__module__.startswith("scenario_sim"):
        inside = vars(value).values()
        for cls in type(value).__mro__:
            for name in TRANSLATED_FIELDS.get(cls, ()):
                yield from _texts_in(source_text(value, name), f"{cls.__module__}:{cls.__name__}")
    else:
        return
    for own in list(inside):
        yield from _fields_in(own, seen)


def make_template() -> Catalog:
    """Return the catalogue of all texts, without translations, each once with its places."""
    places: dict[str | tuple[str, str], list[str]] = {}
    for message, place in collect_messages():
        text = message if isinstance(message, str) else message[-1]
        if WORD.search(re.sub(r"\{[^}]*\}", "", text)):
            places.setdefault(message, []).append(place)
    template = Catalog(project="scenario-sim", version=_version(), charset="utf-8")
    for message in sorted(places, key=lambda m: (places[m][0], m if isinstance(m, str) else m[0])):
        spots = [(place, None) for place in dict.fromkeys(places[message])]
        template.add(message, locations=spots)
    return template


def _version() -> str:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]


def write_catalogue(path: Path, catalogue: Catalog) -> None:
    """Write a catalogue; its folder is made where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, include_lineno=False)


def begin_language(code: str, template: Catalog) -> Path:
    """Write an empty catalogue of a language. Raises SystemExit if it cannot begin."""
    path = SHIPPED_CATALOGUES / f"{code}.po"
    if path.exists():
        raise SystemExit(f"{path.relative_to(ROOT)} is there already; `make messages` renews it")
    try:
        locale = Locale.parse(code)
    except (UnknownLocaleError, ValueError) as error:
        raise SystemExit(f"CODE={code}: {error}; write a code such as de or pt_BR") from error
    catalogue = Catalog(locale=locale, project=template.project, version=template.version)
    catalogue.update(template)
    write_catalogue(path, catalogue)
    return path


def is_translated(entry: Entry) -> bool:
    """Return whether every form of an entry has a translation that is not fuzzy."""
    forms = entry.string if isinstance(entry.string, tuple) else (entry.string,)
    return all(forms) and not entry.fuzzy


def main(words: list[str]) -> None:
    """Write the template, and begin or renew catalogues."""
    template = make_template()
    write_catalogue(TEMPLATE, template)
    print(f"{len(template):,} texts in {TEMPLATE.relative_to(ROOT)}")
    for code in words:
        print(f"begun: {begin_language(code, template).relative_to(ROOT)}")
    for path in sorted(SHIPPED_CATALOGUES.glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file)
        catalogue.update(template)
        write_catalogue(path, catalogue)
        done = sum(is_translated(entry) for entry in catalogue if entry.id)
        print(f"{path.relative_to(ROOT)}: {done:,} of {len(template):,} translated")


if __name__ == "__main__":
    main(sys.argv[1:])
