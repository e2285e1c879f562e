"""Define the weight of each consideration: the coefficients of the repertoires in `states/`.

Weights are in logits: +1 multiplies the odds of an act against holding still by e. Effects are
what an act changes in the world. A value without a named source is `judgement`; its range is plus
or minus 1 for the base of a utility, 0.1 for the base of a perception, else half of its size.
"""

from __future__ import annotations

from scenario_sim.data.parameters.coefficients import HAND_CALIBRATED
from scenario_sim.data.parameters.parameter import JUDGEMENT, PHRASES, Parameter

DISPUTED = "disputed: incidence ratio in drill weeks 1.0 (Beyond Parallel) to 2.6"
COERCION = "disputed: threats close the door, or (one reading of 2017-18) bring talks"
GREY_ZONE = (
    "balloons, leaflets and loudspeakers answered each other in 2024 (press); size is judgement"
)
PATRON = "disputed: a patron feeds tests, or spares them; size is judgement"
VOTES = "fitted to votes 2006-2017 (all passed) and the vetoes of 2022 and 2024"
DRAFTS = "no draft on a missile test is on record after the veto of May 2022; size is judgement"
MANDATE = "fitted to the renewals of the panel's mandate to 2023 and the veto of March 2024"
UNITS = {
    "tension": "rungs", "calm": "rungs", "hostility": "acts", "breakdown": "/week",
    "warning_noise": "/week", "trust": "share of room", "unilateral_measures": "index",
    "china_support": "index", "russia_support": "index",
}  # fmt: skip

# A default alone, or (default, low, high, source), with a phrase for sentences where it leads a result.
type Weight = float | tuple[float, float, float, str] | tuple[float, float, float, str, str]


def _bounded(name: str, value: Weight, unit: str, spread: float | None, help: str) -> Parameter:
    phrase = PHRASES.get(name, "")
    if isinstance(value, tuple):
        default, low, high, source, *phrases = value
        phrase = phrases[0] if phrases else phrase
    else:
        width = 0.5 * abs(value) if spread is None else spread
        default, low, high, source = value, value - width, value + width, JUDGEMENT
    return Parameter(name, default, round(low, 6), round(high, 6), unit, source, help, phrase)


def weights(of: str, **terms: Weight) -> tuple[Parameter, ...]:
    """Return utility coefficients `<of>_<term>`; a term is a number or (default, low, high, source)."""
    return tuple(
        _bounded(f"{of}_{term}", value, "logit", 1.0 if term == "base" else None,
                 f"Weight of `{term}` in `{of}`.")
        for term, value in terms.items()
    )  # fmt: skip


def perceives(of: str, **terms: Weight) -> tuple[Parameter, ...]:
    """Return coefficients `<of>_<term>` of an appraisal on an index from 0 to 1."""
    return tuple(
        _bounded(f"{of}_{term}", value, "index", 0.1 if term == "base" else None,
                 f"Part of `{term}` in `{of}`.")
        for term, value in terms.items()
    )  # fmt: skip


def effects(of: str, **pushes: Weight) -> tuple[Parameter, ...]:
    """Return coefficients `<of>_<push>_effect`: what one act adds to a condition or a memory."""
    return tuple(
        _bounded(f"{of}_{push}_effect", value, UNITS.get(push, "index"), None,
                 f"What `{of}` adds to {push.replace('_', ' ')}.")
        for push, value in pushes.items()
    )  # fmt: skip


