"""The address: a visitor's state as a query string that a person can read and change, and back.

`?s=surge-2022&engagement=0.9&on=2027-03-01:exercise_scale:0.2&seed=7&weeks=260&page=picture`:
levers by their public names, each dated change as `on=DATE:LEVER:VALUE`, each branch as its name
and what it changes, `branch=NAME~DATE:LEVER:VALUE~DATE:STATE:CHANNEL:ACTION`, what is not said as by
default. A scenario file that was opened travels packed, as `file=`.
"""

from __future__ import annotations

import base64
import binascii
import logging
import math
import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import parse_qsl, quote, urlencode

from scenario_sim.bounds import (
    MAX_LINK_CHARACTERS,
    MAX_LINK_EDITS,
    MAX_LINK_PARTS,
    MAX_PACKED_CHARACTERS,
    MAX_UNPACKED_CHARACTERS,
)
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.errors import (
    Problem,
    ScenarioError,
    ScenarioSimError,
    did_you_mean,
    format_value,
    limit_problems,
)
from scenario_sim.model.random_draws import MAX_RUNS, MAX_SEED
from scenario_sim.scenario import MOST_WEEKS, Scenario
from scenario_sim.scenario.tables import DATED as DATED_LISTS
from scenario_sim.simulation.engine import FINGERPRINT_DIGITS, model_fingerprint
from scenario_sim.ui import lesson_state, messages, selectors
from scenario_sim.ui.state import (
    DEFAULT_RUNS,
    DEFAULT_SCENARIO,
    GAME,
    MAX_SHOWN_BRANCHES,
    PAGES,
    PICTURE,
    START,
    WORLD,
    AppState,
    Branch,
    DatedAct,
    DatedMove,
    Visit,
    clean_branch_name,
)

SCENARIO, FILE, DATED, BRANCH = "s", "file", "on", "branch"
NEXT = "~"  # before each thing that a branch changes
WHOLE_NUMBERS = {  # whole numbers, each with its bounds
    "weeks": (1, MOST_WEEKS),
    "runs": (1, 10_000),
    "seed": (0, MAX_SEED),
    "run": (0, MAX_RUNS - 1),
    "week": (0, MOST_WEEKS - 1),
}
LESSON, STEP, GUESS = "lesson", "step", "guess"  # steps count from 1 in a link
PAGE, TAB, FLAGS = "page", "tab", {"all": "advanced", "present": "present"}
MODEL = "model"  # which model a link to single futures was made with: its fingerprint, in short
LINK_NAMES = (
    SCENARIO,
    FILE,
    DATED,
    BRANCH,
    *WHOLE_NUMBERS,
    LESSON,
    STEP,
    GUESS,
    PAGE,
    TAB,
    *FLAGS,
    MODEL,
)
# What mail programs and networks hang on to a link: theirs, and harmless.
FOREIGN = ("utm_", "fbclid", "gclid", "mc_", "msclkid")
MAX_RUN_WEEKS = 2_000_000  # half a gigabyte of weeks while they are measured
_log = logging.getLogger(__name__)


# --- writing -------------------------------------------------------------------------------------


def to_query(state: AppState) -> str:
    """The query string of a state, without its question mark; equal states, equal strings."""
    parts: list[tuple[str, str]] = []
    # In a lesson a link without a scenario is the step as it opens.
    if (state.scenario != DEFAULT_SCENARIO or state.lesson) and not state.text:
        parts.append((SCENARIO, state.scenario))
    parts += [(name, _number(value)) for name, value in state.moved]
    parts += [(DATED, _move(c)) for c in state.changes]
    parts += [(BRANCH, _branch(branch)) for branch in state.branches]
    usual = AppState()
    for name in WHOLE_NUMBERS:
        if getattr(state, name) != getattr(usual, name):
            parts.append((name, str(getattr(state, name))))
    if state.lesson:
        parts += [(LESSON, state.lesson), (STEP, str(state.step + 1))]
        parts += [(GUESS, f"{step + 1}:{_number(guess)}") for step, guess in state.guesses]
    parts += [(short, "1") for short, name in FLAGS.items() if getattr(state, name)]
    opening = _at_step(state).tab if state.lesson else usual.tab
    if state.tab != opening:
        parts.append((TAB, state.tab))
    if state.text:
        parts.append((FILE, pack_text(state.text)))
    # A link that says something shows the picture unless it says otherwise.
    if state.page != START or parts:
        parts.append((PAGE, state.page))
    if state.page in (WORLD, GAME) or state.branches:
        parts.append((MODEL, _model()))
    return urlencode(parts, quote_via=quote, safe=":~")


