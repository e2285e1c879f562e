"""Read a user's own record from a folder of raw files: `--record DIR`."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from pathlib import Path

from scenario_sim.bounds import MAX_EXERCISE_DAYS, MAX_RECORD_BYTES, MAX_RECORD_ROWS
from scenario_sim.data.history.build import COLUMNS, KIND_WORDS, build
from scenario_sim.data.history.coverage import (
    COVERAGE_FILE,
    MAX_YEAR,
    NOTHING_STATED,
    CoverageFile,
    parse_coverage,
)
from scenario_sim.data.history.record import HistoricalRecord
from scenario_sim.errors import CONTROL_CHARACTERS, Problem, ScenarioError, format_value
from scenario_sim.file_io import read_regular_file

DATE_PATTERN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,4}")
DATE_COLUMNS = ("date", "start", "end")
NUMERIC_COLUMNS = ("distance_km", "vote_for", "polarity")


def read_record(folder: Path) -> HistoricalRecord:
    """Return the record of a folder of raw files, built as the shipped one was.

    `build.COLUMNS` names the files and their columns.

    Raises
    ------
    ScenarioError
        Lists every problem of every file: missing files and columns, dates and numbers that
        cannot be read, each with its file and line.
    """
    folder = Path(folder)
    if not folder.is_dir():
        needs = ", ".join(COLUMNS)
        raise _unusable(folder, [Problem("", f"there is no such folder; it should hold {needs}")])
    stated, problems = _read_coverage(folder / COVERAGE_FILE)
    problems += [
        p for name, columns in COLUMNS.items() for p in _file_faults(folder / name, columns)
    ]
    if problems:
        raise _unusable(folder, problems)
    try:
        credit = f"a record read from {folder.name}"
        return HistoricalRecord.parse(build(folder), credit, stated)
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


def _file_faults(path: Path, columns: tuple[str, ...]) -> list[Problem]:
    try:
        content = read_regular_file(path, MAX_RECORD_BYTES).decode("utf-8")
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
            values = {column: row[column] or "" for column in columns}
            row_faults = [
                (column, text)
                for column in columns
                if (text := _cell_fault(column, values[column]))
            ]
            row_faults = row_faults or _row_fault(path.name, values)
            faults += [Problem(*one, line=reader.line_num, file=path.name) for one in row_faults]
    except FileNotFoundError:
        return [
            Problem("", f"is missing; it needs the columns {', '.join(columns)}", file=path.name)
        ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or error
        return [Problem("", f"cannot be read as a CSV file in UTF-8: {reason}", file=path.name)]
    if not rows:
        return [Problem("", "holds no rows; a record begins with one", line=1, file=path.name)]
    return faults


def _row_fault(name: str, row: dict[str, str]) -> list[tuple[str, str]]:
    """Return the cell of a row that contradicts the others, with an error text; empty if none."""
    if text := _length_fault(row):
        return [("end", text)]
    if row.get("end") and row["end"] < row["start"]:
        return [("end", f"is before its start, {row['start']}")]
    if name == "exercises.csv" and row["date_precision"] == "day":
        unknown = set(row["ex_type"].split("+")) - KIND_WORDS.keys()
        if unknown:
            text = f"takes {', '.join(KIND_WORDS)}, joined by +; not {format_value(row['ex_type'])}"
            return [("ex_type", text)]
        if row["status"] == "held" and not row["end"]:
            return [("end", "is empty; an exercise that was held has a last day")]
    voted = name == "un_actions.csv" and row["kind"] == "un_resolution"
    if voted and not WHOLE_NUMBER.fullmatch(row["vote_for"]):
        return [("vote_for", "takes a whole number for a resolution, such as 15")]
    if name == "diplomacy.csv" and not WHOLE_NUMBER.fullmatch(row["polarity"]):
        return [("polarity", "takes a whole number, such as 1, 0 or -1")]
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
