"""Explain a choice: its alternatives, their chances and the terms that decided.

A choice is a logit: a utility, the sum of weighted terms, plus a random part. The reasons for an act
against another alternative are the differences of their terms; holding still has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scenario_sim.data.states import HOLD
from scenario_sim.errors import Problem, ScenarioError, did_you_mean, format_value
from scenario_sim.language import localise_number
from scenario_sim.model.introspection import Equation, equations_for
from scenario_sim.reporting.narrative import messages
from scenario_sim.reporting.narrative.phrases import (
    capitalise,
    describe_chance,
    format_chance,
    join_words,
)
from scenario_sim.simulation.decisions import UtilityTerm
from scenario_sim.simulation.single_run import Act, SingleRun

MAX_TOLD_REASONS = 3  # for an act, and as many against it
MIN_REASON_WEIGHT = 0.05  # logits; a weaker term decided nothing
BELIEFS = {  # a quantity that a state weighs, and the belief behind it
    "lethal_deterrence": "believed_resolve",
    "DPRK.alarm": "believed_strike",
    "USA.alarm": "us_believed_attack",
    "ROK.alarm": "rok_believed_attack",
}


@dataclass(frozen=True)
class Reason:
    """One consideration for or against an act.

    Attributes
    ----------
    words : str
        What was so that week; the words follow the sign of the term.
    weight : float
        In logits; above 0 where it spoke for the act.
    sources : tuple of UtilityTerm
        The terms behind it; those of the other alternative count with the opposite sign.
    """

    words: str
    weight: float
    sources: tuple[UtilityTerm, ...] = ()

    @property
    def equations(self) -> tuple[Equation, ...]:
        """Equations of the quantities behind it, as in `docs/model.md`."""
        found = (equation for source in self.sources for equation in equations_for(source.quantity))
        return tuple(dict.fromkeys(found))


def merge_weights(
    weights: Iterable[UtilityTerm], others: Iterable[UtilityTerm] = (), other: str = ""
) -> tuple[Reason, ...]:
    """Merge terms that say the same into one reason each, the strongest first.

    Parameters
    ----------
    weights : iterable of UtilityTerm
        The terms of the act.
    others : iterable of UtilityTerm
        The terms of the alternative that it is compared with; they count with the opposite sign.
    other : str
        The name of that alternative. A reason that it decides carries this name.
    """
    own, against = _group(weights), _group(o._replace(weight=-o.weight) for o in others)
    reasons = []
    for words in dict.fromkeys([*own, *against]):
        sources = (*own.get(words, ()), *against.get(words, ()))
        weight = sum(source.weight for source in sources)
        is_own = weight * sum(source.weight for source in own.get(words, ())) > 0
        said = words
        if other and not is_own:
            said = messages.REASON_OF.format(words=words, other=other)
        reasons.append(Reason(said, weight, sources))
    return tuple(sorted(reasons, key=lambda reason: -abs(reason.weight)))


def _group(weights: Iterable[UtilityTerm]) -> dict[str, list[UtilityTerm]]:
    """Return terms by their words."""
    alike: dict[str, list[UtilityTerm]] = {}
    for weight in weights:
        alike.setdefault(weight.words, []).append(weight)
    return alike


class WeighedReasons:
    """Reasons split into those for and those against."""

    reasons: tuple[Reason, ...]

    @property
    def pros(self) -> tuple[Reason, ...]:
        """Reasons for it, the strongest first, without faint ones."""
        return tuple(reason for reason in self.reasons if reason.weight >= MIN_REASON_WEIGHT)

    @property
    def cons(self) -> tuple[Reason, ...]:
        """Reasons against it, the strongest first, without faint ones."""
        return tuple(reason for reason in self.reasons if reason.weight <= -MIN_REASON_WEIGHT)


@dataclass(frozen=True)
class Explanation(WeighedReasons):
    """Why an act was chosen.

    Attributes
    ----------
    chances : dict
        Probability of each alternative of that channel in that week, by action id.
    against : str
        The alternative with which the act is compared.
    reasons : tuple of Reason
        The strongest first; their weights sum to the log odds of the act against `against`.
    forced : str
        Why there was no choice; "" where there was one.
    closed : str
        Why the state could not have chosen the act by itself; "" where it could.
    beliefs : tuple of str
        What the state believed of others that week and weighed; none where acts move no belief.
    """

    act: Act
    chances: dict[str, float]
    against: str
    reasons: tuple[Reason, ...]
    forced: str = ""
    closed: str = ""
    beliefs: tuple[str, ...] = ()

    @property
    def chance(self) -> float:
        """The probability that the act had."""
        return self.chances[self.act.action]

    @property
    def sentence(self) -> str:
        """The explanation in words; its only numbers are chances: the act's, and those believed."""
        if self.forced:
            text = messages.NOT_BY_ITSELF if self.closed else messages.NO_CHOICE
            return text.format(reason=self.forced, closed=self.closed)
        told = messages.CHANCE_AND_REASONS.format(
            chance=describe_chance(self.chance), reasons=self._reasons_told
        )
        if not self.beliefs:
            return told
        return f"{told} {messages.BELIEVED.format(beliefs=join_words(self.beliefs))}"

    @property
    def _reasons_told(self) -> str:
        pros, cons = (_join_strongest(reasons) for reasons in (self.pros, self.cons))
        if not pros and not cons:
            return messages.NOTHING_SPOKE
        text = messages.PUSHED_AGAINST if pros else messages.ONLY_AGAINST
        return (text if cons else messages.PUSHED).format(pros=capitalise(pros), cons=cons)

    def __str__(self) -> str:
        """Return the strongest reasons on both sides with their weights, and the act's chance."""
        if self.forced:
            return messages.BECAUSE.format(reason=self.forced)
        told = [
            text.format(reasons=", ".join(map(_with_weight, reasons[:MAX_TOLD_REASONS])))
            for text, reasons in ((messages.BECAUSE_OF, self.pros), (messages.AGAINST, self.cons))
            if reasons
        ]
        chance = messages.CHANCE_IT_HAD.format(chance=format_chance(self.chance))
        return "; ".join([*told, chance])


