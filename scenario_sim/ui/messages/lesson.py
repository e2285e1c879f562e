"""Texts around a lesson. Its own words stand in `lessons/*.toml`."""

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
    "keys": "Arrow keys left and right turn the page.",
}
COUNTED = "Step {n} of {all}"
MOVED = "The levers have moved: {levers}."
ANSWER = "The model says: {answer} (95 % Monte-Carlo error)."
THAT_IS = "That is: “{choice}”."
RIGHT, WRONG = "You saw it coming.", "The model says otherwise."
NEAR, OFF = "As near as one can guess.", "You were {off} {unit} off."
