"""The fixed words: families, rungs, channels, causes, and the registry of luck.

The states and their actions are not here: they are data (see `states/`), so that a class may
rename one, drop one or add one without touching the code.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Family(StrEnum):
    """What an act *is*, whoever does it."""

    HOLD = "hold"
    PROVOCATION = "provocation"
    SANCTION = "sanction"
    EXERCISE = "exercise"
    DIPLOMACY = "diplomacy"
    AID = "aid"
    VETO = "veto"
    DEFENCE = "defence"


class Channel(StrEnum):
    """Where a state decides: one choice a week in each channel it holds."""

    PROVOCATION = "provocation"
    EXERCISE = "exercise"
    MILITARY = "military"
    ECONOMIC = "economic"
    DIPLOMATIC = "diplomatic"
    SUPPORT = "support"
    VOTE = "vote"


class Rung(IntEnum):
    """The escalation ladder, after Kahn (1965), tailored to the peninsula."""

    MANAGED_CALM = 0
    ROUTINE_HOSTILITY = 1
    GREY_ZONE = 2
    SHORT_RANGE_SIGNALLING = 3
    REGIONAL_COERCION = 4
    STRATEGIC_DEMONSTRATION = 5
    ACUTE_CRISIS = 6
    LIMITED_ARMED_CLASH = 7
    DIRECT_CONFRONTATION = 8  # drawn, never played on
    MAJOR_WAR = 9  # a word of the literature: never drawn, never animated
    NUCLEAR_USE = 10  # the same

    @property
    def label(self) -> str:
        return self.name.replace("_", " ").lower().replace("short range", "short-range")


class Cause(IntEnum):
    """The four roads to confrontation; 0 where there was none."""

    NONE = 0
    DELIBERATE = 1
    LIMITED_ATTACK = 2
    INCIDENT = 3
    FALSE_ALARM = 4

    @property
    def label(self) -> str:
        return self.name.lower()


# The registry of luck. One uniform a week and run for each name. A name's place is frozen API:
# only append to the end (EVENT_DRAWS), never reorder, or every recorded world changes. Choices come
# first because they are turned into Gumbel noise, then perceptions, turned into normal noise. An
# action that a data file adds draws from an annex instead (see `streams.py`).
CHOICE_DRAWS = (
    *("dprk_hold", "statement", "grey_zone", "short_range_test", "regional_test", "icbm_test"),
    *("nuclear_test", "limited_attack", "open_talks"),
    *("usa_exercise_hold", "joint_exercise", "usa_military_hold", "deploy_assets", "ultimatum"),
    *("us_defence_alert", "usa_economic_hold", "us_designate", "table_draft"),
    *("usa_diplomatic_hold", "us_offer_talks", "us_condemn"),
    *("rok_military_hold", "live_fire", "rok_defence_alert", "retaliate"),
    *("rok_economic_hold", "rok_designate", "inter_korean_aid"),
    *("rok_diplomatic_hold", "rok_offer_talks", "rok_condemn"),
    *("japan_military_hold", "trilateral_drill", "japan_defence_alert"),
    *("japan_economic_hold", "japan_designate"),
    *("japan_diplomatic_hold", "japan_condemn", "japan_outreach"),
    *("china_support_hold", "china_raise_support", "china_cut_support"),
    *("china_diplomatic_hold", "china_mediate", "china_condemn"),
    *("china_yes", "china_abstain", "china_veto"),
    *("russia_support_hold", "russia_raise_support", "russia_cut_support"),
    *("russia_diplomatic_hold", "russia_mediate", "russia_condemn"),
    *("russia_yes", "russia_abstain", "russia_veto"),
)
MAX_THEFTS_PER_WEEK = 12  # the most thefts a week may hold
MAX_EXTRA_LAUNCH_DAYS = 6  # the most launch days a week may hold beside the first
PERCEPTION_DRAWS = ("dprk_perception", "usa_perception", "rok_perception", "japan_perception")
EVENT_DRAWS = (
    *("test_success", "overflight", "offer_accepted", "contact_to_talks", "talks_to_deal"),
    *("breakdown", "breakdown_depth", "incident", "confrontation", "cause"),
    *(
        "launch_days",
        "thefts",
        *(f"theft_{n}" for n in range(1, MAX_THEFTS_PER_WEEK + 1)),
        "weekday",
    ),
)
DRAWS = CHOICE_DRAWS + PERCEPTION_DRAWS + EVENT_DRAWS
STRIDE = 96  # words a run and week; a multiple of four (Philox hands out four at a time)

# The rules of the world that a state may take in by itself, by name (`absorbs` in its file).
ABSORBED = ("learn_from_tests",)
