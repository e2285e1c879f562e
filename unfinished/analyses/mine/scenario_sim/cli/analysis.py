"""Commands that ask a question of many cells: sweep, sensitivity, discover, robust, search.

Each checks everything first, works then, and prints last. With --out every finished cell is kept,
and the same command goes on from there.
"""

from __future__ import annotations

import json as json_
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenario_sim.cli import options
from scenario_sim.cli.output import HEADER, print_json, progress, say, screen
from scenario_sim.errors import Problem, ScenarioError

if TYPE_CHECKING:
    from scenario_sim.scenario import Scenario

Vary = Annotated[
    list[str] | None,
    typer.Option(
        "--vary",
        metavar="NAME=LOW:HIGH:POINTS",
        help="A lever, hypothesis, circumstance or coefficient; NAME alone takes its whole range, "
        "NAME=A,B,C these values. Again for more.",
    ),
]
Samples = Annotated[
    int | None, typer.Option("--samples", metavar="N", help="How many samples the design takes.")
]
Runs = Annotated[int, typer.Option("--runs", metavar="N", help="How many futures a cell.")]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="DIR", help="Keep every cell; the same command goes on from there."
    ),
]
Outcomes = Annotated[
    list[str] | None, typer.Option("--outcome", metavar="NAME", help="Again for more.")
]
Evaluations = Annotated[
    int, typer.Option("--evaluations", metavar="N", help="How many policies to try.")
]


def sweep(
    name: options.Name,
    vary: Vary = None,
    design: Annotated[str, typer.Option("--design", metavar="grid|lhs|sobol")] = "grid",
    samples: Samples = None,
    outcome: Outcomes = None,
    fresh_luck: Annotated[
        bool, typer.Option("--fresh-luck", help="Luck of its own for every cell; not paired.")
    ] = False,
    runs: Runs = 200,
    seed: options.Seed = 0,
    set_: options.Settings = None,
    change: options.Changes = None,
    weeks: options.Weeks = None,
    out: Out = None,
    jobs: options.Jobs = 1,
    json: options.Json = False,
) -> None:
    """Vary levers, hypotheses, circumstances and coefficients, each combination many times."""
    scenario = _scenario(name, set_, change, weeks, runs, seed, jobs, out)
    from scenario_sim.cli import analysis_tables as tables
    from scenario_sim.studies.questions import sweep as asked

    shown = _outcomes(outcome)
    with _work(f"{scenario.title}: sweep", out) as bar:
        found = asked(
            scenario, vary or (), design, samples, runs=runs, seed=seed, common_luck=not fresh_luck,
            out=out, jobs=jobs, progress=bar,
        )  # fmt: skip
    if json:
        _print_json(tables.sweep_summary(found))
    else:
        tables.show_sweep(screen(), found, shown)
    _end(found.failed)


def sensitivity(
    name: options.Name,
    method: Annotated[str, typer.Option("--method", metavar="morris|sobol")] = "morris",
    over: Annotated[
        str | None,
        typer.Option(
            "--over",
            metavar="KIND",
            help="levers, parameters, both, hypotheses, circumstances or all; levers if nothing "
            "else is said.",
        ),
    ] = None,
    vary: Vary = None,
    samples: Samples = None,
    outcome: Outcomes = None,
    sources: Annotated[
        bool,
        typer.Option(help="Tell luck, parameters, structure and disputed facts apart as well."),
    ] = True,
    runs: Runs = 100,
    seed: options.Seed = 0,
    set_: options.Settings = None,
    change: options.Changes = None,
    weeks: options.Weeks = None,
    out: Out = None,
    jobs: options.Jobs = 1,
    json: options.Json = False,
) -> None:
    """Which inputs move the outcomes (Morris or Sobol), with intervals and convergence."""
    scenario = _scenario(name, set_, change, weeks, runs, seed, jobs, out)
    from scenario_sim.cli import analysis_tables as tables
    from scenario_sim.studies.questions import OUTCOMES
    from scenario_sim.studies.questions import sensitivity as asked

    with _work(f"{scenario.title}: {method}", out) as bar:
        found = asked(
            scenario, method, over, vary or (), samples, outcomes=_outcomes(outcome) or OUTCOMES,
            apart=sources, runs=runs, seed=seed, out=out, jobs=jobs, progress=bar,
        )  # fmt: skip
    if json:
        _print_json(tables.sensitivity_summary(found))
    else:
        tables.show_sensitivity(screen(), found)


def discover(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="What sweep --out kept.")],
    outcome: Annotated[str, typer.Option("--outcome", metavar="NAME")] = "confrontation_risk",
    above: Annotated[
        str | None,
        typer.Option(
            "--above", metavar="Q", help="A value, or a percentage of the cells as in 90%."
        ),
    ] = None,
    below: Annotated[
        str | None, typer.Option("--below", metavar="Q", help="The same, below.")
    ] = None,
    method: Annotated[str, typer.Option("--method", metavar="prim|cart")] = "prim",
    boxes: Annotated[int, typer.Option("--boxes", metavar="N", help="At most so many.")] = 3,
    json: options.Json = False,
) -> None:
    """Which ranges of what was varied lead to an outcome: boxes, their coverage and density."""
    if boxes < 1:
        raise options.BadOptions([Problem("--boxes", f"takes at least 1, not {boxes}")])
    from scenario_sim.cli import analysis_tables as tables
    from scenario_sim.studies.questions import discover as asked

    found = asked(folder, outcome, above=above, below=below, method=method, most=boxes)
    if json:
        _print_json(tables.discovery_summary(found))
    else:
        tables.show_discovery(screen(), found)


