"""Write docs/validation.md, its figures and the badge from the stylised facts and the backtest.

    python docs/validate.py              everything, and the claims; several minutes
    python docs/validate.py --figures    the figures alone; a minute

matplotlib draws the figures. The same results give the same bytes: a fixed salt makes the ids, and
no date is written.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from textwrap import wrap
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import DateFormatter, YearLocator
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from scenario_sim import simulate, validation
from scenario_sim.data.history import record
from scenario_sim.reporting.charts import LIGHT, history_charts
from scenario_sim.reporting.charts.history import HALF_MONTH
from scenario_sim.reporting.history_comparison import (
    HistoryComparison,
    compare_trajectory_with_history,
)
from scenario_sim.reporting.study.drawing import MPL_STYLE
from scenario_sim.scenario.files import load_scenario
from scenario_sim.simulation.engine import engine_version
from scenario_sim.simulation.intervals import wilson_interval
from scenario_sim.validation.backtest import Backtest, run_backtest
from scenario_sim.validation.leave_one_year_out import Trial, run_trial
from scenario_sim.validation.mix import mix_rows
from scenario_sim.validation.past_policies import HISTORY_SCENARIO
from scenario_sim.validation.scores import RULES, coverage_text, mean_and_error, skill_text
from scenario_sim.validation.stylised_facts import FactEnsembles, FactResult, measure_facts

DOCS = Path(__file__).parent
BADGE = Path(validation.__file__).with_name("badge.txt")
RECENT = ("2020-01", "2023-12")  # years after those to which coefficients are fitted
WHOLE = ("2014-01", "2023-12")
PAGE_WIDTH_IN, ROW_HEIGHT_IN = 8.6, 2.7  # of a figure; of a row of its panels
HEAD = """\
# How good is it?

Written by `python docs/validate.py`; nothing here is typed by hand but these words and the reasons. The engine
is {engine}.

{badge}

The model compares mechanisms. This page says how far its North Korea does the kind of thing the record
shows, and where it does not.

## What the trial can and cannot show

- Trials start at every third month and reach six months ahead; at each, the record acts until then
  and the model is free after it. The programme's drive is inferred from the launches until then
  (`equations.infer_drive`), and what is left unknown of it is drawn.
- **Policies are coded with hindsight.** The levers in force at an origin are those of
  `scenarios/history-2012.toml`, which people wrote who knew what came; the baselines have no such help.
- **Coefficients too.** They were set by hand on 2012-25 before these trials; only the level and the spread of
  the programme's drive are fitted without the year that is scored. Nothing after 2023 is scored.
- `--without-hindsight` lets levers that were coded with hindsight act only from a year after their date on.
- The badge judges launch days of all classes together. Each trial below scores the classes of missiles too: counts
  by class, and by the ranked probability score the class of each launch day that came (short range, regional
  range, ICBM or satellite, in this order).
- Intervals of skill are Student's over calendar years: few, so they are wide. Those of coverage take
  overlapping cases for independent, so they are too narrow; whether six-month bands hold what they say is
  judged by the share of each year instead.

## How a mechanism is judged

`scenario-sim backtest --leave-one-year-out` looks six months ahead from every third month of 2013 to 2023.
Each year's months are scored under a pool of settings weighed by all other years. Intervals are Student's, over
years.

- `--set NAME=VALUE` (a lever or a coefficient), `--without MECHANISM` and `--theory NAME` try another version
  of the model on the same random draws, and print the difference to the default with its error.
