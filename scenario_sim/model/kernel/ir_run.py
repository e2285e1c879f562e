"""Many weeks of many runs, as IR: blocks of runs with a local copy of their state."""

from __future__ import annotations

from scenario_sim.model.kernel.ir_draws import draw_row_count
from scenario_sim.model.kernel.program import Program
from scenario_sim.model.kernel.writer import LANES, Writer, function

ARGUMENTS = (
    "i64 %first_week, i64 %end_week, i64 %first_block, i64 %end_block, i64 %runs, i64 %stride, "
    "i64 %state_stride, i64 %weeks, i64 %seed, ptr %ids, ptr %uniform, ptr %state, "
    "ptr %recorded, ptr %acts, ptr %thought, ptr %counts, ptr %sizes"
)


def run_function(program: Program, lanes: int) -> str:
    """Return the IR function that simulates weeks. lanes: runs in a vector of doubles.

    It simulates runs `first_block` to `end_block` from `first_week` to `end_week`, LANES at a time.
    Its arguments are:

    - runs: the number of runs asked for; the padding of the last block is not counted;
    - stride, state_stride: the length of a row of weekly outputs, and of the state;
    - recorded: the address of each recorded row, or null;
    - counts, sizes: the address of each histogram and its bins per week, or null.
    """
    return _Run(program, lanes).text()


class _Run:
    def __init__(self, program: Program, lanes: int):
        self.lanes, self.w = lanes, Writer()
        trace = program.trace
        self.states, self.uniforms = len(trace.state), len(program.hoisted)
        self.bins, self.draws = len(trace.binned), draw_row_count(program)

    def text(self) -> str:
        w = self.w
        self.state = w.let(f"alloca [{self.states * LANES} x double], align 64")
        self.words = w.let(f"alloca [{self.draws * LANES} x i32], align 64")
        self.places = w.let(f"alloca [{max(self.bins, 1) * LANES} x i32], align 64")
        self.counting = w.let("icmp ne ptr %counts, null")
        self.row = w.let("mul i64 %weeks, %stride")
        w.loop("%first_block", "%end_block", LANES, self.block)
        return function("void", "run", ARGUMENTS, w)

    def block(self, block: str) -> None:
        """Simulate all weeks of LANES runs, on a copy of their state that is contiguous."""
        self.copy(block, inward=True)
        self.w.loop("%first_week", "%end_week", 1, lambda week: self.week(block, week))
        self.copy(block, inward=False)

    def copy(self, block: str, inward: bool) -> None:
        w = self.w

        def one(k: str) -> None:
            offset = w.let(f"add i64 {w.let(f'mul i64 {k}, %state_stride')}, {block}")
            far = w.at("double", "%state", offset)
            near = w.at("double", self.state, w.let(f"mul i64 {k}, {LANES}"))
            to, source = (near, far) if inward else (far, near)
            size = 8 * LANES
            w.line(f"call void @llvm.memcpy.p0.p0.i64(ptr {to}, ptr {source}, i64 {size}, i1 0)")

        w.loop(0, self.states, 1, one)

    def week(self, block: str, week: str) -> None:
        """Make the draws of a week, then simulate it for one vector of runs after the other."""
        w = self.w
        ids = w.at("i64", "%ids", block)
        w.line(f"call void @draws(i64 %seed, i64 {week}, ptr {ids}, ptr {self.words})")
        uniform = w.at("double", "%uniform", w.let(f"mul i64 {week}, {self.uniforms}"))
        place = w.let(f"add i64 {w.let(f'mul i64 {week}, %stride')}, {block}")
        w.loop(0, LANES, self.lanes, lambda lane: self.vector(block, lane, uniform, place))
        w.branch(self.counting, lambda: self.count(block, week))

    def vector(self, block: str, lane: str, uniform: str, place: str) -> None:
        w = self.w
        words, state = w.at("i32", self.words, lane), w.at("double", self.state, lane)
        bins = w.at("i32", self.places, lane)
        bins = w.let(f"select i1 {self.counting}, ptr {bins}, ptr null")
        run, place = (w.let(f"add i64 {base}, {lane}") for base in (block, place))
        w.line(
            f"call void @week(ptr {uniform}, ptr {words}, ptr {state}, ptr %recorded, ptr %acts, "
            f"ptr %thought, ptr {bins}, i64 %stride, i64 {run}, i64 {place}, i64 {self.row})"
        )

    def count(self, block: str, week: str) -> None:
        """Add one to the histogram bins of every run that is asked for."""
        w = self.w
        left = w.let(f"sub i64 %runs, {block}")
        full = w.let(f"icmp sgt i64 {left}, {LANES}")
        runs = w.let(f"select i1 {full}, i64 {LANES}, i64 {left}")

        def histogram(h: str) -> None:
            base = w.let(f"load ptr, ptr {w.at('ptr', '%counts', h)}")
            size = w.let(f"load i64, ptr {w.at('i64', '%sizes', h)}")
            counts = w.at("i64", base, w.let(f"mul i64 {size}, {week}"))
            own = w.at("i32", self.places, w.let(f"mul i64 {h}, {LANES}"))

            def one(lane: str) -> None:
                place = w.let(f"load i32, ptr {w.at('i32', own, lane)}")
                cell = w.at("i64", counts, w.let(f"sext i32 {place} to i64"))
                before = w.let(f"load i64, ptr {cell}")
                w.line(f"store i64 {w.let(f'add i64 {before}, 1')}, ptr {cell}")

            w.loop(0, runs, 1, one)

        w.loop(0, self.bins, 1, histogram)
