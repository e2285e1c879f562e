"""Machine code kept on disk, so that only the first start compiles.

One file a program, in the user's cache folder, named by what the code depends on: the IR, LLVM's
version and the processor. Beside it lie notes: what a caller has to know of a program, and the
model's fingerprint, each under a digest of all that determines it (`index.py`). A file holds a
checksum and its content. A file that is cut short or foreign, and a folder that cannot be used,
mean one compilation more and nothing else. The files that were used last are kept.
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
CODE, NOTE = ".o", ".note"  # machine code; what is known of a program, or a model's fingerprint
MAX_FILES, MAX_BYTES = 200, 200_000_000  # a program takes a third of a megabyte, and two notes
DAY_S = 86_400.0
CHECKSUM_BYTES = hashlib.sha256().digest_size
FOLDER_VARIABLE = "SCENARIO_SIM_CACHE"  # another folder; for tests, and for homes on slow drives


def cache_folder() -> Path:
    """Return the folder for machine code."""
    given = os.environ.get(FOLDER_VARIABLE)
    return Path(given or platformdirs.user_cache_dir("scenario-sim")) / "kernel"


def cached(key: str, compute: Callable[[], bytes], kind: str = CODE) -> bytes:
    """Return the bytes kept under a key; compute and keep them where there are none."""
    kept, usable = _look(key, kind)
    if kept is not None:
        return kept
    made = compute()
    if usable:
        keep(key, made, kind)
    return made


def found(key: str, kind: str = CODE) -> bytes | None:
    """Return the bytes kept under a key, or None."""
    return _look(key, kind)[0]


def keep(key: str, data: bytes, kind: str = CODE) -> None:
    """Keep bytes under a key, and remove the files that were used longest ago."""
    folder = cache_folder()
    try:
        _prepare(folder)
        _write(folder / f"{key}{kind}", hashlib.sha256(data).digest() + data)
        _prune(folder)
    except OSError as error:
        _say_not_kept(error)


def _look(key: str, kind: str) -> tuple[bytes | None, bool]:
    """Return the bytes kept under a key, if they are whole, and whether the folder can be used."""
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
    """Say it once: a start looks for several files."""
    said = f"{cache_folder()}: {error.strerror or error}"
    if said not in _said:
        _said.add(said)
        log.warning("compiled programs are not kept: %s", said)


def _note_use(path: Path) -> None:
    """Note that a file was used, once a day at most: a drive that notes reads by itself is rare."""
    with suppress(OSError):
        if time.time() - path.stat().st_mtime > DAY_S:
            os.utime(path)


def _prune(folder: Path) -> None:
    """Remove files until the rest is within bounds, those first that were used longest ago.

    Another process may remove the same file, or use it: who has opened it reads it to its end, and
    who comes later compiles again. What a killed process left under a temporary name goes as well.
    """
    kept = []
    for path in folder.iterdir():
        with suppress(OSError):
            status = path.stat()
            if path.suffix in (CODE, NOTE) or time.time() - status.st_mtime > DAY_S:
                kept.append((status.st_mtime, status.st_size, path))
    size = 0
    for place, (_, size_of_one, path) in enumerate(sorted(kept, reverse=True)):
        size += size_of_one
        if place >= MAX_FILES or size > MAX_BYTES or path.suffix not in (CODE, NOTE):
            with suppress(OSError):
                path.unlink()


def _prepare(folder: Path) -> None:
    """Make the folder. Raises OSError where others may write to it: code from there would run here."""
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
    """Write a file under a temporary name and rename it: a reader sees all of it or none."""
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
