"""Every text of the page, in one place, ready to be translated. The pictures' own are in
`charts.words`, the levers' in the registry of parameters."""

from datetime import date

LANGUAGE = "en"
TITLE = "Escalation on the Korean Peninsula"
DISCLAIMER = "Illustrative model, not a forecast."
TO_DARK, TO_LIGHT = "Switch to dark colours", "Switch to light colours"
SKIP = "Skip to the picture"

# --- choosing a scenario ---
SCENARIO = "Scenario"
AHEAD, HISTORY, LABORATORY = "From today on", "History", "Laboratory"
TODAY = date(2026, 9, 7)  # scenarios that start earlier are history
LASTS = "From {start} for {span}"
TEACHES = "What it teaches"

# --- levers ---
LEVERS = "Levers"
LEVERS_HINT = "Move one and watch the picture."
RESET_ALL = "Reset all"
RESET_ONE = "Reset {lever} to {value}"
ABOUT = "About {lever}"
WAS = "scenario: {value}"
RANGE = "{low} to {high}, {unit}"
ENTERS = "Enters: {enters}."
SOURCE = "Source: {source}."
DATED = "This scenario moves it: {steps}. Moving the slider sets it throughout."
DATED_STEP = "{value} from {day}"
GROUPS = {
    "United States": ("us_threats", "engagement", "negotiating_demand"),
    "Republic of Korea": ("rok_government",),
    "Alliance": ("exercise_scale", "missile_defence", "early_warning"),
    "Both sides": ("hotline",),
    "Sanctions and money": ("sanctions_enforcement", "cyber_security"),
    "China": ("us_china_rivalry",),
    "Russia": ("russia_need",),
    "Disputed science": ("exercise_sensitivity",),
}
OTHERS = "Others"

# --- the picture ---
RISK = "Risk of a direct confrontation"
FAN = "Tension on the ladder"
KEY_POLICY, KEY_ALONE, KEY_BASELINE = "this policy", "the scenario as it stands", "baseline"
KEY_BANDS = "shaded: 8 and 9 of 10 futures"
ROADS = "Four roads to confrontation"
ROADS_HINT = "expected per 1,000 futures"
OUTCOMES = "What else happens"
OUTCOMES_HINT = "mean per future"
NUMBERS = "The numbers in a table"
FAN_NUMBERS = "Tension by date: percentiles over runs"
DOTS_POLICY, DOTS_ALONE, DOTS_BASELINE = "this policy", "as it stands", "baseline"
DOTS = "Each dot is one of 1,000 futures."
CHANGES_NOTHING = (
    "Nothing changed: all {runs:,} pairs of futures are the same in every outcome. "
    "{levers} cannot be felt here."
)
FAN_STILL = "The fan stands still: what you moved changes how dangerous a moment is, not what the states do."
WAITING = "Drawing {runs:,} futures …"
STATUS = "{runs} runs · {hash} · seed {seed} · {ms} ms"
NEW_RESULT = "New result. {risk} {fan}"

# --- when something fails ---
FAILED = "This world could not be made"
FAILED_CURE = (
    "Nothing is lost: the picture is the last one that worked. Reset the levers, or choose another "
    "scenario."
)
FAILED_UNKNOWN = "The model stopped on this combination of levers, which is a fault of ours."

# --- the foot ---
ABOUT_TITLE = "What this is"
ABOUT_TEXT = (
    "Six states decide week by week in a model of published theories and hand-set numbers. It "
    "compares mechanisms: what would follow if the world worked like this. It says nothing about "
    "what will happen."
)
CONTENT_NOTE = (
    "Content note: the simulator speaks of missile tests, armed clashes and the risk of war. It "
    "stops at the threshold of confrontation and shows no casualties."
)
