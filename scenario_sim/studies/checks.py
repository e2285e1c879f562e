"""Everything that is wrong with a question, found before any work and told at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from scenario_sim.errors import Problem, ScenarioError, UnknownNameError


class Checks:
    """Problems so far.

    checks = Checks()
    varied = checks.of("--vary", lambda: inputs(scenario, vary))    # None where that fails
    checks.add(design_problems(varied, kind, samples))
    checks.end()                                                     # raises what was found
    """

    def __init__(self) -> None:
        self._problems: list[Problem] = []

    def of[Found](self, option: str, step: Callable[[], Found]) -> Found | None:
        """What a step gives, or None where it says what is wrong."""
        try:
            return step()
        except UnknownNameError as error:
            self._problems.append(Problem(option, str(error)))
        except ScenarioError as error:
            self._problems += error.problems
        return None

    def add(self, problems: Iterable[Problem]) -> None:
        self._problems += problems

    def known(self, option: str, what: str, said: Iterable[str], names: Sequence[str]) -> None:
        """Every name that was said is one of `names`."""
        wrong = [name for name in dict.fromkeys(said) if name not in names]
        self.add(Problem(option, str(UnknownNameError(what, name, names))) for name in wrong)

    def end(self) -> None:
        """Raises ScenarioError where there were any problems."""
        if self._problems:
            raise ScenarioError(dict.fromkeys(self._problems), "this study cannot be made")
