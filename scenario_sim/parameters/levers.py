"""What people may move: the policy levers, the disputed hypotheses, and the circumstances.

One entry here is all a lever needs to appear in files, on the command line, in the app, in the
docs and in the tests; to matter, a rule or a repertoire has to name it.
"""

from __future__ import annotations

from scenario_sim.parameters.anchors import ANCHORS
from scenario_sim.parameters.kinds import JUDGEMENT, Lever


def _lever(name, symbol, low, high, default, label, ends, help, enters, simple=False, source=None):
    low_means, high_means = ends
    return Lever(
        name=name, symbol=symbol, low=low, high=high, default=default, label=label,
        low_means=low_means, high_means=high_means, help=help, enters=enters, simple=simple,
        unit="index", source=source or JUDGEMENT, anchors=ANCHORS.get(name, ()),
    )  # fmt: skip


LEVERS = (
    _lever("exercise_scale", "ex", 0, 1.5, 0.8, "Exercise scale", ("none", "largest ever"),
           "How large the joint US-ROK exercises are; 1 is the usual spring and summer drill.",
           "exercise intensity, deterrence of limited attacks", simple=True),
    _lever("strategic_assets", "sa", 0, 1, 0.5, "Strategic-asset deployments", ("never", "often"),
           "How readily bombers, carriers and submarines are sent to the region.",
           "deployments, threat perception, deterrence of limited attacks"),
    _lever("us_threats", "hawk", 0, 1, 0.3, "US threats and strike talk",
           ("none", "fire and fury"),
           "How much Washington talks of force, and how easily it issues an ultimatum.",
           "ultimata, threat perception, the deliberate road, the appeal of talks", simple=True),
    _lever("engagement", "eng", 0, 1, 0.5, "Engagement offers", ("closed door", "summit offered"),
           "How much the United States offers for coming to talks.",
           "the appeal of talks, offers, progress of talks", simple=True),
    _lever("negotiating_demand", "demand", 0, 1, 1.0, "Negotiating demand",
           ("arms control", "full denuclearisation"),
           "What the United States asks for: limits on the arsenal, or all of it.",
           "the appeal of talks, the more so the better the arsenal", simple=True),
    _lever("rok_government", "rok", -1, 1, 1.0, "ROK government", ("conservative", "progressive"),
           "Which side governs in Seoul.",
           "the appeal of talks, ROK offers, live fire, retaliation, sanctions, aid", simple=True),
    _lever("alliance_credibility", "commit", 0, 1, 0.85, "Alliance credibility",
           ("doubted", "believed"),
           "How far everybody believes that the United States would fight for its allies.",
           "deterrence of limited attacks, ROK retaliation"),
    _lever("trilateral_cooperation", "tri", 0, 1, 0.5, "Trilateral cooperation",
           ("bilateral only", "institutional"),
           "How closely Japan drills with the United States and the Republic of Korea.",
           "trilateral drills"),
    _lever("unilateral_sanctions", "sanc", 0, 1, 0.5, "Unilateral sanctions", ("none", "maximum"),
           "How readily the United States designates persons and firms on its own.",
           "US designations"),
    _lever("sanctions_enforcement", "enf", 0, 1, 0.4, "Sanctions enforcement",
           ("paper only", "strict"),
           "Inspections, monitoring and penalties: how much of the law on paper is applied.",
           "leakage", simple=True),
    _lever("sanctions_precision", "prec", 0, 1, 0.4, "Sanctions precision",
           ("blunt", "aimed at the programme"),
           "How far sanctions hit weapons money and spare civilians.",
           "the weapons share of income, civilian pain, the rally around the flag"),
    _lever("us_china_rivalry", "riv", 0, 1, 0.8, "US-China rivalry", ("partners", "cold war"),
           "How far Beijing sees Pyongyang as an asset against Washington.",
           "China's vote, support and condemnations, diplomatic cover", simple=True),
    _lever("china_fuel_cut", "chcut", 0, 1, 0.0, "China cuts trade and fuel", ("no cut", "full cut"),
           "How much of the trade and fuel under its control China withholds.",
           "trade, smuggling, aid, pain, China's support"),
    _lever("russia_need", "rusneed", 0, 1, 0.85, "Russia's need of North Korea",
           ("none", "shells and soldiers"),
           "How much Moscow needs what Pyongyang can send.",
           "Russia's support, and through it money, technology, votes and the appeal of talks",
           simple=True),
    _lever("cyber_security", "cyber", 0, 1, 0.3, "Cyber-security", ("open vaults", "hardened"),
           "How well exchanges, banks and employers guard against theft and sham IT workers.",
           "number and size of thefts, IT labour", simple=True),
    _lever("missile_defence", "md", 0, 1, 0.45, "Missile defence", ("thin", "thick"),
           "Interceptors against ballistic missiles: how many and how good.",
           "reach after defence, decision time, threat perception, ICBM production", simple=True),
    _lever("early_warning", "ew", 0, 1, 0.5, "Early warning", ("poor", "excellent"),
           "How well sensors and analysts tell a test from an attack, and how early.",
           "false alarms, decision time", simple=True),
    _lever("hotline", "hot", 0, 1, 0.1, "Hotline", ("cut", "always answered"),
           "Whether the two sides can talk while an incident unfolds.",
           "spread of incidents, acting on an alarm", simple=True),
    _lever("border_measures", "cma", 0, 1, 0.0, "Border confidence measures",
           ("none", "2018 agreement in full"),
           "Buffer zones, no live fire, no flights along the border.", "incidents"),
    _lever("launch_posture", "hair", 0, 1, 0.4, "Launch posture, both sides",
           ("deliberate", "automatic"),
           "How far weapons are pre-delegated, dispersed and ready to fire on warning.",
           "acting on an alarm, spread of limited attacks, threat perception"),
    _lever("programme_drive", "drv", 0.2, 3, 1.0, "DPRK programme drive", ("dormant", "sprint"),
           "How hard the leadership pushes the weapons programme for reasons of its own.",
           "all missile and nuclear tests, the production of test articles and ICBMs"),
    _lever("domestic_pressure", "dom", 0, 1, 0.2, "DPRK domestic pressure",
           ("settled", "contested succession"),
           "How much the leadership needs a clash to look strong at home.", "limited attacks"),
)

