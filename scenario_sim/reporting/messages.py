"""Every text of the charts, and the words that pages, reports and hand-outs share.

All texts stand in one place so that they can be translated.
"""

from scenario_sim.language import translate_constants

# --- shared words ---
DISCLAIMER = "Illustrative model, not a forecast."
BASELINE, POLICY = "Baseline", "This policy"
NO_CHANGE, TOO_FEW = "no change", "too few to tell"

# --- figures with their Monte-Carlo error ---
PLUS_MINUS = "{value}\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}{half}"
ENDS = "{value} ({low} to {high})"
LOW_TO_HIGH = "{low} to {high}"
NO_INTERVAL = "{value} (too few)"

# --- the ladder and the roads ---
RUNGS = (
    *("Managed calm", "Routine hostility", "Grey zone", "Short-range signalling"),
    *("Regional coercion", "Strategic demonstration", "Acute crisis", "Limited armed clash"),
)  # tension stays below the rungs beyond
ROADS = (
    *("Somebody decides to strike", "Attack that gets out of hand"),
    *("Incident that spreads", "False alarm"),
)

# --- the fan ---
FAN_ONE = (
    "Average tension: {mean} of 7 ({rung}). In {end} nine futures in ten lie between {low} "
    "({low_rung}) and {high} ({high_rung})."
)
FAN_TWO = (
    "Average tension: {mean} of 7 ({rung}), {shift}. In {end} nine futures in ten lie between {low} "
    "({low_rung}) and {high} ({high_rung})."
)
HIGHER, LOWER, SAME = (
    "{by} higher than without the policy",
    "{by} lower than without the policy",
    ("as without the policy"),
)
SHIFT_UNSURE = "which these futures cannot tell from no policy"
FAN_AXIS = "Tension, rung"
FAN_RUNG = "{name}  {number}"
FAN_READ_OUT = {5: "1 in 20 below", 50: "middle", 95: "1 in 20 above"}
AS_IT_STANDS = "The scenario as it stands"
FAN_COLUMNS = ("Week of", "5 %", "middle", "95 %")

# --- the roads ---
ROADS_ONE = "Of about {total} expected confrontations in 1,000 futures, most, {most}, come by this road: {road}."
ROADS_NONE = (
    "Fewer than one confrontation is expected in 1,000 futures, by all four roads together."
)
ROADS_TWO = "This policy {what}."
ROADS_LESS, ROADS_MORE = "takes most from “{road}” ({by})", "adds most to “{road}” ({by})"
ROADS_AND, ROADS_STILL = " and ", "moves no road by as much as these futures could tell"
ROADS_COLUMNS = (
    *("Way it could start, per 1,000 futures", BASELINE, POLICY),
    "Difference, 95 % interval",
)

# --- risk ---
RISK_ONE = "Of 1,000 futures, about {base} see a direct confrontation within {span}."
RISK_TWO = (
    "Of 1,000 futures, about {policy} see a direct confrontation within {span} under this policy: "
    "{shift} than the {base} without it."
)
RISK_SAME = (
    "Of 1,000 futures, about {policy} see a direct confrontation within {span} under this policy, "
    "about {base} without it: these futures cannot tell the two apart."
)
RISK_OUTSIDE = (
    "Of 1,000 futures, {policy} see a direct confrontation within {span} under this policy, "
    "{base} without it."
)
MANY = "more than 500"
OUTSIDE = "Above a half: >50 %, outside any observed range."
RATIO = "{ratio} times the risk without the policy"
MORE, FEWER = "{n} more", "{n} fewer"
INTERVAL = "95\N{NO-BREAK SPACE}% interval {low} to {high}"
ERROR_ONE = "± shows how much the number could change with another {runs:,} futures."
LEVEL = (
    "How high the risk really is, nobody can measure: there has been no war since 1953. Other "
    "experts might say anything from {low} to {high}."
)
LEVEL_TWO = LEVEL + " Trust the difference more than the level."
DRAWN = (
    "In this set of {runs:,}, a confrontation actually happened in {base} without the policy and in "
    "{policy} with it{tell}."
)
DRAWN_ONE = "In this set of {runs:,}, a confrontation actually happened in {base}."

