"""Read TOML with the file and line of every value.

`tomllib` gives the values, tree-sitter the lines. When tables of two files are merged, each value
keeps its file and line.
"""

from __future__ import annotations

import heapq
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

from scenario_sim.bounds import (
    MAX_DEPTH,
    MAX_ENTRIES,
    MAX_FILE_BYTES,
    MAX_LINES,
    MAX_TABLES,
    MAX_VALUES,
    MAX_WRITTEN_ACTS,
)
from scenario_sim.errors import Place, Problem, ScenarioFileError, format_value
from scenario_sim.language import translate, translate_constants

# A key of more dotted names than tables may be deep. `tomllib` takes quadratic time for a.a.a.a.
# Possessive quantifiers (`++`) keep this search linear for every text.
_NAME = r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
# Full stops in texts and comments join no names, so this search skips them, even unterminated ones.
TOO_DEEP = re.compile(
    rf"(?P<deep>(?<![A-Za-z0-9_-])(?:{_NAME}[ \t]*+\.[ \t]*+){{{MAX_DEPTH}}})"
    r'''|"""(?:[^"\\]|\\[\s\S]|"{1,2}(?!"))*+(?:"{3,5})?'''
    r"""|'''(?:[^']|'{1,2}(?!'))*+(?:'{3,5})?"""
    r"""|"(?:[^"\\\n]|\\.)*+"?|'[^'\n]*+'?|#[^\n]*+"""
)
TABLE_HEADER = re.compile(r"^[ \t]*+\[", re.MULTILINE)
VALUES_OF_AN_ACT = 5  # date, state, action, channel, and the act itself
POSITION = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
# By the beginning of `tomllib`'s message: the problem and its cure.
SYNTAX_PROBLEMS = {
    "Invalid value": (
        "invalid value; text stands in quotes, a date is written 2026-09-07, a list ends with ]"
    ),
    "Invalid initial character for a key": (
        "invalid initial character for a key part; a table in {{ }} stays on one line"
    ),
    "Expected '=' after a key": (
        "expected '=' after a key in a key/value pair; a line reads `name = value`"
    ),
    "Cannot overwrite a value": "cannot overwrite a value; the same key stands twice",
    "Cannot declare": (
        "cannot declare {found} twice; the same [table] stands twice; write [[table]] for each "
        "entry of a list"
    ),
    "Cannot mutate immutable namespace": "cannot add to {found}; it is complete where it stands",
    "Cannot redefine namespace": "cannot add to {found}; it is complete where it stands",
    "Duplicate inline table key": "the key {found} stands twice in a table in {{ }}",
    "Expected newline": (
        "expected newline or end of document after a statement; one `name = value` a line; text "
        "stands in quotes"
    ),
    "Expected": "expected {found}",
    "Unclosed array": "unclosed array; a list ends with ]",
    "Unclosed inline table": "unclosed inline table; a table in {{ }} stays on one line",
    "Unterminated string": "unterminated string; text ends with a quote",
    "Unescaped": "a backslash in a text is doubled, or the text stands in single quotes",
    "Escaped character": "no such character; \\u takes four digits of a Unicode character",
    "Invalid hex value": "no such character; \\u takes four digits of a Unicode character",
    "Found invalid character": "invalid character {found}",
    "Illegal character": "illegal character {found}",
    "Invalid date or datetime": "invalid date; a date is written 2026-09-07",
    "Invalid statement": "invalid statement; a line reads `name = value`",
}
UNKNOWN_SYNTAX = "{found}"
# What a message of `tomllib` names: a text in quotes, or a key as a tuple of its parts.
FOUND = re.compile(r"^[^'\"(]*(['\"(].*['\")]).*$", re.DOTALL)


@dataclass(frozen=True)
class LocatedValue:
    """Value with its file and line; tables and lists hold LocatedValues."""

    value: Any
    file: str
    line: int

    def plain(self) -> Any:
        """Return the value without files and lines."""
        if isinstance(self.value, dict):
            return {key: item.plain() for key, item in self.value.items()}
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        return self.value

    def at(self, place: Place) -> LocatedValue:
        """Return the value at a place, or the innermost table or list around it."""
        here = self
        for step in place:
            try:
                here = here.value[step]
            except (KeyError, IndexError, TypeError):
                break
        return here


