"""The equations of one week, as plain arithmetic.

Each function below is a *rule*. It takes two arguments and returns the rows it changes, by name.

- `b`, the blackboard, holds every quantity of the week. `b.tension` is the tension of each run.
- `p` holds the coefficients. `p.tension_decay` is one number for all runs.

Some rows have a prefix: `draw_<name>` is one of this week's random numbers, and `push_<name>` is
what this week's acts add up to.

A rule draws no random number, has no `if` on a row, and changes nothing but what it returns. The
lists at the end give the order of a week. `docs/model.md` writes out each rule as an equation. Each
coefficient has its default, unit, range and source in `data/parameters/`.
"""

from __future__ import annotations

import numpy as np
from numpy import array, exp, log, maximum, minimum
from scipy.special import expit, ndtr, ndtri, pdtr

from scenario_sim.data.enums import (
    DESIGN_TYPES,
    MAX_EXTRA_LAUNCH_DAYS,
    MAX_THEFTS_PER_WEEK,
    SATELLITE_LAUNCHER,
    Cause,
)

WEEKS_A_YEAR = 52.0
LOG_HALF = array(log(0.5))
zero, one = array(0.0), array(1.0)  # NumPy works faster with these than with Python's 0 and 1
MAX_DEPARTURE = 4.0  # spreads of the log drive
MAX_BELIEF = 3.0  # log-odds beside the prior
MAX_TENSION = 7.99  # rungs: 8 is confrontation, which is drawn beside the path and never played on


def clip01(x):
    """Return x limited to 0 .. 1."""
    return minimum(maximum(x, zero), one)


def share_left(half_life):
    """Return the share of a quantity that is left after one week; half-life in weeks."""
    return exp(LOG_HALF / half_life)


# --- when a lever moves -------------------------------------------------------------------------


def lever_transforms(b, p):
    """Compute what depends on levers alone: their logarithms, and odds of counts."""
    credibility = minimum(maximum(b.alliance_credibility, 0.05), 0.95)  # log-odds stay finite
    force = minimum(maximum(b.us_threats, 0.05), 0.95)
    rate = p.theft_rate / WEEKS_A_YEAR * b.crypto_opportunity
    rate = rate * (one - p.theft_rate_cyber_security * b.cyber_security)
    return {
        "always": np.ones_like(b.programme_drive),
        "log_drive": log(b.programme_drive),
        "log_assets": log(1.4 * b.strategic_assets + 0.001),
        "log_unilateral": log(b.unilateral_sanctions + 0.001),
        "log_engagement": log(b.engagement + 0.01),
        "credibility_above_half": b.alliance_credibility - 0.5,
        "credibility_log_odds": log(credibility / (one - credibility)),
        "force_log_odds": log(force / (one - force)),
        "drills_suspended": maximum(one - b.exercise_scale, zero),
        "seoul_voice": b.rok_government
        * (p.seoul_voice_hostile + (one - p.seoul_voice_hostile) * b.seoul_standing),
        **{f"theft_odds_{n}": pdtr(n, rate) for n in range(MAX_THEFTS_PER_WEEK)},
        **{f"salvo_odds_{n}": pdtr(n, p.salvo_days) for n in range(MAX_EXTRA_LAUNCH_DAYS)},
    }


# --- the week opens: talks, money, weapons programme, motives --------------------------------------


def negotiation_stage(b, p):
    """Compute where talks stand, as flags of 0 or 1, and how far they restrain tests.

    The restraint on short-range tests fades with the age of the talks.
    """
    contact, talks, deal = ((b.talks_stage >= stage) * one for stage in (1, 2, 3))
    fresh = exp(LOG_HALF * b.talks_age / p.talks_hold_half_life)
    return {
        "contact": contact,
        "talks": talks,
        "deal": deal,
        "no_contact": one - contact,
        "restraint_short_range": (0.6 * contact + 0.4 * talks + 0.2 * deal) * fresh,
        "restraint_long_range": 0.6 * contact + 0.4 * talks,
    }


