"""The draws of one week, as IR: 32-bit words of a block of runs, and Gumbel noise."""

from __future__ import annotations

from scenario_sim.data.enums import DRAWS, STRIDE
from scenario_sim.model.kernel.graph import Graph, Node
from scenario_sim.model.kernel.program import Program, gumbel_program, philox_program
from scenario_sim.model.kernel.writer import (
    LANES,
    Emitter,
    Values,
    Vectors,
    Writer,
    function,
)
from scenario_sim.model.random_draws import GUMBEL_COUNT, WORD_MASK, WORDS_PER_BLOCK


def draw_row_count(program: Program) -> int:
    """Return the number of rows of draws in a week; added actions come after the registry's."""
    extra = -(-len(program.cast.new_draws) // WORDS_PER_BLOCK)
    return STRIDE + extra * WORDS_PER_BLOCK


def draws_function(program: Program, lanes: int) -> str:
    """Return the IR function that fills a week's draws. lanes: 32-bit numbers in a vector."""
    w = Writer()
    v = Vectors(w, lanes)
    rows, registry_blocks = draw_row_count(program), -(-len(DRAWS) // WORDS_PER_BLOCK)

    def of_some_runs(lane: str) -> None:
        ids = v.load("i64", w.at("i64", "%ids", lane))
        low = w.let(f"and {v.type('i64')} {ids}, {v.literal('i64', WORD_MASK)}")
        high = w.let(f"lshr {v.type('i64')} {ids}, {v.literal('i64', 32)}")
        counter = {"run_low": low, "run_high": high, "week": v.broadcast("i64", "%week")}
        for first, end in (
            (0, registry_blocks),
            (STRIDE // WORDS_PER_BLOCK, rows // WORDS_PER_BLOCK),
        ):
            w.loop(first, end, 1, lambda block: _write_words(v, block, lane, counter))

    w.loop(0, LANES, lanes, of_some_runs)
    for first, end in ((0, GUMBEL_COUNT), (STRIDE, rows)):
        w.loop(first * LANES, end * LANES, lanes, lambda at: _write_noise(v, at))
    arguments = "i64 %seed, i64 %week, ptr noalias %ids, ptr noalias %words"
    return function("internal void", "draws", arguments, w)


def _write_words(v: Vectors, block: str, lane: str, counter: dict[str, str]) -> None:
    """Write the four words of a block of draws, for the runs of one vector."""
    w = v.w
    graph, words = philox_program()
    keys = _round_keys(graph, words, w)
    inputs = counter | {"block": v.broadcast("i64", block)}

    def leaf(place: int, node: Node) -> str:
        return v.broadcast("i64", keys[place]) if node.uniform else inputs[node.args[1]]

    values: Values = {}
    own = [n for n in graph.reach(words) if not graph.nodes[n].uniform]
    Emitter(graph, v, leaf).nodes(own, values)
    for n, word in enumerate(words):
        narrow = v.convert("trunc", "i64", values[word], "i32")
        row = w.let(f"mul i64 {block}, {WORDS_PER_BLOCK * LANES}")
        row = w.let(f"add i64 {row}, {n * LANES}")
        v.store("i32", narrow, w.at("i32", "%words", w.let(f"add i64 {row}, {lane}")))


def _round_keys(graph: Graph, words: list[int], w: Writer) -> Values:
    """Write the values that depend on the seed alone, as scalars."""
    halves = {
        "key_low": w.let(f"and i64 %seed, {WORD_MASK}"),
        "key_high": w.let("lshr i64 %seed, 32"),
    }
    keys: Values = {}
    emitter = Emitter(graph, Vectors(w, 0), lambda place, node: halves[node.args[1]])
    emitter.nodes([n for n in graph.reach(words) if graph.nodes[n].uniform], keys)
    return keys


def _write_noise(v: Vectors, at: str) -> None:
    """Replace words by Gumbel noise, from element `at` on."""
    graph, (root,) = gumbel_program()
    address = v.w.at("i32", "%words", at)
    word = v.load("i32", address)
    values: Values = {}
    Emitter(graph, v, lambda place, node: word).nodes(graph.reach([root]), values)
    v.store("f32", values[root], address)
