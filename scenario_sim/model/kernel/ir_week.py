"""One week of one vector of runs, as IR: the program's nodes, and where their values go."""

from __future__ import annotations

from collections.abc import Iterable

from scenario_sim.model.kernel.graph import Node
from scenario_sim.model.kernel.program import TOP, Program
from scenario_sim.model.kernel.writer import (
    LANES,
    TYPES,
    Emitter,
    Values,
    Vectors,
    Writer,
    function,
)

ARGUMENTS = (
    "ptr noalias %uniform, ptr noalias %words, ptr noalias %state, ptr %recorded, ptr %acts, "
    "ptr %thought, ptr %bins, i64 %stride, i64 %run, i64 %place, i64 %row"
)


def week_function(program: Program, lanes: int) -> str:
    """Return the IR function that simulates a week. lanes: runs in a vector of doubles.

    Its arguments are: uniform, values that are the same in every run; words, the draws; state, read
    and written in place; and weekly outputs, or null. `place` is the offset of these runs in a row
    of an output.
    """
    return _Week(program, lanes).text()


class _Week:
    def __init__(self, program: Program, lanes: int):
        self.program, self.w = program, Writer()
        self.v = Vectors(self.w, lanes)
        self.hoisted = {place: n for n, place in enumerate(program.hoisted)}
        self.emitter = Emitter(
            program.graph, self.v, self.leaf, program.regions, self.first_at_most
        )
        self.values: Values = {}

    def text(self) -> str:
        trace = self.program.trace
        self.emitter.nodes(self.program.regions[TOP], self.values)
        written = {name: self.value(node) for name, (_, node) in trace.state.items()}
        for name, value in written.items():
            self.v.store("f64", value, self.state(name))
        for k, node in enumerate(trace.recorded.values()):
            self.record(k, self.value(node))
        self.outputs("%acts", trace.acts, "i8", "%row", "%place")
        self.outputs("%thought", trace.thought.values(), "f64", "%row", "%place")
        self.outputs("%bins", trace.binned.values(), "i32", str(LANES), "0")
        return function("internal void", "week", ARGUMENTS, self.w)

    def value(self, node: int) -> str:
        return self.emitter.value(node, self.values)

    def state(self, name: str) -> str:
        """Return the address of a row of the state."""
        return self.w.at("double", "%state", self.program.state[name] * LANES)

    def leaf(self, place: int, node: Node) -> str:
        """Write a load of an input, or of a value that is the same in every run."""
        v, w = self.v, self.w
        if node.uniform:  # loading it again costs less than a register
            scalar = w.let(f"load double, ptr {w.at('double', '%uniform', self.hoisted[place])}")
            value = v.broadcast("f64", scalar)
            if node.dtype == "mask":
                return w.let(f"fcmp une {v.type('f64')} {value}, zeroinitializer")
            return value
        kind, name = node.args
        if kind == "state":
            return v.load("f64", self.state(name))
        address = w.at("i32", "%words", name * LANES)
        if kind == "noise":
            return v.convert("fpext", "f32", v.load("f32", address), "f64")
        return v.convert("uitofp", "i32", v.load("i32", address), "f64")

    def record(self, k: int, value: str) -> None:
        """Write the store of a recorded row, unless its address is null."""
        w = self.w
        row = w.let(f"load ptr, ptr {w.at('ptr', '%recorded', k)}")
        present = w.let(f"icmp ne ptr {row}, null")
        w.branch(present, lambda: self.v.store("f32", value, w.at("float", row, "%place")))

    def outputs(self, base: str, nodes: Iterable[int], dtype: str, row: str, place: str) -> None:
        """Write stores of nodes, unless `base` is null: to `place` in rows of `row` elements."""
        v, w = self.v, self.w

        def write() -> None:
            for k, node in enumerate(nodes):
                value = self.value(node)
                if dtype != "f64":
                    value = v.convert("fptosi", "f64", value, dtype)
                offset = w.let(f"add i64 {w.let(f'mul i64 {row}, {k}')}, {place}")
                v.store(dtype, value, w.at(TYPES[dtype], base, offset))

        w.branch(w.let(f"icmp ne ptr {base}, null"), write)

    # --- looking back along a recorded row --------------------------------------------------------

    def first_at_most(self, node: Node, operands: list[str]) -> str:
        """Write a search for each run of the vector in which the mask holds; 0 elsewhere."""
        v, w, kind = self.v, self.w, self.v.type("f64")
        mask = operands[0]
        row = w.let(f"load ptr, ptr {w.at('ptr', '%recorded', node.args[-1])}")
        vectors = ["zeroinitializer"]

        def search() -> None:
            for lane in range(v.lanes):
                value = self._search_one(lane, row, operands)
                vectors.append(
                    w.let(f"insertelement {kind} {vectors[-1]}, double {value}, i32 {lane}")
                )

        before, last = w.branch(v.any(mask), search)
        return w.let(f"phi {kind} [ zeroinitializer, %{before} ], [ {vectors[-1]}, %{last} ]")

    def _search_one(self, lane: int, row: str, operands: list[str]) -> str:
        v, w, kind = self.v, self.w, self.v.type("f64")
        mask, *others = operands
        selected = w.let(f"extractelement {v.type('mask')} {mask}, i32 {lane}")
        weeks: list[str] = []

        def search() -> None:
            since, level, until = (w.let(f"extractelement {kind} {x}, i32 {lane}") for x in others)
            run = w.let(f"add i64 %run, {lane}")
            weeks.append(
                w.let(
                    f"call double @first_at_most(ptr {row}, i64 %stride, i64 {run}, "
                    f"double {since}, double {until}, double {level})"
                )
            )

        before, last = w.branch(selected, search)
        return w.let(f"phi double [ 0.0, %{before} ], [ {weeks[0]}, %{last} ]")


# A search through one run's recorded row, week by week.
FIRST_AT_MOST = """\
define internal double @first_at_most(ptr %row, i64 %stride, i64 %run, double %since,
                                      double %until, double %level) nounwind noinline {
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