def public_information(b, p):
    """Compute what every state knows of last week and of the calendar."""
    panel_at_work = b.expert_panel * (one - b.panel_ended)
    return {
        "panel_at_work": panel_at_work,
        "tension_excess": b.tension - 4,
        "high_tension": minimum(maximum(b.tension - 4, zero), 4.0),
        "audience_cost_capped": minimum(b.audience_cost, one),
        "winter_rest": b.winter_lull * b.winter,
        "drill_possible": ((b.drill_season > 0) & (b.exercise_scale > 0)) * one,
        "case_open": (b.case_left > 0) * one,
        "nuclear_case": (b.case_severity > 1) * one,
        "futile_case": b.vetoes_recalled * (b.case_severity <= 1),
        "panel_vote": b.mandate_season * (panel_at_work > 0),
        "drills_seen": b.exercise_intensity,
    }


def missile_defence(b, p):
    """Compute effective missile defence, which an alert improves a little."""
    return {
        "effective_defence": minimum(one, b.missile_defence + p.alert_defence * b.missile_alert)
    }


def cyber_theft(b, p):
    """Compute the week's cyber theft: a compound Poisson sum of lognormal sizes."""
    happens = b.draw_thefts > b.span("theft_odds_0", f"theft_odds_{MAX_THEFTS_PER_WEEK - 1}")
    draws = b.span("draw_theft_1", f"draw_theft_{MAX_THEFTS_PER_WEEK}")
    normal = ndtri(draws, out=np.zeros_like(draws), where=happens)
    log_size = p.theft_log_mean + p.theft_log_sd * normal
    size = minimum(p.theft_cap, exp(log_size, out=np.zeros_like(draws), where=happens))
    loot = np.zeros_like(b.draw_thefts)
    for theft_size in size:  # np.sum would add those of a single run in another order
        loot = loot + theft_size
    kept = p.theft_net * (one - p.theft_loss_cyber_security * b.cyber_security)
    return {"cyber_theft": loot * kept}


def programme_drive(b, p):
    """Draw how far the drive departs from its lever.

    In a week whose launches the record tells, it is what past launches lead one to expect.
    """
    unknown = np.sqrt(maximum(one - b.drive_known, zero))
    drawn = b.drive_departure + unknown * ndtri(b.draw_drive)
    now = np.where(b.launches_recorded > 0, b.drive_departure, drawn)
    swing = p.drive_spread * now
    return {
        "drive_now": now,
        "drive_swing": swing,
        "felt_drive": b.programme_drive * exp(swing),
    }


def income(b, p):
    """Compute income by source, and pain: the share of the reference income that is lost."""
    trade = p.trade_full * (one - p.trade_border_closure * b.border_closure)
    trade = trade * (one - p.trade_fuel_cut * b.china_fuel_cut) * (one - b.un_sanctions)
    smuggling = p.smuggling_full * b.un_sanctions * (one - b.enforcement)
    smuggling = smuggling * (one - p.smuggling_border_closure * b.border_closure)
    smuggling = smuggling * (one - p.smuggling_fuel_cut * b.china_fuel_cut)
    smuggling = smuggling * (one - p.smuggling_unilateral * b.unilateral_measures)
    labour = p.labour_full * (one - p.labour_cyber_security * b.cyber_security)
    labour = labour * (one - p.labour_un * b.un_sanctions * b.enforcement)
    labour = labour * (one - p.labour_unilateral * b.unilateral_measures)
    russia = p.russia_payment * b.russia_support
    china = p.china_aid_full * b.china_support * (one - b.china_fuel_cut)
    yearly = trade + smuggling + russia + china + labour
    pain = clip01(one - yearly / p.income_reference)  # theft feeds the elite, not imports
    return {
        "trade": trade,
        "smuggling": smuggling,
        "labour": labour,
        "russia_payments": russia,
        "china_aid": china,
        "revenue": yearly / WEEKS_A_YEAR + b.cyber_theft,
        "pain": pain,
        "civilian_pain": pain * (one - b.sanctions_precision),
    }


def war_chest(b, p):
    """Set a share of income aside for weapons, and spend it over about a year."""
    lost = p.programme_share_precision * b.sanctions_precision * b.enforcement * b.un_sanctions
    chest = b.war_chest + p.programme_share * (one - lost) * b.revenue
    spent = chest / p.spending_time
    spending = spent * WEEKS_A_YEAR
    # Production is not extrapolated to spending far from any on record: hence these bounds.
    log_spending = log(minimum(maximum(spending / p.spending_reference, 0.15), 6.0))
    return {
        "war_chest": chest - spent,
        "spending": spending,
        "log_spending": log_spending,
        "production": exp(b.money_elasticity * log_spending),
        "money_for_tests": b.money_elasticity * log_spending,
    }


