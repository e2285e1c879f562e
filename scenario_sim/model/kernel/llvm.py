"""The program as LLVM IR with explicit vectors.

Nothing is left to an auto-vectoriser, and there are no fast-math flags: LLVM may neither reorder nor
contract an operation, so every processor rounds alike. Runs are worked on in blocks of LANES; a
week of a block is its draws, then the week's program for one vector of runs after the other.

The module has two functions. `prelude` works out, for all weeks, what is the same in every run.
`run` plays weeks for blocks of runs (`run.py` says what its arguments are).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping

from scenario_sim.model.kernel.graph import Graph, Node
from scenario_sim.model.kernel.program import (
    TOP,
    Program,
    gumbel_program,
    philox_program,
)
from scenario_sim.model.random_draws import GUMBELS, WORDS_A_BLOCK
from scenario_sim.vocabulary import DRAWS, STRIDE

LANES = 16  # runs of a block: the widest vector of single precision
TYPES = {"f64": "double", "f32": "float", "i64": "i64", "i32": "i32", "i8": "i8", "mask": "i1"}
FLOAT = {"add": "fadd", "sub": "fsub", "mul": "fmul", "div": "fdiv"}
WHOLE = {"add": "add", "sub": "sub", "mul": "mul", "and": "and", "or": "or", "xor": "xor"}
COMPARE = {"lt": "olt", "le": "ole", "gt": "ogt", "ge": "oge", "eq": "oeq"}
COMPARE_WHOLE = {"lt": "slt", "le": "sle", "gt": "sgt", "ge": "sge", "eq": "eq"}
CONVERT = {
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
        """Return a name that was not used before."""
        self._count += 1
        return f"v{self._count}"

    def line(self, text: str) -> None:
        """Write one instruction."""
        self.lines.append(f"  {text}")

    def let(self, text: str) -> str:
        """Write an instruction, and return the value it makes."""
        name = f"%{self.fresh()}"
        self.line(f"{name} = {text}")
        return name

    def label(self, name: str) -> None:
        """Begin a basic block."""
        self.lines.append(f"{name}:")

    def at(self, dtype: str, base: str, index: str | int) -> str:
        """Return the address of an element."""
        return self.let(f"getelementptr {dtype}, ptr {base}, i64 {index}")

    def loop(self, start: str | int, stop: str | int, step: int, body: Callable[[str], None]) -> None:
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

    def when(self, condition: str, body: Callable[[], None]) -> tuple[str, str]:
        """Write a branch. Returns the labels it comes from: without the body, and after it."""
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


class Vectors:
    """Operations on vectors of some lanes, or on scalars (lanes 0)."""

    def __init__(self, writer: Writer, lanes: int):
        self.w, self.lanes = writer, lanes

    def type(self, dtype: str) -> str:
        """Return the type of a value."""
        return f"<{self.lanes} x {TYPES[dtype]}>" if self.lanes else TYPES[dtype]

    def literal(self, dtype: str, value: float | int) -> str:
        """Return a constant in every lane."""
        text = _number(dtype, value)
        if not self.lanes:
            return text
        return "<" + ", ".join([f"{TYPES[dtype]} {text}"] * self.lanes) + ">"

    def broadcast(self, dtype: str, value: str) -> str:
        """Return a scalar in every lane."""
        if not self.lanes:
            return value
        vector, element = self.type(dtype), TYPES[dtype]
        first = self.w.let(f"insertelement {vector} poison, {element} {value}, i32 0")
        return self.w.let(
            f"shufflevector {vector} {first}, {vector} poison, <{self.lanes} x i32> zeroinitializer"
        )

    def load(self, dtype: str, address: str) -> str:
        """Read neighbouring elements."""
        return self.w.let(f"load {self.type(dtype)}, ptr {address}, align {_size(dtype)}")

    def store(self, dtype: str, value: str, address: str) -> None:
        """Write neighbouring elements."""
        self.w.line(f"store {self.type(dtype)} {value}, ptr {address}, align {_size(dtype)}")

    def convert(self, how: str, of: str, value: str, to: str) -> str:
        """Return a value as another type."""
        return self.w.let(f"{how} {self.type(of)} {value} to {self.type(to)}")

    def any(self, mask: str) -> str:
        """Return whether a mask holds in any lane."""
        bits = self.w.let(f"bitcast {self.type('mask')} {mask} to i{self.lanes}")
        return self.w.let(f"icmp ne i{self.lanes} {bits}, 0")

    def operation(self, node: Node, x: list[str], of: str) -> str:
        """Return an operation. x: its operands. of: the type of the last of them."""
        op, T, let = node.op, self.type, self.w.let
        if op in COMPARE:
            how = f"fcmp {COMPARE[op]}" if of.startswith("f") else f"icmp {COMPARE_WHOLE[op]}"
            return let(f"{how} {T(of)} {x[0]}, {x[1]}")
        if op in FLOAT or op in WHOLE:
            how = FLOAT[op] if of.startswith("f") else WHOLE[op]
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
            return self.convert(CONVERT[of, node.dtype], of, x[0], node.dtype)
        raise AssertionError(f"the back end lacks the operation {op}")


class Emitter:
    """Writes nodes of a graph as vector operations.

    leaf: writes an input, or a uniform node of the week's program, and returns its value.
    regions: the nodes of each guard. first_at_most: writes that operation.
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
        """Return a node's value; constants and uniform nodes are written where they are read."""
        if place in values:
            return values[place]
        node = self.graph.nodes[place]
        if node.op == "const":
            return self.vectors.literal(node.dtype, self.graph.value(place))
        return self._leaf(place, node)

    def nodes(self, places: Iterable[int], values: Values) -> None:
        """Write nodes in order; `values` takes in what they are."""
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
        found = []

        def inside() -> None:
            inner = dict(values)
            self.nodes(self._regions.get(place, ()), inner)
            value = self.value(node.args[1], inner)
            found.append(
                v.w.let(f"select {v.type('mask')} {mask}, {kind} {value}, {kind} zeroinitializer")
            )

        before, last = v.w.when(v.any(mask), inside)
        return v.w.let(f"phi {kind} [ zeroinitializer, %{before} ], [ {found[0]}, %{last} ]")


