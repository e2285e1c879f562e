"""Commands on the historical record: `record`, `facts` and `backtest`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenario_sim.cli import options
from scenario_sim.cli.calibration import load_draws
from scenario_sim.cli.output import make_console, make_table, print_output, progress_bar
from scenario_sim.errors import Problem, ProblemCollector

if TYPE_CHECKING:
    from scenario_sim.data.history.record import HistoricalRecord

MAX_DRAWS, MIN_RUNS_PER_DRAW = 20, 50  # of a posterior; draws share their random numbers per origin


def record_(folder: options.HistoryFolder = None, json: options.Json = False) -> None:
    """Print the historical record by year; --json prints every row, and what was left out."""
    from scenario_sim.data.history import record

    options.use_history_folder(folder)
    history = record.current_record()
    if json:
        from scenario_sim.cli.json_models.validation import RecordOutput

        print_output(RecordOutput, _as_plain_data(history), indent=2)
        return
    actions = (
        *("short_range_test", "regional_test", "icbm_test", "nuclear_test", "limited_attack"),
        *("table_draft", "joint_exercise"),
    )
    names = ("year", "launch days", *(a.replace("_", " ") for a in actions), "contacts")
    table = make_table(right=names, title="Acts of the record by year")
    counts = Counter((act.date.year, act.action) for act in history.acts)
    days = Counter(act.date.year for act in history.acts for _ in range(act.launch_days))
    contacts = Counter(c.month.year for c in history.contacts if c.polarity > 0)
    for year in sorted({act.date.year for act in history.acts} | set(contacts)):
        numbers = (days[year], *(counts[year, action] for action in actions), contacts[year])
        table.add_row(str(year), *(str(n) if n else "·" for n in numbers))
    make_console().print(table)
    print(
        f"Source: {history.credit}.\nJoint exercises count weeks. The record covers "
        f"{history.coverage.first} to {history.coverage.last}. Missing is not zero."
    )


def facts(
    runs: options.Runs = 500,
    seed: options.Seed = 0,
    folder: options.HistoryFolder = None,
    json: options.Json = False,
) -> None:
    """Check stylised facts of 2012 to 2023: observed, simulated, and whether each holds."""
    problems = ProblemCollector(options.ERROR_TITLE)
    with problems.under():
        options.check_numbers(runs=runs, seed=seed)
    with problems.under():
        options.use_history_folder(folder)
    problems.raise_if_any()
    from scenario_sim.validation.stylised_facts import measure_facts

    found = measure_facts(runs, seed)
    if json:
        from scenario_sim.cli.json_models.validation import FactsOutput

        rows = [finding.as_dict() for finding in found]
        print_output(FactsOutput, {"seed": seed, "runs": runs, "facts": rows}, indent=2)
        return
    table = make_table(["", "fact"])
    for name in ("observed", "simulated", "nine in ten", "asked"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("")
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
        f"{held} of {len(found)} hold, on {runs} futures of 2012 to 2023. Levers were coded, and the drive "
        "inferred, knowing\nthe record: this is no proof of skill; `scenario-sim backtest` is the honest trial."
    )


def backtest(
    first: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="YYYY-MM", help="First origin: 2014-01; 2020-01 with --parameters."
        ),
    ] = None,
    last: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="YYYY-MM", help="Last month; by default the last on record: 2023-12."
        ),
    ] = None,
    runs: Annotated[
        int | None,
        typer.Option("--runs", metavar="N", help="Number of futures to simulate; 1000 by default."),
    ] = None,
    seed: options.Seed = 0,
    every: Annotated[
        int,
        typer.Option("--every", metavar="MONTHS", min=1, max=12, help="Months between origins."),
    ] = 3,
    parameters: options.Parameters = None,
    folder: options.HistoryFolder = None,
    leave_one_year_out: Annotated[
        bool,
        typer.Option(
            "--leave-one-year-out",
            help="Score each year from 2013 with settings fitted on the other years; 500 futures. "
            "With --set, --without or --theory, compare that version with the default.",
        ),
    ] = False,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE", help="Lever or coefficient to try. Repeatable."
        ),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option("--without", metavar="MECHANISM", help="Mechanism to leave out. Repeatable."),
    ] = None,
    theory: Annotated[str | None, typer.Option("--theory", help="Theory to try.")] = None,
    against: Annotated[
        Path | None,
        typer.Option(
            "--against",
            metavar="FILE",
            help="Compare with scores that --leave-one-year-out --json printed, of another engine too.",
        ),
    ] = None,
    without_hindsight: Annotated[
        bool,
        typer.Option(
            "--without-hindsight",
            help="Let levers that were coded with hindsight act only from a year after their date on.",
        ),
    ] = False,
    json: options.Json = False,
) -> None:
    """Score the model's futures from rolling origins against the record, beside five baselines."""
    if leave_one_year_out:
        if every != 3:
            text = "does not go with --leave-one-year-out, whose origins lie three months apart"
            raise options.OptionsError([Problem("--every", text)])
        _judge(
            first, last, runs, seed, parameters, folder, settings, without, theory, against, json,
            not without_hindsight,
        )  # fmt: skip
        return
    _check_only_with_judge(settings, without, theory, against)
    runs = 1000 if runs is None else runs
    start = first or ("2014-01" if parameters is None else "2020-01")
    problems = ProblemCollector(options.ERROR_TITLE)
    with problems.under():
        options.check_numbers(runs=runs, seed=seed)
    with problems.under():
        options.use_history_folder(folder)
        from scenario_sim.validation.origins import check_months, scorable_months

        last = last or str(scorable_months()[1])
        check_months(start, last, ("--from", "--to"))
    with problems.under():
        posterior = load_draws(parameters)
    problems.raise_if_any()
    count = max(1, min(MAX_DRAWS, runs // MIN_RUNS_PER_DRAW))
    draws = posterior.sample(count, seed) if posterior else ()
    with progress_bar("Six months from each origin") as progress:
        from scenario_sim.validation.backtest import run_backtest

        trial = run_backtest(
            start, last, runs, seed, progress,
            draws=draws, step=every, hindsight=not without_hindsight,
        )  # fmt: skip
        found = trial.as_dict()
    if json:
        from scenario_sim.cli.json_models.validation import BacktestOutput

        print_output(BacktestOutput, {"seed": seed, "runs": runs} | found, indent=2)
    else:
        _print_trial(found, len(draws), start, without_hindsight)


def _print_trial(found: dict[str, Any], draws: int, start: str, without_hindsight: bool) -> None:
    """Print the scores, and what was known and fitted when they were made."""
    _print_scores(found)
    if draws:
        _print_draws_note(found, draws, start)
    print(
        "Levers coded with hindsight act from a year after their date on."
        if without_hindsight
        else "Policies are coded by judgement and with hindsight; the drive and the counts are not."
    )


def _judge(
    first: str | None,
    last: str | None,
    runs: int | None,
    seed: int,
    parameters: str | None,
    folder: Path | None,
    settings: list[str] | None,
    without: list[str] | None,
    theory: str | None,
    against: Path | None,
    json: bool,
    hindsight: bool,
) -> None:
    """Check the options of `backtest --leave-one-year-out`, and run it."""
    from scenario_sim.cli.leave_one_year_out import parse_edit, read_scores, run_judge
    from scenario_sim.validation import leave_one_year_out as judge

    runs = judge.RUNS if runs is None else runs
    months = (first or judge.FIRST_MONTH, last or judge.LAST_MONTH)
    problems = ProblemCollector(options.ERROR_TITLE)
    if parameters is not None:
        text = "does not go with --leave-one-year-out, which fits settings of its own"
        problems.add([Problem("--parameters", text)])
    with problems.under():
        options.check_numbers(runs=runs, seed=seed)
    with problems.under():
        options.use_history_folder(folder)
        judge.check_years(*months, ("--from", "--to"))
    edit, other = None, None
    with problems.under():
        edit = parse_edit(settings, without, theory)
    with problems.under():
        other = read_scores(against) if against else None
    problems.raise_if_any()
    run_judge(edit, other, months, runs, seed, json, hindsight)


def _check_only_with_judge(*given: object) -> None:
    """Raise OptionsError for options that only --leave-one-year-out takes."""
    text = "goes with --leave-one-year-out, which compares two versions of the model; add it"
    names = ("--set", "--without", "--theory", "--against")
    problems = [Problem(name, text) for name, one in zip(names, given, strict=True) if one]
    if problems:
        raise options.OptionsError(problems)


def _print_scores(found: dict[str, Any]) -> None:
    from scenario_sim.validation.scores import RULES, coverage_text, skill_text

    for what, scores in (("months", found), ("six-month totals", found["six_month_totals"])):
        table = make_table([f"of {what}"], [rule.replace("_", " ") for rule in RULES])
        if scores is found:
            table.add_column("skill of the model (95 %)", justify="right", no_wrap=True)
        for name in found["crps"]:
            cells = [f"{scores[rule][name]:.3f}" for rule in RULES]
            if scores is found:
                cells.append(skill_text(found, name) if name in found["skill"] else "")
            table.add_row(name.replace("_", " "), *cells)
        make_console().print(table)
        bands = (
            f"{coverage_text(scores, percent)} in the {percent} % band, where the model's own share "
            f"is {scores['own_coverage'][percent]:.0%}"
            for percent in ("50", "90")
        )
        print(f"Of {what}: {'; '.join(bands)}.")
    _print_skill_by_year(found["skill_by_year"])
    _print_mix(found["mix"])
    print(found["verdict"])
    print(found["bands_verdict"])
    if found["policies_note"]:
        print(found["policies_note"])


def _print_mix(mix: dict[str, Any]) -> None:
    """Print the scores of each class of missile, and of the class of a launch day."""
    from scenario_sim.validation.mix import mix_rows

    heads, *rows = mix_rows(mix)
    table = make_table([heads[0]], heads[1:])
    for row in rows:
        table.add_row(*row)
    make_console().print(table)
    print(mix["verdict"])


def _print_skill_by_year(skill: dict[str, dict[str, float]]) -> None:
    """Print the skill over each baseline in each year of origins."""
    years = list(next(iter(skill.values())))
    table = make_table(["CRPS skill over"], years)
    for name, by_year in skill.items():
        table.add_row(name.replace("_", " "), *(f"{by_year[year]:+.2f}" for year in years))
    make_console().print(table)


def _print_draws_note(found: dict[str, Any], draws: int, start: str) -> None:
    """Print which scores are in sample: of fitted coefficients, and of hand-set ones."""
    from scenario_sim.validation.backtest import FITTED_TO
    from scenario_sim.validation.scores import skill_text

    other = found["hand_set_in_sample"]
    out = start > FITTED_TO
    where = "out of sample" if out else f"in sample to {FITTED_TO}, out of sample after it"
    print(
        f"`model`: {draws} draws of coefficients fitted until {FITTED_TO}, {where}. `model hand set`: set "
        f"knowing\nthese months, in sample: skill {skill_text(other, 'climatology')} against "
        f"climatology, {other['coverage']['90']:.0%} in the 90 % band."
    )


def _as_plain_data(history: HistoricalRecord) -> dict[str, Any]:
    """Return the record as plain data, dates as text."""
    policies = [
        {"date": str(one.date), "settings": dict(one.settings), "source": one.source}
        for one in history.policies.policies
    ]
    return {
        "credit": history.credit,
        "coverage": history.coverage.as_plain_data(),
        "left_out": history.left_out,
        "policies": policies,
    } | {
        name: [
            {key: str(v) if hasattr(v, "isoformat") else v for key, v in row._asdict().items()}
            for row in getattr(history, name)
        ]
        for name in ("acts", "exercises", "contacts")
    }
