"""Define the coefficients of the model's equations (`model/equations.py`), in order of a week."""

from __future__ import annotations

from scenario_sim.data.parameters.parameter import JUDGEMENT, PHRASES, Parameter

HAND_CALIBRATED = "calibrated by hand on 2012-2025, in sample"
PRIOR = "a prior, not an estimate: no war since 1953"


def _p(
    name: str,
    default: float,
    low: float,
    high: float,
    unit: str,
    help: str,
    source: str = JUDGEMENT,
    phrase: str = "",
) -> Parameter:
    return Parameter(name, default, low, high, unit, source, help, phrase or PHRASES.get(name, ""))


KOTRA = "KOTRA, BoK and KITA trade series; level set to about 2016"
MSMT = "FNF and CSIS estimates of arms payments 2023-24, midpoint 1,700 at support .85"
CHAINALYSIS = "Chainalysis via press, 2018-2025; heavy tail: three thefts hold two thirds of 2025"
AMSAA = "Crow-AMSAA growth .24 pooled over new designs since 2012 (CNS), to .60"

LATENT = "calibrated on the trial of 2013-23, in sample; `backtest --leave-one-year-out`"

MONEY = (
    _p("trade_full", 2800, 1400, 4200, "$m/yr", "Licit exports without sanctions.", KOTRA),
    _p("trade_border_closure", 0.8, 0.4, 1.0, "share", "Trade lost when the border is sealed."),
    _p("trade_fuel_cut", 0.5, 0.25, 0.75, "share", "Trade lost when China cuts in full."),
    _p("smuggling_full", 1050, 500, 1600, "$m/yr", "Smuggling if all trade were banned and "
       "nothing enforced.", "illicit coal $169m (2018), $346m (2019): Asan; scaled up"),
    _p("smuggling_border_closure", 0.6, 0.3, 0.9, "share", "Smuggling lost to a sealed border."),
    _p("smuggling_fuel_cut", 0.8, 0.4, 1.0, "share", "Smuggling lost when China cuts in full."),
    _p("smuggling_unilateral", 0.3, 0.15, 0.45, "share", "Smuggling lost to unilateral measures."),
    _p("russia_payment", 2000, 300, 3500, "$m/yr", "Russia's payments at full support.", MSMT,
       "how much Russia pays"),
    _p("china_aid_full", 500, 250, 750, "$m/yr", "China's aid at full support."),
    _p("labour_full", 550, 250, 850, "$m/yr", "Labour and IT workers abroad.",
       "IT workers $250-600m a year (UN, unverified)"),
    _p("labour_cyber_security", 0.3, 0.15, 0.45, "share", "IT labour lost to cyber-security."),
    _p("labour_un", 0.4, 0.2, 0.6, "share", "Labour lost to enforced UN sanctions."),
    _p("labour_unilateral", 0.3, 0.15, 0.45, "share", "Labour lost to unilateral measures."),
    _p("theft_rate", 24, 10, 50, "thefts/yr", "Cyber thefts a year at opportunity 1.", CHAINALYSIS,
       "how often North Korea steals online"),
    _p("theft_rate_cyber_security", 0.6, 0.3, 0.9, "share", "Thefts prevented by cyber-security."),
    _p("theft_log_mean", 2.2, 1.7, 2.7, "ln $m", "Mean of the log size of a theft.", CHAINALYSIS),
    _p("theft_log_sd", 1.9, 1.5, 2.2, "ln $m", "Spread of the log size of a theft.", CHAINALYSIS,
       "how much thefts differ in size"),
    _p("theft_cap", 1600, 800, 2400, "$m", "The largest theft there can be.",
       "about the largest on record (1,500, 2025)"),
    _p("theft_loss_cyber_security", 0.3, 0.15, 0.45, "share", "Loot frozen by cyber-security."),
    _p("theft_net", 0.6, 0.3, 0.9, "share", "Loot left after laundering."),
    _p("income_reference", 3900, 2000, 5800, "$m/yr", "Income at which nobody feels pain."),
    _p("programme_share", 0.35, 0.2, 0.5, "share", "Income that goes to weapons (omega)."),
    _p("programme_share_precision", 0.35, 0.15, 0.55, "share",
       "Weapons share lost to precise, enforced UN sanctions."),
    _p("spending_time", 52, 26, 78, "weeks", "How long the war chest smooths income (tau)."),
    _p("spending_reference", 1398, 700, 2100, "$m/yr", "Spending at which production is normal: "
       "mean log spending over the status quo is 0 (tested)."),
)  # fmt: skip

