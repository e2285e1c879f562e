"""Texts around a lesson. Its own words stand in `lessons/*.toml`."""

from scenario_sim.language import translate_constants

PANEL = {
    "reveal": "Reveal",
    "waiting": "The model is at work …",
    "no_guess": "Move the slider to your guess",
    "ends": "from {low} to {high}",
    "look": "Look at:",
    "debrief": "Debrief",
    "back": "Back",
    "next": "Next",
    "done": "Go on by yourself",
    "leave": "Leave the lesson",
    "sum": "Your guesses",
    "sum_columns": ["Question", "You", "The model", ""],
    "name": "Your name",
    "print": "Print",
    "hand_in": "Save to hand in",
    "keys": "Arrow keys left and right turn the page.",
}
COUNTED = "Step {n} of {all}"
MOVED = "The levers have moved: {levers}."
THAT_IS = "That is: “{choice}”."
RIGHT, WRONG = "You saw it coming.", "The model says otherwise."
NEAR, OFF = "As near as one can guess.", "Your guess was {off} away."
OWN_FILE = "the lesson"
BROKEN = "this lesson cannot be unpacked: copy the whole link again"
TOO_LONG = "this lesson is too long for a link: shorten its texts, or split it in two"
ERROR = "± shows how much the number could change with another {runs:,} futures."
MISSED, NO_GUESS = "–", "no guess"
SUM = "{near} of {all} guesses near the model’s answer."

translate_constants(__name__)
