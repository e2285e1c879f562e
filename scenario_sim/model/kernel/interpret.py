"""Evaluate a program in NumPy, operation by operation, to test the machine code.

Additions, multiplications, divisions and comparisons follow IEEE 754 in NumPy as in machine code.
So both must give the same bits. This is a hundred times slower, and only tests use it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from scenario_sim.model.kernel.graph import Graph, Node

DTYPES = {"f64": np.float64, "f32": np.float32, "i64": np.int64, "i32": np.int32, "mask": np.bool_}
UNSIGNED = {"i64": np.uint64, "i32": np.uint32}
OPERATIONS: Mapping[str, Callable] = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "neg": np.negative,
    "min": lambda a, b: np.where(a < b, a, b), "max": lambda a, b: np.where(a > b, a, b),
    "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal, "eq": np.equal,
    "and": np.bitwise_and, "or": np.bitwise_or, "xor": np.bitwise_xor, "not": np.logical_not,
    "where": np.where, "floor": np.floor, "sqrt": np.sqrt,
}  # fmt: skip
Read = Callable[[Node], np.ndarray]


def evaluate(
    graph: Graph, roots: Sequence[int], read: Read, recorded: Sequence[np.ndarray] = ()
) -> dict[int, np.ndarray]:
    """Return the value of every node that the roots depend on.

    Parameters
    ----------
    graph : Graph
    roots : sequence of int
        Places of nodes.
    read : callable
        Returns the value of an input node.
    recorded : sequence of ndarray, shape (weeks, runs)
        Recorded rows of earlier weeks, for `first_at_most`.
    """
    values: dict[int, np.ndarray] = {}
    with np.errstate(all="ignore"):
        for place in graph.reach(roots):
            node = graph.nodes[place]
            operands = [values[n] for n in node.inputs]
            values[place] = _value(graph, place, node, operands, read, recorded)
    return values


def _value(graph: Graph, place: int, node: Node, x: list, read: Read, recorded) -> np.ndarray:
    dtype = DTYPES[node.dtype]
    if node.op == "input":
        return np.asarray(read(node), dtype)
    if node.op == "const":
        value = graph.value(place)
        whole = node.dtype in UNSIGNED
        return np.array(value, UNSIGNED[node.dtype]).view(dtype) if whole else dtype(value)
    if node.op == "convert":
        return np.asarray(x[0]).astype(dtype)
    if node.op == "bits":
        return np.asarray(x[0]).view(dtype)
    if node.op == "shl":
        return np.left_shift(x[0], dtype(node.args[1]))
    if node.op == "shr" and node.dtype == "i64":  # a logical shift: the sign moves like any bit
        return (np.asarray(x[0]).view(np.uint64) >> np.uint64(node.args[1])).view(np.int64)
    if node.op == "shr":
        return np.right_shift(x[0], dtype(node.args[1]))
    if node.op == "guard":
        return np.where(x[0], x[1], dtype(0))
    if node.op == "first_at_most":
        return _first_at_most(recorded[node.args[-1]], *np.broadcast_arrays(*x))
    return OPERATIONS[node.op](*x)


def _first_at_most(row: np.ndarray, where, since, level, until) -> np.ndarray:
    first = np.zeros(where.shape)
    for run in np.flatnonzero(where):
        week = int(since[run])
        while week < until[run] and not row[week, run] <= level[run]:
            week += 1
        first[run] = week
    return first
