"""Digest everything that a trace depends on, to find machine code without a trace.

A cached program runs only if two digests agree: that of the package's files, and that of the code
and tables in memory. There is no digest if a file is newer than the import of the package, or if
something in memory is not the package's own. Then nothing is cached, because a notebook's rule may
read values that no digest sees.
"""

from __future__ import annotations

import enum
import functools
import hashlib
import sys
from collections.abc import Collection, Iterable, Iterator
from functools import partial
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from types import CellType, CodeType, FunctionType, ModuleType

import numpy as np

import scenario_sim

PACKAGE = scenario_sim.__name__
SOURCES = (".py", ".toml", ".csv")
UNTRACED_FOLDERS = ("ui", "cli", "__pycache__", "scenarios")  # no run depends on these folders
FILE_CLOCK_S = 2.0  # the coarsest clock of a file system in use
LIBRARIES = ("numpy", "mesa", "pydantic", "pydantic_core", "annotated_types", "cachetools")
KNOWN_PACKAGES = frozenset({PACKAGE, *LIBRARIES, *sys.stdlib_module_names}) - {"__main__"}


class ForeignError(Exception):
    """Raised if files or memory differ from the package as it was imported."""


def files_digest() -> str:
    """Return a digest of the package's files.

    Raises ForeignError if a file was written after the package was imported. `st_ctime` decides,
    the time at which the system noted a change, because no tool sets it back.
    """
    digest = hashlib.sha256(sys.version.encode())
    latest = 0.0
    folders = [Path(str(files(PACKAGE)))]
    while folders:
        for entry in sorted(folders.pop().iterdir(), key=lambda e: e.name):
            if entry.name.endswith(SOURCES):
                latest = max(latest, entry.stat().st_ctime)
                digest.update(entry.name.encode() + b"\0" + entry.read_bytes())
            elif entry.is_dir() and entry.name not in UNTRACED_FOLDERS:
                folders.append(entry)
    if latest > scenario_sim.IMPORTED_AT - FILE_CLOCK_S:
        raise ForeignError("a file of the package is newer than this process")
    return digest.hexdigest()


def memory_digest(modules: Collection[str]) -> str:
    """Return a digest of the code and tables of some modules of the package in memory.

    Raises ForeignError if they hold anything that is not the package's own.
    """
    digest = hashlib.sha256()
    walk = _Walk()
    for name in modules:
        space = vars(import_module(f"{PACKAGE}.{name}"))
        walk.home = space["__name__"]
        for key in sorted(key for key in space if not key.startswith("__")):
            digest.update(f"{name} {key}\n{' '.join(walk.text(space[key]))}\n".encode())
    return digest.hexdigest()


class _Walk:
    """Writes the content of modules as text, which is equal in processes with equal content.

    home: the present module. A class is written out in its own module, and named elsewhere.
    """

    home = ""

    def __init__(self) -> None:
        self._seen: dict[int, object] = {}  # keeps the objects alive, so that ids stay unique

    def text(self, value: object) -> Iterator[str]:
        """Yield the text of a value and of its parts. An object that was seen is not repeated."""
        if isinstance(value, (str, int, float, bytes, type(None), type(...), np.generic)):
            yield repr(value)
            return
        if isinstance(value, (frozenset, set)):
            yield from sorted(" ".join(self.text(member)) for member in value)
            return
        if isinstance(value, type) and value.__module__ != self.home:
            self._check(value.__module__, value)
            yield value.__qualname__
            return
        if id(value) in self._seen:
            yield "again"
            return
        self._seen[id(value)] = value
        if isinstance(value, (tuple, list)):
            yield f"{len(value)}:"
            yield from self._each(value)
        elif isinstance(value, dict):
            yield f"{len(value)}:"
            yield from self._each(part for item in value.items() for part in item)
        else:
            yield from self._object(value)

    def _each(self, values: Iterable) -> Iterator[str]:
        for value in values:
            yield from self.text(value)

    def _object(self, value) -> Iterator[str]:
        if isinstance(value, CodeType):
            yield f"{value.co_name} {value.co_code.hex()} {value.co_names}"
            yield from self._each(value.co_consts)
        elif isinstance(value, FunctionType):
            yield from self._function(value)
        elif isinstance(value, ModuleType):
            yield value.__name__
        elif isinstance(value, type):
            yield value.__qualname__
            if issubclass(value, enum.Enum):
                yield from self._each(part for m in value for part in (m.name, m.value))
            else:
                space = vars(value)
                names = sorted(key for key in space if not key.startswith("__"))
                yield from self._each(part for key in names for part in (key, space[key]))
        elif isinstance(value, np.ndarray):
            yield f"{value.dtype} {value.shape} {value.tobytes().hex()}"
        elif isinstance(value, CellType):
            yield from self._each([value.cell_contents])
        elif isinstance(value, (staticmethod, classmethod)):
            yield from self.text(value.__func__)
        elif isinstance(value, property):
            yield from self._each([value.fget])
        elif isinstance(value, functools.cached_property):
            yield from self._each([value.func])
        elif isinstance(value, partial):
            yield from self._each([value.func, value.args, value.keywords])
        elif hasattr(value, "__wrapped__"):  # of functools.cache, and the like
            yield from self.text(value.__wrapped__)
        else:
            kind = type(value)
            self._check(kind.__module__, value)
            yield kind.__qualname__
            if kind.__module__.partition(".")[0] == PACKAGE:
                yield from self.text(getattr(value, "__dict__", None))

    def _function(self, function: FunctionType) -> Iterator[str]:
        self._check(function.__module__, function)
        yield function.__qualname__
        if function.__module__.partition(".")[0] == PACKAGE:
            yield from self._each([function.__code__, function.__defaults__])
            yield from self._each([function.__kwdefaults__, *(function.__closure__ or ())])

    def _check(self, module: str | None, value: object) -> None:
        if (module or "").partition(".")[0] not in KNOWN_PACKAGES:
            raise ForeignError(f"{value!r} is not of the package")