# --- outcomes ---
OUTCOMES = {
    "launch_days": ("Launch days", "days with a missile launch", 1, 1.0),
    "icbm_tests": ("ICBM tests", "without launches of satellites", 1, 1.0),
    "talks_weeks": ("Weeks of talks", "talks under way, or a deal that holds", 1, 1.0),
    "revenue_musd": ("North Korea’s income", "billion dollars, all sources", 2, 1e-3),
    "vetoes": ("Vetoes", "Council drafts stopped", 2, 1.0),
}  # name: title, unit, decimals, factor
FEW_DIFFER = TOO_FEW + ": {n} of {runs:,} futures differ"
OUTCOME_COLUMNS = ("Per future, mean", BASELINE, POLICY, "Difference, 95 % interval")

# --- the small pictures ---
SMALL = {  # name: title, what is counted
    "grown": ("Risk, adding up", "expected confrontations in 1,000 futures up to a date"),
    "risk": ("Risk, year by year", "first confrontations in 1,000 futures"),
    "launch_days": ("Launch days", "days with a missile launch, mean per future"),
    "felt_drive": (
        "The programme’s own drive",
        "1 is usual; middle and 8 of 10 futures",
    ),
    "icbm_stock": ("ICBMs in the field", "middle and 8 of 10 futures"),
    "icbm_reliability": (
        "ICBM reliability",
        "% of flights that succeed, middle and 8 of 10 futures",
    ),
    "reach": ("How surely North Korea can hit the US mainland", "%, after missile defence"),
    "revenue": ("Income", "billion dollars, all sources, mean per future"),
    "income": ("Where it comes from", "million dollars a year, mean"),
    "stages": (
        "Contact, talks, deal",
        "% of futures: in contact, in talks (darker), in a deal (darkest)",
    ),
    "un_sanctions": ("UN sanctions on paper", "% of all exports banned, mean"),
    "enforcement": ("Sanctions applied", "% of what is on paper, mean"),
    "resolution": ("Resolutions", "passed in the Security Council, mean per future"),
    "veto": ("Vetoes", "drafts stopped, mean per future"),
}
SOURCES = ("Trade", "Smuggling", "Russia’s payments", "China’s aid", "Labour abroad", "Cyber theft")
PERIOD_YEAR, PERIOD_QUARTER, PERIOD_PART = (
    "year {n}",
    "weeks {first}–{last}",
    "year {n} ({weeks} weeks)",
)
SOURCES_IN_SENTENCE = (
    "trade",
    "smuggling",
    "Russia’s payments",
    "China’s aid",
    "labour abroad",
    "cyber theft",
)
TOTAL = "in total"
SMALL_COLUMNS = ("", BASELINE, POLICY, "Difference, 95 % interval")
DATED_COLUMNS = ("Week of", BASELINE, POLICY)
STAGE_COLUMNS = ("Week of", "contact", "talks", "deal")
SMALL_ONE = "{title}: {value} {unit} over {span}."
SMALL_TWO = (
    "{title}: {policy} {unit} under this policy, {base} under the baseline, over {span}; {tell}."
)
TELL = "a difference of {value} ({low} to {high})"
TELL_NOT = "these {runs:,} futures cannot tell them apart"
TELL_FEW = FEW_DIFFER
TELL_SAME = "no future differs"
SMALL_UNITS = {
    "risk": "in 1,000 futures",
    "launch_days": "days",
    "revenue": "billion dollars",
    "resolution": "passed",
    "veto": "vetoed",
}
END_ONE = "In {end}: {value} in the middle future, {low} to {high} in eight of ten."
END_TWO = (
    "In {end}: {value} in the middle future under this policy, {low} to {high} in eight of ten. "
    "Without it: {base}."
)
MEAN_ONE, MEAN_TWO = (
    "In {end}: {value}.",
    "In {end}: {value} under this policy, {base} under the baseline.",
)
STAGES_ONE = (
    "At the end {contact} of 100 futures are at least in contact, {talks} in talks or a deal, "
    "{deal} in a deal."
)
STAGES_TWO = (
    "At the end {talks} of 100 futures are in talks or a deal under this policy, {base} under the "
    "baseline."
)
INCOME_ONE = "Most comes from {most}: {value} million dollars a year of {total}."
INCOME_TWO = (
    "This policy moves {most} most: {by} million dollars a year; in all {total} instead of {base}."
)
SOURCES_IN_SENTENCE = (
    *("trade", "smuggling", "Russia’s payments", "China’s aid", "labour abroad", "cyber theft"),
)

