"""List reference values of the levers, so that a number on a slider has a meaning.

All of them are judgement, not measurement. `CODED_VALUES` are the modellers' coding of 2012-2025,
those years in full. `OTHER_READINGS` are a few readings of other years and of the literature.
`MODEL_VALUES` tell, for levers without a coded past, where the shipped scenarios or the equations
use a value.
"""

from __future__ import annotations

Anchors = tuple[tuple[float, str], ...]

CODED_VALUES: dict[str, Anchors] = {
    "exercise_scale": (
        (0.2, "summer 2018"), (0.3, "2019 to spring 2022"), (0.6, "early 2018"),
        (0.8, "2022, and since June 2025"), (1.0, "2012-17 and 2023-24"),
    ),
    "strategic_assets": (
        (0.2, "2018 to spring 2022"), (0.4, "2012-15"), (0.5, "since June 2025"),
        (0.7, "2016-17"), (0.8, "mid-2022 to mid-2025"),
    ),
    "us_threats": (
        (0.25, "2021-24"), (0.3, "2012-16, 2018, and since 2025"), (0.4, "2019-20"),
        (0.95, "2017, “fire and fury”"),
    ),
    "engagement": (
        (0.25, "2012-17"), (0.4, "late 2019 and 2020; 2021-24, and nobody answered"),
        (0.5, "after Hanoi, 2019"), (0.6, "since 2025"), (0.95, "the summits of 2018"),
    ),
    "rok_government": (
        (-1.0, "to May 2017, and May 2022 to June 2025"), (1.0, "2017-22, and since June 2025"),
    ),
    "unilateral_sanctions": ((0.6, "2012-25"),),
    "sanctions_enforcement": (
        (0.4, "2012-16"), (0.5, "since 2019"), (0.9, "2017-18, “maximum pressure”"),
    ),
    "us_china_rivalry": (
        (0.3, "2012 to mid-2018"), (0.55, "mid-2018 and 2019"), (0.75, "2020-21"),
        (0.85, "since 2022"),
    ),
    "russia_need": (
        (0.05, "2012 to February 2022"), (0.45, "2022, the war in Ukraine"), (0.8, "autumn 2023"),
        (0.95, "since the treaty of June 2024"),
    ),
    "cyber_security": ((0.3, "2012-25"),),
    "missile_defence": ((0.3, "2012 to mid-2017"), (0.4, "late 2017 to 2022"), (0.45, "since 2023")),
    "early_warning": ((0.5, "2012-25"),),
    "hotline": (
        (0.1, "2016-17, and since April 2023"), (0.2, "June 2020 to October 2021"),
        (0.4, "2012-15"), (0.7, "2018 to June 2020"),
    ),
    "border_measures": ((0.0, "before and since"), (1.0, "September 2018 to November 2023")),
    "programme_drive": (
        (0.3, "2012"), (0.8, "2021"), (1.0, "2025"), (1.6, "2017"), (2.0, "2016, and summer 2019"),
        (3.0, "2022"),
    ),
    "winter_lull": ((0.0, "since 2022"), (1.0, "to 2021")),
    "seoul_standing": ((0.0, "since December 2023, “two hostile states”"), (1.0, "to 2023")),
    "border_closure": (
        (0.0, "to 2019, and since mid-2023"), (0.5, "mid-2022 to mid-2023"),
        (1.0, "2020 to mid-2022"),
    ),
    "expert_panel": ((0.0, "since May 2024"), (1.0, "2012 to April 2024")),
    "monitoring_team": ((0.0, "to September 2024"), (1.0, "since October 2024")),
    "secondary_sanctions": (
        (0.2, "2012 to mid-2017"), (0.3, "since 2019"), (0.7, "mid-2017 and 2018"),
    ),
    "crypto_opportunity": (
        (0.02, "2012-15"), (0.2, "2017"), (0.6, "2018-21"), (1.3, "2022-23"), (1.7, "since 2024"),
    ),
}  # fmt: skip

OTHER_READINGS: dict[str, Anchors] = {
    "domestic_pressure": ((0.2, "most years"), (0.5, "spring 2013"), (1.0, "2010, the succession")),
    "exercise_sensitivity": (
        (0.0, "no effect found: D’Orazio 2012, CSIS 2005-16, Yoo and Kim 2017"),
        (1.0, "an effect found: Bernhardt and Sukin 2021"),
    ),
    "money_elasticity": (
        (0.0, "the programme is fed first: Haggard and Noland"), (0.25, "between the two"),
    ),
    "beliefs": ((0.0, "the default: credibility is given"), (1.0, "acts alone move it")),
    "design_pace": ((0.0, "the programme perfects what it has"), (1.0, "as the model is set")),
    "war_risk_anchor": ((1.0, "the prior, from no war since 1953"),),
}  # fmt: skip

MODEL_VALUES: dict[str, Anchors] = {
    "negotiating_demand": (
        (0.0, "limits on the arsenal, which stays"),
        (0.3, "“Freeze for freeze”, and the off-ramp of “China cuts fuel”"),
        (0.4, "“Strength and dialogue”"), (1.0, "every scenario of the past here"),
    ),
    "sanctions_relief": (
        (0.0, "every scenario of the past here"), (1.0, "five resolutions of 2016-17, as asked for at Hanoi"),
    ),
    "alliance_credibility": (
        (0.25, "“ICBM sprint” where the allies are decoupled"), (0.75, "the lab “words and deeds”"),
        (0.85, "every scenario of the past here"),
    ),
    "trilateral_cooperation": (
        (0.2, "the scenarios of 1994-2013 and of 2018"), (0.3, "the scenarios of 2017 and 2022"),
        (0.5, "the scenarios since 2024"),
    ),
    "sanctions_precision": (
        (0.0, "income lost reaches civilians in full"),
        (0.4, "three fifths of it reach civilians: every scenario here"), (1.0, "none of it does"),
    ),
    "china_fuel_cut": (
        (0.0, "every scenario of the past here"), (0.8, "“China cuts fuel”"),
        (1.0, "no aid from China at all"),
    ),
    "launch_posture": (
        (0.1, "the laboratory of accidents, calmed"), (0.2, "the laboratory of reassurance"),
        (0.4, "every scenario of the past here"), (0.7, "the laboratory of the security dilemma"),
        (1.0, "the laboratory of accidents"),
    ),
}  # fmt: skip

HISTORICAL_VALUES = CODED_VALUES | OTHER_READINGS
REFERENCE_VALUES = HISTORICAL_VALUES | MODEL_VALUES
