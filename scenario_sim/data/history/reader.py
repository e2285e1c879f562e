"""Read a user's own record from a folder of raw files: `--record DIR`."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from scenario_sim.bounds import MAX_EXERCISE_DAYS, MAX_RECORD_BYTES, MAX_RECORD_ROWS
from scenario_sim.data.history.build import COLUMNS, OPTIONAL_COLUMNS, build, left_out
from scenario_sim.data.history.coverage import (
    COVERAGE_FILE,
    MAX_YEAR,
    NOTHING_STATED,
    CoverageFile,
    parse_coverage,
)
from scenario_sim.data.history.record import HistoricalRecord
from scenario_sim.data.history.vocabulary import (
    ALL_VOTES,
    COUNCIL_KINDS,
    DIRECTIONS,
    EVENT_KINDS,
    EXERCISE_TYPES,
    HELD,
    RESOLUTION,
    STATUSES,
    TRILATERAL,
    VETO,
    VOTERS,
)
from scenario_sim.errors import (
    CONTROL_CHARACTERS,
    Problem,
    ScenarioError,
    did_you_mean,
    format_value,
)
from scenario_sim.file_io import read_regular_file

DATE_PATTERN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,4}")
DATE_COLUMNS = ("date", "start", "end")
NUMERIC_COLUMNS = ("distance_km", "vote_for", "polarity")
CODE = re.compile(r"[A-Z]{3}|EU|UNSC")
# Columns that take words: (file, column) -> the words, and whether `ignored_kinds` may add others.
WORDS: dict[tuple[str, str], tuple[tuple[str, ...], bool]] = {
    ("events.csv", "kind"): (EVENT_KINDS, True),
    ("missile_tests.csv", "overflight"): (("0", "1", ""), False),
    ("exercises.csv", "ex_type"): (EXERCISE_TYPES, True),
    ("exercises.csv", "status"): (STATUSES, False),
    ("un_actions.csv", "kind"): (COUNCIL_KINDS, True),
    ("unilateral_sanctions.csv", "direction"): (DIRECTIONS, True),
}
# Columns that take codes of states, joined by |.
CODE_COLUMNS = ("actor", "body", "participants", "abstained")


def read_record(folder: Path) -> HistoricalRecord:
    """Return the record of a folder of raw files, built as the shipped one was.

    `build.COLUMNS` names the files and their columns, `vocabulary` the words that they use. The
    record's `left_out` counts the rows that became nothing.

    Raises
    ------
    ScenarioError
        Lists every problem of every file: missing files and columns, dates and numbers that
        cannot be read, unknown words, each with its file and line.
    """
    folder = Path(folder)
    if not folder.is_dir():
        needs = ", ".join(COLUMNS)
        raise _unusable(folder, [Problem("", f"there is no such folder; it should hold {needs}")])
    stated, problems = _read_coverage(folder / COVERAGE_FILE)
    problems += [
        p
        for name, columns in COLUMNS.items()
        for p in _file_faults(folder / name, columns, stated.ignored_kinds)
    ]
    if problems:
        raise _unusable(folder, problems)
    try:
        credit = f"a record read from {folder.name}"
        counts = sorted(left_out(folder).items())
        unused = tuple(f"{count} of {reason}" for reason, count in counts)
        return HistoricalRecord.parse(build(folder), credit, stated, unused)
    except (ValueError, KeyError, IndexError, ArithmeticError) as error:
        text = f"these files do not fit together: {error!r}"
        raise _unusable(folder, [Problem("", text)]) from None


def _unusable(folder: Path, problems: list[Problem]) -> ScenarioError:
    return ScenarioError(problems, f"the record in {folder} cannot be used")


def _read_coverage(path: Path) -> tuple[CoverageFile, list[Problem]]:
    """Return what the coverage file says, which may be missing, and every problem of it."""
    try:
        return parse_coverage(read_regular_file(path, MAX_RECORD_BYTES).decode("utf-8-sig"))
    except FileNotFoundError:
        return NOTHING_STATED, []
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        return NOTHING_STATED, [Problem("", f"cannot be read as UTF-8: {reason}", file=path.name)]


def _file_faults(path: Path, columns: tuple[str, ...], ignored: frozenset[str]) -> list[Problem]:
    unknown: dict[tuple[str, str], tuple[Problem, int]] = {}  # each unknown word is told once
    try:
        # Excel begins a file with a byte order mark.
        content = read_regular_file(path, MAX_RECORD_BYTES).decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(content, newline=""))
        missing = [column for column in columns if column not in (reader.fieldnames or ())]
        if missing:
            text = f"has no column {', '.join(missing)}; it needs {', '.join(columns)}"
            return [Problem("", text, line=1, file=path.name)]
        faults: list[Problem] = []
        rows = 0
        for row in reader:
            rows += 1
            if rows > MAX_RECORD_ROWS:
                text = f"has more than {MAX_RECORD_ROWS:,} rows"
                return [*faults, Problem("", text, line=reader.line_num, file=path.name)]
            every = (*columns, *OPTIONAL_COLUMNS.get(path.name, ()))
            values = {column: row.get(column) or "" for column in every}
            for column, word, text in _unknown_words(path.name, values, ignored):
                problem = Problem(column, text, line=reader.line_num, file=path.name)
                first, count = unknown.get((column, word), (problem, 0))
                unknown[column, word] = first, count + 1
            row_faults = [
                (column, text) for column in every if (text := _cell_fault(column, values[column]))
            ]
            row_faults = row_faults or _row_fault(path.name, values)
            faults += [
                Problem(column, text, line=reader.line_num, file=path.name)
                for column, text in row_faults
            ]
    except FileNotFoundError:
        return [
            Problem("", f"is missing; it needs the columns {', '.join(columns)}", file=path.name)
        ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or error
        return [Problem("", f"cannot be read as a CSV file in UTF-8: {reason}", file=path.name)]
    if not rows:
        return [Problem("", "holds no rows; a record begins with one", line=1, file=path.name)]
    for problem, count in unknown.values():
        more = f" ({count:,} rows)" * (count > 1)
        faults.append(replace(problem, text=problem.text + more))
    return sorted(faults, key=lambda problem: problem.line or 0)


def _unknown_words(
    name: str, row: dict[str, str], ignored: frozenset[str]
) -> Iterator[tuple[str, str, str]]:
    """Yield the column, the word and an error text for each unknown word of a row."""
    for (file, column), (known, may_be_ignored) in WORDS.items():
        if file != name:
            continue
        joined = column == "ex_type"
        for word in row[column].split("+") if joined else [row[column]]:
            if word in known or (may_be_ignored and word in ignored):
                continue
            takes = ", ".join(w for w in known if w) + (", joined by +" if joined else "")
            cure = did_you_mean(word, known)
            if may_be_ignored:
                cure += "; or to leave its rows out, " if not cure else " To leave its rows out, "
                cure += f"list it under `ignored_kinds` in {COVERAGE_FILE}"
            yield column, word, f"takes {takes}; not {format_value(word)}{cure}"


def _row_fault(name: str, row: dict[str, str]) -> list[tuple[str, str]]:
    """Return the cell of a row that contradicts the others, with an error text; empty if none."""
    if text := _length_fault(row):
        return [("end", text)]
    if row.get("end") and row["end"] < row["start"]:
        return [("end", f"is before its start, {row['start']}")]
    for column in CODE_COLUMNS:
        if row.get(column) and not all(map(CODE.fullmatch, row[column].split("|"))):
            text = f"takes codes such as USA or CHN|RUS, not {format_value(row[column])}"
            return [(column, text)]
    if name == "exercises.csv":
        if row["date_precision"] == "day" and row["status"] == HELD and not row["end"]:
            return [("end", "is empty; an exercise that was held has a last day")]
        trilateral = TRILATERAL in row["ex_type"].split("+")
        if trilateral and row["participants"] and "JPN" not in row["participants"].split("|"):
            return [
                ("participants", f"leaves out JPN, which takes part in a {TRILATERAL} exercise")
            ]
    if name == "events.csv" and row["deaths"] and not re.fullmatch("[0-9]{1,6}", row["deaths"]):
        return [("deaths", "takes the number of people killed, or nothing")]
    if name == "un_actions.csv":
        return _vote_fault(row)
    if name == "diplomacy.csv" and not WHOLE_NUMBER.fullmatch(row["polarity"]):
        return [("polarity", "takes a whole number, such as 1, 0 or -1")]
    return []


def _vote_fault(row: dict[str, str]) -> list[tuple[str, str]]:
    if row["kind"] == RESOLUTION:
        if not WHOLE_NUMBER.fullmatch(row["vote_for"]):
            return [("vote_for", "takes a whole number for a resolution, such as 15")]
        if int(row["vote_for"]) < ALL_VOTES and not row["abstained"]:
            text = f"is less than {ALL_VOTES}; a column `abstained` names who abstained, such as CHN|RUS"
            return [("vote_for", text)]
    if row["kind"] == VETO and not set(row["body"].split("|")) & VOTERS.keys():
        return [("body", f"takes who cast the veto, {' or '.join(VOTERS)}, joined by |")]
    return []


def _length_fault(row: dict[str, str]) -> str:
    """Return an error text if an exercise is too long, else an empty text."""
    if not row.get("start") or not row.get("end"):
        return ""
    days = (date.fromisoformat(row["end"]) - date.fromisoformat(row["start"])).days + 1
    return f"is {days:,} days after its start; {MAX_EXERCISE_DAYS} are the most" * (
        days > MAX_EXERCISE_DAYS
    )


def _cell_fault(column: str, text: str) -> str:
    if CONTROL_CHARACTERS.search(text):
        return f"takes text without control characters, not {format_value(text)}"
    try:
        if column in DATE_COLUMNS and text:
            if date.fromisoformat(text if DATE_PATTERN.fullmatch(text) else "").year > MAX_YEAR:
                return f"takes a date up to the year {MAX_YEAR}, not {text}"
        elif column in NUMERIC_COLUMNS and text:
            float(text)
        elif not text and (column in ("date", "start")):
            return "is empty; it takes a date such as 2017-07-04"
    except ValueError:
        takes = "a date such as 2017-07-04" if column in DATE_COLUMNS else "a number, or nothing"
        return f"takes {takes}, not {text[:40]!r}"
    return ""
