"""The parts of a link, their bounds, and the result of reading them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from scenario_sim.errors import Problem, ScenarioError, ScenarioSimError, format_value
from scenario_sim.model.random_draws import MAX_RUNS, MAX_SEED
from scenario_sim.scenario import MOST_WEEKS, Scenario
from scenario_sim.simulation.engine import FINGERPRINT_DIGITS, model_fingerprint
from scenario_sim.ui import lesson_state, messages, selectors
from scenario_sim.ui.state import DEFAULT_RUNS, AppState

SCENARIO, FILE, DATED, BRANCH, PIN = "s", "file", "on", "branch", "pin"
EDIT_SEPARATOR = "~"  # before each edit of a branch
WHOLE_NUMBERS = {  # the lowest and the highest value of each
    "weeks": (1, MOST_WEEKS),
    "runs": (1, 10_000),
    "seed": (0, MAX_SEED),
    "run": (0, MAX_RUNS - 1),
    "week": (0, MOST_WEEKS - 1),
}
LESSON, STEP, GUESS = "lesson", "step", "guess"  # steps count from 1 in a link
PAGE, TAB, TOP, CHANGE = "page", "tab", "top", "as"
FLAGS = {"all": "advanced", "present": "present"}
MODEL = "model"  # the short fingerprint of the model that a link to single futures was made with
LINK_NAMES = (
    *(SCENARIO, FILE, DATED, BRANCH, PIN, *WHOLE_NUMBERS),
    *(LESSON, STEP, GUESS, PAGE, TAB, TOP, CHANGE, *FLAGS, MODEL),
)
# Mail programs and social networks append these parts to links. They are harmless.
IGNORED_PREFIXES = (
    "language",  # `server/languages.py` reads it
    "utm_",
    "fbclid",
    "gclid",
    "mc_",
    "msclkid",
)
MAX_RUN_WEEKS = 2_000_000  # runs times weeks: half a gigabyte of weeks while they are measured


def short_fingerprint() -> str:
    """Return the short fingerprint of the model in use."""
    return model_fingerprint()[:FINGERPRINT_DIGITS]


def limit_runs(state: AppState) -> AppState:
    """Return the state with the usual runs where its own exceed MAX_RUN_WEEKS."""
    try:
        length = selectors.baseline_of(state).weeks
    except ScenarioSimError:
        return state  # the page says why there is no scenario of this state
    most = WHOLE_NUMBERS["runs"][1]
    is_bearable = 1 <= state.runs <= most and state.runs * length <= MAX_RUN_WEEKS
    return state if is_bearable else state.with_runs(DEFAULT_RUNS)


def step_as_opened(state: AppState) -> AppState:
    """Return the step of a lesson as a link opens it, with the guesses made so far."""
    opened = replace(lesson_state.open_lesson(state.lesson), guesses=state.guesses)
    return lesson_state.at_step(opened, state.step)


# --- what reading a link found -------------------------------------------------------------------


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
