"""Numbers as people read them: few digits, a true minus, words for time."""

from __future__ import annotations

import math
from datetime import date

import numpy as np

WEEKS_PER_YEAR = 365.25 / 7
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
PERCENT = f"{NO_BREAK_SPACE}%"
MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
MONTH_ABBREVIATIONS = tuple(name[:3] for name in MONTH_NAMES)
PERIOD_WORDS = {
    26: "six months",
    52: "one year",
    104: "two years",
    156: "three years",
    260: "five years",
}
PERIOD_WORDS |= {520: "ten years", 1040: "twenty years"}


def round_significant(value: float, digits: int) -> float:
    """To so many significant digits; 0 stays 0."""
    if value == 0 or not math.isfinite(value):
        return value
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))


def format_number(value: float, decimals: int = 0) -> str:
    """`1,234`, `0.5`, `−3`; never `−0`."""
    text = f"{value:,.{decimals}f}"
    if not text.strip("-0.,"):
        text = text.lstrip("-")
    return text.replace("-", "−")


def format_significant(value: float) -> str:
    """To three significant digits: `1,230`, `0.0417`."""
    value = round_significant(float(value), 3)
    decimals = next((n for n in range(5) if value == round(value, n)), 5)
    return format_number(value, decimals)


def format_signed(value: float, decimals: int = 0) -> str:
    """A difference: `+3`, `−3`, `0`."""
    text = format_number(value, decimals)
    return f"+{text}" if value > 0 and text.strip("0.,") else text


def format_count(value: float) -> str:
    """An expected number of futures, whole and to two significant digits, or `fewer than 1`."""
    return format_number(round_significant(round(value), 2)) if value >= 0.5 else "fewer than 1"


def format_percent(share: float) -> str:
    """A share to one significant digit (absolute risk is not known better)."""
    value = round_significant(100 * share, 1)
    if value < 0.1:
        return f"less than 0.1{PERCENT}"
    return f"{value:g}{PERCENT}"


def format_month(day: np.datetime64 | date) -> str:
    """`Sep 2028`."""
    when = day if isinstance(day, date) else day.astype("datetime64[D]").item()
    return f"{MONTH_ABBREVIATIONS[when.month - 1]} {when.year}"


def format_day(when: np.datetime64) -> str:
    """`7 Sep 2026`."""
    return f"{when.astype('datetime64[D]').item().day} {format_month(when)}"


def format_long_date(when: date) -> str:
    """`7 September 2026`, as a sentence says it."""
    return f"{when.day} {MONTH_NAMES[when.month - 1]} {when.year}"


def format_period(weeks: int) -> str:
    """How long a scenario lasts, in words: `two years`, `39 weeks`, `12 years (626 weeks)`."""
    return PERIOD_WORDS.get(weeks) or format_duration(weeks)


def format_duration(weeks: int) -> str:
    """`104 weeks`; of several that make whole years, to the week, the years too: `12 years (626
    weeks)`."""
    years = round(weeks / WEEKS_PER_YEAR)
    whole = years > 2 and abs(weeks - years * WEEKS_PER_YEAR) < 1
    return f"{years} years ({weeks} weeks)" if whole else f"{weeks} weeks"
