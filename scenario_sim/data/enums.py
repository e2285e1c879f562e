"""Define the fixed vocabulary: families, rungs, channels, causes and the names of random draws.

States and their actions are data (see `states/`), so that a user can rename, drop or add one
without changing code.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum

from scenario_sim.language import translate


class Family(StrEnum):
    """Kind of an act, independent of the state that does it."""

    HOLD = "hold"
    PROVOCATION = "provocation"
    SANCTION = "sanction"
    EXERCISE = "exercise"
    DIPLOMACY = "diplomacy"
    AID = "aid"
    VETO = "veto"
    DEFENCE = "defence"


class Channel(StrEnum):
    """Field in which a state decides: one choice a week in each channel that it has."""

    PROVOCATION = "provocation"
    EXERCISE = "exercise"
    MILITARY = "military"
    ECONOMIC = "economic"
    DIPLOMATIC = "diplomatic"
    SUPPORT = "support"
    VOTE = "vote"
    GREY_ZONE = "grey_zone"
    DOMESTIC = "domestic"


class Rung(IntEnum):
    """Rung of the escalation ladder, after Kahn (1965), adapted to the peninsula."""

    MANAGED_CALM = 0
    ROUTINE_HOSTILITY = 1
    GREY_ZONE = 2
    SHORT_RANGE_SIGNALLING = 3
    REGIONAL_COERCION = 4
    STRATEGIC_DEMONSTRATION = 5
    ACUTE_CRISIS = 6
    LIMITED_ARMED_CLASH = 7
    DIRECT_CONFRONTATION = 8  # drawn; a run is not simulated beyond it
    MAJOR_WAR = 9  # a term of the literature; never simulated or shown
    NUCLEAR_USE = 10  # likewise

    @property
    def label(self) -> str:
        """Return the name in words, such as `grey zone`."""
        return translate(self.name.replace("_", " ").lower().replace("short range", "short-range"))


class Cause(IntEnum):
    """Cause of a confrontation, one of four; 0 where there was none."""

    NONE = 0
    DELIBERATE = 1
    LIMITED_ATTACK = 2
    INCIDENT = 3
    FALSE_ALARM = 4

    @property
    def label(self) -> str:
        """Return the name in lower case."""
        return self.name.lower()


DESIGN_TYPES = 4  # of regional and of long-range weapons; `simulation/act_words.py` names them
SATELLITE_LAUNCHER = 3  # the only long-range type that is no ICBM

# The names of the random draws: one uniform number per name, week and run. A name's position is
# part of the format: only append to the end (EVENT_DRAWS) and never reorder, or every recorded run
# changes. Choices come first because they become Gumbel noise, then perceptions, which become
# normal noise. Actions that came later draw from positions after STRIDE instead, and those of a user's
# data file after these (see `model/random_draws.py`).
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
# Choices that came later: their draws stand from STRIDE on, before those of a user's data file.
# Append only, too. `grey_zone` above is the draw of an act that `balloons` and `jamming` replaced.
ADDED_CHOICE_DRAWS = (
    *("dprk_grey_zone_hold", "balloons", "jamming"),
    *("rok_grey_zone_hold", "leaflets", "loudspeakers"),
    *("expose_china", "russia_end_panel", "dprk_domestic_hold", "parade"),
)
MAX_THEFTS_PER_WEEK = 12
MAX_EXTRA_LAUNCH_DAYS = 6  # in a week, beyond the first
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
    *("drive", "drive_surge"),
    *("regional_design", "long_range_design", "form"),
)
DRAWS = CHOICE_DRAWS + PERCEPTION_DRAWS + EVENT_DRAWS
STRIDE = 96  # random words per run and week; a multiple of four, since Philox gives four at a time

# Rules of the world that a state's agent can apply itself, by name (`absorbs` in its file).
ABSORBABLE_RULES = ("learn_from_tests",)
