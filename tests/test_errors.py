"""Errors: every problem at once, each with its place and its cure."""

import pytest

from scenario_sim.bounds import MAX_PROBLEMS
from scenario_sim.errors import (
    Problem,
    ProblemCollector,
    ScenarioError,
    ScenarioFileError,
    ScenarioSimError,
    StatesError,
    UnknownNameError,
)


def collected(*failures, place="", title="these options cannot be used") -> str:
    collector = ProblemCollector(title)
    for failure in failures:
        with collector.under(place):
            raise failure
    with pytest.raises(ScenarioSimError) as raised:
        collector.raise_if_any()
    return str(raised.value)


def test_a_collector_without_problems_raises_nothing():
    collector = ProblemCollector("these options cannot be used")
    collector.add([])
    with collector.under("--runs"):
        pass
    collector.raise_if_any()


def test_a_collector_goes_on_after_a_failed_step_and_keeps_the_result_of_a_good_one():
    collector = ProblemCollector("these options cannot be used")
    with collector.under("--runs"):
        raise ScenarioError([Problem("runs", "takes a whole number")])
    with collector.under("--seed"):
        seed = 7
    assert seed == 7
    with pytest.raises(ScenarioError, match="--runs: takes a whole number"):
        collector.raise_if_any()


def test_problems_get_the_place_of_their_step_unless_they_name_it_more_exactly():
    told = collected(
        ScenarioError([Problem("levers.hotline", "takes a number"), Problem("--set x", "is bad")]),
        UnknownNameError("lever", "hotlien", ["hotline"]),
        place="--set",
    )
    assert told.splitlines() == [
        "these options cannot be used:",
        "  --set: takes a number",
        "  --set x: is bad",
        "  --set: there is no lever 'hotlien'; did you mean `hotline`?",
    ]


def test_without_a_place_errors_keep_their_titles_and_problems_of_one_title_stand_together():
    told = collected(
        ScenarioError([Problem("--runs", "takes a number")], "these options cannot be used"),
        ScenarioFileError("a.toml", [Problem("weeks", "takes a whole number", line=3)]),
        UnknownNameError("scenario", "freze", ["freeze"]),
        StatesError([Problem("", "no code", file="dprk.toml")]),
        ScenarioError([Problem("--seed", "takes a number")], "these options cannot be used"),
    )
    assert told.splitlines() == [
        "these options cannot be used:",
        "  --runs: takes a number",
        "  --seed: takes a number",
        "a.toml:",
        "  line 3: weeks: takes a whole number",
        "there is no scenario 'freze'; did you mean `freeze`?",
        "the states' files cannot be used:",
        "  dprk.toml: no code",
    ]


def test_the_same_problem_is_told_once():
    twice = ScenarioError([Problem("--runs", "takes a number")], "these options cannot be used")
    assert collected(twice, twice).count("--runs") == 1


def test_a_collector_tells_as_many_problems_as_any_error_and_counts_the_rest():
    many = ScenarioError(Problem(f"key{n}", "is bad") for n in range(MAX_PROBLEMS + 1))
    more = ScenarioError([Problem("last", "is bad")])
    told = collected(many, more, title="this scenario cannot be run").splitlines()
    assert len(told) == MAX_PROBLEMS + 2
    assert "2 more" in told[-1]


def test_other_exceptions_are_not_collected():
    collector = ProblemCollector("these options cannot be used")
    with pytest.raises(ValueError, match="a bug"), collector.under("--runs"):
        raise ValueError("a bug")
