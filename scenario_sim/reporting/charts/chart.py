"""Define a chart: ECharts options, a sentence that reads it and a table that holds its numbers."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

# Keys of an option that hold lengths in pixels, anywhere ...
LENGTH_KEYS = {"fontSize", "margin", "nameGap", "textBorderWidth", "symbolSize", "barMaxWidth"}
# ... and inside the part named.
LENGTH_KEYS_OF_PART = {
    "grid": {"left", "right", "top", "bottom"},
    "lineStyle": {"width"},
    "query": {"maxWidth", "minWidth"},
}


@dataclass(frozen=True)
class Chart:
    """One chart in three forms: drawn, in words and as a table.

    Attributes
    ----------
    option : dict
        An ECharts option; plain JSON.
    sentence : str
        A description of the chart in words, also for screen readers.
    columns, rows : tuple
        The same numbers as text.
    """

    option: dict[str, Any]
    sentence: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @cached_property
    def text(self) -> str:
        """Return the option as JSON text."""
        return json.dumps(self.option, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def enlarge_chart(chart: Chart, by: float) -> Chart:
    """Return the chart for a wall: every length in pixels times `by`; numbers and words stay."""
    return replace(chart, option=_scale_lengths(chart.option, by, ""))


def _scale_lengths(value: Any, by: float, part: str) -> Any:
    if isinstance(value, list):
        return [_scale_lengths(each, by, part) for each in value]
    if not isinstance(value, dict):
        return value
    lengths = LENGTH_KEYS | LENGTH_KEYS_OF_PART.get(part, set())
    scaled = {}
    for key, item in value.items():
        if key in lengths and isinstance(item, int | float):
            scaled[key] = item * by
        else:  # the numbers of a data set are not lengths
            scaled[key] = item if key == "dataset" else _scale_lengths(item, by, key)
    return scaled
