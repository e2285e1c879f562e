"""Check whether the cells of a study are enough for scenario discovery."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scenario_sim.errors import Problem, ScenarioError

MIN_CASES = 20
MIN_CASES_OF_INTEREST = 5


def check_cases(
    x: pd.DataFrame,
    values: pd.Series,
    wanted: np.ndarray,
    outcome: str,
    threshold: float,
    above: bool,
) -> None:
    """Raise ScenarioError unless there are cases enough of interest, and enough others."""
    if x.shape[1] == 0:
        text = "nothing was varied here; discovery needs a sweep of two or more cells"
        raise ScenarioError([Problem(outcome, text)], "there is nothing to discover")
    many, most = int(wanted.sum()), len(x) - MIN_CASES_OF_INTEREST
    if len(x) < MIN_CASES:
        text = f"{len(x)} cells are too few; sweep {MIN_CASES} or more, better some hundreds"
        raise ScenarioError([Problem(outcome, text)], "there is nothing to discover")
    if not MIN_CASES_OF_INTEREST <= many <= most:
        text = (
            f"{many} of {len(x)} cells lie {'above' if above else 'below'} {threshold:g}, and "
            f"{MIN_CASES_OF_INTEREST} to {most} are needed; {_threshold_cure(values, many, above)}"
        )
        raise ScenarioError([Problem(outcome, text)], "there is nothing to discover")


def _threshold_cure(values: pd.Series, many: int, above: bool) -> str:
    """Return what to do if too few or too many cells are of interest."""
    share = 5 * int(20 * (1 - MIN_CASES_OF_INTEREST / len(values)))  # in steps of 5 %
    percent = share if above else 100 - share
    level = values.quantile(percent / 100)
    found = int((values > level).sum() if above else (values < level).sum())
    if not MIN_CASES_OF_INTEREST <= found <= len(values) - MIN_CASES_OF_INTEREST:
        return f"most cells are alike: half of them lie at {values.median():.3g}; vary other inputs"
    cure = f"take {'--above' if above else '--below'} {percent}% ({level:.3g})"
    if 0 < many < MIN_CASES_OF_INTEREST:
        cure += f", or sweep {-(-MIN_CASES_OF_INTEREST * len(values) // many)} cells"
    return cure
