"""The commands. Each checks everything first, works then, and prints last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scenario_sim.cli import options
from scenario_sim.cli.output import HEADER, hand_out, print_json, progress, say, screen
from scenario_sim.cli.reference import lecture, parameters, schema
from scenario_sim.cli.serve import serve
from scenario_sim.cli.teaching import lesson, lessons, role
from scenario_sim.errors import ScenarioError, ScenarioSimError

if TYPE_CHECKING:
    from scenario_sim.cli.results import Shelf
    from scenario_sim.trajectory import Trajectory

app = typer.Typer(
    name="scenario-sim",
    help="A policy-scenario simulator of escalation on the Korean Peninsula. It compares "
    "mechanisms; it does not forecast.",
    epilog="Begin with: scenario-sim list, scenario-sim run status-quo, scenario-sim app",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        from scenario_sim.engine import engine_version

        print(f"scenario-sim {engine_version()}")
        raise typer.Exit()


@app.callback()
def _every_command(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Package and engine."),
    ] = False,
) -> None:
    pass


@app.command("list")
def list_() -> None:
    """The scenarios that come along."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from scenario_sim.scenario_file import cards

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    table.add_column("name", no_wrap=True, style="bold")
    table.add_column("", no_wrap=True)
    table.add_column("title and question", overflow="fold")
    for card in cards():
        text = Text.assemble(f"{card.title}. ", (card.question, "dim"))
        table.add_row(card.name, card.number, text)
    screen().print(table)


@app.command()
def show(
    name: options.Name,
    toml: Annotated[bool, typer.Option("--toml", help="As a file to build on.")] = False,
) -> None:
    """What a scenario asks, where it starts and what it changes."""
    scenario = options.load(name)
    if toml:
        from scenario_sim.scenario_file import dump_scenario

        print(dump_scenario(scenario), end="")
        return
    from scenario_sim.cli.card import show_card

    show_card(screen(), scenario)


@app.command()
def check(files: Annotated[list[str], typer.Argument(metavar="FILE...")]) -> None:
    """Check scenario files: every problem of every file, with line and cure."""

    def checked(file: str) -> None:
        scenario = options.load(file)
        print(
            f"{file}: fine: {scenario.title}, {scenario.weeks} weeks from {scenario.start} "
            f"({scenario.hash[:8]})"
        )

    options.each(checked, files)


@app.command()
def run(
    names: options.Names,
    runs: options.Runs = 1000,
    seed: options.Seed = 0,
    set_: options.Settings = None,
    change: options.Changes = None,
    weeks: options.Weeks = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="Keep outcomes, weeks and the scenario in a folder each."
        ),
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="Outcomes as CSV, not Parquet.")] = False,
    report: options.Report = None,
    json: options.Json = False,
    jobs: options.Jobs = 1,
) -> None:
    """Run scenarios, each many times: what futures do they hold?"""
    edits, _, _, *loaded = options.all_of(
        lambda: options.edits(weeks, set_, change),
        lambda: options.check_numbers(runs=runs, seed=seed, jobs=jobs),
        lambda: options.report_file(report, len(names)),
        *(lambda name=name: options.load(name) for name in names),
    )
    scenarios = options.each(edits.of, loaded)
    from scenario_sim.cli.results import shelves_in
    from scenario_sim.ensemble import simulate

    shelves: list[Shelf] = []
    if out is not None:
        shelves = shelves_in(options.folder(out), scenarios, seed, runs, csv)
    if json:
        say(HEADER)
    with _stoppable(len(scenarios), shelves) as printed:
        for number, scenario in enumerate(scenarios):
            started, shelf = datetime.now(UTC), shelves[number] if shelves else None
            # What was found on disk has no weeks, and a hand-out draws them.
            trajectory = shelf.found() if shelf and not report else None
            if trajectory is None:
                place = f"{number + 1} of {len(scenarios)}: " if len(scenarios) > 1 else ""
                with progress(place + scenario.title) as bar:
                    trajectory = simulate(scenario, runs, seed, jobs=jobs, progress=bar)
                if shelf and not (report and shelf.is_full()):
                    shelf.write(trajectory, started)
                    say(f"Written: {shelf.path}")
            elif shelf:
                say(f"Already there, left as it is: {shelf.path}")
            _print_run(trajectory, json)
            if report:
                hand_out(report, trajectory)
            printed.append(scenario.title)