def _model() -> str:
    return model_fingerprint()[:FINGERPRINT_DIGITS]


def _move(change: DatedMove) -> str:
    return f"{change.date}:{change.name}:{_number(change.value)}"


def _branch(branch: Branch) -> str:
    acts = [f"{act.date}:{act.state}:{act.channel}:{act.action}" for act in branch.acts]
    return NEXT.join((branch.name, *map(_move, branch.changes), *acts))


def pack_text(text: str) -> str:
    """A file's text as an address holds it: deflated, in letters that need no escape."""
    deflate = zlib.compressobj(9, wbits=-15)
    data = deflate.compress(text.encode()) + deflate.flush()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def fits_in_link(text: str) -> bool:
    """Whether an address can hold this file."""
    return len(text) <= MAX_UNPACKED_CHARACTERS and len(pack_text(text)) <= MAX_PACKED_CHARACTERS


def _number(value: float) -> str:
    """As short as it reads back the same: `1`, `0.25`."""
    short = f"{value + 0.0:g}"
    return short if float(short) == value else repr(value)


# --- reading -------------------------------------------------------------------------------------


@dataclass
class Arrival:
    """The state that a link leads to, and what in the link could not be followed."""

    state: AppState = field(default_factory=AppState)
    problems: list[Problem] = field(default_factory=list)

    def say(self, key: str, text: str, /, **said: object) -> None:
        self.problems.append(Problem(key, text.format(**said)))


def from_query(query: str) -> Arrival:
    """Return what a query string leads to, as far as it can be followed.

    Never raises: an error nobody thought of is logged, and the visitor reads that there was one.
    """
    try:
        arrival = _followed(query)
    except Exception:  # its text may hold paths of this machine
        _log.exception("a link of %d characters could not be read", len(query))
        arrival = Arrival()
        arrival.say("", messages.LINK_FAILED)
    arrival.problems = list(limit_problems(arrival.problems))
    return arrival


def _followed(query: str) -> Arrival:
    arrival = Arrival()
    if len(query) > MAX_LINK_CHARACTERS:
        arrival.say("", messages.LINK_LONG, most=MAX_LINK_CHARACTERS)
        return arrival
    said = _parts(query, arrival)
    if said:
        arrival.state = arrival.state.with_page(PICTURE)
    _read_lesson(said, arrival)
    _read_scenario(said, arrival)
    _read_flags(said, arrival)
    _read_whole(said, arrival)
    for name in SETTINGS:
        if name in said:
            value = _value(name, name, said[name][0], arrival)
            if value is not None:
                arrival.state = arrival.state.with_lever(name, value)
    bare = _bare(selectors.baseline_of(arrival.state.world))
    _read_dated(said.get(DATED, ()), bare, arrival)
    for text in said.get(BRANCH, ()):
        _read_branch(text, bare, arrival)
    if said.get(MODEL, [_model()])[0] != _model():
        arrival.say(MODEL, messages.LINK_MODEL, model=_short(said[MODEL][0]), now=_model())
    return arrival


def _bare(scenario: Scenario) -> Scenario:
    """Return a scenario without its dated entries.

    What a link adds is tried on this: each try costs the same, however long the scenario is.
    """
    none = dict.fromkeys((*DATED_LISTS, "lecture_seeds", "branches"), ())
    return Scenario.model_validate(scenario.as_dict() | none)


