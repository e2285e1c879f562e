"""Another record, read from a folder of raw files: `--record DIR`."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from scenario_sim.errors import Problem, ScenarioError
from scenario_sim.record import Record
from scenario_sim.record.tidy import COLUMNS, build

DATES = ("date", "start", "end")
NUMBERS = ("distance_km", "vote_for", "polarity")


def read_folder(folder: Path) -> Record:
    """The record of a folder laid out as `tidy.COLUMNS` says, tidied as the shipped one was.

    Raises ScenarioError with every problem of every file: missing files and columns, dates and
    numbers that cannot be read, each with its file and line.
    """
    folder = Path(folder)
    if not folder.is_dir():
        needs = ", ".join(COLUMNS)
        raise _unfit(folder, [Problem("", f"there is no such folder; it should hold {needs}")])
    problems = [p for name, columns in COLUMNS.items() for p in _faults(folder / name, columns)]
    if problems:
        raise _unfit(folder, problems)
    try:
        return Record.parse(build(folder), credit=f"a record read from {folder.name}")
    except (ValueError, KeyError, IndexError) as error:
        text = f"these files do not fit together: {error!r}"
        raise _unfit(folder, [Problem("", text)]) from None


def _unfit(folder: Path, problems: list[Problem]) -> ScenarioError:
    return ScenarioError(problems, f"the record in {folder} cannot be used")


def _faults(path: Path, columns: tuple[str, ...]) -> list[Problem]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            missing = [column for column in columns if column not in (reader.fieldnames or ())]
            if missing:
                text = f"has no column {', '.join(missing)}; it needs {', '.join(columns)}"
                return [Problem("", text, line=1, file=path.name)]
            faults, rows = [], 0
            for row in reader:
                rows += 1
                faults += [
                    Problem(column, text, line=reader.line_num, file=path.name)
                    for column in columns
                    if (text := _fault(column, row[column] or ""))
                ]
    except FileNotFoundError:
        return [
            Problem("", f"is missing; it needs the columns {', '.join(columns)}", file=path.name)
        ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        return [Problem("", f"cannot be read as a CSV file in UTF-8: {error}", file=path.name)]
    if not rows:
        return [Problem("", "holds no rows; a record begins with one", line=1, file=path.name)]
    return faults


def _fault(column: str, text: str) -> str:
    try:
        if column in DATES and text:
            date.fromisoformat(text)
        elif column in NUMBERS and text:
            float(text)
        elif not text and (column in ("date", "start")):
            return "is empty; it takes a date such as 2017-07-04"
    except ValueError:
        takes = "a date such as 2017-07-04" if column in DATES else "a number, or nothing"
        return f"takes {takes}, not {text[:40]!r}"
    return ""