PROGRAMME = (
    _p("icbm_articles_rate", 2.6, 1.3, 3.9, "/yr", "ICBMs made ready for test."),
    _p("new_designs_rate", 0.4, 0.1, 0.8, "/yr", "New designs of a class a year, at drive 1.",
       "judgement, set with experience_kept on the facts of 2012 to 2023"),
    _p("experience_kept", 0.38, 0.1, 0.8, "share", "What a test of an older design counts for the newest."),
    _p("satellite_share", 0.2, 0.1, 0.4, "share", "Long-range launches that carry a satellite, where "
       "the newest design is an ICBM.", "three of twelve in 2022-23"),
    _p("satellite_share_launcher", 0.9, 0.7, 1, "share", "The same where it is a satellite launcher.",
       "all three in 2012-16"),
    _p("icbm_gate", 17, 12, 30, "tests", "Regional tests after which ICBM work matures.",
       HAND_CALIBRATED),
    _p("icbm_gate_width", 3, 1.5, 4.5, "tests", "How sharp that gate is."),
    _p("regional_articles_rate", 6, 3, 9, "/yr", "Regional missiles made ready for test."),
    _p("nuclear_articles_rate", 0.45, 0.2, 0.7, "/yr", "Nuclear devices made ready for test."),
    _p("icbm_articles_cap", 4, 2, 6, "articles", "Most ICBMs kept ready for test."),
    _p("regional_articles_cap", 6, 3, 9, "articles", "Most regional missiles kept ready."),
    _p("nuclear_articles_cap", 1.5, 1, 2.5, "articles", "Most devices kept ready."),
    _p("article_ready", 0.5, 0.1, 1, "articles", "Share of an article that must be built before its "
       "test; the rest takes the week of the test."),
    _p("russia_technology", 0.5, 0, 1, "share", "Faster ICBM work at full Russian support (techX).",
       "documented for Pantsir, EW, missile data (MSMT); size is judgement"),
    _p("china_technology", 0.15, 0, 0.4, "share", "Faster ICBM work at full Chinese support "
       "(techC).", "documented are firms and lax enforcement, not state transfers; contested"),
    _p("ground_tests", 0.6, 0.3, 0.9, "tests/yr", "Engine and ground tests, in flight-test worth."),
    _p("failure_at_first", 0.60, 0.5, 0.7, "probability", "Chance that a first flight fails.",
       AMSAA),
    _p("learning_exponent", 0.40, 0.24, 0.60, "-", "How fast failures fall with tests.", AMSAA),
    _p("icbm_production", 0.13, 0.06, 0.20, "/yr/flight", "ICBMs fielded a year for each flight "
       "beyond the second.", "gives 44 in ten years; DIA (2025): 50 by 2035"),
    _p("icbm_flights_needed", 2, 0, 4, "flights", "Flights before ICBMs are fielded."),
    _p("drive_spread", 0.7, 0, 1.2, "ln", "Spread of the log drive about its lever, over years.",
       LATENT, "how much the programme's drive varies over years"),
    _p("drive_half_life", 40, 8, 156, "weeks", "How long a departure of the drive lasts.", LATENT),
    _p("drive_surges", 0.15, 0, 0.5, "/yr", "Sudden surges of the drive."),
    _p("drive_surge", 1.5, 0, 3, "spreads", "Size of a surge."),
    _p("drive_cap", 1.5, 0.75, 2.25, "index", "Drive beyond which production gains nothing."),
    _p("defence_race", 0.5, 0.2, 1, "share", "More ICBMs for more missile defence (Richardson)."),
    _p("defence_usual", 0.45, 0.2, 0.7, "index", "Missile defence at which there is no race."),
    _p("warhead_production", 6, 3, 20, "/yr", "Warheads made a year.", "SIPRI 20 (2022), 50 (2025)"),
    _p("icbm_proof_tests", 3, 1, 6, "tests", "Experience before a success counts as proof."),
    _p("proof_half_life", 60, 30, 90, "weeks", "How long a proven ICBM satisfies."),
)  # fmt: skip

