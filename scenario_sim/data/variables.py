"""List every quantity of the model, one line each, by its public name.

A *condition* persists from week to week. A *memory* decays by itself and grows by pushes. A
*signal* is a memory that lasts one week: an event of last week that every state saw. A *derived*
quantity is computed anew every week. The repertoires in `states/` may weigh any of these, and any
lever by its name. The same lines give the bounds of a start, the axes of a trajectory and the
codebook.
"""

from __future__ import annotations

from dataclasses import dataclass

from scenario_sim.data.enums import MAX_EXTRA_LAUNCH_DAYS, MAX_THEFTS_PER_WEEK
from scenario_sim.language import translate_fields

INF = float("inf")


@translate_fields("meaning")
@dataclass(frozen=True)
class Quantity:
    """Describe one row of the blackboard.

    Attributes
    ----------
    name : str
        Public name, as in scenario files and results.
    symbol : str
        Symbol in the equations of docs/model.md.
    unit : str
    low, high : float
        Bounds; the value is cut to them.
    meaning : str
    recorded : bool
        Whether a trajectory keeps it week by week.
    fades : str
        Coefficient by which a memory decays: the share left after a week (`..._memory`) or a
        half-life in weeks (`..._half_life`). Empty: gone after a week.
    """

    name: str
    symbol: str
    unit: str
    low: float
    high: float
    meaning: str
    recorded: bool = False
    fades: str = ""


def _row(name: str, symbol: str, unit: str, low: float, high: float, meaning: str) -> Quantity:
    return Quantity(name, symbol, unit, low, high, meaning, recorded=True)


CONDITIONS = (
    _row("tension", "L", "rungs", 0, 7.99, "Tension; its whole part is the world's rung."),
    _row("talks_stage", "G", "stage", 0, 3, "0 none, 1 contact, 2 talks, 3 a deal or freeze."),
    Quantity("talks_age", "age", "weeks", 0, INF, "Weeks since contact began."),
    _row("moratorium", "Mor", "index", 0, 1, "Self-restraint on ICBM and nuclear tests."),
    _row("trust", "TR", "index", 0, 1, "Trust between the parties."),
    _row(
        "talks_failure", "fail", "index", 0, 1.5, "What the last breakdown of talks still weighs."
    ),
    _row("un_sanctions", "SU", "index", 0, 1, "UN sanctions on paper; 1 bans all exports."),
    _row("unilateral_measures", "SB", "index", 0, 1, "Sanctions by single states."),
    _row("enforcement", "E", "share", 0, 1, "Share of the sanctions applied."),
    _row("china_support", "sC", "index", 0, 1, "China's support of North Korea."),
    _row("russia_support", "sX", "index", 0, 1, "Russia's support of North Korea."),
    _row("war_chest", "F", "$m", 0, INF, "Money set aside for weapons."),
    _row("regional_experience", "nM", "tests", 0, INF, "Regional missile tests so far."),
    _row("icbm_experience", "nI", "tests", 0, INF, "ICBM tests so far, ground tests included."),
    _row("icbm_flights", "nIf", "flights", 0, INF, "ICBM and satellite launches so far."),
    _row("regional_older", "oM", "tests", 0, INF, "Regional tests of all designs but the newest."),
    _row("long_range_older", "oI", "tests", 0, INF, "The same of ICBMs and satellite launchers."),
    _row("regional_design", "dM", "code", 0, 3, "Type of the newest regional design."),
    _row("long_range_design", "dI", "code", 0, 3, "Type of the newest ICBM or launcher."),
    _row("regional_design_untried", "", "0/1", 0, 1, "The newest regional design has not flown."),
    _row("long_range_design_untried", "", "0/1", 0, 1, "The newest ICBM or launcher has not."),
    _row("nuclear_tests_so_far", "n6", "tests", 0, INF, "Nuclear tests so far."),
    _row("regional_articles", "QM", "missiles", 0, 9, "Regional missiles ready for test."),
    _row("icbm_articles", "QI", "missiles", 0, 6, "ICBMs ready for test."),
    _row("nuclear_articles", "QN", "devices", 0, 2.5, "Nuclear devices ready for test."),
    _row("icbm_stock", "IC", "missiles", 0, INF, "ICBMs in the field."),
    _row("warheads", "Wh", "warheads", 0, INF, "Nuclear warheads."),
    _row("proven_icbm", "done", "index", 0, 1, "How recent the last successful ICBM test is."),
    _row("panel_ended", "", "0/1", 0, 1, "1 once a veto has ended the expert panel's mandate."),
    Quantity(
        "drive_departure",
        "z",
        "spreads",
        -4,
        4,
        "Expected log drive less the lever's, in spreads of its own.",
    ),
    Quantity(
        "drive_known",
        "k",
        "share",
        0,
        1,
        "Share of its variance that is settled: 0 where "
        "nothing is known of the drive, 1 where all is.",
    ),
    Quantity(
        "resolve_belief",
        "",
        "log-odds",
        -3,
        3,
        "Pyongyang's belief that an attack is answered, beside the prior.",
        recorded=True,
    ),
    Quantity(
        "protection_belief",
        "",
        "log-odds",
        -3,
        3,
        "Seoul's belief that its ally stands by it, beside the prior.",
        recorded=True,
    ),
    Quantity(
        "strike_belief",
        "",
        "log-odds",
        -3,
        3,
        "Pyongyang's belief that talk of force means a strike, beside the prior.",
        recorded=True,
    ),
    Quantity(
        "us_intent_belief",
        "",
        "log-odds",
        -3,
        3,
        "Washington's belief that the weapons prepare an attack; 0 is even odds.",
        recorded=True,
    ),
    Quantity(
        "rok_intent_belief",
        "",
        "log-odds",
        -3,
        3,
        "Seoul's belief that the weapons prepare an attack; 0 is even odds.",
        recorded=True,
    ),
    Quantity("case_left", "case", "weeks", 0, 12, "Weeks left in which a test may be tabled."),
    Quantity("case_severity", "sev", "-", 0, 2, "Severity of the case; 1 is an ICBM test."),
    Quantity("armed_clash", "clash", "0/1", 0, 1, "An incident or limited attack last week."),
)


