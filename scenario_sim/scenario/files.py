"""Read and write scenario files in TOML.

A file may have `extends = "status-quo"` (a shipped scenario, or a path relative to the file) and
`remove = ["id", ...]`. Both are resolved here; a Scenario does not have them. Errors name file,
line, key and cure.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import tomli_w

from scenario_sim.bounds import MAX_EXTENDS, MAX_FILE_BYTES, MAX_OWN_FILES, MAX_PROBLEMS
from scenario_sim.errors import (
    Problem,
    ScenarioError,
    ScenarioFileError,
    UnknownNameError,
    closest_name,
    did_you_mean,
    format_value,
    lower_first,
)
from scenario_sim.file_io import find_shipped, read_regular_file
from scenario_sim.language import translate, translate_constants
from scenario_sim.scenario.game_file import pack_choices, unpack_choices
from scenario_sim.scenario.scenario import Scenario
from scenario_sim.scenario.tables import DATED
from scenario_sim.scenario.validate import TOO_MANY_PROBLEMS
from scenario_sim.toml_lines import LocatedValue, merge_tables, read_toml

# Keys that a file does not inherit: its name, and what was found in it.
NOT_INHERITED = ("name", "number", "lecture_seeds", "branches", "compared", "game")
STATES_NOT_ALLOWED = (
    "names a folder, but a scenario opened here reads no files: drop the line to use the six "
    "states, or run the file with `scenario-sim run`"
)
PATH_NOT_ALLOWED = (
    "names a file, but a scenario opened here reads no other files: build on a shipped scenario, "
    "or run the file with `scenario-sim run`"
)
OWN_FOLDERS: dict[str, Path] = {}  # `scenarios` or `lessons`: a folder that `app` was given
# Keys that stay unknown if the extended file cannot be read.
INHERITED = ("title", "start", "weeks", "begins", "states")


# --- shipped scenarios ---------------------------------------------------------------------------


class ScenarioCard(NamedTuple):
    """Entry of a list of scenarios."""

    name: str
    number: str
    title: str
    question: str


def scenario_cards() -> tuple[ScenarioCard, ...]:
    """Return an entry for each shipped scenario, `status-quo` first, then by number, unvalidated."""
    entries = []
    for name, path in shipped_files("scenarios").items():
        table = tomllib.loads(path.read_text("utf-8"))
        entries.append(
            ScenarioCard(name, *(str(table.get(key, "")) for key in ScenarioCard._fields[1:]))
        )
    return tuple(sorted(entries, key=_sort_key))


def list_scenarios() -> tuple[str, ...]:
    """Return the names of the shipped scenarios, `status-quo` first, then by number.

    >>> list_scenarios()[0]
    'status-quo'
    """
    return tuple(card.name for card in scenario_cards())


def shipped_files(kind: str) -> dict[str, Path]:
    """Return the files of the shipped `scenarios` or `lessons`, and of an own folder, by name."""
    folders = (find_shipped(kind), OWN_FOLDERS.get(kind))
    return {path.stem: path for folder in folders if folder for path in _toml_files(folder)}


def add_own_folder(kind: str, folder: Path) -> list[str]:
    """Add the files of a folder to the shipped `scenarios` or `lessons`, and return their names.

    Raises ScenarioFileError for a folder that cannot be used.
    """
    if not folder.is_dir():
        raise ScenarioFileError(folder, [Problem("", f"is no folder of {kind}")])
    files = _toml_files(folder)
    problems = [
        Problem(
            path.name,
            f"has the name of a shipped one of {kind}: give it another",
        )
        for path in files
        if path.stem in shipped_files(kind)
    ]
    if not files:
        problems.append(
            Problem(
                "",
                f"holds no {kind}: each is a file that ends with .toml",
            )
        )
    if len(files) > MAX_OWN_FILES:
        problems.append(
            Problem(
                "",
                f"holds {len(files)} files; at most {MAX_OWN_FILES} are read",
            )
        )
    if problems:
        raise ScenarioFileError(folder, problems)
    OWN_FOLDERS[kind] = folder
    return [path.stem for path in files]


def _toml_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.toml"))


def _sort_key(card: ScenarioCard) -> tuple[Any, ...]:
    digits = [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", card.number)]
    return card.name != "status-quo", not card.number, digits, card.name


# --- read and write ------------------------------------------------------------------------------


def load_scenario(name_or_path: str | Path) -> Scenario:
    """Load a shipped scenario by its name, or a scenario file by its path.

    Parameters
    ----------
    name_or_path : str or Path
        A text with a slash, or ending in .toml, is a path. A scenario without a name gets the
        name of its file.

    Raises
    ------
    UnknownNameError
        There is no shipped scenario of this name.
    ScenarioFileError
        The file is missing, unreadable or invalid; lists every problem at once.

    Examples
    --------
    >>> load_scenario("status-quo").weeks
    104
    """
    path = _find_file(name_or_path)
    problems: list[Problem] = []
    table = _resolve(_read_file(path), str(path), path.parent, (path.resolve(),), problems)
    return _build_scenario(table, problems, path.stem)


def as_scenario(scenario: Scenario | str | Path) -> Scenario:
    """Return a scenario, loaded if it is given by its name or file.

    Raises
    ------
    ScenarioError
        It is neither; or as in `load_scenario`.
    """
    if isinstance(scenario, str | Path):
        return load_scenario(scenario)
    if not isinstance(scenario, Scenario):
        text = f'takes a scenario or its name, such as "status-quo", not {scenario!r:.60}'
        raise ScenarioError([Problem("scenario", text)], "this is no scenario")
    return scenario


def read_scenario(
    text: str | bytes, where: str = "standard input", *, paths: bool | Path = True
) -> Scenario:
    """Read a scenario from the text of a file.

    Parameters
    ----------
    text : str or bytes
        TOML in UTF-8.
    where : str
        Name of the text in error messages.
    paths : bool or Path
        Whether the text may name paths, and the folder from which they start: the current one
        unless given. Without them, untrusted text reads no file of this machine and extends shipped
        scenarios only.

    Raises
    ------
    ScenarioFileError
        The text is invalid; lists every problem at once.
    """
    problems: list[Problem] = []
    folder = paths if isinstance(paths, Path) else Path() if paths else None
    table = _resolve(text, where, folder, (Path(where),), problems)
    return _build_scenario(table, problems, "")


def dump_scenario(scenario: Scenario) -> str:
    """Return the text of a file that reads as an equal scenario; defaults are left out.

    >>> print(dump_scenario(Scenario(title="A short example", weeks=4)), end="")
    title = "A short example"
    weeks = 4
    """
    data = scenario.model_dump(exclude_defaults=True, exclude_none=True)
    if scenario.game:
        choices, single_acts = pack_choices(scenario)
        if choices:
            data["game"] = {**data["game"], "choices": choices}
            data["acts"] = tuple(act.model_dump(exclude_defaults=True) for act in single_acts)
            data = {key: value for key, value in data.items() if value}
    top = {key: value for key, value in data.items() if not _is_table(value)}
    blocks = [tomli_w.dumps(top, multiline_strings=True)]
    for key, value in data.items():
        if isinstance(value, dict):
            blocks.append(tomli_w.dumps({key: value}))
        elif _is_table(value):
            blocks += [f"[[{key}]]\n{tomli_w.dumps(e, multiline_strings=True)}" for e in value]
    return "\n".join(blocks)


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, tuple) and isinstance(value[0], dict))


# --- resolve and validate ------------------------------------------------------------------------


def _build_scenario(table: LocatedValue, problems: list[Problem], name: str) -> Scenario:
    """Return the scenario of a resolved table, or raise all problems in order of lines."""
    data = table.plain()
    unsure = [key for key in INHERITED if key not in data] if problems else []
    if "title" in unsure:
        data["title"] = "untitled"
    try:
        scenario = Scenario.model_validate({"name": name} | data, context={"unsure": unsure})
    except ScenarioError as error:
        for problem in error.problems:
            value = table.at(problem.place)
            line = value.line if value is not table else None
            problems.append(replace(problem, line=line, file=value.file))
    if problems:
        listed = [replace(p, file="") if p.file == table.file else p for p in problems]
        raise ScenarioFileError(
            table.file,
            sorted(
                listed, key=lambda p: (p.text == translate(TOO_MANY_PROBLEMS), p.file, p.line or 0)
            ),
        )
    return scenario


def _resolve(
    content: str | bytes,
    file: str,
    folder: Path | None,
    chain: tuple[Path, ...],
    problems: list[Problem],
) -> LocatedValue:
    """Return the table of a file with all that it inherits.

    Parameters
    ----------
    content : str or bytes
        Text of the file.
    file : str
        Name of the file in error messages.
    folder : Path or None
        Folder from which its paths start; None: paths are not allowed.
    chain : tuple of Path
        Files that led here by `extends`, this one last.
    problems : list of Problem
        Problems of the inheritance are appended.

    Raises
    ------
    ScenarioFileError
        This file itself cannot be read.
    """
    if not content.strip():
        raise ScenarioFileError(
            file, [Problem("", translate('is empty; it needs at least title = "..."'))]
        )
    table = read_toml(content, file)
    says: dict[str, LocatedValue] = table.value
    extends, remove = says.pop("extends", None), says.pop("remove", None)
    if folder is None:
        if "states" in says:
            problems.append(
                _problem_at(says.pop("states"), "states", translate(STATES_NOT_ALLOWED))
            )
    elif "states" in says and isinstance(says["states"].value, str):
        says["states"] = replace(says["states"], value=str(folder / says["states"].value))
    if extends is None and remove:
        problems.append(
            _problem_at(remove, "remove", translate("needs an `extends` to remove something from"))
        )
    base = _load_base(extends, folder, chain, problems) if extends else None
    if base is not None:
        for key in NOT_INHERITED:
            base.value.pop(key, None)
        if remove:
            _remove_entries(remove, base.value, problems)
        table = merge_tables(base, table)
    if "game" in table.value:
        unpack_choices(table, problems)
    return table


def _load_base(
    extends: LocatedValue, folder: Path | None, chain: tuple[Path, ...], problems: list[Problem]
) -> LocatedValue | None:
    """Return the table that a file extends; if there is none, append the reason to `problems`."""
    if not isinstance(extends.value, str):
        problems.append(
            _problem_at(extends, "extends", translate('takes a name or a path, as in "status-quo"'))
        )
        return None
    if len(chain) > MAX_EXTENDS:
        text = translate("is number {number} in a row; {most} are the most").format(
            number=len(chain), most=MAX_EXTENDS
        )
        problems.append(_problem_at(extends, "extends", text))
        return None
    if folder is None and is_path(extends.value):
        problems.append(_problem_at(extends, "extends", translate(PATH_NOT_ALLOWED)))
        return None
    try:
        path = _find_file(extends.value, folder or Path())
        content = _read_file(path)
        link = path.resolve()
        if link not in chain:
            return _resolve(content, str(path), path.parent, (*chain, link), problems)
        circle = " -> ".join(p.name for p in (*chain[chain.index(link) :], link))
        problems.append(
            _problem_at(
                extends,
                "extends",
                translate("goes in a circle: {circle}; drop one of these").format(circle=circle),
            )
        )
    except UnknownNameError as error:
        problems.append(_problem_at(extends, "extends", str(error)))
    except ScenarioFileError as error:
        problems += [replace(problem, file=str(error.path)) for problem in error.problems]
    return None


def _remove_entries(
    remove: LocatedValue, base: dict[str, LocatedValue], problems: list[Problem]
) -> None:
    """Remove entries from the lists of the extended table, by their ids."""
    wanted = remove.value if isinstance(remove.value, list) else None
    if wanted is None or not all(isinstance(item.value, str) for item in wanted):
        problems.append(
            _problem_at(remove, "remove", translate('takes a list of ids, as in ["an-id"]'))
        )
        return
    ids, known = {item.value for item in wanted}, set()
    for key in (*DATED, "reactions"):
        entries = base.get(key)
        if entries and isinstance(entries.value, list):
            pairs = [(entry.at(("id",)).value, entry) for entry in entries.value]
            known |= {name for name, _ in pairs if isinstance(name, str)}
            rest = [entry for name, entry in pairs if not (isinstance(name, str) and name in ids)]
            base[key] = replace(entries, value=rest)
    missing = {item.value: item for item in wanted if item.value not in known}  # each once
    for item in islice(missing.values(), MAX_PROBLEMS):
        text = translate("nothing is called {name}{meant}").format(
            name=format_value(item.value), meant=did_you_mean(item.value, known)
        )
        problems.append(_problem_at(item, "remove", text))
    if len(missing) > MAX_PROBLEMS:
        text = translate("and {n:,} more that are not there").format(n=len(missing) - MAX_PROBLEMS)
        problems.append(_problem_at(remove, "remove", text))


def _problem_at(value: LocatedValue, key: str, text: str) -> Problem:
    return Problem(key, text, value.line, value.file, (key,))


def _find_file(name_or_path: str | Path, folder: Path = Path()) -> Path:
    """Return the file of a shipped name, or of a path from a folder. Raises UnknownNameError."""
    shipped = shipped_files("scenarios")
    if isinstance(name_or_path, str):
        if name_or_path in shipped:
            return shipped[name_or_path]
        if not is_path(name_or_path):
            raise UnknownNameError("scenario", name_or_path, shipped)
    return folder / name_or_path


def is_path(name: str) -> bool:
    """Return whether a name is a path: it has a slash or ends with .toml; shipped names do not."""
    return bool(re.search(r"[/\\]|\.toml$", name))


def _read_file(path: Path) -> bytes:
    """Return the bytes of a file. Raises ScenarioFileError if it is missing or too large."""
    try:
        return read_regular_file(path, MAX_FILE_BYTES)
    except FileNotFoundError:
        near = closest_name(path.stem, [file.stem for file in path.parent.glob("*.toml")])
        near = f"{near}.toml" if near else closest_name(path.stem, list_scenarios())
        hint = f"; did you mean `{near}`?" if near else "."
        text = f"no such file{hint} `scenario-sim list` lists the shipped scenarios."
    except IsADirectoryError:
        text = "is a folder, not a file"
    except (OSError, ValueError) as error:  # ValueError: no system has files of such a name
        text = f"cannot be read: {lower_first(getattr(error, 'strerror', None) or error)}"
    raise ScenarioFileError(path, [Problem("", text)])


translate_constants(__name__, "STATES_NOT_ALLOWED", "PATH_NOT_ALLOWED")
