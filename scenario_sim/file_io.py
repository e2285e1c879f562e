"""Read regular files of a bounded size, and replace files whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any


def read_regular_file(path: Path, most_bytes: int) -> bytes:
    """Return the bytes of a regular file of at most `most_bytes`.

    A device, a FIFO or a socket is never read, and opening one never blocks.

    Raises
    ------
    OSError
        The file cannot be read, is no regular file or is too large.
    """
    # Without O_NONBLOCK, opening a FIFO waits for its writer. Windows has no such flag.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        status = os.fstat(handle)
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, "is a folder, not a file", str(path))
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a regular file but a device or a pipe", str(path))
        with os.fdopen(handle, "rb", closefd=False) as file:
            data = file.read(min(status.st_size, most_bytes) + 1)
    finally:
        os.close(handle)
    if len(data) > most_bytes:
        raise OSError(errno.EFBIG, f"larger than {most_bytes / 1e6:g} MB", str(path))
    return data


def replace_file(path: Path, write: Callable[[Path], Any]) -> None:
    """Call `write` with a new file in the same folder, then move that file to `path`.

    The name of the new file is random, so that an attacker cannot put a link in its place.

    Raises
    ------
    OSError
        Writing failed. Then `path` is unchanged and the new file is removed.
    """
    part = path.with_name(f".{path.name[:60]}.{secrets.token_hex(8)}.part")
    try:
        part.touch(exist_ok=False)
        write(part)
        os.replace(part, path)
    except BaseException:
        with suppress(OSError):  # the first error is the one to report
            part.unlink(missing_ok=True)
        raise


def find_shipped(name: str) -> Path | None:
    """Return a file or folder that ships with the package, or None if it is missing.

    It lies in the package if that is installed, and beside it in a checkout.
    """
    package = Path(__file__).parent
    places = (package / name, package.parent / name)
    return next((place for place in places if place.exists()), None)
