"""Role sheets: what a state fears, weighs, sees and can do, from its own data file.

A class thus plays the same states as the model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from scenario_sim.data.parameters import SETTINGS
from scenario_sim.data.states import Cast, StateSpec, Term, load_cast
from scenario_sim.data.variables import CONDITIONS, MEMORIES, SIGNALS, TERM_QUANTITIES
from scenario_sim.errors import UnknownNameError
from scenario_sim.language import translate
from scenario_sim.reporting.codebook import as_markdown
from scenario_sim.teaching import messages


def render_role_sheet(code: str, cast: Cast | None = None) -> str:
    """Return a state's role sheet as Markdown; its only numbers are the rungs of acts.

    Parameters
    ----------
    code : str
        The state's code, in any case.
    cast : Cast, optional
        The states; the shipped ones if None.

    Raises
    ------
    UnknownNameError
        For an unknown code.

    Examples
    --------
    >>> print(render_role_sheet("rok").splitlines()[0])
    # You are South Korea
    """
    cast = cast or load_cast()
    found = {c.lower(): c for c in cast.codes}.get(code.lower())
    if found is None:
        raise UnknownNameError("state", code, cast.codes)
    state = cast[found]
    parts = [f"# {messages.YOU_ARE.format(name=state.name)}", messages.ROLES[state.role]]
    parts += _fears(state, cast)
    parts += _weighs(state, cast)
    parts += [f"## {messages.SEES}", messages.SEES_HOW, _listed(_sees(state))]
    parts += [f"## {messages.CAN_DO}", messages.CAN_DO_HOW, *_possible_acts(state, cast)]
    parts += [f"## {messages.HANDS}", _listed(_hands(state)), messages.NOT_KNOWN]
    return "\n\n".join(parts) + "\n"


def _possible_acts(state: StateSpec, cast: Cast) -> Iterator[str]:
    """Yield a heading and a table of acts for each channel."""
    for channel, actions in state.choices():
        rule = messages.ONE_OR_HOLD if channel.hold else messages.ONE_OF_THESE
        rows = [
            (
                action.name,
                translate(str(action.family)),
                int(action.rung),
                _side(action.utility, cast, 1),
                _side(action.utility, cast, -1),
                _meaning(action.only_if) if action.only_if else "",
            )
            for action in actions
        ]
        name = translate(str(channel.id)).capitalize()
        yield f"### {messages.CHANNEL.format(channel=name, rule=rule)}"
        yield _table(messages.ACT_COLUMNS, rows)


def _fears(state: StateSpec, cast: Cast) -> list[str]:
    """Return what raises and lowers a state's threat perception; nothing if it has none."""
    if state.threat is None:
        return []
    shocks = [TERM_QUANTITIES[signal].meaning for _, signal in state.threat.shocks]
    lines = [f"{messages.ALARMED}: {_side(state.threat.terms, cast, 1)}."]
    calm = _side(state.threat.terms, cast, -1)
    lines += [f"{messages.CALMED}: {calm}."] if calm else []
    lines += [f"{messages.MARKED}: {_lower(shocks)}."] if shocks else []
    return [f"## {messages.FEARS}", "\n".join(f"- {line}" for line in lines)]


def _weighs(state: StateSpec, cast: Cast) -> list[str]:
    """Return the appraisals that several of a state's choices share."""
    if not state.appraisal:
        return []
    rows = [
        (appraisal.name, _side(appraisal.terms, cast, 1), _side(appraisal.terms, cast, -1))
        for appraisal in state.appraisal
    ]
    return [f"## {messages.WEIGHS}", _table(messages.JUDGEMENT_COLUMNS, rows)]


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    return as_markdown([dict(zip(columns, row, strict=True)) for row in rows]).rstrip()


def _sees(state: StateSpec) -> list[str]:
    """Return the conditions, last week's acts and policies that a state's judgements read.

    The words are those of its own file.
    """
    sums = [state.threat.terms] if state.threat else []
    sums += [a.terms for a in state.appraisal] + [a.utility for a in state.action]
    terms = [term for terms in sums for term in terms]
    kinds = {
        messages.SEEN_ACTS: {q.name for q in SIGNALS},
        messages.SEEN_WORLD: {q.name for q in (*CONDITIONS, *MEMORIES)},
        messages.SEEN_POLICY: SETTINGS.keys(),
    }
    words = {
        kind: dict.fromkeys(
            words for term in terms if term.quantity in names for words in _both(term)
        )
        for kind, names in kinds.items()
    }
    return [f"{kind}: {', '.join(found)}." for kind, found in words.items() if found]


def _both(term: Term) -> list[str]:
    return [term.words, term.opposite] if term.opposite else [term.words]


def _hands(state: StateSpec) -> list[str]:
    return [
        f"{SETTINGS[name].label}: {SETTINGS[name].help}" if name in SETTINGS else _meaning(name)
        for name in state.resources
    ]


def _meaning(quantity: str) -> str:
    return SETTINGS[quantity].help if quantity in SETTINGS else TERM_QUANTITIES[quantity].meaning


def _side(terms: Iterable[Term], cast: Cast, sign: int) -> str:
    """Return the terms that can have one sign, the heaviest first."""
    weighed = []
    for term in terms:
        weight = sign * cast.parameters[term.coefficient].default
        if term.opposite or weight > 0:
            words = term.words_for(sign) if term.opposite else term.words
            weighed.append((abs(weight), words))
    return ", ".join(words for _, words in sorted(weighed, key=lambda pair: -pair[0]))


def _lower(meanings: Iterable[str]) -> str:
    return ", ".join(text[0].lower() + text[1:].removesuffix(".") for text in meanings)


def _listed(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
