"""Find contradictions in the states' files: unknown names, and names that are used twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from scenario_sim.data import enums
from scenario_sim.data.parameters import PARAMETERS, SETTINGS
from scenario_sim.data.states.schema import HOLD, Cast, StateSpec
from scenario_sim.data.variables import (
    INITIAL_CONDITIONS,
    PER_STATE,
    PUSH_TARGETS,
    SIGNALS,
    TERM_QUANTITIES,
)
from scenario_sim.errors import did_you_mean

PUSH_NAMES = {q.name for q in PUSH_TARGETS}
SIGNAL_NAMES = {q.name for q in SIGNALS}


def find_contradictions(cast: Cast, file_of: Mapping[str, str]) -> list[str]:
    """Return every problem, each with its file; `file_of` maps the code of a state to its file."""
    problems = list(_check_cast(cast, file_of))
    for state in cast.states:
        problems += [f"{file_of[state.code]}: {text}" for text in _check_state(state, cast)]
    return problems


def _check_cast(cast: Cast, file_of: Mapping[str, str]) -> Iterator[str]:
    for role in ("challenger", "leading_ally"):
        number = sum(state.role == role for state in cast.states)
        if number != 1:
            yield f"exactly one state is the {role}; here are {number}"
    uses = [
        (kind, name, file_of[state.code])
        for state in cast.states
        for kind, names in (
            ("state", [state.code]),
            ("draw", [*(c.hold for c in state.channel if c.hold), *(a.id for a in state.action)]),
            ("perception", [state.draw] if state.threat else []),
            ("coefficient", [p.name for p in state.parameter]),
        )
        for name in names
    ]
    for (kind, name), times in Counter((kind, name) for kind, name, _ in uses).items():
        if times > 1:
            files = ", ".join(sorted({file for k, n, file in uses if (k, n) == (kind, name)}))
            yield f"{files}: the {kind} `{name}` stands {times} times; give each its own name"


def _check_state(state: StateSpec, cast: Cast) -> Iterator[str]:
    yield from _check_roles(state)
    yield from _check_channels(state)
    for resource in state.resources:
        yield from _check(
            "resources", "condition or lever", resource, {*INITIAL_CONDITIONS, *SETTINGS}
        )
    for rule in state.absorbs:
        yield from _check("absorbs", "rule", rule, enums.ABSORBABLE_RULES)
    for parameter in state.parameter:
        where = f"parameter {parameter.name}"
        if parameter.name in PARAMETERS:
            yield f"{where}: the package has this coefficient already; give yours another name"
        if not parameter.low <= parameter.default <= parameter.high:
            low, value, high = parameter.low, parameter.default, parameter.high
            yield f"{where}: its default {value:g} lies outside {low:g} to {high:g}"
    yield from _check_terms(state, cast)


def _check_roles(state: StateSpec) -> Iterator[str]:
    # The equations read these by name.
    if state.role == "challenger" and "talks_appeal" not in {a.id for a in state.appraisal}:
        yield "a challenger judges `talks_appeal`; it has no such appraisal"
    if state.role in ("challenger", "leading_ally") and not state.threat:
        yield f"a {state.role} feels a threat; it has no [threat]"
    if state.threat:
        yield from _check("draw", "perception draw", state.draw, enums.PERCEPTION_DRAWS)


def _check_channels(state: StateSpec) -> Iterator[str]:
    for channel, actions in state.choices():
        if not actions:
            yield f"channel {channel.id}: has no act; give it one, or leave the channel out"
        if channel.id == enums.Channel.VOTE and channel.hold:
            yield "channel vote: a vote has no hold; leave `hold` out"
        if channel.id != enums.Channel.VOTE and not channel.hold:
            yield f'channel {channel.id}: names no random draw for hold; write hold = "..."'
    events = {*enums.PERCEPTION_DRAWS, *enums.EVENT_DRAWS}
    for action in state.action:
        if action.id == HOLD or action.id in events:
            yield f"action {action.id}: this name is taken; give the act another"


def _check_terms(state: StateSpec, cast: Cast) -> Iterator[str]:
    """Yield each coefficient, quantity, signal and push that the state names but does not exist."""
    felt = {f"own_{q.name}" for q in PER_STATE} if state.threat else set()
    # An appraisal cannot weigh other appraisals: a state computes all of them at once.
    bare = {*TERM_QUANTITIES, *SETTINGS, *felt}
    coefficients = {*PARAMETERS, *(p.name for s in cast.states for p in s.parameter)}
    quantities = bare | {f"own_{a.id}" for a in state.appraisal}
    sums = [(a.id, a.utility, quantities) for a in state.action]
    sums += [(a.id, a.terms, bare) for a in state.appraisal]
    sums += [("threat", state.threat.terms, bare)] if state.threat else []
    for where, terms, weighable in sums:
        for term in terms:
            yield from _check(where, "coefficient", term.coefficient, coefficients)
            yield from _check(where, "quantity", term.quantity, weighable)
    for coefficient, signal in state.threat.shocks if state.threat else ():
        yield from _check("threat", "coefficient", coefficient, coefficients)
        yield from _check("threat", "signal", signal, SIGNAL_NAMES | {"overflight"})
    for action in state.action:
        yield from _check(action.id, "channel", action.channel, {c.id for c in state.channel})
        for signal in action.signals:
            yield from _check(action.id, "signal", signal, SIGNAL_NAMES)
        for push, coefficient in action.moves.items():
            yield from _check(action.id, "push", push, PUSH_NAMES)
            yield from _check(action.id, "coefficient", coefficient, coefficients)
        if action.only_if:
            yield from _check(action.id, "quantity", action.only_if, quantities)


def _check(where: str, kind: str, name: str, known: Collection[str]) -> Iterator[str]:
    if name not in known:
        yield f"{where}: no {kind} `{name}`{did_you_mean(name, known)}"
