"""Render figures for papers as SVG, PDF and PNG, in a size that journals take.

One drawing gives the same bytes each time. Text stays text in SVG and PDF, so that a journal can
set it in its own font and a reader can search it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from scenario_sim.errors import ScenarioSimError, install_hint
from scenario_sim.reporting.charts.chart import LIGHT

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FIGURE_WIDTH_IN = 6.9  # 175 mm: two columns of most journals
MAX_HEIGHT_IN = 9.0  # 229 mm: a page of most journals, without the caption
MIN_FONT_PT = 7  # the least that most journals print
PNG_DPI = 600  # what journals ask for pictures that hold lines and text
FORMATS = ("svg", "pdf", "png")
MPL_STYLE: Any = {  # matplotlib's settings
    "svg.fonttype": "none",
    "pdf.fonttype": 42,  # TrueType: journals refuse the Type 3 fonts of the default
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Arial", "Helvetica"],
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": LIGHT.quiet,
    "axes.labelcolor": LIGHT.ink,
    "axes.axisbelow": True,
    "text.color": LIGHT.ink,
    "text.parse_math": False,  # a title may hold a dollar sign
    "xtick.color": LIGHT.quiet,
    "ytick.color": LIGHT.quiet,
    "grid.color": LIGHT.grid,
    "legend.frameon": False,
}
UNDATED: dict[str, dict[str, Any]] = {  # metadata that would differ from day to day
    "svg": dict.fromkeys(("Date", "Creator", "Format", "Type")),
    "pdf": dict.fromkeys(("CreationDate", "Creator", "Producer")),
    "png": {"Software": None},
}


@dataclass(frozen=True)
class Drawing:
    """A figure that can be rendered in several formats.

    Attributes
    ----------
    name : str
        Decides the ids in the SVG.
    height : float
        In inches; at most MAX_HEIGHT_IN is used.
    draw : callable
        Draws on an empty figure.
    """

    name: str
    height: float
    draw: Callable[[Figure], None]

    @property
    def svg(self) -> str:
        """The figure as SVG text."""
        return self.render("svg").decode()

    def render(self, format_: str) -> bytes:
        """Return the figure in one of FORMATS. Raises ScenarioSimError without matplotlib."""
        try:
            import matplotlib
        except ImportError:
            raise ScenarioSimError(f"figures need matplotlib: {install_hint('research')}") from None
        with matplotlib.rc_context(MPL_STYLE | {"svg.hashsalt": self.name}):
            data = io.BytesIO()
            self.figure().savefig(data, format=format_, metadata=UNDATED[format_], dpi=PNG_DPI)
        return data.getvalue()

    def figure(self) -> Figure:
        """Return the figure of matplotlib, in the current style."""
        from matplotlib.figure import Figure

        size = (FIGURE_WIDTH_IN, min(self.height, MAX_HEIGHT_IN))
        figure = Figure(figsize=size, layout="constrained")
        self.draw(figure)
        return figure


def inline_svg(svg: str, prefix: str, words: str) -> str:
    """Return an SVG as part of a page: without its head, with unique ids and a text alternative.

    words: the text for readers who cannot see the figure; plain text.
    """
    body = svg[svg.index("<svg") :]
    body = re.sub(r'\bid="', f'id="{prefix}-', body)
    body = re.sub(r'(href="#|url\(#)', rf"\1{prefix}-", body)
    said = f'<svg role="img" aria-label="{escape(words)}" style="max-width:100%;height:auto" '
    return body.replace("<svg ", said, 1)
