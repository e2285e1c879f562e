"""Serve the installed scripts, style sheets and fonts under `/_solara/cdn/`.

Solara's own look-up fetches missing files from the internet and stores them. It also removes a
folder that a request asks for as a file. This look-up only reads.
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
TYPES = frozenset({".js", ".css", ".woff", ".woff2", ".ttf"})  # the packages hold many other files


class Assets(StaticCdn):
    """Solara's files with its compression and cache headers, found by reading alone."""

    def __init__(self) -> None:
        super().__init__(directory=settings.assets.proxy_cache_dir, check_dir=False)

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        if PurePath(path).suffix not in TYPES:
            return "", None
        return StaticFiles.lookup_path(self, path)

    async def get_response(self, path: str, scope: Any) -> Response:
        """Return the file, or an error in plain text."""
        try:
            return await super().get_response(path, scope)
        except HTTPException as error:
            return PlainTextResponse("There is no such file.\n", error.status_code)
