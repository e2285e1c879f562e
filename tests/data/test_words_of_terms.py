"""Claims on words: every term of every act has words that are true of its sign."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scenario_sim import load_scenario
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.data.states import Term, load_cast
from scenario_sim.data.variables import PER_STATE, TERM_QUANTITIES
from scenario_sim.simulation.single_run import simulate_run

CAST = load_cast()
FEAR = ({"feeling threatened"}, {"feeling safer than usual"})
# What may be said of a quantity that takes both signs: above 0, and below.
TRUE_OF = {
    "own_alarm": FEAR,
    "rok_government": (
        {"a progressive government in Seoul"},
        {"a conservative government in Seoul"},
    ),
    "seoul_voice": (
        {"a progressive government in Seoul"},
        {"a conservative government in Seoul"},
    ),
    "cover": ({"diplomatic cover"}, {"patrons that have condemned it"}),
    "regional_readiness": (
        {"a good stock of missiles for tests"},
        {"few missiles ready for a test"},
    ),
    "icbm_readiness": ({"a good stock of ICBMs for tests"}, {"few or no ICBMs ready for a test"}),
    "nuclear_readiness": ({"a device ready to test"}, {"no device ready to test"}),
    "log_drive": ({"a strong drive of its own"}, {"a weak drive of its own"}),
    "drive_swing": ({"a surge of its own"}, {"a lull of its own"}),
    "money_for_tests": ({"money for weapons"}, {"little money for weapons"}),
    "log_assets": (
        {"bombers and carriers kept ready"},
        {"few bombers and carriers kept ready"},
    ),
    "log_unilateral": (
        {"a policy of maximum sanctions"},
        {"a sanctions policy short of the maximum"},
    ),
    "log_engagement": ({"a policy of full engagement"}, {"engagement short of a summit offer"}),
    "credibility_above_half": ({"faith in the alliance"}, {"doubts about the alliance"}),
    "tension_excess": ({"high tension"}, {"tension that is not high"}),
}
# A disputed coefficient has no known sign: what is so where the term adds, and where it takes away.
DISPUTED = {
    "talks_appeal_us_threats": ("US talk of force, as pressure to talk", "US talk of force"),
    "china_gap_exposure": (
        "defiance after its help was exposed",
        "shame after its help was exposed",
    ),
}
# What is always there speaks for an act, or against it; the coefficient alone gives the sign.
ALWAYS_FOR = {
    "insecurity that nobody intends", "artillery within range", "missiles within range",
    "little cost of an offer", "the yearly schedule", "the duty to answer", "an old alliance",
    "an old acquaintance", "the habit of consensus",
}  # fmt: skip
ALWAYS_AGAINST = {
    "distrust of any talks", "the habit of saying nothing", "the risk", "the effort",
    "reluctance to ask", "the cost at home", "the cost of it", "evidence given away",
    "reluctance to be drawn in", "an old coolness",
    "reluctance to scold a neighbour", "the habit of leaving things as they are",
    "the habit of consensus",  # against abstaining rather than voting for
}  # fmt: skip


def terms() -> Iterator[tuple[str, Term]]:
    for state in CAST.states:
        sums = [state.threat.terms] if state.threat else []
        sums += [a.terms for a in state.appraisal] + [a.utility for a in state.action]
        yield from ((state.code, term) for row in sums for term in row)


TERMS = [pytest.param(state, term, id=f"{term.coefficient}") for state, term in terms()]


def bounds(state: str, quantity: str) -> tuple[float, float]:
    """Return the bounds of a quantity; an appraisal has those of a logit or of its logarithm."""
    if quantity == "always":
        return 1.0, 1.0
    if quantity in SETTINGS:
        return SETTINGS[quantity].low, SETTINGS[quantity].high
    if quantity.startswith("own_"):
        own = {q.name: (q.low, q.high) for q in PER_STATE}
        for appraisal in CAST[state].appraisal:
            low = float("-inf")
            own[appraisal.id] = (low, 0.0) if appraisal.through else (low, float("inf"))
        return own[quantity.removeprefix("own_")]
    return TERM_QUANTITIES[quantity].low, TERM_QUANTITIES[quantity].high


def is_replaced(state: str, term: Term) -> bool:
    """Return whether an explanation shows the terms of an appraisal in place of this term."""
    return any(term.quantity == f"own_{a.id}" and not a.through for a in CAST[state].appraisal)


@pytest.mark.parametrize(("state", "term"), TERMS)
def test_a_term_that_can_speak_both_ways_has_words_for_both(state, term):
    if is_replaced(state, term):
        return
    p = CAST.parameters[term.coefficient]
    low, high = bounds(state, term.quantity)
    ends = [c * q for c in (p.low, p.high) for q in (low, high) if c and q]
    both = min(ends, default=0) < 0 < max(ends, default=0)
    assert bool(term.opposite) == both, (p.low, p.high, low, high)
    assert term.words != term.opposite


@pytest.mark.parametrize(("state", "term"), TERMS)
def test_the_words_of_a_term_are_true_of_its_sign(state, term):
    p = CAST.parameters[term.coefficient]
    for sign in (1, -1):
        words = term.words_for(sign)
        if term.coefficient in DISPUTED:
            assert p.low < 0 < p.high
            assert (term.words, term.opposite) == DISPUTED[term.coefficient]
        elif term.quantity == "always":
            if sign * p.default > 0 or term.opposite:
                assert words in (ALWAYS_FOR if sign > 0 else ALWAYS_AGAINST)
        elif term.opposite:
            above = sign * p.default > 0  # the quantity's own sign
            assert words in TRUE_OF[term.quantity][0 if above else 1]
        else:
            assert words not in {w for pair in TRUE_OF.values() for side in pair for w in side}


@pytest.mark.parametrize("name", ["status-quo", "envoy-1994", "spring-2013"])
def test_the_reasons_of_a_played_world_say_what_was_so(name):
    """Hold each reason against the quantity's value that week, not against the coefficient."""
    scenario = load_scenario(name)
    world, seen = simulate_run(scenario, 0, 5), set()
    for week in range(scenario.weeks):
        for alternative in CAST.alternatives:
            for term in world.decisions.weights(week, alternative):
                kind = "own_alarm" if term.quantity.endswith(".alarm") else term.quantity
                if kind in TRUE_OF and term.value:
                    side = 0 if term.value > 0 else 1
                    assert term.words in TRUE_OF[kind][side]
                    seen.add((kind, side))
    assert len(seen) > 12, "hardly a quantity had a sign: this shows nothing"
