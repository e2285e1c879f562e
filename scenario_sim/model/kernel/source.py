"""Which code the model consists of, so that a rule changed in a notebook is noticed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import CellType, CodeType, FunctionType, ModuleType

from scenario_sim.model import (
    agents,
    blackboard,
    choice,
    equations,
    linear_sums,
    model,
    random_draws,
    special_functions,
)

MODULES = (
    *(equations, agents, choice, model, blackboard, linear_sums, random_draws),
    special_functions,
)


OWN = frozenset(module.__name__ for module in MODULES)
FIXED = (int, float, str, tuple)  # values that a rule's arithmetic may hold
_known: list[tuple] = []  # every state of the code that was seen, the shipped one first


def code_in_use() -> int:
    """Return a number for the code and the fixed numbers of everything that a trace runs through.

    It is the same number for the same rules: code objects are equal where their instructions and
    constants are. Comparing them takes a tenth of a millisecond, hashing them ten times that.
    """
    code = tuple(part for module in MODULES for part in _parts(module))
    if code not in _known:
        _known.append(code)
    return _known.index(code)


def instructions(number: int) -> str:
    """Return the instructions of a state of the code as text, where no program stands for it."""
    return "\n".join(map(_as_text, _known[number]))


def _as_text(part: object) -> str:
    """Return code as text that does not depend on where it stands in memory or on disk."""
    if not isinstance(part, CodeType):
        return repr(part)
    constants = ", ".join(map(_as_text, part.co_consts))
    return f"{part.co_code.hex()} {part.co_names} {constants}"


def _parts(module: ModuleType) -> Iterator:
    for name, value in vars(module).items():
        if name.startswith("__"):
            continue
        if isinstance(value, (int, float)):
            yield name, value
        else:
            yield from _functions(value, module.__name__)


def _functions(value, home: str) -> Iterator:
    if isinstance(value, FunctionType):
        yield from _code_of(value, set())
    elif isinstance(value, type) and value.__module__ == home:
        for member in vars(value).values():
            if isinstance(member, (FunctionType, property)):
                yield from _functions(getattr(member, "fget", member), home)
    elif isinstance(value, (tuple, dict)):
        members: Iterable = value.values() if isinstance(value, dict) else value
        for member in members:
            if isinstance(member, FunctionType):
                yield from _code_of(member, set())


def _code_of(function: FunctionType, seen: set[int]) -> Iterator:
    """Return a function's code; of one that is not the model's own, as a notebook's rule, also the
    numbers and functions that it finds outside itself: they may change while its code stays."""
    yield function.__code__
    if function.__module__ in OWN or id(function) in seen:
        return
    seen.add(id(function))
    names = _names_in(function.__code__)
    found = {name: function.__globals__[name] for name in names if name in function.__globals__}
    cells = [_content(cell) for cell in function.__closure__ or ()]
    defaults = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
    for value in (*found.values(), *cells, *defaults):
        if isinstance(value, FunctionType):
            yield from _code_of(value, seen)
        elif isinstance(value, FIXED):
            yield repr(value)


def _names_in(code: CodeType) -> Iterator[str]:
    """Yield the names that a function and those written inside it look up, in order."""
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names_in(inner)


def _content(cell: CellType) -> object:
    try:
        return cell.cell_contents
    except ValueError:  # a name that is not bound yet
        return None