# --- small pictures of changes against the baseline ---
CHANGE_UNITS = {
    "grown": "confrontations in 1,000 futures, up to a date",
    "risk": "first confrontations in 1,000 futures",
    "launch_days": "days",
    "felt_drive": "in the middle future; 1 is usual",
    "icbm_stock": "missiles in the middle future",
    "icbm_reliability": "percentage points in the middle future",
    "reach": "percentage points in the middle future",
    "revenue": "billion dollars",
    "income": "million dollars a year",
    "stages": "percentage points: in contact (thin), in talks, in a deal (thick)",
    "un_sanctions": "percentage points",
    "enforcement": "percentage points",
    "resolution": "resolutions",
    "veto": "drafts",
}
CHANGE_ABSOLUTE = "change against the baseline: {unit}"
CHANGE_RELATIVE = "change against the baseline, in per cent of it"
CHANGE_TOTAL = "{title} over {span}: {by} against the baseline."
CHANGE_MOST = "{title}: {most} changes most, by {by} against the baseline."
CHANGE_END = "{title} in {end}: {by} against the baseline."
CHANGE_STAGES = "In {end}: contact {contact}, talks {talks}, a deal {deal} against the baseline."
CHANGE_COLUMN = "Change, 95 % interval"
PER_CENT = "{value} %"
NO_BASELINE = "no baseline"

# --- enough runs? ---
RISK_ROW = "Confrontations in 1,000 futures"
YES, NO, NEEDS_NONE, NEEDS_MORE = "yes", "not yet", "no number would do", "more than one"
NEEDS_OR_MORE = "{value} ({low} or more)"
ONE_ALONE = "No: one future alone says nothing of its error."
ENOUGH_SHIFT = "Yes: this difference is not luck."
MORE_SHIFT = "Not yet: this difference may be luck. About {needed} futures would tell."
NEVER_SHIFT = "No: futures cannot tell this difference from luck."
ENOUGH_SAME = "More would change nothing: all {runs} pairs of futures carry the same risk."
ENOUGH_LEVEL = "Yes. Another {runs} would give {value}, give or take {half}."
MORE_LEVEL = (
    "Fair. Another {runs} would give {value}, give or take {half}; "
    "about {needed} would know it to a tenth."
)
PRECISION_COLUMNS = ("Outcome", "mean ± 95 % error", "enough?", "futures needed")
PRECISION_COLUMNS_TWO = ("Outcome", "difference ± 95 % error", "enough?", "futures needed")

# --- theories side by side ---
THEORY_AS_SET = "As it is set"
THEORIES = {
    "confrontation_risk": ("Risk under each theory", "expected confrontations in 1,000 futures"),
    "mean_tension": ("Tension under each theory", "rungs, mean over weeks and futures"),
}
THEORY_OF = {"confrontation_risk": "the risk", "mean_tension": "tension"}
THEORY_COLUMNS = ("Theory", BASELINE, POLICY, "Difference, 95 % interval")
RAISES, LOWERS = "raises", "lowers"
THIS_POLICY = ("This policy", "this policy")  # at the head of a sentence, and within it
REMOVING_ACT = ("Removing the act", "removing the act")
REPLACING_ACT = ("Replacing the act", "replacing the act")
THEORIES_ALIKE = "{who} {way} {what}, and does so in {alike} of {all} theories."
THEORIES_FIRST = "{who} {way} {what} as the model is set. The theories follow."
THEORIES_AGAINST = "Not under: {names}."
THEORIES_REST = "In {n} these futures cannot tell."
THEORIES_UNSURE = (
    "As the model is set these futures cannot tell whether {who} moves {what}; they can in "
    "{told} of {all} theories."
)
THEORIES_RANGE = "Before any policy {what} ranges from {low} ({lowest}) to {high} ({highest})."
UNTOLD = "cannot tell"

