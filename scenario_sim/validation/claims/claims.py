"""List the article's claims in our own words: mechanism, test and standing.

The project set out from an article on the peninsula. Its quotations could not be verified and are
not used. A trial that agrees with a claim shows that this model says so; it is no evidence about
the world. How far a trial moves a lever or a coefficient is judgement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from scenario_sim.simulation.outcomes import HAZARDS
from scenario_sim.validation import theory_evidence
from scenario_sim.validation.claims.estimates import (
    STATUS_QUO,
    Estimand,
    TrialScenario,
    mantel_haenszel,
    rate_ratio,
    ratio,
)
from scenario_sim.validation.claims.statistics import (
    HALF_YEAR_WEEKS,
    YEAR_WEEKS,
    acts,
    at_least,
    drafts_per_case,
    first_and_last_hazard,
    first_and_last_year,
    growth,
    had_contact,
    half_year_changes,
    has_any,
    icbms_made,
    launches_by_drill,
    launches_by_fear,
    launches_by_last_week,
    outcome,
    preventive_window,
    shortfall,
    stock,
    support,
    votes,
    weekly,
)
from scenario_sim.validation.theory_evidence import HistoryEstimate

ABOVE, BELOW = 1, -1
BUILT_IN, EMERGES, CANNOT_BE_TRIED = "built in", "emerges", "cannot be tried"
BASES = {
    BUILT_IN: "the sign is an assumption put in by hand; the trial shows its size and what it meets",
    EMERGES: "the sign is put in nowhere; it follows from other assumptions",
    CANNOT_BE_TRIED: "the model cannot speak of it",
}
INADVERTENT = ("hazard_incident", "hazard_false_alarm")


@dataclass(frozen=True)
class Claim:
    """One claim of the article.

    Attributes
    ----------
    id, title : str
        Its number in the list and its words.
    mechanism : str
        What makes it so in the model.
    test : str
        What is tried.
    standing, sources : str, tuple of str
        What the literature says.
    disputed : str
        Name of the hypothesis on which the claim depends, if any.
    figures : tuple of Estimand
        The quantities of the trial.
    untested : str
        Why there is no trial, where there is none.
    record : callable, optional
        Returns what the record says; it does not enter the verdict.
    times : int
        Multiplier of the number of runs, where the effect is small beside chance.
    built_in : bool
        Whether the sign is an assumption put in by hand.
    carried_by : tuple of str
        Coefficients that carry the conclusion: how large it is, and whether it holds, is their doing.
    """

    id: str
    title: str
    mechanism: str
    test: str
    standing: str
    sources: tuple[str, ...]
    disputed: str = ""
    figures: tuple[Estimand, ...] = ()
    untested: str = ""
    record: Callable[[], tuple[HistoryEstimate, ...]] | None = None
    times: int = 1
    built_in: bool = False
    carried_by: tuple[str, ...] = ()

    @property
    def basis(self) -> str:
        """Say what the claim is in this model: built in, emerging, or nothing that can be tried."""
        if not self.figures:
            return CANNOT_BE_TRIED
        return BUILT_IN if self.built_in else EMERGES


# --- worlds ---------------------------------------------------------------------------------------------


def _levers(**settings: float) -> TrialScenario:
    return TrialScenario(settings)


def _two_years(settings: Mapping[str, float] = {}, **more: Any) -> TrialScenario:
    """Return a trial scenario of two years, where that is enough."""
    return TrialScenario(settings, weeks=2 * YEAR_WEEKS, **more)


def _council(rivalry: float, need: float, ties: float) -> TrialScenario:
    return TrialScenario(
        {"us_china_rivalry": rivalry, "russia_need": need},
        said={"conditions": {"russia_support": ties, "icbm_articles": 3}},
        weeks=3 * YEAR_WEEKS,
    )


def _shock(*moves: tuple[str, float], **conditions: float) -> TrialScenario:
    day = "2026-09-07"
    shocks = [{"date": day, "condition": c, "amount": by} for c, by in moves]
    return TrialScenario(said={"shocks": shocks, "conditions": conditions}, weeks=160)


COUNCIL_2017, COUNCIL_2022 = _council(0.3, 0.05, 0.07), _council(0.85, 0.45, 0.45)
STRICTEST_SANCTIONS = TrialScenario(
    {"unilateral_sanctions": 1, "sanctions_enforcement": 1, "sanctions_precision": 1,
     "china_fuel_cut": 1, "cyber_security": 1, "us_china_rivalry": 0},
    said={"conditions": {"un_sanctions": 1, "unilateral_measures": 1, "enforcement": 0.9},
          "circumstances": {"expert_panel": 1, "secondary_sanctions": 1}},
)  # fmt: skip
DRILLS = _levers(exercise_scale=0.0), _levers(exercise_scale=1.2)
ARSENALS = tuple(
    TrialScenario(said={"conditions": {"icbm_stock": icbms, "warheads": warheads}})
    for icbms, warheads in ((2.0, 10.0), (30.0, 80.0))
)
BEFORE_RESOLUTION = {"un_sanctions": 0.5, "enforcement": 0.4}
ACCIDENT_HAZARD = "Hazard of accidents (incidents and false alarms): {}"

CLAIMS = (
    Claim(
        "C1", "The programme serves the regime's survival and influence",
        built_in=True, carried_by=("testing_mood_alarm",),
        mechanism="North Korea's threat perception and `programme_drive` enter the wish to test.",
        test="H1: a North Korea that feels more threatened, all else equal. Are there more "
             "tests?",
        standing="Mainstream as a motive; prestige and domestic politics compete with it.",
        sources=("Jervis 1978", "against: Yoo and Kim 2017 (local provocations mostly from within)"),
        figures=(Estimand("Launch days, feeling threatened over feeling secure", ABOVE,
                          (_two_years(parameters={"dprk_threat_base": 0.04}),
                           _two_years(parameters={"dprk_threat_base": 0.24})),
                          outcome("launch_days"), ratio),),
    ),
    Claim(
        "C2", "The programme gathered pace after the Soviet collapse, under Kim Jong-un",
        mechanism="None.", test="None.",
        standing="A slip of chronology: Kim Jong-un took power in December 2011; the programme runs "
                 "through his father's time.",
        sources=("general knowledge",),
        untested="a matter of dates, not of mechanisms",
    ),
    Claim(
        "C3", "Tests became more frequent and reached farther over the decade",
        carried_by=("icbm_production",),
        mechanism="Learning, and `programme_drive`, which the model takes as given.",
        test="F1 to F4 hold the counts of 2012-23 (`scenario-sim facts`), but there the drive is coded "
             "knowing them. Tried here: five years at a drive left as it is. Do tests and ranges rise?",
        standing="Supported, but not monotone: 3 launch days in 2012, 20 in 2016, none in 2018, 37 in "
                 "2022, 23 in 2023.",
        sources=("CNS for NTI", "CSIS Beyond Parallel", "Japan's Ministry of Defense"),
        figures=(
            Estimand("Launch days, fifth year over first", ABOVE, (STATUS_QUO,),
                     first_and_last_year("launch_days"), ratio),
            Estimand("Reach of its missiles to a continent, fifth year over first", ABOVE, (STATUS_QUO,),
                     first_and_last_year("raw_reach"), ratio),
        ),
        record=theory_evidence.decade,
        times=3,
    ),
    Claim(
        "C4", "Tests have speeded up in the last six months",
        carried_by=("testing_mood_excitation",),
        mechanism="Self-excitation (`excitation`) and the calendar.",
        test="Launch days of a half-year against the one before, at levers left as they are. Do rises "
             "outnumber falls by more than one half-year in twenty?",
        standing="Contested: the article's date is unknown, and ballistic and cruise missiles are mixed. "
                 "A rise between two half-years is as common as a fall.",
        sources=("CSIS Beyond Parallel",),
        figures=(Estimand("Half-years with more launch days than the one before, less those with fewer",
                          ABOVE, (STATUS_QUO,), half_year_changes, lambda t: (t[0] - t[1]) / t[2], null=0.05,
                          margin=0.0),),
        record=lambda: theory_evidence.half_years()[:1],
        times=3,
    ),
    Claim(
        "C5", "Tests challenge Washington and bring it to the table",
        built_in=True, carried_by=("testing_mood_alarm", "talks_appeal_proven"),
        mechanism="Fear, drills and the last test speak for the next one; a proven ICBM makes talks more "
                  "appealing (`proven_icbm`).",
        test="H2: do tests cluster where fear is high and tests were just made, and do talks open more "
             "often once the arsenal is proven?",
        standing="Plausible, and one case (November 2017 to January 2018) fits. Threats in general rarely "
                 "compel.",
        sources=("Schelling 1966", "Fearon 1994", "that compellence is rare: from memory, verify"),
        figures=(
            Estimand("Launch days in weeks of much fear over weeks of little", ABOVE, (STATUS_QUO,),
                     launches_by_fear, rate_ratio),
            Estimand("Launch days after a week of launches over other weeks", ABOVE, (STATUS_QUO,),
                     launches_by_last_week, rate_ratio),
            Estimand("Futures with contact, a proven ICBM over none", ABOVE,
                     tuple(TrialScenario(said={"conditions": {"proven_icbm": proof}}, weeks=104)
                           for proof in (0, 1)),
                     had_contact, ratio),
        ),
        times=2,
    ),
    Claim(
        "C6", "Pyongyang wants its arsenal accepted as normal",
        built_in=True, carried_by=("talks_appeal_demand",),
        mechanism="What is asked (`negotiating_demand`) weighs against talks, the more the better the "
                  "arsenal.",
        test="H3: arms control in place of denuclearisation. Are talks likelier?",
        standing="Supported by its law of 2022, which calls the status irreversible; what a smaller "
                 "demand would open is judgement.",
        sources=("North Korea's law of September 2022, through press",),
        figures=(Estimand("Futures with talks, a demand of 0.2 over 1", ABOVE,
                          (_two_years(), _two_years({"negotiating_demand": 0.2})),
                          has_any("talks_weeks"), ratio),),
    ),
    Claim(
        "C7", "Tests give technology, and control at home",
        built_in=True, carried_by=("icbm_test_learning", "regional_test_learning"),
        mechanism="An unreliable missile is worth testing (`icbm_unreliability`, "
                  "`regional_unreliability`). Control at home enters parades and limited "
                  "attacks.",
        test="H4: 30 tests of experience, or 90. Are there fewer tests where less is left to learn?",
        standing="Reasonable; the growth curve is the usual one of reliability engineering.",
        sources=("Duane 1964", "Crow 1975"),
        figures=tuple(
            Estimand(f"{words} tests, after 90 tests over after 30", BELOW,
                     tuple(_two_years(said={"conditions": {condition: tests}}) for tests in (30, 90)),
                     acts(action), ratio)
            for words, condition, action in (("ICBM", "icbm_experience", "icbm_test"),
                                             ("Regional", "regional_experience", "regional_test"))
        ),
    ),
    Claim(
        "C8", "Sanctions, pressure and drills were largely ineffective against the programme",
        carried_by=("icbm_production",),
        mechanism="Sanctions cut money; money moves weapons as far as `money_elasticity` says.",
        test="H5: five years of the strictest sanctions there are in the model. Does the stock of ICBMs "
             "still grow, and by at least half as much as otherwise?",
        standing="Supported for capability (20 warheads in 2022, 50 in 2024). But deterrence of war has "
                 "not failed: what failed is compellence.",
        sources=("SIPRI, through press", "Haggard and Noland 2017"),
        disputed="money_elasticity",
        figures=(
            Estimand("ICBMs under the strictest sanctions, at the end over the beginning", ABOVE,
                     (STRICTEST_SANCTIONS,), stock, ratio),
            Estimand("Growth of the stock under the strictest sanctions over growth otherwise", ABOVE,
                     (STATUS_QUO, STRICTEST_SANCTIONS), growth, ratio, null=0.5, margin=0.0),
        ),
    ),
    Claim(
        "C9", "Pyongyang takes drills for hostile, and they feed the cycle",
        built_in=True, carried_by=("testing_mood_exercises",),
        mechanism="Drills frighten North Korea and add to its wish to test, as far as "
                  "`exercise_sensitivity` says.",
        test="H6: are there more launch days in weeks with a drill in sight than in other weeks of the "
             "same season? Are there more over five years of drills than of none?",
        standing="Openly disputed. No effect: D'Orazio 2012, CSIS Beyond Parallel 2005-16, Yoo and Kim "
                 "2017. An effect, larger for larger drills: Bernhardt and Sukin 2021.",
        sources=("D'Orazio 2012", "CSIS Beyond Parallel", "Yoo and Kim 2017", "Bernhardt and Sukin 2021"),
        disputed="exercise_sensitivity",
        figures=(Estimand("Launch days in weeks of drills over other weeks of the season", ABOVE,
                          (STATUS_QUO,), launches_by_drill, mantel_haenszel),
                 Estimand("Launch days, drills as they are over none", ABOVE,
                          (_levers(exercise_scale=0.0), STATUS_QUO), outcome("launch_days"), ratio)),
        record=lambda: theory_evidence.exercises().figures[-2:],
        times=2,
    ),
    Claim(
        "C10", "Drills deter",
        built_in=True, carried_by=("limited_attack_deterrence",),
        mechanism="Exercises, deployments and credible allies weigh against limited attacks "
                  "(`limited_attack_deterrence`).",
        test="H7: no drills, or large ones. Are there fewer limited attacks? Told beside: what else moves.",
        standing="The direction is assumed in the model; evidence is thin.",
        sources=("Jervis 1976 (deterrence model)", "Zagare and Kilgour 2000"),
        disputed="exercise_sensitivity",
        figures=(
            Estimand("Limited attacks, large drills over none", BELOW,
                     DRILLS,
                     acts("limited_attack"), ratio),
            Estimand("Launch days, large drills over none", ABOVE,
                     DRILLS,
                     outcome("launch_days"), ratio, counts=False),
            Estimand("Risk of confrontation, large drills over none", BELOW,
                     DRILLS,
                     outcome("confrontation_risk"), ratio, counts=False),
        ),
    ),
    Claim(
        "C11", "Sanctions leak, and theft and forbidden trade pay for the weapons",
        carried_by=("leak_china",),
        mechanism="Enforcement sinks back to what China and Russia let through; income feeds the war "
                  "chest, and `money_elasticity` says how much weapons follow it.",
        test="H8: is half of a cut in income made good within three years? Is half of what a resolution "
             "stops smuggled? Do fewer weapons follow where theft and leaks are shut?",
        standing="That they leak is strong (illicit coal doubled in 2018-19, thefts grew). That income "
                 "sets the pace of tests is weakly known.",
        sources=("Asan, on coal", "Chainalysis, through press", "UN Panel of Experts",
                 "against: Haggard and Noland 2017 (the programme is fed first)"),
        disputed="money_elasticity",
        figures=(
            Estimand("Income still missing three years after a crackdown, of what it took", BELOW,
                     (_shock(), _shock(("enforcement", 0.5))),
                     shortfall("revenue", slice(0, 1), slice(143, 157)), ratio, null=0.5, margin=0.0),
            Estimand("Smuggling still missing three years after a resolution, of what it took", BELOW,
                     (_shock(**BEFORE_RESOLUTION),
                      _shock(("un_sanctions", 0.4), ("enforcement", 0.4), **BEFORE_RESOLUTION)),
                     shortfall("smuggling", slice(0, 1), slice(143, 157)), ratio, null=0.5, margin=0.0),
            Estimand("Growth of the ICBM stock, theft and leaks shut over open", BELOW,
                     (_two_years({"cyber_security": 0.0, "sanctions_enforcement": 0.0}),
                      _two_years({"cyber_security": 1.0, "sanctions_enforcement": 1.0})), growth, ratio),
        ),
    ),
    Claim(
        "C12", "Vetoes by Russia and China hamper the Security Council",
        built_in=True, carried_by=("china_forbearance_rivalry",),
        mechanism="`us_china_rivalry` decides China's vote, Russia's support for Pyongyang its own; drafts "
                  "that would fail are rarely tabled.",
        test="H9: the Council as it was in 2017, and as it was in 2022. How many drafts pass?",
        standing="Overstated as it is told: every sanctions resolution from 2006 to 2017 passed, most of "
                 "them unanimously. The first vetoes fell on 26 May 2022; Russia's of 28 March 2024 ended "
                 "the Panel of Experts. Anticipated vetoes also keep drafts from the table.",
        sources=("United Nations documents", "press on the votes of 2022 and 2024"),
        figures=(
            Estimand("Drafts that pass in the Council of 2017, of all", ABOVE, (COUNCIL_2017,), votes, ratio,
                     null=0.5, margin=0.0),
            Estimand("Drafts that pass in the Council of 2022, of all", BELOW, (COUNCIL_2022,), votes, ratio,
                     null=0.5, margin=0.0),
            Estimand("Drafts tabled for a test, 2022 over 2017", BELOW,
                     (COUNCIL_2017, COUNCIL_2022), drafts_per_case,
                     rate_ratio),
        ),
        record=lambda: theory_evidence.vetoes().figures,
    ),
    Claim(
        "C13", "Sanctions are blunt: they want precision and enforcement",
        built_in=True, carried_by=("programme_share_precision",),
        mechanism="Enforcement closes leaks; precision takes less from civilians.",
        test="H10: does enforcement lower income, and does precision lower what civilians suffer without "
             "more money for weapons?",
        standing="Mainstream in substance; how precise sanctions can be made is judgement. The words "
                 "quoted for it could not be verified.",
        sources=("Haggard and Noland 2017", "UN Panel of Experts"),
        figures=(
            Estimand("Income, enforcement 0.9 over 0.2", BELOW,
                     (_two_years({"sanctions_enforcement": 0.2}), _two_years({"sanctions_enforcement": 0.9})),
                     outcome("revenue_musd"), ratio),
            Estimand("Pain that reaches civilians, precision 0.9 over 0.2", BELOW,
                     (_two_years({"sanctions_precision": 0.2}), _two_years({"sanctions_precision": 0.9})),
                     outcome("civilian_pain"), ratio),
            Estimand("Spending on weapons, precision 0.9 over 0.2: no more than a twentieth more", BELOW,
                     (_two_years({"sanctions_precision": 0.2}), _two_years({"sanctions_precision": 0.9})),
                     weekly("spending"), ratio, null=1.05, margin=0.0),
        ),
    ),
    Claim(
        "C14", "China aids the programme covertly, with technology and material",
        built_in=True, carried_by=("china_technology",),
        mechanism="Support brings know-how (`china_technology`), money and leaks, hence missiles.",
        test="H11: more Chinese support, and more of its know-how. Are more ICBMs made? Whether such aid "
             "is given, and grows, no model can say.",
        standing="Contested: documented are firms, dual-use goods and lax enforcement, not transfers by "
                 "the state. Transfers by Russia are documented since 2023.",
        sources=("press on the vehicles of 2011 and on parts of rockets", "MSMT, on Russia"),
        figures=(
            Estimand("ICBMs made, much Chinese support over little", ABOVE,
                     (TrialScenario(parameters={"china_gap_base": 0.2}),
                      TrialScenario(parameters={"china_gap_base": 0.4})),
                     icbms_made, ratio),
            Estimand("ICBMs made, Chinese know-how over none", ABOVE,
                     (TrialScenario(parameters={"china_technology": 0.0}),
                      TrialScenario(parameters={"china_technology": 0.4})), icbms_made, ratio),
        ),
    ),
    Claim(
        "C15", "China is for dialogue",
        built_in=True, carried_by=("china_gap_annoyance",),
        mechanism="Tests annoy China, and annoyance lowers what it gives.",
        test="H12: a nuclear test, or none. Is China's support lower half a year later?",
        standing="Supported by its votes to 2017; since then rivalry with Washington outweighs it.",
        sources=("United Nations documents",),
        figures=(Estimand("China's support half a year after a nuclear test over without it", BELOW,
                          (TrialScenario(said={"acts": [{"date": "2026-10-05", "state": "DPRK",
                                                         "action": "hold", "channel": "provocation"}]},
                                         weeks=40),
                           TrialScenario(said={"acts": [{"date": "2026-10-05", "state": "DPRK",
                                                         "action": "nuclear_test"}]}, weeks=40)),
                          support, ratio),),
    ),
    Claim(
        "C16", "In the short term the cycle goes on, and miscalculation becomes likelier",
        built_in=True, carried_by=("act_base",),
        mechanism="Drills, tension and alert raise the hazard of incidents and of false alarms.",
        test="H13: does the hazard of accidents rise with drills, with tension, and with alert?",
        standing="Backed by theory; sizes are priors, for nothing of the kind was seen to the end.",
        sources=("Posen 1991", "Perrow 1984", "Sagan 1993"),
        figures=tuple(
            Estimand(ACCIDENT_HAZARD.format(words), ABOVE, worlds, weekly(*INADVERTENT), ratio)
            for words, worlds in (
                ("large drills over none",
                 (_two_years({"exercise_scale": 0.0}), _two_years({"exercise_scale": 1.2}))),
                ("a year from tension 5.5 over one from 2",
                 tuple(TrialScenario(said={"conditions": {"tension": rung}}, weeks=YEAR_WEEKS)
                       for rung in (2.0, 5.5))),
                ("launch on warning over none",
                 (_two_years({"launch_posture": 0.0}), _two_years({"launch_posture": 1.0}))),
            )
        ),
    ),
    Claim(
        "C17", "Several more tests are to come within six months",
        carried_by=("short_range_test_base",),
        mechanism="Everything that makes North Korea test.",
        test="Half a year from the status quo: is it likelier than not that three days or more see a "
             "launch? Told beside: an ICBM or satellite launch.",
        standing="An easy call: the base rate says as much.",
        sources=("CNS for NTI", "CSIS Beyond Parallel"),
        figures=(
            Estimand("Futures with three launch days or more in half a year", ABOVE,
                     (TrialScenario(weeks=HALF_YEAR_WEEKS),),
                     at_least(lambda t: t.outcomes["launch_days"].to_numpy(), 3), ratio,
                     null=0.5, margin=0.0),
            Estimand("Futures with an ICBM test or a satellite launch in half a year", ABOVE,
                     (TrialScenario(weeks=HALF_YEAR_WEEKS),),
                     at_least(lambda t: t.weekly.did("icbm_test").sum(axis=0), 1),
                     ratio, null=0.5, margin=0.0, counts=False),
        ),
        record=lambda: theory_evidence.half_years()[1:],
    ),
    Claim(
        "C18", "The risk of war is low but bound to rise",
        carried_by=("deliberate_base",),
        mechanism="The weekly hazards of confrontation, by four roads.",
        test="The hazard of the fifth year against that of the first year as things are: with nothing "
             "changed, with a closed door, and with talks. Bound to rise means: in all three. Told "
             "beside: whether it creeps up again where talks are tried.",
        standing="That it must rise is not supported: nothing fixes even the level, since no war came "
                 "since 1953.",
        sources=("Jeffreys interval for no war since 1953: 0 to 2.6 % a year",
                 "experts' odds of November 2017: one in five to one in two, and no war"),
        figures=(
            *(
                Estimand(f"Hazard of confrontation, {words}, over the first year as things are", ABOVE,
                         (STATUS_QUO, TrialScenario(scenario=scenario)), first_and_last_hazard, ratio)
                for words, scenario in (
                    ("fifth year with nothing changed", "status-quo-five-years"),
                    ("fifth year of strength alone", "strength-alone"),
                    ("fifth year of freeze for freeze", "freeze-for-freeze"),
                )
            ),
            Estimand("Hazard of confrontation, freeze for freeze, fifth year over first", ABOVE,
                     (TrialScenario(scenario="freeze-for-freeze"),), first_and_last_year(*HAZARDS), ratio,
                     counts=False),
        ),
    ),
    Claim(
        "C19", "A credible ICBM changes the landscape",
        built_in=True, carried_by=("limited_attack_reach",),
        mechanism="Reach makes small violence look safe (`limited_attack_reach`) and closes the window "
                  "for a preventive war.",
        test="H14: an arsenal that reaches a continent, or hardly one. More limited attacks, and a smaller "
             "preventive window? Told beside: the whole risk.",
        standing="Contested both ways: nuclear optimism against pessimism, stability against instability.",
        sources=("Snyder 1965", "Powell 1990", "Sagan 1993"),
        figures=(
            Estimand("Limited attacks, a credible arsenal over hardly one", ABOVE,
                     ARSENALS,
                     acts("limited_attack"), ratio),
            Estimand("The preventive window, a credible arsenal over hardly one", BELOW,
                     ARSENALS, preventive_window, ratio),
            Estimand("Risk of confrontation, a credible arsenal over hardly one", ABOVE,
                     ARSENALS,
                     outcome("confrontation_risk"), ratio, counts=False),
        ),
    ),
    Claim(
        "C20a", "What is needed is strength, and diplomacy that isolates",
        carried_by=("limited_attack_deterrence", "deliberate_base"),
        mechanism="Sanctions, enforcement, drills, deployments, cyber-security, missile defence and early "
                  "warning, each by its own equation, and a closed door.",
        test="S14: the whole package with a closed door against the status quo. Is the risk of "
             "confrontation lower?",
        standing="The article's middle, isolation, and its end, dialogue, conflict, so both are tried.",
        sources=("scenario `strength-alone`",),
        figures=(Estimand("Risk of confrontation, strength alone over the status quo", BELOW,
                          (STATUS_QUO, TrialScenario(scenario="strength-alone")), outcome("confrontation_risk"),
                          ratio),),
    ),
    Claim(
        "C20b", "What is needed is strength, and dialogue",
        built_in=True, carried_by=("short_range_test_talks", "deliberate_base"),
        mechanism="The same instruments, an open door, a hotline and a smaller demand.",
        test="S14b: the package with dialogue against the status quo. Is the risk of confrontation lower?",
        standing="The gain is the model's assumed effect of engagement and talks.",
        sources=("scenario `strength-and-dialogue`",),
        figures=(Estimand("Risk of confrontation, strength and dialogue over the status quo", BELOW,
                          (STATUS_QUO, TrialScenario(scenario="strength-and-dialogue")),
                          outcome("confrontation_risk"), ratio),),
    ),
    Claim(
        "C21", "Two experts are quoted",
        mechanism="None.", test="None.",
        standing="Neither quotation could be found. They are not repeated here, and nobody is named for "
                 "them.",
        sources=("searched without result",),
        untested="quotations that cannot be verified are not used",
    ),
)  # fmt: skip
