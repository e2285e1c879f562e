"""Keep the files of a store intact: written completely or not at all, and read with a checksum.

A file appears in its place once it is complete, even after a crash, a full disk or `kill -9`.

The checksum stands in the file itself, as `"checksum": "<64 hex digits>"`: the SHA-256 of all its bytes
with zeros in the place of these digits. So a file keeps its checksum wherever it is copied. Parquet's
own checksums cover pages only: neither the footer nor the statistics in it. HDF5's cover chunks, not
the headers; there the checksum stands in a line after the end of the data, which readers pass over.
"""

from __future__ import annotations

import filecmp
import hashlib
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

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import from_json

from scenario_sim.errors import OutputError, Problem
from scenario_sim.file_io import replace_file

PARTS_FOLDER = ".parts"  # holds files while they are written
STALE_AGE_S = 3600.0  # an older part has lost its writer
KEY = "checksum"
BLANK = "0" * 64  # stands in the place of the digits until they are known
_MARK = f'"{KEY}": "'.encode()
MAX_PROBLEMS = 3  # of one file: they usually have one cause


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


# --- checksums ---------------------------------------------------------------------------


def with_checksum(data: bytes) -> bytes:
    """Return the bytes with their checksum instead of the `BLANK` under `KEY`."""
    start = _digits(data)
    if data[start : start + len(BLANK)] != BLANK.encode():
        raise ValueError("these bytes have no place for a checksum")
    return _put(data, start, hashlib.sha256(data).hexdigest().encode())


def with_trailer(data: bytes) -> bytes:
    """Append a last line with the checksum, for formats that ignore what follows the data."""
    return with_checksum(data + f'\n{{"{KEY}": "{BLANK}"}}\n'.encode())


def is_intact(data: bytes) -> bool:
    """Return whether the checksum in these bytes is correct."""
    start = _digits(data)
    found = data[start : start + len(BLANK)]
    blank = _put(data, start, BLANK.encode())
    return hashlib.sha256(blank).hexdigest().encode() == found


def _digits(data: bytes) -> int:
    """Return where the digits begin. They come last, in Parquet within the footer."""
    return data.rfind(_MARK) + len(_MARK)


def _put(data: bytes, start: int, digits: bytes) -> bytes:
    return b"".join((data[:start], digits, data[start + len(BLANK) :]))


# --- JSON files; an error names the file and the cure ------------------------------------


class KeptFile(BaseModel):
    """Shape of a file. Unknown keys are kept, types are not converted."""

    model_config = ConfigDict(extra="allow", strict=True)


def json_with_checksum(value: dict[str, Any]) -> str:
    """Return the JSON text of a file that `read_json` checks."""
    return with_checksum(plain_json(value | {KEY: BLANK}).encode()).decode()


def read_json(path: Path, cure: str, shape: type[KeptFile] = KeptFile) -> dict[str, Any]:
    """Return the content of a file with a checksum; {} if it does not exist.

    Raises OutputError if it was edited, is damaged or has another shape; `cure` ends the message.
    """
    data = read_bytes(path, cure)
    if data is None:
        return {}
    said = parsed_json(path, data, cure)
    check_intact(path, data, cure)
    check_shape(path, said, shape, cure)
    return {key: value for key, value in said.items() if key != KEY}


def check_intact(path: Path, data: bytes, cure: str) -> None:
    """Raise OutputError if the bytes of a file do not have the checksum that they contain."""
    if not is_intact(data):
        why = "its checksum does not match (edited, spoilt or of an earlier version)"
        raise OutputError(f"{path} cannot be used: {why}; {cure}")


def parsed_json(path: Path, data: bytes, cure: str) -> dict[str, Any]:
    """Return the JSON object in these bytes. Raises OutputError.

    Unlike `json`, the parser of pydantic limits the depth and rejects text that is not UTF-8.
    """
    try:
        said = from_json(data)
    except ValueError as error:
        raise OutputError(f"{path} cannot be read: {str(error)[:200]}; {cure}") from None
    if not isinstance(said, dict):
        raise OutputError(f"{path} cannot be used: it holds no JSON object; {cure}")
    return said


def check_shape(path: Path, said: dict[str, Any], shape: type[KeptFile], cure: str) -> None:
    """Raise OutputError with the first problems if an object has another shape."""
    try:
        shape.model_validate(said)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        shown = [str(Problem.at(one["loc"], one["msg"].lower())) for one in found[:MAX_PROBLEMS]]
        more = f", and {len(found) - MAX_PROBLEMS} more" if len(found) > MAX_PROBLEMS else ""
        raise OutputError(f"{path} cannot be used: {', '.join(shown)}{more}; {cure}") from None


def read_bytes(path: Path, cure: str) -> bytes | None:
    """Return the bytes of a file; None if it does not exist. Raises OutputError."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise OutputError(f"{path} cannot be read: {error.strerror or error}; {cure}") from None
