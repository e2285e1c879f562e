"""Arithmetic over the weekly quantities of a run, read from text without `eval`.

The grammar is a part of Python's: numbers, names, + - * /, powers, comparisons, `and or not`, and a
few functions. A number counts as true above 0. `evaluation.py` computes the values.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from scenario_sim.bounds import MAX_EXPRESSION_CHARACTERS, MAX_EXPRESSION_PARTS

WEEK = "week"  # the number of the week, from 0
MAX_POWER = 8  # powers are products, so that every machine gives the same bits
BINARY = (ast.Add, ast.Sub, ast.Mult, ast.Div)
COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
# Functions by name, and how many arguments each takes (None: two or more).
FUNCTIONS: dict[str, int | None] = {
    "abs": 1, "exp": 1, "floor": 1, "log": 1, "sqrt": 1, "where": 3, "min": None, "max": None,
}  # fmt: skip
GRAMMAR = "takes numbers, names, + - * / **, comparisons, and, or, not, and the functions " + (
    ", ".join(sorted(FUNCTIONS))
)


@dataclass(frozen=True)
class Expression:
    """A checked expression.

    Attributes
    ----------
    text : str
        As it was written.
    names : tuple of str
        The quantities that it reads, each once, such as "tension" or "DPRK.threat".
    """

    text: str
    names: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Expression:
        """Return the expression of a text. Raises ValueError with the cure.

        Examples
        --------
        >>> Expression.parse("max(tension - 4, 0) * (talks_stage < 2)").names
        ('tension', 'talks_stage')
        >>> Expression.parse("open('x')")
        Traceback (most recent call last):
        ValueError: there is no function `open`; there are: abs, exp, floor, log, max, min, sqrt, where
        """
        names: dict[str, None] = {}
        _check(parse_tree(text), names)
        if not names.keys() - {WEEK}:
            raise ValueError("reads no quantity; a number alone measures nothing")
        return cls(text, tuple(names))


# --- text ----------------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def parse_tree(text: str) -> ast.expr:
    """Return the syntax tree of an expression, unchecked. Raises ValueError with the cure."""
    if len(text) > MAX_EXPRESSION_CHARACTERS:
        raise ValueError(f"has more than {MAX_EXPRESSION_CHARACTERS} characters; give parts a name")
    try:
        tree = ast.parse(" ".join(text.split()), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise ValueError(f"is no arithmetic: it {GRAMMAR}") from None
    if sum(1 for _ in ast.walk(tree)) > MAX_EXPRESSION_PARTS:
        raise ValueError(f"has more than {MAX_EXPRESSION_PARTS} parts; give some of them a name")
    return tree


def _check(node: ast.expr, names: dict[str, None]) -> None:
    """Note the names that a part reads. Raises ValueError for a part outside the grammar."""
    match node:
        case ast.Constant(value=bool()):
            raise ValueError("has no True and False; write a comparison, such as tension >= 5")
        case ast.Constant(value=int() | float() as value):
            if not abs(value) < 1e15:
                raise ValueError("takes numbers below 1e15")
            return
        case ast.Name(id=name):
            names[name] = None
            return
        case ast.Attribute(value=ast.Name(id=state), attr=name):
            names[f"{state}.{name}"] = None
            return
        case ast.BinOp(op=ast.Pow()):
            power_of(node)
            _check(node.left, names)
            return
        case ast.Call():
            parts = _arguments(node)
        case ast.BinOp(op=op) if isinstance(op, BINARY):
            parts = [node.left, node.right]
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() | ast.Not()):
            parts = [node.operand]
        case ast.BoolOp():
            parts = node.values
        case ast.Compare(ops=ops) if all(isinstance(op, COMPARISONS) for op in ops):
            parts = [node.left, *node.comparators]
        case _:
            raise ValueError(f"has a part that is no arithmetic: it {GRAMMAR}")
    read = [_names(part) for part in parts]
    pairs = list(pairwise(read)) if isinstance(node, ast.Compare) else [read]
    if is_logic(node) and not all(any(pair) for pair in pairs):
        raise ValueError("compares numbers alone, which is the same in every week")
    names |= {name: None for part in read for name in part}


def _names(node: ast.expr) -> dict[str, None]:
    names: dict[str, None] = {}
    _check(node, names)
    return names


def _arguments(node: ast.Call) -> list[ast.expr]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name not in FUNCTIONS:
        known = ", ".join(sorted(FUNCTIONS))
        raise ValueError(f"there is no function `{name or 'of that form'}`; there are: {known}")
    count, given = FUNCTIONS[name], len(node.args)
    if node.keywords or any(isinstance(a, ast.Starred) for a in node.args):
        raise ValueError(f"{name} takes its values one after the other")
    if given != count and not (count is None and given >= 2):
        raise ValueError(f"{name} takes {count or '2 or more'} values, not {given}")
    return node.args


def power_of(node: ast.BinOp) -> float:
    power = node.right.value if isinstance(node.right, ast.Constant) else None
    if power == 0.5:
        return 0.5
    if isinstance(power, int) and not isinstance(power, bool) and 1 <= power <= MAX_POWER:
        return power
    raise ValueError(f"takes powers from 1 to {MAX_POWER}, and 0.5; otherwise use exp and log")


def is_logic(node: ast.expr) -> bool:
    """Return True for a part whose value is true or false, not a number."""
    return isinstance(node, (ast.Compare, ast.BoolOp)) or (
        isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    )