def weapons_programme(b, p):
    """Produce test articles, ground tests, ICBMs and warheads."""
    pace = b.production * b.felt_drive / WEEKS_A_YEAR
    russia = p.russia_technology * b.russia_support
    ripe = expit((b.regional_experience - p.icbm_gate) / p.icbm_gate_width)
    helped = one + russia + p.china_technology * b.china_support
    icbm = p.icbm_articles_rate * pace * helped * ripe
    fielded = p.icbm_production * maximum(b.icbm_flights - p.icbm_flights_needed, zero)
    fielded = fielded * minimum(b.felt_drive, p.drive_cap)
    race = one + p.defence_race * (b.effective_defence - p.defence_usual)
    ground = p.ground_tests * b.felt_drive * (one + russia)
    return {
        "icbm_articles": minimum(b.icbm_articles + icbm, p.icbm_articles_cap),
        "regional_articles": minimum(
            b.regional_articles + p.regional_articles_rate * pace, p.regional_articles_cap
        ),
        "nuclear_articles": minimum(
            b.nuclear_articles + p.nuclear_articles_rate * pace, p.nuclear_articles_cap
        ),
        "icbm_experience": b.icbm_experience + ground / WEEKS_A_YEAR,
        "icbm_stock": b.icbm_stock + fielded * b.production * race / WEEKS_A_YEAR,
        "warheads": b.warheads + p.warhead_production * b.production / WEEKS_A_YEAR,
    }


def new_designs(b, p):
    """Let new designs arrive: rarely, and more often with drive and Russian technology.

    All that was tested before becomes experience with older designs.
    """
    pace = p.new_designs_rate * b.design_pace * minimum(b.felt_drive, p.drive_cap)
    chance = pace * (one + p.russia_technology * b.russia_support) / WEEKS_A_YEAR
    regional = (b.draw_regional_design < chance) * one
    long_range = (b.draw_long_range_design < chance) * one
    return {
        "regional_older": b.regional_older + regional * (b.regional_experience - b.regional_older),
        "long_range_older": b.long_range_older
        + long_range * (b.icbm_experience - b.long_range_older),
        "regional_design": next_design(b.regional_design, regional, b.draw_regional_design, chance),
        "long_range_design": next_design(
            b.long_range_design, long_range, b.draw_long_range_design, chance
        ),
        "regional_design_untried": maximum(b.regional_design_untried, regional),
        "long_range_design_untried": maximum(b.long_range_design_untried, long_range),
    }


def next_design(last, arrives, draw, chance):
    """Return the type of the newest design: where one arrives, another type than the last.

    The draw that let it arrive lies below `chance`; its place there chooses among the other types.
    """
    place = minimum(draw / maximum(chance, 1e-9), 0.999)
    design = np.floor(last) + arrives * (one + np.floor((DESIGN_TYPES - 1) * place))
    return design - DESIGN_TYPES * (design >= DESIGN_TYPES)


def reliability(b, p):
    """Compute reliability growth: R = 1 - f (1 + n)^-gamma (Duane, Crow-AMSAA).

    A flight is one of the newest design, for which tests of older designs count in part. Missiles
    in the field are as reliable as all tests have made them.
    """
    first, exponent = p.failure_at_first, -p.learning_exponent
    lost = one - p.experience_kept
    tests = maximum(b.icbm_experience - lost * b.long_range_older, zero)
    icbm = first * exp(exponent * log(one + tests))
    tests = maximum(b.regional_experience - lost * b.regional_older, zero)
    regional = first * exp(exponent * log(one + tests))
    return {
        "fielded_reliability": one - first * exp(exponent * log(one + b.icbm_experience)),
        "icbm_unreliability": icbm,
        "regional_unreliability": regional,
        "icbm_reliability": one - icbm,
        "regional_reliability": one - regional,
    }


def reach(b, p):
    """Compute how much could arrive, before and after missile defence."""
    missiles = minimum(b.icbm_stock, p.warheads_for_icbms * b.warheads)
    flying = p.availability * missiles * b.fielded_reliability
    intercepted = p.interception_base + p.interception_defence * b.effective_defence
    engaged = p.interceptors * (0.5 + b.effective_defence) / maximum(missiles, 1e-6)
    arrivals = flying * (one - intercepted * minimum(one, engaged))
    raw_reach = one - exp(-flying / p.arrivals_to_deter)
    reach = one - exp(-arrivals / p.arrivals_to_deter)
    return {
        "raw_reach": raw_reach,
        "arrivals": arrivals,
        "reach": reach,
        "arsenal_at_stake": raw_reach * b.negotiating_demand,
        "closing_window": 4 * reach * (one - reach) * b.us_threats,
    }


