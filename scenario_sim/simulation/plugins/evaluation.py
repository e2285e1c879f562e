"""Compute the expressions of plug-ins on arrays over runs, or on the symbols of a trace.

Both take the same operations in the same order, so an expression has the same bits in NumPy and in
the compiled model. `exp` and `log` are the model's own arithmetic for the same reason.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from scenario_sim.model.measures import RowLike
from scenario_sim.model.special_functions import exp, log
from scenario_sim.simulation.plugins.expression import is_logic, parse_tree, power_of

Read = Callable[[str], RowLike]  # gives a quantity by its name

BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip
COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.Eq: operator.eq, ast.NotEq: lambda a, b: np.logical_not(a == b),
}  # fmt: skip
CHOICES: dict[str, Callable[[Any, Any], Any]] = {"min": operator.lt, "max": operator.gt}
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "abs": lambda x: np.where(x < 0.0, 0.0 - x, x),
    "exp": exp,
    "floor": np.floor,
    "log": lambda x: np.where(x > 0.0, log(x), np.nan),
    "sqrt": np.sqrt,
}


def compute(text: str, read: Read) -> RowLike:
    """Return the value of a checked expression as numbers; a comparison gives 0 or 1.

    Parameters
    ----------
    text : str
        An expression that `Expression.parse` takes.
    read : callable
        Gives each quantity by name: an array of any shape, or a symbol.

    Examples
    --------
    >>> values = {"tension": np.array([3.5, 5.0])}
    >>> compute("(tension >= 4) * tension", values.__getitem__)
    array([0., 5.])
    """
    tree = parse_tree(text)
    return _as_number(tree, _compute(tree, read))


def _compute(node: ast.expr, read: Read) -> RowLike:
    match node:
        case ast.Constant(value=value):
            return np.float64(value)  # type: ignore[arg-type]  # NumPy's division by 0, as in a trace
        case ast.Name(id=name):
            return read(name)
        case ast.Attribute(value=ast.Name(id=state), attr=name):
            return read(f"{state}.{name}")
        case ast.BinOp(op=ast.Pow()):
            power, base = power_of(node), _number(node.left, read)
            if power == 0.5:
                return np.sqrt(base)
            return reduce(operator.mul, [base] * int(power))
        case ast.BinOp(op=op):
            return BINARY[type(op)](_number(node.left, read), _number(node.right, read))
        case ast.UnaryOp(op=ast.Not()):
            return np.logical_not(_mask(node.operand, read))
        case ast.UnaryOp(op=ast.USub()):
            return 0.0 - _number(node.operand, read)
        case ast.UnaryOp():
            return _number(node.operand, read)
        case ast.BoolOp(op=op):
            join = np.logical_and if isinstance(op, ast.And) else np.logical_or
            return reduce(join, [_mask(part, read) for part in node.values])
        case ast.Compare():
            return _compare(node, read)
        case ast.Call():
            return _call(node, read)
    raise AssertionError(node)  # `_check` leaves nothing else


def _compare(node: ast.Compare, read: Read) -> RowLike:
    sides = [_number(part, read) for part in (node.left, *node.comparators)]
    pairs = zip(node.ops, sides, sides[1:], strict=False)
    return reduce(np.logical_and, (COMPARISONS[type(op)](a, b) for op, a, b in pairs))


def _call(node: ast.Call, read: Read) -> RowLike:
    name = node.func.id  # type: ignore[attr-defined]  # checked: a name
    if name == "where":
        yes, no = (_number(part, read) for part in node.args[1:])
        return np.where(_mask(node.args[0], read), yes, no)
    first, *others = (_number(part, read) for part in node.args)
    if name in CHOICES:
        # np.where and not np.minimum: of a NaN, processors and NumPy choose differently.
        return reduce(lambda a, b: np.where(CHOICES[name](a, b), a, b), others, first)
    return FUNCTIONS[name](first)


def _number(node: ast.expr, read: Read) -> RowLike:
    return _as_number(node, _compute(node, read))


def _as_number(node: ast.expr, value: RowLike) -> RowLike:
    return value * 1.0 if is_logic(node) else value


def _mask(node: ast.expr, read: Read) -> RowLike:
    value = _compute(node, read)
    return value if is_logic(node) else value > 0.0