# --- what happened beside what is simulated ---
ON_RECORD = "On record"
PAST = {  # name: title, what is counted
    "launch_days": ("Launch days", "days with a missile launch, month by month"),
    "icbm_test": ("ICBM tests", "satellite launches included, since the first month"),
    "nuclear_test": ("Nuclear tests", "since the first month"),
    "joint_exercise": (
        "Weeks of exercises",
        "command-post and large field exercises, since the first month",
    ),
    "resolution": ("Resolutions", "passed in the Security Council, since the first month"),
    "veto": ("Vetoes", "drafts stopped, since the first month"),
    "contact": (
        "Months with a contact",
        "on record, a meeting with North Korea; simulated, contact, talks or a deal",
    ),
}
PAST_TOTALS = "{what}: {seen} on record by {last}; {middle} in the middle future, {low} to {high} in nine of ten."
PAST_POLICY = "Under this policy, which nobody tried: {middle}, {low} to {high}."
PAST_INSIDE = "Of the {n} months {free}on record, {k} lie inside the 90 % band."
PAST_RUNNING = (
    "At the end of {k} of the {n} months {free}on record, the total lies inside the 90 % band."
)
PAST_FREE = "after that "
PAST_WRITTEN = "Acts that the scenario itself forces: {n}."
PAST_REPLAYED = "Until {last} these futures follow the record, so that agreement there is no test."
PAST_SELECTION = (
    "The record of contacts is a selection: where it has none there may have been one, so no month is "
    "counted as inside or outside."
)
PAST_ENDS = "The record ends with {last}, and so does its line."
PAST_COLUMNS = ("Month", ON_RECORD, "inside 90 %")
UNKNOWN, REPLAYED, OUTSIDE_BAND = "–", "replayed", "no"

# --- why the risk changes: the chain of pathways ---
WHY = {
    "falls": "The risk falls to {ratio} of the baseline’s",
    "rises": "The risk rises to {ratio} times the baseline’s",
    "sentence": "{what}: {chain}.",
    "untold": "These {runs:,} futures cannot tell whether the risk changes, so there is nothing to explain yet.",
    "no_chain": "{what}. No single chain of links carries it: many small ones add up.",
    "same": "Nothing changed, so there is nothing to explain.",
    "step": "{base} → {policy}",
    "moves": "{what} {base} to {policy}",
    "risk": "× {ratio}",
    "share": "{share}\N{NO-BREAK SPACE}%",
    "share_error": "{share}\N{NO-BREAK SPACE}% ± {half}",
    "less": "Without this link the risk would be × {cut} instead of × {whole}. "
    "So {share} of the effect passes through it.",
    "none": "Without this link the risk would be × {cut}, as it is with it. "
    "These futures find no share of the effect here.",
    "against": "This link works the other way. Without it the risk would be × {cut} "
    "instead of × {whole}.",
    "more": "Without this link the effect would vanish or turn round: the risk would be × {cut} "
    "instead of × {whole}.",
    "all": "All of the effect passes through it: without it the risk does not change.",
    "interaction": "The links that start at the levers leave {share} to the interplay between them.",
    "how": "Each link was cut in the baseline and in the policy, on the same draws. Its share is what "
    "the cut takes from the effect on the risk (in logarithms). Links in line overlap, so shares "
    "need not add up to 100 %.",
    "cut_note": "Cut in both worlds here: {names}.",
    "term": "{state} weighs “{words}” when it decides on: {what}",
    "perception": "{state} feels threatened by: {words}",
    "appraisal": "{state} weighs “{words}” in {what}",
    "effect": "{state}: what “{action}” does to {target}",
    "shock": "{state}: the shock of {event}",
    "equation": "{rule}: {meaning}",
    "setting": "Without this link: {label} at {value}",
    "lever": "Without this link: {label} as in the baseline",
    "value": "{value} {unit} (range {low} to {high})",
}
WHY_COLUMNS = ("Link", "Share of the effect", "Risk without it")

# --- several policies side by side ---
POLICIES = "Lowest risk: {lowest}, {low} of 1,000 futures. Highest risk: {highest}, {high} of 1,000 futures."
POLICIES_ALIKE = "All of them carry the same risk: about {risk} of 1,000 futures."
POLICIES_FIRST_COLUMN = "Policy"
POLICIES_COLUMNS = (
    *("Confrontations in 1,000", "Average tension", "ICBM tests", "Launch days", "Weeks of talks"),
    "Income, billion dollars",
)
POLICIES_CELL = "{level} ({change})"

translate_constants(__name__)