def _read_dated(written: Sequence[str], bare: Scenario, arrival: Arrival) -> None:
    """Read each `on=`; those that cannot be are told and left out."""
    fresh = arrival.state
    last = bare.last_day("changes").isoformat()
    for text in written:
        key = f"{DATED}={_short(text)}"
        change = _read_change(key, text, arrival)
        if change is None:
            continue
        # What comes after the end waits for a longer horizon.
        dated = [(change.date, {change.name: change.value})] if change.date <= last else []
        if _holds(key, lambda: bare.with_changes(dated), arrival):  # noqa: B023
            fresh = fresh.with_change(change.date, change.name, change.value)
    if fresh != arrival.state:
        _try(DATED, fresh, selectors.policy_of, arrival)


def _parts(query: str, arrival: Arrival) -> dict[str, list[str]]:
    """What the link says, by name; what no link says is told."""
    try:
        pairs = parse_qsl(
            query.removeprefix("?"), keep_blank_values=True, max_num_fields=MAX_LINK_PARTS
        )
    except ValueError:
        arrival.say("", messages.LINK_MANY, most=MAX_LINK_PARTS)
        return {}
    said: dict[str, list[str]] = {}
    for name, value in pairs:
        if name.startswith(FOREIGN):
            continue
        if name not in LINK_NAMES and name not in SETTINGS:
            meant = did_you_mean(name, (*SETTINGS, *LINK_NAMES))
            arrival.say(_short(name), messages.LINK_UNKNOWN, meant=meant)
        elif name in said and name not in (DATED, BRANCH, GUESS):
            arrival.say(name, messages.LINK_TWICE, value=_short(said[name][0]))
        else:
            said.setdefault(name, []).append(value)
    return said


def _read_lesson(said: dict[str, list[str]], arrival: Arrival) -> None:
    """A lesson at its step, as the step opens: what else the link says comes on top."""
    if LESSON not in said:
        for name in (STEP, GUESS):
            if name in said:
                arrival.say(name, messages.LINK_NO_LESSON)
        return
    try:
        state = lesson_state.opened(said[LESSON][0])
    except ScenarioSimError as error:
        arrival.say(LESSON, messages.LINK_LESSON, reason=error)
        return
    all_ = len(lesson_state.find_lesson(state.lesson).steps)
    text = said.get(STEP, ["1"])[0]
    step = int(text) if re.fullmatch(r"[0-9]{1,3}", text) else 0
    if not 1 <= step <= all_:
        arrival.say(STEP, messages.LINK_WHOLE, low=1, high=all_, value=_short(text))
        step = 1
    for text in said.get(GUESS, ()):
        guess = _guess(text, state.lesson)
        if guess is None or guess[0] in dict(state.guesses):
            arrival.say(f"{GUESS}={_short(text)}", messages.LINK_GUESS)
        else:
            state = replace(state, guesses=tuple(sorted([*state.guesses, guess])))
    state = _at_step(replace(state, step=step - 1))
    # A scenario of its own replaces the step's world, not the tab that the step points at.
    arrival.state = state.without_levers() if SCENARIO in said or FILE in said else state


def _at_step(state: AppState) -> AppState:
    """Return a state's step of its lesson as a link opens it, with the guesses made so far."""
    return lesson_state.at_step(
        replace(lesson_state.opened(state.lesson), guesses=state.guesses), state.step
    )


def _guess(text: str, lesson: str) -> tuple[int, float] | None:
    """A step (from 0) and what is guessed there, if it is asked there and could be guessed."""
    found = re.fullmatch(r"([0-9]{1,3}):(-?[0-9.e+-]{1,24})", text)
    try:
        step, guess = (int(found[1]) - 1, float(found[2])) if found else (-1, 0.0)
    except ValueError:
        return None
    asked = dict(enumerate(one.ask for one in lesson_state.find_lesson(lesson).steps)).get(step)
    return (step, guess) if asked and asked.takes(guess) else None