def believed_intent(b, p):
    """Compute what states read into each other's words and weapons.

    Threat is capability times intent (Singer 1958); at even odds it is the capability alone.
    """
    strike = expit(b.force_log_odds + b.strike_belief)
    us_attack, rok_attack = expit(b.us_intent_belief), expit(b.rok_intent_belief)
    us_reading = one + b.beliefs * (2 * us_attack - one)
    rok_reading = one + b.beliefs * (2 * rok_attack - one)
    return {
        "believed_strike": strike,
        "us_believed_attack": us_attack,
        "rok_believed_attack": rok_attack,
        "feared_strike": b.us_threats + b.beliefs * (strike - b.us_threats),
        "us_feared_reach": us_reading * b.raw_reach,
        "rok_feared_reach": rok_reading * b.raw_reach,
        "rok_feared_artillery": rok_reading,
    }


def motives(b, p):
    """Compute motives that states weigh and that no condition states by itself."""
    drills = b.exercise_sensitivity * b.drills_seen
    in_contact = one - (one - p.drills_in_contact) * b.contact
    believed = expit(b.credibility_log_odds + b.resolve_belief)
    credibility = b.alliance_credibility + b.beliefs * (believed - b.alliance_credibility)
    alliance = credibility * (one - p.decoupling * b.reach * (one - b.effective_defence))
    doubt = b.protection_belief - p.belief_decoupling * b.reach * (one - b.effective_defence)
    protected = expit(b.credibility_log_odds + doubt)
    later_tests = maximum(b.nuclear_tests_so_far - p.novelty_tests, zero)
    # An offer is worth little to whom a patron pays, and to whom it asks to give up a working arsenal.
    worth = (one - p.offer_patron * b.russia_support) * (one - p.offer_demand * b.arsenal_at_stake)
    return {
        "believed_resolve": believed,
        "believed_protection": protected,
        "nuclear_debate": (b.beliefs > 0) * (protected < p.debate_threshold),
        "offer_engagement": b.engagement * worth,
        "offer_relief": b.sanctions_relief * b.un_sanctions * worth,
        "offer_drills": b.drills_suspended * worth,
        "exercise_provocation": drills * in_contact * (one - p.drills_trust_testing * b.trust),
        "exercise_threat": drills * (one - p.drills_trust_threat * b.trust),
        "trilateral_threat": b.trilateral * b.exercise_sensitivity,
        "cover": p.cover_rivalry * b.us_china_rivalry
        + p.cover_russia * b.russia_support
        - p.cover_condemnation * b.condemnation,
        "lethal_deterrence": p.deterrence_exercises * b.exercise_scale
        + p.deterrence_assets * b.strategic_assets
        + p.deterrence_alliance * alliance,
        "regional_readiness": log(b.regional_articles / 3 + 0.05),
        "icbm_readiness": log(b.icbm_articles / 1.5 + 0.02),
        "nuclear_readiness": log(b.nuclear_articles / 0.5 + 0.02),
        "weapon_to_show": maximum(b.regional_design_untried, b.long_range_design_untried),
        "regional_ready": (b.regional_articles >= p.article_ready) * one,
        "icbm_ready": (b.icbm_articles >= p.article_ready) * one,
        "nuclear_ready": (b.nuclear_articles >= p.article_ready) * one,
        "nuclear_novelty": exp(-later_tests / p.novelty_scale),
    }


# --- threat perception (each state, its own rows) --------------------------------------------------


def threat_perception(threat, aim, noise, p):
    """Move threat perception towards its aim: quickly in alarm, slowly in calm.

    The aim is seen with a little standard normal noise. All arguments are (perceivers, runs).
    """
    aim = clip01(aim + p.perception_noise * noise)
    rate = np.where(aim > threat, p.alarm_rate, p.calm_rate)
    return clip01(threat + rate * (aim - threat))


