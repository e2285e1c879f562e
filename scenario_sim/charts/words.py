"""Every text of the pictures, in one place, ready to be translated."""

BASELINE, POLICY = "Baseline", "This policy"
RUNGS = (
    *("Managed calm", "Routine hostility", "Grey zone", "Short-range signalling"),
    *("Regional coercion", "Strategic demonstration", "Acute crisis", "Limited armed clash"),
)  # tension stays below the rungs beyond
ROADS = ("Deliberate decision", "Limited attack gone wrong", "Incident that spreads", "False alarm")

# --- the fan ---
FAN_ONE = (
    "Tension averages {mean} over {span}; in {end} nine futures in ten lie between "
    "{low} ({low_rung}) and {high} ({high_rung})."
)
FAN_TWO = (
    "Tension averages {mean} under this policy, {shift}; in {end} nine futures in ten lie between "
    "{low} ({low_rung}) and {high} ({high_rung})."
)
HIGHER, LOWER, SAME = (
    "{by} rungs above the baseline",
    "{by} rungs below the baseline",
    "as in the baseline",
)
FAN_COLUMNS = ("Week of", "5 %", "middle", "95 %")
FAN_AXIS = "Rung of the escalation ladder"

# --- the roads ---
ROADS_ONE = "Of about {total} expected confrontations in 1,000 futures, most, {most}, come by this road: {road}."
ROADS_NONE = (
    "Fewer than one confrontation is expected in 1,000 futures, by all four roads together."
)
ROADS_TWO = "This policy {what}."
ROADS_LESS, ROADS_MORE = "takes most from “{road}” ({by})", "adds most to “{road}” ({by})"
ROADS_AND, ROADS_STILL = " and ", "moves no road by as much as a tenth of a future in 1,000"
ROADS_COLUMNS = ("Road to confrontation, per 1,000 futures", BASELINE, POLICY, "Difference")

# --- risk ---
RISK_ONE = "Of 1,000 futures, about {base} see a direct confrontation within {span}."
RISK_TWO = (
    "Of 1,000 futures, about {base} see a direct confrontation within {span} under the baseline, "
    "about {policy} under this policy."
)
MANY = "more than 500"
OUTSIDE = "Above a half: >50 %, outside any observed range."
NO_SHIFT = "1,000 futures cannot tell these two apart."
RATIO = "{ratio} × the baseline"
SHIFT = "{by} in 1,000"
MORE, FEWER = "{n} more", "{n} fewer"
INTERVAL = "95\N{NO-BREAK SPACE}% interval {low} to {high}"
ERROR_ONE = "± {error} Monte-Carlo error at {runs:,} runs"
LEVEL = (
    "The level itself is a judgement: about {base}, or anything from {low} to {high}, for no war "
    "since 1953 cannot fix it."
)
LEVEL_TWO = (
    "The level itself is a judgement: about {base} against {policy}, which could be anything from "
    "{low} to {high}, for no war since 1953 cannot fix it."
)
DRAWN = "Drawn by lot in these {runs:,} futures: {base} under the baseline, {policy} under this policy{tell}."
DRAWN_ONE = "Drawn by lot in these {runs:,} futures: {base}."
TOO_FEW = "too few to tell"

# --- outcomes ---
OUTCOMES = {
    "launch_days": ("Launch days", "days with a missile or nuclear test", 1, 1.0),
    "icbm_tests": ("ICBM tests", "satellite launches included", 1, 1.0),
    "talks_weeks": ("Weeks of talks", "talks under way, or a deal that holds", 1, 1.0),
    "revenue_musd": ("North Korea’s income", "billion dollars, all sources", 2, 1e-3),
    "vetoes": ("Vetoes", "Council drafts stopped", 2, 1.0),
}  # name: title, unit, decimals, factor
NO_CHANGE = "no change"
FEW_DIFFER = "too few to tell: {n} of {runs:,} futures differ"
OUTCOME_COLUMNS = ("Per future, mean", BASELINE, POLICY, "Difference, 95 % interval")
