"""Rebuild the shipped record: `python -m scenario_sim.data.history.build RAW_DIR`.

RAW_DIR holds the raw record, in the files and columns of `rows.RAW_FILES`. Dates, kinds and credits are
copied; texts, places, coordinates and names of missiles are not. `conversion` holds the rules.
The command writes acts.csv, exercises.csv and contacts.csv in this folder;
the same input gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scenario_sim.bounds import MAX_RECORD_BYTES
from scenario_sim.data.history.conversion import (
    Row,
    convert_contact,
    convert_council_actions,
    convert_designations,
    convert_exercises,
    convert_launches,
    convert_provocations,
    convert_weeks,
    days_known_to_the_month,
    select_trilateral,
    why_no_council_act,
    why_no_designation,
    why_no_event,
    why_no_exercise,
)
from scenario_sim.data.history.vocabulary import LAUNCHES
from scenario_sim.file_io import read_regular_file

# Columns of the shipped files.
_SOURCE = ("credit", "verification")
ACTS = ("date", "state", "action", "kind", "launch_days", "overflight", *_SOURCE)
EXERCISES = ("start", "end", "announced", "label", "kind", "status", "weight", *_SOURCE)
CONTACTS = ("month", "kind", "polarity", *_SOURCE)
CLASSES = tuple(LAUNCHES)  # of missiles, highest first


def build(raw: Path) -> dict[str, str]:
    """Return the text of each shipped file, by name. Raises OSError for a missing raw file."""
    events = _read(raw / "events.csv")
    exercises = _read(raw / "exercises.csv")
    drills = convert_exercises(exercises, events)
    acts = [
        *convert_launches(events, _read(raw / "missile_tests.csv")),
        *convert_provocations(events),
        *convert_council_actions(_read(raw / "un_actions.csv")),
        *convert_designations(_read(raw / "unilateral_sanctions.csv")),
        *convert_weeks([row for row in drills if row["weight"]], "USA", "joint_exercise"),
        *convert_weeks(select_trilateral(exercises), "Japan", "trilateral_drill"),
    ]
    acts.sort(key=lambda row: (row["date"], row["state"], row["action"]))
    drills.sort(key=lambda row: (row["start"], row["end"], row["label"]))
    contacts = [convert_contact(row) for row in _read(raw / "diplomacy.csv")]
    contacts.sort(key=lambda row: (row["month"], row["kind"], row["polarity"], row["credit"]))
    return {
        "acts.csv": _text(acts, ACTS),
        "exercises.csv": _text(drills, EXERCISES),
        "contacts.csv": _text(contacts, CONTACTS),
    }


def add_rows(
    shipped: Mapping[str, list[Row]], added: Mapping[str, list[Row]]
) -> tuple[dict[str, str], dict[str, int]]:
    """Return the shipped files with rows added, and how many of the rows they had already, by file.

    An exercise that is added and was held adds the acts of its weeks. The launch days are counted
    anew: a day has one, whatever flew.
    """
    fresh = {name: _fresh_rows(shipped[name], rows) for name, rows in added.items()}
    for row in (row for rows in fresh.values() for row in rows):
        row["verification"] = row["verification"] or "partial"
        row["overflight"] = row.get("overflight") or 0
    known = {n: len(rows) - len(fresh[n]) for n, rows in added.items() if len(rows) > len(fresh[n])}
    drills = fresh.get("exercises.csv", [])
    weeks = convert_weeks([row for row in drills if float(row["weight"])], "USA", "joint_exercise")
    acts = [*shipped["acts.csv"], *fresh.get("acts.csv", [])]
    acts += _fresh_rows(acts, weeks)
    acts.sort(key=lambda row: (row["date"], row["state"], row["action"]))
    _mark_launch_days(acts)
    exercises = [*shipped["exercises.csv"], *drills]
    exercises.sort(key=lambda row: (row["start"], row["end"], row["label"]))
    contacts = [*shipped["contacts.csv"], *fresh.get("contacts.csv", [])]
    contacts.sort(key=lambda row: (row["month"], row["kind"], row["polarity"], row["credit"]))
    texts = {
        "acts.csv": _text(acts, ACTS),
        "exercises.csv": _text(exercises, EXERCISES),
        "contacts.csv": _text(contacts, CONTACTS),
    }
    return texts, known


def _fresh_rows(known: list[Row], rows: list[Row]) -> list[Row]:
    """Return the rows that say something new, whoever is credited."""

    def facts(row: Row) -> tuple[Any, ...]:
        if "action" in row:
            return row["date"], row["state"], row["action"]
        return tuple(row.get(name) for name in ("start", "end", "month", "kind", "polarity"))

    there = {facts(row) for row in known}
    return [row for row in rows if facts(row) not in there]


def _mark_launch_days(acts: list[Row]) -> None:
    """Let the highest class of missile flown on a day carry its launch day, and no other act."""
    highest: dict[str, Row] = {}
    for row in acts:
        row["launch_days"] = 0
        if row["action"] in LAUNCHES:
            other = highest.setdefault(row["date"], row)
            highest[row["date"]] = min(other, row, key=lambda one: CLASSES.index(one["action"]))
    for row in highest.values():
        row["launch_days"] = 1


def left_out(raw: Path) -> Counter[str]:
    """Count the rows of the raw files that become nothing, by file and reason."""
    events, tests = _read(raw / "events.csv"), _read(raw / "missile_tests.csv")
    to_the_month = days_known_to_the_month(tests)
    found: Counter[str] = Counter()
    for name, rows, why in (
        ("events.csv", events, lambda row: why_no_event(row, to_the_month)),
        ("exercises.csv", _read(raw / "exercises.csv"), why_no_exercise),
        ("un_actions.csv", _read(raw / "un_actions.csv"), why_no_council_act),
        ("unilateral_sanctions.csv", _read(raw / "unilateral_sanctions.csv"), why_no_designation),
    ):
        found.update(f"{name}: {reason}" for row in rows if (reason := why(row)))
    return found


def _read(path: Path) -> list[Row]:
    text = read_regular_file(path, MAX_RECORD_BYTES).decode(
        "utf-8-sig"
    )  # Excel begins a file with a BOM
    return list(csv.DictReader(io.StringIO(text, newline=""), restval=""))


def _text(rows: list[Row], columns: tuple[str, ...]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m scenario_sim.data.history.build RAW_DIR")
    for reason, count in sorted(left_out(Path(sys.argv[1])).items()):
        print(f"left out: {count} of {reason}", file=sys.stderr)
    for name, text in build(Path(sys.argv[1])).items():
        Path(__file__).with_name(name).write_text(text, encoding="utf-8", newline="\n")
