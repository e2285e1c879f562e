"""Texts of handouts and role sheets, in one place for translation."""

from scenario_sim.language import translate_constants
from scenario_sim.reporting.messages import DISCLAIMER

# --- lessons ---
MEASURES = {
    "mean": "the mean over futures",
    "difference": "the paired difference from the scenario as it stands",
    "percent_change": "the change of the mean, in % of the scenario as it stands",
    "futures": "of 1,000 futures, those that have any of it",
}
LOOK_RISK = "the count of futures at the top"
LOOK_FAN = "Tension on the ladder"
LOOK_ROADS = "Four ways it could start"
LOOK_OUTCOMES = "What else happens"
OF_FUTURES = "of 1,000 futures"
COUNTED_NOUN = "the number of"  # begins the nouns that name their unit; translate it as they begin
LESSON = "Lesson{number}, about {minutes} minutes"
OPEN = (
    "On the page: the start page shows this lesson, or open the address that ends with `{query}`."
)
OPEN_OWN = (
    "On the page: *Files and code*, *Open a file*, and choose this file. Or show a whole folder of lessons: "
    "`scenario-sim app --lessons DIR`."
)
SHOWS = "What the page shows: *{title}*{levers}."
MOVED = ", with {levers}"
LOOK = "Look at: {look}."
PREDICT = "Before it moves, write down your guess"
CHOOSE = "Tick one:"
LEVER_AT = "{lever} at {value:g} ({low:g} {low_means}, {high:g} {high_means})"
GUESS = "Your guess: ______ {unit} (from {low:g} to {high:g})"
WHY = "Why? ____________________________________________________"
THEN = "Then: {levers}. What does the model say? ______ {unit}"
THEN_AS_IT_STANDS = "Then look. What does the model say? ______ {unit}"
ANSWER = (
    "**{answer}** ({measure} of *{outcome}*; 95 % Monte-Carlo error, {runs:,} "
    "futures, seed {seed})."
)
# What an outcome is called in a sentence, and the event that some of its futures have.
NOUNS = {
    "launch_days": "the number of launch days",
    "icbm_tests": "the number of ICBM tests and satellite launches",
    "nuclear_tests": "the number of nuclear tests",
    "provocations": "the number of provocations",
    "sanctions": "the number of acts of sanctions",
    "exercises": "the number of weeks with exercises",
    "diplomacy": "the number of conciliatory steps",
    "resolutions": "the number of resolutions",
    "vetoes": "the number of vetoed drafts",
    "incidents": "the number of incidents that nobody ordered",
    "talks_weeks": "the time in talks or a deal",
    "revenue_musd": "North Korea’s income",
    "cyber_musd": "the income stolen online",
    "mean_tension": "mean tension",
    "civilian_pain": "the income loss that reaches civilians",
    "icbm_stock": "the number of ICBMs in the field",
    "reach": "how surely an ICBM reaches the United States",
    "peak_rung": "the highest rung",
    "cycles": "the number of cycles",
    "cycle_weeks": "the length of a cycle",
    "near_misses": "the number of near misses",
    "confrontation_risk": "the risk",
    "inadvertent_share": "the share of the danger that nobody chooses",
    "confrontation": "the share of futures with a confrontation",
}
RISES, FALLS = (
    "In the model {noun} rises by {size} (± {half}).",
    "In the model {noun} falls by {size} (± {half}).",
)
STAYS = "In the model {noun} does not change measurably ({size}, ± {half})."
IS = "In the model {noun} is {size} (± {half})."
IN_FUTURES = "In the model {size} (± {half}) have any: {noun} is above zero there."
POINTS = "percentage points"
ANSWER_CHOICE = "That is: *{choice}*."
WHOSE_GUESS = "Whose guess is the size? It rests on {coefficients}."
AUTHORS_JUDGEMENT = "judgement of the model's authors"
COEFFICIENT = "{phrase} ({name} = {value:g}; {low:g} to {high:g} {unit}; {source})"
SAYS_OTHERWISE = (
    "The model’s answer has left the range for which this lesson’s comment was written: trust the "
    "number."
)
DEBRIEF = "Debrief"
SOURCES = "Sources"

# --- role sheets ---
YOU_ARE = "You are {name}"
ROLES = {
    "challenger": "You are the challenger. Once a week you provoke, hold still, or offer to talk.",
    "leading_ally": "You lead the alliance. Each week you choose in every one of your channels.",
    "ally": "You are an ally. Each week you choose in every one of your channels.",
    "patron": "You are a patron: you support, you speak, and you vote in the Security Council.",
    "bystander": "You stand by. Each week you choose in every one of your channels.",
}
FEARS = "What you fear"
ALARMED, CALMED = "It alarms you, most of all first", "It calms you"
MARKED = "It stays in your mind for a while"
WEIGHS = "What you weigh"
SEES = "What you see"
SEES_HOW = "The world as it was at the end of last week:"
SEEN_ACTS = "Last week’s acts"
SEEN_WORLD = "How things stand"
SEEN_POLICY = "Policies, yours and others’"
CAN_DO = "What you can do"
CAN_DO_HOW = (
    "In each channel one choice a week. Reasons stand in the order of their weight in the model."
)
ONE_OR_HOLD = "one of these, or hold still"
ONE_OF_THESE = "one of these"
ACT_COLUMNS = ("act", "family", "rung", "speaks for it", "speaks against it", "only if")
JUDGEMENT_COLUMNS = ("judgement", "raised by", "lowered by")
CHANNEL = "{channel}: {rule}"
HANDS = "What is in your hands"
NOT_KNOWN = (
    "You do not know what another state will do this week, nor how threatened it feels. "
    f"{DISCLAIMER}"
)

# --- drafts of the studio ---
DRAFT, UNTITLED = "the draft", "My scenario"
DRAFT_NOT_REBUILT = (
    "The form cannot hold this scenario: it has more than another length, levers, changes and acts beside a "
    "shipped one. Edit its file."
)
DRAFT_REFUSED = "this draft cannot be used yet"
DRAFT_ANSWER = (
    "Step {step}: {said} Your comment is shown while the answer lies between {low} and {high}."
)
DRAFT_RISK = (
    "Of {runs} futures, about {risk} see a direct confrontation; tension averages {tension}."
)
DRAFT_IMPOSSIBLE = (
    "{day}, {state}, {name}: in {runs} of the first {of} futures the model could not choose it "
    "({reason}). The scenario forces it all the same."
)

translate_constants(__name__)
