"""Write numbers, names and lists in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from scenario_sim import formatting
from scenario_sim.data.enums import Cause
from scenario_sim.data.states import StateSpec

ROADS = {
    Cause.DELIBERATE: "by decision",
    Cause.LIMITED_ATTACK: "out of a limited attack that spreads",
    Cause.INCIDENT: "out of an incident that spreads",
    Cause.FALSE_ALARM: "out of a false alarm",
}


def format_chance(chance: float) -> str:
    """Return a probability in per cent, as in speech."""
    if chance < 0.001:
        return "under 0.1 %"
    if chance > 0.99:
        return "over 99 %"
    return f"{100 * chance:.1f} %" if chance < 0.0995 else f"{100 * chance:.0f} %"


LIKELIHOODS = (  # words for a probability below each bound
    (0.05, "Very unlikely"),
    (1 / 3, "Unlikely"),
    (2 / 3, "About as likely as not"),
    (0.95, "Likely"),
)
ALMOST_SURE = "Very likely"


def describe_chance(chance: float) -> str:
    """Return a probability in words and as a frequency: `Very unlikely (1 in 500)`."""
    words = next((text for bound, text in LIKELIHOODS if chance < bound), ALMOST_SURE)
    if not 0 < chance < LIKELIHOODS[0][0]:
        return f"{words} ({format_chance(chance)})"
    return f"{words} (1 in {float(f'{1 / chance:.2g}'):,.0f})"


def describe_risk(risk: float) -> str:
    """Return a risk of confrontation to one significant digit: data cannot fix its level."""
    if risk > 0.5:
        return ">50 %, outside any observed range"
    share = formatting.format_percent(risk).replace("\xa0", " ")  # a sentence may break anywhere
    return share if share.startswith("less") else f"about {share}"


def state_name(state: StateSpec, first: bool = True) -> str:
    """Return a state's name in a sentence, or at its beginning: `The United States`."""
    the = "the " if state.name.split()[0] in ("United", "Republic", "People's") else ""
    return capitalise(the + state.name) if first else the + state.name


def capitalise(text: str) -> str:
    """Return the text with a capital first letter."""
    return text[:1].upper() + text[1:]


def count_noun(number: int, one: str) -> str:
    """Return `1 launch day` or `3 launch days`."""
    return f"{number} {one}{'s' * (number != 1)}"


def join_words(names: Sequence[str]) -> str:
    """Return `offers, an ICBM and trust`."""
    *first, last = names or [""]
    return f"{', '.join(first)} and {last}" if first else last
