"""The command `compare`: a policy against its baseline on the same random draws."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenario_sim.cli import options
from scenario_sim.cli.batch import print_written
from scenario_sim.cli.calibration import (
    check_goes_with_parameters,
    load_draws,
    show_posterior_comparison,
)
from scenario_sim.cli.ensembles import apply_to_each, stoppable
from scenario_sim.cli.output import (
    make_console,
    print_advice,
    print_message,
    print_output,
    progress_bar,
    simulate_theories,
    study_progress,
    write_report_file,
)
from scenario_sim.cli.scenario_edits import ScenarioEdits, parse_edits
from scenario_sim.cli.why import explain_comparison, explanation_summary, show_explanation
from scenario_sim.errors import ProblemCollector, ScenarioSimError
from scenario_sim.reporting.messages import DISCLAIMER

if TYPE_CHECKING:
    from scenario_sim.reporting.charts import TheoryComparison
    from scenario_sim.scenario import Scenario
    from scenario_sim.simulation.change_explanation import ChangeExplanation
    from scenario_sim.simulation.comparison import Comparison
    from scenario_sim.studies.stopping import Precision, Until
    from scenario_sim.validation.calibration.posterior import Posterior


@dataclass(frozen=True)
class _Work:
    """Two scenarios to compare, and how."""

    baseline: Scenario
    policy: Scenario
    runs: int
    seed: int
    jobs: int
    cluster: str | None
    until: Until | None
    out: Path | None

    @property
    def title(self) -> str:
        return f"{self.baseline.title}, with and without"


def compare(
    base: options.Name,
    policy: Annotated[
        str | None,
        typer.Argument(metavar="[POLICY]", help="Scenario to compare with; also a name or a file."),
    ] = None,
    set_: options.Settings = None,
    change: options.Changes = None,
    runs: options.RunsOrMost = None,
    seed: options.Seed = 0,
    weeks: options.Weeks = None,
    out: options.Out = None,
    until: options.Until = None,
    record: options.HistoryFolder = None,
    plugin: options.PluginFiles = None,
    parameters: options.Parameters = None,
    theories: options.Theories = False,
    why: Annotated[
        bool,
        typer.Option("--why", help="Say through which links the policy reaches the risk."),
    ] = False,
    cut: Annotated[
        list[str] | None,
        typer.Option(
            "--cut", metavar="LINK", help="Cut a link of --why on both sides. Repeatable."
        ),
    ] = None,
    report: options.Report = None,
    json: options.Json = False,
    quiet: options.Quiet = False,
    jobs: options.Jobs = 1,
    cluster: options.Cluster = None,
) -> None:
    """Compare a policy with its baseline on the same random draws.

    --set and --change apply to the policy; without POLICY they make it from the baseline.
    """
    problems, loaded = ProblemCollector(options.ERROR_TITLE), []
    wanted = options.choose_runs(runs, until)
    edits, target, draws = None, None, None
    for check in (
        lambda: options.use_history_folder(record),
        lambda: options.check_numbers(runs=wanted, seed=seed, jobs=jobs),
        lambda: options.check_cluster(cluster, jobs),
        lambda: options.check_report_path(report),
        lambda: check_goes_with_parameters(
            parameters, until=until, theories=theories, why=why, report=report
        ),
    ):
        with problems.under():
            check()
    with problems.under():
        edits = parse_edits(None, set_, change)
    with problems.under():
        draws = load_draws(parameters)
    for name in filter(None, (base, policy)):
        with problems.under():
            loaded.append(options.load_named_scenario(name, plugin))
    with problems.under():
        target = options.parse_until(until, loaded=loaded)
    problems.raise_if_any()
    baseline, other = _make_sides(loaded, edits or parse_edits(None, None, None), weeks, cut)
    if not quiet:
        if options.scenario_if_shipped(base, baseline) is None:
            print_advice(baseline)
        print_advice(other, baseline)
    if out is not None:
        options.make_output_folder(out)
    work = _Work(baseline, other, wanted, seed, jobs, cluster, target, out)
    if draws is not None:
        _compare_under_draws(work, draws, json)
    else:
        shown = theories or bool(report) or not (json or quiet)
        _compare_and_print(work, shown, theories, why, report, json)


def _compare_and_print(
    work: _Work, theories: bool, every_theory: bool, why: bool, report: Path | None, json: bool
) -> None:
    """Simulate, print, and write the report; `theories` simulates the comparison under each."""
    with stoppable(1, work.out):
        found, precision = _simulate(work)
        under = simulate_theories(found.baseline, found.policy, work.jobs) if theories else None
        reasons = explain_comparison(found) if why else None
    _print_comparison(found, under, reasons, json, every_theory, precision)
    if report:
        with stoppable(1):
            found = _with_weeks(found, work.jobs)
            write_report_file(report, found.baseline, found.policy, work.jobs, under, why=reasons)


def _make_sides(
    loaded: Sequence[Scenario], edits: ScenarioEdits, weeks: int | None, cut: list[str] | None
) -> tuple[Scenario, Scenario]:
    """Return baseline and policy, edited. Raises ScenarioSimError."""
    if len(loaded) == 1 and not edits:
        raise ScenarioSimError(
            "nothing to compare with: name a second scenario, or change this one with --set or "
            "--change, as in --set hotline=0.8"
        )
    length = parse_edits(weeks, None, None)
    baseline, other = apply_to_each(length, (loaded[0], loaded[-1]))
    other = edits.apply_to(other)
    with options.attribute_problems_to("--cut"):
        baseline, other = (side.with_mechanisms_off(*(cut or ())) for side in (baseline, other))
    return baseline, other


def _simulate(work: _Work) -> tuple[Comparison, Sequence[Precision]]:
    """Return the comparison, in memory or through a store, and the precision of each metric."""
    if work.out is None and work.until is None and work.cluster is None:
        from scenario_sim.simulation import comparison

        with progress_bar(work.title) as bar:
            found = comparison.compare(
                work.baseline, work.policy, work.runs, work.seed, jobs=work.jobs, progress=bar
            )
            return found, ()
    from scenario_sim.studies.cells import Cell
    from scenario_sim.studies.paired import compare_in_store

    with ExitStack() as stack:
        folder = work.out or Path(stack.enter_context(TemporaryDirectory(prefix="scenario-sim-")))
        executor = stack.enter_context(options.open_executor(work.jobs, work.cluster))
        progress, _ = stack.enter_context(study_progress(work.title))
        found, summary = compare_in_store(
            work.baseline, work.policy, folder, work.runs, work.seed, until=work.until,
            executor=executor, progress=progress,
        )  # fmt: skip
    if work.out is not None:
        print_written(summary, work.out)
    precision = summary.precision.get(Cell(work.policy, work.seed, 1).key, ())
    for one in precision:
        print_message(f"{work.policy.title}, {found.baseline.runs.size:,} runs of each side: {one}")
    return found, precision


def _with_weeks(found: Comparison, jobs: int) -> Comparison:
    """Return the comparison with its weeks, simulated again where it has none."""
    base, policy = found.baseline, found.policy
    if all(one.recording is not None or one.histograms for one in (base, policy)):
        return found
    from scenario_sim.simulation import comparison

    with progress_bar(base.scenario.title) as bar:
        return comparison.compare(
            base.scenario, policy.scenario, int(base.runs.size), base.seed, jobs=jobs, progress=bar
        )


def _compare_under_draws(work: _Work, draws: Posterior, json: bool) -> None:
    """Print the differences under draws of coefficients: `compare --parameters`."""
    from scenario_sim.validation.calibration.paired_predictive import compare_predictive

    serial = work.jobs == 1 and work.cluster is None
    with (
        stoppable(1, work.out),
        options.open_executor(work.jobs, work.cluster) as executor,
        progress_bar(work.title) as bar,
    ):
        found = compare_predictive(
            work.baseline, work.policy, draws, work.runs, work.seed, out=work.out,
            executor=None if serial else executor, progress=bar,
        )  # fmt: skip
    if json:
        from scenario_sim.cli.json_models.ensembles import PosteriorCompareOutput
        from scenario_sim.cli.json_output import posterior_comparison_summary

        print_message(DISCLAIMER)
        print_output(PosteriorCompareOutput, posterior_comparison_summary(found))
        return
    show_posterior_comparison(found)


def _print_comparison(
    comparison: Comparison,
    theories: Sequence[TheoryComparison] | None,
    why: ChangeExplanation | None,
    json: bool,
    every_theory: bool,
    precision: Sequence[Precision],
) -> None:
    """Print the comparison, and in how many theories it has the same sign; or print JSON."""
    if json:
        from scenario_sim.cli.json_models.ensembles import CompareOutput
        from scenario_sim.cli.json_output import comparison_summary, theories_summary

        print_message(DISCLAIMER)
        more: dict[str, Any] = (
            {"theories": theories_summary(theories)} if theories and every_theory else {}
        )
        more |= {"why": explanation_summary(why)} if why else {}
        more |= {"precision": [asdict(one) for one in precision]} if precision else {}
        print_output(CompareOutput, comparison_summary(comparison) | more)
        return
    from scenario_sim.cli.tables import show_agreement, show_comparison, show_theories

    show_comparison(make_console(), comparison)
    if theories and every_theory:
        show_theories(make_console(), theories)
    elif theories:
        show_agreement(make_console(), theories)
    if why:
        show_explanation(make_console(), why)