REACH = (
    _p("warheads_for_icbms", 0.4, 0.2, 0.6, "share", "Warheads that go on ICBMs."),
    _p("availability", 0.7, 0.35, 1, "share", "ICBMs ready to fire."),
    _p("arrivals_to_deter", 3, 1.5, 4.5, "arrivals", "Arrivals at which deterrence is two thirds."),
    _p("interception_base", 0.25, 0.1, 0.4, "probability", "One interception, thinnest defence.",
       "GMD 9 of 17 tests by 2017 bounds it from above"),
    _p("interception_defence", 0.55, 0.3, 0.6, "probability", "What thick defence adds."),
    _p("interceptors", 11, 5.5, 16.5, "missiles", "ICBMs that can be engaged, times (.5 + md).",
       "44 interceptors, four to a missile"),
    _p("alert_defence", 0.15, 0.05, 0.3, "share", "What a full alert adds to missile defence."),
)  # fmt: skip

MOTIVES = (
    _p("drills_in_contact", 0.4, 0.2, 0.6, "share", "How provocative drills stay while in contact."),
    _p("drills_trust_testing", 0.5, 0.25, 0.75, "share", "Drill anger removed by full trust."),
    _p("drills_trust_threat", 0.4, 0.2, 0.6, "share", "Drill threat removed by full trust."),
    _p("cover_rivalry", 0.4, 0.2, 0.9, "-", "Diplomatic cover from US-China rivalry."),
    _p("cover_russia", 0.4, 0.2, 0.9, "-", "Diplomatic cover from Russia's support."),
    _p("cover_condemnation", 0.1, 0.05, 0.15, "-", "Cover lost to a patron's condemnation."),
    _p("deterrence_exercises", 0.35, 0.15, 0.55, "-", "Deterrence of attacks by exercises."),
    _p("deterrence_assets", 0.25, 0.1, 0.4, "-", "Deterrence of attacks by strategic assets."),
    _p("deterrence_alliance", 0.6, 0.3, 0.9, "-", "Deterrence of attacks by alliance credibility "
       "(proxy of Zagare and Kilgour's perfect deterrence)."),
    _p("decoupling", 0.35, 0.15, 0.55, "share", "Alliance credibility lost to an ICBM that gets "
       "through."),
    _p("belief_half_life", 52, 26, 104, "weeks", "How long beliefs take to fade to their prior."),
    _p("belief_answer", 0.7, 0.3, 1.4, "log-odds", "What an answered or unanswered attack says."),
    _p("belief_bluff", 0.1, 0, 0.2, "log-odds", "What a week of a hollow ultimatum says."),
    _p("belief_drill", 0.05, 0, 0.1, "log-odds", "What a week of a drill, held or left out, says."),
    _p("belief_attack", 0.7, 0.3, 1.4, "log-odds", "What an attack says of Pyongyang's intent."),
    _p("belief_broken_freeze", 1.0, 0.5, 2, "log-odds", "What a freeze that is broken says of it."),
    _p("belief_kept_freeze", 0.02, 0, 0.04, "log-odds", "What a week of a freeze that is kept says."),
    _p("belief_test", 0.02, 0, 0.04, "log-odds", "What a test says, to whom it can reach."),
    _p("belief_decoupling", 2.0, 1, 3, "log-odds", "Seoul's doubt where an ICBM gets through."),
    _p("debate_threshold", 0.5, 0.35, 0.65, "probability", "Belief below which Seoul debates."),
    _p("novelty_tests", 2, 1, 3, "tests", "Nuclear tests before novelty wears off."),
    _p("novelty_scale", 2.5, 1.25, 3.75, "tests", "How fast it wears off after that."),
)  # fmt: skip