def _read_scenario(said: dict[str, list[str]], arrival: Arrival) -> None:
    if SCENARIO in said:
        name = said[SCENARIO][0]
        try:
            selectors.load_shipped(name)
            arrival.state = replace(arrival.state, scenario=name)
        except ScenarioSimError as error:
            arrival.say(SCENARIO, messages.LINK_SCENARIO, reason=error)
    if FILE not in said:
        return
    text = _unpacked(said[FILE][0], arrival)
    if text is None:
        return
    try:
        selectors.baseline_of(AppState(text=text))  # which keeps what it read
    except ScenarioError as error:
        for problem in error.problems:
            arrival.problems.append(Problem(FILE, str(problem)))
        return
    if SCENARIO in said:
        arrival.say(SCENARIO, messages.LINK_BOTH)
    arrival.state = replace(arrival.state, scenario=DEFAULT_SCENARIO, text=text)


def _unpacked(letters: str, arrival: Arrival) -> str | None:
    if len(letters) > MAX_PACKED_CHARACTERS:
        arrival.say(FILE, messages.LINK_FILE_LONG, most=MAX_PACKED_CHARACTERS)
        return None
    try:
        data = base64.b64decode(letters + "=" * (-len(letters) % 4), b"-_", validate=True)
        inflate = zlib.decompressobj(wbits=-15)
        raw = inflate.decompress(data, MAX_UNPACKED_CHARACTERS)
        if inflate.eof and raw.strip():
            return raw.decode()
    except (binascii.Error, zlib.error, ValueError):
        pass
    arrival.say(FILE, messages.LINK_FILE_BROKEN)
    return None


def _read_flags(said: dict[str, list[str]], arrival: Arrival) -> None:
    page = said.get(PAGE, [arrival.state.page])[0]
    if page in PAGES:
        arrival.state = arrival.state.with_page(page)
    else:
        arrival.say(PAGE, messages.LINK_PAGE, value=_short(page))
    tab = said.get(TAB, [arrival.state.tab])[0]
    if tab in messages.TABS:
        arrival.state = arrival.state.with_tab(tab)
    else:
        tabs = ", ".join(messages.TABS)
        arrival.say(TAB, messages.LINK_TAB, tabs=tabs, value=_short(tab))
    for short, name in FLAGS.items():
        value = said.get(short, ["0"])[0]
        if value in ("0", "1"):
            arrival.state = replace(arrival.state, **{name: value == "1"})  # type: ignore[arg-type]
        else:
            arrival.say(short, messages.LINK_FLAG, value=_short(value))


def _read_whole(said: dict[str, list[str]], arrival: Arrival) -> None:
    for name, (low, high) in WHOLE_NUMBERS.items():
        if name not in said:
            continue
        text = said[name][0]
        number = int(text) if re.fullmatch(r"[0-9]{1,19}", text) else -1
        if low <= number <= high:
            candidate = replace(arrival.state, **{name: number})  # type: ignore[arg-type]
            _try(name, candidate, selectors.baseline_of, arrival)
        else:
            arrival.say(name, messages.LINK_WHOLE, low=low, high=high, value=_short(text))
    state = limit_runs(arrival.state)
    if state != arrival.state:
        length = selectors.baseline_of(state).weeks
        most = MAX_RUN_WEEKS // length
        arrival.say("runs", messages.LINK_RUNS, most=most, weeks=length, usual=state.runs)
        arrival.state = state


def limit_runs(state: AppState) -> AppState:
    """Return the state with so many runs that a picture of it stays within MOST_WORLD_WEEKS."""
    try:
        length = selectors.baseline_of(state).weeks
    except ScenarioSimError:
        return state  # there is no world of it: the page says why
    bearable = 1 <= state.runs <= WHOLE_NUMBERS["runs"][1] and state.runs * length <= MAX_RUN_WEEKS
    return state if bearable else state.with_runs(DEFAULT_RUNS)


