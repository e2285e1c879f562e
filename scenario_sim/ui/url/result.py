"""The result of reading a link: a state, and what in the link could not be followed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from scenario_sim.errors import Problem, ScenarioError, format_value
from scenario_sim.scenario import Scenario
from scenario_sim.ui import messages
from scenario_sim.ui.state import AppState


@dataclass
class LinkResult:
    """The state that a link leads to, and the problems of its parts.

    Reading goes part by part: each part is tried on the state, and taken up or reported.
    """

    state: AppState = field(default_factory=AppState)
    problems: list[Problem] = field(default_factory=list)

    def add_problem(self, key: str, text: str, /, **values: object) -> None:
        """Report a problem of the part `key`; `values` fill the text."""
        self.problems.append(Problem(key, text.format(**values)))

    def is_possible(self, key: str, make: Callable[[], object]) -> bool:
        """Return whether a scenario can be made. Where it cannot, report the reasons."""
        try:
            make()
        except ScenarioError as error:
            self.problems += [Problem(key, problem.text) for problem in error.problems]
            return False
        return True

    def try_state(
        self, key: str, candidate: AppState, scenario_of: Callable[[AppState], Scenario]
    ) -> None:
        """Take a state up where a scenario can be made of it, else report why not."""
        if self.is_possible(key, lambda: scenario_of(candidate)):
            self.state = candidate


def shorten(text: str) -> str:
    """Return what a link says as a message quotes it: short, on one line, without quotes."""
    return format_value(text).strip("'\"") or messages.links.NOTHING
