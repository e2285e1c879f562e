"""Commands that ask a question of many cells: sweep, sensitivity, discover, robust, search.

Each checks everything first, works then, and prints last. With --out every finished cell is kept,
and the same command goes on from there.
"""

from __future__ import annotations

import json as json_
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from scenario_sim.cli import options
from scenario_sim.cli.analysis_options import Asked, question
from scenario_sim.cli.output import HEADER, make_console, print_json, print_message
from scenario_sim.errors import Problem, ProblemCollector

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
Outcomes = Annotated[
    list[str] | None, typer.Option("--outcome", metavar="NAME", help="Again for more.")
]
Evaluations = Annotated[
    int, typer.Option("--evaluations", metavar="N", help="How many policies to try.")
]


@question(runs=200)
def sweep(
    asked: Asked,
    vary: Vary = None,
    design: Annotated[str, typer.Option("--design", metavar="grid|lhs|sobol")] = "grid",
    samples: Samples = None,
    outcome: Outcomes = None,
    fresh_luck: Annotated[
        bool, typer.Option("--fresh-luck", help="Luck of its own for every cell; not paired.")
    ] = False,
    json: options.Json = False,
) -> None:
    """Vary levers, hypotheses, circumstances and coefficients, each combination many times."""
    from scenario_sim.cli import analysis_tables as tables
    from scenario_sim.studies import workflows

    scenario = asked.checked(
        lambda given: workflows.sweep_design(given, vary or (), design, samples, asked.seed),
        lambda _: _known(outcome),
    )
    with asked.work(f"{scenario.title}: sweep") as doing:
        found = workflows.sweep(
            scenario, vary or (), design, samples, runs=asked.runs, seed=asked.seed,
            common_luck=not fresh_luck, **doing,
        )  # fmt: skip
    if json:
        _print_json(tables.sweep_summary(found))
    else:
        tables.show_sweep(make_console(), found, tuple(outcome or ()))
    _end(found.failed)


@question(runs=100)
def sensitivity(
    asked: Asked,
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
    json: options.Json = False,
) -> None:
    """Which inputs move the outcomes (Morris or Sobol), with intervals and convergence."""
    from scenario_sim.cli import analysis_tables as tables
    from scenario_sim.studies import workflows

    wanted = tuple(outcome or workflows.OUTCOMES)
    scenario = asked.checked(
        lambda given: workflows.sensitivity_inputs(given, method, over, vary or (), samples, wanted)
    )
    with asked.work(f"{scenario.title}: {method}") as doing:
        found = workflows.sensitivity(
            scenario, method, over, vary or (), samples, outcomes=wanted, apart=sources, runs=asked.runs,
            seed=asked.seed, **doing,
        )  # fmt: skip
    if json:
        _print_json(tables.sensitivity_summary(found))
    else:
        tables.show_sensitivity(make_console(), found)


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
    from scenario_sim.cli import analysis_tables as tables
    from scenario_sim.studies.workflows import discover as asked

    found = asked(folder, outcome, above=above, below=below, method=method, most=boxes)
    if json:
        _print_json(tables.discovery_summary(found))
    else:
        tables.show_discovery(make_console(), found)


@question(runs=1000)
def robust(
    asked: Asked,
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
    json: options.Json = False,
) -> None:
    """Policies against theories: regret, which is best under which, which is never worst."""
    from scenario_sim.cli import analysis_tables as tables
    from scenario_sim.studies import policy_workflows as questions

    wanted = tuple(outcome or (questions.RISK,))
    named = [part.strip() for text in policies or () for part in text.split(",") if part.strip()]
    scenario = asked.checked(
        lambda given: questions.check_policy_inputs(given, named, theories, wanted)
    )
    with asked.work(f"{scenario.title}: policies against theories") as doing:
        found = questions.robust(
            scenario, named, theories, outcomes=wanted, runs=asked.runs, seed=asked.seed, **doing
        )
    if json:
        _print_json(tables.robust_summary(found))
    else:
        tables.show_robust(make_console(), found)
    _end(found.failed)


@question(runs=200)
def search(
    asked: Asked,
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
    json: options.Json = False,
) -> None:
    """Search for policies that none beats in every objective: the Pareto front."""
    from scenario_sim.cli import analysis_tables as tables
    from scenario_sim.studies import policy_workflows as questions

    wanted = [part.strip() for part in objectives.split(",") if part.strip()]
    weights, wrong = _weights(cost_weight or ())
    scenario = asked.checked(
        lambda given: questions.check_search_inputs(
            given, levers or (), wanted, evaluations, population, weights
        ),
        lambda _: _refuse(wrong),
    )
    with asked.work(f"{scenario.title}: search") as doing:
        found = questions.search_policies(
            scenario, levers or (), wanted, evaluations=evaluations, population=population,
            cost_weights=weights, runs=asked.runs, seed=asked.seed, **doing,
        )  # fmt: skip
    if json:
        _print_json(tables.search_summary(found))
    else:
        tables.show_search(make_console(), found)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (sweep, sensitivity, discover, robust, search):
        app.command(command.__name__)(command)


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise options.OptionsError(problems)


def _known(outcomes: list[str] | None) -> None:
    from scenario_sim.studies.analysis.statistics import NUMERIC_OUTCOMES

    collector = ProblemCollector("this study cannot be made")
    collector.check_names("--outcome", "outcome", outcomes or (), NUMERIC_OUTCOMES)
    collector.raise_if_any()


def _weights(said: Sequence[str]) -> tuple[dict[str, float], list[Problem]]:
    """What levers cost, and what could not be read."""
    found, problems = {}, []
    for text in said:
        name, _, number = (part.strip() for part in text.partition("="))
        try:
            found[name] = float(number)
        except ValueError:
            cure = "takes a lever and its weight, as in us_threats=2"
            problems.append(Problem(f"--cost-weight {text}", cure))
    return found, problems


def _print_json(summary: dict[str, Any]) -> None:
    print_message(HEADER)
    print_json(json_.loads(json_.dumps(summary, default=float)))


def _end(failed: dict) -> None:
    """Exit code 1 where cells failed, and which."""
    if failed:
        first = next(iter(failed))
        print_message(f"{len(failed)} cells failed; the first, {first}: {failed[first]}")
        raise typer.Exit(1)
