"""The lock file: one version of everything that is installed, and no word on where it comes from."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LINES = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([0-9][A-Za-z0-9.!+]*)( ; [^/:@]+)?")


def pins() -> dict[str, str]:
    found = [PIN.fullmatch(line) for line in LINES if not line.startswith("#")]
    assert all(found), "a line is no pin"
    return {canonicalize_name(one[1]): one[2] for one in found}


def needed() -> list[Requirement]:
    """Return every requirement of the project and of all that it brings, as installed here."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    waiting = [*project["dependencies"], *(line for lines in extras for line in lines)]
    found, seen = [], set()
    while waiting:
        one = Requirement(waiting.pop())
        key = (canonicalize_name(one.name), frozenset(one.extras))
        found.append(one)
        if key in seen or one.name == "scenario-sim":
            continue
        seen.add(key)
        try:
            brings = requires(one.name) or []
        except PackageNotFoundError:
            continue  # what a platform lacks brings nothing
        asked = one.extras or {""}
        waiting += [
            line
            for line in brings
            if not (marker := Requirement(line).marker)
            or any(marker.evaluate({"extra": extra}) for extra in asked)
        ]
    return [one for one in found if one.name != "scenario-sim"]


def test_everything_that_is_installed_has_one_version_that_the_project_allows():
    there = pins()
    missing = {one.name for one in needed() if canonicalize_name(one.name) not in there}
    assert not missing, "run `make lock`"
    wrong = [
        f"{one} but {there[name]} is pinned"
        for one in needed()
        if not one.specifier.contains(there[name := canonicalize_name(one.name)], prereleases=True)
    ]
    assert not wrong, "run `make lock`"


def test_the_lock_names_no_place():
    text = "\n".join(LINES)
    assert not re.search(r"://|file:| @ |--|index", text)
    assert "-c %" in (ROOT / "Makefile").read_text(encoding="utf-8")
