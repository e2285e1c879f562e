"""Write why a policy changes the risk: the chain in numbers, and what each link is made of."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from scenario_sim.data.parameters import SETTINGS, Parameter
from scenario_sim.data.pathways import PATHWAYS, RISK_STEP, STEPS, Pathway
from scenario_sim.data.states import Cast, StateSpec, Term, load_cast
from scenario_sim.data.variables import TERM_QUANTITIES
from scenario_sim.formatting import format_number, format_significant
from scenario_sim.language import cache_by_language, localise_number
from scenario_sim.model.introspection import ALL_RULES
from scenario_sim.reporting import messages
from scenario_sim.scenario import Scenario
from scenario_sim.simulation.change_explanation import ChangeExplanation, PathwayShare

MIN_LISTED_SHARE = 0.03  # a smaller link is not listed beside the chain
MIN_INTERPLAY = 0.005


@dataclass(frozen=True)
class NodeText:
    """One step of a chain: its name, what is measured, and the numbers on both sides."""

    id: str
    name: str
    words: str
    text: str


@dataclass(frozen=True)
class LinkText:
    """One link: its title, its sentence, its share of the effect, and what cutting it does."""

    id: str
    name: str
    words: str
    share: str
    share_error: str
    without: str
    ratio: str
    size: float
    start: str
    end: str


@dataclass(frozen=True)
class ChainText:
    """Nodes and the links between them: one link fewer than nodes."""

    nodes: tuple[NodeText, ...]
    links: tuple[LinkText, ...]


@dataclass(frozen=True)
class ChangeText:
    """Why a policy changes the risk, as text.

    Attributes
    ----------
    sentence, short : str
        The widest chain in one sentence, or why there is none; and the same without the chain.
    chains : tuple of ChainText
        One for each lever that reaches the risk, the widest first.
    others : tuple of LinkText
        Other links with a share, the largest first.
    interaction, how, cut : str
        Notes; "" where there is nothing to say.
    """

    sentence: str
    short: str
    chains: tuple[ChainText, ...]
    others: tuple[LinkText, ...]
    interaction: str
    how: str
    cut: str

    def as_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


def describe_change(why: ChangeExplanation) -> ChangeText:
    """Return an explanation as text."""
    chains = tuple(_chain(why, links) for links in why.chains)
    told = {link.id for chain in chains for link in chain.links}
    others = tuple(
        _link(why, share)
        for share in sorted(why.shares, key=lambda s: -abs(s.share))
        if share.pathway.id not in told
        and share.is_certain
        and abs(share.share) >= MIN_LISTED_SHARE
    )
    interplay = why.interaction
    has_interplay = abs(interplay) >= max(MIN_INTERPLAY, why.interaction_half)
    shown = _share_error(interplay, why.interaction_half) if has_interplay else ""
    return ChangeText(
        sentence=_sentence(why, chains),
        short=_sentence(why, chains, short=True),
        chains=chains,
        others=others,
        interaction=messages.WHY["interaction"].format(share=shown) if shown else "",
        how=messages.WHY["how"] if why.shares else "",
        cut=messages.WHY["cut_note"].format(
            names=", ".join(PATHWAYS[n].name for n in why.cut if n in PATHWAYS)
        )
        if why.cut
        else "",
    )


# --- the chain -----------------------------------------------------------------------------------


def _sentence(why: ChangeExplanation, chains: tuple[ChainText, ...], short: bool = False) -> str:
    if why.baseline.hash == why.policy.hash:
        return messages.WHY["same"]
    if not why.is_certain:
        return messages.WHY["untold"].format(runs=why.runs)
    ratio = why.effect.ratio
    what = messages.WHY["falls" if ratio < 1 else "rises"].format(ratio=format_ratio(ratio))
    if not chains:
        return messages.WHY["no_chain"].format(what=what)
    if short:
        return f"{what}."
    nodes = [node for node in chains[0].nodes if node.id != RISK_STEP]
    chain = " → ".join(map(_moves, nodes))
    return messages.WHY["sentence"].format(what=what, chain=chain)


def _moves(node: NodeText) -> str:
    """Return what a node of the chain does: `weeks of talks 5 to 38`."""
    base, arrow, policy = node.text.partition(" → ")
    what = node.words.partition(", ")[0]
    if not arrow:
        return f"{what} {node.text}"
    return messages.WHY["moves"].format(what=what, base=base, policy=policy)


def _chain(why: ChangeExplanation, links: tuple[PathwayShare, ...]) -> ChainText:
    nodes = [_node(why, links[0].pathway.start)]
    for link in links:
        nodes += [_node(why, step) for step in (link.pathway.end,) if step]
    return ChainText(tuple(nodes), tuple(_link(why, link) for link in links))


def _node(why: ChangeExplanation, step: str) -> NodeText:
    if step not in STEPS:
        lever = SETTINGS[step]
        values = [_setting_text(side, step) for side in (why.baseline, why.policy)]
        text = messages.WHY["step"].format(base=values[0], policy=values[1])
        return NodeText(step, lever.label, lever.label, text)
    name, reading = STEPS[step].name, why.readings.get(step)
    if step == RISK_STEP or reading is None:
        return NodeText(
            step, name, name, messages.WHY["risk"].format(ratio=format_ratio(why.effect.ratio))
        )
    base, policy = map(_number, (reading.baseline, reading.policy))
    return NodeText(
        step, name, reading.words, messages.WHY["step"].format(base=base, policy=policy)
    )


def _setting_text(scenario: Scenario, name: str) -> str:
    """Return the values that a setting takes over time, `0.3, then 0.8`."""
    return ", ".join(format_number(value, 2) for _, value in scenario.steps()[name])


def _link(why: ChangeExplanation, found: PathwayShare) -> LinkText:
    pathway = found.pathway
    return LinkText(
        id=pathway.id,
        name=pathway.name,
        words=pathway.words,
        share=messages.WHY["share"].format(share=_percent(found.share)),
        share_error=_share_error(found.share, found.half),
        without=_without(why, found),
        ratio=messages.WHY["risk"].format(ratio=format_ratio(found.ratio)),
        size=found.share,
        start=pathway.start,
        end=pathway.end,
    )


def _without(why: ChangeExplanation, found: PathwayShare) -> str:
    whole, cut = format_ratio(why.effect.ratio), format_ratio(found.ratio)
    if found.half == 0 and found.share == 1:
        return messages.WHY["all"]
    if not found.is_certain or cut == whole:
        key = "none"
    elif found.share < 0:
        key = "against"
    else:
        key = "less" if found.share < 1 else "more"
    share = _share_error(found.share, found.half)
    return messages.WHY[key].format(cut=cut, whole=whole, share=share)


def _share_error(share: float, half: float) -> str:
    if not half > 0:
        return messages.WHY["share"].format(share=_percent(share))
    return messages.WHY["share_error"].format(share=_percent(share), half=max(1, round(100 * half)))


def _percent(share: float) -> str:
    return format_number(100 * share)


def format_ratio(ratio: float) -> str:
    """Return a ratio of risks to about two digits.

    Examples
    --------
    >>> format_ratio(0.2584), format_ratio(4.574), format_ratio(0.9951)
    ('0.26', '4.6', '0.995')
    """
    if 0.95 <= ratio < 1.05 and ratio != 1:
        return localise_number(f"{ratio:.3f}")
    return localise_number(f"{ratio:.2f}") if ratio < 2 else localise_number(f"{ratio:.1f}")


def _number(value: float) -> str:
    """Return a mean in two or three digits: 4.1, 38, 0.47, 1,240."""
    size = abs(value)
    if 0 < size < 0.01:
        return format_significant(value)
    return format_number(value, 0 if size >= 20 else 1 if size >= 2 else 2)


# --- what a link is made of ----------------------------------------------------------------------


@cache_by_language
def pathway_details(name: str) -> tuple[dict[str, str], ...]:
    """Return the parts of a pathway in words: each with its value, range, source and place.

    Keys: `words`, `value`, `source`, `name`.
    """
    pathway, cast = PATHWAYS[name], load_cast()
    rows = [_coefficient(c, cast) for c in pathway.cut if c in cast.parameters]
    return (*rows, *_setting_rows(pathway))


def _setting_rows(pathway: Pathway) -> Iterator[dict[str, str]]:
    if pathway.is_lever:
        lever = SETTINGS[pathway.start]
        words = messages.WHY["lever"].format(label=lever.label)
        yield {"words": words, "value": "", "source": lever.source, "name": lever.name}
    for name, value in pathway.settings.items():
        lever = SETTINGS[name]
        words = messages.WHY["setting"].format(label=lever.label, value=format_number(value, 2))
        yield {"words": words, "value": "", "source": lever.source, "name": name}


def _coefficient(name: str, cast: Cast) -> dict[str, str]:
    parameter = cast.parameters[name]
    words = next(_places(name, cast), parameter.help.replace("`", ""))
    return {
        "words": words,
        "value": _value(parameter),
        "source": parameter.source,
        "name": name,
    }


def _value(p: Parameter) -> str:
    numbers = {key: localise_number(f"{getattr(p, key):g}") for key in ("low", "high")}
    unit = "" if p.unit == "-" else p.unit
    text = messages.WHY["value"].format(
        value=localise_number(f"{p.default:g}"), unit=unit, **numbers
    )
    return text.replace("  ", " ").replace("-", "−")


def _places(name: str, cast: Cast) -> Iterator[str]:
    """Yield where a coefficient stands: terms and effects of the states, then rules."""
    for state in cast.states:
        for key, what, terms in _sums(state):
            for term in terms:
                if term.coefficient == name:
                    yield messages.WHY[key].format(state=state.name, words=term.words, what=what)
        for action in state.action:
            for target, coefficient in action.moves.items():
                if coefficient == name:
                    words = {"action": action.name, "target": target.replace("_", " ")}
                    yield messages.WHY["effect"].format(state=state.name, **words)
        for coefficient, signal in state.threat.shocks if state.threat else ():
            if coefficient == name:
                yield messages.WHY["shock"].format(state=state.name, event=_signal(signal))
    for rule in ALL_RULES:
        if f"p.{name}" in inspect.getsource(rule):
            head = (rule.__doc__ or "").partition("\n")[0].rstrip(".")
            meaning = cast.parameters[name].help.replace("`", "").rstrip(".")
            yield messages.WHY["equation"].format(rule=head, meaning=meaning)


def _signal(name: str) -> str:
    """Return what an event is, such as `an ICBM test or satellite launch`."""
    meaning = TERM_QUANTITIES[name].meaning.partition(",")[0]
    return meaning[0].lower() + meaning[1:]


def _sums(state: StateSpec) -> Iterator[tuple[str, str, tuple[Term, ...]]]:
    """Yield the sums of a state: the key of its sentence, its name, its terms."""
    if state.threat:
        yield "perception", "", state.threat.terms
    for appraisal in state.appraisal:
        yield "appraisal", appraisal.name, appraisal.terms
    for action in state.action:
        yield "term", action.name, action.utility
