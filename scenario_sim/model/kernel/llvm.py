"""The program as LLVM IR with explicit vectors, which need no auto-vectoriser.

Runs are processed in blocks of LANES. A week of a block is its draws, then the week's program for
one vector of runs after the other. Two functions of the module are called from outside. `prelude`
computes the values of all weeks that are the same in every run. `run` simulates weeks (`run.py`).
"""

from __future__ import annotations

from scenario_sim.model.kernel.graph import Node
from scenario_sim.model.kernel.ir_draws import draws_function
from scenario_sim.model.kernel.ir_run import run_function
from scenario_sim.model.kernel.ir_week import FIRST_AT_MOST, week_function
from scenario_sim.model.kernel.program import Program
from scenario_sim.model.kernel.writer import (
    Emitter,
    Values,
    Vectors,
    Writer,
    function,
)


def module_text(program: Program, lanes: int) -> str:
    """Return the IR of a program. lanes: runs in a vector of doubles, 2, 4 or 8."""
    D = f"<{lanes} x double>"
    return "\n".join(
        [
            *(f"declare {D} @llvm.{f}.v{lanes}f64({D})" for f in ("floor", "sqrt")),
            "declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)",
            FIRST_AT_MOST,
            _prelude(program, lanes),
            draws_function(program, 2 * lanes),
            week_function(program, lanes),
            run_function(program, lanes),
        ]
    )


def _prelude(program: Program, lanes: int) -> str:
    """Return the IR function of the prelude, whose vectors hold weeks. Rows are (inputs, weeks)."""
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
    return function("void", "prelude", arguments, w)