def _memory(
    name: str, symbol: str, high: float, fades: str, meaning: str, recorded: bool = True
) -> Quantity:
    return Quantity(name, symbol, "index", 0, high, meaning, recorded, fades)


MEMORIES = (
    _memory("audience_cost", "stake", 2, "audience_half_life", "Threats made in public (Fearon)."),
    _memory("rally", "rally", 1.5, "rally_half_life", "Rally around the flag after sanctions."),
    _memory("annoyance", "ann", 1, "annoyance_half_life", "China's annoyance at tests."),
    _memory("excitation", "H", 1.25, "excitation_memory", "Tests of the last weeks (Hawkes)."),
    _memory("retaliation", "R5m", 1, "retaliation_half_life", "Retaliation still remembered."),
    _memory("deployments", "SAq", 1, "deployment_memory", "Bombers and carriers nearby."),
    _memory("ultimatum", "ultm", 1, "ultimatum_memory", "An ultimatum still hanging."),
    _memory("live_fire", "LF", 1, "drill_memory", "Loudspeakers and live fire at the border."),
    _memory("trilateral", "TRI", 1, "trilateral_memory", "Trilateral drills."),
    _memory("missile_alert", "MDm", 1, "alert_memory", "Missile defence on alert."),
    _memory("home_display", "", 1, "display_half_life", "Strength shown to the audience at home."),
    _memory("condemnation", "CC", 1, "condemnation_memory", "A patron's condemnation."),
    _memory("vetoes_recalled", "", 1, "veto_half_life", "Vetoes in the Council still in mind."),
    _memory("exposure", "", 1, "exposure_half_life", "China's help to Pyongyang, exposed."),
    _memory("northern_campaign", "", 1, "campaign_memory", "Balloons and jamming from the North."),
    _memory("southern_campaign", "", 1, "campaign_memory", "Leaflets, loudspeakers in the South."),
)

