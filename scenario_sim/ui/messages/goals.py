"""Texts of the tab with the goals. Goals' own words stand in `data/goals.toml`."""

from scenario_sim.language import translate_constants

HINT = (
    "Can a policy reach these goals whichever theory is right? Each card judges the levers as they stand, "
    "against the scenario without them."
)
PROGRESS = "Judging these levers: theory {n} of {all}"
STOPPED = "Stopped after {n} of {all} theories."
MET = "As the model is set: {own}. Met under {met} of {all} theories."
VERDICTS = {"met": "met", "missed": "missed", "unsure": "cannot tell"}
MARKS = {"met": "✓", "missed": "✗", "unsure": "?"}
NUMBERS = "The numbers in a table"
COLUMNS = ("Theory", "Verdict", "Regret")
CONDITION_MOST = "{words}, at most {limit}"
CONDITION_LEAST = "{words}, at least {limit}"
RATIO = "× {ratio}"
FROM_NOTHING = "from none to some"
TABLE_HINT = (
    "× 1 is the scenario without the policy. Regret: how much further from the goal than the best policy known "
    "under that theory, in per cent of that scenario."
)
REGRET = "Regret"
REGRET_NONE = "No policy known here comes nearer to this goal, under any theory."
REGRET_SOME = "Under “{theory}” the best policy known comes nearer by {regret} % of the baseline."
KNOWN = "Known here: {n} policies."
SEARCH = "Search for a better policy"
SEARCHING = "Trying policies: {percent} %"
SEARCH_STOPPED = "The search was stopped."
FOUND = "Most robust policy found: {levers}."
FOUND_NOTHING = "The search found nothing nearer to the goal than the scenario as it stands."
FOUND_MEETS = "On the futures of this page: {verdict}"
TAKE = "Take these levers"
LEVER = "{lever} {value}"

translate_constants(__name__)
