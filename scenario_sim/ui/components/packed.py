"""Lists on their way to the browser, as text: Solara looks into every list it is given, at every
move, in the search for elements."""

from __future__ import annotations

import json
from typing import Any


def to_json(value: Any) -> str:
    """JSON, that `JSON.parse` reads in the browser."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