SIGNALS = tuple(
    Quantity(name, symbol, "0..1", 0, 1, f"{meaning}, last week.")
    for name, symbol, meaning in (
        ("opening", "", "Offers by the neighbours"),
        ("mediation", "CM", "Mediation"),
        ("grey_zone", "k2", "A grey-zone act"),
        ("short_range_test", "k3", "A short-range test"),
        ("regional_test", "k4", "A regional test"),
        ("icbm_test", "k5", "An ICBM test or satellite launch"),
        ("nuclear_test", "k6", "A nuclear test"),
        ("limited_attack", "k7", "A limited attack"),
        ("long_range_test", "k4|k5", "A regional or ICBM test"),
        ("major_provocation", "k4..k7", "A regional test or anything above"),
        ("any_test", "k3..k6", "A missile or nuclear test"),
        ("opens_talks", "K8", "Pyongyang's offer to talk"),
        ("talks_offered", "US7", "Washington's offer to talk"),
        ("joint_exercise", "US1", "A joint exercise"),
        ("tables_draft", "US6", "A draft tabled in the Council"),
        ("vetoes", "C7|X7", "A veto"),
        ("retaliates", "R5", "A retaliation"),
    )
)

FLOWS = (  # pushes that act on a condition or a hazard at once and leave no memory
    Quantity("tension", "", "rungs", -INF, INF, "raises tension, less the higher it is"),
    Quantity("calm", "", "rungs", -INF, INF, "lowers tension"),
    Quantity("hostility", "host", "acts", -INF, INF, "wears trust away"),
    Quantity("trust", "", "share of room", -INF, INF, "builds trust"),
    Quantity("breakdown", "", "/week", -INF, INF, "makes talks break down"),
    Quantity("warning_noise", "", "/week", -INF, INF, "makes warnings ambiguous"),
    Quantity("unilateral_measures", "", "index", -INF, INF, "adds unilateral sanctions"),
    Quantity("china_support", "", "index", -INF, INF, "moves China's support"),
    Quantity("russia_support", "", "index", -INF, INF, "moves Russia's support"),
    Quantity("panel_ended", "", "0/1", -INF, INF, "ends the mandate of the expert panel"),
)
PUSH_TARGETS = (*MEMORIES, *SIGNALS, *FLOWS)  # what acts can move; each has a row `push_<name>`

LEVER_TRANSFORMS = tuple(  # functions of the levers alone, computed when a lever changes
    Quantity(name, "", "-", -INF, INF, meaning)
    for name, meaning in (
        ("always", "1, for what is always there."),
        ("log_drive", "Log of the programme drive."),
        ("log_assets", "Log of 1.4 times the readiness to deploy strategic assets."),
        ("log_unilateral", "Log of the readiness for unilateral sanctions."),
        ("log_engagement", "Log of the engagement offered."),
        ("credibility_above_half", "Alliance credibility less one half."),
        ("credibility_log_odds", "Log-odds of alliance credibility: the prior of beliefs."),
        ("force_log_odds", "Log-odds of US talk of force: the prior of a strike."),
        ("drills_suspended", "Exercise scale below the usual drill; 1 is no drill."),
        ("seoul_voice", "Which side governs in Seoul, times what its voice counts in Pyongyang."),
        *(
            (f"theft_odds_{n}", f"Chance of at most {n} thefts a week.")
            for n in range(MAX_THEFTS_PER_WEEK)
        ),
        *(
            (f"salvo_odds_{n}", f"Chance of at most {n} launch days beside the first.")
            for n in range(MAX_EXTRA_LAUNCH_DAYS)
        ),
    )
)

