"""Options and session that the analyses of many cells share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from scenario_sim.cli import options
from scenario_sim.cli.output import print_message, progress_bar
from scenario_sim.cli.scenario_edits import parse_edits
from scenario_sim.errors import ProblemCollector, ScenarioError

if TYPE_CHECKING:
    from scenario_sim.scenario import Scenario


@dataclass(frozen=True)
class StudyOptions:
    """Options of sweep, sensitivity, robust and search alike; `options` declares each."""

    name: str
    runs: int
    seed: int
    set_: list[str] | None
    change: list[str] | None
    weeks: int | None
    out: Path | None
    jobs: int
    cluster: str | None
    weekly: bool = False
    csv: bool = False
    record: Path | None = None
    plugin: list[str] | None = None

    def load_scenario(self, *checks: Callable[[Scenario], Any]) -> Scenario:
        """Return the edited scenario, once every option is checked.

        Parameters
        ----------
        *checks : callable
            Further checks, each of which takes the scenario and raises ScenarioError.

        Raises
        ------
        ScenarioSimError
            With every problem of every option.
        """
        problems, scenario = ProblemCollector(options.ERROR_TITLE), None
        with problems.under():
            options.use_history_folder(self.record)
        with problems.under():
            edits = parse_edits(self.weeks, self.set_, self.change)
        with problems.under():
            scenario = options.load_named_scenario(self.name, self.plugin)
        with problems.under():
            options.check_numbers(runs=self.runs, seed=self.seed, jobs=self.jobs)
        with problems.under():
            options.check_cluster(self.cluster, self.jobs)
        with problems.under():
            options.check_output_given(self.out, self.csv, self.weekly)
        # Levers are the same in all scenarios, so any of them can check the rest.
        checked = scenario or options.load_named_scenario("status-quo")
        for check in checks:
            with problems.under():
                _check_as_options(check, checked)
        problems.raise_if_any()
        edited = edits.apply_to(checked)
        if self.out is not None:
            options.make_output_folder(self.out)
        return edited

    def base_of_study(self, analysis: str) -> dict[str, Any]:
        """Return the keys of a study file that these options say."""
        edits = parse_edits(self.weeks, self.set_, self.change)
        said = {
            "title": f"{self.name}: {analysis}",
            "scenario": self.name,
            "runs": self.runs,
            "seeds": [self.seed],
            "plugins": list(self.plugin or ()),
            "weeks": self.weeks,
            "settings": dict(edits.settings),
            "changes": [{"date": day, name: value} for _, day, name, value in edits.changes],
        }
        return {key: value for key, value in said.items() if value not in (None, {}, [])}

    def open_session(self, task: str) -> AbstractContextManager[dict[str, Any]]:
        """Return the session of these options; see `open_session`."""
        return open_session(task, self.out, self.jobs, self.cluster, self.weekly, self.csv)


@contextmanager
def open_session(
    task: str,
    out: Path | None,
    jobs: int,
    cluster: str | None,
    weekly: bool = False,
    csv: bool = False,
) -> Iterator[dict[str, Any]]:
    """Yield the arguments `out`, `executor`, `progress` and `weekly` of a study, then write CSV.

    Ctrl-C ends the session with exit code 130 and a message that says what is saved.
    """
    serial = jobs == 1 and cluster is None
    try:
        with (
            options.rename_problem_keys(runs="--runs", seed="--seed"),
            progress_bar(task) as bar,
            options.open_executor(jobs, cluster) as executor,
        ):
            pool = None if serial else executor
            yield {"out": out, "executor": pool, "progress": bar, "weekly": weekly}
        if csv and out is not None:
            from scenario_sim.studies.store.store import Store

            Store(out).write_csv()
    except KeyboardInterrupt:
        saved = "Nothing was saved."
        if out:
            saved = f"Finished cells are in {out}; the same command resumes."
        print_message(f"Stopped. {saved}")
        raise typer.Exit(130) from None


def _check_as_options(check: Callable[[Scenario], Any], scenario: Scenario) -> None:
    """Raise a study's problems as problems of the options that asked for it."""
    try:
        check(scenario)
    except ScenarioError as error:
        raise options.OptionsError(error.problems) from None