def module_text(program: Program, lanes: int) -> str:
    """Return the IR of a program. lanes: runs of one vector of doubles, 2, 4 or 8."""
    D = f"<{lanes} x double>"
    return "\n".join(
        [
            *(f"declare {D} @llvm.{f}.v{lanes}f64({D})" for f in ("floor", "sqrt")),
            "declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)",
            _first_at_most_function(),
            _prelude(program, lanes),
            _draws(program, 2 * lanes),
            _week(program, lanes),
            _run(program, lanes),
        ]
    )


# --- what is the same in every run ---------------------------------------------------------------------


def _prelude(program: Program, lanes: int) -> str:
    """Weeks take the place of runs: a vector is several weeks. Rows are (input, weeks)."""
    w = Writer()
    v = Vectors(w, lanes)
    nodes = program.graph.nodes
    week_input = {name: n for n, name in enumerate(program.week_inputs)}
    coefficient = {name: n for n, name in enumerate(program.coefficients)}

    def weeks(at: str) -> None:
        def leaf(place: int, node: Node) -> str:
            kind, name = node.args
            if kind == "coefficient":
                address = w.at("double", "%coefficients", coefficient[name])
                return v.broadcast("f64", w.let(f"load double, ptr {address}"))
            row = w.let(f"mul i64 %weeks, {week_input[name]}")
            return v.load("f64", w.at("double", "%inputs", w.let(f"add i64 {row}, {at}")))

        values: Values = {}
        emitter = Emitter(program.graph, v, leaf)
        emitter.nodes(program.prelude, values)
        for n, place in enumerate(program.hoisted):
            value = emitter.value(place, values)
            if nodes[place].dtype == "mask":
                value = v.operation(Node("convert", (place,), "f64", True), [value], "mask")
            row = w.let(f"mul i64 %weeks, {n}")
            v.store("f64", value, w.at("double", "%out", w.let(f"add i64 {row}, {at}")))

    w.loop(0, "%weeks", lanes, weeks)
    arguments = "i64 %weeks, ptr noalias %coefficients, ptr noalias %inputs, ptr noalias %out"
    return _function("void", "prelude", arguments, w)


# --- the draws of one week -----------------------------------------------------------------------------


