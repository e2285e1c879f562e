"""Pack a file's text into a link, and unpack it."""

from __future__ import annotations

import base64
import binascii
import zlib

from scenario_sim.bounds import MAX_PACKED_CHARACTERS, MAX_UNPACKED_CHARACTERS


def pack_text(text: str) -> str:
    """Return a file's text as a link holds it: deflated, in letters that need no escape."""
    deflate = zlib.compressobj(9, wbits=-15)
    data = deflate.compress(text.encode()) + deflate.flush()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unpack_text(letters: str) -> str:
    """Return the text that `pack_text` packed; "" where the letters hold none."""
    try:
        data = base64.b64decode(letters + "=" * (-len(letters) % 4), b"-_", validate=True)
        inflate = zlib.decompressobj(wbits=-15)
        raw = inflate.decompress(data, MAX_UNPACKED_CHARACTERS)
        return raw.decode() if inflate.eof and raw.strip() else ""
    except (binascii.Error, zlib.error, ValueError):
        return ""


def fits_in_link(text: str) -> bool:
    """Return whether a link can hold this file."""
    return len(text) <= MAX_UNPACKED_CHARACTERS and len(pack_text(text)) <= MAX_PACKED_CHARACTERS
