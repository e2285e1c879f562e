"""Write LLVM IR: instructions, loops, branches, vectors, and the nodes of a graph.

No fast-math flag is set. So LLVM may neither reorder nor contract operations, and every processor
rounds alike.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from scenario_sim.model.kernel.graph import Graph, Node

LANES = 16  # runs of a block: the widest vector of single precision
TYPES = {"f64": "double", "f32": "float", "i64": "i64", "i32": "i32", "i8": "i8", "mask": "i1"}
FLOAT_OPCODES = {"add": "fadd", "sub": "fsub", "mul": "fmul", "div": "fdiv"}
INTEGER_OPCODES = {"add": "add", "sub": "sub", "mul": "mul", "and": "and", "or": "or", "xor": "xor"}
FLOAT_PREDICATES = {"lt": "olt", "le": "ole", "gt": "ogt", "ge": "oge", "eq": "oeq"}
INTEGER_PREDICATES = {"lt": "slt", "le": "sle", "gt": "sgt", "ge": "sge", "eq": "eq"}
CONVERSION_OPCODES = {
    ("i64", "f64"): "sitofp", ("i32", "f32"): "sitofp", ("f32", "f64"): "fpext",
    ("f64", "f32"): "fptrunc", ("i32", "i64"): "zext", ("i64", "i32"): "trunc",
}  # fmt: skip
Values = dict[int, str]  # node -> its value in the code


class Writer:
    """Lines of IR, with fresh names for values and labels."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._count = 0

    def fresh(self) -> str:
        """Return an unused name."""
        self._count += 1
        return f"v{self._count}"

    def line(self, text: str) -> None:
        """Write one instruction."""
        self.lines.append(f"  {text}")

    def let(self, text: str) -> str:
        """Write an instruction, and return its value."""
        name = f"%{self.fresh()}"
        self.line(f"{name} = {text}")
        return name

    def label(self, name: str) -> None:
        """Begin a basic block."""
        self.lines.append(f"{name}:")

    def at(self, dtype: str, base: str, index: str | int) -> str:
        """Write the address of an element, and return it."""
        return self.let(f"getelementptr {dtype}, ptr {base}, i64 {index}")

    def loop(
        self, start: str | int, stop: str | int, step: int, body: Callable[[str], None]
    ) -> None:
        """Write a loop over start, start + step, ... below stop."""
        before, head, inside, after, end = (self.fresh() for _ in range(5))
        counter, following = f"%{self.fresh()}", f"%{self.fresh()}"
        self.line(f"br label %{before}")
        self.label(before)
        self.line(f"br label %{head}")
        self.label(head)
        self.line(f"{counter} = phi i64 [ {start}, %{before} ], [ {following}, %{after} ]")
        more = self.let(f"icmp slt i64 {counter}, {stop}")
        self.line(f"br i1 {more}, label %{inside}, label %{end}")
        self.label(inside)
        body(counter)
        self.line(f"br label %{after}")
        self.label(after)
        self.line(f"{following} = add i64 {counter}, {step}")
        self.line(f"br label %{head}")
        self.label(end)

    def branch(self, condition: str, body: Callable[[], None]) -> tuple[str, str]:
        """Write a branch around a body, and return its two exits: before the body, and after it."""
        before, inside, last, end = (self.fresh() for _ in range(4))
        self.line(f"br label %{before}")
        self.label(before)
        self.line(f"br i1 {condition}, label %{inside}, label %{end}")
        self.label(inside)
        body()
        self.line(f"br label %{last}")
        self.label(last)
        self.line(f"br label %{end}")
        self.label(end)
        return before, last


@cache
def _type(lanes: int, dtype: str) -> str:
    return f"<{lanes} x {TYPES[dtype]}>" if lanes else TYPES[dtype]


@cache
def _literal(lanes: int, dtype: str, text: str) -> str:
    return "<" + ", ".join([f"{TYPES[dtype]} {text}"] * lanes) + ">" if lanes else text


