"""Why a state did what it did: its choices of that week, their chances, and the terms that decided.

A choice is a logit: a utility, the sum of weighed terms, plus luck. What set an act apart from
another alternative is the difference of their terms; holding still has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scenario_sim.data.states import HOLD
from scenario_sim.errors import Problem, ScenarioError, did_you_mean, format_value
from scenario_sim.model.introspection import Equation, equations_for
from scenario_sim.reporting.narrative.phrases import format_chance, join_words
from scenario_sim.simulation.decisions import UtilityTerm
from scenario_sim.simulation.single_run import Act, SingleRun

MAX_TOLD_REASONS = 3  # for an act, and as many against it
MIN_REASON_WEIGHT = 0.05  # logits; a weaker term decided nothing


@dataclass(frozen=True)
class Reason:
    """One consideration: weight in logits, more than 0 where it spoke for the act. sources: the
    terms behind it; those of the alternative it is held against count the other way."""

    words: str
    weight: float
    sources: tuple[UtilityTerm, ...] = ()

    @property
    def equations(self) -> tuple[Equation, ...]:
        """How the quantities behind it are worked out, as `docs/model.md` has them."""
        found = (equation for source in self.sources for equation in equations_for(source.quantity))
        return tuple(dict.fromkeys(found))


def merge_weights(weights: Iterable[UtilityTerm]) -> tuple[Reason, ...]:
    """Terms that say the same are one reason; the strongest first."""
    alike: dict[str, list[UtilityTerm]] = {}
    for weight in weights:
        alike.setdefault(weight.words, []).append(weight)
    reasons = (
        Reason(words, sum(source.weight for source in sources), tuple(sources))
        for words, sources in alike.items()
    )
    return tuple(sorted(reasons, key=lambda reason: -abs(reason.weight)))


class WeighedReasons:
    """What reasons speak for and against."""

    reasons: tuple[Reason, ...]

    @property
    def pros(self) -> tuple[Reason, ...]:
        """What speaks for it, the strongest first; what is faint is left out."""
        return tuple(reason for reason in self.reasons if reason.weight >= MIN_REASON_WEIGHT)

    @property
    def cons(self) -> tuple[Reason, ...]:
        """What speaks against it, likewise."""
        return tuple(reason for reason in self.reasons if reason.weight <= -MIN_REASON_WEIGHT)


@dataclass(frozen=True)
class Explanation(WeighedReasons):
    """What decided an act.

    chances: probability of each alternative of that channel that week, by action id. against: the
    alternative that the reasons set it apart from. reasons: the strongest first; their weights add
    up to the logarithm of the odds of the act against `against`. forced: why there was no choice;
    empty where there was one.
    """

    act: Act
    chances: dict[str, float]
    against: str
    reasons: tuple[Reason, ...]
    forced: str = ""

    @property
    def chance(self) -> float:
        """The probability that the act had."""
        return self.chances[self.act.action]

    @property
    def sentence(self) -> str:
        """The answer in plain words, without a number but its chance."""
        if self.forced:
            return f"There was no choice: {self.forced}."
        pros, cons = (_join_strongest(reasons) for reasons in (self.pros, self.cons))
        told = (
            [f"Mainly because of {pros}."]
            if pros
            else ["By luck: nothing in particular spoke for it."]
        )
        if cons:
            told.append(f"Against it stood {cons}.")
        return " ".join([*told, f"It had a chance of {format_chance(self.chance)} that week."])

    def __str__(self) -> str:
        """The strongest reasons for it and against it with their weights, and its chance."""
        if self.forced:
            return f"because {self.forced}"
        told = [
            f"{word}: {', '.join(f'{r.words} {r.weight:+.1f}' for r in reasons[:MAX_TOLD_REASONS])}"
            for word, reasons in (("because", self.pros), ("against", self.cons))
            if reasons
        ]
        return "; ".join([*told, f"chance it had that week: {format_chance(self.chance)}"])


def explain_choice(world: SingleRun, act: Act, against: str = "") -> Explanation:
    """Why an act of this world was chosen.

    against: an alternative of the same channel to set it apart from; without one holding still, or
    in a vote the likeliest other. Raises ScenarioError for an alternative there was not.
    """
    chances = world.decisions.chances(act.week, act.state, act.channel)
    others = [action for action in chances if action != act.action]
    if against and against not in others:
        text = f"{format_value(against)} is no other choice{did_you_mean(against, others)}"
        raise ScenarioError([Problem("against", text)], "these cannot be set against each other")
    if not against and others:
        against = HOLD if HOLD in others else max(others, key=chances.__getitem__)
    reasons = merge_weights(
        weight._replace(weight=sign * weight.weight)
        for action, sign in ((act.action, 1), (against, -1))
        for weight in (_weights(world, act, action) if action else ())
    )
    return Explanation(act, chances, against, reasons, _forced_reason(world, act))


def _weights(world: SingleRun, act: Act, action: str) -> list[UtilityTerm]:
    alternatives = world.scenario.cast.alternatives_in((act.state, act.channel))
    return world.decisions.weights(act.week, next(alt for alt in alternatives if alt.id == action))


def _forced_reason(world: SingleRun, act: Act) -> str:
    """Why there was no choice; empty where there was one."""
    if not act.forced:
        return ""
    for forced in world.scenario.acts:
        if world.scenario.decision(forced) == (act.week, act.state, act.channel):
            if act.state in world.scenario.played:
                return "a person chose it"
            return "the scenario says so" + (f" ({forced.note})" if forced.note else "")
    return "it is on record"


def _join_strongest(reasons: Sequence[Reason]) -> str:
    """The strongest few in words."""
    return join_words([reason.words for reason in reasons[:MAX_TOLD_REASONS]])