def chance_of_tests(tests, others, recorded):
    """Return the chance that a test is chosen, 0 outside recorded weeks.

    Parameters
    ----------
    tests, others : ndarray, shape (alternatives, runs)
        Utilities of the tests of a channel, and of its other alternatives; that of holding still is 0.
    recorded : ndarray, shape (runs,)
        1 in weeks whose launches the record tells, else 0.
    """
    of_tests = zero
    for odds in exp(tests, out=np.zeros_like(tests), where=recorded > 0):
        of_tests = of_tests + odds  # np.sum would add those of a single run in another order
    every = of_tests
    for odds in exp(others, out=np.zeros_like(others), where=recorded > 0):
        every = every + odds
    return of_tests / maximum(every, one)


def log_sigmoid(x):
    """Return the logarithm of a probability, from its logit."""
    return -log(one + exp(-x))


# --- the week's acts ----------------------------------------------------------------------------------


def launches(b, p):
    """Compute how the week's launches and drills went: days, success, overflight, intensity."""
    icbm, regional = b.push_icbm_test, b.push_regional_test
    odds = b.span("salvo_odds_0", f"salvo_odds_{MAX_EXTRA_LAUNCH_DAYS - 1}")
    more = np.zeros_like(icbm)
    for another in b.draw_launch_days > odds:
        more = more + another
    drawn = b.push_short_range_test * (one + more) + icbm + regional  # a nuclear test is no launch
    recorded = b.recorded_launch_days
    launcher = b.long_range_design == SATELLITE_LAUNCHER
    share = np.where(launcher, p.satellite_share_launcher, p.satellite_share)
    first = maximum(icbm * b.long_range_design_untried, regional * b.regional_design_untried)
    return {
        "launch_days": np.where(recorded >= 0, recorded, minimum(drawn, 7.0)),
        "launch_weekday": np.floor(7 * b.draw_weekday),
        "test_success": icbm * (b.draw_test_success < b.icbm_reliability),
        "satellite": icbm
        * np.where(b.recorded_satellite >= 0, b.recorded_satellite, b.draw_form < share),
        "new_weapon": first,
        "act_form": b.draw_form,
        "overflight": regional * (b.draw_overflight < p.overflight_chance),
        "exercise_intensity": b.drill_season * b.exercise_scale * b.push_joint_exercise,
    }


def learn_from_tests(b, p):
    """Let the challenger learn from tests: articles are used up, experience grows."""
    regional, icbm, nuclear = b.push_regional_test, b.push_icbm_test, b.push_nuclear_test
    proof = b.test_success * (b.icbm_experience + icbm >= p.icbm_proof_tests)
    proof = proof * (one - b.satellite)  # a satellite proves no warhead
    return {
        "regional_design_untried": b.regional_design_untried * (one - regional),
        "long_range_design_untried": b.long_range_design_untried * (one - icbm),
        "regional_articles": maximum(b.regional_articles - regional, zero),
        "icbm_articles": maximum(b.icbm_articles - icbm, zero),
        "nuclear_articles": maximum(b.nuclear_articles - nuclear, zero),
        "regional_experience": b.regional_experience + regional,
        "icbm_experience": b.icbm_experience + icbm,
        "icbm_flights": b.icbm_flights + icbm,
        "nuclear_tests_so_far": b.nuclear_tests_so_far + nuclear,
        "proven_icbm": maximum(b.proven_icbm * share_left(p.proof_half_life), proof),
    }


def infer_drive(b, p):
    """Update what is expected of the drive: it reverts to its lever, and now and then it surges.

    A week of the record tells of the drive. The odds of a test rise with the log drive, so a normal
    distribution of it is updated as in logistic regression: by the surprise, and less the more is
    known. All is in spreads of the log drive, whose variance over years is 1.
    """
    kept, rate = share_left(p.drive_half_life), p.drive_surges / WEEKS_A_YEAR
    jumps = p.drive_surge * ((b.draw_drive_surge < rate) - rate)
    slope = p.drive_spread * p.testing_mood_drive
    unknown, told = one - b.drive_known, b.launches_recorded > 0
    doubt = b.test_chance * (one - b.test_chance)
    left = unknown / (one + unknown * (slope * slope) * doubt)
    inferred = b.drive_departure + left * slope * (b.push_any_test - b.test_chance)
    settled = minimum(one, kept * kept + rate * p.drive_surge * p.drive_surge)
    departure = kept * np.where(told, inferred, b.drive_now) + np.where(told, zero, jumps)
    return {
        "drive_departure": minimum(maximum(departure, -MAX_DEPARTURE), MAX_DEPARTURE),
        "drive_known": np.where(told, kept * kept * (one - left), settled),
    }