PERCEPTION = (
    _p("alarm_rate", 0.15, 0.08, 0.25, "/week", "How fast threat perception rises.",
       HAND_CALIBRATED + "; negativity bias"),
    _p("calm_rate", 0.05, 0.03, 0.10, "/week", "How slowly it falls.",
       HAND_CALIBRATED + "; negativity bias"),
    _p("perception_noise", 0.03, 0.015, 0.045, "index", "Weekly error of perception (sd)."),
    _p("shock_half_life", 8, 4, 16, "weeks", "How long a big test or attack stays in mind."),
    _p("overflight_chance", 0.10, 0.05, 0.2, "probability", "Regional tests that overfly Japan."),
)  # fmt: skip

COUNCIL = (
    _p("case_weeks", 12, 6, 12, "weeks", "How long a test remains a case for the Council.",
       "ten answers of the record took 5 to 82 days: 63 in May 2022, 82 in November 2016"),
    _p("severity_nuclear", 1.6, 1.2, 2, "-", "Severity of a nuclear test; an ICBM is 1."),
    _p("severity_attack", 0.5, 0, 1, "-", "Severity of a limited attack; an ICBM is 1."),
    _p("resolution_sanctions", 0.46, 0.2, 0.6, "share", "Room left that a resolution fills.",
       "about the largest export sector still open: coal .42, textiles .27 of 2016 (docs/model.md)"),
    _p("resolution_enforcement", 0.35, 0.15, 0.55, "share", "Enforcement a resolution revives."),
    _p("resolution_rally", 1.0, 0.5, 1.5, "-", "Rally around the flag after a resolution."),
    _p("resolution_tension", 0.25, 0.1, 0.4, "rungs", "Tension after a resolution."),
    _p("rally_precision", 0.5, 0.25, 0.75, "share", "Rally avoided by precise sanctions."),
)  # fmt: skip

SANCTIONS = (
    _p("enforcement_half_life", 45, 26, 104, "weeks", "How fast enforcement sinks to the leak.",
       "illicit coal doubled 2018-19 (Asan)"),
    _p("leak_base", 0.10, 0.05, 0.15, "share", "What always leaks."),
    _p("leak_china", 0.55, 0.3, 0.75, "share", "Leak at full Chinese support."),
    _p("leak_russia", 0.25, 0.1, 0.4, "share", "Leak at full Russian support."),
    _p("leak_panel", 0.10, 0.05, 0.2, "share", "Leak for want of an expert panel."),
    _p("monitoring_worth", 0.3, 0, 0.8, "share", "Worth of the monitoring team beside a UN panel."),
    _p("leak_enforcement", 0.30, 0.15, 0.45, "share", "Leak closed by strict enforcement."),
    _p("unilateral_decay", 0.001, 0.0005, 0.0015, "/week", "Unilateral measures that lapse."),
    _p("deal_relief_un", 0.004, 0.002, 0.006, "/week", "UN sanctions eased in a deal."),
    _p("deal_relief_unilateral", 0.01, 0.005, 0.015, "/week", "Unilateral ones eased in a deal."),
)  # fmt: skip

