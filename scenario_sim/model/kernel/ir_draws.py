"""The draws of one week, as IR: 32-bit words of a block of runs, and Gumbel noise."""

from __future__ import annotations

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
from scenario_sim.model.random_draws import WORD_MASK, WORDS_PER_BLOCK, DrawLayout


def draw_row_count(program: Program) -> int:
    """Return the number of rows of draws in a week."""
    return DrawLayout.of(program.cast).rows


def draws_function(program: Program, lanes: int) -> str:
    """Return the IR function that fills a week's draws. lanes: 32-bit numbers in a vector."""
    w = Writer()
    v = Vectors(w, lanes)
    layout = DrawLayout.of(program.cast)

    def of_some_runs(lane: str) -> None:
        ids = v.load("i64", w.at("i64", "%ids", lane))
        low = w.let(f"and {v.type('i64')} {ids}, {v.literal('i64', WORD_MASK)}")
        high = w.let(f"lshr {v.type('i64')} {ids}, {v.literal('i64', 32)}")
        counter = {"run_low": low, "run_high": high, "week": v.broadcast("i64", "%week")}
        for first, end, start in layout.blocks:
            later = start - first  # counter of a block less its place
            w.loop(first, end, 1, lambda block: _write_words(v, block, later, lane, counter))  # noqa: B023

    w.loop(0, LANES, lanes, of_some_runs)
    for rows in layout.gumbel:
        w.loop(rows.start * LANES, rows.stop * LANES, lanes, lambda at: _write_noise(v, at))
    arguments = "i64 %seed, i64 %week, ptr noalias %ids, ptr noalias %words"
    return function("internal void", "draws", arguments, w)


def _write_words(v: Vectors, block: str, later: int, lane: str, counter: dict[str, str]) -> None:
    """Write the four words of a block of draws, for the runs of one vector.

    later: the block's counter less its place.
    """
    w = v.w
    graph, words = philox_program()
    keys = _round_keys(graph, words, w)
    number = w.let(f"add i64 {block}, {later}") if later else block
    inputs = counter | {"block": v.broadcast("i64", number)}

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
