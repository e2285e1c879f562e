"""Texts of the strip that says why the risk changes."""

from scenario_sim.language import translate_constants

TITLE = "Why the risk changes"
TEXTS = {
    "title": TITLE,
    "hint": "Press a link to see what it is made of, or to cut it.",
    "ask": "Why? Show the chain",
    "ask_about": "Cuts each link of the model in turn, in the same futures, and says what it carried.",
    "cut": "Cut this link",
    "mend": "Put it back",
    "close": "Close",
    "without": "Cut here",
    "parts": "What this link is made of",
    "value": "Value (range)",
    "source": "Source",
    "others": "Other links",
    "share": "of the effect",
    "open": "About this link",
    "how": "How this is worked out",
    "mend_all": "Put all links back",
}
WORKING = "Cutting links in these futures: {percent} %"
STOPPED = "Stopped before the links were cut."

translate_constants(__name__)