DPRK = (
    *perceives("dprk_threat", base=0.14, exercises=(0.30, 0, 0.5, DISPUTED), deployments=0.25,
               ultimatum=0.35, us_threats=0.20, sanctions=0.10, missile_defence=0.08, posture=0.15,
               live_fire=0.10, trilateral=0.10, retaliation=0.25, talks=-0.10),
    *weights("testing_mood",
             drive=(1.0, 0.5, 1.5, JUDGEMENT, "how much the programme's drive leads to tests"),
             alarm=(1.0, 0.4, 2.0, HAND_CALIBRATED),
             exercises=(0.55, 0, 0.9, DISPUTED),
             excitation=(1.0, 0.5, 1.8, "Hawkes branching .32 on launch days 2012-2025 with yearly levels",
                         "how much one launch leads to the next"),
             money=1.4, rally=(0.3, 0, 0.6, JUDGEMENT),
             spring=(0.35, 0.1, 0.8, "March holds 2.1 times its share of launch days"),
             winter=(-1.05, -1.6, -0.5, "ln .35: October to January before 2022"),
             patron=(-0.1, -0.8, 0, PATRON, "whether a patron feeds tests or spares them")),
    *weights("talks_appeal", base=(-8.8, -10, -8, HAND_CALIBRATED), engagement=(8, 5, 9, HAND_CALIBRATED),
             relief=(2.5, 0, 5, "asked for at Hanoi in February 2019; size is judgement"),
             drills=(1.0, 0, 2, "a chip of the summits of 2018; size is judgement"),
             rok_government=(1, 0.3, 2, HAND_CALIBRATED), pain=(1.2, 0, 2.5, HAND_CALIBRATED),
             proven=(1.6, 0, 3, HAND_CALIBRATED), russia=(-0.8, -2.5, 0, HAND_CALIBRATED), trust=1.0,
             audience_cost=-0.8, failure=(-3, -4, -1, HAND_CALIBRATED),
             us_threats=(-1.5, -2.5, 2, COERCION),
             demand=(-1, -3, 0, HAND_CALIBRATED), border_closure=-2.0, high_tension=0.12, opening=1.0,
             mediation=0.3),
    *weights("statement", base=-1.2, alarm=1.0, tension=0.1),
    *weights("balloons", base=-5.0, southern_campaign=(4.5, 2, 6, GREY_ZONE), alarm=1.0, contact=-1.0),
    *weights("jamming", base=-4.6, exercises=0.4, southern_campaign=(1.0, 0, 2, GREY_ZONE), alarm=1.0,
             contact=-1.0),
    *weights("short_range_test", base=(-1.85, -2.5, -1.7, HAND_CALIBRATED), mood=1.0, cover=0.2,
             talks=(-2.4, -3.5, -1, HAND_CALIBRATED)),
    *weights("regional_test", base=(-4.9, -5.5, -4.3, HAND_CALIBRATED), mood=1.0,
             learning=(6, 3, 7, HAND_CALIBRATED), cover=0.5, readiness=1.0, talks=-3.0, moratorium=-1.75),
    *weights("icbm_test", base=(-7.6, -8.5, -5.0, HAND_CALIBRATED, "how readily North Korea tests ICBMs"),
             mood=(1.0, 0.5, 1.5, JUDGEMENT, "how much a mood for tests leads to ICBM tests"),
             drive=(1.8, 0.0, 2.5, "twelve launches in 2022-23, one or fewer a year under the policies "
                    "of 2026 (experts)", "how much the programme's drive leads to ICBM tests"),
             learning=(7, 3, 9, HAND_CALIBRATED), cover=0.5, readiness=1.0, talks=-4.5,
             moratorium=(-5.5, -7, -3, HAND_CALIBRATED), holiday=0.4),
    *weights("nuclear_test", base=(-6.9, -8.7, -5.6, HAND_CALIBRATED), mood=1.0,
             novelty=(2.5, 1, 4, HAND_CALIBRATED), readiness=1.0, talks=-4.5,
             moratorium=(-5.5, -7, -3, HAND_CALIBRATED), holiday=0.4, china=-1.5, proven=-1.2),
    *weights("limited_attack", base=(-6.6, -7.4, -6.0, HAND_CALIBRATED), domestic=1.6, alarm=1.5,
             reach=(0.8, 0, 1.6, "stability-instability (Snyder); size is judgement",
                    "how much long-range missiles embolden limited attacks"),
             deterrence=(-1.2, -2, -0.5, JUDGEMENT), tension=0.12, contact=-2.0,
             retaliation=-0.5, display=-0.5),
    *weights("parade", base=-5.6, anniversary=3.0, hardship=1.0,
             domestic=(1.5, 0.5, 2.5, "local provocations come mostly from within (Yoo and Kim 2017); "
                       "size is judgement"),
             new_weapon=0.8, display=-2.0, talks=-0.8),
    *weights("open_talks", base=1.6,
             appeal=(1.0, 0.5, 1.5, JUDGEMENT, "how strongly North Korea answers an offer it likes")),
    *effects("statement", tension=0.10, audience_cost=0.05),
    *effects("balloons", tension=0.15, northern_campaign=0.6),
    *effects("jamming", tension=0.10, northern_campaign=0.3),
    *effects("short_range_test", excitation=1.0, tension=0.30, hostility=0.3, breakdown=0.02, warning_noise=0.25),
    *effects("regional_test", excitation=1.0, tension=0.80, hostility=0.6, warning_noise=0.25),
    *effects("icbm_test", excitation=1.0, tension=1.8, hostility=2.0, breakdown=0.3, warning_noise=0.25,
             annoyance=0.25),
    *effects("nuclear_test", excitation=1.0, tension=2.8, hostility=2.0, breakdown=0.3, warning_noise=0.25,
             annoyance=0.8),
    *effects("limited_attack", tension=3.0, hostility=2.0, breakdown=0.3),
    *effects("parade", tension=0.10, home_display=1.0),
    *effects("open_talks", calm=0.3),
)  # fmt: skip

