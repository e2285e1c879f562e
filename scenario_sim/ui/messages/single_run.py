"""Texts of the page of one world, and of the ways that lead to it."""

from scenario_sim.language import translate_constants

# --- which run ---
ONE_WORLD = "One world"
ONE_WORLD_LEAD = "Watch one of these futures week by week, ask why, and change one decision."
FAN_CLICK = "Click into the fan to watch the future that passes there."
LINE_LABELS = {
    "typical": "Typical",
    "calmest": "Calmest",
    "worst": "Worst",
    "near-miss": "A near miss",
    "other": "Another",
}
LINES = {
    "title": "Single futures in the fan",
    "show": "Draw single futures",
    "how": "Click a line, or press a button, to watch that future.",
    "waiting": "Drawing them …",
    "run": "{label}: run {run}",
}
TITLE = "One world: {title}, run {run}"
TO_PICTURE = "Back to all futures"
CHOICES = {  # why a run is worth a look: its name, what there is to see
    "typical": ("Typical", "Near the middle of these {runs:,} futures in every respect."),
    "calmest": ("Calmest", "The lowest tension of these {runs:,} futures: {tension} on average."),
    "worst": ("Worst", "The highest risk of these {runs:,} futures, all weeks together."),
    "near-miss": (
        "Near miss",
        "The most dangerous week of these {runs:,} futures that passes without a confrontation.",
    ),
}
NOTABLE = {"typical": "a typical one", "near-miss": "a near miss", "false-alarm": "a false alarm"}
NOTABLE_RUN = "Lecture: {kind}"
CHOOSER = {
    "title": "Which future",
    "run": "Run",
    "run_label": "Run number",
    "waiting": "Looking through the futures …",
}

# --- the stage ---
STATE_MARKS = {
    "China": "PRC",
    "Russia": "RUS",
    "Japan": "JPN",
    "DPRK": "DPRK",
    "ROK": "ROK",
    "USA": "USA",
}  # for a small circle
FAMILIES = {
    "provocation": "Provocation",
    "exercise": "Exercise",
    "sanction": "Sanction",
    "diplomacy": "Diplomacy",
    "aid": "Aid",
    "defence": "Defence",
    "veto": "Veto",
}
FAMILY_MARKS = {
    "provocation": "▲",
    "exercise": "●",
    "sanction": "■",
    "diplomacy": "◆",
    "aid": "✚",
    "defence": "▼",
    "veto": "⬢",
    "event": "○",
}
STAGE = {
    "stage": "The six states, week by week",
    "counted": "week {n} of {all}",
    "shown": "On stage",
    "families": FAMILIES,
    "threat": "{state} feels threatened: {value}, from 0 (not at all) to 1 (fully)",
    "threat_key": "Ring: how threatened a state feels",
    "marks": FAMILY_MARKS,
    "arrow": "{says} (rung {rung})",
    "nobody": "nobody acts",
    "ladder": "The ladder of escalation",
    "acts_on_rung": "This week’s acts on this rung",
    "tension": "Tension",
    "steady": "as last week",
    "up": "up {by}",
    "down": "down {by}",
    "talks": "Talks",
    "talks_short": "Talks",
    "stages": ["none", "contact", "talks", "a deal holds"],
    "exercises": "Exercises",
    "exercises_short": "Drills",
    "season": "Drill season in the calendar",
    "drill_held": "An exercise is held",
    "season_idle": "season, none held",
    "no_season": "none due",
    "launches": "Launch days",
    "none": "none",
    "council": "Council",
    "no_vote": "no draft",
    "voted": "{name}",
    "vetoed": "vetoed",
    "passed": "passed",
    "on_rung": "rung {n}, {label}",
    "transport": "Play this world",
    "to_start": "To the first week",
    "back": "One week back",
    "back_about": "One week back (left arrow; with Shift four)",
    "play": "Play",
    "pause": "Pause",
    "play_about": "Play or pause (space)",
    "forward": "One week on",
    "forward_about": "One week on (right arrow; with Shift four)",
    "speed": "Speed",
    "speeds": {
        "1": "1 week a second",
        "2": "2 weeks a second",
        "4": "4 weeks a second",
        "8": "8 weeks a second",
    },
    "keys": "Space plays, arrow keys step, Home and End jump.",
    "line": "Tension over time",
    "scrub": "Week",
    "on_record": "On record",
    "on_record_short": "Rec.",
    "record_quiet": "no missile or nuclear test, no attack, no draft, no large exercise.",
    "record_silent": "nothing is known of this week, which does not mean that nothing happened.",
    "phases": "Phases",
    "phases_short": "Phase",
    "phase": {name: name for name in ("calm", "probe", "reaction", "peak", "settlement")},
    "in_phase": "Now: {phase}.",
    "cycle": "Cycle {n} of {all}. {words}",
    "no_cycle": "No cycle of escalation is under way.",
    "key_fan": "all futures: middle, 8 and 9 of 10",
    "parted": "The worlds differ from the week of {day} on.",
}

# --- the log ---
LOG = {
    "title": "What happened",
    "small": "Words and small steps",
    "record": "What is on record",
    "on_record": "On record,",
    "filter": "Filter",
    "state": "State",
    "all_states": "All states",
    "family": "Kind of act",
    "all_families": "All kinds",
    "families": FAMILIES | {"event": "Nobody’s choice"},
    "marks": FAMILY_MARKS | {"rupture": "◇"},
    "found": "{n} of {all}",
    "list": "Events in order of time",
    "rung": "rung",
    "ask": "Why?",
    "look": "Show",
    "nothing": "Nothing of this kind happens.",
    "quiet": "A quiet week",
}