def robust(
    name: options.Name,
    policies: Annotated[
        list[str] | None,
        typer.Option(
            "--policies",
            metavar="POLICY,...",
            help="Shipped names, files, or sets as in hotline=0.8+us_threats=0.1; commas between "
            "them, or the option again.",
        ),
    ] = None,
    theories: Annotated[
        str,
        typer.Option("--theories", metavar="presets|corners", help="Corners: of what is disputed."),
    ] = "presets",
    outcome: Outcomes = None,
    runs: Runs = 1000,
    seed: options.Seed = 0,
    set_: options.Settings = None,
    change: options.Changes = None,
    weeks: options.Weeks = None,
    out: Out = None,
    jobs: options.Jobs = 1,
    json: options.Json = False,
) -> None:
    """Policies against theories: regret, which is best under which, which is never worst."""
    scenario = _scenario(name, set_, change, weeks, runs, seed, jobs, out)
    from scenario_sim.cli import analysis_tables as tables
    from scenario_sim.studies.questions import RISK
    from scenario_sim.studies.questions import robust as asked

    given = [part.strip() for text in policies or () for part in text.split(",") if part.strip()]
    with _work(f"{scenario.title}: policies against theories", out) as bar:
        found = asked(
            scenario, given, theories, outcomes=_outcomes(outcome) or (RISK,), runs=runs, seed=seed,
            out=out, jobs=jobs, progress=bar,
        )  # fmt: skip
    if json:
        _print_json(tables.robust_summary(found))
    else:
        tables.show_robust(screen(), found)
    _end(found.failed)


def search(
    name: options.Name,
    levers: Annotated[
        list[str] | None,
        typer.Option("--levers", metavar="LEVER=LOW:HIGH", help="What to search. Again for more."),
    ] = None,
    objectives: Annotated[
        str, typer.Option("--objectives", metavar="NAME,...", help="Outcomes, and cost.")
    ] = "confrontation_risk,provocations,cost",
    cost_weight: Annotated[
        list[str] | None,
        typer.Option("--cost-weight", metavar="LEVER=W", help="What a lever costs; 1 if not said."),
    ] = None,
    evaluations: Evaluations = 400,
    population: Annotated[int, typer.Option("--population", metavar="N")] = 40,
    runs: Runs = 200,
    seed: options.Seed = 0,
    set_: options.Settings = None,
    change: options.Changes = None,
    weeks: options.Weeks = None,
    out: Out = None,
    jobs: options.Jobs = 1,
    json: options.Json = False,
) -> None:
    """Search for policies that none beats in every objective: the Pareto front."""
    scenario, weights = options.all_of(
        lambda: _scenario(name, set_, change, weeks, runs, seed, jobs, out),
        lambda: _weights(cost_weight or ()),
    )
    from scenario_sim.cli import analysis_tables as tables
    from scenario_sim.studies.questions import search_policies as asked

    wanted = [part.strip() for part in objectives.split(",") if part.strip()]
    with _work(f"{scenario.title}: search", out) as bar:
        found = asked(
            scenario, levers or (), wanted, evaluations=evaluations, population=population,
            cost_weights=weights, runs=runs, seed=seed, out=out, jobs=jobs, progress=bar,
        )  # fmt: skip
    if json:
        _print_json(tables.search_summary(found))
    else:
        tables.show_search(screen(), found)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (sweep, sensitivity, discover, robust, search):
        app.command(command.__name__)(command)


def _scenario(name, set_, change, weeks, runs, seed, jobs, out) -> Scenario:
    """The scenario with its edits, every option checked. Raises ScenarioSimError."""
    edits, _, loaded = options.all_of(
        lambda: options.edits(weeks, set_, change),
        lambda: options.check_numbers(runs=runs, seed=seed, jobs=jobs),
        lambda: options.load(name),
    )
    scenario = edits.of(loaded)
    if out is not None:
        options.folder(out)
    return scenario


def _outcomes(said: list[str] | None) -> tuple[str, ...]:
    """Outcomes that there are, with numbers. Raises BadOptions."""
    from scenario_sim.errors import UnknownName
    from scenario_sim.studies.cell_means import NUMBERS

    wrong = [
        Problem("--outcome", str(UnknownName("outcome", name, NUMBERS)))
        for name in said or ()
        if name not in NUMBERS
    ]
    if wrong:
        raise options.BadOptions(wrong)
    return tuple(said or ())


def _weights(said: list[str] | tuple[str, ...]) -> dict[str, float]:
    found, problems = {}, []
    for text in said:
        name, _, number = (part.strip() for part in text.partition("="))
        try:
            found[name] = float(number)
        except ValueError:
            cure = "takes a lever and its weight, as in us_threats=2"
            problems.append(Problem(f"--cost-weight {text}", cure))
    if problems:
        raise options.BadOptions(problems)
    return found


@contextmanager
def _work(task: str, out: Path | None) -> Iterator[Any]:
    """Work that Ctrl-C may stop; what was finished is told."""
    try:
        with progress(task) as bar:
            yield bar
    except ScenarioError as error:
        raise options.renamed(error, runs="--runs", seed="--seed") from None
    except KeyboardInterrupt:
        kept = (
            f"Finished cells are in {out}; the same command goes on."
            if out
            else "Nothing was kept."
        )
        say(f"Stopped. {kept}")
        raise typer.Exit(130) from None


def _print_json(summary: dict[str, Any]) -> None:
    say(HEADER)
    print_json(json_.loads(json_.dumps(summary, default=float)))


def _end(failed: dict) -> None:
    """Exit code 1 where cells failed, and which."""
    if failed:
        first = next(iter(failed))
        say(f"{len(failed)} cells failed; the first, {first}: {failed[first]}")
        raise typer.Exit(1)