- Two versions of the code: `... --json > before.json` with one, `... --against before.json` with the other.
- A mechanism should not lose CRPS by more than the error of that difference.
"""
REASONS = {  # judgement
    "F8": "the drive that the launches of 2022 imply lies above the lever's range, and is cut to its end.",
    "F12a": "too few ICBM and nuclear tests in 2016-17, so too few cases come before the Council. "
    "[A fit to 2019](calibration.md#stylised-facts-before-and-after) mends it, and breaks F7a and F10a.",
    "F12c": "the same: a veto needs a test to vote about.",
    "F13": "follows from F12a: sanctions on paper grow too slowly.",
    "F15b": "the class pools medium and intermediate range; most failures of 2016 were of one new type.",
}


# Coefficients that could mend the failing facts, at values within their bounds.
TRIED = (
    {"learning_exponent": 0.36},
    {"learning_exponent": 0.38},
    {"drive_spread": 0.3},
    {"drive_spread": 0.5},
    {"drive_spread": 1.0},
    {"drive_surges": 0.3},
    {"drive_surge": 2.5},
    {"drive_half_life": 20},
    {"drive_half_life": 80},
    {"drive_cap": 2.25},
)


def tried_table(found: Iterable[FactResult]) -> str:
    """Return what other coefficients do to the facts that fail, and which others then fail."""
    failing = [one.fact.id for one in found if not one.holds]
    heads = " | ".join(failing)
    rows = [
        f"| coefficient | {heads} | other facts that then fail |",
        f"|---{'|---' * len(failing)}|---|",
    ]
    for change in TRIED:
        worlds = FactEnsembles(500, 0, edit=lambda s: s.with_parameters(**change))  # noqa: B023
        results = {one.fact.id: one for one in measure_facts(worlds=worlds)}
        values = " | ".join(_marked(results[id_]) for id_ in failing)
        others = ", ".join(k for k, one in results.items() if not one.holds and k not in failing)
        (name, value), *_ = change.items()
        rows.append(f"| `{name}` {value:g} | {values} | {others or 'none'} |")
    return "\n".join(rows)


def _marked(one: FactResult) -> str:
    return f"{one.value:.3f}" + (" *holds*" if one.holds else "")


def facts_table(found: Iterable[FactResult]) -> str:
    """Return the table of facts, observed and simulated."""
    rows = [
        "| | fact | observed | simulated | nine runs in ten | asked | |",
        "|---|---|---|---|---|---|---|",
    ]
    for finding in found:
        fact, band = finding.fact, finding.band
        observed = "" if finding.observed is None else f"{finding.observed:.2g}"
        spread = "" if band is None else f"{band[0]:.2g} to {band[1]:.2g}"
        asked = (
            f"from {fact.low:g}" if fact.high == float("inf") else f"{fact.low:g} to {fact.high:g}"
        )
        verdict = "holds" if finding.holds else "**fails**"
        rows.append(
            f"| {fact.id} | {fact.says} | {observed} | {finding.value:.2g} | {spread} | {asked} | {verdict} |"
        )
    return "\n".join(rows)


def trial(found: Backtest) -> str:
    """Return scores, coverage, reliability and PIT of one trial."""
    told = found.as_dict()
    totals = told["six_month_totals"]
    rows = [
        f"| who | {' | '.join(rule.replace('_', ' ') for rule in RULES)} | skill of the model (95 %) "
        "| CRPS, six months | log score, six months |",
        f"|---{'|---' * (len(RULES) + 3)}|",
    ]
    for name in told["crps"]:
        skill = skill_text(told, name) if name in told["skill"] else ""
        months = " | ".join(f"{told[rule][name]:.3f}" for rule in RULES)
        rows.append(
            f"| {name.replace('_', ' ')} | {months} | {skill} | {totals['crps'][name]:.2f} "
            f"| {totals['log_score'][name]:.2f} |"
        )
    rows += ["", f"{found.verdict} {found.log_verdict}", "", *_calibration_rows(told)]
    return "\n".join([*rows, "", *_mix_lines(told["mix"])])


def _mix_lines(told: Mapping[str, Any]) -> list[str]:
    """Return the lines on the classes of missiles of one trial."""
    heads, *rows = mix_rows(told)
    score = told["ranked_probability_score"]
    return [
        "By class of missile: shares of launch days, and scores beside the base rate of the class, "
        "which is that of the 60 months before each origin.",
        "",
        f"| {' | '.join(heads)} |",
        "|---" * len(heads) + "|",
        *(f"| {' | '.join(row)} |" for row in rows),
        "",
        f"The class of the {told['launch_days']} launch days that came from all origins, by the ranked "
        f"probability score: {score['model']:.3f} for the model, {score['climatology']:.3f} for the base "
        f"rate. {told['verdict']}",
    ]


def _calibration_rows(told: Mapping[str, Any]) -> list[str]:
    """Return the lines on coverage, skill by year, reliability and PIT of one trial."""
    totals = told["six_month_totals"]
    rows = ["| band | months inside | of its own futures | six-month totals inside | of its own |"]
    rows += ["|---|---|---|---|---|"]
    for percent in ("50", "90"):
        cells = [
            text
            for part in (told, totals)
            for text in (coverage_text(part, percent), f"{part['own_coverage'][percent]:.0%}")
        ]
        rows.append(f"| {percent} % | {' | '.join(cells)} |")
    rows += ["", told["bands_verdict"]]
    years = list(told["skill_by_year"]["climatology"])
    rows += ["", f"| CRPS skill over | {' | '.join(years)} |", f"|---{'|---' * len(years)}|"]
    rows += [
        f"| {name.replace('_', ' ')} | {' | '.join(f'{one:+.2f}' for one in by_year.values())} |"
        for name, by_year in told["skill_by_year"].items()
    ]
    rows += [
        "",
        "Reliability: of months to which the model gave so high a chance of any launch, so many saw one.",
    ]
    rows += ["", "| chance given | months | saw a launch |", "|---|---|---|"]
    rows += [
        f"| {one['probability']:.0%} | {one['cases']} | {one['seen']:.0%} |"
        for one in told["reliability"]
    ]
    pit = ", ".join(f"{share:.0%}" for share in told["pit"])
    rows += ["", f"PIT, shares of months by tenths (10 % each where calibrated): {pit}."]
    return rows


def left_out(found: Trial) -> str:
    """Return the scores of left-out years, and the differences to the model with their intervals."""
    told = found.as_dict()["scores"]
    rows = [
        f"| who | {' | '.join(rule.replace('_', ' ') for rule in RULES)} | CRPS less the model's (95 %) "
        "| log score less the model's | CRPS, six months, less the model's |",
        f"|---{'|---' * (len(RULES) + 3)}|",
    ]
    for name, by_rule in told.items():
        means = " | ".join(f"{np.mean(by_rule[rule]):.3f}" for rule in RULES)
        gaps = (
            mean_and_error(np.array(by_rule[rule]) - np.array(told["model"][rule]))
            for rule in ("crps", "log_score", "crps_six_months")
        )
        cells = ("" if name == "model" else f"{gap:+.3f} ± {error:.3f}" for gap, error in gaps)
        rows.append(f"| {name.replace('_', ' ')} | {means} | {' | '.join(cells)} |")
    return "\n".join(rows)


# --- figures ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Panel:
    """One panel of a figure: title, what is counted, a sentence that reads it, how to draw it."""

    title: str
    hint: str
    sentence: str
    draw: Callable[[Axes], None]


def history_panels() -> tuple[Panel, ...]:
    """Return the panels of what happened over what is simulated, 2012 to 2023."""
    compared = compare_trajectory_with_history(simulate(load_scenario(HISTORY_SCENARIO), 500, 0))
    assert compared is not None
    return tuple(
        Panel(one.title, one.hint, one.chart.sentence, partial(_draw_history, compared, one.name))
        for one in history_charts(compared, None, LIGHT)
    )


def trial_panels(recent: Backtest) -> tuple[Panel, ...]:
    """Return the reliability diagram and the PIT histogram of the trial on the recent years."""
    told = recent.as_dict()
    years = " to ".join(month[:4] for month in RECENT)
    return reliability_panel(told["reliability"], years), pit_panel(told["pit"], years)


def reliability_panel(groups: Sequence[Mapping[str, float]], years: str) -> Panel:
    """Return a reliability diagram.

    groups: `forecast` and `seen`, shares, and the number of `cases` of each group. Points on the
    dashed line are calibrated; whiskers are 95 % intervals (Wilson) that take cases for independent.
    """
    chance = np.array([round(100 * one["probability"], 1) for one in groups])
    shares = [
        wilson_interval(round(one["seen"] * one["cases"]), int(one["cases"])) for one in groups
    ]
    seen, low, high = (100 * np.array(part, float) for part in zip(*shares, strict=True))
    outside = int(((chance < low) | (chance > high)).sum())

    def draw(axes: Axes) -> None:
        axes.plot([0, 100], [0, 100], color=LIGHT.baseline, lw=1.2, ls="--")
        error = np.array([seen - low, high - seen])
        axes.errorbar(
            chance, seen, error, color=LIGHT.policy, ecolor=LIGHT.ink, fmt="o-", clip_on=False
        )
        axes.set(xlim=(0, 100), ylim=(0, 100), xticks=range(0, 101, 25), yticks=range(0, 101, 25))

    return Panel(
        f"Reliability, {years}",
        "along: chance given of a launch in a month, %; up: months that saw one, %",
        "Months that were given about the same chance of a launch stand together, in "
        f"{len(groups)} groups; in {outside} of them that chance lies outside the 95 % interval of "
        "how many saw one.",
        draw,
    )


def pit_panel(shares: Sequence[float], years: str) -> Panel:
    """Return a PIT histogram; shares: of cases, in each equal part of 0 to 1, summing to 1."""
    height = 100 * np.array(shares)
    flat = 100 / height.size

    def draw(axes: Axes) -> None:
        axes.bar(np.arange(1, height.size + 1), height, color=LIGHT.policy)
        axes.axhline(flat, color=LIGHT.baseline, lw=1.2, ls="--")
        axes.set_xticks(np.arange(1, height.size + 1))

    return Panel(
        f"PIT, {years}",
        f"% of months in each tenth of the chances given; {flat:.0f} each where calibrated",
        f"Each tenth of the chances given holds from {height.min():.0f} to {height.max():.0f} % of "
        f"the months; {flat:.0f} % each would be flat.",
        draw,
    )


def _draw_history(compared: HistoryComparison, name: str, axes: Axes) -> None:
    """Draw nine futures in ten as a band, the middle one as a line, and the record with dots."""
    series = compared.paths[name]
    dates = compared.months.astype("datetime64[D]") + HALF_MONTH
    low, middle, high = series.levels
    axes.fill_between(dates, low, high, color=LIGHT.policy, alpha=0.2, lw=0)
    axes.plot(dates, middle, color=LIGHT.policy, lw=1.6)
    known = dates[: compared.known]
    axes.plot(known, series.seen, color=LIGHT.ink, lw=1, marker="o", ms=2.2, markevery=3)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.xaxis.set_major_locator(YearLocator(2))
    axes.xaxis.set_major_formatter(DateFormatter("%Y"))


def draw_svg(name: str, panels: Sequence[Panel]) -> str:
    """Draw panels two in a row; return the SVG, with text as text and the sentences as its title."""
    rows = -(-len(panels) // 2)
    with matplotlib.rc_context(MPL_STYLE | {"svg.hashsalt": name}):
        drawing = Figure(figsize=(PAGE_WIDTH_IN, ROW_HEIGHT_IN * rows), layout="constrained")
        for n, panel in enumerate(panels):
            axes = drawing.add_subplot(rows, 2, n + 1)
            hint = wrap(panel.hint, 64)
            axes.set_title(panel.title, fontsize=10, color=LIGHT.ink, pad=8 + 9.5 * len(hint))
            axes.text(0, 1.03, "\n".join(hint), transform=axes.transAxes, fontsize=7.5,
                      color=LIGHT.quiet)  # fmt: skip
            axes.grid(axis="y", lw=0.6)
            panel.draw(axes)
        text = io.StringIO()
        metadata = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        title = " ".join(panel.sentence for panel in panels)
        drawing.savefig(text, format="svg", metadata=metadata | {"Title": title})
    # Two decimals of a point are finer than any screen; with line ends they are half the file.
    short = re.sub(r"(\d+\.\d\d)\d+", r"\1", text.getvalue())
    return re.sub(r"\n +", "\n", re.sub(r" ?\n(?=L )", "", short))


def figure(name: str, panels: Iterable[Panel]) -> str:
    """Return a link to a figure, and the sentences that read it."""
    said = "\n".join(f"- {panel.sentence}" for panel in panels)
    return f"![The sentences below read it.](validation-{name}.svg)\n\n{said}\n"


def write_figures(figures: Mapping[str, Sequence[Panel]]) -> None:
    """Write every figure beside the page."""
    for name, panels in figures.items():
        (DOCS / f"validation-{name}.svg").write_text(draw_svg(name, panels), encoding="utf-8")


# --- the page --------------------------------------------------------------------------------------


def page(
    found: list[FactResult],
    left: Trial,
    honest: Trial,
    whole: Backtest,
    recent: Backtest,
    pictures: Mapping[str, Sequence[Panel]],
) -> str:
    """Return the whole page."""
    failing = [f.fact.id for f in found if not f.holds]
    reasons = "\n".join(f"- **{id_}**: {REASONS[id_]}" for id_ in failing)
    return "\n".join(
        [
            HEAD.format(badge=left.with_other(honest), engine=engine_version()),
            "## Left-out years, 2013 to 2023",
            "\n`scenario-sim backtest --leave-one-year-out`; means over years, ± half of a 95 % t interval "
            "over years.\n",
            left_out(left) + "\n",
            "The same, where values that were coded with hindsight are held back for a year "
            "(`--without-hindsight`):\n",
            left_out(honest) + "\n",
            f"## The trial on {RECENT[0]} to {RECENT[1]}",
            f"\n`scenario-sim backtest --from {RECENT[0]}`\n",
            trial(recent) + "\n",
            figure("trial", pictures["trial"]),
            f"## The trial on {WHOLE[0]} to {WHOLE[1]}",
            "\n`scenario-sim backtest`\n",
            trial(whole),
            "\n## What happened, over what is simulated",
            f"\n`scenario-sim run {HISTORY_SCENARIO} --runs 500 --report history.html`. A line with dots: what "
            "happened. A plain line and\nshade: the middle future, and nine in ten. The model is free here, "
            "under policies coded by people who knew\nwhat came; totals grow from the first month, so that a "
            f"path once outside its band stays there.\n\nRecord: {record.current_record().credit}.\n",
            figure("history", pictures["history"]),
            "## Stylised facts",
            f"\n`scenario-sim facts`: {len(found) - len(failing)} of {len(found)} hold. Those that fail:\n",
            reasons,
            "",
            facts_table(found),
            "",
            "### What was tried for the facts that fail",
            "",
            "Each row changes one coefficient alone, within its bounds, on the same draws.",
            "",
            tried_table(found),
            "",
        ]
    )


def main() -> None:
    """Write the figures, and unless they alone are asked for the page, the badge and the claims."""
    recent = run_backtest(*RECENT)
    drawn = {"trial": trial_panels(recent), "history": history_panels()}
    write_figures(drawn)
    if "--figures" in sys.argv[1:]:
        return
    left, honest = run_trial(), run_trial(hindsight=False)
    text = page(measure_facts(), left, honest, run_backtest(*WHOLE), recent, drawn)
    (DOCS / "validation.md").write_text(text, encoding="utf-8")
    BADGE.write_text(f"{left.with_other(honest)}\n", encoding="utf-8")
    print(left.with_other(honest))

    import claims  # docs/claims.py, which lies beside this file

    claims.write()


if __name__ == "__main__":
    main()