# --- what follows from the acts -------------------------------------------------------------------


def security_council(b, p):
    """Decide a tabled draft, which passes unless a member vetoes it, and open cases.

    A test opens a case for some weeks, and so does a limited attack.
    """
    tabled = b.push_tables_draft
    vetoed = tabled * (b.push_vetoes > 0)
    passed = tabled - vetoed
    nuclear, test = b.push_nuclear_test, maximum(b.push_icbm_test, b.push_nuclear_test)
    left = maximum(b.case_left - 1, zero) * (one - tabled)
    attack = b.push_limited_attack
    left = np.where(maximum(test, attack) > 0, p.case_weeks, left)
    severity = maximum(b.case_severity * (b.case_left > 1) * (one - tabled), test)
    mildness = one - p.rally_precision * b.sanctions_precision
    return {
        "resolution": passed,
        "veto": vetoed,
        "panel_ended": maximum(b.panel_ended, minimum(b.push_panel_ended, one)),
        "case_left": left,
        "case_severity": maximum(
            maximum(severity, attack * p.severity_attack), nuclear * p.severity_nuclear
        ),
        "un_sanctions": b.un_sanctions + passed * p.resolution_sanctions * (one - b.un_sanctions),
        "enforcement": b.enforcement + passed * p.resolution_enforcement * (one - b.enforcement),
        "push_rally": (b.push_rally + passed * p.resolution_rally) * mildness,
        "push_tension": b.push_tension + passed * p.resolution_tension,
    }


def negotiations(b, p):
    """Move talks by one step a week at most: breakdown, contact, talks, deal."""
    stage, threats = b.talks_stage, b.us_threats
    hazard = p.breakdown_base * (one + p.breakdown_age * b.talks_age)
    hazard = hazard + p.breakdown_tension * minimum(maximum(b.tension - 4, zero), 6.0)
    hazard = hazard + b.push_breakdown + p.breakdown_threats * threats
    hazard = hazard - p.breakdown_rok * b.seoul_voice
    hazard = hazard * (one - (one - p.breakdown_deal) * b.deal)
    breaks = b.contact * (b.draw_breakdown < minimum(maximum(hazard, zero), 0.9))
    to_contact = breaks * b.talks * (b.draw_breakdown_depth < p.breakdown_to_contact)

    welcome = b.talks_offered * (b.draw_offer_accepted < expit(b.talks_appeal + p.offer_ease))
    begins = b.no_contact * maximum(b.push_opens_talks, welcome)

    eager = p.progress_to_talks * (p.progress_engagement + b.engagement)
    eager = eager * exp(-p.progress_failure * b.talks_failure)
    eager = eager * (one + p.progress_mediation * b.mediation)
    to_talks = (stage == 1) * (one - breaks) * (b.draw_contact_to_talks < eager)
    ripe = p.progress_to_deal * (p.deal_trust + b.trust)
    ripe = ripe * (one - p.deal_audience_cost * b.audience_cost_capped)
    ripe = ripe * (one - p.deal_demand * b.negotiating_demand)
    ripe = ripe * (one + p.deal_relief * b.sanctions_relief)
    to_deal = (stage == 2) * (one - breaks) * (b.draw_talks_to_deal < ripe)

    new = (one - breaks) * (stage + begins + to_talks + to_deal) + to_contact
    failure = b.talks_failure * share_left(p.failure_half_life) + breaks * b.talks
    return {
        "talks_stage": new,
        "breakdown": breaks,
        "talks_age": (b.talks_age + 1) * (new > 0) * (one - to_deal),  # a deal is a fresh start
        "talks_failure": minimum(failure, 1.5),
    }


def moratorium(b, p):
    """Update the testing moratorium: kept in talks, fading after, broken by a test."""
    in_talks = np.where(b.talks > 0, 1.0, p.moratorium_at_contact)
    haste = one + p.moratorium_threats * b.us_threats + p.moratorium_rivalry * b.us_china_rivalry
    fading = b.moratorium * share_left(p.moratorium_half_life / haste)
    kept = np.where(b.contact > 0, maximum(b.moratorium, in_talks), fading)
    broken = (b.push_icbm_test + b.push_nuclear_test) > 0
    return {"moratorium": kept * np.where(broken, p.moratorium_broken, one)}