USA = (
    *perceives("usa_threat", base=0.12, reach=(0.50, 0.2, 0.8, JUDGEMENT), tests=0.04, shock=0.30,
               talks=-0.15),
    *perceives("usa_shock", icbm=0.8, nuclear=1.0, attack=1.0),
    *weights("joint_exercise", base=4.0, talks=-5.1),
    *weights("deploy_assets", base=-3.2, readiness=1.0, assets=1.5, icbm=1.2, nuclear=1.2,
             attack=1.8, regional=0.6, alarm=1.0, talks=-2.0),
    *weights("ultimatum", base=-5.2,
             us_threats=(2.2, 1.1, 3.3, JUDGEMENT, "how readily US threats become ultimatums"),
             alarm=2.0, tension=0.25, window=1.0, contact=-2.5),
    *weights("us_defence_alert", base=-4.0, missile_defence=1.5, tests=1.2, attack=2.0,
             contact=-1.0),
    *weights("us_designate", base=-3.9, readiness=1.0, regional=2.2, icbm=3.6, nuclear=3.9,
             attack=3.3, talks=-1.6),
    *weights("table_draft", base=-2.7, prospect=2.7, nuclear=0.9, vetoes=(-3.3, -4.5, 0, DRAFTS)),
    *weights("us_offer_talks", base=-1.1, engagement=1.2, attack=-1.5),
    *weights("expose_china", base=-6.0, rivalry=1.5, team=0.8, support=1.0, exposure=-1.5),
    *weights("us_condemn", base=-2.0, short_range=1.5, major=2.5, contact=-1.0),
    *effects("joint_exercise", hostility=0.2),
    *effects("deploy_assets", tension=0.30, deployments=0.6, hostility=0.3),
    *effects("ultimatum", tension=(1.8, 1, 2.5, JUDGEMENT), ultimatum=0.6, audience_cost=0.3,
             hostility=1.0, breakdown=0.15),
    *effects("us_defence_alert", missile_alert=0.2),
    *effects("us_designate", tension=0.10, unilateral_measures=0.05, rally=0.3),
    *effects("expose_china", exposure=1.0),
    *effects("us_condemn", tension=0.02),
)  # fmt: skip

ROK = (
    *perceives("rok_threat", base=0.30, reach=0.15, tests=0.08, shock=0.30, talks=-0.15),
    *perceives("rok_shock", icbm=0.4, nuclear=1.0, attack=1.0),
    *weights("leaflets", base=-4.0, rok_government=-1.0, northern_campaign=(1.5, 0, 3, GREY_ZONE),
             contact=-1.0),
    *weights("loudspeakers", base=-5.0, rok_government=-0.8, northern_campaign=(3.5, 1.5, 5, GREY_ZONE),
             nuclear=2.5, attack=1.5, contact=-2.0),
    *weights("live_fire", base=-3.8, rok_government=-0.8, attack=1.6, clash=1.0, grey_zone=0.8,
             alarm=0.5),
    *weights("rok_defence_alert", base=-3.5, rok_government=-0.5, short_range=0.4, tests=1.0,
             attack=1.0),
    *weights("retaliate", base=0.3, rok_government=-0.6, alliance=0.5),
    *weights("rok_designate", base=-4.6, rok_government=-0.6, icbm=2.0, nuclear=2.2, attack=2.5),
    *weights("inter_korean_aid", base=-5.0, rok_government=1.5, talks=2.0),
    *weights("rok_offer_talks", base=-3.0, rok_government=1.2, engagement=1.5, attack=-1.5),
    *weights("rok_condemn", base=-2.0, rok_government=-0.5, short_range=1.0, major=2.0),
    *effects("leaflets", tension=0.05, southern_campaign=0.5),
    *effects("loudspeakers", tension=0.15, southern_campaign=0.8, live_fire=0.4),
    *effects("live_fire", tension=0.15, live_fire=0.6),
    *effects("rok_defence_alert", missile_alert=0.2),
    *effects("retaliate", tension=1.0, retaliation=1.0, missile_alert=0.2),
    *effects("rok_designate", unilateral_measures=0.02),
    *effects("inter_korean_aid", trust=0.01),
    *effects("rok_offer_talks", opening=0.3, trust=0.01),
    *effects("rok_condemn", tension=0.01),
)  # fmt: skip

