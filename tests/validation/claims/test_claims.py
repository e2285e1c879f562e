"""What the article says: verdicts come out of the trial, depend on what they claim to depend on, and
stand in the docs as they came out."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest

from scenario_sim.data.history import record
from scenario_sim.data.parameters import SETTINGS, THEORIES
from scenario_sim.simulation.intervals import Interval, half_width
from scenario_sim.validation import claims, theory_evidence
from scenario_sim.validation.claims.claims import CLAIMS
from scenario_sim.validation.claims.estimates import (
    FAILS,
    HARDLY,
    HOLDS,
    UNSURE,
    ClaimEstimate,
    Estimand,
    jackknife,
    mantel_haenszel,
    rate_ratio,
    ratio,
)
from scenario_sim.validation.claims.trial import (
    CONTRADICTED,
    DEPENDS,
    SUPPORTED,
    UNTESTED,
    ClaimResult,
    TheoryVerdict,
    assess_claims,
)

ROOT = Path(__file__).parents[3]
BY_NAME = {theory.name: theory for theory in THEORIES}
UP = Estimand("", 1, (), ratio, ratio)


def read(*ends: float, few: bool = False) -> str:
    """The verdict on an interval, for a claim that a ratio is above 1."""
    return ClaimEstimate(UP, Interval(*map(np.asarray, ends)), few).verdict


# --- how a figure is read ------------------------------------------------------------------------------


def test_an_interval_says_no_more_than_it_holds():
    assert read(1.2, 1.1, 1.3) == HOLDS
    assert read(1.02, 1.01, 1.03) == HARDLY  # there, but below a twentieth
    assert read(0.8, 0.7, 0.9) == FAILS  # the other way
    assert read(1.0, 0.97, 1.03) == FAILS  # none to speak of
    assert read(1.1, 0.9, 1.3) == UNSURE
    assert read(np.nan, np.nan, np.nan) == UNSURE
    assert read(1.2, 1.1, 1.3, few=True) == UNSURE


def test_the_jackknife_of_a_mean_is_its_usual_interval():
    values = np.random.default_rng(1).normal(3, 2, 200)
    found = jackknife(np.array([np.ones(200), values]), ratio)
    assert found.value == pytest.approx(values.mean())
    assert found.high - found.value == pytest.approx(half_width(values), rel=1e-6)


def test_one_stratum_is_a_plain_rate_ratio():
    totals = np.array([30.0, 10.0, 20.0, 40.0])
    assert mantel_haenszel(totals) == pytest.approx(rate_ratio(totals)) == pytest.approx(6.0)


def test_theories_that_part_make_a_claim_depend_and_are_named():
    claim = CLAIMS[0]

    def view(theory, *ends):
        return TheoryVerdict(theory, (ClaimEstimate(UP, Interval(*map(np.asarray, ends))),))

    strong, none, open_ = (1.2, 1.1, 1.3), (1.0, 0.98, 1.02), (1.0, 0.5, 1.5)
    spiral, deterrence = BY_NAME["spiral"], BY_NAME["deterrence"]
    told = ClaimResult(
        claim, (view(spiral, *strong), view(deterrence, *none)), ("exercise_sensitivity",)
    )
    assert told.verdict == DEPENDS
    assert "`exercise_sensitivity`" in told.words and "not under Deterrence" in told.words
    assert (
        ClaimResult(claim, (view(spiral, *strong), view(deterrence, *open_))).verdict == SUPPORTED
    )
    assert (
        ClaimResult(claim, (view(spiral, *none), view(deterrence, *none))).verdict == CONTRADICTED
    )
    assert ClaimResult(claim).verdict == UNTESTED


# --- the claims ----------------------------------------------------------------------------------------


def test_every_claim_has_a_trial_or_says_why_not():
    assert {int(claim.id[1:].rstrip("ab")) for claim in CLAIMS} == set(range(1, 22))
    for claim in CLAIMS:
        assert bool(claim.figures) != bool(claim.untested)
        assert claim.standing and claim.sources
        assert not claim.disputed or claim.disputed in SETTINGS
        assert not claim.figures or any(figure.counts for figure in claim.figures)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("id_", "mechanism", "gone_share"),
    [("C1", "spiral", 0.9), ("C5", "self_excitation", 0.2), ("C9", "exercise_effect", 0.9)],
)
def test_a_claim_rests_on_its_mechanism(id_, mechanism, gone_share):
    """Without it a figure that held holds no longer, or much of what it showed is gone.

    Clusters of launches come of the programme's drive as well, so C5 loses a part only.
    """
    (there,) = assess_claims([id_], runs=300, theories=())
    (gone,) = assess_claims([id_], runs=300, theories=(), without=(mechanism,))
    lost = []
    for before, after in zip(there.views[0].figures, gone.views[0].figures, strict=True):
        null = before.figure.null
        shown, left = (abs(float(one.found[0]) - null) for one in (before, after))
        lost.append(
            before.verdict == HOLDS and (after.verdict != HOLDS or left < (1 - gone_share) * shown)
        )
    assert any(lost)


@pytest.mark.slow
def test_whether_drills_feed_the_cycle_depends_on_how_they_are_felt_and_on_nothing_else():
    (found,) = assess_claims(["C9"], runs=400, theories=(BY_NAME["spiral"], BY_NAME["deterrence"]))
    assert found.verdict == DEPENDS
    assert found.turns == ("exercise_sensitivity",)


@pytest.mark.slow
def test_processes_change_nothing_and_the_command_says_what_the_trial_finds(ask):
    words = ("claims", "--claim", "C17", "--claim", "C15", "--claim", "C2", "--runs", 40, "--json")
    once, twice = ask(*words, "--jobs", 1), ask(*words, "--jobs", 2)
    assert once.code == 0 and once.out == twice.out
    told = {claim["id"]: claim for claim in once.json["claims"]}
    assert told.keys() == {"C2", "C15", "C17"}
    assert told["C2"]["verdict"] == UNTESTED
    assert len(told["C17"]["theories"]) == 1 + len(THEORIES)
    printed = ask(*words[:-1]).out
    assert "No test: a matter of dates" in printed and "Literature:" in printed


def test_what_cannot_be_tried_is_refused_all_at_once(refused):
    told = refused("claims", "--claim", "C99", "--runs", 3, "--jobs", 0)
    for words in ("--claim: there is no claim 'C99'", "--runs: takes 30 to 2,000", "--jobs"):
        assert words in told


# --- what is kept and written --------------------------------------------------------------------------


def test_the_page_is_what_was_kept_of_the_last_trial():
    page = runpy.run_path(str(ROOT / "docs/claims.py"))["page"]
    kept = claims.load_results()
    assert (ROOT / "docs/claims.md").read_text("utf-8") == page(kept), (
        "run: python docs/claims.py --page"
    )
    assert [claim["id"] for claim in kept["claims"]] == [claim.id for claim in CLAIMS]


@pytest.mark.slow
@pytest.mark.parametrize("id_", ["C15", "C17"])
def test_what_was_kept_comes_out_again(id_):
    rounded = runpy.run_path(str(ROOT / "docs/claims.py"))["rounded"]
    (found,) = assess_claims([id_])
    kept = next(claim for claim in claims.load_results()["claims"] if claim["id"] == id_)
    assert rounded(found.as_dict()) == kept


# --- what the record says ------------------------------------------------------------------------------


def test_every_theory_is_held_against_the_record_or_told_why_it_cannot_be():
    for theory in THEORIES:
        told = theory_evidence.evidence_about(theory.name)
        assert told
        assert all(one.figures or "cannot say" in one.verdict for one in told)


def test_the_rate_in_exercises_is_that_of_the_record_and_its_interval_knows_of_regimes():
    inside, outside, over, _ = (figure.found for figure in theory_evidence.exercises().figures)
    assert over.value == pytest.approx(inside.value / outside.value)
    days, launched = theory_evidence._days()
    held = theory_evidence._drilling(days)
    assert inside.value == pytest.approx(100 * launched[held].mean())
    independent = np.exp(1.96 * np.sqrt(1 / launched[held].sum() + 1 / launched[~held].sum()))
    assert over.high / over.low > independent**2  # wider than if launches were independent


def test_a_record_in_which_launches_crowd_into_exercises_says_so():
    whole = record.shipped_record()
    days, _ = theory_evidence._days()
    held = theory_evidence._drilling(days)
    during = {day.item() for day in [*days[held][::5], *days[~held][::40]]}
    acts = tuple(record.RecordedAct(day, "DPRK", "short_range_test", 1) for day in sorted(during))
    with record.record_context(record.HistoricalRecord(acts, whole.exercises, whole.contacts)):
        assert "More launches in exercises" in theory_evidence.exercises().verdict
        assert "nothing to compare" in theory_evidence.sanctions().verdict


def test_theories_are_printed_with_who_speaks_for_them_and_what_the_record_says(ask):
    told = ask("theories")
    assert told.code == 0 and told.out.count("Record:") >= len(THEORIES)
    rows = ask("theories", "--json").json["theories"]
    assert [row["theory"] for row in rows] == [theory.name for theory in THEORIES]
    assert all(row["supports"] and row["doubts"] and row["record"] for row in rows)


def test_a_policy_is_compared_under_every_theory_in_one_command(ask):
    words = ("compare", "status-quo", "--set", "engagement=0.9", "--weeks", 20, "--runs", 30)
    told = ask(*words, "--theories", "--json").json["theories"]
    assert list(told) == ["As it is set", *(theory.title for theory in THEORIES)]
    for outcomes in told.values():
        tension = outcomes["mean_tension"]
        assert tension["difference"] == pytest.approx(tension["policy"] - tension["baseline"])
    assert len({outcomes["mean_tension"]["baseline"] for outcomes in told.values()}) > 3
    printed = ask(*words, "--theories").out
    assert all(theory.title in printed for theory in THEORIES)
    assert "under each theory" not in ask(*words).out


# --- what a claim is -----------------------------------------------------------------------------------


def test_every_claim_says_what_it_is_and_a_dozen_coefficients_carry_them():
    from scenario_sim.data.parameters import PARAMETERS
    from scenario_sim.validation.claims.claims import BASES, CANNOT_BE_TRIED

    assert {claim.basis for claim in CLAIMS} == set(BASES)
    for claim in CLAIMS:
        assert (claim.basis == CANNOT_BE_TRIED) == (not claim.figures) == (not claim.carried_by)
        for name in claim.carried_by:
            assert PARAMETERS[name].low < PARAMETERS[name].high
    assert 12 <= len({name for claim in CLAIMS for name in claim.carried_by}) <= 20


def test_a_conclusion_stands_beside_the_range_of_what_carries_it():
    (told,) = assess_claims(["C10"], runs=40, theories=())
    (swing,) = told.as_dict()["carried_by"]
    assert swing["name"] == "limited_attack_deterrence" and swing["low"] < swing["value"]
    assert swing["at_low"] != swing["at_high"]  # deterrence at both ends of its range
    for kept in claims.load_results()["claims"]:
        assert len(kept["carried_by"]) == len(
            next(c for c in CLAIMS if c.id == kept["id"]).carried_by
        )
