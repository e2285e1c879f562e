"""The parts of a link, their bounds, and the packing of a scenario file."""

from __future__ import annotations

import base64
import binascii
import zlib
from dataclasses import replace

from scenario_sim.bounds import MAX_PACKED_CHARACTERS, MAX_UNPACKED_CHARACTERS
from scenario_sim.errors import ScenarioSimError
from scenario_sim.model.random_draws import MAX_RUNS, MAX_SEED
from scenario_sim.scenario import MOST_WEEKS
from scenario_sim.simulation.engine import FINGERPRINT_DIGITS, model_fingerprint
from scenario_sim.ui import lesson_state, selectors
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
PAGE, TAB, FLAGS = "page", "tab", {"all": "advanced", "present": "present"}
MODEL = "model"  # the short fingerprint of the model that a link to single futures was made with
LINK_NAMES = (
    *(SCENARIO, FILE, DATED, BRANCH, PIN, *WHOLE_NUMBERS),
    *(LESSON, STEP, GUESS, PAGE, TAB, *FLAGS, MODEL),
)
# Mail programs and social networks append these parts to links. They are harmless.
IGNORED_PREFIXES = ("utm_", "fbclid", "gclid", "mc_", "msclkid")
MAX_RUN_WEEKS = 2_000_000  # runs times weeks: half a gigabyte of weeks while they are measured


def short_fingerprint() -> str:
    """Return the short fingerprint of the model in use."""
    return model_fingerprint()[:FINGERPRINT_DIGITS]


def pack_text(text: str) -> str:
    """Return a file's text as a link holds it: deflated, in letters that need no escape."""
    deflate = zlib.compressobj(9, wbits=-15)
    data = deflate.compress(text.encode()) + deflate.flush()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unpack_text(letters: str) -> str:
    """Return the text that `pack_text` packed; "" where the letters hold none."""
    try:
        data = base64.b64decode(letters + "=" * (-len(letters) % 4), b"-_", validate=True)
        inflate = zlib.decompressobj(wbits=-15)
        raw = inflate.decompress(data, MAX_UNPACKED_CHARACTERS)
        return raw.decode() if inflate.eof and raw.strip() else ""
    except (binascii.Error, zlib.error, ValueError):
        return ""


def fits_in_link(text: str) -> bool:
    """Return whether a link can hold this file."""
    return len(text) <= MAX_UNPACKED_CHARACTERS and len(pack_text(text)) <= MAX_PACKED_CHARACTERS


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