# --- why ---
WHY = {
    "why": "Why",
    "close": "Close",
    "without": "What if it had not happened?",
    "instead": "Or instead:",
    "play_that": "Play that",
    "full": "Four branches are kept already: remove one first.",
    "numbers": "The numbers",
    "chances": "Its choices that week",
    "terms": "What decided it",
    "equations": "The equations",
    "docs": "Written out and explained in docs/model.md, under the same names.",
}
WHY_AGAINST = (
    "Each bar shows how much a reason spoke for this choice rather than “{other}”, in logits."
)
WHY_SUM = "{coefficient} × {quantity} ({value}): {weight}"
WHY_CLOSED = "Not possible: {name} ({reason})."
HOLDING = "holding still"
EVENT_TITLE = "Nobody chose this"
EVENT_OTHER = "It follows from what the states did, and from luck."
EVENT_WHY = {
    "theft": "How often North Korea steals online is luck, around a rate that the levers on cyber security set.",
    "incident": "An armed incident that nobody ordered: luck, likelier the higher tension is.",
    "confrontation": "It is drawn by lot, with the hazard of that week. "
    "In the film and in the counts it marks the future without stopping it; a game ends with it.",
    "contact": "Whether an offer is taken up is drawn with a chance that the state of the world sets.",
    "talks": "Whether contact becomes talks is drawn each week, with a chance that the state of the world sets.",
    "deal": "Whether talks become a deal is drawn each week, with a chance that the state of the world sets.",
    "breakdown": "Contact, talks and deals break down by lot, likelier after tests, drills and sanctions.",
    "change": "The policy itself changes here: a lever moves.",
    "shock": "A shock that the scenario brings.",
    "held_back": "The scenario, or this branch, takes away what the state would have chosen.",
    "launches": "The record has these launches beside an act on a higher rung.",
    **dict.fromkeys(
        (
            "crisis_begins",
            "first_move",
            "crisis_answered",
            "crisis_peaks",
            "crisis_settles",
            "crisis_ends",
        ),
        "A turning point of a cycle of escalation, as defined in docs/cycles.md.",
    ),
    "near_miss": "Weeks in acute crisis or with an armed clash that pass without a confrontation.",
}

# --- branches ---
CLOSED = "{name} is not possible that week: {reason}"
NO_BRANCH = "this cannot be played"
REFUSED = "This branch was not made"
REFUSED_CURE = "Choose another week or another act."
BRANCHES = {
    "title": "Branches",
    "hint": "The same luck with one decision changed. Up to four branches are drawn above and compared here.",
    "table": "The worlds side by side",
    "world": "World",
    "now": "Tension, {day}",
    "columns": [
        *(
            "First differs",
            "Highest rung",
            "Mean tension",
            "Launch days",
            "ICBM tests",
            "Weeks of talks",
        ),
        "Risk in 1,000",
    ],
    "deeds": "What to do",
    "name": "Name of branch {n}",
    "show": "Show",
    "remove": "Remove",
    "drop": "Remove the branch {name}",
    "counting": "Counting over the futures …",
    "hands": "Acts that differ: {lost} only as it was, {gained} only in this branch",
    "lost": "Only as it was",
    "gained": "Only in this branch",
    "add": "Go back and change one decision",
    "full": "Four branches are kept already: remove one first.",
    "from": "From the week of {day} in “{world}”: step to another week to begin there.",
    "lever": "Lever",
    "value": "New value",
    "who": "State",
    "does": "Does",
    "branch": "Branch",
}
AS_IT_WAS = "As it was"
BRANCH_WITHOUT = "Without the {act} of {day}"
BRANCH_INSTEAD = "{other} instead of {act}, {day}"
BRANCH_FORCED = "{state}: {act}, {day}"
BRANCH_HOLDS = "holds still ({channel})"
BRANCH_MOVED = "{lever} {value} from {day}"
BRANCH_CHANNEL = "{state}, {channel}"
NEVER_DIFFERS = "never"
ACROSS = (
    "{how} tension in the week of {day} is lower in {lower} %, higher in {higher} % and about the "
    "same in {same} % of {pairs} futures; on average {by} rungs (95 % interval {low} to {high})."
)
ACROSS_ACT = "If we make the act happen in all futures, and then put this in its place:"
ACROSS_BRANCH = "If we make these changes in all futures:"
ACROSS_RISK = "Confrontations in 1,000 futures: {by} (95 % interval {low} to {high})."
ACROSS_NO_RISK = "The risk of a confrontation: too few futures differ to tell."

# --- key moments ---
MOMENTS = "The weeks that decided this world"
MOMENTS_ASK = "Find them: remove each act once"
MOMENTS_PROGRESS = "Removing each act once: {percent} %"
MOMENTS_NONE = (
    "No single act decided it: without any one of them this world would be much the same."
)
MOMENTS_GO = "Show this week and why"
MOMENT_HIGHER = (
    "{day}: {state} {does}. Without it, tension would have been {change} higher from then on. "
)
MOMENT_LOWER = (
    "{day}: {state} {does}. Without it, tension would have been {change} lower from then on. "
)
MOMENT_OTHER = "{day}: {state} {does}. Without it, much would have come in another order. "

translate_constants(__name__)