TALKS = (
    _p("offer_ease", 1.5, 0.5, 2.5, "logit", "Accepting an offer is easier than asking first."),
    _p("offer_patron", 0.45, 0, 0.9, "share", "Worth of an offer lost to full Russian support.",
       "offers of 2021-23 stayed unanswered; size is judgement",
       "how much Russia's support takes from an offer"),
    _p("offer_demand", 0.4, 0, 0.8, "share", "Worth of an offer lost where it asks for a working "
       "arsenal.", "nuclear law of 2022: status irreversible; size is judgement"),
    _p("seoul_voice_hostile", 0.1, 0, 0.5, "share", "What is left of Seoul's voice once it is a "
       "hostile state.", "two hostile states, December 2023; size is judgement"),
    _p("progress_to_talks", 0.15, 0.075, 0.225, "/week", "Contact to talks, times (.2 + eng)."),
    _p("progress_engagement", 0.2, 0.1, 0.3, "-", "Progress without any engagement offer."),
    _p("progress_failure", 2, 1, 3, "-", "How a recent failure slows progress."),
    _p("progress_mediation", 0.3, 0.15, 0.45, "share", "Progress that mediation adds."),
    _p("progress_to_deal", 0.05, 0.02, 0.075, "/week", "Talks to deal, times (.3 + trust)."),
    _p("deal_demand", 0.8, 0.4, 0.95, "share", "Deals lost to a demand for full denuclearisation.",
       "no lasting deal came of the summits of 2018-19; size is judgement"),
    _p("deal_relief", 1.0, 0, 2, "share", "Deals gained by relief in full."),
    _p("talks_hold_half_life", 60, 26, 120, "weeks", "How long talks hold back short-range tests.",
       "none in 2018, thirteen days in 2019; size is judgement"),
    _p("deal_trust", 0.3, 0.15, 0.45, "-", "Chance of a deal without any trust."),
    _p("deal_audience_cost", 0.5, 0.25, 0.75, "share", "Deals lost to audience costs (Fearon)."),
    _p("breakdown_base", 0.03, 0.015, 0.06, "/week", "Hazard that talks break down.", HAND_CALIBRATED,
       "how easily talks break down"),
    _p("breakdown_age", 0.02, 0.01, 0.03, "/week", "Growth of that hazard with age."),
    _p("breakdown_tension", 0.03, 0.015, 0.045, "/rung", "Breakdown from tension above 4."),
    _p("breakdown_threats", 0.02, 0.01, 0.03, "/week", "Breakdown from US threats."),
    _p("breakdown_rok", 0.012, 0.006, 0.018, "/week", "Breakdown avoided by a progressive ROK."),
    _p("breakdown_deal", 0.5, 0.25, 0.75, "share", "Hazard that is left once there is a deal."),
    _p("breakdown_to_contact", 0.6, 0.4, 0.8, "probability", "Failed talks that leave contact."),
    _p("failure_half_life", 104, 52, 156, "weeks", "How long a failure is remembered."),
    _p("moratorium_at_contact", 0.6, 0.3, 0.9, "-", "Restraint already at contact."),
    _p("moratorium_half_life", 100, 40, 160, "weeks", "How long restraint outlives talks.",
       HAND_CALIBRATED + "; few cases"),
    _p("moratorium_threats", 0.8, 0.4, 1.2, "-", "How US threats hasten its end."),
    _p("moratorium_rivalry", 0.5, 0.25, 0.75, "-", "How rivalry hastens its end."),
    _p("moratorium_broken", 0.3, 0.15, 0.45, "share", "What an ICBM or nuclear test leaves of it."),
    _p("trust_contact", 0.03, 0.015, 0.045, "/week", "Trust gained in contact (GRIT, Osgood)."),
    _p("trust_hostility", 0.03, 0.015, 0.045, "/week", "Trust lost to a hostile act."),
    _p("trust_breakdown", 0.10, 0.05, 0.15, "share", "Trust lost to a breakdown."),
)  # fmt: skip