CALENDAR = tuple(
    Quantity(name, symbol, "0..1", 0, 1, meaning)
    for name, symbol, meaning in (
        ("drill_season", "cal", "Share of the week in a drill window, times its weight."),
        ("spring", "", "1 in March to May."),
        ("winter", "", "1 in October to January."),
        ("holiday", "", "1 around the national holidays."),
        ("mandate_season", "", "1 in the weeks of March when the expert panel's mandate runs out."),
    )
)


def _derived(
    name: str,
    symbol: str,
    unit: str,
    low: float,
    high: float,
    meaning: str,
    recorded: bool = False,
) -> Quantity:
    return Quantity(name, symbol, unit, low, high, meaning, recorded)


DERIVED = (
    _derived("drive_now", "z", "spreads", -INF, INF, "Log drive less the lever's, this week."),
    _derived("drive_swing", "", "-", -INF, INF, "Log of the drive over its lever."),
    _derived("felt_drive", "D", "index", 0, INF, "The programme's drive as it is this week.", True),
    _derived("launches_recorded", "", "0/1", 0, 1, "The record tells this week's launches."),
    _derived("test_chance", "", "probability", 0, 1, "Chance of a test, where the record tells."),
    _derived("winter_rest", "", "0..1", 0, 1, "The winter lull, where it is kept."),
    _derived("effective_defence", "md_eff", "index", 0, 1, "Missile defence, alerts included."),
    _derived("revenue", "R", "$m/week", 0, INF, "Income from all sources, this week.", True),
    _derived("trade", "", "$m/yr", 0, INF, "Licit exports, at a yearly rate.", True),
    _derived("smuggling", "", "$m/yr", 0, INF, "Smuggling, at a yearly rate.", True),
    _derived("russia_payments", "", "$m/yr", 0, INF, "Russia's payments, a yearly rate.", True),
    _derived("china_aid", "", "$m/yr", 0, INF, "China's aid, at a yearly rate.", True),
    _derived("labour", "", "$m/yr", 0, INF, "Workers abroad, at a yearly rate.", True),
    _derived("cyber_theft", "", "$m/week", 0, INF, "Stolen this week, after laundering.", True),
    _derived("pain", "Y", "share", 0, 1, "Income lost against the reference.", True),
    _derived("civilian_pain", "", "share", 0, 1, "Pain that reaches civilians.", True),
    _derived("spending", "", "$m/yr", 0, INF, "Weapons spending, at a yearly rate.", True),
    _derived("log_spending", "lnS", "-", -2, 2, "Log of spending over its reference."),
    _derived("production", "phi", "-", 0, INF, "Pace of production that the money allows."),
    _derived("money_for_tests", "elas lnS", "-", -2, 2, "Log spending times its elasticity."),
    _derived("leakage", "leak", "share", 0, 1, "Share of the sanctions that leaks.", True),
    _derived("icbm_reliability", "R_I", "probability", 0, 1, "An ICBM flight succeeds.", True),
    _derived("regional_reliability", "R_M", "probability", 0, 1, "A regional one does.", True),
    _derived("fielded_reliability", "", "probability", 0, 1, "An ICBM in the field works."),
    _derived("icbm_unreliability", "1-R_I", "probability", 0, 1, "An ICBM flight fails."),
    _derived("regional_unreliability", "1-R_M", "probability", 0, 1, "A regional one fails."),
    _derived("raw_reach", "capI", "index", 0, 1, "An ICBM reaches the US, before defence.", True),
    _derived("arrivals", "", "warheads", 0, INF, "Warheads that would get through.", True),
    _derived("reach", "CUS", "index", 0, 1, "An ICBM reaches the US, after defence.", True),
    _derived("contact", "g1", "0/1", 0, 1, "The parties are at least in contact."),
    _derived("talks", "g2", "0/1", 0, 1, "Talks or a deal."),
    _derived("deal", "", "0/1", 0, 1, "A deal or freeze holds."),
    _derived("no_contact", "1-g1", "0/1", 0, 1, "No contact."),
    _derived("restraint_short_range", "c(G)", "-", 0, 1.2, "Talks' hold on short-range tests."),
    _derived("restraint_long_range", "c4(G)", "-", 0, 1, "Talks' hold on longer ranges."),
    _derived("tension_excess", "L-4", "rungs", -4, 4, "Tension above rung 4, or below."),
    _derived("high_tension", "", "rungs", 0, 4, "Tension above rung 4, else 0."),
    _derived("audience_cost_capped", "min(stake,1)", "index", 0, 1, "Audience cost, at most 1."),
    _derived("arsenal_at_stake", "capI demand", "-", 0, 1, "Reach times what is asked for."),
    _derived("believed_resolve", "", "probability", 0, 1, "Pyongyang's: an attack is answered."),
    _derived("believed_protection", "", "probability", 0, 1, "Seoul's: its ally stands by it."),
    _derived("believed_strike", "", "probability", 0, 1, "Pyongyang's: force will be used."),
    _derived(
        "us_believed_attack", "", "probability", 0, 1, "Washington's: weapons prepare attack."
    ),
    _derived("rok_believed_attack", "", "probability", 0, 1, "Seoul's: weapons prepare attack."),
    _derived("feared_strike", "", "-", 0, 1, "US talk of force, as far as it is believed."),
    _derived("us_feared_reach", "", "-", 0, 2, "Reach times what Washington reads into it."),
    _derived("rok_feared_reach", "", "-", 0, 2, "Reach times what Seoul reads into it."),
    _derived("rok_feared_artillery", "", "-", 0, 2, "What Seoul reads into artillery in range."),
    _derived("nuclear_debate", "", "0/1", 0, 1, "Seoul debates weapons of its own.", True),
    _derived("offer_engagement", "", "-", 0, 1, "Engagement offered, as far as it is worth."),
    _derived("offer_relief", "", "-", 0, 1, "Sanctions relief offered, as far as it is worth."),
    _derived("offer_drills", "", "-", 0, 1, "Drills suspended, as far as that is worth."),
    _derived("exercise_intensity", "X", "index", 0, 1.5, "Drill under way, this week.", True),
    _derived("drills_seen", "X", "index", 0, 1.5, "The drill everybody saw last week."),
    _derived("exercise_provocation", "", "-", 0, 3, "Drills as a reason to test."),
    _derived("exercise_threat", "", "-", 0, 3, "Drills as a threat."),
    _derived("trilateral_threat", "TRI exsens", "-", 0, 2, "Trilateral drills as a threat."),
    _derived("cover", "shield", "-", -1, 2, "Diplomatic cover by China and Russia."),
    _derived("lethal_deterrence", "", "-", 0, 2, "Deterrence of limited attacks."),
    _derived("closing_window", "4 CUS (1-CUS) hawk", "-", 0, 1, "A deterrent half-built."),
    _derived("regional_readiness", "ln(QM/3+.05)", "-", -4, 2, "Log of missiles ready."),
    _derived("icbm_readiness", "ln(QI/1.5+.02)", "-", -5, 2, "Log of ICBMs ready."),
    _derived("nuclear_readiness", "ln(QN/.5+.02)", "-", -5, 2, "Log of devices ready."),
    _derived("weapon_to_show", "", "0/1", 0, 1, "A new design that has not flown yet."),
    _derived("nuclear_novelty", "", "-", 0, 1, "What a further nuclear test would prove."),
    _derived("regional_ready", "", "0/1", 0, 1, "A regional missile is ready for test."),
    _derived("icbm_ready", "", "0/1", 0, 1, "An ICBM is ready for test."),
    _derived("nuclear_ready", "", "0/1", 0, 1, "A nuclear device is ready for test."),
    _derived("drill_possible", "", "0/1", 0, 1, "A drill is scheduled and has any scale."),
    _derived("case_open", "", "0/1", 0, 1, "A test or an attack may be tabled in the Council."),
    _derived("nuclear_case", "", "0/1", 0, 1, "The open case is a nuclear test."),
    _derived("futile_case", "", "index", 0, 1, "Vetoes still in mind, for a case of missiles."),
    _derived("panel_at_work", "", "index", 0, 1, "The expert panel, unless its mandate was ended."),
    _derived("panel_vote", "", "0/1", 0, 1, "The mandate of the expert panel is up for a vote."),
    _derived("council_prospect", "qC qX", "probability", 0, 1, "Nobody vetoes.", True),
    _derived("test_success", "", "0/1", 0, 1, "An ICBM test succeeds, this week.", True),
    _derived("satellite", "", "0/1", 0, 1, "The launch carries a satellite, this week.", True),
    _derived("new_weapon", "", "0/1", 0, 1, "A new design flies first, this week.", True),
    _derived("act_form", "", "0..1", 0, 1, "Which of its forms an act takes, for stories.", True),
    _derived("overflight", "", "0/1", 0, 1, "A test overflies Japan, this week.", True),
    _derived("launch_days", "", "days", 0, 7, "Days with a missile launch, this week.", True),
    _derived(
        "launch_weekday", "", "0..6", 0, 6, "Weekday of the first of them; 0 is Monday.", True
    ),
    _derived("recorded_launch_days", "", "days", -1, 7, "The same in replay; -1: not recorded."),
    _derived(
        "recorded_satellite",
        "",
        "0/1",
        -1,
        1,
        "The satellite of a launch in replay; -1: not recorded.",
    ),
    _derived("resolution", "", "0/1", 0, 1, "A resolution passes, this week.", True),
    _derived("veto", "", "0/1", 0, 1, "A draft is vetoed, this week.", True),
    _derived("breakdown", "", "0/1", 0, 1, "Contact or talks break down, this week.", True),
    _derived("incident", "", "0/1", 0, 1, "An armed incident, this week.", True),
    _derived("incident_chance", "i", "/week", 0, 1, "Chance of an armed incident."),
    _derived("hazard_deliberate", "hD", "/week", 0, INF, "Confrontation by decision.", True),
    _derived("hazard_limited_attack", "hM", "/week", 0, INF, "By an attack gone wrong.", True),
    _derived("hazard_incident", "hC", "/week", 0, INF, "By an incident that spreads.", True),
    _derived("hazard_false_alarm", "hF", "/week", 0, INF, "By a false alarm.", True),
    _derived("confrontation_drawn", "", "0/1", 0, 1, "Confrontation drawn, this week.", True),
    _derived("confrontation_cause", "", "code", 0, 4, "Which road, if drawn.", True),
)

