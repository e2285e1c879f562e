"""Change the shipped states by files that hold only what differs.

A folder with `overlay.toml` starts from the six shipped states. Each other file belongs to the state
of its `code`. Tables merge key by key; acts, channels, appraisals and coefficients merge by their
name, and an entry with `remove = true` leaves. Every other value is replaced. A file with a new code
adds a state.
"""

from __future__ import annotations

from collections.abc import Mapping

from scenario_sim.errors import Problem, did_you_mean
from scenario_sim.toml_lines import LocatedValue

OVERLAY_FILE = "overlay.toml"
WITHOUT = "without"  # codes of the shipped states that are left out
NAME_KEYS = {"appraisal": "id", "channel": "id", "action": "id", "parameter": "name"}

Tables = dict[str, LocatedValue]


def apply_overlay(
    shipped: Mapping[str, LocatedValue], own: Mapping[str, LocatedValue]
) -> tuple[Tables, list[Problem]]:
    """Return the shipped tables, changed by a folder's own, and what is wrong with these.

    Parameters
    ----------
    shipped, own : mapping of str to LocatedValue
        Tables by the name of their file; `own` holds the overlay's file.
    """
    problems: list[Problem] = []
    left_out = _left_out(own[OVERLAY_FILE], {_code(table) for table in shipped.values()}, problems)
    file_of = {_code(table): name for name, table in shipped.items()}
    tables = {name: t for name, t in shipped.items() if _code(t) not in left_out}
    for name, table in own.items():
        if name == OVERLAY_FILE:
            continue
        base = file_of.get(_code(table))
        if base is None:
            tables[name if name not in shipped else f"own {name}"] = table
        elif base in tables:
            tables[base] = _merge_state(tables[base], table, problems)
        else:
            text = f"{_code(table)} is left out by {OVERLAY_FILE}; remove this file or that entry"
            problems.append(Problem("code", text, table.at(("code",)).line, name))
    return tables, problems


def _code(table: LocatedValue) -> str:
    code = table.value.get("code")
    return str(code.value) if code else ""


def _left_out(overlay: LocatedValue, codes: set[str], problems: list[Problem]) -> set[str]:
    """Return the codes of the states that the overlay leaves out."""
    found = set()
    for key, value in overlay.value.items():
        if key != WITHOUT:
            text = f"is no key of an overlay; it takes `{WITHOUT}`, a list of states"
            problems.append(Problem(key, text, value.line, value.file))
        elif not isinstance(value.value, list):
            text = 'takes a list of states, such as ["Japan"]'
            problems.append(Problem(key, text, value.line, value.file))
        else:
            for entry in value.value:
                if entry.value in codes:
                    found.add(entry.value)
                else:
                    text = (
                        f"no shipped state `{entry.value}`{did_you_mean(str(entry.value), codes)}"
                    )
                    problems.append(Problem(key, text, entry.line, entry.file))
    return found


def _merge_state(base: LocatedValue, own: LocatedValue, problems: list[Problem]) -> LocatedValue:
    """Return a state's table with the values that its own file replaces, adds or removes."""
    merged = dict(base.value)
    for key, value in own.value.items():
        known = merged.get(key)
        if key in NAME_KEYS and known and _are_tables(value):
            merged[key] = _merge_rows(known, value, NAME_KEYS[key], problems)
        else:
            merged[key] = _merge(known, value)
    return LocatedValue(merged, own.file, own.line)


def _are_tables(value: LocatedValue) -> bool:
    return isinstance(value.value, list) and all(isinstance(v.value, dict) for v in value.value)


def _merge_rows(
    base: LocatedValue, own: LocatedValue, name_key: str, problems: list[Problem]
) -> LocatedValue:
    """Merge a list of named tables: known names change or leave, new names follow."""
    rows = {row.value[name_key].value: row for row in base.value}
    for row in own.value:
        given = row.value.get(name_key)
        name = given.value if given else None
        remove = row.value.get("remove")
        if remove is not None and (remove.value is not True or name not in rows):
            text = (
                "takes true, or stays out"
                if remove.value is not True
                else f"there is no `{name}` to remove{did_you_mean(str(name), rows)}"
            )
            problems.append(Problem("remove", text, remove.line, remove.file))
        elif remove is not None:
            del rows[name]
        else:
            rows[name] = _merge(rows.get(name), row)
    return LocatedValue(list(rows.values()), own.file, own.line)


def _merge(base: LocatedValue | None, own: LocatedValue) -> LocatedValue:
    """Return the own value; two tables merge key by key."""
    if base and isinstance(base.value, dict) and isinstance(own.value, dict):
        both = {key: _merge(base.value.get(key), value) for key, value in own.value.items()}
        return LocatedValue(base.value | both, own.file, own.line)
    return own