def draw_rows(program: Program) -> int:
    """Return how many rows of draws a week has; draws of added actions come after the registry's."""
    extra = -(-len(program.cast.new_draws) // WORDS_A_BLOCK)
    return STRIDE + extra * WORDS_A_BLOCK


def _draws(program: Program, lanes: int) -> str:
    """Words of all blocks, then Gumbel noise in place of those that choices draw."""
    w = Writer()
    v = Vectors(w, lanes)
    rows, known = draw_rows(program), -(-len(DRAWS) // WORDS_A_BLOCK)
    graph, words = philox_program()
    scalars = Vectors(w, 0)

    def all_blocks(lane: str) -> None:
        ids = v.load("i64", w.at("i64", "%ids", lane))
        low = w.let(f"and {v.type('i64')} {ids}, {v.literal('i64', 0xFFFFFFFF)}")
        high = w.let(f"lshr {v.type('i64')} {ids}, {v.literal('i64', 32)}")
        scalar = {
            "key_low": w.let("and i64 %seed, 4294967295"),
            "key_high": w.let("lshr i64 %seed, 32"),
        }

        def block(j: str) -> None:
            given = {"run_low": low, "run_high": high, "week": v.broadcast("i64", "%week")}
            given["block"] = v.broadcast("i64", j)
            keys: Values = {}
            uniform = Emitter(graph, scalars, lambda place, node: scalar[node.args[1]])
            live = graph.reach(words)
            uniform.nodes([n for n in live if graph.nodes[n].uniform], keys)

            def leaf(place: int, node: Node) -> str:
                if node.uniform:
                    return v.broadcast("i64", keys[place])
                return given[node.args[1]]

            values: Values = {}
            emitter = Emitter(graph, v, leaf)
            emitter.nodes([n for n in live if not graph.nodes[n].uniform], values)
            for n, word in enumerate(words):
                narrow = v.convert("trunc", "i64", values[word], "i32")
                row = w.let(f"mul i64 {j}, {WORDS_A_BLOCK * LANES}")
                row = w.let(f"add i64 {row}, {n * LANES}")
                v.store("i32", narrow, w.at("i32", "%words", w.let(f"add i64 {row}, {lane}")))

        w.loop(0, known, 1, block)
        w.loop(STRIDE // WORDS_A_BLOCK, rows // WORDS_A_BLOCK, 1, block)

    w.loop(0, LANES, lanes, all_blocks)
    noise, (root,) = gumbel_program()

    def to_noise(at: str) -> None:
        address = w.at("i32", "%words", at)
        word = v.load("i32", address)
        values: Values = {}
        emitter = Emitter(noise, v, lambda place, node: word)
        emitter.nodes(noise.reach([root]), values)
        v.store("f32", values[root], address)

    w.loop(0, GUMBELS * LANES, lanes, to_noise)
    w.loop(STRIDE * LANES, rows * LANES, lanes, to_noise)
    arguments = "i64 %seed, i64 %week, ptr noalias %ids, ptr noalias %words"
    return _function("internal void", "draws", arguments, w)


# --- one week of one vector of runs --------------------------------------------------------------------


def _week(program: Program, lanes: int) -> str:
    w = Writer()
    v = Vectors(w, lanes)
    trace = program.trace
    hoisted = {place: n for n, place in enumerate(program.hoisted)}

    def leaf(place: int, node: Node) -> str:
        if node.uniform:  # cheap to load again, dear to keep in a register
            value = w.let(f"load double, ptr {w.at('double', '%uniform', hoisted[place])}")
            value = v.broadcast("f64", value)
            if node.dtype == "mask":
                return w.let(f"fcmp une {v.type('f64')} {value}, zeroinitializer")
            return value
        kind, name = node.args
        if kind == "state":
            return v.load("f64", w.at("double", "%state", program.state[name] * LANES))
        address = w.at("i32", "%words", name * LANES)
        if kind == "noise":
            return v.convert("fpext", "f32", v.load("f32", address), "f64")
        return v.convert("uitofp", "i32", v.load("i32", address), "f64")

    def first_at_most(node: Node, operands: list[str]) -> str:
        return _first_at_most_call(v, node.args[-1], operands)

    emitter = Emitter(program.graph, v, leaf, program.regions, first_at_most)
    values: Values = {}
    emitter.nodes(program.regions[TOP], values)
    written = [(name, emitter.value(node, values)) for name, (_, node) in trace.state.items()]
    recorded = [(k, emitter.value(node, values)) for k, node in enumerate(trace.recorded.values())]
    for name, value in written:
        v.store("f64", value, w.at("double", "%state", program.state[name] * LANES))

    for k, value in recorded:
        row = w.let(f"load ptr, ptr {w.at('ptr', '%recorded', k)}")

        def record(row: str = row, value: str = value) -> None:
            v.store("f32", value, w.at("float", row, "%place"))

        w.when(w.let(f"icmp ne ptr {row}, null"), record)

    def outputs(base: str, places: Iterable[int], dtype: str, row: str, place: str) -> None:
        """Write nodes where `base` is given: element `place` of rows that are `row` elements long."""

        def write() -> None:
            for k, node in enumerate(places):
                value = emitter.value(node, values)
                if dtype != "f64":
                    value = v.convert("fptosi", "f64", value, dtype)
                offset = w.let(f"add i64 {w.let(f'mul i64 {row}, {k}')}, {place}")
                v.store(dtype, value, w.at(TYPES[dtype], base, offset))

        w.when(w.let(f"icmp ne ptr {base}, null"), write)

    outputs("%acts", trace.acts, "i8", "%row", "%place")
    outputs("%thought", trace.thought.values(), "f64", "%row", "%place")
    outputs("%bins", trace.binned.values(), "i32", str(LANES), "0")
    arguments = (
        "ptr noalias %uniform, ptr noalias %words, ptr noalias %state, ptr %recorded, ptr %acts, "
        "ptr %thought, ptr %bins, i64 %stride, i64 %run, i64 %place, i64 %row"
    )
    return _function("internal void", "week", arguments, w)


def _first_at_most_function() -> str:
    """Return a search through one run's recorded row, week by week."""
    return """define internal double @first_at_most(ptr %row, i64 %stride, i64 %run, double %since, double %until, double %level) nounwind noinline {
entry:
  %from = fptosi double %since to i64
  %to = fptosi double %until to i64
  br label %head
head:
  %week = phi i64 [ %from, %entry ], [ %next, %more ]
  %in = icmp slt i64 %week, %to
  br i1 %in, label %look, label %end
look:
  %offset = mul i64 %week, %stride
  %place = add i64 %offset, %run
  %address = getelementptr float, ptr %row, i64 %place
  %single = load float, ptr %address
  %value = fpext float %single to double
  %found = fcmp ole double %value, %level
  br i1 %found, label %end, label %more
more:
  %next = add i64 %week, 1
  br label %head
end:
  %result = sitofp i64 %week to double
  ret double %result
}"""


def _first_at_most_call(v: Vectors, column: int, operands: list[str]) -> str:
    """Search for each run of a vector in which the mask holds."""
    w, D = v.w, v.type("f64")
    mask, since, level, until = operands
    row = w.let(f"load ptr, ptr {w.at('ptr', '%recorded', column)}")
    result = "zeroinitializer"

    def search() -> None:
        nonlocal result
        for lane in range(v.lanes):
            wanted = w.let(f"extractelement {v.type('mask')} {mask}, i32 {lane}")
            found: list[str] = []

            def one(lane: int = lane, found: list[str] = found) -> None:
                a, b, c = (
                    w.let(f"extractelement {D} {x}, i32 {lane}") for x in (since, until, level)
                )
                run = w.let(f"add i64 %run, {lane}")
                found.append(
                    w.let(
                        f"call double @first_at_most(ptr {row}, i64 %stride, i64 {run}, "
                        f"double {a}, double {b}, double {c})"
                    )
                )

            before, last = w.when(wanted, one)
            value = w.let(f"phi double [ 0.0, %{before} ], [ {found[0]}, %{last} ]")
            result = w.let(f"insertelement {D} {result}, double {value}, i32 {lane}")

    before, last = w.when(v.any(mask), search)
    return w.let(f"phi {D} [ zeroinitializer, %{before} ], [ {result}, %{last} ]")


# --- many weeks of many runs ---------------------------------------------------------------------------


def _run(program: Program, lanes: int) -> str:
    w = Writer()
    trace = program.trace
    states, uniforms, bins = len(trace.state), len(program.hoisted), len(trace.binned)
    state = w.let(f"alloca [{states * LANES} x double], align 64")
    words = w.let(f"alloca [{draw_rows(program) * LANES} x i32], align 64")
    places = w.let(f"alloca [{max(bins, 1) * LANES} x i32], align 64")
    counting = w.let("icmp ne ptr %counts, null")
    row = w.let("mul i64 %weeks, %stride")

    def block(b: str) -> None:
        def copy(inward: bool) -> None:
            def one(k: str) -> None:
                offset = w.let(f"add i64 {w.let(f'mul i64 {k}, %state_stride')}, {b}")
                far = w.at("double", "%state", offset)
                near = w.at("double", state, w.let(f"mul i64 {k}, {LANES}"))
                to, frm = (near, far) if inward else (far, near)
                w.line(
                    f"call void @llvm.memcpy.p0.p0.i64(ptr {to}, ptr {frm}, i64 {8 * LANES}, i1 0)"
                )

            w.loop(0, states, 1, one)

        def one_week(week: str) -> None:
            w.line(
                f"call void @draws(i64 %seed, i64 {week}, ptr {w.at('i64', '%ids', b)}, ptr {words})"
            )
            uniform = w.at("double", "%uniform", w.let(f"mul i64 {week}, {uniforms}"))
            place = w.let(f"add i64 {w.let(f'mul i64 {week}, %stride')}, {b}")

            def bins_of(lane: str) -> str:
                return w.let(f"select i1 {counting}, ptr {w.at('i32', places, lane)}, ptr null")

            def vector(lane: str) -> None:
                w.line(
                    f"call void @week(ptr {uniform}, ptr {w.at('i32', words, lane)}, "
                    f"ptr {w.at('double', state, lane)}, ptr %recorded, ptr %acts, ptr %thought, "
                    f"ptr {bins_of(lane)}, "
                    f"i64 %stride, i64 {w.let(f'add i64 {b}, {lane}')}, "
                    f"i64 {w.let(f'add i64 {place}, {lane}')}, i64 {row})"
                )

            w.loop(0, LANES, lanes, vector)
            w.when(counting, lambda: count(week, b))

        copy(inward=True)
        w.loop("%first_week", "%end_week", 1, one_week)
        copy(inward=False)

    def count(week: str, b: str) -> None:
        """Add one to the bin of every run that is asked for; a block may hold runs that are not."""
        left = w.let(f"sub i64 %runs, {b}")
        full = w.let(f"icmp sgt i64 {left}, {LANES}")
        runs = w.let(f"select i1 {full}, i64 {LANES}, i64 {left}")

        def histogram(h: str) -> None:
            base = w.let(f"load ptr, ptr {w.at('ptr', '%counts', h)}")
            size = w.let(f"load i64, ptr {w.at('i64', '%sizes', h)}")
            counts = w.at("i64", base, w.let(f"mul i64 {size}, {week}"))
            own = w.at("i32", places, w.let(f"mul i64 {h}, {LANES}"))

            def one(lane: str) -> None:
                narrow = w.let(f"load i32, ptr {w.at('i32', own, lane)}")
                cell = w.at("i64", counts, w.let(f"sext i32 {narrow} to i64"))
                before = w.let(f"load i64, ptr {cell}")
                w.line(f"store i64 {w.let(f'add i64 {before}, 1')}, ptr {cell}")

            w.loop(0, runs, 1, one)

        w.loop(0, bins, 1, histogram)

    w.loop("%first_block", "%end_block", LANES, block)
    arguments = (
        "i64 %first_week, i64 %end_week, i64 %first_block, i64 %end_block, i64 %runs, i64 %stride, "
        "i64 %state_stride, i64 %weeks, i64 %seed, ptr %ids, ptr %uniform, ptr %state, ptr %recorded, ptr %acts, "
        "ptr %thought, ptr %counts, ptr %sizes"
    )
    return _function("void", "run", arguments, w)


def _function(result: str, name: str, arguments: str, writer: Writer) -> str:
    lines = [f"define {result} @{name}({arguments}) nounwind {{", "entry:", *writer.lines]
    return "\n".join([*lines, "  ret void", "}"])


def _size(dtype: str) -> int:
    return int(dtype[1:]) // 8


def _number(dtype: str, value: float | int) -> str:
    """Return a number as IR writes it: floats by their bits."""
    if dtype == "f32":
        (value,) = struct.unpack("<f", struct.pack("<f", value))
    if dtype.startswith("f"):
        return f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"
    return str(int(value))
