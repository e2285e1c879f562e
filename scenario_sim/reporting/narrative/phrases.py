"""Write numbers, names and lists in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from scenario_sim import formatting
from scenario_sim.data.states import StateSpec
from scenario_sim.language import join_list, localise_number, source_text, translate
from scenario_sim.reporting.narrative import messages

LIKELIHOOD_BOUNDS = (0.05, 1 / 3, 2 / 3, 0.95)  # between the words of `messages.LIKELIHOODS`


def format_chance(chance: float) -> str:
    """Return a probability in per cent, as in speech."""
    if chance < 0.001:
        return messages.UNDER.format(percent=f"{localise_number('0.1')} %")
    if chance > 0.99:
        return messages.OVER.format(percent="99 %")
    text = f"{100 * chance:.1f}" if chance < 0.0995 else f"{100 * chance:.0f}"
    return f"{localise_number(text)} %"


def describe_chance(chance: float) -> str:
    """Return a probability in words and as a frequency: `Very unlikely (1 in 500)`."""
    place = sum(chance >= bound for bound in LIKELIHOOD_BOUNDS)
    words = messages.LIKELIHOODS[place]
    if not 0 < chance < LIKELIHOOD_BOUNDS[0]:
        return messages.CHANCE.format(words=words, chance=format_chance(chance))
    return messages.CHANCE_IN.format(words=words, n=float(f"{1 / chance:.2g}"))


def describe_risk(risk: float) -> str:
    """Return a risk of confrontation to one significant digit: data cannot fix its level."""
    if risk > 0.5:
        return messages.RISK_OUTSIDE
    share = formatting.format_percent(risk).replace("\xa0", " ")  # a sentence may break anywhere
    return share if 100 * risk < 0.095 else messages.RISK_ABOUT.format(share=share)


def state_name(state: StateSpec, first: bool = True) -> str:
    """Return a state's name in a sentence, or at its beginning: `The United States`."""
    name = source_text(state, "name")
    the = "the " if name.split()[0] in ("United", "Republic", "People's") else ""
    return translate(capitalise(the + name) if first else the + name)


def capitalise(text: str) -> str:
    """Return the text with a capital first letter."""
    return text[:1].upper() + text[1:]


def join_words(names: Sequence[str]) -> str:
    """Return `offers, an ICBM and trust`."""
    return join_list(list(names))
