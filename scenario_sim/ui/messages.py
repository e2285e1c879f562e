"""Every text of the page, in one place, ready to be translated. The pictures' own are in
`charts.words`, the levers' in the registry of parameters."""

from datetime import date

LANGUAGE = "en"
TITLE = "Escalation on the Korean Peninsula"
DISCLAIMER = "Illustrative model, not a forecast."
TO_DARK, TO_LIGHT = "Switch to dark colours", "Switch to light colours"
SKIP, SKIP_START = "Skip to the picture", "Skip to the scenarios"
BAR_TEXTS = {
    "title": TITLE,
    "disclaimer": DISCLAIMER,
    "to_dark": TO_DARK,
    "to_light": TO_LIGHT,
    "skip": SKIP,
    "skip_start": SKIP_START,
    "tools": "Help and view",
    "home": "All scenarios",
    "ladder": "Ladder",
    "words": "Glossary",
    "tour": "Tour",
    "present": "Present",
    "leave": "Leave presenting",
    "levers": "Levers",
}

# --- the start page ---
START_TEXTS = {
    "title": "Pull a lever, and see a thousand futures",
    "lead": (
        "North Korea, the United States, South Korea, Japan, China and Russia decide week by week. "
        "Choose a scenario, change a policy, and watch what moves: tension, talks, tests, money, and "
        "the risk that a crisis gets out of hand."
    ),
    "about": (
        "A model of published theories and hand-set numbers. It compares mechanisms: what would "
        "follow if the world worked like this. It says nothing about what will happen."
    ),
    "begin": "Where to begin",
    "tour": "Take the 60-second tour",
    "beside": "To compare:",
    "watch": "Watch one world:",
}
BEGIN = {  # a scenario's name: why to begin there
    "status-quo": "See what a fan of futures is: nothing changes, and still no two futures are alike.",
    "fire-and-fury-2017": "Take words and tests apart: lower the threats of 2017, and see what risk is left.",
    "lab-security-dilemma": "Try one drill under two theories, and find out how much of a result is belief.",
}

# --- lessons (their own words: `lessons/*.toml`) ---
LESSONS, LESSONS_HINT = "Lessons", "Ten to fifteen minutes each: guess first, then see."
LESSON_CARD = "{number} · about {minutes} minutes"
LESSON_COUNTED = "Step {n} of {all}"
LESSON_MOVED = "The levers have moved: {levers}."
LESSON_ANSWER = "The model says: {answer} (95 % Monte-Carlo error)."
LESSON_THAT_IS = "That is: “{choice}”."
LESSON_RIGHT, LESSON_WRONG = "You saw it coming.", "The model says otherwise."
LESSON_NEAR, LESSON_OFF = "As near as one can guess.", "You were {off} {unit} off."
LESSON = {
    "reveal": "Reveal",
    "waiting": "The model is at work …",
    "no_guess": "Move the slider to your guess",
    "ends": "from {low} to {high}",
    "look": "Look at:",
    "debrief": "Debrief",
    "back": "Back",
    "next": "Next",
    "done": "Go on by yourself",
    "leave": "Leave the lesson",
    "keys": "Arrow keys left and right turn the page.",
}

# --- the tour: what to point at (a CSS selector), and what to say ---
TOUR = [
    {
        "at": ".sim-scenario",
        "title": "A scenario asks a question",
        "text": "This is where the world stands, and what to find out. Another is one choice away.",
    },
    {
        "at": ".sim-lever",
        "title": "Drag a lever",
        "text": (
            "Try it now. The same thousand futures are played again under your policy, each with "
            "the luck it had. The mark on the track stays where the scenario has the lever."
        ),
    },
    {
        "at": ".sim-risk",
        "title": "Read the risk as a count",
        "text": (
            "How many of 1,000 futures see a direct confrontation. Trust the difference between two "
            "policies more than the level: no war since 1953 means data cannot fix it."
        ),
    },
    {
        "at": ".sim-chart-fan",
        "title": "Tension, week by week",
        "text": (
            "Half the futures lie above the thick line; the bands hold 8 and 9 of 10. Dashed and "
            "grey is the baseline. The name of a rung tells what happens on it."
        ),
    },
    {
        "at": ".sim-outcomes",
        "title": "What else happens",
        "text": "Tests, talks, money and vetoes. Every chart also has its numbers in a table.",
    },
    {
        "at": ".sim-tools",
        "title": "Whenever you need them",
        "text": (
            "The ladder and the glossary explain every word, Present fills a wall, and this tour "
            "can be taken again. The browser’s Back button undoes where you went."
        ),
    },
]
TOUR_TEXTS = {
    "counted": "Tour, {n} of {all}",
    "skip": "Skip the tour",
    "back": "Back",
    "next": "Next",
    "done": "Start exploring",
}

