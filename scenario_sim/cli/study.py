"""The command `study`: run a study file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenario_sim.cli import options
from scenario_sim.cli.analysis_options import open_session
from scenario_sim.cli.output import (
    make_console,
    make_table,
    print_message,
    print_output,
)
from scenario_sim.errors import Problem, ProblemCollector
from scenario_sim.reporting.messages import DISCLAIMER

if TYPE_CHECKING:
    from scenario_sim.studies.study_file import Study, StudyResult

MAX_ROWS, MAX_COLUMNS = 12, 8  # of a table in the terminal
DRAWN = "cluster_weeks-"  # a table of weeks, which the report draws and the terminal leaves out


def study(
    file: Annotated[Path, typer.Argument(metavar="FILE.toml", help="A study file.")],
    out: options.Out = None,
    part: Annotated[
        str | None,
        typer.Option(
            "--shard",
            metavar="K/N",
            help="Run the K-th of N parts of the design, for an array job. Merge the folders with "
            "`merge`, then run the study on the merged folder to analyse it.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check the file and print its size; run nothing.")
    ] = False,
    json: options.Json = False,
    jobs: options.Jobs = 1,
    cluster: options.Cluster = None,
    weekly: options.Weekly = False,
    csv: options.Csv = False,
    record: options.HistoryFolder = None,
    plugin: options.PluginFiles = None,
) -> None:
    """Run a study file: scenarios, factors, design, outcomes, seeds and analyses."""
    from scenario_sim.studies.study_file import load_study, run_study_file

    problems, loaded, chosen = ProblemCollector(options.ERROR_TITLE), None, (1, 1)
    with problems.under():
        options.check_numbers(jobs=jobs)
    with problems.under():
        options.check_cluster(cluster, jobs)
    with problems.under():
        options.use_history_folder(record)
    with problems.under():
        options.check_output_given(out, csv, weekly)
    with problems.under():
        chosen = parse_part(part)
    with problems.under():
        loaded = load_study(file, plugin or ())
    if chosen[1] > 1 and out is None:
        problems.add([Problem("--shard", "needs a folder: --out DIR")])
    problems.raise_if_any()
    assert loaded
    if dry_run:
        _print_size(loaded, json)
        return
    if out is not None:
        options.make_output_folder(out)
    with open_session(loaded.title, out, jobs, cluster, weekly, csv) as session:
        found = run_study_file(loaded, part=chosen, **session)
    if json:
        print_message(DISCLAIMER)
        from scenario_sim.cli.json_models.studies import StudyOutput

        print_output(StudyOutput, _summary(found))
    else:
        _show(found)
    _report_gaps(found, out)


def parse_part(text: str | None) -> tuple[int, int]:
    """Return (K, N) of K/N; (1, 1) for None. Raises OptionsError."""
    if text is None:
        return 1, 1
    said = re.fullmatch(r"\s*(\d{1,6})\s*/\s*(\d{1,6})\s*", text)
    number, parts = (int(said[1]), int(said[2])) if said else (0, 0)
    if not 1 <= number <= parts:
        told = "takes K/N with K from 1 to N, as in 1/4"
        raise options.OptionsError([Problem(f"--shard {text}", told)])
    return number, parts


def _print_size(study: Study, json: bool) -> None:
    from scenario_sim.studies.study_file.plan import StudyPlan

    plan = StudyPlan(study)
    points = len(plan.design())
    runs = points * len(study.seeds) * study.runs
    if json:
        from scenario_sim.cli.json_models.folders import StudySizeOutput

        size = {"title": study.title, "design_points": points, "seeds": study.seeds, "runs": runs}
        print_output(
            StudySizeOutput, size | {"weeks": plan.scenario.weeks, "factors": plan.factors}
        )
        return
    most = "at most " if study.until else ""
    print(
        f"{study.title}: fine: {points:,} design points, {len(study.seeds)} seeds, "
        f"{most}{runs:,} runs of {plan.scenario.weeks} weeks; varies {', '.join(plan.factors)}"
    )


def _summary(found: StudyResult) -> dict[str, Any]:
    import json

    return {
        "study": found.study.model_dump(mode="json", exclude_defaults=True),
        **({"plugins": found.plugins} if found.plugins else {}),
        "engine": found.engine,
        "results": json.loads(found.table.to_json(orient="records", double_precision=15)),
        "analyses": {
            name: json.loads(table.reset_index().to_json(orient="records", double_precision=15))
            for name, table in found.analyses.items()
        },
        "precision": found.precision.to_dict("records"),
        "failed": found.failed,
        "missing": found.missing,
    }


def _show(found: StudyResult) -> None:
    console = make_console()
    console.print(f"{found.study.title}. {DISCLAIMER}")
    shown = found.table[[name for name in found.table if not str(name).startswith("mcse:")]]
    _show_table(console, "Results", shown)
    if len(found.precision):
        _show_table(console, "Precision", found.precision)
    for name, table in found.analyses.items():
        if name.startswith(DRAWN):
            continue
        named = table.reset_index() if table.index.name or table.index.dtype == object else table
        _show_table(console, name.replace("-", " of ", 1), named)


def _show_table(console: Any, title: str, frame: Any) -> None:
    """Print the first rows and columns of a table, and say what is left out."""
    table = make_table(title=title, title_justify="left")
    names = list(frame)[:MAX_COLUMNS]
    for name in names:
        number = frame[name].dtype.kind in "if"
        table.add_column(str(name), justify="right" if number else "left", overflow="fold")
    for row in frame[names].head(MAX_ROWS).itertuples(index=False):
        cells = (f"{cell:.4g}" if isinstance(cell, float) else str(cell) for cell in row)
        table.add_row(*cells)
    console.print(table)
    rows, columns = len(frame) - MAX_ROWS, len(list(frame)) - MAX_COLUMNS
    left = [f"{rows:,} more rows"] * (rows > 0) + [f"{columns} more columns"] * (columns > 0)
    if left:
        console.print(f"{' and '.join(left)}: see --json, or results.csv in the folder of --out")


def _report_gaps(found: StudyResult, out: Path | None) -> None:
    """Say what is missing; exit with code 1 where cells failed."""
    if found.missing:
        print_message(
            f"{found.missing:,} cells belong to other shards. Merge the folders with "
            "`scenario-sim merge`, then run this study on the merged folder to analyse it."
        )
    elif out is not None and not found.failed:
        print_message(f"Written: {out} (results.csv, study.toml, analyses)")
    if found.failed:
        first, text = next(iter(found.failed.items()))
        print_message(f"{len(found.failed)} cells failed; the first, {first}: {text}")
        raise typer.Exit(1)
