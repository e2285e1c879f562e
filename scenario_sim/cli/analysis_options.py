"""What the commands that ask a question of many cells have in common."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenario_sim.cli import options
from scenario_sim.cli.executors import Cluster, check_cluster, open_executor
from scenario_sim.cli.output import print_message, progress
from scenario_sim.errors import ScenarioError, ScenarioSimError

if TYPE_CHECKING:
    from scenario_sim.scenario import Scenario

Runs = Annotated[int, typer.Option("--runs", metavar="N", help="How many futures a cell.")]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="DIR", help="Keep every cell; the same command goes on from there."
    ),
]


@dataclass(frozen=True)
class Asked:
    """What all of these commands take: each field is an option, declared here once."""

    name: options.Name
    runs: Runs
    seed: options.Seed = 0
    set_: options.Settings = None
    change: options.Changes = None
    weeks: options.Weeks = None
    out: Out = None
    jobs: options.Jobs = 1
    cluster: Cluster = None

    def checked(self, *more: Callable[[Scenario], Any]) -> Scenario:
        """The scenario with its edits; `more` is what else can be wrong, of a scenario given to it.
        Raises ScenarioSimError with all of it."""
        loaded = cache(lambda: options.load_named_scenario(self.name))

        def some() -> Scenario:
            """Levers are the same in all scenarios, so they can be checked by any."""
            try:
                return loaded()
            except ScenarioSimError:
                return options.load_named_scenario("status-quo")

        edits, scenario, *_ = options.all_of(
            lambda: options.parse_edits(self.weeks, self.set_, self.change),
            loaded,
            lambda: options.check_numbers(runs=self.runs, seed=self.seed, jobs=self.jobs),
            lambda: check_cluster(self.cluster, self.jobs),
            *(lambda step=step: _as_options(step, some()) for step in more),
        )
        edited = edits.of(scenario)
        if self.out is not None:
            options.make_output_folder(self.out)
        return edited

    @contextmanager
    def work(self, task: str) -> Iterator[dict[str, Any]]:
        """Work that Ctrl-C may stop; what was finished is told. Yields where results go, who does
        the work and who is told how far it is."""
        alone = self.jobs == 1 and self.cluster is None
        try:
            with progress(task) as bar, open_executor(self.jobs, self.cluster) as executor:
                yield {"out": self.out, "executor": None if alone else executor, "progress": bar}
        except ScenarioError as error:
            raise options.renamed(error, runs="--runs", seed="--seed") from None
        except KeyboardInterrupt:
            kept = "Nothing was kept."
            if self.out:
                kept = f"Finished cells are in {self.out}; the same command goes on."
            print_message(f"Stopped. {kept}")
            raise typer.Exit(130) from None


def _as_options(step: Callable[[Scenario], Any], scenario: Scenario) -> None:
    """What is wrong with a study is wrong with the options it was asked with."""
    try:
        step(scenario)
    except ScenarioError as error:
        raise options.OptionsError(error.problems) from None


def question(runs: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Makes a command of a function: its first parameter is an `Asked`, whose fields the command takes
    as options beside the function's own. runs: how many, where nobody says."""

    def made(asks: Callable[..., None]) -> Callable[..., None]:
        shared = dict(inspect.signature(Asked, eval_str=True).parameters)
        shared["runs"] = shared["runs"].replace(default=runs)
        _, *own = inspect.signature(asks, eval_str=True).parameters.values()

        @wraps(asks)
        def command(**given: Any) -> None:
            asks(Asked(**{name: given.pop(name) for name in shared}), **given)

        name, *rest = shared.values()
        taken = [each.replace(kind=each.KEYWORD_ONLY) for each in (name, *own, *rest)]
        command.__signature__ = inspect.Signature(taken)  # type: ignore[attr-defined]
        return command

    return made
