"""Texts of the narrative: sentences of the log, of cycles, of explanations and of the record."""

from scenario_sim.data.enums import Cause
from scenario_sim.language import Plural, translate_constants

# --- phrases ---
ROADS = {
    Cause.DELIBERATE: "by decision",
    Cause.LIMITED_ATTACK: "out of a limited attack that spreads",
    Cause.INCIDENT: "out of an incident that spreads",
    Cause.FALSE_ALARM: "out of a false alarm",
}
UNDER, OVER = "under {percent}", "over {percent}"
LIKELIHOODS = ("Very unlikely", "Unlikely", "About as likely as not", "Likely", "Very likely")
CHANCE, CHANCE_IN = "{words} ({chance})", "{words} (1 in {n:,.0f})"
RISK_OUTSIDE, RISK_ABOUT = ">50 %, outside any observed range", "about {share}"
WEEKS = Plural("{n} week", "{n} weeks")
LAUNCH_DAYS = Plural("{n} launch day", "{n} launch days")

# --- the log ---
TOLD = "{sentence}{rung}{moved}."
TOLD_RUNG = " (rung {rung}, {label})"
ACT = "{state} {does}"
MOVE = "{what} from {before} to {after}"
TENSION, UN_SANCTIONS = "tension", "UN sanctions"
ON_END = Plural("{n} week on end", "{n} weeks on end")
LEFT_OUT = (
    "Not told: statements, condemnations, offers that come to nothing, mediation, aid, changes of "
    "support, and thefts below ${least}m a week."
)
SHOCK, SHOCK_MOVES, SHOCK_OF = "A shock", "{what} {amount}", "{state}'s {what}"
HELD_BACK = "{state} is held back ({channel})"
POLICY_CHANGES = "Policy changes"
LEVER_AT, LEVER_AS_PLANNED = "{lever} {value}", "{lever} as planned"
REACTS, NO_LONGER = "Policy reacts to {what}", "No longer: {what}"
SUCCEEDS, FAILS = "it succeeds", "it fails"
OVER_JAPAN = "it flies over Japan"
VETOED, PASSES = "it is vetoed", "it passes; {moved}"
LAUNCHES = "{state} launches"
INCIDENT = "An armed incident that nobody ordered"
THEFT = "{state} steals ${stolen:,.0f}m online, after laundering"
CONFRONTATION = "A direct confrontation is drawn, {road}"
CONFRONTATION_MARKS = "it marks this future; the film and the counts go on, and a game would end"
BREAKDOWN = {1: "Contact breaks off", 2: "Talks break down", 3: "The deal breaks down"}
CONTACT_REMAINS = "contact remains"
CONTACT, TALKS, DEAL = "Contact begins", "Talks begin", "A deal or freeze is reached"
CONTACT_TAKEN = "Contact begins: {taker} takes up the offer of {state}"

# --- cycles and near misses ---
CYCLE = (
    "A cycle of escalation begins in the week of {first}. {began} It peaks in the week of {peak} at "
    "tension {tension:.1f} (rung {rung}, {label}). {ended}"
)
CYCLE_MOVERS = Plural("{states} moves first.", "{states} move first.")
CYCLE_NOBODY = "Nobody has moved by then."
CYCLE_SETTLES = "It settles by the week of {last}."
CYCLE_GOES_ON = "It has not settled by the end."
CRISIS_BEGINS = Plural(
    "A crisis begins: {states} moves first", "A crisis begins: {states} move first"
)
CRISIS_BEFORE = "A crisis begins before anybody has moved"
CRISIS_NEITHER = "A crisis begins, and neither side has moved"
CRISIS_FIRST = Plural(
    "In this crisis {states} is the first to move", "In this crisis {states} are the first to move"
)
CRISIS_GROWS = Plural("The crisis grows: {states} answers", "The crisis grows: {states} answer")
CRISIS_PEAKS = "The crisis peaks at tension {tension:.1f}"
CRISIS_ENDS_HIGH = "The crisis ends this story at its height, at tension {tension:.1f}"
CRISIS_SETTLES = "The crisis begins to settle"
CRISIS_OVER = Plural("The crisis is over after {n} week", "The crisis is over after {n} weeks")
NEAR_MISS_ACUTE = "A near miss, as tension reaches an acute crisis"
NEAR_MISS_CLASH = "A near miss, in an armed clash"

