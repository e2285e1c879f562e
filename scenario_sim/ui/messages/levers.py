"""Texts of the levers and of the policy timeline.

The name and the help of each lever stand in `data.parameters`.
"""

from scenario_sim.language import Names, translate_constants

# --- levers ---
TITLE = "Levers"
RESET_ALL = "Reset all"
RESET_ONE = "Reset {lever} to {value}"
ABOUT = "About {lever}"
WAS = "scenario: {value}"
RANGE = "{low} to {high}, {unit}"
ENTERS = "Affects: {enters}."
SOURCE = "Source: {source}."
DATED = "This scenario moves it: {steps}. If you move the slider, your value holds throughout."
HOLD = "Hold {value} all the time"
DATED_STEP = "{value} from {day}"
GROUPS = {  # of all levers; simple mode shows some of each
    "United States": Names(("us_threats", "engagement", "negotiating_demand", "strategic_assets")),
    "Republic of Korea": Names(("rok_government",)),
    "Alliance": Names(
        (
            "exercise_scale",
            "missile_defence",
            "early_warning",
            "alliance_credibility",
            "trilateral_cooperation",
        )
    ),
    "Both sides": Names(("hotline", "border_measures", "launch_posture")),
    "Sanctions and money": Names(
        (
            "sanctions_enforcement",
            "cyber_security",
            "unilateral_sanctions",
            "sanctions_precision",
            "sanctions_relief",
        )
    ),
    "China": Names(("us_china_rivalry", "china_fuel_cut")),
    "Russia": Names(("russia_need",)),
    "North Korea": Names(("programme_drive", "domestic_pressure")),
    "Disputed science": Names(
        ("exercise_sensitivity", "money_elasticity", "beliefs", "design_pace", "war_risk_anchor")
    ),
    "Circumstances": Names(
        (
            "winter_lull",
            "border_closure",
            "expert_panel",
            "secondary_sanctions",
            "crypto_opportunity",
            "seoul_standing",
            "monitoring_team",
        )
    ),
}
OTHERS = "Others"
SHOWN = "{shown} of {all} levers are shown."
HIDDEN_ONE = "One hidden lever is moved."
HIDDEN_MANY = "{many} hidden levers are moved."
TERM = "{state}, on {what}: {words}"
COEFFICIENT = "{value} ({low} to {high})"
DANGER_ONLY = "It makes crises safer or more dangerous; it does not change what states do."
PANEL = {
    "title": TITLE,
    "reset_all": RESET_ALL,
    "advanced": "Advanced",
    "undo": "Undo",
    "redo": "Redo",
    "undo_key": "Ctrl+Z",
    "redo_key": "Ctrl+Y",
    "replay": "Replay",
    "replay_about": "Replay the last change: the picture before, then after",
    "replay_end": "Show after",
    "anchors": "Values to go by",
    "anchors_note": (
        "How the modellers read the past, or what a value means in a scenario or an equation. "
        "This is judgement, not measurement."
    ),
    "set_to": "Set {lever} to {value}: {words}",
    "dated": "Changes at a date: see the timeline",
    "equations": "Equations and sources",
    "equations_lead": "In the equations, as the program has them",
    "terms_lead": "In what the states weigh (weight at the default)",
    "coefficients_lead": "The coefficients in them",
    "source": "Source",
    "docs": "“The model in full”, under “Files and code”, explains them under the same names.",
    "loading": "Looking it up …",
    "which": "Which lever",
    "previous": "Previous lever",
    "next": "Next lever",
}

# --- replay and advice ---
BEFORE, AFTER = "Before the last change", "After it"
ADVICE = "Worth a second look"
ADVICE_SINCE = "From {day}: {words}"

# --- the policy timeline ---
LATE = "{many} more changes lie after the last week."
ACT = "{state} {does}"
HELD_BACK = "{state} holds back ({channel})"
TIMELINE = {
    "title": "Policy timeline",
    "hint": "A lever changes at a date. The weeks before that date stay exactly as they were.",
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
}

translate_constants(__name__)