def trust(b, p):
    """Update trust: small steps build it, hostile acts and breakdowns erode it.

    See GRIT (Osgood) and section 3.9 of the specification.
    """
    gained = (p.trust_contact * b.contact + b.push_trust) * (one - b.trust)
    lost = p.trust_hostility * b.push_hostility + p.trust_breakdown * b.breakdown
    return {"trust": clip01(b.trust + gained - lost * b.trust)}


def beliefs(b, p):
    """Move what states believe of each other, in log-odds beside the prior, to which they fade.

    Pyongyang: would an attack be answered, would they strike? Seoul: would the ally stand by it?
    Washington and Seoul: do the weapons prepare an attack, or deter one? The signals are acts: an attack
    that is answered or not, an ultimatum with nothing after it, a test. Others are a drill held, cut or
    left out, and a freeze that is kept or broken.
    """
    answered = b.limited_attack * minimum(b.push_retaliates, one)
    ignored = b.limited_attack - answered
    hollow = b.ultimatum * (one - b.deployments)
    due = (b.drill_season > 0) * one
    held = due * minimum(b.push_joint_exercise, one) * minimum(b.exercise_scale, one)
    shown = p.belief_drill * (2 * held - due)  # a drill at half its size says nothing
    broken = minimum(b.push_icbm_test + b.push_nuclear_test, one)
    freeze = p.belief_broken_freeze * broken - p.belief_kept_freeze * (one - broken)
    intent = p.belief_attack * b.limited_attack + freeze * b.moratorium
    left = share_left(p.belief_half_life)

    def moved(belief, signal):
        return minimum(maximum(left * belief + signal, -MAX_BELIEF), MAX_BELIEF)

    ultimatum = p.belief_bluff * (b.ultimatum - 2 * hollow)  # backed by deployments, or hollow
    return {
        "resolve_belief": moved(
            b.resolve_belief, p.belief_answer * (answered - ignored) - p.belief_bluff * hollow
        ),
        "strike_belief": moved(b.strike_belief, ultimatum + b.exercise_sensitivity * shown),
        "protection_belief": moved(b.protection_belief, shown - p.belief_answer * ignored),
        "us_intent_belief": moved(b.us_intent_belief, intent + p.belief_test * b.long_range_test),
        "rok_intent_belief": moved(b.rok_intent_belief, intent + p.belief_test * b.any_test),
    }


def sanctions(b, p):
    """Update sanctions: measures lapse, a deal eases them, leakage erodes enforcement."""
    leak = p.leak_base + p.leak_china * b.china_support + p.leak_russia * b.russia_support
    watched = maximum(b.panel_at_work, p.monitoring_worth * b.monitoring_team)
    leak = leak + p.leak_panel * (one - watched)
    leak = leak - p.leak_enforcement * (b.sanctions_enforcement - 0.5)
    leak = minimum(maximum(leak, 0.03), 0.95)
    sinking = one - share_left(p.enforcement_half_life)
    eased = p.deal_relief_unilateral * b.deal * b.unilateral_measures
    measures = b.unilateral_measures + b.push_unilateral_measures - p.unilateral_decay - eased
    return {
        "leakage": leak,
        "enforcement": clip01(b.enforcement + sinking * ((one - leak) - b.enforcement)),
        "un_sanctions": clip01(b.un_sanctions * (one - p.deal_relief_un * b.deal)),
        "unilateral_measures": clip01(measures),
    }


def patron_support(b, p):
    """Update the support that China and Russia give, as they chose."""
    return {
        "china_support": clip01(b.china_support + b.push_china_support),
        "russia_support": clip01(b.russia_support + b.push_russia_support),
    }


def border_incidents(b, p):
    """Compute whether an armed incident happens that no state ordered.

    See normal accidents (Perrow) and section 3.10 of the specification.
    """
    chance = p.incident_base * exp(
        p.incident_tension * (b.tension - 3)
        + p.incident_exercise * (b.exercise_intensity > 0)
        + p.incident_live_fire * b.live_fire
        - p.incident_border * b.border_measures
    )
    incident = (b.draw_incident < chance) * one
    return {
        "incident_chance": chance,
        "incident": incident,
        "armed_clash": maximum(incident, b.push_limited_attack),
    }


