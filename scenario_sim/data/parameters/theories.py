"""Define theories that disagree: presets of hypotheses and coefficients, with pros and cons.

A theory sets only what the literature disputes; everything else stays as in the scenario. How far
each coefficient moves within its bounds is judgement.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from scenario_sim.language import translate_fields


@translate_fields("title", "words", "supports", "doubts")
@dataclass(frozen=True)
class Theory:
    """Preset of hypotheses and coefficients that stands for one theory.

    Attributes
    ----------
    name, title, words : str
        Identifier, heading, and the claim in one sentence.
    supports, doubts : str
        Literature and evidence for and against it.
    settings : dict
        Values of hypotheses, by name.
    parameters : dict
        Values of coefficients, by name, within their bounds.
    """

    name: str
    title: str
    words: str
    supports: str
    doubts: str
    settings: dict[str, float] = field(default_factory=dict)
    parameters: dict[str, float] = field(default_factory=dict)


THEORIES = (
    Theory(
        "spiral", "Spiral",
        "Shows of force frighten: each side arms against the other's arming, and deters little.",
        supports="Jervis 1976, 1978 (spiral model); Bernhardt and Sukin 2021",
        doubts="D'Orazio 2012; CSIS Beyond Parallel 2005-16; Yoo and Kim 2017: no effect found",
        settings={"exercise_sensitivity": 2.0},
        parameters={"dprk_threat_deployments": 0.35, "limited_attack_deterrence": -0.5},
    ),
    Theory(
        "deterrence", "Deterrence",
        "Shows of force provoke nobody and hold attacks back.",
        supports="Jervis 1976 (deterrence model); Zagare and Kilgour (perfect deterrence); null "
                 "findings on exercises: D'Orazio 2012, CSIS 2005-16, Yoo and Kim 2017",
        doubts="Bernhardt and Sukin 2021: exercises draw aggression, larger ones more",
        settings={"exercise_sensitivity": 0.0},
        parameters={"limited_attack_deterrence": -2.0},
    ),
    Theory(
        "hard-target", "Hard target",
        "The programme is fed first and sanctions leak: money moves neither tests nor talks.",
        supports="Haggard and Noland (hard target); Noland 2008: no trade effect of the 2006 "
                 "sanctions",
        doubts="UN Panel of Experts: thefts as 40 % of weapons funding (one member-state claim)",
        settings={"money_elasticity": 0.0},
        parameters={"leak_china": 0.75, "leak_russia": 0.4, "talks_appeal_pain": 0.0},
    ),
    Theory(
        "sanctions-bite", "Sanctions bite",
        "Enforced sanctions leak little; less money means fewer weapons, and pain brings talks.",
        supports="Hufbauer: about a third of 224 episodes succeeded, by a tolerant standard; UN "
                 "Panel of Experts on theft",
        doubts="Haggard and Noland; trade of 2018-23 fell most with the closed border, not with law",
        settings={"money_elasticity": 0.6},
        parameters={"leak_china": 0.3, "leak_russia": 0.1, "talks_appeal_pain": 2.5},
    ),
    Theory(
        "patron", "Patrons decide",
        "With cover, money and know-how from Moscow and Beijing, Pyongyang tests more and needs no talks.",
        supports="estimates of Russian payments (FNF, CSIS); transfers reported by the MSMT; the "
                 "vetoes of 2022 and 2024",
        doubts="every sanctions resolution of 2006-17 passed; for China firms and lax enforcement "
               "are documented, not transfers by the state",
        parameters={
            "talks_appeal_russia": -2.5, "offer_patron": 0.9, "testing_mood_patron": 0.0,
            "cover_rivalry": 0.9, "cover_russia": 0.9, "russia_technology": 1.0,
            "china_technology": 0.4,
        },
    ),
    Theory(
        "attention", "Tests seek attention",
        "Tests are made to be heard: with a patron that listens and pays there are fewer of them.",
        supports="launch days fell from 37 in 2022 to 23 in 2023, and again in each of the two years "
                 "after, while Russia's payments rose (CSIS Beyond Parallel; FNF, CSIS)",
        doubts="the fall also follows a surge of new designs; money, cover and technology from Moscow "
               "point the other way",
        parameters={"testing_mood_patron": -0.8, "cover_russia": 0.3},
    ),
    Theory(
        "coercion", "Coercion brings talks",
        "Threats and pressure bring Pyongyang to the table, as those of 2017 did in 2018.",
        supports="Schelling 1966 (compellence); one reading of 2017-18: talks followed threats and the "
                 "strictest sanctions",
        doubts="compellence rarely succeeds; before the talks of 2018 came a proven ICBM, another "
               "government in Seoul, deferred drills and an offer of a summit as well",
        parameters={"talks_appeal_us_threats": 2.0, "talks_appeal_pain": 2.0},
    ),
    Theory(
        "accident", "Accidents",
        "Wars start by what nobody wanted: incidents, false alarms, pressure of time.",
        supports="Posen (inadvertent escalation); Perrow and Sagan (normal accidents); false alarms "
                 "in 1979-80 and 2018",
        doubts="those alarms were resolved in minutes; no dispute or crisis since 1953 became a war",
        parameters={
            "deliberate_base": 2e-5, "spread_base": 0.015, "act_base": 0.05, "criterion_stress": 2.0,
        },
    ),
)  # fmt: skip