# --- the guide: the ladder and the words (the words themselves: `glossary.toml`) ---
GUIDE = {
    "ladder_title": "What counts as confrontation?",
    "ladder_lead": (
        "Eleven rungs from calm to the words of the literature, after Kahn (1965). What the states "
        "of this model can do stands on its rung. An act on a rung pushes tension up by a little; "
        "it does not put the whole peninsula there."
    ),
    "words_title": "Words of the field",
    "ladder": "Ladder",
    "words": "Glossary",
    "rung": "Rung",
    "find": "Find a word",
    "none_found": "No such word here.",
    "close": "Close",
}
RUNG_MARKS = {8: "This counts", 9: "Never drawn", 10: "Never drawn"}
RUNG_ASK = "What happens on this rung?"
RUNG_LABEL = "Rung {number}, {name}: what happens on it"

# --- choosing a scenario ---
SCENARIO = "Scenario"
AHEAD, HISTORY, LABORATORY = "From today on", "History", "Laboratory"
SHELF_HINTS = {
    AHEAD: "What might follow, if the world worked like this.",
    HISTORY: "What happened is played back; what you change is not.",
    LABORATORY: "One mechanism at a time, turned up until it shows.",
}
TODAY = date(2026, 9, 7)  # scenarios that start earlier are history
LASTS = "From {start} for {span}"
TEACHES = "What it teaches"

# --- levers ---
LEVERS = "Levers"
RESET_ALL = "Reset all"
RESET_ONE = "Reset {lever} to {value}"
ABOUT = "About {lever}"
WAS = "scenario: {value}"
RANGE = "{low} to {high}, {unit}"
ENTERS = "Enters: {enters}."
SOURCE = "Source: {source}."
DATED = "This scenario moves it: {steps}. Moving the slider sets it throughout."
DATED_STEP = "{value} from {day}"
GROUPS = {  # of all levers; simple mode shows some of each
    "United States": ("us_threats", "engagement", "negotiating_demand", "strategic_assets"),
    "Republic of Korea": ("rok_government",),
    "Alliance": (
        *("exercise_scale", "missile_defence", "early_warning", "alliance_credibility"),
        "trilateral_cooperation",
    ),
    "Both sides": ("hotline", "border_measures", "launch_posture"),
    "Sanctions and money": (
        *("sanctions_enforcement", "cyber_security", "unilateral_sanctions"),
        "sanctions_precision",
    ),
    "China": ("us_china_rivalry", "china_fuel_cut"),
    "Russia": ("russia_need",),
    "North Korea": ("programme_drive", "domestic_pressure"),
    "Disputed science": ("exercise_sensitivity", "money_elasticity", "war_risk_anchor"),
    "Circumstances": (
        *("winter_lull", "border_closure", "expert_panel", "secondary_sanctions"),
        "crypto_opportunity",
    ),
}
OTHERS = "Others"
SHOWN = "{shown} of {all} levers shown."
HIDDEN_ONE = "One that is hidden is moved."
HIDDEN_MANY = "{many} that are hidden are moved."
TERM = "{state}, on {what}: {words}"
COEFFICIENT = "{value} ({low} to {high})"
DANGER_ONLY = "It changes how dangerous a moment is, and nobody’s acts."
LEVER_TEXTS = {
    "title": LEVERS,
    "reset_all": RESET_ALL,
    "advanced": "Advanced",
    "undo": "Undo",
    "redo": "Redo",
    "replay": "Replay",
    "replay_about": "Replay the last change: the picture before, then after",
    "replay_end": "Show after",
    "anchors": "Values to go by",
    "anchors_note": (
        "The modellers’ reading of the past, or what a scenario or an equation makes of a value: "
        "judgement, not measurement."
    ),
    "set_to": "Set {lever} to {value}: {words}",
    "dated": "Changes at a date: see the timeline",
    "equations": "Equations and sources",
    "equations_lead": "In the equations, as the program has them",
    "terms_lead": "In what the states weigh (weight at the default)",
    "coefficients_lead": "The coefficients in them",
    "source": "Source",
    "docs": "Written out and explained under the same names in “The model in full”: Files and code.",
    "loading": "Looking it up …",
}

