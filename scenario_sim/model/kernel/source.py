"""Identify the code of the model, to detect a rule that was changed in a notebook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter, is_
from types import CellType, CodeType, FunctionType, ModuleType
from typing import Any

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


MODEL_MODULES = frozenset(module.__name__ for module in MODULES)
CONSTANT_TYPES = (int, float, str, tuple)  # values that a rule's arithmetic may hold
_known: list[tuple[Any, ...]] = []  # every state of the code that was seen, the shipped one first
_last: tuple[_Walk, int] | None = None  # the last walk, and the number that it gave


def current_code_number() -> int:
    """Return a number that identifies the code and constants of all that a trace runs through.

    Equal rules have equal numbers: code objects are equal if their instructions and constants are.
    A walk takes half a millisecond; checking that nothing was replaced since the last one takes a
    tenth of that.
    """
    global _last
    if _last is None or not _last[0].still_holds():
        walk = _Walk()
        code = tuple(part for module in MODULES for part in walk.parts(module))
        if code not in _known:
            _known.append(code)
        _last = walk, _known.index(code)
    return _last[1]


def instructions_text(number: int) -> str:
    """Return the instructions of a state of the code as text, for code that cannot be traced."""
    return "\n".join(map(_as_text, _known[number]))


def _as_text(part: object) -> str:
    """Return code as text that does not depend on its place in memory or on disk."""
    if not isinstance(part, CodeType):
        return repr(part)
    constants = ", ".join(map(_as_text, part.co_consts))
    return f"{part.co_code.hex()} {part.co_names} {constants}"


class _Walk:
    """One walk through the code, which notes every object that it read.

    A later check compares these objects by identity. If one was replaced, another walk compares by
    value.
    """

    def __init__(self) -> None:
        self._read: list[tuple[Callable[[], Iterable[Any]], tuple[Any, ...]]] = []
        self._functions: list[FunctionType] = []
        self._codes: list[CodeType] = []
        self._outside: list[FunctionType] = []  # from outside the package
        self._attributes: dict[str, list[object]] = {"__defaults__": [], "__kwdefaults__": []}
        self._globals: dict[
            int, tuple[dict[str, Any], dict[str, Any]]
        ] = {}  # now and then, by place

    def still_holds(self) -> bool:
        """Return True if everything that the walk read is still the same object."""
        return (
            all(map(is_, map(attrgetter("__code__"), self._functions), self._codes))
            and all(
                all(map(is_, map(attrgetter(name), self._outside), then))
                for name, then in self._attributes.items()
            )
            and all(
                all(map(is_, map(place.get, then), then.values()))
                for place, then in self._globals.values()
            )
            and all(
                len(now := tuple(read())) == len(then) and all(map(is_, now, then))
                for read, then in self._read
            )
        )

    def _note(self, read: Callable[[], Iterable[Any]]) -> None:
        self._read.append((read, tuple(read())))

    def parts(self, module: ModuleType) -> Iterator[Any]:
        """Yield the code and the numbers of a module."""
        self._note(vars(module).values)
        self._note(vars(module).keys)
        for name, value in vars(module).items():
            if name.startswith("__"):
                continue
            if isinstance(value, (int, float)):
                yield name, value
            else:
                yield from self._of(value, module.__name__)

    def _of(self, value: Any, home: str) -> Iterator[Any]:
        if isinstance(value, FunctionType):
            yield from self._code_of(value, set())
        elif isinstance(value, type) and value.__module__ == home:
            self._note(vars(value).values)
            for member in vars(value).values():
                if isinstance(member, (FunctionType, property)):
                    yield from self._of(getattr(member, "fget", member), home)
        elif isinstance(value, (tuple, dict)):
            if isinstance(value, dict):
                self._note(value.values)
            members: Iterable[Any] = value.values() if isinstance(value, dict) else value
            for member in members:
                if isinstance(member, FunctionType):
                    yield from self._code_of(member, set())

    def _code_of(self, function: FunctionType, seen: set[int]) -> Iterator[Any]:
        """Yield a function's code, and for a rule from outside the package what the code refers to.

        The numbers and functions that a notebook's rule refers to may change while its code stays.
        """
        yield function.__code__
        self._functions.append(function)
        self._codes.append(function.__code__)
        if function.__module__ in MODEL_MODULES or id(function) in seen:
            return
        seen.add(id(function))
        place, names = function.__globals__, tuple(_names_in(function.__code__))
        self._globals.setdefault(id(place), (place, {}))[1].update(
            zip(names, map(place.get, names), strict=True)
        )
        self._outside.append(function)
        for name, kept in self._attributes.items():
            kept.append(getattr(function, name))
        if function.__closure__:
            self._note(lambda: [_content(cell) for cell in function.__closure__ or ()])
        if function.__kwdefaults__:
            self._note(lambda: (function.__kwdefaults__ or {}).values())
        found = {name: place[name] for name in names if name in place}
        cells = [_content(cell) for cell in function.__closure__ or ()]
        for value in (*found.values(), *cells, *_defaults(function)):
            if isinstance(value, FunctionType):
                yield from self._code_of(value, seen)
            elif isinstance(value, CONSTANT_TYPES):
                yield repr(value)


def _defaults(function: FunctionType) -> list[Any]:
    return [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]


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
