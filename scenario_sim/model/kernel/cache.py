"""Machine code kept on disk, so that only the first start compiles.

One file a program, in the user's cache folder, named by what the code depends on: the IR, LLVM's
version and the processor. A file holds a checksum and the code. A file that is cut short or
foreign, and a folder that cannot be used, mean one compilation more and nothing else.
"""

from __future__ import annotations

import hashlib
import logging
import os
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import platformdirs

log = logging.getLogger(__name__)
CHECKSUM_BYTES = hashlib.sha256().digest_size
FOLDER_VARIABLE = "SCENARIO_SIM_CACHE"  # another folder; for tests, and for homes on slow drives


def cache_folder() -> Path:
    """Return the folder for machine code."""
    given = os.environ.get(FOLDER_VARIABLE)
    return Path(given or platformdirs.user_cache_dir("scenario-sim")) / "kernel"


def cached(key: str, compute: Callable[[], bytes]) -> bytes:
    """Return the bytes kept under a key; compute and keep them where there are none."""
    folder = cache_folder()
    path = folder / f"{key}.o"
    try:
        _prepare(folder)
        found = _checked(path.read_bytes())
        if found is not None:
            return found
        log.warning("%s is damaged; the program is compiled again", path)
    except FileNotFoundError:
        pass
    except OSError as error:
        log.warning("compiled programs are not kept: %s: %s", folder, error.strerror or error)
        return compute()
    made = compute()
    try:
        _write(path, hashlib.sha256(made).digest() + made)
    except OSError as error:
        log.warning("compiled programs are not kept: %s: %s", folder, error.strerror or error)
    return made


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
