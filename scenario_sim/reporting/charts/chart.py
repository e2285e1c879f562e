"""Define a chart and its colours: ECharts options, a sentence and a table of its numbers."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

FONT = "Roboto, 'Helvetica Neue', Arial, sans-serif"


@dataclass(frozen=True)
class Palette:
    """Colours of one theme; `policy` is the changed scenario, `baseline` the unchanged one."""

    name: str
    policy: str
    baseline: str
    ink: str
    quiet: str
    grid: str
    stripe: str
    paper: str
    page: str


LIGHT = Palette(
    name="light",
    policy="#0072B2",  # blue
    baseline="#6B6B6B",
    ink="#1F2328",
    quiet="#57606A",
    grid="#DEDCD5",
    stripe="rgba(31, 35, 40, 0.028)",
    paper="#FFFFFF",
    page="#F7F6F2",
)
DARK = Palette(
    name="dark",
    policy="#56B4E9",  # sky blue
    baseline="#B3B3B3",
    ink="#ECECE8",
    quiet="#A9B0B7",
    grid="#363B42",
    stripe="rgba(255, 255, 255, 0.03)",
    paper="#1B1F24",
    page="#14171B",
)


def fade_colour(colour: str, share: float) -> str:
    """Return a hex colour with an opacity: `#0072B2` at 0.2 is `rgba(0, 114, 178, 0.2)`."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {share:g})"


# Keys of an option that hold lengths in pixels, anywhere ...
LENGTH_KEYS = {
    "fontSize",
    "lineHeight",
    "margin",
    "nameGap",
    "textBorderWidth",
    "symbolSize",
    "barMaxWidth",
}
# ... and inside the part named.
LENGTH_KEYS_OF_PART = {
    "grid": {"left", "right", "top", "bottom"},
    "lineStyle": {"width"},
    "axisLabel": {"width"},  # where a long label breaks
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
