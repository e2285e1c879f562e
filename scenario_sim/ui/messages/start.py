"""Texts of the start page, of the tour, and of the page on the article's claims."""

from scenario_sim.language import Name, translate_constants

# --- the start page ---
PAGE = {
    "about": (
        "Six states decide week by week in a model of published theories and hand-set numbers. It compares "
        "mechanisms: what would follow if the world worked like this. It does not say what will happen."
    ),
    "begin": "Where to begin",
    "tour": "Take the 60-second tour",
    "beside": "To compare:",
    "watch": "Watch one world:",
    "studies": "Studies",
    "studies_hint": "Thousands of worlds at once, from the command line or a notebook.",
    "studies_text": "Sweep levers, rank what matters, and search for policies that hold under every theory:",
}
STUDY_COMMANDS = (
    Name("scenario-sim sweep status-quo --vary engagement=0:1:5"),
    Name("scenario-sim sensitivity status-quo"),
    Name("scenario-sim robust status-quo"),
)
TRY_SIDES = {"calmer": "Calmer", "tenser": "Tenser"}
TRY = {
    "title": "Pull a lever, and see a thousand futures",
    "ask": "The United States talks of strikes and threatens more. Does the peninsula get calmer or tenser?",
    "guess": "Your guess",
    "sides": TRY_SIDES,
    "open": "Go on with all levers",
}
TRY_PULL = "Now pull the lever."
TRY_WAIT = "Playing the same thousand futures again …"
TRY_CANNOT_TELL = "These thousand futures cannot tell: the difference may be luck."
TRY_VERDICT = (
    "{side}, in this model: tension averages {after} instead of {before} on the ladder, and {risk_after} instead "
    "of {risk_before} of 1,000 futures see a confrontation."
)
TRY_RIGHT, TRY_WRONG = "You guessed right.", "You guessed the other way."
CRISIS = {
    "title": "A crisis in five minutes",
    "about": (
        "Spring 2013: a nuclear test is due, and bombers fly. You decide for one state, the model for the "
        "others. Eight weeks, one decision a week."
    ),
    "DPRK": "Play North Korea",
    "USA": "Play the United States",
}
FIRST_SCENARIOS = {  # a scenario's name: why to begin there
    "status-quo": "See what a fan of futures is: no policy changes, and yet no two futures are alike.",
    "fire-and-fury-2017": "Take words and tests apart: lower the threats of 2017, and see what risk is left.",
    "lab-security-dilemma": "Try one drill under two theories, and find out how much of a result is belief.",
}
LESSONS, LESSONS_HINT = "Lessons", "Ten to fifteen minutes each: guess first, then see."
LESSON_CARD = "{number} · about {minutes} minutes"

# --- the tour ---
TOUR_STEPS = [
    {
        "at": Name(".sim-scenario"),
        "title": "A scenario asks a question",
        "text": "This is where the world stands, and what to find out. Another is one choice away.",
    },
    {
        "at": Name(".sim-lever"),
        "title": "Drag a lever",
        "text": (
            "Try it now. The same thousand futures are played again under your policy, each with "
            "the same luck. The mark on the track stays where the scenario has the lever."
        ),
    },
    {
        "at": Name(".sim-risk"),
        "title": "Read the risk as a count",
        "text": (
            "How many of 1,000 futures see a direct confrontation. Trust the difference between two "
            "policies more than the level: with no war since 1953, no data can fix the level."
        ),
    },
    {
        "at": Name(".sim-chart-fan"),
        "title": "Tension, week by week",
        "text": (
            "Half the futures lie above the thick line; the bands hold 8 and 9 of 10. Dashed and "
            "grey is the baseline. The name of a rung tells what happens on it."
        ),
    },
    {
        "at": Name(".sim-outcomes"),
        "title": "What else happens",
        "text": "Tests, talks, money and vetoes. Every chart also has its numbers in a table.",
    },
    {
        "at": Name(".sim-tools"),
        "title": "Whenever you need them",
        "text": (
            "The ladder and the glossary explain every word, Present fills a wall, and this tour "
            "can be taken again. The browser’s Back button undoes where you went."
        ),
    },
]
TOUR = {
    "counted": "Tour, {n} of {all}",
    "skip": "Skip the tour",
    "back": "Back",
    "next": "Next",
    "done": "Start exploring",
}

# --- what the article says ---
CLAIMS_LEAD = (
    "The project set out from an article on the peninsula. Its quotations could not be verified and "
    "are not used. Here are its claims in our own words. Each is tested in the model with its usual settings and "
    "under every theory that disagrees.",
    "None of it is evidence about the world: a model says what was put into it. The record and "
    "the literature stand beside it.",
)
CLAIMS_MADE = (
    "Computed in advance with engine {engine}: {runs} futures a world, more where effects are small, "
    "seed {seed}. Brackets hold 95 % Monte-Carlo intervals. To repeat it: scenario-sim claims."
)
CLAIMS_OTHER_ENGINE = "This server runs another engine, {engine}, whose figures may differ."
CLAIM_TEST, CLAIM_RECORD, CLAIM_STANDING = "Test", "Record, 2012 to 2023", "Literature"
CLAIM_CARRIED = "Carried by a coefficient"
CLAIM_SWING = (
    "{name}, {value:g} ({low:g} to {high:g} {unit}; {source}). {says}, at the ends of its range: "
    "{at_low}; {at_high}."
)
CLAIM_MECHANISM, CLAIM_THEORIES = "Mechanism", "Mechanism, and the figures under each theory"

translate_constants(__name__)
