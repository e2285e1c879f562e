"""Format numbers and dates for readers: few digits, a true minus sign, words for time."""

from __future__ import annotations

import math
from datetime import date

import numpy as np

from scenario_sim.language import (
    SOURCE_LANGUAGE,
    current_language,
    localise_date,
    localise_number,
    translate,
    translate_constants,
    translate_count,
)

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
    """Round to a number of significant digits; 0, infinity and NaN stay as they are."""
    if value == 0 or not math.isfinite(value):
        return value
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))


def format_number(value: float, decimals: int = 0) -> str:
    """Return a number with thousands separators and a true minus sign, never `−0`.

    >>> format_number(1234), format_number(0.5, 1), format_number(-3)
    ('1,234', '0.5', '−3')
    """
    text = f"{value:,.{decimals}f}"
    if not text.strip("-0.,"):
        text = text.lstrip("-")
    return localise_number(text.replace("-", "−"))


def format_significant(value: float) -> str:
    """Return a number to three significant digits: `1,230`, `0.0417`."""
    value = round_significant(float(value), 3)
    decimals = next((n for n in range(5) if value == round(value, n)), 5)
    return format_number(value, decimals)


def format_signed(value: float, decimals: int = 0) -> str:
    """Return a difference with its sign: `+3`, `−3`, `0`."""
    text = format_number(value, decimals)
    return f"+{text}" if value > 0 and any(c in "123456789" for c in text) else text


def round_count(value: float) -> float:
    """Return an expected number of futures as it is told: whole, two significant digits."""
    return round_significant(round(value), 2)


def format_count(value: float) -> str:
    """Return an expected number of futures: whole, two significant digits, or `fewer than 1`."""
    return format_number(round_count(value)) if value >= 0.5 else translate("fewer than 1")


def format_percent(share: float) -> str:
    """Return a share (0..1) in percent to one significant digit; risks are not known better."""
    value = round_significant(100 * share, 1)
    if value < 0.1:
        return translate("less than {number}").format(number=localise_number("0.1") + PERCENT)
    return localise_number(f"{value:g}") + PERCENT


def format_month(day: np.datetime64 | date) -> str:
    """Return the month of a day: `Sep 2028`."""
    when = day if isinstance(day, date) else day.astype("datetime64[D]").item()
    if current_language() != SOURCE_LANGUAGE:
        return localise_date(when, "yMMM")
    return f"{MONTH_ABBREVIATIONS[when.month - 1]} {when.year}"


def format_day(when: np.datetime64) -> str:
    """Return a day: `7 Sep 2026`."""
    day = when.astype("datetime64[D]").item()
    if current_language() != SOURCE_LANGUAGE:
        return localise_date(day, "yMMMd")
    return f"{day.day} {format_month(when)}"


def format_long_date(when: date) -> str:
    """Return a day as a sentence writes it: `7 September 2026`."""
    if current_language() != SOURCE_LANGUAGE:
        return localise_date(when, "yMMMMd")
    return f"{when.day} {MONTH_NAMES[when.month - 1]} {when.year}"


def format_period(weeks: int) -> str:
    """Return a length in words: `two years`, `39 weeks`, `12 years (626 weeks)`."""
    return translate(PERIOD_WORDS.get(weeks, "")) or format_duration(weeks)


def format_duration(weeks: int) -> str:
    """Return a length in weeks; from three whole years on, in years as well.

    >>> format_duration(104), format_duration(626)
    ('104 weeks', '12 years (626 weeks)')
    """
    years = round(weeks / WEEKS_PER_YEAR)
    whole = years > 2 and abs(weeks - years * WEEKS_PER_YEAR) < 1
    in_weeks = translate_count("{n} week", "{n} weeks", weeks)
    if not whole:
        return in_weeks
    return translate_count("{n} year ({weeks})", "{n} years ({weeks})", years, weeks=in_weeks)


translate_constants(__name__, "PERIOD_WORDS")
