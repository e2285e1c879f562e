"""Commands on disputed questions: `claims` of the literature, and rival `theories`."""

from __future__ import annotations

import re
import textwrap
from typing import Annotated, Any

import typer

from scenario_sim.cli import options
from scenario_sim.cli.output import MAX_LINE_WIDTH, print_message, print_output, progress_bar
from scenario_sim.errors import Problem, ProblemCollector
from scenario_sim.reporting.messages import DISCLAIMER

MODEL_ONLY_NOTE = "Tried in the model; it is no evidence about the world."


def claims(
    only: Annotated[
        list[str] | None,
        typer.Option("--claim", metavar="ID", help="Test only this claim, such as C9. Repeatable."),
    ] = None,
    runs: options.Runs = 300,
    seed: options.Seed = 0,
    jobs: options.Jobs = 2,
    json: options.Json = False,
) -> None:
    """Test the article's claims in the model, beside their standing in the literature.

    The model supports a claim, contradicts it, or makes it depend on a hypothesis.
    """
    from scenario_sim.validation.claims.claims import CLAIMS
    from scenario_sim.validation.claims.trial import assess_claims

    problems = ProblemCollector(options.ERROR_TITLE)
    with problems.under():
        options.check_numbers(runs=runs, seed=seed, jobs=jobs)
    with problems.under():
        _check_runs(runs)
    problems.check_names("--claim", "claim", only or (), [claim.id for claim in CLAIMS])
    problems.raise_if_any()
    with progress_bar("Trying the claims") as bar:
        found = [one.as_dict() for one in assess_claims(only, runs, seed, jobs=jobs, progress=bar)]
    print_message(DISCLAIMER)
    if json:
        from scenario_sim.cli.json_models.disputes import ClaimsOutput

        rows = [claim | {"carried_by": _name_limits(claim["carried_by"])} for claim in found]
        print_output(ClaimsOutput, {"runs": runs, "seed": seed, "claims": rows}, indent=2)
        return
    for claim in found:
        _print_claim(claim)
    print(
        f"\n{MODEL_ONLY_NOTE} {runs} futures a world, seed {seed}; in brackets: 95 % Monte-Carlo intervals."
    )


def _name_limits(swings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return swings with `minimum` for the low end of a range, as JSON has it."""
    names = {"low": "minimum", "high": "maximum"}
    return [
        {
            re.sub(r"(low|high)$", lambda end: names[end[0]], key): value
            for key, value in row.items()
        }
        for row in swings
    ]


def _print_claim(claim: dict[str, Any]) -> None:
    from scenario_sim.validation.claims.claims import BASES

    print(f"\n{claim['id']}  {claim['claim']}")
    _print_lines("", claim["words"])
    _print_lines(f"{claim['basis'].capitalize()}: ", BASES[claim["basis"]] + ".")
    for swing in claim["carried_by"]:
        text = (
            f"{swing['name']} {swing['value']:g} ({swing['low']:g} to {swing['high']:g} {swing['unit']}; "
            f"{swing['source']}). {swing['says']}, at the ends of its range: {swing['at_low']}; "
            f"{swing['at_high']}"
        )
        _print_lines("Carried by: ", text)
    if claim["theories"]:
        _print_lines("Test: ", claim["test"])
        for figure in claim["theories"][0]["figures"]:
            beside = "" if figure["counts"] else " (told beside)"
            _print_lines("  - ", f"{figure['says']}{beside}: {figure['text']}")
    for seen in claim["record"]:
        _print_lines("Record: ", seen)
    _print_lines("Literature: ", f"{claim['standing']} [{'; '.join(claim['sources'])}]")


def theories(folder: options.HistoryFolder = None, json: options.Json = False) -> None:
    """Print the rival theories: their settings, arguments for and against, and the evidence.

    The evidence is the record of 2012 to 2023.
    """
    from scenario_sim.data.parameters import THEORIES

    options.use_history_folder(folder)
    from scenario_sim.validation.theory_evidence import evidence_about

    found = [(theory, evidence_about(theory.name)) for theory in THEORIES]
    if json:
        from scenario_sim.cli.json_models.disputes import TheoriesOutput

        rows = [
            {
                "theory": theory.name, "title": theory.title, "words": theory.words,
                "supports": theory.supports, "doubts": theory.doubts,
                "sets": theory.settings | theory.parameters,
                "record": [one.as_dict() for one in seen],
            }
            for theory, seen in found
        ]  # fmt: skip
        print_output(TheoriesOutput, {"theories": rows}, indent=2)
        return
    for theory, seen in found:
        sets = ", ".join(f"{n} {v:g}" for n, v in (theory.settings | theory.parameters).items())
        print(f"\n{theory.title} ({theory.name})")
        _print_lines("", theory.words)
        _print_lines("Sets: ", sets)
        _print_lines("For: ", theory.supports)
        _print_lines("Against: ", theory.doubts)
        for one in seen:
            _print_lines("Record: ", one.question)
            for figure in one.figures:
                _print_lines("  - ", figure.text)
            _print_lines("  ", one.verdict)
    print(
        "\nHow far each moves what it sets is judgement. Intervals of the record: 95 %, by resampling "
        "whole\nyears or resolutions. A policy under each of them: scenario-sim compare --theories"
    )


def _print_lines(lead: str, text: str) -> None:
    print(
        textwrap.fill(
            f"{lead}{text}", MAX_LINE_WIDTH, initial_indent="    ", subsequent_indent="      "
        )
    )


def _check_runs(runs: int) -> None:
    from scenario_sim.validation.claims.trial import MAX_TRIAL_RUNS, MIN_TRIAL_RUNS

    if not MIN_TRIAL_RUNS <= runs <= MAX_TRIAL_RUNS:
        text = (
            f"takes {MIN_TRIAL_RUNS} to {MAX_TRIAL_RUNS:,} here, not {runs}; 300 is a good number"
        )
        raise options.OptionsError([Problem("--runs", text)])
