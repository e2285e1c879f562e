"""Read a query string: which state it leads to, and what in it could not be followed."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from urllib.parse import parse_qsl

from scenario_sim.bounds import MAX_LINK_CHARACTERS, MAX_LINK_PARTS, MAX_PACKED_CHARACTERS
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.errors import (
    Problem,
    ScenarioError,
    ScenarioSimError,
    did_you_mean,
    limit_problems,
)
from scenario_sim.reporting.charts import CHANGES
from scenario_sim.reporting.messages import SMALL
from scenario_sim.ui import lesson_state, messages, selectors
from scenario_sim.ui.packed_text import unpack_text
from scenario_sim.ui.state import DEFAULT_SCENARIO, PAGES, PICTURE, AppState
from scenario_sim.ui.url.edits import read_changes_and_branches, read_levers, read_pins
from scenario_sim.ui.url.parts import (
    BRANCH,
    CHANGE,
    DATED,
    FILE,
    FLAGS,
    GUESS,
    IGNORED_PREFIXES,
    LESSON,
    LINK_NAMES,
    MAX_RUN_WEEKS,
    MODEL,
    PAGE,
    PIN,
    SCENARIO,
    STEP,
    TAB,
    TOP,
    WHOLE_NUMBERS,
    LinkResult,
    limit_runs,
    short_fingerprint,
    shorten,
    step_as_opened,
)

REPEATABLE = (DATED, BRANCH, PIN, GUESS)
_log = logging.getLogger(__name__)


def from_query(query: str) -> LinkResult:
    """Return the state that a query string leads to, as far as it can be followed.

    This never raises. An unexpected error is logged, and the result says that there was one.

    Examples
    --------
    >>> from_query("hotline=0.8").state.settings
    {'hotline': 0.8}
    >>> from_query("hotline=8").problems[0].text
    'takes a number from 0 to 1, not 8'
    """
    try:
        link = _read(query)
    except Exception:  # the error's text may hold paths of this machine
        _log.exception("a link of %d characters could not be read", len(query))
        link = LinkResult()
        link.add_problem("", messages.links.FAILED)
    link.problems = list(limit_problems(link.problems))
    return link


def _read(query: str) -> LinkResult:
    link = LinkResult()
    if len(query) > MAX_LINK_CHARACTERS:
        link.add_problem("", messages.links.TOO_LONG, most=MAX_LINK_CHARACTERS)
        return link
    parts = _split(query, link)
    if parts:
        link.state = link.state.with_page(PICTURE)
    _read_lesson(parts, link)
    _read_scenario(parts, link)
    _read_view(parts, link)
    _read_whole_numbers(parts, link)
    read_levers(parts, link)
    read_changes_and_branches(parts, link)
    read_pins(parts, link)
    model, own = parts.get(MODEL, [""])[0], short_fingerprint()
    if MODEL in parts and model != own:
        link.add_problem(MODEL, messages.links.OTHER_MODEL, model=shorten(model), now=own)
    return link


def _split(query: str, link: LinkResult) -> dict[str, list[str]]:
    """Return the values of a link by the names of its parts; report unknown parts."""
    try:
        pairs = parse_qsl(
            query.removeprefix("?"), keep_blank_values=True, max_num_fields=MAX_LINK_PARTS
        )
    except ValueError:
        link.add_problem("", messages.links.TOO_MANY_PARTS, most=MAX_LINK_PARTS)
        return {}
    parts: dict[str, list[str]] = {}
    for name, value in pairs:
        if name.startswith(IGNORED_PREFIXES):
            continue
        if name not in LINK_NAMES and name not in SETTINGS:
            meant = did_you_mean(name, (*SETTINGS, *LINK_NAMES))
            link.add_problem(shorten(name), messages.links.UNKNOWN_PART, meant=meant)
        elif name in parts and name not in REPEATABLE:
            first = shorten(parts[name][0])
            link.add_problem(name, messages.links.GIVEN_TWICE, value=first)
        else:
            parts.setdefault(name, []).append(value)
    return parts


def _read_lesson(parts: dict[str, list[str]], link: LinkResult) -> None:
    """Read a lesson at its step, as the step opens; the other parts come on top."""
    if LESSON not in parts:
        for name in (STEP, GUESS):
            if name in parts:
                link.add_problem(name, messages.links.NO_LESSON)
        return
    try:
        state = lesson_state.open_lesson(parts[LESSON][0])
    except ScenarioSimError as error:
        link.add_problem(LESSON, messages.links.LESSON, reason=error)
        return
    count = len(lesson_state.find_lesson(state.lesson).steps)
    text = parts.get(STEP, ["1"])[0]
    step = int(text) if re.fullmatch(r"[0-9]{1,3}", text) else 0
    if not 1 <= step <= count:
        text = shorten(text)
        link.add_problem(STEP, messages.links.WHOLE_NUMBER, low=1, high=count, value=text)
        step = 1
    for text in parts.get(GUESS, ()):
        guess = _read_guess(text, state.lesson)
        if guess is None or guess[0] in dict(state.guesses):
            link.add_problem(f"{GUESS}={shorten(text)}", messages.links.GUESS)
        else:
            state = replace(state, guesses=tuple(sorted([*state.guesses, guess])))
    state = step_as_opened(replace(state, step=step - 1))
    # A link with a scenario replaces the step's scenario, but not the tab that the step opens.
    link.state = state.without_levers() if SCENARIO in parts or FILE in parts else state


def _read_guess(text: str, lesson: str) -> tuple[int, float] | None:
    """Return a step (from 0) and its guess; None where that step does not take this guess."""
    found = re.fullmatch(r"([0-9]{1,3}):(-?[0-9.e+-]{1,24})", text)
    try:
        step, guess = (int(found[1]) - 1, float(found[2])) if found else (-1, 0.0)
    except ValueError:
        return None
    questions = dict(enumerate(one.ask for one in lesson_state.find_lesson(lesson).steps))
    question = questions.get(step)
    return (step, guess) if question and question.takes(guess) else None


def _read_scenario(parts: dict[str, list[str]], link: LinkResult) -> None:
    if SCENARIO in parts:
        name = parts[SCENARIO][0]
        try:
            selectors.load_shipped(name)
            link.state = replace(link.state, scenario=name)
        except ScenarioSimError as error:
            link.add_problem(SCENARIO, messages.links.SCENARIO, reason=error)
    if FILE in parts:
        _read_file(parts[FILE][0], SCENARIO in parts, link)


def _read_file(letters: str, has_scenario: bool, link: LinkResult) -> None:
    """Read the scenario file that a link brings along, in place of a shipped scenario."""
    if len(letters) > MAX_PACKED_CHARACTERS:
        link.add_problem(FILE, messages.links.FILE_TOO_LONG, most=MAX_PACKED_CHARACTERS)
        return
    text = unpack_text(letters)
    if not text:
        link.add_problem(FILE, messages.links.FILE_BROKEN)
        return
    try:
        selectors.baseline_of(AppState(text=text))  # this also caches the scenario
    except ScenarioError as error:
        link.problems += [Problem(FILE, str(problem)) for problem in error.problems]
        return
    if has_scenario:
        link.add_problem(SCENARIO, messages.links.SCENARIO_AND_FILE)
    link.state = replace(link.state, scenario=DEFAULT_SCENARIO, text=text)


def _read_view(parts: dict[str, list[str]], link: LinkResult) -> None:
    """Read the page, the tab and the flags."""
    page = parts.get(PAGE, [link.state.page])[0]
    if page in PAGES:
        link.state = link.state.with_page(page)
    else:
        link.add_problem(PAGE, messages.links.PAGE, value=shorten(page))
    tab = parts.get(TAB, [link.state.tab])[0]
    if tab in messages.picture.TABS:
        link.state = link.state.with_tab(tab)
    else:
        tabs = ", ".join(messages.picture.TABS)
        link.add_problem(TAB, messages.links.TAB, tabs=tabs, value=shorten(tab))
    top = parts.get(TOP, [""])[0]
    if top in ("", *SMALL):
        link.state = replace(link.state, top=top)
    else:
        names = ", ".join(SMALL)
        link.add_problem(TOP, messages.links.TAB, tabs=names, value=shorten(top))
    change = parts.get(CHANGE, [""])[0]
    if change in ("", *CHANGES):
        link.state = link.state.with_view_of_change(change)
    else:
        names = ", ".join(CHANGES)
        link.add_problem(CHANGE, messages.links.TAB, tabs=names, value=shorten(change))
    for short, name in FLAGS.items():
        value = parts.get(short, ["0"])[0]
        if value in ("0", "1"):
            link.state = replace(link.state, **{name: value == "1"})  # type: ignore[arg-type]
        else:
            link.add_problem(short, messages.links.FLAG, value=shorten(value))


def _read_whole_numbers(parts: dict[str, list[str]], link: LinkResult) -> None:
    for name, (low, high) in WHOLE_NUMBERS.items():
        if name not in parts:
            continue
        text = parts[name][0]
        number = int(text) if re.fullmatch(r"[0-9]{1,19}", text) else -1
        if low <= number <= high:
            candidate = replace(link.state, **{name: number})  # type: ignore[arg-type]
            link.try_state(name, candidate, selectors.baseline_of)
        else:
            text = shorten(text)
            link.add_problem(name, messages.links.WHOLE_NUMBER, low=low, high=high, value=text)
    state = limit_runs(link.state)
    if state != link.state:
        weeks = selectors.baseline_of(state).weeks
        most = MAX_RUN_WEEKS // weeks
        link.add_problem("runs", messages.links.RUNS, most=most, weeks=weeks, usual=state.runs)
        link.state = state
