"""A straight-line program over one run, as a graph of operations.

A node is an operation, its arguments, and the type of its result: "f64", "f32", "i64", "i32" or
"mask". Equal nodes are one node. A node is *uniform* if it depends on coefficients and on the
week's inputs alone, not on the run: uniform nodes are evaluated once a week instead of once a run.
Single-precision nodes are never uniform, because values of a week are stored as doubles.
Constants are folded in double precision, as NumPy would.
"""

from __future__ import annotations

from typing import NamedTuple

MASK_OPS = frozenset({"lt", "le", "gt", "ge", "eq", "and", "or", "not"})
LEAVES = frozenset({"const", "input"})
NODE_ARGUMENTS = {
    "shl": 1,
    "shr": 1,
    "first_at_most": 4,
}  # how many arguments are nodes, where not all


class Node(NamedTuple):
    """One operation. args: places of nodes, and immediate values for the operations in NO_NODES."""

    op: str
    args: tuple
    dtype: str
    uniform: bool

    @property
    def inputs(self) -> tuple[int, ...]:
        """Return the places of the nodes that this node reads."""
        return () if self.op in LEAVES else self.args[: NODE_ARGUMENTS.get(self.op)]


class Graph:
    """Nodes in the order they were made; a node reads earlier ones only."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._place: dict[tuple, int] = {}

    def add(self, op: str, args: tuple, dtype: str, uniform: bool | None = None) -> int:
        """Return the place of a node, adding it if it is new."""
        key = (op, args, dtype)
        if key not in self._place:
            if uniform is None:
                inputs = Node(op, args, dtype, True).inputs
                uniform = dtype != "f32" and all(self.nodes[n].uniform for n in inputs)
            self._place[key] = len(self.nodes)
            self.nodes.append(Node(op, args, dtype, uniform))
        return self._place[key]

    def constant(self, value: float | int, dtype: str) -> int:
        """Return a constant: a float as its exact hexadecimal text, else an int."""
        exact = float(value).hex() if dtype.startswith("f") else int(value)
        return self.add("const", (exact,), dtype, True)

    def input(self, kind: str, name: str | int, dtype: str = "f64") -> int:
        """Return an input: a "coefficient" or "week" input (uniform), "state" row or "draw"."""
        return self.add("input", (kind, name), dtype, kind in ("coefficient", "week"))

    def value(self, place: int) -> float | int | None:
        """Return a constant's value; None for any other node."""
        node = self.nodes[place]
        if node.op != "const":
            return None
        return float.fromhex(node.args[0]) if node.dtype.startswith("f") else node.args[0]

    def reach(self, roots) -> list[int]:
        """Return the places of all nodes that the roots depend on, in order."""
        seen: set[int] = set()
        stack = list(roots)
        while stack:
            place = stack.pop()
            if place not in seen:
                seen.add(place)
                stack += self.nodes[place].inputs
        return sorted(seen)

    def text(self, roots) -> str:
        """Return the program of the roots as text, one operation a line.

        Nodes are numbered anew, so equal programs have equal texts.
        """
        number: dict[int, int] = {}
        lines = []
        for place in self.reach(roots):
            node = self.nodes[place]
            number[place] = len(number)
            inputs = len(node.inputs)
            words = [f"%{number[n]}" for n in node.inputs] + [str(a) for a in node.args[inputs:]]
            lines.append(f"%{number[place]} = {node.op} {node.dtype} {' '.join(words)}")
        ends = " ".join(f"%{number[root]}" for root in roots)
        return "\n".join([*lines, f"return {ends}"])
