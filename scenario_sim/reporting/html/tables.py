"""Write the frame of a self-contained page, its headings, and the tables of the report."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from html import escape
from importlib.resources import files

from scenario_sim.data.parameters import SETTINGS
from scenario_sim.formatting import (
    format_month,
    format_number,
    format_percent,
    format_signed,
    round_significant,
)
from scenario_sim.language import current_language, localise_number, translate
from scenario_sim.reporting.estimates import format_run_count, format_with_interval
from scenario_sim.reporting.html import messages
from scenario_sim.reporting.outcome_table import (
    ABSOLUTE_RISKS,
    MAX_OBSERVED_RISK,
    comparison_rows,
)
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.dates import week_start
from scenario_sim.simulation.comparison import Comparison
from scenario_sim.simulation.intervals import Z95
from scenario_sim.simulation.outcomes import Outcome, count_causes, outcomes_of, summarise_outcomes
from scenario_sim.simulation.trajectory import Trajectory

# The page can neither fetch nor send anything, whatever text it holds.
CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
CONTENT_SECURITY_POLICY_WITH_SCRIPTS = f"{CONTENT_SECURITY_POLICY}; script-src 'unsafe-inline'"


def html_page(title: str, body: str, scripts: str = "") -> str:
    """Return a whole HTML file.

    Parameters
    ----------
    title : str
        Plain text.
    body : str
        HTML.
    scripts : str
        Elements that stand at its end.
    """
    policy = CONTENT_SECURITY_POLICY_WITH_SCRIPTS if scripts else CONTENT_SECURITY_POLICY
    return (
        f'<!DOCTYPE html>\n<html lang="{current_language().replace("_", "-")}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{read_asset('report.css')}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n{scripts}\n</body>\n</html>\n"
    )


def heading(text: str, kind: str = "") -> str:
    """Return a heading of the second level, with a CSS class where `kind` is given."""
    return f'<h2 class="{kind}">{escape(text)}</h2>' if kind else f"<h2>{escape(text)}</h2>"


def paragraph(text: str, kind: str = "") -> str:
    """Return a paragraph of plain text, with a CSS class where `kind` is given."""
    return f'<p class="{kind}">{escape(text)}</p>' if kind else f"<p>{escape(text)}</p>"


def definition_list(listed: Mapping[str, object]) -> str:
    """Return terms and their values as a list."""
    rows = "".join(f"<dt>{escape(k)}</dt><dd>{escape(str(v))}</dd>" for k, v in listed.items())
    return f"<dl>{rows}</dl>"


def read_asset(name: str) -> str:
    """Return the text of a file beside this module."""
    return files("scenario_sim.reporting.html").joinpath(name).read_text("utf-8")


Row = tuple[str, ...]  # the first cell is HTML, the others text


def table_html(
    columns: Sequence[str], rows: Iterable[Row], kind: str = "", caption: str = ""
) -> str:
    """Return a table in HTML; the first cell of each row is its head."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{escape(c)}</td>" for c in row[1:])}</tr>'
        for row in rows
    )
    named = f"<caption>{escape(caption)}</caption>" if caption else ""
    return (
        f'<div class="scroll"><table class="{kind}">{named}<thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


# --- what the policy changes ---------------------------------------------------------------------


def changed_settings(baseline: Scenario, policy: Scenario) -> list[str]:
    """Return the names of the settings that differ."""
    there = policy.steps()
    return [name for name, steps in baseline.steps().items() if steps != there[name]]


def changed_rows(baseline: Scenario, policy: Scenario) -> Iterator[Row]:
    """Yield each lever that differs, over time, on both sides."""
    for name in changed_settings(baseline, policy):
        lever = SETTINGS[name]
        ends = f"{lever.low:g}: {lever.low_means}; {lever.high:g}: {lever.high_means}"
        head = f"{escape(lever.label)}<br><small>{escape(ends)}</small>"
        yield head, _path(baseline, name), _path(policy, name)


def _path(scenario: Scenario, name: str) -> str:
    (_, first), *later = scenario.steps()[name]
    moves = (
        messages.FROM.format(
            value=_format_setting(value), day=_format_day(week_start(scenario.start, week))
        )
        for week, value in later
    )
    return ", ".join((_format_setting(first), *moves))


def _format_setting(value: float) -> str:
    return localise_number(f"{value:g}".replace("-", "−"))


def _format_day(when) -> str:
    return f"{when.day} {format_month(when)}"


# --- outcomes ------------------------------------------------------------------------------------


def comparison_table_rows(comparison: Comparison) -> Iterator[Row]:
    """Yield every outcome: both means with errors, paired difference, interval, runs changed."""
    roads = [count_causes(side.outcomes) for side in (comparison.baseline, comparison.policy)]
    for row in comparison_rows(comparison):
        if row.outcome.category:
            for cause in roads[0]:
                yield (
                    _cause_head(cause),
                    *(format_run_count(side[cause], row.runs) for side in roads),
                    "",
                    "",
                    "",
                )
            continue
        levels = (
            _format_level(row.outcome, row.baseline, row.baseline_half, row.runs),
            _format_level(row.outcome, row.policy, row.policy_half, row.runs),
        )
        change = row.change_cells(partial(format_three_digits, with_sign=True))
        yield _outcome_head(row.outcome), *levels, *change, localise_number(f"{row.runs_changed:,}")


def run_table_rows(trajectory: Trajectory) -> Iterator[Row]:
    """Yield every outcome: its mean with its error, and where nine runs in ten lie."""
    summary, roads = summarise_outcomes(trajectory.outcomes), count_causes(trajectory.outcomes)
    runs = int(trajectory.runs.size)
    for outcome in outcomes_of(trajectory.scenario):
        if outcome.category:
            yield from (
                (_cause_head(cause), format_run_count(many, runs), "", "")
                for cause, many in roads.items()
            )
            continue
        row = summary.loc[outcome.name]
        ends = ["", ""]
        if outcome.name not in ABSOLUTE_RISKS:
            ends = [
                _format_percentile(row[end], row[f"{end}_low"], row[f"{end}_high"])
                for end in ("p5", "p95")
            ]
        yield (
            _outcome_head(outcome),
            _format_level(outcome, row["mean"], Z95 * row["mcse"], runs),
            *ends,
        )


def format_three_digits(value: float, with_sign: bool = False) -> str:
    """Return a number to about three digits."""
    if math.isnan(value):
        return "–"
    return (format_signed if with_sign else format_number)(value, _decimals(value))


def _decimals(value: float) -> int:
    size = abs(value)
    return next(
        (n for n, least in enumerate((100, 10, 0.1, 0.01)) if size >= least), 4 * (size > 0)
    )


def _format_percentile(*found: float) -> str:
    """Return a percentile with its interval; counts stay whole."""
    if math.isnan(found[0]):
        return format_three_digits(found[0])
    whole = all(number % 1 == 0 for number in found)
    return format_with_interval(found, 0 if whole else _decimals(found[0]))


def _format_level(outcome: Outcome, mean: float, error: float, runs: int) -> str:
    """Return a mean and half of its 95 % interval.

    A risk has one digit, for its level is a prior; of confrontations drawn the count is written.
    """
    if outcome.name in ABSOLUTE_RISKS and mean > MAX_OBSERVED_RISK:
        return messages.ABOVE_HALF
    if outcome.name == "confrontation_risk":
        return (
            format_percent(mean)
            if math.isnan(error)
            else f"{format_percent(mean)} ± {_format_error(100 * error)}"
        )
    if outcome.name == "confrontation":
        return messages.DRAWN.format(number=format_run_count(round(runs * mean), runs))
    return (
        format_three_digits(mean)
        if math.isnan(error)
        else f"{format_three_digits(mean)} ± {_format_error(error)}"
    )


def _format_error(error: float) -> str:
    """Return an error, whole from ten on, else to one digit."""
    small = round_significant(error, 1)
    return format_number(error) if error >= 10 else f"{small:.6f}".rstrip("0").rstrip(".")


def _outcome_head(outcome: Outcome) -> str:
    meaning = outcome.meaning.rstrip(".")
    if outcome.label:
        meaning = f"{outcome.label}: {meaning[:1].lower()}{meaning[1:]}"
    return f"{escape(meaning)}<br><small>{escape(outcome.name)}, {escape(translate(outcome.unit))}</small>"


def _cause_head(cause: str) -> str:
    said = messages.ROAD.format(cause=translate(cause.replace("_", " ")))
    return f"{escape(said)}<br><small>confrontation_cause, {escape(messages.COUNTED)}</small>"
