"""The program as LLVM IR with explicit vectors: nothing is left to an auto-vectoriser.

Runs are worked on in blocks of LANES; a week of a block is its draws, then the week's program for
one vector of runs after the other. The module has two functions. `prelude` works out, for all
weeks, what is the same in every run. `run` plays weeks for blocks of runs (`run.py` calls it).
"""

from __future__ import annotations

from collections.abc import Iterable

from scenario_sim.model.kernel.graph import Node
from scenario_sim.model.kernel.program import TOP, Program, gumbel_program, philox_program
from scenario_sim.model.kernel.writer import TYPES, Emitter, Values, Vectors, Writer
from scenario_sim.model.random_draws import GUMBELS, WORDS_A_BLOCK
from scenario_sim.vocabulary import DRAWS, STRIDE

LANES = 16  # runs of a block: the widest vector of single precision


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
    arguments = (
        "ptr %row, i64 %stride, i64 %run, double %since, double %until, double %level"
    )
    return f"define internal double @first_at_most({arguments}) nounwind noinline {{" + """
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
