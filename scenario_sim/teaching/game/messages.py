"""Texts of a game, in one place for translation."""

NO_GAME = "there is nothing to play"
NO_CHOICE = "this cannot be chosen"

# --- choices ---
HOLD = "hold still"
HOLD_ABOUT = "what the others are weighed against"
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
LEVELS = ("very low", "low", "middling", "high", "very high")  # by fifths of a quantity's range
YES, NO = "yes", "no"
STAGES = ("none", "contact", "talks", "a deal or freeze holds")
SEEN = {  # clearer for a player than the codebook's words
    "talks_stage": "Talks",
    "tension": "Tension",
    "icbm_unreliability": "Chance that an ICBM flight fails",
    "regional_unreliability": "Chance that a regional missile fails",
    "council_prospect": "Chance that nobody vetoes a draft in the Council",
    "nuclear_case": "The test before the Council is a nuclear one",
    "armed_clash": "An armed clash last week",
    "raw_reach": "How surely its ICBMs reach the American mainland, missile defence aside",
    "reach": "How surely your ICBMs reach the American mainland, missile defence included",
    "excitation": "How many tests the last weeks brought",
}
THREAT = "How threatened you feel"
SHOCK = "A big test or an attack still in your mind"
USUAL = "{said}; {usual:.2f} is usual"
OF_LEVER = "{value:g}, from {low:g} ({low_means}) to {high:g} ({high_means})"
DUE = {
    "drill_season": "A large joint exercise is due on the calendar.",
    "spring": "It is spring: the season of tests.",
    "winter": "It is winter, a quiet season for tests.",
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
    "icbm_tests": "ICBM tests and satellites",
    "provocations": "Provocations, by anybody",
    "sanctions": "Acts of sanctions",
    "diplomacy": "Conciliatory steps",
    "talks_weeks": "Weeks of talks or a deal",
    "cycles": "Cycles of escalation",
}
CHOSEN = (
    "Choices you made as {states}: {choices}. What the model holds likeliest there: {as_likeliest}; "
    "otherwise: {otherwise}. It gave what you chose a chance of {chance} on average."
)
BESIDE = "The model’s own world on the same luck is the first, yours the second. {said}"
YOURS = "Yours is the first. {said}"
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
