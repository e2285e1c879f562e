"""A trace in the form that a back end compiles: inputs in order, hoisted values, branches.

Uniform nodes that the runs read are *hoisted*: the prelude computes them for all weeks before the
runs begin. A guard is a branch. It contains the nodes that only its value depends on, and is skipped
where no run of a vector needs them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from scenario_sim.data.states import Cast
from scenario_sim.model.kernel.graph import Graph
from scenario_sim.model.kernel.symbols import Row, TracingError
from scenario_sim.model.kernel.trace import Trace
from scenario_sim.model.random_draws import gumbel, philox

TOP = -1  # the region outside every guard


@dataclass(frozen=True)
class Program:
    """One week of one cast of states, ready for a back end."""

    trace: Trace

    @property
    def graph(self) -> Graph:
        """The nodes of the trace."""
        return self.trace.graph

    @property
    def cast(self) -> Cast:
        """The states whose week it is."""
        return self.trace.cast

    @cached_property
    def live(self) -> list[int]:
        """The nodes that the outputs need, in order."""
        return self.graph.reach(self.trace.roots)

    @cached_property
    def body(self) -> list[int]:
        """The nodes that are computed for every run."""
        return [n for n in self.live if not self.graph.nodes[n].uniform]

    @cached_property
    def hoisted(self) -> list[int]:
        """The uniform nodes that the body reads or that are outputs; constants stand in the code."""
        nodes = self.graph.nodes
        read = [n for place in self.body for n in nodes[place].inputs] + self.trace.roots
        found = [n for n in dict.fromkeys(read) if nodes[n].uniform and nodes[n].op != "const"]
        for n in found:
            if nodes[n].dtype not in ("f64", "mask"):
                raise TracingError(f"a {nodes[n].dtype} that is the same in every run")
        return found

    @cached_property
    def prelude(self) -> list[int]:
        """The uniform nodes that the hoisted ones need, in order."""
        return self.graph.reach(self.hoisted)

    def _inputs(self, kind: str) -> list:
        nodes = (self.graph.nodes[n] for n in self.live)
        return sorted({n.args[1] for n in nodes if n.op == "input" and n.args[0] == kind})

    @cached_property
    def coefficients(self) -> list[str]:
        """The coefficients it reads, by name."""
        return self._inputs("coefficient")

    @cached_property
    def week_inputs(self) -> list[str]:
        """The week's inputs it reads, by name."""
        return self._inputs("week")

    @cached_property
    def state(self) -> dict[str, int]:
        """The place of each carried row in the state."""
        return {name: n for n, name in enumerate(self.trace.state)}

    @cached_property
    def regions(self) -> Mapping[int, Sequence[int]]:
        """The nodes of each guard, in order; those of TOP outside every guard."""
        nodes, roots = self.graph.nodes, set(self.trace.roots)
        parent: dict[int, int] = {TOP: TOP}
        region: dict[int, int] = {}

        def path(at: int) -> list[int]:
            steps = [at]
            while at != TOP:
                at = parent[at]
                steps.append(at)
            return steps[::-1]

        def narrow(place: int, to: int) -> None:
            """Move a node to the innermost region that holds `to` and where it was."""
            if nodes[place].uniform:
                return
            if place not in region:
                region[place] = to
                return
            shared = [a for a, b in zip(path(region[place]), path(to), strict=False) if a == b]
            region[place] = shared[-1]

        for place in reversed(self.body):
            if place in roots:
                narrow(place, TOP)
            node, here = nodes[place], region[place]
            if node.op == "guard":
                parent[place] = here
                mask, value = node.args
                narrow(mask, here)
                narrow(value, place)
            else:
                for n in node.inputs:
                    narrow(n, here)
        inside: dict[int, list[int]] = {TOP: []}
        for place in self.body:
            inside.setdefault(region[place], []).append(place)
        return inside

    @cached_property
    def text(self) -> str:
        """Return the whole program as text, without any name of Python. Equal texts, equal runs.

        `thought` is left out: it only reads rows of the same week, and changes no run.
        """
        trace = self.trace
        names = "\n".join(
            [
                f"state {' '.join(trace.state)}",
                f"recorded {' '.join(trace.recorded)}",
                f"binned {' '.join(trace.binned)}",
            ]
        )
        return f"{names}\n{self.graph.text(trace.world_roots)}\n{draws_text()}"


# --- the draws, as programs of their own ---------------------------------------------------------------

PHILOX_INPUTS = ("run_low", "block", "week", "run_high", "key_low", "key_high")


def philox_program() -> tuple[Graph, list[int]]:
    """Return the generator's graph, and its four words. Its inputs are PHILOX_INPUTS."""
    graph = Graph()
    rows = [
        Row(graph, graph.input("week" if name.startswith("key") else "state", name, "i64"))
        for name in PHILOX_INPUTS
    ]
    return graph, [row.place for row in philox(rows[:4], rows[4:])]


def gumbel_program() -> tuple[Graph, list[int]]:
    """Return the graph that turns a 32-bit word, the input `word`, into Gumbel noise."""
    graph = Graph()
    return graph, [gumbel(Row(graph, graph.input("state", "word", "i32"))).place]


def draws_text() -> str:
    """Return the scheme of the draws as text."""
    return "\n".join(graph.text(roots) for graph, roots in (philox_program(), gumbel_program()))
