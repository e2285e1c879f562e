"""Write files atomically: complete or absent, even after a crash, a full disk or `kill -9`."""

from __future__ import annotations

import filecmp
import json
import os
import platform
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import get_ident
from typing import Any, BinaryIO

from scenario_sim.errors import OutputError
from scenario_sim.file_io import replace_file

PARTS_FOLDER = ".parts"  # holds files while they are written
STALE_AGE_S = 3600.0  # an older part has lost its writer


def write_atomic(root: Path, path: Path, data: bytes, last: bool = True) -> None:
    """Write a file below `root`; see `open_atomic`. Raises OSError."""
    with open_atomic(root, path, last) as file:
        file.write(data)


@contextmanager
def open_atomic(root: Path, path: Path, last: bool = True) -> Iterator[BinaryIO]:
    """Open a file below `root` for writing; it appears in its place once it is complete.

    Until then it has another name. A file that has the same bytes already is left as it is.

    Parameters
    ----------
    root, path : Path
    last : bool
        False if more files follow in the same folder, so that one sync of the folder does for all.

    Raises
    ------
    OSError
        Nothing is left of the file.
    """
    writer = f"{_machine()}-{os.getpid()}-{get_ident()}"
    part = root / PARTS_FOLDER / f"{writer}-{time.monotonic_ns()}-{path.name}"
    try:
        with _open_new(part) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if path.exists() and filecmp.cmp(part, path, shallow=False):
            part.unlink()
            return
        try:
            os.replace(part, path)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    if last:
        sync_folder(path.parent)


def write_text_file(path: Path, text: str, said: str = "") -> None:
    """Write a file that the user requested, completely or not at all.

    `said` is the option that named it. Raises OutputError.
    """
    try:
        replace_file(path, lambda part: part.write_text(text, "utf-8", newline="\n"))
    except OSError as error:
        told = f"{said} {path}".strip()
        raise OutputError(f"{told} could not be written: {error.strerror or error}") from None


def plain_json(value: Any) -> str:
    """Return the text of a JSON file, indented for readers."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def sync_folder(folder: Path) -> None:
    """Sync the names in a folder to the disk, where the system can."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_stale_parts(root: Path) -> None:
    """Remove the parts of writers that no longer run."""
    for part in (root / PARTS_FOLDER).glob("*"):
        machine, process, *_ = (*part.name.split("-"), "")
        try:
            old = time.time() - part.stat().st_mtime > STALE_AGE_S
            ours = machine == _machine() and process.isdigit()
            if old or (ours and not _is_running(int(process))):
                part.unlink()
        except OSError:
            continue  # another process removed it


@cache
def _machine() -> str:
    """Return the name of this machine: process ids are not unique on a shared disk."""
    return re.sub(r"\W", "", platform.node()) or "here"


def _open_new(part: Path) -> BinaryIO:
    try:
        return part.open("xb")
    except FileNotFoundError:
        part.parent.mkdir(parents=True, exist_ok=True)
        return part.open("xb")


def _is_running(process: int) -> bool:
    """Return whether a process of this machine may still run."""
    if sys.platform == "win32":
        return True  # on Windows, os.kill would end it; old parts are removed by their age
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
