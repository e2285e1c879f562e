"""Compare policies under theories in one call: robust. See `workflows`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from scenario_sim.errors import Problem, ProblemCollector
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.files import as_scenario
from scenario_sim.simulation.display import DisplayedResult, describe_runs
from scenario_sim.simulation.engine import engine_version
from scenario_sim.studies.analysis.robustness import Robustness, robustness
from scenario_sim.studies.analysis.statistics import numeric_outcomes
from scenario_sim.studies.design.inputs import (
    INVALID_STUDY,
)
from scenario_sim.studies.design.policies import (
    cross_policies,
    parse_policies,
    parse_theories,
)
from scenario_sim.studies.evaluate import Progress, evaluate, start_executor
from scenario_sim.studies.executors import Executor
from scenario_sim.studies.store.saved_analyses import save_analysis
from scenario_sim.studies.workflows import (
    RISK,
    StorePath,
)


@dataclass(frozen=True, repr=False)
class PolicyComparison(DisplayedResult):
    """Policies under theories.

    Attributes
    ----------
    outcomes : dict
        Outcome -> regret of the policies under the theories.
    scenarios : dict
        The policies by name.
    theories : dict
        The settings of each theory.
    failed : dict
        Errors of cells, by "policy under theory".
    """

    outcomes: dict[str, Robustness]
    scenarios: dict[str, Scenario]
    theories: dict[str, dict[str, float]]
    failed: dict[str, str]
    runs: int
    seed: int
    engine: str = field(default_factory=engine_version)

    def _summary(self) -> list[str]:
        first = next(iter(self.scenarios.values()))
        sizes = f"{len(self.scenarios)} policies under {len(self.theories)} theories"
        lines = [describe_runs(first, self.runs, self.seed, self.engine), sizes]
        if self.failed:
            lines.append(f"{len(self.failed)} cells failed")
        return [*lines, f"regret in {next(iter(self.outcomes))}:"]

    def _table(self) -> pd.DataFrame:
        return pd.concat({name: one.summary for name, one in self.outcomes.items()})

    def _text_table(self) -> pd.DataFrame:
        return next(iter(self.outcomes.values())).summary


def robust(
    scenario: Scenario | str,
    given: Sequence[str] | Mapping[str, Mapping[str, float]],
    worlds: str | Mapping[str, Mapping[str, float]] = "presets",
    *,
    outcomes: Sequence[str] = (RISK,),
    runs: int = 1000,
    seed: int = 0,
    out: StorePath = None,
    jobs: int = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
    weekly: bool = False,
) -> PolicyComparison:
    """Compare policies under theories: regret, the best under each theory, those never worst.

    Parameters
    ----------
    scenario : Scenario or str
        A scenario, or a shipped name or file; without changes it is the first policy.
    given : sequence of str, or mapping
        Policies, as in `parse_policies`.
    worlds : str or mapping
        Theories: `presets`, `corners` (of the disputed hypotheses), or settings by name.
    outcomes : sequence of str
    runs : int
        Runs of each cell.
    seed : int
    out, jobs, executor, progress, weekly
        As in `workflows.sweep`.

    Raises
    ------
    ScenarioError
    """
    scenario = as_scenario(scenario)
    policies, theories = check_policy_inputs(scenario, given, worlds, outcomes)
    crossed = cross_policies(policies, theories)
    labels = [{"policy": p, "theory": t} for p, t in crossed]
    with start_executor(jobs, executor) as pool:
        results = evaluate(
            list(crossed.values()), runs, seed, keep=tuple(outcomes), labels=labels, out=out,
            executor=pool, progress=progress, weekly=weekly,
        )  # fmt: skip
    pairs = list(crossed)
    compared = {
        name: robustness(dict(zip(pairs, results.values[name], strict=True)), name)
        for name in dict.fromkeys(outcomes)
    }
    if out is not None:
        for name, one in compared.items():
            about = {"outcome": name, "runs": runs, "seed": seed}
            save_analysis(out, "regret", one.regret, about)
    failed = {" under ".join(pairs[n]): text for n, text in results.failed.items()}
    return PolicyComparison(compared, policies, theories, failed, runs, seed)


def check_policy_inputs(
    scenario: Scenario,
    given: Sequence[str] | Mapping[str, Mapping[str, float]],
    worlds: str | Mapping[str, Mapping[str, float]],
    outcomes: Sequence[str],
) -> tuple[dict[str, Scenario], dict[str, dict[str, float]]]:
    """Return policies and theories by name. Raises ScenarioError with all problems."""
    collector = ProblemCollector(INVALID_STUDY)
    policies: dict[str, Scenario] = {}
    theories: dict[str, dict[str, float]] = {}
    with collector.under("--policies"):
        policies = parse_policies(scenario, given)
        if len(policies) < 2:
            text = "name one or more, as in --policies freeze-for-freeze,hotline=0.8"
            collector.add([Problem("--policies", text)])
    with collector.under("--theories"):
        theories = parse_theories(scenario, worlds)
    collector.check_names("--outcome", "outcome", outcomes, numeric_outcomes(scenario))
    collector.raise_if_any()
    return policies, theories