HYPOTHESES = (
    _lever("exercise_sensitivity", "exsens", 0, 2, 1.0, "Do exercises provoke?",
           ("not at all", "strongly"),
           "Experts disagree. Null: D'Orazio (2012), CSIS Beyond Parallel (2005-16), Yoo and Kim "
           "(2017). Positive: Bernhardt and Sukin (2021). Pick a view.",
           "threat perception and the wish to test during exercises", simple=True,
           source="for: Bernhardt & Sukin, JCR 65(5) 2021; against: D'Orazio 2012, "
                  "CSIS Beyond Parallel 2005-16, Yoo & Kim 2017"),
    _lever("money_elasticity", "elas", 0, 0.6, 0.25, "Does money bind the programme?",
           ("not at all", "strongly"),
           "Experts disagree whether less income means fewer weapons (a single member-state claim "
           "says cyber theft pays 40 % of them) or whether the programme is fed first (Haggard and "
           "Noland's hard target). Pick a view.",
           "test articles, ICBM and warhead production, the pace of tests",
           source="for: UN Panel of Experts (cyber theft as 40 % of weapons funding, one "
                  "member-state claim); against: Haggard & Noland (hard target)"),
    _lever("war_risk_anchor", "r0", 0.3, 3, 1.0, "How dangerous is the world?",
           ("a third of the prior", "three times the prior"),
           "No war since 1953 means that data cannot fix this level. It multiplies every road to "
           "confrontation alike and leaves all else untouched.",
           "all four hazards, in proportion",
           source="Jeffreys mean 0.7 %/yr, 95 % upper 2.6 %/yr, from no war 1953-2026; expert "
                  "odds in 2017 ranged far above (Kristof 2017) and were disputed"),
)

CIRCUMSTANCES = (
    _lever("winter_lull", "winter", 0, 1, 0.0, "Winter lull", ("gone, as since 2022", "as to 2021"),
           "Whether North Korea rests from October to January, as it did until 2021.",
           "wish to test in October to January"),
    _lever("border_closure", "covid", 0, 1, 0.0, "Border closure", ("open", "sealed, as in 2020"),
           "How far North Korea seals its own borders.", "trade, smuggling, the appeal of talks"),
    _lever("expert_panel", "poe", 0, 1, 0.0, "UN expert panel", ("abolished (2024)", "at work"),
           "Whether the Council's Panel of Experts watches the sanctions.", "leakage"),
    _lever("secondary_sanctions", "secs", 0, 1, 0.3, "Secondary sanctions on China",
           ("none", "on major banks"),
           "How far Chinese firms pay for trading with North Korea.", "China's support"),
    _lever("crypto_opportunity", "cybcap", 0, 3, 1.7, "Crypto opportunity",
           ("nothing to steal", "boom"),
           "How much there is to steal, and how able the thieves are; 1 is about 2019-21.",
           "number of thefts"),
)

SETTINGS: dict[str, Lever] = {lever.name: lever for lever in (*LEVERS, *HYPOTHESES, *CIRCUMSTANCES)}