TENSION = (
    _p("tension_floor", 1.0, 0.5, 1.5, "rungs", "Where tension rests if nobody feels a threat."),
    _p("tension_perception", 1.0, 0.5, 1.5, "rungs", "Rest raised by each side's fear."),
    _p("tension_decay", 0.065, 0.045, 0.10, "/week", "How fast tension returns to rest.",
       HAND_CALIBRATED + "; half-life of a shock about 11 weeks", "how fast tension fades"),
    _p("tension_exercise", 0.10, 0.05, 0.15, "rungs", "A full week of exercises."),
    _p("tension_incident", 2.0, 1.0, 3.0, "rungs", "An armed incident."),
    _p("tension_contact", 0.12, 0.06, 0.18, "rungs/week", "Calm from contact."),
    _p("tension_deal", 0.2, 0.1, 0.3, "rungs/week", "Further calm from a deal."),
    _p("tension_mediation", 0.05, 0.025, 0.075, "rungs", "Calm from mediation."),
)  # fmt: skip

MEMORIES = (
    _p("drill_memory", 0.6, 0.3, 0.9, "/week", "What live fire leaves in mind a week later."),
    _p("trilateral_memory", 0.5, 0.25, 0.75, "/week", "What a trilateral drill leaves."),
    _p("deployment_memory", 0.6, 0.3, 0.9, "/week", "What a deployment leaves."),
    _p("ultimatum_memory", 0.75, 0.4, 0.95, "/week", "What an ultimatum leaves."),
    _p("alert_memory", 0.8, 0.4, 0.95, "/week", "What a missile-defence alert leaves."),
    _p("veto_half_life", 208, 104, 312, "weeks", "How long vetoes keep drafts on missiles away.",
       "no draft on a missile test is on record after May 2022; size is judgement"),
    _p("exposure_half_life", 13, 6, 26, "weeks", "How long the exposure of China's help is news."),
    _p("campaign_memory", 0.8, 0.5, 0.9, "/week", "What leaflets, loudspeakers and balloons leave.",
       "answers of summer 2024 came within days to weeks; size is judgement"),
    _p("condemnation_memory", 0.8, 0.4, 0.95, "/week", "What a patron's condemnation leaves."),
    _p("excitation_memory", 0.20, 0.1, 0.4, "/week", "What a test leaves of the urge to test.",
       "Hawkes refit of launch days: branching .32, half-life 6 days"),
    _p("retaliation_half_life", 26, 13, 39, "weeks", "How long a retaliation deters."),
    _p("audience_half_life", 26, 13, 39, "weeks", "How long a public threat binds (Fearon)."),
    _p("annoyance_half_life", 26, 13, 39, "weeks", "How long China resents a test."),
    _p("display_half_life", 13, 6, 26, "weeks", "How long a parade satisfies the audience at home."),
    _p("rally_half_life", 4, 2, 8, "weeks", "How long a rally around the flag lasts."),
)  # fmt: skip

