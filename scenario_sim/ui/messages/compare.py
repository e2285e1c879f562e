"""Texts of the panel that holds policies against each other."""

from scenario_sim.language import translate_constants

TITLE = "Compare policies"
TEXTS = {
    "title": TITLE,
    "hint": "Hold up to four policies or scenarios against each other.",
    "pin": "Keep this policy here",
    "pin_full": "Four policies are compared. Remove one to keep another.",
    "name": "Name of this policy",
    "against": "Hold it against:",
    "open": "Show this policy above",
    "remove": "Remove",
    "rename": "Rename",
    "now": "on screen",
}
CHART = "Tension, policy by policy"
CHART_HINT = "line: the middle future; band: 8 of 10"
TABLE = "The policies in numbers"
PAIRED = (
    "In brackets: the difference from {first}, paired on the same luck, ± half of a 95 % interval."
)
UNPAIRED = (
    "These differ in start or length, so their futures have no pairs: each stands by itself, and no "
    "difference is worked out."
)
PROGRESS = "Drawing the policies: {percent} %"
STOPPED = "Stopped before all policies were drawn."
AS_IT_STANDS = "as it stands"
ON_SCREEN = "{name} (on screen)"

translate_constants(__name__)
