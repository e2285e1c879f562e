"""The scripts, style sheets and fonts that were installed with the page, under `/_solara/cdn/`.

Solara's own look-up fetches from the internet what it lacks, stores it, and removes a folder that is
asked for as a file. This one reads files and does nothing else.
"""

from __future__ import annotations

import os
from pathlib import PurePath
from typing import Any

from solara.server import settings
from solara.server.starlette import StaticCdn
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles

PREFIX = "/_solara/cdn/"
TYPES = frozenset({".js", ".css", ".woff", ".woff2", ".ttf"})  # the packages hold much else


class Assets(StaticCdn):
    """Solara's files with its compression and its cache headers, by a look-up that only reads."""

    def __init__(self) -> None:
        super().__init__(directory=settings.assets.proxy_cache_dir, check_dir=False)

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        if PurePath(path).suffix not in TYPES:
            return "", None
        return StaticFiles.lookup_path(self, path)

    async def get_response(self, path: str, scope: Any) -> Response:
        """Return the file, or a refusal in plain text."""
        try:
            return await super().get_response(path, scope)
        except HTTPException as error:
            return PlainTextResponse("There is no such file.\n", error.status_code)