JAPAN = (
    *perceives("japan_threat", base=0.18, reach=0.40, tests=0.06, shock=0.30, talks=-0.15),
    *perceives("japan_shock", icbm=0.6, nuclear=1.0, attack=1.0, overflight=0.5),
    *weights("trilateral_drill", base=-4.0, cooperation=1.6, tests=1.5, nuclear=2.0, contact=-1.0),
    *weights("japan_defence_alert", base=-4.0, missile_defence=1.5, tests=2.0, alarm=1.0),
    *weights("japan_designate", base=-4.5, nuclear=3.0, icbm=2.2, regional=1.2, contact=-1.2),
    *weights("japan_condemn", base=-2.0, short_range=0.5, tests=2.0, nuclear=2.0),
    *weights("japan_outreach", base=-4.5, engagement=1.0, tests=-1.0, nuclear=-1.0),
    *effects("trilateral_drill", tension=0.10, trilateral=0.5),
    *effects("japan_defence_alert", missile_alert=0.2, warning_noise=0.05),
    *effects("japan_designate", unilateral_measures=0.02),
    *effects("japan_condemn", tension=0.01),
    *effects("japan_outreach", opening=0.1, trust=0.005),
)  # fmt: skip

CHINA = (
    *perceives("china_gap", base=0.30, rivalry=(0.45, 0.2, 0.7, JUDGEMENT),
               annoyance=(-0.30, -0.6, -0.1, JUDGEMENT), pain=(0.25, 0, 0.5, JUDGEMENT),
               secondary=-0.25, fuel_cut=-0.25, given=-1.0,
               exposure=(-0.1, -0.3, 0.1, "disputed: exposed, Beijing is ashamed or defiant")),
    *weights("china_forbearance", base=(4.1, 3.1, 5.1, VOTES), severity=(2.6, 1.3, 3.9, VOTES),
             rivalry=(-10.7, -14, -6, VOTES)),
    *weights("china_leaning", base=3.0, rivalry=-3.5),
    *weights("china_disinclination", base=-3.0, rivalry=3.5),
    *weights("china_raise_support", base=-2.16, gap=8.0),
    *weights("china_cut_support", base=-2.16, gap=-8.0),
    *weights("china_mediate", base=-3.6, tension=0.5, contact=0.8, rivalry=-0.5),
    *weights("china_condemn", base=-3.0, nuclear=2.0, icbm=1.0, rivalry=-1.5),
    *weights("china_yes", forbearance=1.0, leaning=1.0),
    *weights("china_abstain", forbearance=1.0, leaning=1.0),
    *effects("china_raise_support", china_support=0.02),
    *effects("china_cut_support", china_support=-0.02),
    *effects("china_mediate", mediation=1.0),
    *effects("china_veto", vetoes_recalled=1.0),
    *effects("china_condemn", condemnation=1.0),
)  # fmt: skip

RUSSIA = (
    *perceives("russia_gap", base=0.03, need=0.9, given=-1.0),
    *weights("russia_forbearance", base=(3.7, 2.7, 4.7, VOTES), severity=(2.0, 1.0, 3.0, VOTES),
             support=(-14.9, -20, -8, VOTES)),
    *weights("russia_leaning", base=3.0, support=-6.0),
    *weights("russia_disinclination", base=-3.0, support=6.0),
    *weights("russia_raise_support", base=-2.0, gap=8.0),
    *weights("russia_cut_support", base=-2.0, gap=-8.0),
    *weights("russia_mediate", base=-4.2, tension=0.4, need=-1.0),
    *weights("russia_condemn", base=-3.0, nuclear=1.5, icbm=0.8, support=-3.0),
    *weights("russia_end_panel", base=(-6, -8, -4, MANDATE), support=(9, 4.5, 13.5, MANDATE)),
    *weights("russia_yes", forbearance=1.0, leaning=1.0),
    *weights("russia_abstain", forbearance=1.0, leaning=1.0),
    *effects("russia_raise_support", russia_support=0.03),
    *effects("russia_cut_support", russia_support=-0.03),
    *effects("russia_mediate", mediation=1.0),
    *effects("russia_veto", vetoes_recalled=1.0),
    *effects("russia_end_panel", panel_ended=1.0),
    *effects("russia_condemn", condemnation=1.0),
)  # fmt: skip

CHOICE_WEIGHTS = (*DPRK, *USA, *ROK, *JAPAN, *CHINA, *RUSSIA)