# --- replay, notes, advice ---
BEFORE, AFTER = "Before the last change", "After it"
SAME_AS_SCENARIO = "Nothing changed: what you set is what the scenario has anyway."
ADVICE = "Worth a second look"
ADVICE_SINCE = "From {day}: {words}"

# --- the policy timeline ---
LATE = "{many} more after the end of these weeks."
HELD_BACK = "{state} holds back ({channel})"
TIMELINE_TEXTS = {
    "title": "Policy timeline",
    "hint": "A lever changes at a date. Weeks before it stay exactly as they were.",
    "add": "Add a change",
    "lever": "Lever",
    "date": "From (a Monday)",
    "value": "New value",
    "put": "Add",
    "remove": "Delete",
    "close": "Done",
    "cancel": "Cancel",
    "events": "Acts and shocks",
    "keys": "Arrow keys left and right move it by a week, up and down change the value; Delete removes it.",
    "named": "{lever} {value} from {day}",
    "own": "What the scenario itself brings",
    "months": [
        *("January", "February", "March", "April", "May", "June", "July", "August"),
        *("September", "October", "November", "December"),
    ],
}

# --- the picture ---
RISK = "Risk of a direct confrontation"
FAN = "Tension on the ladder"
KEY_POLICY, KEY_ALONE, KEY_BASELINE = "this policy", "the scenario as it stands", "baseline"
KEY_BANDS = "shaded: 8 and 9 of 10 futures"
ROADS = "Four roads to confrontation"
ROADS_HINT = "expected per 1,000 futures"
OUTCOMES = "What else happens"
OUTCOMES_HINT = "mean per future"
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

FIGURE = {
    "numbers": "The numbers in a table",
    "title": "Save this chart",
    "save": "Save “{figure}” as {type}",
    "disclaimer": DISCLAIMER,
}

# --- how far, how many, which luck ---
HORIZONS = {26: "26 weeks", 104: "2 years", 260: "5 years", 520: "10 years"}
LOOKOUT_TEXTS = {
    "horizon": "Look ahead",
    "runs": "Futures",
    "runs_about": "How many futures are drawn; more of them know every number better",
    "seed": "Seed",
    "seed_about": "Names the luck: the same seed draws the same futures again",
    "luck": "New luck",
    "luck_about": "Draw as many other futures, by another seed",
}
RUNS_OFFERED = (200, 1000, 4000, 10_000)
ENOUGH = "Enough futures?"
MORE_RUNS = "Draw {runs:,}"
PROGRESS = "Drawing {runs:,} futures: {percent} %"
STOP = "Stop"
STOPPED = "Stopped. The picture is still the one before."
GO_ON = "Go on"