def _read_change(key: str, text: str, arrival: Arrival) -> DatedMove | None:
    """One `DATE:LEVER:VALUE`."""
    parts = text.split(":")
    if len(parts) != 3:
        arrival.say(key, messages.LINK_DATED)
        return None
    day, name, written = parts
    when = _day(key, day, arrival)
    if not when:
        return None
    if name not in SETTINGS:
        arrival.say(
            key, messages.LINK_NO_LEVER, name=_short(name), meant=did_you_mean(name, SETTINGS)
        )
        return None
    value = _value(key, name, written, arrival)
    return None if value is None else DatedMove(when, name, value)


def _read_branch(text: str, bare: Scenario, arrival: Arrival) -> None:
    """One `NAME~EDIT~EDIT`; left out whole where one of its edits cannot be."""
    name, *edits = text.split(NEXT)
    name = clean_branch_name(name)
    key = f"{BRANCH}={_short(name)}"
    if not name or not edits:
        arrival.say(key, messages.LINK_BRANCH)
        return
    if len(arrival.state.branches) == MAX_SHOWN_BRANCHES:
        arrival.say(key, messages.LINK_BRANCHES, most=MAX_SHOWN_BRANCHES)
        return
    if len(edits) > MAX_LINK_EDITS:
        arrival.say(key, messages.LINK_BRANCH_LONG, most=MAX_LINK_EDITS)
        return
    changes: list[DatedMove] = []
    acts: list[DatedAct] = []
    for edit in edits:
        day, *act = edit.split(":")
        if len(act) == 3:
            if when := _day(key, day, arrival):
                acts.append(DatedAct(when, *act))
        elif change := _read_change(key, edit, arrival):
            changes.append(change)
    if len(changes) + len(acts) < len(edits):
        return
    branch = Branch(name, tuple(sorted(changes)), tuple(sorted(acts)))
    if _holds(key, lambda: selectors.apply_branch(bare, branch), arrival):
        arrival.state = arrival.state.with_branch(branch)


def _day(key: str, day: str, arrival: Arrival) -> str:
    """A date in its one spelling; "" where it is none, which is told."""
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        arrival.say(key, messages.LINK_DAY, value=_short(day))
        return ""


def _try(key: str, candidate: AppState, of: Callable, arrival: Arrival) -> None:
    """Takes a state up where a scenario can be made of it, else says why not."""
    if _holds(key, lambda: of(candidate), arrival):
        arrival.state = candidate


def _holds(key: str, make: Callable[[], object], arrival: Arrival) -> bool:
    """Return whether a scenario can be made; where it cannot, the reasons are told."""
    try:
        make()
    except ScenarioError as error:
        arrival.problems += [Problem(key, problem.text) for problem in error.problems]
        return False
    return True


def _value(key: str, name: str, written: str, arrival: Arrival) -> float | None:
    """A lever's value, within its range."""
    lever = SETTINGS[name]
    try:
        value = float(written) if len(written) <= 40 else math.nan
    except ValueError:
        value = math.nan
    if lever.low <= value <= lever.high:
        return value
    low, high = f"{lever.low:g}", f"{lever.high:g}"
    said = "" if key == name else f"{name} "
    arrival.say(key, messages.LINK_LEVER, lever=said, low=low, high=high, value=_short(written))
    return None


def _short(text: str) -> str:
    return format_value(text).strip("'\"") or messages.LINK_NOTHING


# --- Back and Forward ----------------------------------------------------------------------------


def travel(visit: Visit, state: AppState) -> Visit:
    """Where the browser's Back and Forward lead. A state the visitor has been in is gone back to,
    so that undo and redo stand as they stood there; another one is a step like any other."""
    if state.world == visit.now.world:
        return visit.showing(state)
    line, here = (*visit.past, visit.now, *visit.future), len(visit.past)
    known = [n for n, step in enumerate(line) if step.world == state.world]
    if not known:
        return visit.to(state)
    nearest = min(known, key=lambda n: abs(n - here))
    return Visit(state, line[:nearest], line[nearest + 1 :])
