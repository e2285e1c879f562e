"""Check that the states' files fit together: names that do not exist, and contradictions."""

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
from scenario_sim.errors import Place, Problem, did_you_mean

PUSH_NAMES = {q.name for q in PUSH_TARGETS}
SIGNAL_NAMES = {q.name for q in SIGNALS}
TAKEN_DRAWS = {*enums.CHOICE_DRAWS, *enums.ADDED_CHOICE_DRAWS, *enums.EVENT_DRAWS}


def find_contradictions(cast: Cast, file_of: Mapping[str, str]) -> Iterator[tuple[str, Problem]]:
    """Yield every problem with the code of its state; an empty code concerns several states.

    `file_of` maps the code of a state to its file. The place of a problem is that in its file.
    """
    yield from (("", Problem("", text)) for text in _check_cast(cast, file_of))
    for state in cast.states:
        yield from ((state.code, problem) for problem in _check_state(state, cast))


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
            ("draw", [state.perception_draw] if state.threat else []),
            ("coefficient", [p.name for p in state.parameter]),
        )
        for name in names
    ]
    for (kind, name), times in Counter((kind, name) for kind, name, _ in uses).items():
        if times > 1:
            files = ", ".join(sorted({file for k, n, file in uses if (k, n) == (kind, name)}))
            yield f"{files}: the {kind} `{name}` stands {times} times; give each its own name"


def _check_state(state: StateSpec, cast: Cast) -> Iterator[Problem]:
    yield from _check_roles(state)
    yield from _check_channels(state)
    known = {*INITIAL_CONDITIONS, *SETTINGS}
    for n, resource in enumerate(state.resources):
        yield from _check(("resources", n), "resources", "condition or lever", resource, known)
    for n, rule in enumerate(state.absorbs):
        yield from _check(("absorbs", n), "absorbs", "rule", rule, enums.ABSORBABLE_RULES)
    for n, parameter in enumerate(state.parameter):
        place, where = ("parameter", n), f"parameter {parameter.name}"
        if parameter.name in PARAMETERS:
            text = "the package has this coefficient already; give yours another name"
            yield Problem(where, text, place=place)
        if not parameter.low <= parameter.default <= parameter.high:
            low, value, high = parameter.low, parameter.default, parameter.high
            text = f"its default {value:g} lies outside {low:g} to {high:g}"
            yield Problem(where, text, place=(*place, "default"))
    yield from _check_sums(state, cast)
    yield from _check_actions(state, cast)


def _check_roles(state: StateSpec) -> Iterator[Problem]:
    # The equations read these by name.
    if state.role == "challenger" and "talks_appeal" not in {a.id for a in state.appraisal}:
        yield Problem("", "a challenger judges `talks_appeal`; it has no such appraisal")
    if state.role in ("challenger", "leading_ally") and not state.threat:
        yield Problem("", f"a {state.role} feels a threat; it has no [threat]")
    if state.threat and state.perception_draw in TAKEN_DRAWS:
        text = f"`{state.perception_draw}` is the draw of something else; leave `draw` out"
        yield Problem("draw", text, place=("draw",))


def _check_channels(state: StateSpec) -> Iterator[Problem]:
    for n, (channel, actions) in enumerate(state.choices()):
        place, where = ("channel", n), f"channel {channel.id}"
        if not actions:
            text = "has no act; give it one, or leave the channel out"
            yield Problem(where, text, place=place)
        if channel.id == enums.Channel.VOTE and channel.hold:
            yield Problem(where, "a vote has no hold; leave `hold` out", place=place)
        if channel.id != enums.Channel.VOTE and not channel.hold:
            text = 'names no random draw for hold; write hold = "..."'
            yield Problem(where, text, place=place)
    events = {*enums.PERCEPTION_DRAWS, *enums.EVENT_DRAWS}
    for n, action in enumerate(state.action):
        if action.id == HOLD or action.id in events:
            text = "this name is taken; give the act another"
            yield Problem(f"action {action.id}", text, place=("action", n, "id"))


def _check_sums(state: StateSpec, cast: Cast) -> Iterator[Problem]:
    """Yield each coefficient, quantity and signal that a sum of the state names but does not exist."""
    felt = {f"own_{q.name}" for q in PER_STATE} if state.threat else set()
    # An appraisal cannot weigh other appraisals: a state computes all of them at once.
    bare = {*TERM_QUANTITIES, *SETTINGS, *felt}
    coefficients = _coefficients(cast)
    quantities = bare | {f"own_{a.id}" for a in state.appraisal}
    sums = [
        *(
            (("action", n, "utility"), a.id, a.utility, quantities)
            for n, a in enumerate(state.action)
        ),
        *((("appraisal", n, "terms"), a.id, a.terms, bare) for n, a in enumerate(state.appraisal)),
        *([(("threat", "terms"), "threat", state.threat.terms, bare)] if state.threat else []),
    ]
    for place, where, terms, weighable in sums:
        for n, term in enumerate(terms):
            here = (*place, n)
            yield from _check(here, where, "coefficient", term.coefficient, coefficients)
            yield from _check(here, where, "quantity", term.quantity, weighable)
    for n, (coefficient, signal) in enumerate(state.threat.shocks if state.threat else ()):
        here = ("threat", "shocks", n)
        yield from _check(here, "threat", "coefficient", coefficient, coefficients)
        yield from _check(here, "threat", "signal", signal, SIGNAL_NAMES | {"overflight"})


def _check_actions(state: StateSpec, cast: Cast) -> Iterator[Problem]:
    """Yield each channel, signal, push and condition of an act that does not exist."""
    quantities = {*TERM_QUANTITIES, *SETTINGS, *(f"own_{a.id}" for a in state.appraisal)}
    quantities |= {f"own_{q.name}" for q in PER_STATE} if state.threat else set()
    channels = {c.id for c in state.channel}
    for n, action in enumerate(state.action):
        here, where = ("action", n), action.id
        yield from _check((*here, "channel"), where, "channel", action.channel, channels)
        for signal in action.signals:
            yield from _check((*here, "signals"), where, "signal", signal, SIGNAL_NAMES)
        for push, coefficient in action.moves.items():
            place = (*here, "moves", push)
            yield from _check(place, where, "push", push, PUSH_NAMES)
            yield from _check(place, where, "coefficient", coefficient, _coefficients(cast))
        if action.only_if:
            yield from _check((*here, "only_if"), where, "quantity", action.only_if, quantities)


def _coefficients(cast: Cast) -> set[str]:
    return {*PARAMETERS, *(p.name for s in cast.states for p in s.parameter)}


def _check(
    place: Place, where: str, kind: str, name: str, known: Collection[str]
) -> Iterator[Problem]:
    if name not in known:
        yield Problem(where, f"no {kind} `{name}`{did_you_mean(name, known)}", place=place)
