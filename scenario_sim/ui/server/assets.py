"""The installed scripts, style sheets and fonts of the page, without what no page here uses."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Any

from solara.server import settings
from solara.server.starlette import StaticCdn
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles

# The packages hold many other files.
ASSET_TYPES = frozenset({".js", ".css", ".woff", ".woff2", ".ttf"})
# KaTeX sets formulas, and its fonts stand in the sheet itself: 79 of its 142 kB over the wire.
FORMULA_FONT = re.compile(r"@font-face\s*\{[^{}]*KaTeX[^{}]*\}")
# The names of 6,300 icons take 48 kB; Vuetify's warning, by which a lost page says so, has the one kept.
ICON = re.compile(
    r"(?:^|(?<=\}))\s*\.(?:material-icons|mdi)(?!-alert::before)[\w.:-]*\s*\{[^{}]*\}"
)


class Assets(StaticCdn):
    """Files found by reading alone.

    Solara's own look-up fetches missing files from the internet and stores them. It also removes a
    folder that a request asks for as a file.
    """

    def __init__(self) -> None:
        super().__init__(directory=settings.assets.proxy_cache_dir, check_dir=False)
        self._trimmed = TemporaryDirectory(prefix="scenario-sim-styles-")

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        if PurePath(path).suffix not in ASSET_TYPES:
            return "", None
        found, stat = StaticFiles.lookup_path(self, path)
        if stat is None or not found.endswith(".css"):
            return found, stat
        return self._trim(Path(found), stat)

    async def get_response(self, path: str, scope: Any) -> Response:
        """Return the file, or an error in plain text."""
        try:
            return await super().get_response(path, scope)
        except HTTPException as error:
            return PlainTextResponse("There is no such file.\n", error.status_code)

    def _trim(self, sheet: Path, stat: os.stat_result) -> tuple[str, os.stat_result]:
        """Return a trimmed copy of a style sheet, written once."""
        copy = Path(self._trimmed.name) / f"{stat.st_mtime_ns}-{stat.st_size}-{sheet.name}"
        if not copy.exists():
            part = copy.with_suffix(".part")
            part.write_text(trim_style_sheet(sheet.read_text(encoding="utf-8")), encoding="utf-8")
            part.replace(copy)
        return str(copy), copy.stat()


def trim_style_sheet(text: str) -> str:
    """Return a style sheet without fonts for formulas and without the names of icons.

    Examples
    --------
    >>> trim_style_sheet("@font-face{font-family:KaTeX_Main}p{margin:0}.mdi-abacus::before{top:0}")
    'p{margin:0}'
    """
    return ICON.sub("", FORMULA_FONT.sub("", text))