def read_toml(data: bytes | str, file: str) -> LocatedValue:
    """Return a TOML document as a located table; `file` is its name in error messages.

    Raises
    ------
    ScenarioFileError
        The document is too large, no text or no TOML.
    """
    text = _checked_text(data, file)
    try:
        values = tomllib.loads(text)
        if excess := _size_problem(values):
            raise _file_error(file, excess)
        lines: dict[Place, int] = {}
        for place, number in _lines(_parser().parse(text.encode()).root_node):
            lines.setdefault(place, number)  # a list begins at its first entry
        return _located(values, (), lines, file, 1)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(file, str(error), text) from None
    except RecursionError:
        raise _file_error(
            file, translate("lists or tables stand in one another too deep to read")
        ) from None
    except ValueError as error:  # a number of more than 4,300 digits, say
        raise _file_error(file, str(error).partition(";")[0].lower()) from None


def _checked_text(data: bytes | str, file: str) -> str:
    """Return the text of a document that is small enough to be parsed. Raises ScenarioFileError."""
    if len(data) > MAX_FILE_BYTES:
        raise _file_error(
            file, translate("is larger than 1 MB; a scenario is a page or two of text")
        )
    try:
        # Windows Notepad writes a byte order mark, which TOML does not allow.
        text = (data if isinstance(data, str) else data.decode("utf-8")).removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise _file_error(
            file, translate("is no UTF-8 text; save it as plain text, encoding UTF-8")
        ) from None
    if "\0" in text:
        raise _file_error(file, translate("is no text but binary data; a scenario is a TOML file"))
    if (many := text.count("\n")) > MAX_LINES:
        raise _file_error(
            file,
            translate("has {many:,} lines; {most:,} are the most").format(
                many=many, most=MAX_LINES
            ),
        )
    if (many := sum(1 for _ in TABLE_HEADER.finditer(text))) > MAX_TABLES:
        raise _file_error(
            file,
            translate("has {many:,} tables and lists; {most:,} are the most").format(
                many=many, most=MAX_TABLES
            ),
        )
    match = next((token for token in TOO_DEEP.finditer(text) if token["deep"]), None)
    if match:
        line = text.count("\n", 0, match.start()) + 1
        raise _file_error(
            file,
            translate("more than {most} names are joined by full stops").format(most=MAX_DEPTH),
            line,
        )
    return text


def merge_tables(base: LocatedValue, own: LocatedValue) -> LocatedValue:
    """Merge a table into the one that it extends.

    Tables merge key by key. Lists are joined: dated entries by date, equal texts once. Any other
    value is replaced.
    """
    if isinstance(base.value, dict) and isinstance(own.value, dict):
        both = {k: merge_tables(base.value[k], v) for k, v in own.value.items() if k in base.value}
        return LocatedValue(base.value | own.value | both, own.file, own.line)
    if isinstance(base.value, list) and isinstance(own.value, list):
        known = {item.value for item in base.value if isinstance(item.value, str)}
        new = [i for i in own.value if not isinstance(i.value, str) or i.value not in known]
        # Neither list is sorted first: entries out of order in a file stay so and give an error.
        return LocatedValue(list(heapq.merge(base.value, new, key=date_of)), own.file, own.line)
    return own


def date_of(entry: LocatedValue) -> str:
    """Return the date of an entry as text, for sorting; empty if it has none."""
    day = entry.value.get("date") if isinstance(entry.value, dict) else None
    return str(day.value) if day else ""


def located_at(value: Any, file: str, line: int) -> LocatedValue:
    """Return a value in which all parts have the same file and line."""
    return _located(value, (), {}, file, line)


def _located(
    value: Any, place: Place, lines: dict[Place, int], file: str, line: int
) -> LocatedValue:
    line = lines.get(place, line)
    if isinstance(value, dict):
        value = {k: _located(v, (*place, k), lines, file, line) for k, v in value.items()}
    elif isinstance(value, list):
        value = [_located(v, (*place, n), lines, file, line) for n, v in enumerate(value)]
    return LocatedValue(value, file, line)