# --- one world ---
ONE_WORLD = "One world"
ONE_WORLD_LEAD = "Watch one of these futures week by week, ask why, and change one decision."
FAN_CLICK = "Click into the fan to watch the future that passes there."
LINES = {
    "typical": "Typical",
    "calmest": "Calmest",
    "worst": "Worst",
    "near-miss": "A near miss",
    "other": "Another",
}
LINES_TEXTS = {
    "title": "Single futures in the fan",
    "show": "Draw single futures",
    "how": "Click a line, or press a button, to watch that future.",
    "waiting": "Drawing them …",
    "run": "{label}: run {run}",
}
WORLD_TITLE = "One world: {title}, run {run}"
TO_PICTURE = "Back to all futures"
CHOICES = {  # why a run is worth a look: its name, what there is to see
    "typical": ("Typical", "Near the middle of these {runs:,} futures in every respect."),
    "calmest": ("Calmest", "The lowest tension of these {runs:,} futures: {tension} on average."),
    "worst": ("Worst", "The highest risk of these {runs:,} futures, all weeks together."),
    "near-miss": ("Near miss", "The most dangerous week of these {runs:,} futures that passes."),
}
LECTURE = {"typical": "a typical one", "near-miss": "a near miss", "false-alarm": "a false alarm"}
LECTURE_SEED = "Lecture: {kind}"
CHOOSER_TEXTS = {
    "title": "Which future",
    "run": "Run",
    "run_label": "Run number",
    "waiting": "Looking through the futures …",
}
STATE_MARKS = {"China": "PRC", "Russia": "RUS", "Japan": "JPN"}  # for a small circle
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
STAGE_TEXTS = {
    "stage": "The six states, week by week",
    "counted": "week {n} of {all}",
    "shown": "On stage",
    "families": FAMILIES,
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
    "parted": "The worlds part in the week of {day}.",
}
LOG_TEXTS = {
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

WHY_AGAINST = "Each bar: how much it set this apart from “{other}”, in logits."
WHY_SUM = "{coefficient} × {quantity} ({value}): {weight}"
HOLDING = "holding still"
EVENT_TITLE = "Nobody chose this"
EVENT_OTHER = "It follows from what the states did, and from luck."
EVENT_WHY = {
    "theft": "How often North Korea steals online is luck, around a rate that levers on cyber security move.",
    "incident": "An armed incident that nobody ordered: luck, likelier the higher tension is.",
    "confrontation": "It is drawn by lot, with the hazard of that week; the path goes on without it.",
    "contact": "Whether an offer is taken up is drawn with a chance that the state of the world sets.",
    "talks": "Whether contact becomes talks is drawn each week, with a chance that the state of the world sets.",
    "deal": "Whether talks become a deal is drawn each week, with a chance that the state of the world sets.",
    "breakdown": "Contact, talks and deals break down by lot, likelier after tests, drills and sanctions.",
    "change": "The policy itself changes here: a lever moves.",
    "shock": "A shock that the scenario brings.",
    "held_back": "The scenario, or this branch, takes away what the state would have chosen.",
    "launches": "On record, beside an act of a higher rung.",
    **dict.fromkeys(
        (
            "crisis_begins",
            "first_move",
            "crisis_answered",
            "crisis_peaks",
            "crisis_settles",
            "crisis_ends",
        ),
        "A turn of a cycle of escalation, read off tension and hostile acts; docs/cycles.md defines it.",
    ),
    "near_miss": "Weeks in acute crisis or with an armed clash in which no confrontation is drawn.",
}
WHY_TEXTS = {
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
AS_IT_WAS = "As it was"
BRANCH_WITHOUT = "Without the {act} of {day}"
BRANCH_INSTEAD = "{other} instead of {act}, {day}"
BRANCH_FORCED = "{state}: {act}, {day}"
BRANCH_HOLDS = "holds still ({channel})"
BRANCH_MOVED = "{lever} {value} from {day}"
NEVER_PARTS = "never"
ACROSS = (
    "{how} tension in the week of {day} is lower in {lower} %, higher in {higher} % and about the "
    "same in {same} % of {pairs} futures; on average {by} rungs (95 % interval {low} to {high})."
)
ACROSS_ACT = "Across the futures, the act forced in that week of each and then this in its place:"
ACROSS_BRANCH = "Across the futures, with these changes in each:"
ACROSS_RISK = "Confrontations in 1,000 futures: {by} (95 % interval {low} to {high})."
ACROSS_NO_RISK = "The risk of a confrontation: too few futures differ to tell."
BRANCH_TEXTS = {
    "title": "Branches",
    "hint": "The same luck, one decision changed. Up to four, on the line above and side by side here.",
    "table": "The worlds side by side",
    "world": "World",
    "now": "Tension, {day}",
    "columns": [
        *("Parts", "Highest rung", "Mean tension", "Launch days", "ICBM tests", "Weeks of talks"),
        "Risk in 1,000",
    ],
    "deeds": "What to do",
    "name": "Name of branch {n}",
    "show": "Show",
    "remove": "Remove",
    "drop": "Remove the branch {name}",
    "counting": "Counting over the futures …",
    "hands": "Acts that changed hands: {lost} lost, {gained} gained",
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
BRANCH_CHANNEL = "{state}, {channel}"
LINK_BRANCH = (
    "takes NAME~DATE:LEVER:VALUE or NAME~DATE:STATE:CHANNEL:ACTION, more of them after a ~"
)
LINK_BRANCH_LONG = "holds more than {most} changes and acts; it is left out"
LINK_BRANCHES = "are at most {most}; the rest are left out"

# --- a game ---
AND = " and "
GAME_DOOR = {
    "title": "Play a state in this world",
    "who": "Who is played by you? The model decides for the others, on the same luck.",
    "about": (
        "Each week you see what that state can know, and choose among what it can do. What you do not "
        "choose the model decides. At the end your path stands among those it would have taken."
    ),
    "begin": "Begin",
}
GAME_BACK = "Back to the game"
GAME_LEAVE = "Watch this world, with what you cannot know"
GAME_TITLE = "You are {states}"
GAME_COUNTED = "week {n} of {all}"
GAME_SAID = "Week {n} of {all}, {day}. You are {states}."
GAME_NEWS = "In public, in the week of {day}"
GAME_FELT, GAME_TENSION = "How threatened you felt, week by week", "Tension, week by week"
GAME_CHANNELS = {
    "provocation": "Provoke, hold still or offer to talk",
    "exercise": "Exercises",
    "military": "Military",
    "economic": "Economic",
    "diplomatic": "Diplomatic",
    "support": "Support for North Korea",
    "vote": "Vote in the Security Council",
}
GAME_FOR, GAME_AGAINST = "For it: {reasons}.", "Against it: {reasons}."
GAME_RUNG = "rung {rung}"
GAME_LONG = (
    "This game has become too long for a link: save it as a file (Files and code), and open that to "
    "go on."
)
GAME_BRANCH = "{act}, {day}"
GAME_NONE = "There is no game here"
GAME_NONE_WHY = "The link leads to a game, but brings none along."
GAME_NONE_CURE = "Close this to watch the world, and choose a state to play there."
GAME_REFUSED = "That cannot be chosen"
GAME_REFUSED_CURE = "The week stands as it did: choose again."
GAME_TABLE = {
    "known": "What {state} can know",
    "stands": "How things stand",
    "policies": "Policies, yours and others’",
    "unknown": "You do not know what another state will do this week, nor how threatened it feels.",
    "model": "as the model would",
    "weights": "The weights",
    "weights_about": "What the model’s own choice adds up, in logits; holding still has none.",
    "decide": "Decide this week",
    "undo": "Undo the last week",
    "leave": "Let the model play",
    "leave_label": "How many weeks the model plays",
    "weeks": "weeks",
    "go": "Let it play",
    "finish": "To the end, and debrief",
    "history": "What you chose",
    "back": "Back to before this",
    "back_label": "Back to before the week of {day}",
}
DEBRIEF = {
    "title": "Debrief",
    "watch": "Watch this world",
    "resume": "Play on from {day}",
    "fan": "Your path among those the model would have taken",
    "yours": "yours",
    "models": "the model’s, on the same luck",
    "futures": "all futures of the model: middle, 8 and 9 of 10",
    "points": "Turning points",
    "no_points": "You chose nothing else than the model holds likeliest.",
    "compare": "See both worlds",
    "back": "Back to before this",
    "places": "Where your world lies",
    "caution": (
        "Illustrative model, not a forecast. One world, and one choice at a time: it shows how things "
        "hang together here."
    ),
}
DEBRIEF_COLUMNS = ("", "You", "The model, same luck", "Middle of all", "Percentile")
DEBRIEF_FAN = (
    "Tension on your path is highest at {highest} in the week of {day} and ends at {last}. Its mean "
    "lies at percentile {percentile} of {runs} futures that the model would have taken."
)
DEBRIEF_WAITS = "Playing the futures that the model would have taken …"

# --- what else happens ---
BEYOND = "What else happens"
TABS = {
    "overview": "Overview",
    "risk": "Risk over time",
    "programme": "Tests and programme",
    "money": "Money",
    "talks": "Talks",
    "sanctions": "Sanctions and votes",
    "past": "Against the record",
    "theories": "Theories",
    "precision": "Precision",
}
PAST_HINT = (
    "Line with dots: what happened. Plain line and shade: the middle of these futures, and nine in ten "
    "of them. One history is one draw, and people who knew it set this scenario’s levers: no forecast, and "
    "no test passed. Months that the record does not know have no dot; missing is not zero."
)
PAST_CREDIT = "Record: {credit}."
PAST_FREE = "Here the states decide freely."
PAST_FOLLOWS = "Here the states follow the record."
PAST_FOLLOW, PAST_LET_FREE = "Let them follow the record", "Let them decide freely"
PAST_REPLAYED = " (following the record)"
PAST_PROGRESS = "Counting what happens in these futures, month by month"
PAST_STOPPED = "Stopped before the record could be laid over these futures."
PRECISION_HINT = (
    "Everywhere on this page, ± is half of a 95 % interval, and brackets hold its ends: the "
    "Monte-Carlo error, what another seed might have given. It knows nothing of whether the model "
    "is right."
)
THEORIES_HINT = (
    "The same levers under theories that disagree. Each is a preset of the disputed settings and of "
    "coefficients within their bounds; how far they are moved is judgement."
)
THEORIES_STOPPED = "Stopped after {n} of {all} theories."
THEORIES_PROGRESS = "Theory {n} of {all}"
THEORY_FOR, THEORY_AGAINST, THEORY_RECORD = "For", "Against", "The record of 2012 to 2023"
THEORIES_ABOUT = "The theories, and who says so"

# --- when something fails ---
FAILED = "This world could not be made"
FAILED_CURE = (
    "Nothing is lost: the picture is the last one that worked. Reset the levers, or choose another "
    "scenario."
)
FAILED_UNKNOWN = "The model stopped on this combination of levers, which is a fault of ours."

# --- the address: what a link says that cannot be followed ---
OPEN_UNREAD = "it could not be read; the server's log says why"
LINK_TITLE = "Not all of this link could be followed"
LINK_CURE = "The page shows what could be; the address above is already in order."
LINK_CLOSE = "Close"
LINK_FAILED = (
    "this link could not be read; nothing of it is followed, and the server's log says why"
)
LINK_LONG = "is longer than {most:,} characters; nothing of it is followed: open the file itself from your disk"
LINK_MANY = "holds more than {most} parts; nothing of it is followed"
LINK_UNKNOWN = "is nothing a link can say{meant}"
LINK_TWICE = "stands twice in the link; the first, {value}, counts"
LINK_SCENARIO = "{reason}; the status quo is shown instead"
LINK_BOTH = "is left out, for the link also brings a scenario file along; keep one of the two"
LINK_FILE_LONG = "is longer than {most} characters; open the file itself from your disk"
LINK_FILE_BROKEN = "cannot be unpacked; the link may have been cut short: copy it again, whole"
LINK_LESSON = "{reason}; no lesson is opened"
LINK_NO_LESSON = "belongs to a lesson; name one, as in lesson=veto"
LINK_GUESS = "takes STEP:GUESS once for a step that asks, as in guess=2:0"
LINK_PAGE = "takes `start`, `picture`, `world`, `game` or `claims`, not {value}"
LINK_TAB = "takes one of {tabs}, not {value}"
LINK_FLAG = "takes 1 or 0, not {value}"
LINK_WHOLE = "takes a whole number from {low} to {high}, not {value}"
LINK_MODEL = (
    "{model} is another version of the model than this one, {now}. Levers, dates and choices are as the "
    "link has them, but single futures have moved: this run shows another world. The changelog says "
    'under "Results moved" why'
)
LINK_RUNS = "are at most {most:,} over {weeks} weeks on this page; it shows {usual:,}"
LINK_DATED = "takes DATE:LEVER:VALUE, as in on=2027-03-01:hotline:0.8"
LINK_DAY = "takes a date such as 2027-03-01, not {value}"
LINK_NO_LEVER = "there is no lever {name}{meant}"
LINK_LEVER = "{lever}takes a number from {low} to {high}, not {value}"
LINK_NOTHING = "nothing"

# --- the doors: what leaves the page and comes back ---
DOORS = {
    "title": "Keep and share",
    "copy_link": "Copy link",
    "handout": "Hand-out",
    "handout_about": "Hand-out: a report in one file, to read offline or to print",
    "more": "Files and code",
    "open": "Open a file …",
    "save": "Save as a file",
    "model": "The model in full",
    "model_about": "Every equation, number and source on one page, docs/model.md, to read offline",
    "needs": "It needs the file you opened, in the same folder, under this name:",
    "python": "Python",
    "command": "Command line",
    "copy_python": "Copy the Python",
    "copy_command": "Copy the command line",
    "copied_link": "The link is copied: it brings all of this back.",
    "copied_python": "The Python is copied.",
    "copied_command": "The command line is copied.",
    "not_copied": "Your browser did not allow that: select the text and copy it.",
    "making": "Making the hand-out …",
    "saved": "Saved: {name}",
    "same": "Both make this very world again: the same hash, the same numbers.",
}
OPENED_SHELF = "Opened from a file"
OPEN_FAILED = "This file could not be opened"
OPEN_CURE = "Nothing has changed here. Mend the file and open it again."
OPEN_MOVED_TITLE = "Single futures have moved since this file was saved"
OPEN_MOVED = "The file was {advice}."
OPEN_MOVED_CURE = (
    "Levers, dates and choices are as the file has them; the changelog says why runs moved."
)
OPEN_LONG = (
    "packs to more characters than an address can hold ({most:,}); shorten its notes and sources, "
    "or run it with `scenario-sim run`"
)
HANDOUT_PROGRESS = "Hand-out: {percent} %"
HANDOUT_FAILED = "The hand-out could not be made"
HANDOUT_CURE = "Mend this, or go back to the last picture that worked, and ask again."
FILE_HEAD = "Made with scenario-sim. Illustrative model, not a forecast."
FILE_RUN = "The same futures again: scenario-sim run {name} --runs {runs} --seed {seed}"

# --- what the article says ---
CLAIMS = "What the article says"
CLAIMS_LEAD = (
    "The project set out from an article on the peninsula. Its quotations could not be verified and "
    "are not used. Here are its claims in our own words, each tried in the model as it is set and "
    "under every theory that disagrees.",
    "None of it is evidence about the world: a model says what was put into it. What the record and "
    "the literature have to say stands beside it.",
)
CLAIMS_MADE = (
    "Worked out ahead with engine {engine}: {runs} futures a world and more where effects are small, "
    "seed {seed}. In brackets: 95 % Monte-Carlo intervals. Again: scenario-sim claims."
)
CLAIMS_OTHER_ENGINE = "The engine at work here is another, {engine}: its figures may differ."
CLAIM_TEST, CLAIM_RECORD, CLAIM_STANDING = "Test", "Record, 2012 to 2023", "Literature"
CLAIM_MECHANISM, CLAIM_THEORIES = "Mechanism", "Mechanism, and the figures under each theory"

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
