"""The command `backtest --leave-one-year-out`: judge a version of the model against another."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenario_sim.cli.options import OptionsError
from scenario_sim.cli.output import make_console, make_table, print_output, progress_bar
from scenario_sim.errors import Problem, ProblemCollector

if TYPE_CHECKING:
    import numpy as np

    from scenario_sim.scenario import Scenario

CRPS, LOG_SCORE = "crps", "log_score"
MAX_SCORES_BYTES = 1_000_000


def parse_edit(
    settings: Sequence[str] | None, without: Sequence[str] | None, theory: str | None
) -> Callable[[Scenario], Scenario] | None:
    """Return the edit of the model that the options ask for, or None where they ask for none.

    Parameters
    ----------
    settings : sequence of str, optional
        Texts `NAME=VALUE` of levers and coefficients.
    without : sequence of str, optional
        Mechanisms to switch off.
    theory : str, optional
        Name of a theory.

    Raises
    ------
    ScenarioError
        With every problem in them.
    """
    from scenario_sim.data.parameters import PARAMETERS, SETTINGS, THEORIES
    from scenario_sim.data.states import MECHANISMS

    problems = ProblemCollector("these options cannot be used")
    known = {**SETTINGS, **PARAMETERS}
    levers: dict[str, float] = {}
    coefficients: dict[str, float] = {}
    for text in settings or ():
        name, value = _parse_number(text, problems)
        problems.check_names("--set", "lever or coefficient", [name], known)
        if name in known and value is not None:
            one = known[name]
            if not one.low <= value <= one.high:
                cure = f"{name} takes a number from {one.low:g} to {one.high:g}, not {value:g}"
                problems.add([Problem(f"--set {text}", cure)])
            (levers if name in SETTINGS else coefficients)[name] = value
    theories = {one.name: one for one in THEORIES}
    problems.check_names("--without", "mechanism", without or (), MECHANISMS)
    problems.check_names("--theory", "theory", [theory] if theory else (), theories)
    problems.raise_if_any()
    if not (settings or without or theory):
        return None

    def edit(scenario: Scenario) -> Scenario:
        if theory:
            scenario = scenario.with_theory(theories[theory])
        scenario = scenario.with_mechanisms_off(*without) if without else scenario
        scenario = scenario.with_levers(**levers) if levers else scenario
        return scenario.with_parameters(**coefficients) if coefficients else scenario

    return edit


def _parse_number(text: str, problems: ProblemCollector) -> tuple[str, float | None]:
    name, _, written = (part.strip() for part in text.partition("="))
    try:
        value = float(written)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        example = "takes a lever or coefficient and its number, as in talks_appeal_engagement=6"
        problems.add([Problem(f"--set {text}", example)])
        return name, None
    return name, value


def read_scores(path: Path) -> dict[str, Any]:
    """Return the scores of `--json` from a file. Raises OptionsError."""
    from scenario_sim.file_io import read_regular_file

    try:
        told = json.loads(read_regular_file(path, MAX_SCORES_BYTES))
        model = told["scores"]["model"]
        if not all(len(model[rule]) == len(told["years"]) for rule in (CRPS, LOG_SCORE)):
            raise ValueError
    except OSError as error:
        text = f"cannot be read: {error.strerror or error}"
        raise OptionsError([Problem(f"--against {path}", text)]) from None
    except (ValueError, TypeError, LookupError):
        text = "holds no scores; make it with `backtest --leave-one-year-out --json`"
        raise OptionsError([Problem(f"--against {path}", text)]) from None
    return dict(told)


def run_judge(
    edit: Callable[[Scenario], Scenario] | None,
    against: dict[str, Any] | None,
    months: tuple[str, str],
    runs: int,
    seed: int,
    as_json: bool,
    hindsight: bool = True,
) -> None:
    """Run the trial, and print scores, and the difference to the default or to saved scores."""
    from scenario_sim.validation.leave_one_year_out import run_trial

    first, last = months
    with progress_bar("Leaving out one year after another") as progress:
        trial = run_trial(edit, first, last, runs, seed, progress, hindsight=hindsight)
        found = trial.as_dict()
    if edit and against is None:
        with progress_bar("The same without these edits") as progress:
            other = run_trial(
                None, first, last, runs, seed, progress, baselines=False, hindsight=hindsight
            )
        against = other.as_dict()
    if as_json:
        extra = {"against": against["scores"]["model"]} if against else {}
        from scenario_sim.cli.json_models.validation import LeaveOneYearOutOutput

        size = {"seed": seed, "runs": runs}
        print_output(LeaveOneYearOutOutput, size | found | extra, indent=2)
        return
    _print_scores(found)
    if against:
        _print_difference(found, against)


def _print_scores(found: dict[str, Any]) -> None:
    from scenario_sim.validation.scores import mean_and_error

    model = found["scores"]["model"]
    for what, suffix in (("months", ""), ("six-month totals", "_six_months")):
        names = [n for n in model if n.endswith("_six_months") == bool(suffix)]
        table = make_table(
            [f"of {what}"], [n.removesuffix(suffix).replace("_", " ") for n in names]
        )
        table.add_column("CRPS less the model's", justify="right", no_wrap=True)
        for name, scores in found["scores"].items():
            means = (f"{_array(scores[n]).mean():.3f}" for n in names)
            gap, error = mean_and_error(
                _array(scores[CRPS + suffix]) - _array(model[CRPS + suffix])
            )
            more = "" if name == "model" else f"{gap:+.3f} ± {error:.3f}"
            table.add_row(name.replace("_", " "), *means, more)
        make_console().print(table)
    years = make_table(["year"], ("CRPS", "climatology", "skill", "fitted without it"))
    for n, year in enumerate(found["years"]):
        mine, base = model[CRPS][n], found["scores"]["climatology"][CRPS][n]
        chosen = ", ".join(f"{k} {v:.2f}" for k, v in found["fitted"][n].items())
        years.add_row(str(year), f"{mine:.2f}", f"{base:.2f}", f"{1 - mine / base:+.2f}", chosen)
    make_console().print(years)
    print(found["verdict"])
    print(
        "Means over years; each year's forecasts use a level and a spread of the drive fitted on all other\n"
        "years. ± is half of a 95 % t interval over years."
    )


def _print_difference(found: dict[str, Any], against: dict[str, Any]) -> None:
    from scenario_sim.validation.scores import mean_and_error

    if found["years"] != against["years"]:
        text = f"scores {against['years']}, and this trial scores {found['years']}"
        raise OptionsError([Problem("--against", text)])
    ours, theirs = found["scores"]["model"], against["scores"]["model"]
    for rule, word in ((CRPS, "CRPS"), (LOG_SCORE, "log score")):
        gap, error = mean_and_error(_array(ours[rule]) - _array(theirs[rule]))
        print(f"{word} of this model less the other's: {gap:+.4f} ± {error:.4f} (lower is better).")
    gap, error = mean_and_error(_array(ours[CRPS]) - _array(theirs[CRPS]))
    verdict = (
        "better, by more than the error of the difference"
        if gap < -error
        else "worse, by more than the error of the difference"
        if gap > error
        else "no better and no worse than the error of the difference"
    )
    print(f"By CRPS this model is {verdict}.")


def _array(values: Sequence[float]) -> np.ndarray:
    import numpy as np

    return np.array(values, float)
