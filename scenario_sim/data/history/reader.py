"""Read a user's own record: `--record DIR`, a folder of raw files or of rows to add.

Raw files (`rows.RAW_FILES`) make a record of their own, as they made the shipped one. Tidy files
(`rows.TIDY_FILES`, the shipped form) add their rows to the shipped record. `coverage.toml` and
`policies.toml` may stand in either folder.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from scenario_sim.bounds import MAX_RECORD_BYTES, MAX_RECORD_ROWS
from scenario_sim.data.history.build import add_rows, build, left_out
from scenario_sim.data.history.coverage import (
    COVERAGE_FILE,
    NOTHING_STATED,
    CoverageFile,
    parse_coverage,
    shipped_coverage,
)
from scenario_sim.data.history.policies import (
    NO_POLICIES,
    POLICIES_FILE,
    PolicyTable,
    parse_policies,
)
from scenario_sim.data.history.record import CREDIT, FILES, HistoricalRecord, shipped_texts
from scenario_sim.data.history.rows import RAW_FILES, TIDY_FILES, UNKNOWN_WORD, Row, columns_of
from scenario_sim.errors import Problem, ScenarioError, did_you_mean, format_value
from scenario_sim.file_io import read_regular_file

MAX_WORDS_TOLD = 6  # unknown words of one column; the cure lists all
RAW_ONLY = tuple(name for name in RAW_FILES if name not in TIDY_FILES)


def read_record(folder: Path) -> HistoricalRecord:
    """Return the record of a folder: of its raw files, or the shipped one with its rows added.

    The record's `left_out` counts the rows that became nothing, or that the shipped record has.

    Raises
    ------
    ScenarioError
        Lists every problem of every file: missing files and columns, dates and numbers that
        cannot be read, unknown words, each with its file and line.
    """
    folder = Path(folder)
    here = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if not here & {*RAW_FILES, *TIDY_FILES, COVERAGE_FILE, POLICIES_FILE}:
        what = "holds no record" if folder.is_dir() else "there is no such folder"
        text = (
            f"{what}; it takes raw files ({', '.join(RAW_FILES)}), or rows to add to the shipped "
        )
        raise _unusable(folder, [Problem("", f"{text}record ({', '.join(TIDY_FILES)})")])
    stated, problems = _read_toml(folder / COVERAGE_FILE, parse_coverage, NOTHING_STATED)
    policies, more = _read_toml(folder / POLICIES_FILE, parse_policies, NO_POLICIES)
    is_raw = bool(here & set(RAW_ONLY))
    needed = RAW_FILES if is_raw else {n: row for n, row in TIDY_FILES.items() if n in here}
    found = {n: _read_rows(folder / n, row, stated.ignored_kinds) for n, row in needed.items()}
    problems += more + [problem for _, faults in found.values() for problem in faults]
    if problems:
        raise _unusable(folder, problems)
    try:
        if is_raw:
            return _raw_record(folder, stated, policies)
        rows = {name: rows for name, (rows, _) in found.items()}
        return _overlay(folder, rows, stated, policies)
    except (ValueError, KeyError, IndexError, ArithmeticError) as error:
        text = f"these files do not fit together: {error!r}"
        raise _unusable(folder, [Problem("", text)]) from None


def _raw_record(folder: Path, stated: CoverageFile, policies: PolicyTable) -> HistoricalRecord:
    counts = sorted(left_out(folder).items(), key=lambda pair: (-pair[1], pair[0]))
    unused = tuple(f"{count} of {reason}" for reason, count in counts)
    credit = f"a record read from {folder.name}"
    return HistoricalRecord.parse(build(folder), credit, stated, unused, policies)


def _overlay(
    folder: Path,
    rows: Mapping[str, list[dict[str, str]]],
    stated: CoverageFile,
    policies: PolicyTable,
) -> HistoricalRecord:
    """Return the shipped record with these rows added; rows that it has already are left out."""
    shipped = {name: list(csv.DictReader(shipped_texts()[name].splitlines())) for name in FILES}
    kept = {
        name: [one for one in told if not _is_ignored(name, one, stated.ignored_kinds)]
        for name, told in rows.items()
    }
    texts, known = add_rows(shipped, kept)
    covered = shipped_coverage()
    days = [row.get("date") or row.get("end") or "" for name in kept for row in kept[name]]
    last = max(days, default="")
    if last > str(covered.last) and stated.last is None:
        text = (
            f"is needed, for rows go to {last}: the day to which the record is complete, such as "
            f"last = {last}; or {covered.last}, if it is not"
        )
        raise _unusable(folder, [Problem("last", text, file=COVERAGE_FILE)])
    whole = CoverageFile(
        stated.first or covered.first,
        stated.last or covered.last,
        covered.complete if stated.complete is None else stated.complete,
    )
    left = tuple(f"{count} of {name}: rows of the shipped record" for name, count in known.items())
    ignored = {name: len(rows[name]) - len(kept[name]) for name in rows}
    left += tuple(f"{n} of {name}: ignored kinds" for name, n in ignored.items() if n)
    credit = f"{CREDIT}; and rows added from {folder.name}"
    return HistoricalRecord.parse(texts, credit, whole, left, policies)


def _is_ignored(file: str, row: Mapping[str, str], ignored: frozenset[str]) -> bool:
    """Return whether a row is an exercise of ignored kinds alone."""
    return file == "exercises.csv" and ignored.issuperset(row["kind"].split("+"))


def _unusable(folder: Path, problems: list[Problem]) -> ScenarioError:
    return ScenarioError(problems, f"the record in {folder} cannot be used")


def _read_toml[Content](
    path: Path, parse: Callable[[str], tuple[Content, list[Problem]]], default: Content
) -> tuple[Content, list[Problem]]:
    """Return what a file says, which may be missing, and every problem of it."""
    try:
        return parse(read_regular_file(path, MAX_RECORD_BYTES).decode("utf-8-sig"))
    except FileNotFoundError:
        return default, []
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        return default, [Problem("", f"cannot be read as UTF-8: {reason}", file=path.name)]


def _read_rows(
    path: Path, row_type: type[Row], ignored: frozenset[str]
) -> tuple[list[dict[str, str]], list[Problem]]:
    """Return the rows of a CSV file, by column, and every problem of it."""
    needed, optional = columns_of(row_type), columns_of(row_type, required=False)
    unknown: dict[str, dict[str, list[Any]]] = {}  # column -> word -> [line, rows, the error]
    rows: list[dict[str, str]] = []
    faults: list[Problem] = []

    def problem(column: str, text: str, line: int | None = None) -> Problem:
        return Problem(column, text, line=line, file=path.name)

    try:
        # Excel begins a file with a byte order mark.
        content = read_regular_file(path, MAX_RECORD_BYTES).decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(content, newline=""))
        if missing := [name for name in needed if name not in (reader.fieldnames or ())]:
            text = f"has no column {', '.join(missing)}; it needs {', '.join(needed)}"
            return rows, [problem("", text, 1)]
        for cells in reader:
            rows.append({name: cells.get(name) or "" for name in (*needed, *optional)})
            if len(rows) > MAX_RECORD_ROWS:
                text = f"has more than {MAX_RECORD_ROWS:,} rows"
                return rows, [*faults, problem("", text, reader.line_num)]
            for column, text, context in _row_faults(row_type, rows[-1], ignored):
                if word := context.get("word"):
                    told = unknown.setdefault(column, {})
                    told.setdefault(word, [reader.line_num, 0, context])[1] += 1
                else:
                    faults.append(problem(column, text, reader.line_num))
    except FileNotFoundError:
        return rows, [problem("", f"is missing; it needs the columns {', '.join(needed)}")]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or error
        return rows, [problem("", f"cannot be read as a CSV file in UTF-8: {reason}")]
    if not rows:
        return rows, [problem("", "holds no rows; a record begins with one", 1)]
    for column, words in unknown.items():
        faults.append(problem(column, _unknown_words(words), next(iter(words.values()))[0]))
    return rows, sorted(faults, key=lambda one: one.line or 0)


def _row_faults(
    row_type: type[Row], cells: Mapping[str, str], ignored: frozenset[str]
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield the column, the text and the context of each fault of a row."""
    try:
        row_type.model_validate(cells, context=ignored)
    except ValidationError as error:
        for one in error.errors(include_url=False, include_input=False):
            context = one.get("ctx", {})
            column = str(one["loc"][0]) if one["loc"] else context.get("column", "")
            yield column, one["msg"], context if one["type"] == UNKNOWN_WORD else {}


def _unknown_words(words: Mapping[str, list[Any]]) -> str:
    """Return one error text for the unknown words of a column, with what it takes and the cure."""
    context = next(iter(words.values()))[2]
    told = [
        f"{format_value(word)}{f' ({count:,} rows)' * (count > 1)}"
        for word, (_, count, _) in words.items()
    ]
    if len(told) > MAX_WORDS_TOLD:
        told[MAX_WORDS_TOLD:] = [f"{len(told) - MAX_WORDS_TOLD} more words"]
    takes = context["takes"]
    text = f"takes {takes}; not {', '.join(told)}"
    if len(words) == 1:  # the known words stand there already, so none are listed again
        text += did_you_mean(next(iter(words)), takes.split(", "), many=0)
    if context["ignorable"]:
        listed = ", ".join(map(json.dumps, words))
        end = "" if text.endswith("?") else "."
        text += f"{end} To leave their rows out, say in {COVERAGE_FILE}: ignored_kinds = [{listed}]"
    return text
