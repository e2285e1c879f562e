"""Texts of a game, in one place for translation."""

from scenario_sim.language import Plural, translate_constants

NO_GAME = "there is nothing to play"
NO_CHOICE = "this cannot be chosen"

# --- choices ---
HOLD = "hold still"
HOLD_ABOUT = "Do nothing this week."
ONLY_ONE = "nothing else is possible this week: {action}"
NO_DRAFT = "no draft can come to a vote this week"
CLOSED = "{name} is not possible this week: {reason}"
SAVED_CLOSED = (
    "{state} cannot choose “{name}” in the week of {day}: {reason}; take this choice out, or begin "
    "another game"
)
ENDED_BY = (
    "a direct confrontation ended this game in week {week}; go back to that week or an earlier one"
)
VOTE_IF = "if a draft is put to the vote this week"

# --- observation ---
LEVELS = ("very low", "low", "about half", "high", "very high")  # by fifths of a quantity's range
NONE = "none"
YES, NO = "yes", "no"
STAGES = ("none", "contact", "talks", "a deal or freeze holds")
OF_USUAL = "{value}; 1 is usual"
SEEN = {  # clearer for a player than the codebook's words
    "talks_stage": "Talks",
    "tension": "Tension",
    "felt_drive": "How hard the missile programme is pushed now",
    "icbm_unreliability": "Chance that an ICBM flight fails",
    "regional_unreliability": "Chance that a regional missile fails",
    "council_prospect": "Chance that nobody vetoes a draft in the Council",
    "nuclear_case": "The test before the Council is a nuclear one",
    "armed_clash": "An armed clash last week",
    "raw_reach": "How surely North Korea's ICBMs reach the American mainland, missile defence aside",
    "proven_icbm": "Last successful ICBM test",
    "talks_failure": "How much the last breakdown of talks still weighs",
    "pain": "Income lost to sanctions and closed borders",
    "regional_articles": "Regional missiles for tests",
    "icbm_articles": "ICBMs for tests",
    "nuclear_articles": "Nuclear devices for tests",
    "reach": "How surely your ICBMs reach the American mainland, missile defence included",
    "excitation": "How many tests the last weeks brought",
}
THREAT = "How threatened you feel"
SHOCK = "A big test or an attack still in your mind"
EXACT, EXACT_USUAL = "{said} ({value:.2f})", "{level} ({value:.2f}; usual {usual:.2f})"
USUAL = "{said} (usual: {usual})"
USUAL_SIZES = ("the same", "a bit {way}", "much {way}")  # by the distance from what is usual
USUAL_MORE, USUAL_LESS = "more", "less"
UP, DOWN = "{what}: up, now {said}", "{what}: down, now {said}"
NOW = "{what}: now {said}"
NO_PROOF, WEEKS_AGO = "none so far", "about {weeks} weeks ago"
READY, NOT_READY = "{n} ready", "none ready; the next is built to {share} %"
MONEY = "${value:,.0f} million"
OF_LEVER = "{value}, from {low} ({low_means}) to {high} ({high_means})"
DUE = {
    "drill_season": "A large joint exercise is due on the calendar.",
    "spring": "It is spring: the season of tests.",
    "winter": "October to January: a season in which North Korea tests little.",
    "holiday": "A national holiday of North Korea is near.",
}
QUIET = "Nothing that was public."
LAUNCHES = "Missiles were launched on {days}."
ONE_DAY, MANY_DAYS = "one day", "{n} days"
FLIGHT = {True: "The long-range flight succeeded.", False: "The long-range flight failed."}
OVERFLIGHT = "The missile flew over Japan."
TALKS = {
    (0, 1): "Contact began.",
    (1, 2): "Talks began.",
    (2, 3): "A deal or freeze was reached.",
}
BREAKDOWN = {1: "Contact broke off.", 2: "Talks broke down.", 3: "The deal broke down."}
INCIDENT = "There was an armed incident that nobody ordered."
PASSED, VETOED = "The Security Council passed a resolution.", "A draft in the Council was vetoed."

# --- debrief ---
PLACES = {  # outcomes compared with the model's futures, in order
    "mean_tension": "Mean tension, rungs",
    "confrontation_risk": "Risk of confrontation",
    "peak_rung": "Highest rung",
    "launch_days": "Launch days",
    "icbm_tests": "ICBM tests",
    "satellite_launches": "Satellite launches",
    "provocations": "Provocations, by anybody",
    "sanctions": "Acts of sanctions",
    "diplomacy": "Conciliatory steps",
    "talks_weeks": "Weeks of talks or a deal",
    "cycles": "Cycles of escalation",
}
CHOSEN = (
    "You made {choices} as {states}. The model would have made {same}: it gave yours a chance of "
    "{chance} on average."
)
CHOICES = Plural("{n} choice", "{n} choices")
SAME_MANY = "{n} of them"
IN_THOUSAND = "{value} in 1,000"
SAME_CHOICES = {0: "none of them", 1: "one of them"}
MODEL, GAME, LIKELIEST = "the model’s own world", "your world", "the other world"  # in a sentence
AIM = "{state}, “{words}”: {value}; the middle of the futures is {middle}. Better than {share} % of them."
ENDED = (
    "A direct confrontation, {road}, ended your game in the week of {day}. The figures below go on "
    "without it, as the film and the counts do."
)
NONE_CHOSEN = "You left every choice of {states} to the model: this is the model's own world."
PLACE = (
    "{what}: {value} here; {model} where the model decides on the same luck; {middle} in the middle "
    "of {runs:,} futures that the model would have taken. {below} of them lie lower, {same} equal."
)
DEPARTURE = (
    "{day}: {state} chose “{chosen}”, to which the model gave {chance}; likeliest was “{likeliest}” "
    "with {most}."
)
INSTEAD = (
    "With “{likeliest}” instead, and everything else that you chose, tension is {by} on average and "
    "the risk of a confrontation {risk}."
)
RISK_MOVES = "goes from {before} to {after} in 1,000"
RISK_STAYS = "stays the same"
LOWER, HIGHER, SAME = "{by:.2f} rungs lower", "{by:.2f} rungs higher", "the same"
TRIED = "Tried out: the {tried} of your {all} departures that surprise the model most."
CAUTION = (
    "One world of a model, and one choice at a time: it shows how things hang together here, not "
    "what would happen."
)

translate_constants(__name__)