# --- why ---
REASON_OF = "{words} ({other})"
NO_CHOICE, NOT_BY_ITSELF = (
    "There was no choice: {reason}.",
    "There was no choice: {reason}. By itself the model could not choose it: {closed}.",
)
CHANCE_AND_REASONS = "{chance}. {reasons}"
BELIEVED = "It put {beliefs}."
BELIEVED_AT = {
    "believed_resolve": "at {chance} the chance that an attack would be answered",
    "believed_strike": "at {chance} the chance that US talk of force means a strike",
    "us_believed_attack": "at {chance} the chance that the weapons prepare an attack",
    "rok_believed_attack": "at {chance} the chance that the weapons prepare an attack",
}
NOTHING_SPOKE = "Nothing in particular spoke for it or against it."
PUSHED = "{pros} pushed towards it."
PUSHED_AGAINST = "{pros} pushed towards it; {cons} spoke against it."
ONLY_AGAINST = "Nothing in particular pushed towards it; {cons} spoke against it."
BECAUSE = "because {reason}"
BECAUSE_OF, AGAINST = "because: {reasons}", "against: {reasons}"
CHANCE_IT_HAD = "chance it had that week: {chance}"
PERSON_CHOSE = "a person chose it"
SCENARIO_FORCES, SCENARIO_FORCES_NOTE = (
    "the scenario forces it",
    "the scenario forces it ({note})",
)
ON_RECORD = "it is on record"

# --- the record ---
CONTACTS = {  # of the database's kinds; others are told by their own name
    "us_dprk_contact": "contact between the United States and North Korea",
    "six_party_round": "a round of the Six-Party Talks",
    "kedo_talks": "talks on the reactors promised in 1994",
    "summit": "a summit with North Korea's leader",
    "talks": "talks with North Korea",
    "agreement": "an agreement with North Korea",
    "visit": "a visit to North Korea",
    "exercise_deferral": "exercises deferred for talks",
    "hotline_restored": "the lines between the Koreas answer again",
    "hotline_cut": "the lines between the Koreas are cut",
    "talks_withdrawal": "North Korea withdraws from talks",
}
CONTACT_ONCE, CONTACT_OFTEN = (
    "{what} (known to the month)",
    "{what}, {n} of them (known to the month)",
)
EXERCISE_NOT_HELD = "{exercise} is {status}"
EXERCISE_UNTIL = "{exercise}, until {day}"

# --- what a run came to ---
COUNTS = {  # by outcome: none, one, several
    "launch_days": ("no launch days", Plural("{n} launch day", "{n} launch days")),
    "icbm_tests": ("no ICBM tests", Plural("{n} ICBM test", "{n} ICBM tests")),
    "satellite_launches": (
        "no satellite launches",
        Plural("{n} satellite launch", "{n} satellite launches"),
    ),
    "nuclear_tests": ("no nuclear tests", Plural("{n} nuclear test", "{n} nuclear tests")),
    "incidents": ("no armed incidents", Plural("{n} armed incident", "{n} armed incidents")),
    "sanctions": (
        "no acts of sanctions",
        Plural("{n} act of sanctions", "{n} acts of sanctions"),
    ),
    "exercises": (
        "no weeks of exercises",
        Plural("{n} week of exercises", "{n} weeks of exercises"),
    ),
    "diplomacy": (
        "no conciliatory steps",
        Plural("{n} conciliatory step", "{n} conciliatory steps"),
    ),
    "talks_weeks": ("no weeks of talks", Plural("{n} week of talks", "{n} weeks of talks")),
    "resolutions": (
        "no Council resolutions",
        Plural("{n} Council resolution", "{n} Council resolutions"),
    ),
    "vetoes": ("no vetoes", Plural("{n} veto", "{n} vetoes")),
}
SUMMARY = (
    "{title}, run {run} of seed {seed}, {weeks} from {start}: {tests}; {answers}. "
    "{state} takes in ${earned:.1f}bn, ${stolen:.1f}bn of it stolen online; its ICBMs go from {began:.0f} "
    "to {ended:.0f}. Tension averages {tension:.1f}; the highest rung is {rung} ({label}). "
    "{confrontation} One world among many: it shows how things may hang together, not what will happen."
)
SUMMARY_NONE = (
    "No direct confrontation is drawn; the week-by-week hazards add up to a risk of {risk} "
    "(model-dependent)."
)
SUMMARY_DRAWN = (
    "A direct confrontation is drawn in the week of {week}, {road}; the week-by-week hazards add up to "
    "a risk of {risk} (model-dependent)."
)

translate_constants(__name__)