def explain_choice(world: SingleRun, act: Act, against: str = "") -> Explanation:
    """Return why an act of this run was chosen.

    Parameters
    ----------
    world : SingleRun
        The run.
    act : Act
        One of its acts.
    against : str
        An alternative of the same channel. By default holding still, or in a vote the likeliest other.

    Raises
    ------
    ScenarioError
        If there was no such alternative.
    """
    chances = world.decisions.chances(act.week, act.state, act.channel)
    others = [action for action in chances if action != act.action]
    if against and against not in others:
        text = f"{format_value(against)} is no other choice{did_you_mean(against, others)}"
        raise ScenarioError([Problem("against", text)], "these cannot be set against each other")
    if not against and others:
        against = HOLD if HOLD in others else max(others, key=chances.__getitem__)
    reasons = merge_weights(
        _weights(world, act, act.action),
        _weights(world, act, against) if against else (),
        world.scenario.cast.actions[against][1].name if against not in ("", HOLD) else "",
    )
    closed = world.why_closed(act.week, act.action)
    forced, believed = _forced_reason(world, act), _beliefs_behind(world, act, reasons)
    return Explanation(act, chances, against, reasons, forced, closed, believed)


def _beliefs_behind(world: SingleRun, act: Act, reasons: Iterable[Reason]) -> tuple[str, ...]:
    """Return what the state believed, as far as a reason of some weight rests on it."""
    if not world.decisions.value("beliefs", act.week):
        return ()
    weighed = {
        source.quantity
        for reason in reasons
        if abs(reason.weight) >= MIN_REASON_WEIGHT
        for source in reason.sources
    }
    return tuple(
        messages.BELIEVED_AT[row].format(chance=format_chance(world.decisions.value(row, act.week)))
        for quantity, row in BELIEFS.items()
        if quantity in weighed
    )


def _weights(world: SingleRun, act: Act, action: str) -> list[UtilityTerm]:
    alternatives = world.scenario.cast.alternatives_in((act.state, act.channel))
    return world.decisions.weights(act.week, next(alt for alt in alternatives if alt.id == action))


def _forced_reason(world: SingleRun, act: Act) -> str:
    """Return why there was no choice; "" where there was one."""
    if not act.forced:
        return ""
    for forced in world.scenario.acts:
        if world.scenario.decision(forced) == (act.week, act.state, act.channel):
            if act.state in world.scenario.played:
                return messages.PERSON_CHOSE
            if forced.note:
                return messages.SCENARIO_FORCES_NOTE.format(note=forced.note)
            return messages.SCENARIO_FORCES
    return messages.ON_RECORD


def _with_weight(reason: Reason) -> str:
    """Return a reason with its weight: `a device ready to test +1.2`."""
    return f"{reason.words} {localise_number(f'{reason.weight:+.1f}')}"


def _join_strongest(reasons: Sequence[Reason]) -> str:
    """Return the strongest few reasons in words."""
    return join_words([reason.words for reason in reasons[:MAX_TOLD_REASONS]])
