"""Files that are whole or absent, whatever happens: a crash, a full disk, `kill -9`."""

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

PARTS_FOLDER = ".parts"  # what is being written stands there until it is whole
STALE_AGE_S = 3600.0  # a part nobody has touched for so long has lost its writer


def write_atomic(root: Path, path: Path, data: bytes, last: bool = True) -> None:
    """Write a file below `root`; see `writing`. Raises OSError."""
    with open_atomic(root, path, last) as file:
        file.write(data)


@contextmanager
def open_atomic(root: Path, path: Path, last: bool = True) -> Iterator[BinaryIO]:
    """A file below `root` to write to: it has a name of its own until all of it is down on the
    disk, then moves to its place; where the same bytes stand there, they are left. `last`: more
    files follow in its folder where it is not, so that their names reach the disk together. Raises
    OSError; then nothing is left of it."""
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
    """One file that somebody asked for, whole or not at all; said: how it was asked for. Raises
    OutputError; then nothing half-written is left."""
    try:
        replace_file(path, lambda part: part.write_text(text, "utf-8", newline="\n"))
    except OSError as error:
        told = f"{said} {path}".strip()
        raise OutputError(f"{told} could not be written: {error.strerror or error}") from None


def plain_json(value: Any) -> str:
    """How this package writes JSON that people may read."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def sync_folder(folder: Path) -> None:
    """Make the names in a folder outlive a power cut, where the system knows how."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_stale_parts(root: Path) -> None:
    """Remove what writers that are gone have left behind."""
    for part in (root / PARTS_FOLDER).glob("*"):
        machine, process, *_ = (*part.name.split("-"), "")
        try:
            old = time.time() - part.stat().st_mtime > STALE_AGE_S
            ours = machine == _machine() and process.isdigit()
            if old or (ours and not _is_running(int(process))):
                part.unlink()
        except OSError:
            continue  # somebody else was quicker


@cache
def _machine() -> str:
    """Tells apart whose process numbers are whose, where several machines share a disk."""
    return re.sub(r"\W", "", platform.node()) or "here"


def _open_new(part: Path) -> BinaryIO:
    try:
        return part.open("xb")
    except FileNotFoundError:
        part.parent.mkdir(parents=True, exist_ok=True)
        return part.open("xb")


def _is_running(process: int) -> bool:
    """Whether a process of this machine may still be at work."""
    if sys.platform == "win32":
        return True  # there, asking would end it; age tells in the end
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
