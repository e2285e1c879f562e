"""What a picture is: options to draw it, a sentence that reads it, a table that holds it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Chart:
    """option: an ECharts option, plain JSON. sentence: what the picture shows. columns, rows: the
    same numbers as text, for those who do not see it or want to write them down."""

    option: dict[str, Any]
    sentence: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @cached_property
    def text(self) -> str:
        """The option as JSON."""
        return json.dumps(self.option, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
