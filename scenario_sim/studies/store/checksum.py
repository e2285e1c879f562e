"""A checksum inside a file, over all of its bytes.

The file holds `"checksum": "<64 hex digits>"`: the SHA-256 of the file with zeros in the place of
these digits. No second file is needed, so a file keeps its checksum wherever it is copied. Parquet's
own checksums cover pages only: neither the footer nor the statistics in it. HDF5's cover chunks, not
the headers; there the checksum stands in a line after the end of the data, which readers pass over.
"""

from __future__ import annotations

import hashlib

KEY = "checksum"
BLANK = "0" * 64  # stands in the place of the digits until they are known
_MARK = f'"{KEY}": "'.encode()


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