def _size_problem(document: dict[str, Any]) -> str:
    """Return an error text if the document is too deep or too long, else an empty text.

    The acts of a scenario are counted separately: a long game has thousands of them.
    """
    count = {False: 0, True: 0}  # of values, by whether they belong to an act
    waiting: list[tuple[str, Any, int, bool]] = [("", document, 0, False)]
    while waiting:
        key, value, depth, in_acts = waiting.pop()
        if depth > MAX_DEPTH:
            text = translate(
                "stands too deep: {most} tables and lists in one another are the most"
            ).format(most=MAX_DEPTH)
            return _after_key(key, text)
        all_acts = key == "acts" and depth == 1
        in_acts = in_acts or all_acts
        many, most = len(value), MAX_WRITTEN_ACTS if all_acts else MAX_ENTRIES
        if many > most:
            text = translate("holds {many:,} entries; {most:,} are the most")
            return _after_key(key, text.format(many=many, most=most))
        count[in_acts] += many
        if count[False] > MAX_VALUES or count[True] > MAX_WRITTEN_ACTS * VALUES_OF_AN_ACT:
            text = translate("holds more than {most:,} keys and entries besides its acts")
            return text.format(most=MAX_VALUES)
        pairs = value.items() if isinstance(value, dict) else ((key, item) for item in value)
        waiting += [(k, v, depth + 1, in_acts) for k, v in pairs if isinstance(v, dict | list)]
    return ""


# --- errors --------------------------------------------------------------------------------------


def _after_key(key: str, text: str) -> str:
    return f"{format_value(key)} {text}" if key else text


def _file_error(file: str, text: str, line: int | None = None) -> ScenarioFileError:
    return ScenarioFileError(file, [Problem("", text, line)])


def _syntax_error(file: str, message: str, text: str) -> ScenarioFileError:
    """Return `tomllib`'s message as an error with line and column, and a cure if one is known."""
    at = POSITION.search(message)
    line = int(at[1]) if at and at[1] else text.rstrip().count("\n") + 1
    reason = POSITION.sub("", message)
    found = (words for start, words in SYNTAX_PROBLEMS.items() if reason.startswith(start))
    said = translate(next(found, UNKNOWN_SYNTAX)).format(found=FOUND.sub(r"\1", reason))
    if at and at[2]:
        said = translate("column {column}: {problem}").format(column=at[2], problem=said)
    return _file_error(file, said, line)


# --- lines ---------------------------------------------------------------------------------------


def _parser() -> Parser:
    return Parser(Language(tree_sitter_toml.language()))


def _lines(document: Node) -> Iterator[tuple[Place, int]]:
    """Yield (place, line) of every key and list entry of a well-formed document."""
    entries: Counter[Place] = Counter()
    for node in document.named_children:
        if node.type == "pair":
            yield from _pair_lines((), node)
        elif node.type in ("table", "table_array_element"):
            header, *pairs = node.named_children
            place: Place = ()
            names = _names(header)
            for depth, name in enumerate(names, start=1):
                place = (*place, name)
                yield place, header.start_point.row + 1
                if node.type == "table_array_element" and depth == len(names):
                    entries[place] += 1
                if entries[place]:
                    place = (*place, entries[place] - 1)
                    yield place, header.start_point.row + 1
            for pair in pairs:
                if pair.type == "pair":
                    yield from _pair_lines(place, pair)


def _pair_lines(place: Place, pair: Node) -> Iterator[tuple[Place, int]]:
    key, *_, value = pair.named_children
    for name in _names(key):
        place = (*place, name)
        yield place, key.start_point.row + 1
    yield from _value_lines(place, value)


def _value_lines(place: Place, value: Node) -> Iterator[tuple[Place, int]]:
    inner = [node for node in value.named_children if node.type != "comment"]
    if value.type == "inline_table":
        for pair in inner:
            yield from _pair_lines(place, pair)
    elif value.type == "array":
        for number, item in enumerate(inner):
            yield (*place, number), item.start_point.row + 1
            yield from _value_lines((*place, number), item)


def _names(key: Node) -> list[str]:
    """Return the parts of a key, bare, dotted or quoted."""
    if key.type == "dotted_key":
        return [name for part in key.named_children for name in _names(part)]
    text = (key.text or b"").decode()
    return [next(iter(tomllib.loads(f"{text} = 0")))]


translate_constants(__name__, "SYNTAX_PROBLEMS")
