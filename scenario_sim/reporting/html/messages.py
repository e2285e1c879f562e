"""Every text of the HTML report, in one place, ready to be translated."""

from scenario_sim.language import translate_constants
from scenario_sim.reporting.messages import BASELINE, POLICY
from scenario_sim.reporting.messages import DISCLAIMER as DISCLAIMER

WHEN = "{span} from {start} · {runs} · seed {seed}"
FUTURES, PAIRS = "{runs:,} futures", "{runs:,} pairs of futures on the same luck"

CHANGED = "What the policy changes"
CHANGED_COLUMNS = ("Lever", BASELINE, POLICY)
CHANGED_ELSE = "The two also differ in more than their levers: see the scenario files below."
CHANGED_NOTHING = "No lever: the two are the same scenario."
FROM = "{value} from {day}"

SHORT = "In short"
WHY = "Why the risk changes"
WHY_LINKS = "Every link, and what it carries"
WHY_SOURCES = "What the links of the chain are made of"
WHY_SOURCES_COLUMNS = ("Part of the model", "Value", "Source")
ANNEX = "Annex"
ANNEX_TEXT = "All numbers, their sources, and how to make them again."
NO_PICTURES = (
    "There are no pictures: the weeks of these futures were not kept, for they are too many. Ask for "
    "fewer runs."
)

FAN_HEADING, ROADS_HEADING = (
    "Tension on the ladder",
    "Four ways it could start, expected per 1,000 futures",
)
KEY_ALONE = "Dark band: 8 of 10 futures; light band: 9 of 10."
KEY = f"Blue, solid: this policy. Grey, dashed or hatched: the baseline. {KEY_ALONE}"

SIGNS = (
    "± shows how much a number could change with other luck (half of a 95 % interval); brackets hold "
    "the ends of that interval."
)

MORE = "What else happens"
PAST_HEADING = "Against the record"
PAST_TEXT = (
    "What happened (a line with dots), over what is simulated (a plain line, in the band of nine futures "
    "in ten). One history is one draw, and people who knew it set this scenario’s levers: this is neither a "
    "forecast nor a test passed. Months the record does not know have no dot. Record: {credit}."
)
OUTCOMES_HEADING = "Every outcome"
OUTCOMES_TWO = "Means over futures. The difference is paired, run by run; changed counts the futures that differ."
OUTCOMES_ONE = "Means over futures; nine futures in ten lie from 5 % to 95 %."
COLUMNS_TWO = ("Outcome", BASELINE, POLICY, "Difference", "95 % interval", "Changed")
COLUMNS_ONE = ("Outcome", "Mean", "5 %", "95 %")
ROAD = "road: {cause}"
COUNTED = "futures"
DRAWN = "{number} drawn"
ABOVE_HALF = ">50 %, outside any observed range"

PRECISION_HEADING = "Enough futures?"
THEORIES_HEADING = "Under each theory"
THEORIES_TEXT = (
    "The same levers under theories that disagree: presets of the disputed settings and of coefficients "
    "within their bounds, at most 1,000 futures each. How far they are moved is judgement."
)
THEORIES_LEFT = "Not tried, for these states lack what the theory speaks about: {names}."
FOR, AGAINST, RECORD = "For", "Against", "The record of 2012 to 2023"

AGAIN = "How to make this again"
AGAIN_TEXT = "With scenario-sim installed, this gives the same numbers, to the last digit:"
AGAIN_FILES = "Save what stands below under the name above it, in the folder you work in."
FACTS = ("Engine", "Seed", "Futures", "Weeks", BASELINE, POLICY, "Scenario")

SOURCES_HEADING = "Sources"
SOURCES_SCENARIO, SOURCES_LEVERS = "Of the scenario", "Of the levers that moved"

LIMITS = "What this cannot say"
LIMITS_TEXT = (
    "It compares mechanisms: what would follow if the world worked as these published theories and "
    "hand-set numbers have it. It gives no probability of war, no leader’s intent, and no effect of "
    "a named policy. No number here is a count of people.",
    "No war since 1953 means that data cannot fix the level of risk. Read the ratio and the "
    "direction; the level is a judgement, and is given to one digit with the range it may have.",
    "The intervals hold chance alone: what another {runs:,} futures of the same model might have "
    "shown. They hold neither the doubt about its numbers nor the doubt about its structure, which are "
    "larger. Where experts disagree, the levers of disputed science let both sides be tried.",
    "Each state decides with one mind, week by week. Markets, public opinion, succession, events "
    "elsewhere and nuclear use are left out. The record behind it is open-source and uneven.",
)
CONTENT_NOTE = (
    "Content note: this speaks of missile tests, armed clashes and the risk of war. It stops at the "
    "threshold of confrontation and counts no casualties."
)

APPENDIX = "The scenario files"
BASELINE_FILE, POLICY_FILE = "baseline.toml", "policy.toml"

# --- one world ---
ONE_WORLD = "One world: run {run} of seed {seed}"
WORLDS = "The world that was watched, and the branches that leave it: the same luck, one decision changed"
WORLDS_COLUMNS = (
    *("World", "Highest rung", "Mean tension", "Launch days", "ICBM tests", "Weeks of talks"),
    "Risk in 1,000",
)
WORLDS_LINE = "Tension over the weeks, from rung 0 at the foot to rung 8 at the top."
LOG = "What happened, week by week"
LOG_COLUMNS = ("Week of", "Event")
RECORDED = "What is on record of these weeks"
RECORDED_COLUMNS = ("Day", "On record")
RECORDED_TEXT = (
    "This world is one of a thousand and not meant to repeat history. Where the record tells nothing, "
    "something may have happened all the same. It is complete for missile and nuclear tests, attacks, "
    "drafts and large exercises from {first} to {last}. Record: {credit}."
)

translate_constants(__name__)