HAZARDS = (
    _p("deliberate_base", 5e-5, 1e-5, 2e-4, "/week", "Decided war at rung 4 (hD0).", PRIOR,
       "how likely somebody is to decide to strike"),
    _p("deliberate_tension", 0.75, 0.5, 1, "/rung", "How tension raises it.", PRIOR,
       "how much tension adds to a decision to strike"),
    _p("deliberate_audience", 1.0, 0.5, 1.5, "-", "How audience costs raise it."),
    _p("deliberate_window", 1.2, 0.6, 1.8, "-", "Preventive window: threats x no deterrent x "
       "fear."),
    _p("deliberate_deterrence", 0.5, 0.25, 0.75, "-", "Standing deterrence against it."),
    _p("deliberate_contact", 1.5, 0.75, 2.25, "-", "How contact lowers it."),
    _p("incident_base", 1.6e-3, 8e-4, 4e-3, "/week", "Armed incidents at rung 3 (i0).",
       "0.1-0.3 armed incidents a year"),
    _p("incident_tension", 0.25, 0.1, 0.4, "/rung", "How tension raises them."),
    _p("incident_exercise", 0.5, 0.25, 0.75, "-", "How a drill under way raises them."),
    _p("incident_live_fire", 0.2, 0.1, 0.3, "-", "How live fire raises them."),
    _p("incident_border", 0.4, 0.2, 0.6, "-", "How border measures lower them."),
    _p("spread_base", 0.007, 0.003, 0.02, "probability", "An incident that spreads, rung 4 (pe0).",
       "militarised disputes: Jeffreys 1.1 %, upper 4.2 % (GML 1954-2010)"),
    _p("spread_tension", 0.35, 0.15, 0.55, "/rung", "How tension raises it."),
    _p("spread_audience", 0.7, 0.35, 1.05, "-", "How audience costs raise it."),
    _p("spread_hotline", 0.5, 0.25, 0.75, "share", "What a hotline takes off it."),
    _p("attack_spread", 3, 1.5, 4.5, "times", "A limited attack spreads more than an incident."),
    _p("attack_posture_base", 0.7, 0.35, 1.05, "times", "The same, no weapons on alert."),
    _p("attack_posture", 0.75, 0.35, 1.15, "times", "What automatic posture adds."),
    _p("attack_spread_cap", 0.5, 0.25, 0.75, "probability", "The most an attack can spread."),
    _p("retaliation_spread", 0.5, 0.25, 0.75, "times", "A retaliation's own risk beside the "
       "attack's."),
    _p("audience_cap", 1.5, 0.75, 2, "-", "Audience cost beyond which nothing is added."),
    _p("ambiguity_base", 0.10, 0.05, 0.15, "/week", "Ambiguous warnings in a quiet week.",
       "about .8 public false alarms a year, 2018-23"),
    _p("ambiguity_drills", 0.15, 0.075, 0.225, "/week", "What drills add."),
    _p("ambiguity_trilateral", 0.5, 0.25, 0.75, "share", "A trilateral drill beside a full one."),
    _p("discrimination_base", 1.5, 0.75, 2.25, "d'", "Telling a test from an attack, poor sensors."),
    _p("discrimination_warning", 3, 1.5, 4.5, "d'", "What early warning adds (signal detection)."),
    _p("criterion", 0.4, 0.2, 0.6, "z", "Caution before calling it an attack (k)."),
    _p("criterion_stress", 1.4, 0.7, 2, "z", "How stress erodes that caution (kT)."),
    _p("stress_tension", 0.06, 0.03, 0.09, "/rung", "Stress from tension."),
    _p("stress_fear", 0.3, 0.15, 0.45, "-", "Stress from the allies' fear."),
    _p("act_base", 0.02, 0.005, 0.06, "probability", "Acting on an alarm at rung 10 (pact0).",
       PRIOR),
    _p("act_time_scale", 12, 6, 18, "minutes", "Time that makes acting one e-fold less likely."),
    _p("time_base", 4, 2, 6, "minutes", "Decision time at the least.",
       "flight: Guam 14 min, Japan 10 min, Seoul a few"),
    _p("time_defence", 5, 2.5, 7.5, "minutes", "Decision time that missile defence buys."),
    _p("time_warning", 8, 4, 12, "minutes", "Decision time that early warning buys."),
    _p("act_hotline", 0.5, 0.25, 0.75, "share", "What a hotline takes off acting."),
    _p("act_reach", 0.5, 0.25, 0.75, "-", "What an ICBM that gets through adds."),
    _p("act_posture_base", 0.5, 0.25, 0.75, "times", "Acting with no weapons on alert."),
    _p("act_posture", 1.25, 0.6, 1.9, "times", "What automatic posture adds."),
    _p("salvo_days", 0.35, 0.15, 0.6, "days", "Further launch days in a week of short-range tests.",
       "weekly clustering of launch days, 2012-2023"),
)  # fmt: skip

EQUATION_COEFFICIENTS = (
    *MONEY, *PROGRAMME, *REACH, *MOTIVES, *PERCEPTION, *COUNCIL, *SANCTIONS, *TALKS, *TENSION,
    *MEMORIES, *HAZARDS,
)  # fmt: skip
