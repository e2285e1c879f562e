"""Check what ruff cannot: words that name nothing, first words of docstrings, and sizes.

`make lint` runs it. CONTRIBUTING.md ("Names and prose") has the rules.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDERS = ("scenario_sim", "benchmarks", "docs", "tools")
MAX_FUNCTION_LINES = 40  # of its body: the signature and the docstring do not count
FIRST_WORDS = {"What", "Who", "How", "Whoever", "Whatever", "Where", "Which"}
# Names that were coined here, and stand for nothing that a reader knows.
COINED = {
    *("cures", "doors", "forking", "invariants", "ledger", "lookout", "minds"),
    *(
        "parcel",
        "parcels",
        "shard",
        "shards",
        "shelf",
        "shelves",
        "tallies",
        "unasked",
        "wire",
        "wiring",
    ),
}
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def words_of(name: str) -> set[str]:
    """Return the words of an identifier, in lower case.

    >>> sorted(words_of("LectureSeed_of"))
    ['lecture', 'of', 'seed']
    """
    return {word.lower() for word in WORD.findall(name)}


def definitions(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the line and the name of each class, function, argument and variable of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines the body of a function has, without its docstring."""
    first = (
        function.body[1] if ast.get_docstring(function) and function.body[1:] else function.body[0]
    )
    return (function.end_lineno or 0) - first.lineno + 1


def faults(path: Path) -> Iterator[str]:
    """Yield what is wrong with one file, each with file and line."""
    tree = ast.parse(path.read_text("utf-8"))
    place = path.relative_to(ROOT).as_posix()
    for part in Path(place).with_suffix("").parts:
        for word in sorted(words_of(part) & COINED):
            yield f"{place}: `{word}` names nothing that a reader knows; take the usual term"
    for line, name in definitions(tree):
        for word in sorted(words_of(name) & COINED):
            yield f"{place}:{line}: `{name}`: `{word}` names nothing that a reader knows"
    for node in ast.walk(tree):
        is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if is_function and (lines := body_lines(node)) > MAX_FUNCTION_LINES:
            yield (
                f"{place}:{node.lineno}: the body of `{node.name}` has {lines} lines, more than "
                f"{MAX_FUNCTION_LINES}; split it where a part has a name of its own"
            )
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = (ast.get_docstring(node) or "").partition(" ")[0]
            if first in FIRST_WORDS:
                line = getattr(node, "lineno", 1)
                yield f'{place}:{line}: a docstring begins with "{first}"; begin with a verb'


def main() -> int:
    found = [
        fault
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        for fault in faults(path)
    ]
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
