"""The software and the environment of an archive: a wheel of this package, versions, platform."""

from __future__ import annotations

import base64
import hashlib
import io
import platform
import re
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import scenario_sim
from scenario_sim.errors import OutputError
from scenario_sim.file_io import find_shipped

NAME = "scenario-sim"
SHIPPED = (
    "scenarios",
    "lessons",
    "outlooks",
    "app.py",
    "docs/model.md",
)  # beside a checkout's package
EXTRA = "research"  # the optional libraries behind analyses
ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # no clock time, so that equal files give equal archives
NOT_PACKED = ("__pycache__", "site")  # caches, and the documentation


def build_wheel() -> tuple[str, bytes]:
    """Return the file name and the bytes of a wheel of this package as it is installed here.

    Raises OutputError if the package has no metadata, as in a folder that was only copied.
    """
    installed = _installed()
    version = installed.version
    info = f"scenario_sim-{version}.dist-info"
    files = dict(sorted(_package_files()))
    files[f"{info}/METADATA"] = (installed.read_text("METADATA") or "").encode()
    files[f"{info}/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: scenario-sim\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    files[f"{info}/entry_points.txt"] = (installed.read_text("entry_points.txt") or "").encode()
    record = "".join(f"{name},sha256={_digest(data)},{len(data)}\n" for name, data in files.items())
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    wheel = io.BytesIO()
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, data in files.items():
            archive.writestr(zip_entry(name), data)
    return f"scenario_sim-{version}-py3-none-any.whl", wheel.getvalue()


def requirements() -> str:
    """Return the exact versions of what the package needs, one line each, extra `research` included."""
    found: dict[str, str] = {}
    _collect(_installed(), found, (EXTRA,))
    return "".join(f"{name}=={version}\n" for name, version in sorted(found.items()))


def python_and_platform() -> dict[str, str]:
    """Return the version of Python and the platform."""
    return {"python": platform.python_version(), "platform": platform.platform()}


def zip_entry(name: str, compressed: bool = True) -> zipfile.ZipInfo:
    """Return the entry of a file in an archive, without the time of its writing."""
    entry = zipfile.ZipInfo(name, ZIP_DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    entry.external_attr = 0o644 << 16
    return entry


def _installed() -> Distribution:
    try:
        return distribution(NAME)
    except PackageNotFoundError:
        raise OutputError(
            f"{NAME} is not installed, so its software cannot be packed; install it with pip install -e ."
        ) from None


def _package_files() -> Iterator[tuple[str, bytes]]:
    package = Path(scenario_sim.__file__).parent
    yield from _files_below(package, "scenario_sim")
    for name in SHIPPED:
        place = find_shipped(name)
        if place is not None and package not in place.parents:
            yield from _files_below(place, f"scenario_sim/{name}")


def _files_below(place: Path, name: str) -> Iterator[tuple[str, bytes]]:
    if place.is_file():
        yield name, place.read_bytes()
        return
    for path in sorted(place.rglob("*")):
        parts = path.relative_to(place).parts
        if path.is_file() and not {*parts} & {*NOT_PACKED} and path.suffix != ".pyc":
            yield f"{name}/{'/'.join(parts)}", path.read_bytes()


def _digest(data: bytes) -> str:
    digest = hashlib.sha256(data).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _collect(installed: Distribution, found: dict[str, str], extras: tuple[str, ...] = ()) -> None:
    """Add the installed requirements of a distribution to `found`, and theirs."""
    for line in installed.requires or ():
        extra = re.search(r"extra\s*==\s*['\"]([\w-]+)", line)
        named = re.match(r"[A-Za-z0-9._-]+", line)
        if named is None or (extra and extra[1] not in extras):
            continue
        name = re.sub(r"[-_.]+", "-", named[0]).lower()
        if name in found or name == NAME:
            continue
        try:
            needed = distribution(name)
        except PackageNotFoundError:  # for another system, or an extra that is not installed
            continue
        found[name] = needed.version
        _collect(needed, found)
