"""Texts of the picture: risk, the fan, the run settings and the tabs."""

from scenario_sim.language import translate_constants
from scenario_sim.ui.messages.page import DISCLAIMER

# --- risk and the fan ---
RISK = "Risk of a direct confrontation"
FAN = "Tension on the ladder"
FAN_NUMBERS = "Tension by date: percentiles over runs"
KEY_POLICY, KEY_ALONE, KEY_BASELINE = "this policy", "the scenario as it stands", "baseline"
KEY_BANDS = "dark band: 8 of 10 futures; light band: 9 of 10"
DOTS_POLICY, DOTS_ALONE, DOTS_BASELINE = "this policy", "as it stands", "baseline"
DOTS = "Each dot is one of 1,000 futures; marked: a confrontation."
SURE = "How sure is this?"
RESTS_ON = "Around the status quo, this answer rests most on:"
RESTS_ON_LUCK = (
    "Luck is {luck} of the spread of single futures over {span}. “What the results depend on”, "
    "docs/sensitivity.md, says how this was worked out."
)
SAME_AS_SCENARIO = "Nothing changed: the scenario has these values anyway."
CHANGES_NOTHING = (
    "Nothing changed: all {runs:,} pairs of futures are the same in every outcome. "
    "Moving {levers} has no effect here."
)
FAN_UNCHANGED = (
    "The chart does not move: this lever changes how likely a crisis gets out of hand, not how often "
    "crises happen."
)
STRIP = "{numbers} of 1,000 futures see a confrontation"
WAITING = "Drawing {runs:,} futures …"
STATUS = "{runs} runs · {hash} · seed {seed} · {ms} ms"
NEW_RESULT = "New result. {risk} {fan}"
FIGURE = {
    "numbers": "The numbers in a table",
    "title": "Save this chart",
    "save": "Save “{figure}” as {type}",
    "disclaimer": DISCLAIMER,
}
TO_TOP, TO_TAB = "Show it under the fan", "Take it away from here"
MOVED_LEVERS = "Moved: {levers}."
MOVED, MOVED_ON = "{lever} {value} (scenario: {own})", "{lever} {value} from {day}"
MADE = "{runs:,} futures, seed {seed}, engine {engine}. {day}."
CITE = (
    "Cite: The scenario-sim contributors, scenario-sim: a policy-scenario simulator of escalation "
    "on the Korean Peninsula."
)

# --- horizon, runs and seed ---
HORIZONS = {26: "26 weeks", 104: "2 years", 260: "5 years", 520: "10 years"}
RUN_SETTINGS = {
    "horizon": "Look ahead",
    "runs": "Futures",
    "runs_about": "How many futures are drawn; more futures make every number more precise",
    "seed": "Seed",
    "seed_about": "The number of the luck: the same seed draws the same futures again",
    "luck": "Try other luck",
    "luck_about": "Draw the same number of other futures, with another seed",
}
RUNS_OFFERED = (200, 1000, 4000, 10_000)
PRECISION = "Enough futures?"
MORE_RUNS = "Draw {runs:,}"
PROGRESS = "Drawing {runs:,} futures: {percent} %"
STOPPED = "Stopped. The picture is still the one before."

# --- tabs ---
SHOW_AS = "Show"
SHOW_OPTIONS = {
    "": "Both policies",
    "absolute": "Change",
    "relative": "Change in %",
}
TABS_TITLE = "What else happens"
TABS = {
    "overview": "Overview",
    "risk": "Risk over time",
    "programme": "Tests and programme",
    "money": "Money",
    "talks": "Talks",
    "sanctions": "Sanctions and votes",
    "past": "Against the record",
    "theories": "Theories",
    "goals": "Goals",
    "precision": "Precision",
}
ROADS = "Four ways it could start"
ROADS_HINT = "expected per 1,000 futures"
OUTCOMES = "What else happens"
OUTCOMES_HINT = "mean per future"
PRECISION_HINT = (
    "± shows how much a number could change with other luck (half of a 95 % interval; brackets hold "
    "its ends). It does not tell whether the model is right."
)

# --- the tab with the historical record ---
HISTORY_HINT = (
    "Line with dots: what happened. Plain line and shade: the middle of these futures, and nine in ten "
    "of them. History happened once, and we knew it when we set the levers, so a good match proves "
    "nothing. Months without a record "
    "have no dot; missing is not zero."
)
HISTORY_CREDIT = "Record: {credit}."
STATES_ARE_FREE = "Here the states decide freely."
STATES_FOLLOW = "Here the states follow the record."
FOLLOW_RECORD, LET_FREE = "Let them follow the record", "Let them decide freely"
REPLAYED_TITLE = " (following the record)"
HISTORY_PROGRESS = "Counting what happens in these futures, month by month"
HISTORY_STOPPED = "Stopped before these futures were compared with the record."

# --- the tab with the theories ---
THEORIES_HINT = (
    "The same levers under theories that disagree. Each theory sets the disputed numbers its own way. "
    "How far is our judgement."
)
THEORIES_STOPPED = "Stopped after {n} of {all} theories."
THEORIES_PROGRESS = "Theory {n} of {all}"
THEORY_FOR, THEORY_AGAINST, THEORY_RECORD = "For", "Against", "The record of 2012 to 2023"
SIGNS_ASK = "Does this hold under other theories?"
SIGNS_WAIT = "Trying the same levers under {all} theories …"
THEORIES_ABOUT = "The theories, and who says so"

translate_constants(__name__)
