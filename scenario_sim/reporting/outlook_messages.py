"""Texts of the page on the frozen outlook."""

from scenario_sim.language import translate_constants

TITLE = "The next six months"
LEAD = (
    "What the model holds for half a year with the policies as they are. It is written down and dated "
    "beforehand, so that it can be scored once the record has grown.",
    "It compares mechanisms; it is no forecast, least of all of war. Beside each figure stand the rival "
    "theories and how often the same came about on record.",
)
FROZEN = (
    "Frozen on {frozen} for {first} to {last}: {runs:,} futures a theory, seed {seed}, engine {engine}. "
    "The record behind the base rate ends on {record}."
)
NONE_FROZEN = "No outlook is frozen yet: each release freezes one (scenario-sim outlook --freeze)."
COUNTS_TITLE = "Every count"
COLUMNS = (
    "In these 26 weeks", "middle (nine in ten)", "any, of 1,000", "by theory", "record: middle",
    "record: any",
)  # fmt: skip
SCORES_TITLE = "Scores so far"
NO_SCORES = "None yet: no frozen outlook has come to its end within the record."
SCORE_COLUMNS = ("Count", "On record", "As set", "Best theory", "Base rate")
UNSCORED_NOTE = (
    "Talks and new designs are never scored: the record of contacts is a selection, and it names no "
    "design."
)
SKILL_TITLE = "How well such launch figures did on the past"
CHART_TITLE = "Launch days"
CHART_HINT = "Of 1,000 futures. Solid: the model; hatched: half-years on record."
CHART_COLUMNS = ("Launch days", "The model, of 1,000", "On record, of 1,000")
ANSWERS_TITLE = "What the article expects"
CHART_SENTENCE = (
    "Half of the futures have {middle} launch days or fewer, nine in ten between {low} and {high}."
)
VALUE_RANGE, RANGE = "{value} ({low} to {high})", "{low} to {high}"

# --- what it says to the article ---
TESTS = "Several more tests within six months"
WEAPON = "Perhaps of a new weapon"
RISK = "Confrontation is unlikely, but its risk rises"
TESTS_SAID = "{n} launch days or more: {futures} of 1,000 futures, {theories} under the theories"
TESTS_NO_RATE = "{said}. The record in use gives no base rate."
TESTS_EASY = (
    "{said}; {record} of 1,000 half-years on record. So it takes no model to expect several. More than "
    "the middle half-year on record, which had {usual}: {more} of 1,000 futures."
)
TESTS_HARD = (
    "{said}; {record} of 1,000 half-years on record. More than the middle half-year on record, which "
    "had {usual}: {more} of 1,000 futures."
)
WEAPON_UNTOLD = "Cannot be told: this engine knows classes of missiles and no designs."
WEAPON_SAID = (
    "A new design flies in {futures} of 1,000 futures, {theories} under the theories. How often designs "
    "arrive is judgement."
)
RISES, FALLS, STAYS = "It rises", "It falls", "It cannot be told apart from no change"
RISK_SAID = (
    "How unlikely, no model can say: no war since 1953 leaves the level to judgement, so none is shown. "
    "Which way it goes follows from the model's assumptions: the hazard of the same weeks a year later is "
    "{value:.2f} times that of these ({low:.2f} to {high:.2f}). {way} as the model is set; of {theories} "
    "theories it rises under {rises} and falls under {falls}. Runs begin in set conditions, and part of a "
    "change may be their settling."
)
SCORED = "Frozen on {frozen} for {first} to {last}: scored."
NOT_SCORED = "Frozen on {frozen} for {first} to {last}: not scored yet, as {why}."

translate_constants(__name__)