def _print_run(trajectory: Trajectory, json: bool) -> None:
    if json:
        from scenario_sim.cli.summary import run_summary

        print_json(run_summary(trajectory))
    else:
        from scenario_sim.cli.tables import show_run

        show_run(screen(), trajectory)


@app.command()
def replay(
    name: options.Name,
    run: Annotated[int, typer.Option("--run", metavar="I", help="Which future, from 0.")],
    seed: options.Seed = 0,
    why: Annotated[bool, typer.Option("--why", help="With the terms that decided.")] = False,
    everything: Annotated[
        bool, typer.Option("--everything", help="Words, offers and small thefts as well.")
    ] = False,
    json: options.Json = False,
) -> None:
    """Tell one future: who did what, on which rung, what moved, and why."""
    scenario, _ = options.all_of(
        lambda: options.load(name), lambda: options.check_numbers(seed=seed, run=run)
    )
    from scenario_sim.cli.summary import story_summary
    from scenario_sim.story import tell

    story = tell(scenario, seed, run, why=why, everything=everything)
    if json:
        say(HEADER)
        print_json(story_summary(story))
        return
    from scenario_sim.cli.card import show_story

    show_story(screen(), story)


@app.command()
def compare(
    base: options.Name,
    policy: Annotated[str | None, typer.Argument(metavar="[POLICY]")] = None,
    set_: options.Settings = None,
    change: options.Changes = None,
    runs: options.Runs = 1000,
    seed: options.Seed = 0,
    weeks: options.Weeks = None,
    report: options.Report = None,
    json: options.Json = False,
    jobs: options.Jobs = 1,
) -> None:
    """A policy beside its baseline, on the same luck. --set and --change make the policy."""
    edits, _, _, *loaded = options.all_of(
        lambda: options.edits(None, set_, change),
        lambda: options.check_numbers(runs=runs, seed=seed, jobs=jobs),
        lambda: options.report_file(report),
        *(lambda name=name: options.load(name) for name in (base, policy) if name is not None),
    )
    if policy is None and not edits:
        raise ScenarioSimError(
            "nothing to compare with: name a second scenario, or change this one with --set or "
            "--change, as in --set hotline=0.8"
        )
    length = options.edits(weeks, None, None)
    baseline, other = options.each(length.of, (loaded[0], loaded[-1]))
    other = edits.of(other)
    from scenario_sim.comparison import compare as compared

    with _stoppable(1), progress(f"{baseline.title}, with and without") as bar:
        comparison = compared(baseline, other, runs, seed, jobs=jobs, progress=bar)
    if json:
        from scenario_sim.cli.summary import comparison_summary

        say(HEADER)
        print_json(comparison_summary(comparison))
    else:
        from scenario_sim.cli.tables import show_comparison

        show_comparison(screen(), comparison)
    if report:
        hand_out(report, comparison.baseline, comparison.policy)


app.command("lecture")(lecture)
app.command("lessons")(lessons)
app.command("lesson")(lesson)
app.command("role")(role)
app.command("parameters")(parameters)
app.command("schema")(schema)
app.command("app")(serve)


@contextmanager
def _stoppable(wanted: int, shelves: Sequence[Shelf] = ()) -> Iterator[list[str]]:
    """Work that Ctrl-C may stop: says what there is by then, as the disk has it. Yields a list for
    what has been printed. An error about runs or seeds names the option."""
    printed: list[str] = []
    try:
        yield printed
    except ScenarioError as error:
        raise options.renamed(error, runs="--runs", seed="--seed") from None
    except KeyboardInterrupt:
        kept = [str(shelf.path) for shelf in shelves if shelf.is_full()]
        if kept:
            say(f"Stopped after {len(kept)} of {wanted}. Kept, complete: {', '.join(kept)}")
        elif printed:
            done = f"{len(printed)} of {wanted}"
            say(f"Stopped after {done}; printed, but not kept: there was no --out.")
        else:
            say("Stopped. Nothing was kept.")
        raise typer.Exit(130) from None
