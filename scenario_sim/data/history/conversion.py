"""Convert rows of a raw record into acts, exercises and contacts, or say why a row becomes none.

`docs/data.md` tells which kind becomes which action.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from scenario_sim.data.history.vocabulary import (
    ACTION_OF,
    ALL_VOTES,
    ATTACKS,
    DESIGNATIONS,
    DIRECTIONS,
    EVENT_KINDS,
    EXERCISE_TYPES,
    EXERCISE_WORDS,
    HELD,
    JOINT_PARTICIPANTS,
    LAUNCHES,
    RESOLUTION,
    TRILATERAL,
    VETO,
    VOTERS,
)

# On these days a clash or an attack of the shipped record is said to have killed people (general
# knowledge, hence `partial`): its raw files give no number of dead. A column `deaths` decides where
# it is filled in. The firefights of the manhunt of 1996 are left out.
DEADLY_DAYS = {
    *("1984-11-23", "1994-12-17", "1999-06-15", "2002-06-29"),
    *("2009-11-10", "2010-03-26", "2010-11-23"),
}
# Both passed over Okinawa; the raw record does not say where their stages fell.
ALSO_OVER_JAPAN = {"2012-12-12", "2016-02-07"}
OVER_JAPAN_KM = 1000  # a missile that fell into the Pacific nearer than this did not cross Japan


type Row = dict[str, Any]  # a row of a CSV file, by column


def why_no_event(row: Row, to_the_month: set[str]) -> str:
    kind = row["kind"]
    if kind not in EVENT_KINDS:
        return f"kind {kind}"
    if kind in ACTION_OF and row["date"] in to_the_month:
        return "launches known to the month only"
    if kind in ATTACKS and not _is_deadly(row):
        return (
            "attacks without a number of dead" if not row.get("deaths") else "attacks without dead"
        )
    if kind == "exercise_deferral" and row["date_precision"] != "day":
        return "deferrals without a day"
    return ""


def why_no_exercise(row: Row) -> str:
    types = row["ex_type"].split("+")
    if not set(types) & set(EXERCISE_TYPES):
        return f"type {row['ex_type']}"
    if row["date_precision"] != "day":
        return "exercises without a day"
    if TRILATERAL in types:
        return "" if row["status"] == HELD else "trilateral exercises called off"
    return "" if _is_joint(row) else "exercises of other states"


def why_no_council_act(row: Row) -> str:
    if row["kind"] not in (RESOLUTION, VETO):
        return f"kind {row['kind']}"
    if row["kind"] == RESOLUTION and int(row["vote_for"]) < ALL_VOTES and not row.get("abstained"):
        return "resolutions without all votes that name nobody in `abstained`"
    return ""


def why_no_designation(row: Row) -> str:
    if row["direction"] != DIRECTIONS[0]:
        return f"direction {row['direction']}"
    return "" if row["actor"] in DESIGNATIONS else f"rounds of {row['actor']}"


def days_known_to_the_month(tests: list[Row]) -> set[str]:
    return {row["date"] for row in tests if len(row["date_source"]) == 7}


def _is_deadly(row: Row) -> bool:
    deaths = row.get("deaths")
    return float(deaths) > 0 if deaths else row["date"] in DEADLY_DAYS


def _is_joint(row: Row) -> bool:
    """Return whether the United States and South Korea take part; rows that do not say are theirs."""
    participants = row.get("participants")
    return not participants or set(participants.split("|")) >= JOINT_PARTICIPANTS


def convert_launches(events: list[Row], tests: list[Row]) -> list[Row]:
    """Return one row for each day and class; tests known only to the month belong to no week."""
    to_the_month = days_known_to_the_month(tests)
    told = {(row["date"], row["overflight"]) for row in tests if row.get("overflight")}
    over_japan = {day for day, crossed in told if crossed == "1"}
    over_japan |= {
        row["date"]
        for row in tests
        if row.get("landing") == "pacific-ocean"
        and float(row["distance_km"] or 0) >= OVER_JAPAN_KM
        and not row.get("overflight")
    }
    over_japan |= ALSO_OVER_JAPAN - {day for day, _ in told}
    by_class: dict[tuple[str, str], list[Row]] = {}
    for row in events:
        if row["kind"] in ACTION_OF and row["date"] not in to_the_month:
            by_class.setdefault((row["date"], ACTION_OF[row["kind"]]), []).append(row)
    highest = {day: next(a for a in LAUNCHES if (day, a) in by_class) for day, _ in by_class}
    rows = []
    for (day, action), sources in by_class.items():
        first = action == highest[day]
        kinds = {row["kind"] for row in sources}
        flight = {
            "kind": next(k for k in LAUNCHES[action] if k in kinds),
            "launch_days": int(first),
            "overflight": int(first and day in over_japan),
        }
        rows.append(_act(day, "DPRK", action, sources) | flight)
    return rows


def convert_provocations(events: list[Row]) -> list[Row]:
    rows = []
    for row in events:
        if row["kind"] == "nuclear_test":
            rows.append(_act(row["date"], "DPRK", "nuclear_test", [row]))
        elif row["kind"] in ATTACKS and _is_deadly(row):
            attack = _act(row["date"], "DPRK", "limited_attack", [row]) | {"kind": row["kind"]}
            rows.append(attack if row.get("deaths") else attack | {"verification": "partial"})
    return rows


def convert_council_actions(actions: list[Row]) -> list[Row]:
    """Return the drafts put to the vote, and the votes of China and Russia."""
    rows = []
    for row in actions:
        if why_no_council_act(row):
            continue
        rows.append(_act(row["date"], "USA", "table_draft", [row]))
        abstained = (row.get("abstained") or "").split("|")
        for code, state in VOTERS.items():
            if row["kind"] == VETO and code in row["body"].split("|"):
                vote = "veto"
            elif code in abstained:
                vote = "abstain"
            elif row["kind"] == RESOLUTION:
                vote = "yes"
            else:
                continue  # the vote on a vetoed draft is unknown unless a column names it
            rows.append(_act(row["date"], state, f"{state.lower()}_{vote}", [row]))
    return rows


def convert_designations(rounds: list[Row]) -> list[Row]:
    """Return rounds that impose sanctions; relief is no designation, and Japan has no round."""
    return [
        _act(row["date"], *DESIGNATIONS[row["actor"]], [row])
        for row in rounds
        if not why_no_designation(row)
    ]


def convert_exercises(drills: list[Row], events: list[Row]) -> list[Row]:
    """Return joint exercises, held or called off; events list the deferral of spring 2018."""
    joint = [
        row
        for row in drills
        if not why_no_exercise(row) and TRILATERAL not in row["ex_type"].split("+")
    ]
    deferred = [
        row | {"start": row["date"], "ex_type": "CPX+FTX", "status": "postponed"}
        for row in events
        if row["kind"] == "exercise_deferral" and row["date_precision"] == "day"
    ]
    return [_exercise(row) for row in [*joint, *deferred]]


def select_trilateral(drills: list[Row]) -> list[Row]:
    """Return the trilateral exercises held. They are acts of Japan and no joint exercises."""
    return [
        row
        for row in drills
        if not why_no_exercise(row) and TRILATERAL in row["ex_type"].split("+")
    ]


def _exercise(row: Row) -> Row:
    start, end, announced = row["start"], row.get("end", row["start"]), ""
    kinds = [kind for kind in row["ex_type"].split("+") if kind in EXERCISE_WORDS]
    counted = "CPX" in kinds or "FTX" in kinds
    year, month = start[:4], int(start[5:7])
    season = "spring" if month < 6 else "August" if month < 10 else "autumn"
    if row["status"] != HELD:  # its day is that of the announcement: use the usual days instead
        announced = start
        usual = {"spring": ("03-01", "04-20"), "August": ("08-17", "09-02")}.get(season)
        usual = usual if counted else ("12-01", "12-07")  # the air drill of the first December week
        if usual:
            start, end = max(announced, f"{year}-{usual[0]}"), f"{year}-{usual[1]}"
    words = " and ".join(EXERCISE_WORDS[kind] for kind in kinds)
    return {
        "start": start,
        "end": end,
        "announced": announced,
        "label": f"{season} {words} exercise" if counted else f"{words} exercise",
        "kind": "+".join(kinds),
        "status": row["status"],
        "weight": (1.0 if season == "spring" else 0.8) if counted else 0.0,
        "credit": _credit([row]),
        "verification": _verification([row]),
    }


def convert_weeks(drills: list[Row], state: str, action: str) -> list[Row]:
    """Return one act for each week, Monday to Sunday, with a day of a drill that was held."""
    weeks: dict[date, tuple[date, list[Row]]] = {}
    for row in drills:
        if row["status"] != HELD:
            continue
        day, last = date.fromisoformat(row["start"]), date.fromisoformat(row["end"])
        while day <= last:
            monday = day - timedelta(days=day.weekday())
            first, rows = weeks.get(monday, (day, []))
            weeks[monday] = min(first, day), [*rows, row]
            day = monday + timedelta(days=7)
    return [_act(str(first), state, action, rows) for first, rows in weeks.values()]


def convert_contact(row: Row) -> Row:
    """Return a contact by its month, because most are known to the month only."""
    return {
        "month": row["date"][:7],
        "kind": row["kind"],
        "polarity": row["polarity"],
        "credit": _credit([row]),
        "verification": _verification([row]),
    }


def _act(day: str, state: str, action: str, rows: list[Row]) -> Row:
    return {
        "date": day,
        "state": state,
        "action": action,
        "kind": "",
        "launch_days": 0,
        "overflight": 0,
        "credit": _credit(rows),
        "verification": _verification(rows),
    }


def _credit(rows: list[Row]) -> str:
    """Return the sources to credit, without remarks, each once."""
    text = ";".join(row.get("source") or row.get("credit", "") for row in rows)
    text = text.replace("CNS/NTI", "CNS for NTI")
    text = text.replace("count: Japan MoD minimum", "Japan Ministry of Defense")
    text = re.sub(r"\([^)]*\)|existence:|primary:|cited in( stored article)?", "", text)
    names = [" ".join(name.split()) for name in text.split(";")]
    return "; ".join(dict.fromkeys(n for n in names if n and "general knowledge" not in n))


def _verification(rows: list[Row]) -> str:
    """Return `read` if every date was read in a source, else `partial`."""
    return "read" if all(row["verification"] in ("stored", "read") for row in rows) else "partial"
