"""Name the types of weapons that a test may fly: abstract types, as a newspaper names them.

A type is a code from 0 to `DESIGN_TYPES` - 1 in the conditions `regional_design` and
`long_range_design`.
"""

from __future__ import annotations

REGIONAL_TYPES = (
    "liquid-fuel missile",
    "solid-fuel missile",
    "submarine-launched missile",
    "hypersonic glider",
)
LONG_RANGE_TYPES = ("liquid-fuel ICBM", "solid-fuel ICBM", "larger ICBM", "satellite launcher")
DESIGN_TYPES = len(REGIONAL_TYPES)
SATELLITE_LAUNCHER = 3  # the only type of LONG_RANGE_TYPES that is no ICBM
ANY_ICBM = "an ICBM"
SATELLITE_WORDS = ("launches a satellite", "launches a satellite with a new launcher")
WEAPON_OF_KIND = {  # of the record's kinds, which tell the range and no more
    "missile_mrbm": "a medium-range missile",
    "missile_irbm": "an intermediate-range missile",
    "missile_slbm": "a submarine-launched missile",
    "missile_icbm": ANY_ICBM,
}


def regional_sentence(design: int, is_first: bool) -> str:
    """Return what a regional test flies: the newest design, perhaps for the first time."""
    weapon = REGIONAL_TYPES[design]
    return (
        f"tests a new {weapon} for the first time"
        if is_first
        else (f"tests a {weapon} of regional range")
    )


def icbm_sentence(design: int, is_first: bool) -> str:
    """Return what an ICBM test flies; where the newest design is a launcher, an older ICBM."""
    if design == SATELLITE_LAUNCHER:
        return f"tests {ANY_ICBM}"
    weapon = LONG_RANGE_TYPES[design]
    return f"tests a new {weapon} for the first time" if is_first else f"tests a {weapon}"