def tension(b, p):
    """Update tension: acts raise it, less the higher it is; time and talks lower it."""
    raised = b.push_tension + p.tension_exercise * b.exercise_intensity
    raised = raised + p.tension_incident * b.incident * (one - b.push_limited_attack)
    lowered = b.push_calm + p.tension_contact * b.contact + p.tension_deal * b.deal
    lowered = lowered + p.tension_mediation * b.mediation
    rest = p.tension_floor + p.tension_perception * (b.challenger_threat + b.allied_threat)
    change = raised * (one - b.tension / 10) - lowered - p.tension_decay * (b.tension - rest)
    return {"tension": minimum(maximum(b.tension + change, zero), MAX_TENSION)}


def update_memory(memory, kept, push, most):
    """Update a memory: what a week leaves of it, plus this week's push, up to a limit."""
    return minimum(kept * memory + push, most)


def hazards(b, p):
    """Compute the weekly hazard of each of the four roads to confrontation.

    Their levels are priors, not estimates.
    """
    above = b.tension - 4
    bound = minimum(b.audience_cost, p.audience_cap)

    deliberate = p.deliberate_base * exp(
        p.deliberate_tension * above
        + p.deliberate_audience * bound
        + p.deliberate_window * b.us_threats * (one - b.reach) * b.leading_ally_threat
        - p.deliberate_deterrence
        - p.deliberate_contact * b.contact
    )

    spread = p.spread_base * exp(p.spread_tension * above + p.spread_audience * bound)
    spread = spread * (one - p.spread_hotline * b.hotline)
    posture = p.attack_posture_base + p.attack_posture * b.launch_posture
    attacks = b.push_limited_attack + p.retaliation_spread * b.push_retaliates * b.limited_attack
    limited_attack = attacks * minimum(p.attack_spread * spread * posture, p.attack_spread_cap)

    # Early warning follows signal detection theory. Better sensors separate a test from an attack,
    # stress lowers the criterion, and an alarm is acted on where the time to decide is short.
    drills = b.exercise_intensity + p.ambiguity_trilateral * b.trilateral
    ambiguous = p.ambiguity_base + b.push_warning_noise + p.ambiguity_drills * drills
    discrimination = p.discrimination_base + p.discrimination_warning * b.early_warning
    stress = p.stress_tension * b.tension + p.stress_fear * b.allied_threat
    alarm = ndtr(-(discrimination / 2 + p.criterion - p.criterion_stress * stress))
    minutes = p.time_base + p.time_defence * b.effective_defence
    minutes = minutes + p.time_warning * b.early_warning
    height = b.tension / 10
    act = p.act_base * (height * height * height) * exp(-minutes / p.act_time_scale)
    act = act * (one - p.act_hotline * b.hotline) * (one + p.act_reach * b.reach)
    act = act * (p.act_posture_base + p.act_posture * b.launch_posture)

    anchor = b.war_risk_anchor
    return {
        "hazard_deliberate": deliberate * anchor,
        "hazard_limited_attack": limited_attack * anchor,
        "hazard_incident": b.incident_chance * spread * anchor,
        "hazard_false_alarm": ambiguous * alarm * act * anchor,
    }


def confrontation(b, p):
    """Compute whether a road is taken to its end this week, and which."""
    first = b.hazard_deliberate
    second = first + b.hazard_limited_attack
    third = second + b.hazard_incident
    total = third + b.hazard_false_alarm
    drawn = b.draw_confrontation < one - exp(-total)
    place = b.draw_cause * total
    cause = Cause.DELIBERATE + (place >= first) + (place >= second) + (place >= third)
    return {"confrontation_drawn": drawn, "confrontation_cause": drawn * cause}


WEEK_START_RULES = (
    negotiation_stage, public_information, missile_defence, cyber_theft, programme_drive, income, war_chest,
    weapons_programme, new_designs, reliability, reach, believed_intent, motives,
)  # fmt: skip
LEARNING_RULES = {"learn_from_tests": learn_from_tests}  # those that a state's file may name
WEEK_END_RULES = (
    infer_drive, patron_support, beliefs, negotiations, negotiation_stage, moratorium, trust, sanctions,
    border_incidents, tension,
)  # fmt: skip
HAZARD_RULES = (hazards, confrontation)
