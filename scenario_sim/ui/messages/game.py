"""Texts of the game: the table at which a week is decided, and the debrief."""

from scenario_sim.language import translate_constants
from scenario_sim.reporting.messages import DISCLAIMER

START = {
    "title": "Play a state in this world",
    "who": "Which states do you play? The model decides for the others, with the same luck.",
    "about": (
        "Each week you see what that state can know, and choose among what it can do. Where you choose "
        "nothing, the model decides. At the end you see your path among those of the model."
    ),
    "begin": "Begin",
}
ROLE_SHEETS = "Role sheets to print"
ROLE_SHEETS_ABOUT = "What each state fears, weighs, sees and can do: a sheet of paper for each"
BACK = "Back to the game"
LEAVE = "See everything (ends the secrecy)"

# --- a week to decide ---
TABLE = {
    "known": "What {state} can know",
    "aims": "Your aims",
    "changes": "What changed since last week",
    "same": "Nothing that you watch moved much.",
    "weighty": "What weighs most in your choices",
    "stands": "Everything you can know, with numbers",
    "closed": "Not possible this week",
    "policies": "Policies, yours and others’",
    "unknown": "You do not know what another state will do this week, nor how threatened it feels.",
    "model": "as the model would",
    "weights": "The weights",
    "weights_about": "The reasons that the model adds up for its own choice, in logits; holding still has none.",
    "decide": "Decide this week",
    "undo": "Undo the last week",
    "leave": "Let the model play",
    "leave_label": "How many weeks the model plays",
    "weeks": "weeks",
    "go": "Let it play",
    "finish": "To the end, and debrief",
    "history": "What you chose",
    "back": "Back to before this",
    "back_label": "Back to before the week of {day}",
}
AND = " and "
TITLE = "You are {states}"
COUNTED = "week {n} of {all}"
ANNOUNCEMENT = "Week {n} of {all}, {day}. You are {states}."
NEWS = "In public, in the week of {day}"
THREAT_COURSE, TENSION_COURSE = "How threatened you felt, week by week", "Tension, week by week"
CHANNELS = {
    "provocation": "Provoke, hold still or offer to talk",
    "exercise": "Exercises",
    "military": "Military",
    "economic": "Economic",
    "diplomatic": "Diplomatic",
    "grey_zone": "Grey zone at the border",
    "support": "Support for North Korea",
    "domestic": "At home",
    "vote": "Vote in the Security Council",
}
FOR, AGAINST = "For it: {reasons}.", "Against it: {reasons}."
RUNG = "rung {rung}"
TOO_LONG = (
    "This game has become too long for a link: save it as a file (Files and code), and open that to "
    "go on."
)
CLOSED = "{name}: {reason}"
BRANCH = "{act}, {day}"
NO_GAME = "There is no game here"
NO_GAME_WHY = "The link names the page of a game, but it holds no game."
NO_GAME_CURE = "Close this to watch the world, and choose a state to play there."
REFUSED = "That cannot be chosen"
REFUSED_CURE = "The week is as it was: choose again."

# --- the debrief ---
ENDED = "A direct confrontation ended this game"
DEBRIEF = {
    "title": "Debrief",
    "aims": "How far you reached your aims",
    "aims_about": "Each bar shows how many of the model’s own futures did worse.",
    "watch": "Watch this world",
    "resume": "Play on from {day}",
    "fan": "Your path among those the model would have taken",
    "yours": "yours",
    "models": "the model’s, on the same luck",
    "futures": "all futures of the model: middle, 8 and 9 of 10",
    "points": "Turning points",
    "no_points": "Every choice of yours is the one that the model holds likeliest.",
    "compare": "See both worlds",
    "back": "Back to before this",
    "places": "Where your world lies",
    "caution": (
        f"{DISCLAIMER} One world, and one choice at a time: it shows how "
        "causes and effects connect in this model."
    ),
}
DEBRIEF_COLUMNS = ("", "You", "The model, same luck", "Middle of all", "Percentile")
DEBRIEF_FAN = (
    "Tension on your path is highest at {highest} in the week of {day} and ends at {last}. Its mean "
    "lies at percentile {percentile} of {runs} futures that the model would have taken."
)
DEBRIEF_WAITS = "Playing the futures that the model would have taken …"

translate_constants(__name__)
