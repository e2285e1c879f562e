"""Define colours for light and dark pages that colour-blind readers can tell apart.

They follow Okabe and Ito. Colour is never the only cue: the baseline is also dashed or hatched, and
lies behind.
"""

from __future__ import annotations

from dataclasses import dataclass

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
