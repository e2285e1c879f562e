"""Commands that hold the model against the record."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenario_sim.cli import options
from scenario_sim.cli.output import make_console, print_json, progress
from scenario_sim.cli.posterior import Parameters, posterior
from scenario_sim.errors import Problem

if TYPE_CHECKING:
    from scenario_sim.data.history.record import HistoricalRecord

DRAWS, RUNS_A_DRAW = 20, 50  # of a posterior; draws share their luck at an origin
EARLIEST, LATEST = "2013-01", "2023-12"  # a year of policies comes before, the record ends after


def record_(folder: options.HistoryFolder = None, json: options.Json = False) -> None:
    """The historical record, counted by year; --json gives every act, exercise and contact."""
    from scenario_sim.data.history import record

    options.use_history_folder(folder)
    held = record.current_record()
    if json:
        print_json(_plain(held), indent=2)
        return
    from rich import box
    from rich.table import Table

    columns = (
        *("short_range_test", "regional_test", "icbm_test", "nuclear_test", "limited_attack"),
        *("table_draft", "joint_exercise"),
    )
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title="Acts of the record by year")
    for name in ("year", "launch days", *(c.replace("_", " ") for c in columns), "contacts"):
        table.add_column(name, justify="right")
    counted = Counter((act.date.year, act.action) for act in held.acts)
    days = Counter(act.date.year for act in held.acts for _ in range(act.launch_days))
    met = Counter(contact.month.year for contact in held.contacts if contact.polarity > 0)
    for year in sorted({act.date.year for act in held.acts} | set(met)):
        numbers = (days[year], *(counted[year, c] for c in columns), met[year])
        table.add_row(str(year), *(str(n) if n else "·" for n in numbers))
    make_console().print(table)
    print(
        "Launches: CNS for NTI, CSIS Beyond Parallel, Japan's Ministry of Defense. Joint exercises "
        "count\nweeks; the record is thin before 2005 and ends with 2023. Missing is not zero."
    )


def facts(
    runs: options.Runs = 500,
    seed: options.Seed = 0,
    folder: options.HistoryFolder = None,
    json: options.Json = False,
) -> None:
    """Stylised facts of 2012 to 2023: observed, simulated, and whether each holds."""
    options.all_of(
        lambda: options.check_numbers(runs=runs, seed=seed),
        lambda: options.use_history_folder(folder),
    )
    from scenario_sim.validation.stylised_facts import measure_facts as measured

    found = measured(runs, seed)
    if json:
        print_json([finding.as_dict() for finding in found], indent=2)
        return
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("", "fact", "observed", "simulated", "nine in ten", "asked", ""):
        right = name in ("observed", "simulated", "nine in ten", "asked")
        table.add_column(name, justify="right" if right else "left", no_wrap=right)
    for finding in found:
        fact, band = finding.fact, finding.band
        table.add_row(
            fact.id,
            fact.says,
            "" if finding.observed is None else f"{finding.observed:.2g}",
            f"{finding.value:.2g}",
            "" if band is None else f"{band[0]:.2g} to {band[1]:.2g}",
            f"{fact.low:g} to {fact.high:g}" if fact.high != float("inf") else f"from {fact.low:g}",
            "holds" if finding.holds else "FAILS",
        )
    make_console().print(table)
    held = sum(finding.holds for finding in found)
    print(
        f"{held} of {len(found)} hold, on {runs} futures of 2012 to 2023. Levers and drive were coded "
        "knowing\nthe record: this is no proof of skill; `scenario-sim backtest` is the honest trial."
    )


def backtest(
    first: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="YYYY-MM", help="First origin: 2014-01; 2020-01 with --parameters."
        ),
    ] = None,
    last: Annotated[str, typer.Option("--to", metavar="YYYY-MM", help="Last month.")] = LATEST,
    runs: options.Runs = 1000,
    seed: options.Seed = 0,
    parameters: Parameters = None,
    folder: options.HistoryFolder = None,
    json: options.Json = False,
) -> None:
    """Rolling origins: the model's futures against what came, beside four baselines."""
    start = first or ("2014-01" if parameters is None else "2020-01")
    *_, fitted = options.all_of(
        lambda: options.check_numbers(runs=runs, seed=seed),
        lambda: _check_span(start, last),
        lambda: options.use_history_folder(folder),
        lambda: posterior(parameters),
    )
    draws = fitted.sample(max(1, min(DRAWS, runs // RUNS_A_DRAW)), seed) if fitted else ()
    with progress("Six months from each origin") as told:
        from scenario_sim.validation.backtest import coverage_text, skill_text
        from scenario_sim.validation.backtest import run_backtest as tried

        found = tried(start, last, runs, seed, told, draws=draws).as_dict()
    if json:
        print_json(found, indent=2)
        return
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("forecaster")
    for name in ("CRPS, months", "log score", "skill of the model (95 %)", "CRPS, six months"):
        table.add_column(name, justify="right")
    for name, score in found["crps"].items():
        skill = skill_text(found, name) if name in found["skill"] else ""
        total = found["six_month_totals"]["crps"][name]
        log = found["log_score"][name]
        table.add_row(name.replace("_", " "), f"{score:.3f}", f"{log:.3f}", skill, f"{total:.2f}")
    make_console().print(table)
    for what, where in (("months", found), ("six-month totals", found["six_month_totals"])):
        bands = (
            f"{coverage_text(where, percent)} in the {percent} % band" for percent in ("50", "90")
        )
        print(f"Of {what}: {', '.join(bands)}.")
    print(found["verdict"])
    if draws:
        _tell_draws(found, len(draws), start)
    print("Policies are coded by judgement and with hindsight; the drive and the counts are not.")


def _tell_draws(found: dict[str, Any], draws: int, start: str) -> None:
    """What the scores of fitted coefficients show, and what those of the hand-set ones do."""
    from scenario_sim.validation.backtest import FITTED_TO, skill_text

    other = found["hand_set_in_sample"]
    out = start > FITTED_TO
    where = "out of sample" if out else f"in sample to {FITTED_TO}, out of sample after it"
    print(
        f"`model`: {draws} draws of coefficients fitted until {FITTED_TO}, {where}. `model hand set`: set "
        f"knowing\nthese months, in sample: skill {skill_text(other, 'climatology')} against "
        f"climatology, {other['coverage']['90']:.0%} in the 90 % band."
    )


def _check_span(first: str, last: str) -> None:
    problems = [
        Problem(f"{option} {text}", f"takes a month from {EARLIEST} to {LATEST}, such as 2020-01")
        for option, text in (("--from", first), ("--to", last))
        if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text) or not EARLIEST <= text <= LATEST
    ]
    if not problems:
        from scenario_sim.validation.backtest import HORIZON_MONTHS, forecast_origins

        if not forecast_origins(first, last):
            text = f"leave no room for {HORIZON_MONTHS} months; let --to be later"
            problems.append(Problem(f"--from {first} --to {last}", text))
    if problems:
        raise options.OptionsError(problems)


def _plain(held: HistoricalRecord) -> dict[str, list[dict[str, Any]]]:
    """All rows as plain data, dates as text."""
    return {
        name: [
            {key: str(v) if hasattr(v, "isoformat") else v for key, v in row._asdict().items()}
            for row in getattr(held, name)
        ]
        for name in ("acts", "exercises", "contacts")
    }
