"""Texts around every view: the header, the glossary, the choice of a scenario, failures."""

from datetime import date

from scenario_sim.language import translate_constants
from scenario_sim.reporting.messages import DISCLAIMER

TITLE = "Escalation on the Korean Peninsula"
CONTENT_NOTE = (
    "Content note: the simulator speaks of missile tests, armed clashes and the risk of war. It "
    "stops at the threshold of confrontation and shows no casualties."
)
ABOUT_TITLE = "What this is"
ABOUT_TEXT = (
    "Six states decide week by week in a model of published theories and hand-set numbers. It "
    "compares mechanisms: what would follow if the world worked like this. It says nothing about "
    "what will happen."
)
# The verdict of `validation.badge` in plain words; a test holds the two together.
TRIED_TEXT = (
    "Tried on the missile launches of 2013 to 2023, it came closer than a simple average of the past, and no "
    "closer than “as in the last six months”. People who knew those years set its policies. Without what they "
    "knew, it is no closer than either."
)
TRIED_MORE = "The trial in numbers"
CLAIMS_TITLE = "The claims of the article behind this project, tested"
OUTLOOK_LINK = "The next six months, and how earlier outlooks did"
CLOSE = "Close"
STOP = "Stop"
GO_ON = "Go on"

# --- the header ---
TO_DARK, TO_LIGHT = "Switch to dark colours", "Switch to light colours"
SKIP, SKIP_START = "Skip to the picture", "Skip to the scenarios"
HEADER = {
    "title": TITLE,
    "disclaimer": DISCLAIMER,
    "to_dark": TO_DARK,
    "to_light": TO_LIGHT,
    "skip": SKIP,
    "skip_start": SKIP_START,
    "tools": "Help and view",
    "home": "All scenarios",
    "ladder": "Ladder",
    "words": "Glossary",
    "tour": "Tour",
    "present": "Present",
    "share": "Share",
    "leave": "Leave presenting",
    "levers": "Levers",
}

# --- choosing a scenario ---
SCENARIO = "Scenario"
FROM_TODAY, HISTORY, LABORATORY = "From today on", "History", "Laboratory"
GROUP_HINTS = (  # in the same order
    "What might follow, if the world worked like this.",
    "History as it was, up to the point where you change it.",
    "One mechanism at a time, turned up until it shows.",
)
OPENED_GROUP = "Opened from a file"
TODAY = date(2026, 9, 7)  # scenarios that start earlier are history
LASTS = "From {start} for {span}"
TEACHES = "What it teaches"

# --- the ladder and the glossary (its words: `components/glossary.toml`) ---
GLOSSARY = {
    "ladder_title": "What counts as confrontation?",
    "ladder_lead": (
        "Eleven steps, from calm to nuclear war (after Kahn 1965). The model shows 0 to 7 "
        "and stops at 8. Each act that a state can choose stands on its rung. An "
        "act pushes tension up by a little; it does not put the whole peninsula on that rung."
    ),
    "words_title": "Words of the field",
    "ladder": "Ladder",
    "words": "Glossary",
    "rung": "Rung",
    "find": "Find a word",
    "none_found": "No such word here.",
    "close": "Close",
}
RUNG_MARKS = {8: "This counts", 9: "Never drawn", 10: "Never drawn"}
RUNG_ASK = "What happens on this rung?"
RUNG_LABEL = "Rung {number}, {name}: what happens on it"

# --- when something fails ---
FAILED = "This world could not be simulated"
FAILED_CURE = (
    "Nothing is lost: the picture is the last one that worked. Reset the levers, or choose another "
    "scenario."
)
FAILED_UNKNOWN = "The model stopped on this combination of levers. The fault is ours, not yours."

translate_constants(__name__)