ROLES = (  # quantities of the state that has the role
    _derived("challenger_threat", "PK", "index", 0, 1, "The challenger's threat perception."),
    _derived("allied_threat", "PA", "index", 0, 1, "Mean threat perception of the allies."),
    _derived("leading_ally_threat", "PA_USA", "index", 0, 1, "The leading ally's."),
    _derived("talks_appeal", "Uopen", "logit", -INF, INF, "The challenger's appeal of talks."),
)

PER_STATE = (  # one row for each state that has it; a repertoire reads its own as `own_<name>`
    Quantity("threat", "P", "index", 0, 1, "Threat perception.", True),
    Quantity("shock", "big", "index", 0, 1, "A big test or an attack still in mind.", True),
    Quantity("alarm", "P-usual", "index", -1, 1, "Threat perception above what is usual."),
)

INITIAL_CONDITIONS = {q.name: q for q in (*CONDITIONS, *MEMORIES)}
# Quantities that a repertoire may weigh. The roles are missing because they belong to other
# states, and a state does not know what another perceives in the same week.
TERM_QUANTITIES = {
    q.name: q for q in (*CONDITIONS, *MEMORIES, *SIGNALS, *LEVER_TRANSFORMS, *CALENDAR, *DERIVED)
}
RECORDED_QUANTITIES = tuple(q for q in (*CONDITIONS, *MEMORIES, *DERIVED) if q.recorded)
RECORDED_PER_STATE = tuple(q for q in PER_STATE if q.recorded)
