"""Commands that analyse many cells: sweep, sensitivity, discover, robust, search.

Each checks all options first, then works, and prints last. With --out every finished cell is saved,
and the same command resumes from there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenario_sim.cli import options
from scenario_sim.cli.analysis_options import StudyOptions
from scenario_sim.cli.completion import complete_inputs
from scenario_sim.cli.output import make_console, print_message, print_output
from scenario_sim.errors import Problem, ProblemCollector
from scenario_sim.reporting.messages import DISCLAIMER

if TYPE_CHECKING:
    from scenario_sim.scenario import Scenario

Vary = Annotated[
    list[str] | None,
    typer.Option(
        "--vary",
        metavar="NAME=LOW:HIGH:POINTS",
        autocompletion=complete_inputs,
        help="Lever, hypothesis, circumstance or coefficient to vary. NAME alone takes its whole "
        "range, NAME=A,B,C these values. Repeatable.",
    ),
]
Samples = Annotated[
    int | None, typer.Option("--samples", metavar="N", help="Number of samples of the design.")
]


def sweep(
    name: options.Name,
    vary: Vary = None,
    design: Annotated[
        str, typer.Option("--design", metavar="grid|lhs|sobol", help="Design of the samples.")
    ] = "grid",
    samples: Samples = None,
    outcome: options.Outcomes = None,
    fresh_luck: Annotated[
        bool,
        typer.Option(
            "--fresh-luck", help="Draw random numbers anew for every cell, so none are paired."
        ),
    ] = False,
    json: options.Json = False,
    print_study: options.PrintStudy = False,
    runs: options.RunsPerCell = 200,
    seed: options.Seed = 0,
    set_: options.Settings = None,
    change: options.Changes = None,
    weeks: options.Weeks = None,
    out: options.Out = None,
    jobs: options.Jobs = 1,
    cluster: options.Cluster = None,
    weekly: options.Weekly = False,
    csv: options.Csv = False,
    record: options.HistoryFolder = None,
    plugin: options.PluginFiles = None,
) -> None:
    """Vary levers, hypotheses, circumstances and coefficients, and simulate each combination."""
    from scenario_sim.cli import analysis_tables as tables
    from scenario_sim.studies import workflows

    study = StudyOptions(
        name, runs, seed, set_, change, weeks, out, jobs, cluster, weekly, csv, record, plugin
    )
    scenario = study.load_scenario(
        lambda given: workflows.sweep_design(given, vary or (), design, samples, seed),
        lambda given: _check_outcomes(given, outcome),
    )
    if print_study:
        from scenario_sim.studies.design.inputs import parse_inputs
        from scenario_sim.studies.study_file.short_forms import sweep_study

        base = study.base_of_study("sweep") | {"common_random_numbers": not fresh_luck}
        base |= {"outcomes": outcome} if outcome else {}
        varied = parse_inputs(scenario, vary or ())
        print(sweep_study(base, varied, design, samples).to_toml(), end="")
        return
    with study.open_session(f"{scenario.title}: sweep") as session:
        found = workflows.sweep(
            scenario, vary or (), design, samples, runs=runs, seed=seed,
            common_luck=not fresh_luck, **session,
        )  # fmt: skip
    _print_result(
        json,
        "SweepOutput",
        lambda: tables.sweep_summary(found),
        lambda: tables.show_sweep(make_console(), found, tuple(outcome or ())),
    )
    _exit_if_failed(found.failed)


def sensitivity(
    name: options.Name,
    method: Annotated[
        str, typer.Option("--method", metavar="morris|sobol", help="Method of the analysis.")
    ] = "morris",
    over: Annotated[
        str | None,
        typer.Option(
            "--over",
            metavar="KIND",
            help="Kind of input: levers (the default), parameters, both, hypotheses, "
            "circumstances or all.",
        ),
    ] = None,
    vary: Vary = None,
    samples: Samples = None,
    outcome: options.Outcomes = None,
    sources: Annotated[
        bool,
        typer.Option(
            help="Also compare the variance from luck, parameters, structure and disputed facts."
        ),
    ] = True,
    json: options.Json = False,
    print_study: options.PrintStudy = False,
    runs: options.RunsPerCell = 100,
    seed: options.Seed = 0,
    set_: options.Settings = None,
    change: options.Changes = None,
    weeks: options.Weeks = None,
    out: options.Out = None,
    jobs: options.Jobs = 1,
    cluster: options.Cluster = None,
    weekly: options.Weekly = False,
    csv: options.Csv = False,
    record: options.HistoryFolder = None,
    plugin: options.PluginFiles = None,
) -> None:
    """Rank inputs by their effect on the outcomes (Morris or Sobol), with confidence intervals."""
    from scenario_sim.cli import analysis_tables as tables
    from scenario_sim.studies import workflows

    wanted = tuple(outcome or workflows.OUTCOMES)
    study = StudyOptions(
        name, runs, seed, set_, change, weeks, out, jobs, cluster, weekly, csv, record, plugin
    )
    scenario = study.load_scenario(
        lambda given: workflows.sensitivity_inputs(given, method, over, vary or (), samples, wanted)
    )
    if print_study:
        from scenario_sim.studies.study_file.short_forms import sensitivity_study

        varied = workflows.sensitivity_inputs(scenario, method, over, vary or (), samples, wanted)
        base = study.base_of_study(method)
        print(sensitivity_study(base, varied, method, samples, wanted).to_toml(), end="")
        return
    with study.open_session(f"{scenario.title}: {method}") as session:
        found = workflows.sensitivity(
            scenario, method, over, vary or (), samples, outcomes=wanted, apart=sources, runs=runs,
            seed=seed, **session,
        )  # fmt: skip
    _print_result(
        json,
        "SensitivityOutput",
        lambda: tables.sensitivity_summary(found),
        lambda: tables.show_sensitivity(make_console(), found),
    )


def discover(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a sweep's --out.")],
    outcome: Annotated[
        str, typer.Option("--outcome", metavar="NAME", help="Outcome to explain.")
    ] = "confrontation_risk",
    above: Annotated[
        str | None,
        typer.Option(
            "--above",
            metavar="Q",
            help="Select cells above a value, or above a percentage of the cells, as in 90%.",
        ),
    ] = None,
    below: Annotated[
        str | None, typer.Option("--below", metavar="Q", help="Select cells below, likewise.")
    ] = None,
    method: Annotated[
        str, typer.Option("--method", metavar="prim|pca_prim|cart", help="Method of the search.")
    ] = "prim",
    boxes: Annotated[
        int, typer.Option("--boxes", metavar="N", help="Largest number of boxes.")
    ] = 3,
    json: options.Json = False,
) -> None:
    """Find ranges of the varied inputs that lead to an outcome: boxes, coverage, density."""
    from scenario_sim.cli import analysis_tables as tables
    from scenario_sim.studies import workflows

    found = workflows.discover(folder, outcome, above=above, below=below, method=method, most=boxes)
    _print_result(
        json,
        "DiscoverOutput",
        lambda: tables.discovery_summary(found, folder),
        lambda: tables.show_discovery(make_console(), found),
    )


def robust(
    name: options.Name,
    policies: Annotated[
        list[str] | None,
        typer.Option(
            "--policies",
            metavar="POLICY,...",
            help="Shipped names, files, or settings as in hotline=0.8+us_threats=0.1, with commas "
            "between them. Repeatable.",
        ),
    ] = None,
    theories: Annotated[
        str,
        typer.Option(
            "--theories",
            metavar="presets|corners",
            help="The preset theories, or the corners of the disputed hypotheses.",
        ),
    ] = "presets",
    outcome: options.Outcomes = None,
    json: options.Json = False,
    print_study: options.PrintStudy = False,
    runs: options.RunsPerCell = 1000,
    seed: options.Seed = 0,
    set_: options.Settings = None,
    change: options.Changes = None,
    weeks: options.Weeks = None,
    out: options.Out = None,
    jobs: options.Jobs = 1,
    cluster: options.Cluster = None,
    weekly: options.Weekly = False,
    csv: options.Csv = False,
    record: options.HistoryFolder = None,
    plugin: options.PluginFiles = None,
) -> None:
    """Compare policies under rival theories: regret, best per theory, never worst."""
    from scenario_sim.cli import analysis_tables as tables
    from scenario_sim.studies import policy_workflows as workflows
    from scenario_sim.studies.workflows import RISK

    wanted = tuple(outcome or (RISK,))
    named = [part.strip() for text in policies or () for part in text.split(",") if part.strip()]
    study = StudyOptions(
        name, runs, seed, set_, change, weeks, out, jobs, cluster, weekly, csv, record, plugin
    )
    scenario = study.load_scenario(
        lambda given: workflows.check_policy_inputs(given, named, theories, wanted)
    )
    if print_study:
        from scenario_sim.studies.study_file.short_forms import robust_study

        base = study.base_of_study("policies against theories")
        print(robust_study(base, named, theories, wanted).to_toml(), end="")
        return
    with study.open_session(f"{scenario.title}: policies against theories") as session:
        found = workflows.robust(
            scenario, named, theories, outcomes=wanted, runs=runs, seed=seed, **session
        )
    _print_result(
        json,
        "RobustOutput",
        lambda: tables.robust_summary(found),
        lambda: tables.show_robust(make_console(), found),
    )
    _exit_if_failed(found.failed)


def search(
    name: options.Name,
    levers: Annotated[
        list[str] | None,
        typer.Option(
            "--levers", metavar="LEVER=LOW:HIGH", help="Lever to search over. Repeatable."
        ),
    ] = None,
    objectives: Annotated[
        str,
        typer.Option("--objectives", metavar="NAME,...", help="Objectives: outcomes, and cost."),
    ] = "confrontation_risk,provocations,cost",
    cost_weight: Annotated[
        list[str] | None,
        typer.Option(
            "--cost-weight", metavar="LEVER=W", help="Cost of a lever; 1 by default. Repeatable."
        ),
    ] = None,
    evaluations: Annotated[
        int, typer.Option("--evaluations", metavar="N", help="Number of policies to evaluate.")
    ] = 400,
    population: Annotated[
        int, typer.Option("--population", metavar="N", help="Number of policies per generation.")
    ] = 40,
    theories: Annotated[
        str | None,
        typer.Option(
            "--theories",
            metavar="presets|corners",
            help="Judge a policy by its worst value over these theories.",
        ),
    ] = None,
    searches: Annotated[
        int,
        typer.Option(
            "--searches", metavar="N", help="Number of searches, whose fronts are merged."
        ),
    ] = 1,
    json: options.Json = False,
    runs: options.RunsPerCell = 200,
    seed: options.Seed = 0,
    set_: options.Settings = None,
    change: options.Changes = None,
    weeks: options.Weeks = None,
    out: options.Out = None,
    jobs: options.Jobs = 1,
    cluster: options.Cluster = None,
    weekly: options.Weekly = False,
    csv: options.Csv = False,
    record: options.HistoryFolder = None,
    plugin: options.PluginFiles = None,
) -> None:
    """Search for policies that no other beats in every objective: the Pareto front."""
    from scenario_sim.cli import analysis_tables as tables
    from scenario_sim.studies import search_workflow as workflows

    wanted = [part.strip() for part in objectives.split(",") if part.strip()]
    weights, bad_weights = _parse_weights(cost_weight or ())
    study = StudyOptions(
        name, runs, seed, set_, change, weeks, out, jobs, cluster, weekly, csv, record, plugin
    )
    scenario = study.load_scenario(
        lambda given: workflows.check_search_inputs(
            given, levers or (), wanted, evaluations, population, weights, theories, searches
        ),
        lambda _: _raise_if_any(bad_weights),
    )
    with study.open_session(f"{scenario.title}: search") as session:
        found = workflows.search_policies(
            scenario, levers or (), wanted, worlds=theories, evaluations=evaluations,
            population=population, searches=searches, cost_weights=weights, runs=runs, seed=seed,
            **session,
        )  # fmt: skip
    _print_result(
        json,
        "SearchOutput",
        lambda: tables.search_summary(found),
        lambda: tables.show_search(make_console(), found),
    )


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    for command in (sweep, sensitivity, discover, robust, search):
        app.command(command.__name__)(command)


def _print_result(
    json: bool, output: str, summary: Callable[[], dict[str, Any]], show: Callable[[], None]
) -> None:
    """Print JSON, as a model of `json_models` checks it, or the table."""
    if not json:
        show()
        return
    from scenario_sim.cli.json_models import registry as models

    print_message(DISCLAIMER)
    print_output(getattr(models, output), summary())


def _check_outcomes(scenario: Scenario, outcomes: list[str] | None) -> None:
    from scenario_sim.studies.analysis.statistics import numeric_outcomes

    problems = ProblemCollector(options.ERROR_TITLE)
    problems.check_names("--outcome", "outcome", outcomes or (), numeric_outcomes(scenario))
    problems.raise_if_any()


def _parse_weights(texts: Sequence[str]) -> tuple[dict[str, float], list[Problem]]:
    """Return the cost of each lever, and the problems of texts that hold none."""
    weights, problems = {}, []
    for text in texts:
        name, _, number = (part.strip() for part in text.partition("="))
        try:
            weights[name] = float(number)
        except ValueError:
            cure = "takes a lever and its weight, as in us_threats=2"
            problems.append(Problem(f"--cost-weight {text}", cure))
    return weights, problems


def _raise_if_any(problems: Sequence[Problem]) -> None:
    if problems:
        raise options.OptionsError(problems)


def _exit_if_failed(failed: dict) -> None:
    """Exit with code 1 and the first error where cells failed."""
    if failed:
        first = next(iter(failed))
        print_message(f"{len(failed)} cells failed; the first, {first}: {failed[first]}")
        raise typer.Exit(1)
