"""Words that the raw files of a record use, and the acts that they become.

Everything that reads raw files takes its allowed words from here. `docs/data.md` ("Another
record") lists them for users.
"""

from __future__ import annotations

SHORT_RANGE, REGIONAL, LONG_RANGE = "short_range_test", "regional_test", "icbm_test"
SATELLITE = "satellite_launch"
LAUNCHES = {  # kinds by class, highest first; the highest class of a day carries its launch day
    LONG_RANGE: ("missile_icbm", SATELLITE),
    REGIONAL: ("missile_mrbm", "missile_irbm", "missile_slbm"),
    # A ballistic missile of unknown class counts as short-range: nothing shows a longer range.
    SHORT_RANGE: (
        *("missile_srbm", "missile_ascm", "missile_lacm", "missile_rocket", "missile_sam"),
        *("missile_mixed_short", "missile_ballistic_unknown"),
    ),
}
ACTION_OF = {kind: action for action, kinds in LAUNCHES.items() for kind in kinds}
# An attack becomes an act only on days on which people died.
ATTACKS = ("naval_clash", "naval_attack", "artillery_attack", "border_exchange_of_fire")
EVENT_KINDS = (*ACTION_OF, "nuclear_test", *ATTACKS, "exercise_deferral")

EXERCISE_WORDS = {"CPX": "command-post", "FTX": "field", "AIR": "air", "NAVAL": "naval"}
TRILATERAL = "TRILATERAL"  # of Japan, South Korea and the United States
EXERCISE_TYPES = (*EXERCISE_WORDS, TRILATERAL)
HELD = "held"
STATUSES = (HELD, "postponed", "suspended", "cancelled")
JOINT_PARTICIPANTS = frozenset({"USA", "KOR"})  # both take part in a joint exercise

RESOLUTION, VETO = "un_resolution", "un_veto"
COUNCIL_KINDS = (RESOLUTION, VETO, "un_presidential_statement")  # the last becomes no act
ALL_VOTES = 15
VOTERS = {"CHN": "China", "RUS": "Russia"}  # members of the Council whose vote is modelled

DIRECTIONS = ("impose", "relief")  # relief becomes no act
DESIGNATIONS = {"USA": ("USA", "us_designate"), "KOR": ("ROK", "rok_designate")}

KNOWN_KINDS = (*EVENT_KINDS, *EXERCISE_TYPES, RESOLUTION, VETO, "impose")

# Every act that a record can hold, by state.
RECORDED_ACTS: dict[str, tuple[str, ...]] = {
    "DPRK": (SHORT_RANGE, REGIONAL, LONG_RANGE, "nuclear_test", "limited_attack"),
    "USA": ("table_draft", "joint_exercise", "us_designate"),
    "ROK": ("rok_designate",),
    "Japan": ("trilateral_drill",),
    "China": ("china_yes", "china_abstain", "china_veto"),
    "Russia": ("russia_yes", "russia_abstain", "russia_veto"),
}
