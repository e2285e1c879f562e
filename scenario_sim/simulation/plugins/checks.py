"""Check the definitions of a plug-in against the model, other plug-ins and each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from keyword import iskeyword

from scenario_sim.data.enums import Channel, Family
from scenario_sim.data.parameters import HYPOTHESES, SETTINGS, THEORIES, Theory
from scenario_sim.data.plugins import ACT_KEYS, OwnOutcome, OwnQuantity, Plugin, Plugins
from scenario_sim.data.states import Cast
from scenario_sim.data.variables import RECORDED_PER_STATE, RECORDED_QUANTITIES, SIGNALS
from scenario_sim.errors import Place, Problem, UnknownNameError, format_range
from scenario_sim.simulation.outcomes import OUTCOMES
from scenario_sim.simulation.plugins.expression import FUNCTIONS, WEEK, Expression

# Columns of tables and labels of theories that a definition may not take.
RESERVED_NAMES = frozenset(
    (
        *("cell", "run", "runs", "seed", "title", "hash", "weeks", "engine", "error", "count"),
        *("quantity", "bin_low", "bin_high", "point", "source", "policy", "theory", "window"),
        *("state", "channel", "date", "acts", "outcome"),
    )
)
RESERVED_THEORIES = frozenset(("presets", "corners", "as-set"))


def readable_names(cast: Cast) -> dict[str, None]:
    """Return the weekly quantities that an expression or a function may read, for some states."""
    own = (f"{s.code}.{q.name}" for q in RECORDED_PER_STATE for s in cast.perceivers)
    names = (q.name for q in (*RECORDED_QUANTITIES, *SIGNALS))
    return dict.fromkeys((*names, *own, *cast.actions, WEEK))


def check_definitions(plugin: Plugin, known: Plugins, cast: Cast) -> Iterator[Problem]:
    """Yield what is wrong with a plug-in; each problem has the place of its key.

    Parameters
    ----------
    plugin : Plugin
    known : Plugins
        Those that were read before; names must differ from theirs.
    cast : Cast
        The states whose acts and perceptions it may read.
    """
    if plugin.name in known.sources:
        yield Problem("", f"two plug-ins are named {plugin.name}; give one file another name")
        return
    yield from _check_names(plugin, known, cast)
    own = known.quantities | {q.name: q for q in plugin.quantities}
    for n, quantity in enumerate(plugin.quantities):
        yield from _check_weekly(quantity, ("quantity", n), own, cast)
    yield from _check_cycles(plugin, own)
    for n, outcome in enumerate(plugin.outcomes):
        if outcome.weekly:
            yield from _check_weekly(outcome.weekly, ("outcome", n), own, cast)
        elif outcome.function:
            yield from _check_reads(outcome.function.reads, ("outcome", n, "reads"), own, cast)
    for n, theory in enumerate(plugin.theories):
        yield from _check_theory(theory, n, known, cast)


def check_states(plugins: Plugins, cast: Cast) -> Iterator[Problem]:
    """Yield the names that plug-ins read and these states lack."""
    own = plugins.quantities
    weekly = [(q.name, q) for q in own.values()]
    weekly += [(o.name, o.weekly) for o in plugins.outcomes if o.weekly]
    for name, quantity in weekly:
        yield from _check_weekly(quantity, (name,), own, cast)
    for outcome in plugins.outcomes:
        if outcome.function:
            yield from _check_reads(outcome.function.reads, (outcome.name,), own, cast)


# --- names ---------------------------------------------------------------------------------------


def _check_names(plugin: Plugin, known: Plugins, cast: Cast) -> Iterator[Problem]:
    taken: dict[str, str] = dict.fromkeys(readable_names(cast), "a quantity or an act of the model")
    taken |= dict.fromkeys(SETTINGS, "a lever, hypothesis or circumstance")
    taken |= dict.fromkeys(cast.parameters, "a coefficient")
    taken |= dict.fromkeys(FUNCTIONS, "a function")
    taken |= dict.fromkeys(RESERVED_NAMES, "a column of results")
    taken |= {o.name: "an outcome of the model" for o in OUTCOMES}
    for one in known.items:
        names = [*(q.name for q in one.quantities), *(o.name for o in one.outcomes)]
        taken |= dict.fromkeys(names, f"defined in {one.name}")
    named: tuple[tuple[str, tuple[OwnQuantity | OwnOutcome, ...]], ...] = (
        ("quantity", plugin.quantities),
        ("outcome", plugin.outcomes),
    )
    for kind, definitions in named:
        for n, definition in enumerate(definitions):
            name = definition.name
            if name in taken:
                text = f"{name} is taken: it is {taken[name]}; choose another name"
                yield Problem.at((kind, n, "name"), text)
            elif iskeyword(name):
                yield Problem.at(
                    (kind, n, "name"), f"{name} is a word of the grammar; choose another"
                )
            taken.setdefault(name, f"defined twice in {plugin.name}")


def _check_reads(
    names: Iterable[str], place: Place, own: Mapping[str, OwnQuantity], cast: Cast
) -> Iterator[Problem]:
    known = {**readable_names(cast), **own}
    for name in names:
        if name not in known:
            yield Problem.at(place, str(UnknownNameError("quantity", name, known)))


def _check_cycles(plugin: Plugin, own: Mapping[str, OwnQuantity]) -> Iterator[Problem]:
    for n, quantity in enumerate(plugin.quantities):
        if (path := _cycle(quantity.name, own)) is not None:
            text = f"defines itself: {' -> '.join(path)}; let one of them read the model alone"
            yield Problem.at(("quantity", n, "of"), text)


def _cycle(name: str, own: Mapping[str, OwnQuantity]) -> list[str] | None:
    """Return the way from a quantity back to itself; None if there is none."""
    waiting, seen = [[name]], set()
    while waiting:
        path = waiting.pop()
        for other in reads_of(own[path[-1]]):
            if other == name:
                return [*path, name]
            if other in own and other not in seen:
                seen.add(other)
                waiting.append([*path, other])
    return None


def reads_of(quantity: OwnQuantity) -> tuple[str, ...]:
    """Return the names that a quantity reads; none for text that is no expression."""
    if quantity.function:
        return quantity.function.reads
    try:
        return Expression.parse(quantity.of).names if quantity.of else ()
    except ValueError:
        return ()


# --- weekly values ---------------------------------------------------------------------------------


def _check_weekly(
    quantity: OwnQuantity, place: Place, own: Mapping[str, OwnQuantity], cast: Cast
) -> Iterator[Problem]:
    if quantity.function:
        yield from _check_reads(quantity.function.reads, (*place, "reads"), own, cast)
        return
    if bool(quantity.of) == bool(quantity.acts):
        text = "takes arithmetic, as in `tension >= 5`, or [acts] to count instead; one of the two"
        yield Problem.at((*place, "of"), text)
    if quantity.acts:
        yield from _check_acts(quantity, (*place, "acts"), cast)
    if not quantity.of:
        return
    try:
        names = Expression.parse(quantity.of).names
    except ValueError as error:
        yield Problem.at((*place, "of"), str(error))
        return
    yield from _check_reads(names, (*place, "of"), own, cast)
    for name in names:
        if name in own and own[name].function:
            text = f"{name} is a function, which arithmetic cannot read; write this one in Python"
            yield Problem.at((*place, "of"), text)


def _check_acts(quantity: OwnQuantity, place: Place, cast: Cast) -> Iterator[Problem]:
    known = {
        "state": cast.codes, "action": tuple(cast.actions), "family": tuple(f.value for f in Family),
        "channel": tuple(c.value for c in Channel), "signal": tuple(q.name for q in SIGNALS),
    }  # fmt: skip
    wrong = [
        key for key in ACT_KEYS if key in quantity.acts and quantity.acts[key] not in known[key]
    ]
    for key in wrong:
        text = str(UnknownNameError(key, quantity.acts[key], known[key]))
        yield Problem.at((*place, key), text)
    acts = ((state.code, action) for state, action in cast.actions.values())
    if not wrong and not any(quantity.counts(state, action) for state, action in acts):
        yield Problem.at(place, "no act of these states meets all of it; leave out one of the keys")


# --- theories ------------------------------------------------------------------------------------


def _check_theory(theory: Theory, n: int, known: Plugins, cast: Cast) -> Iterator[Problem]:
    others = {one.name: "a theory of the package" for one in THEORIES}
    others |= {one.name: f"defined in {p.name}" for p in known.items for one in p.theories}
    others |= dict.fromkeys(RESERVED_THEORIES, "a word of --theories")
    if theory.name in others:
        text = f"{theory.name} is taken: it is {others[theory.name]}; choose another name"
        yield Problem.at(("theory", n, "name"), text)
    if not theory.settings and not theory.parameters:
        yield Problem.at(("theory", n, "settings"), "sets nothing; give hypotheses or coefficients")
    ranges = {
        "settings": ("hypothesis", {h.name: (h.low, h.high) for h in HYPOTHESES}),
        "parameters": ("coefficient", {p.name: (p.low, p.high) for p in cast.parameters.values()}),
    }
    for table, (kind, limits) in ranges.items():
        for name, value in getattr(theory, table).items():
            place = ("theory", n, table, name)
            if name not in limits:
                yield Problem.at(place, str(UnknownNameError(kind, name, limits)))
            elif not limits[name][0] <= value <= limits[name][1]:
                low, high = map(float, limits[name])
                yield Problem.at(place, f"takes a number{format_range(low, high)}, not {value:g}")