class Vectors:
    """Write operations on vectors with some lanes, or on scalars if `lanes` is 0."""

    def __init__(self, writer: Writer, lanes: int):
        self.w, self.lanes = writer, lanes

    def type(self, dtype: str) -> str:
        """Return the IR type of a value."""
        return _type(self.lanes, dtype)

    def literal(self, dtype: str, value: float | int) -> str:
        """Return a constant for every lane."""
        return _literal(self.lanes, dtype, _number(dtype, value))

    def broadcast(self, dtype: str, value: str) -> str:
        """Write a vector with a scalar in every lane, and return it."""
        if not self.lanes:
            return value
        vector, element = self.type(dtype), TYPES[dtype]
        first = self.w.let(f"insertelement {vector} poison, {element} {value}, i32 0")
        return self.w.let(
            f"shufflevector {vector} {first}, {vector} poison, <{self.lanes} x i32> zeroinitializer"
        )

    def load(self, dtype: str, address: str) -> str:
        """Write a load of neighbouring elements."""
        return self.w.let(f"load {self.type(dtype)}, ptr {address}, align {size_of(dtype)}")

    def store(self, dtype: str, value: str, address: str) -> None:
        """Write a store of neighbouring elements."""
        self.w.line(f"store {self.type(dtype)} {value}, ptr {address}, align {size_of(dtype)}")

    def convert(self, how: str, of: str, value: str, to: str) -> str:
        """Write a conversion of a value to another type."""
        return self.w.let(f"{how} {self.type(of)} {value} to {self.type(to)}")

    def any(self, mask: str) -> str:
        """Write a test of whether a mask holds in any lane."""
        bits = self.w.let(f"bitcast {self.type('mask')} {mask} to i{self.lanes}")
        return self.w.let(f"icmp ne i{self.lanes} {bits}, 0")

    def operation(self, node: Node, x: list[str], of: str) -> str:
        """Write an operation. x: its operands. of: the type of the last operand."""
        op, T, let = node.op, self.type, self.w.let
        if op in FLOAT_PREDICATES:
            how = (
                f"fcmp {FLOAT_PREDICATES[op]}"
                if of.startswith("f")
                else f"icmp {INTEGER_PREDICATES[op]}"
            )
            return let(f"{how} {T(of)} {x[0]}, {x[1]}")
        if op in FLOAT_OPCODES or op in INTEGER_OPCODES:
            how = FLOAT_OPCODES[op] if of.startswith("f") else INTEGER_OPCODES[op]
            return let(f"{how} {T(of)} {x[0]}, {x[1]}")
        if op in ("min", "max"):
            first = let(f"fcmp {'olt' if op == 'min' else 'ogt'} {T(of)} {x[0]}, {x[1]}")
            return let(f"select {T('mask')} {first}, {T(of)} {x[0]}, {T(of)} {x[1]}")
        if op == "where":
            return let(f"select {T('mask')} {x[0]}, {T(of)} {x[1]}, {T(of)} {x[2]}")
        if op == "neg":
            return let(f"fneg {T(of)} {x[0]}")
        if op == "not":
            return let(f"xor {T('mask')} {x[0]}, {self.literal('mask', 1)}")
        if op in ("floor", "sqrt"):
            return let(f"call {T(of)} @llvm.{op}.v{self.lanes}f64({T(of)} {x[0]})")
        if op in ("shl", "shr"):
            how = "shl" if op == "shl" else "ashr" if of == "i32" else "lshr"
            return let(f"{how} {T(of)} {x[0]}, {self.literal(of, node.args[1])}")
        if op == "bits":
            return self.convert("bitcast", of, x[0], node.dtype)
        if op == "convert" and of == "mask":
            one, zero = (self.literal(node.dtype, value) for value in (1, 0))
            return let(f"select {T('mask')} {x[0]}, {T(node.dtype)} {one}, {T(node.dtype)} {zero}")
        if op == "convert":
            return self.convert(CONVERSION_OPCODES[of, node.dtype], of, x[0], node.dtype)
        raise AssertionError(f"the back end lacks the operation {op}")


class Emitter:
    """Writes nodes of a graph as vector operations.

    Parameters
    ----------
    graph : Graph
    vectors : Vectors
    leaf : callable
        Writes an input, or a uniform node of the week's program, and returns its value.
    regions : mapping of int to places
        The nodes inside each guard.
    first_at_most : callable, optional
        Writes that operation.
    """

    def __init__(
        self,
        graph: Graph,
        vectors: Vectors,
        leaf: Callable[[int, Node], str],
        regions: Mapping[int, Iterable[int]] | None = None,
        first_at_most: Callable[[Node, list[str]], str] | None = None,
    ):
        self.graph, self.vectors, self._leaf = graph, vectors, leaf
        self._regions, self._first_at_most = regions or {}, first_at_most

    def value(self, place: int, values: Values) -> str:
        """Return a node's value, writing constants and uniform nodes where they are read."""
        if place in values:
            return values[place]
        node = self.graph.nodes[place]
        if node.op == "const":
            return self.vectors.literal(node.dtype, self.graph.value(place) or 0)
        return self._leaf(place, node)

    def nodes(self, places: Iterable[int], values: Values) -> None:
        """Write nodes in order, and add their values to `values`."""
        for place in places:
            node = self.graph.nodes[place]
            if node.op == "const":
                continue
            if node.op == "input":
                values[place] = self._leaf(place, node)
            elif node.op == "guard":
                values[place] = self._guard(place, node, values)
            else:
                operands = [self.value(n, values) for n in node.inputs]
                if node.op == "first_at_most":
                    assert self._first_at_most
                    values[place] = self._first_at_most(node, operands)
                else:
                    of = self.graph.nodes[node.inputs[-1]].dtype
                    values[place] = self.vectors.operation(node, operands, of)

    def _guard(self, place: int, node: Node, values: Values) -> str:
        v, kind = self.vectors, self.vectors.type(node.dtype)
        mask = self.value(node.args[0], values)
        guarded = []

        def inside() -> None:
            inner = dict(values)
            self.nodes(self._regions.get(place, ()), inner)
            value = self.value(node.args[1], inner)
            guarded.append(
                v.w.let(f"select {v.type('mask')} {mask}, {kind} {value}, {kind} zeroinitializer")
            )

        before, last = v.w.branch(v.any(mask), inside)
        return v.w.let(f"phi {kind} [ zeroinitializer, %{before} ], [ {guarded[0]}, %{last} ]")


def size_of(dtype: str) -> int:
    """Return the size of a type in bytes."""
    return int(dtype[1:]) // 8


def _number(dtype: str, value: float | int) -> str:
    """Return a number as IR text: floats by their bits."""
    if dtype == "f32":
        (value,) = struct.unpack("<f", struct.pack("<f", value))
    if dtype.startswith("f"):
        return f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"
    return str(int(value))


def function(result: str, name: str, arguments: str, writer: Writer) -> str:
    """Return the IR of a function, from the instructions of its body."""
    lines = [f"define {result} @{name}({arguments}) nounwind {{", "entry:", *writer.lines]
    return "\n".join([*lines, "  ret void", "}"])
