"""Machine code kept on disk, so that only the first start compiles.

Each program is one file in the user's cache folder. Its name is a digest of the IR, LLVM's version
and the processor. Notes lie beside it: the layout of a program, and the model's fingerprint. Each is
named by a digest of all that determines it (`index.py`). A file holds a checksum and its content. A
damaged file or an unusable folder costs one more compilation and nothing else. The files that were
used last are kept.
"""

from __future__ import annotations

import hashlib
import logging
import os
import stat
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import platformdirs

log = logging.getLogger(__name__)
_said: set[str] = set()
CODE_SUFFIX, NOTE_SUFFIX = ".o", ".note"  # machine code; a layout or a fingerprint
MAX_FILES, MAX_BYTES = 200, 200_000_000  # a program takes a third of a megabyte, and two notes
DAY_S = 86_400.0
CHECKSUM_BYTES = hashlib.sha256().digest_size
FOLDER_VARIABLE = (
    "SCENARIO_SIM_CACHE"  # names another folder, for tests and for homes on slow drives
)


def cache_folder() -> Path:
    """Return the folder for machine code."""
    given = os.environ.get(FOLDER_VARIABLE)
    return Path(given or platformdirs.user_cache_dir("scenario-sim")) / "kernel"


def read_or_compute(key: str, compute: Callable[[], bytes], kind: str = CODE_SUFFIX) -> bytes:
    """Return the cached bytes of a key; compute and cache them if there are none."""
    kept, usable = _look(key, kind)
    if kept is not None:
        return kept
    made = compute()
    if usable:
        write(key, made, kind)
    return made


def read(key: str, kind: str = CODE_SUFFIX) -> bytes | None:
    """Return the cached bytes of a key, or None."""
    return _look(key, kind)[0]


def write(key: str, data: bytes, kind: str = CODE_SUFFIX) -> None:
    """Cache the bytes of a key, and remove the files that were used longest ago."""
    folder = cache_folder()
    try:
        _prepare(folder)
        _write(folder / f"{key}{kind}", hashlib.sha256(data).digest() + data)
        _prune(folder)
    except OSError as error:
        _say_not_kept(error)


def _look(key: str, kind: str) -> tuple[bytes | None, bool]:
    """Return the cached bytes of a key, if they are whole, and True if the folder is usable."""
    path = cache_folder() / f"{key}{kind}"
    try:
        _prepare(path.parent)
        data = _checked(path.read_bytes())
        if data is None:
            log.warning("%s is damaged; the program is compiled again", path)
            with suppress(OSError):
                path.unlink()
        else:
            _note_use(path)
        return data, True
    except FileNotFoundError:
        return None, True
    except OSError as error:
        _say_not_kept(error)
        return None, False


def _say_not_kept(error: OSError) -> None:
    """Log that nothing is cached, once a process: a start looks for several files."""
    said = f"{cache_folder()}: {error.strerror or error}"
    if said not in _said:
        _said.add(said)
        log.warning("compiled programs are not kept: %s", said)


def _note_use(path: Path) -> None:
    """Note that a file was used, once a day at most. Few file systems note reads themselves."""
    with suppress(OSError):
        if time.time() - path.stat().st_mtime > DAY_S:
            os.utime(path)


def _prune(folder: Path) -> None:
    """Remove the files that were used longest ago, until the rest is within bounds.

    Another process may use or remove the same file. A process that has opened it reads it to its
    end, and a later one compiles again. Temporary files of killed processes are removed as well.
    """
    kept = []
    for path in folder.iterdir():
        with suppress(OSError):
            status = path.stat()
            if path.suffix in (CODE_SUFFIX, NOTE_SUFFIX) or time.time() - status.st_mtime > DAY_S:
                kept.append((status.st_mtime, status.st_size, path))
    size = 0
    for place, (_, size_of_one, path) in enumerate(sorted(kept, reverse=True)):
        size += size_of_one
        if place >= MAX_FILES or size > MAX_BYTES or path.suffix not in (CODE_SUFFIX, NOTE_SUFFIX):
            with suppress(OSError):
                path.unlink()


def _prepare(folder: Path) -> None:
    """Make the folder. Raises OSError if others may write to it, because its code runs here."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if hasattr(os, "getuid"):
        status = folder.stat()
        others = stat.S_IWGRP | stat.S_IWOTH
        if status.st_uid != os.getuid() or status.st_mode & others:
            raise PermissionError(0, "other users may write to it")


def _checked(data: bytes) -> bytes | None:
    digest, body = data[:CHECKSUM_BYTES], data[CHECKSUM_BYTES:]
    return body if body and hashlib.sha256(body).digest() == digest else None


def _write(path: Path, data: bytes) -> None:
    """Write a file under a temporary name and rename it, so that readers see all of it or none."""
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
