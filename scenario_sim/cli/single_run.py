"""The commands about one future: its story, why an act was chosen, what if it had not been."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from scenario_sim.cli import options
from scenario_sim.cli.output import HEADER, make_console, print_json, print_message
from scenario_sim.data.enums import Family
from scenario_sim.errors import Problem, did_you_mean

if TYPE_CHECKING:
    from scenario_sim.scenario import Scenario

ALL, EVENT = "all", "event"
FAMILIES = (*(family.value for family in Family if family != Family.HOLD), EVENT)

Run = Annotated[int, typer.Option("--run", metavar="I", help="Which future, from 0.")]


def replay(
    name: options.Name,
    run: Run,
    seed: options.Seed = 0,
    set_: options.Settings = None,
    change: options.Changes = None,
    act: options.Acts = None,
    weeks: options.Weeks = None,
    why: Annotated[
        str | None,
        typer.Option(
            "--why",
            metavar="WEEK:STATE",
            help="Why a state did what it did in a week: words, numbers, equations; "
            "WEEK:STATE:ACTION where it did more than one thing. Or `all`: the story, with the "
            "terms that decided each act.",
        ),
    ] = None,
    log: Annotated[
        bool, typer.Option("--log", help="The event log alone: dated sentences, a line each.")
    ] = False,
    state: Annotated[
        list[str] | None,
        typer.Option("--state", metavar="STATE", help="Only what this state did. Again for more."),
    ] = None,
    family: Annotated[
        list[str] | None,
        typer.Option(
            "--family", metavar="FAMILY", help=f"Only {', '.join(FAMILIES)}. Again for more."
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--everything", help="Words, offers and small thefts as well.")
    ] = False,
    record: options.HistoryFolder = None,
    json: options.Json = False,
) -> None:
    """Tell one future: who did what, on which rung, what moved, and why."""
    one_act = why not in (None, ALL)
    edits, _, shipped, _, place, _ = options.all_of(
        lambda: options.parse_edits(weeks, set_, change, act),
        lambda: options.use_history_folder(record),
        lambda: options.load_named_scenario(name),
        lambda: options.check_numbers(seed=seed, run=run),
        lambda: options.act(why or "", "--why", f"`{ALL}`, ") if one_act else None,
        lambda: _known("--family", family, FAMILIES),
    )
    scenario = edits.of(shipped)
    _known("--state", state, scenario.cast.codes)
    if one_act:
        _tell_why(scenario, seed, run, place, f"--why {why}", json)
        return
    from scenario_sim.reporting.narrative import narrate

    story = narrate(scenario, seed, run, why=why == ALL, everything=everything)
    entries = story.only(state or (), family or ())
    if json:
        from scenario_sim.cli.json_output import story_summary

        print_message(HEADER)
        print_json(story_summary(story, entries))
        return
    from scenario_sim.cli.narrative import show_log, show_story

    if log:
        show_log(make_console(), entries)
    else:
        show_story(make_console(), story, entries)


def _tell_why(scenario: Scenario, seed: int, run: int, place, option: str, json: bool) -> None:
    from scenario_sim.reporting.narrative import explain_choice
    from scenario_sim.simulation.single_run import simulate_run

    world = simulate_run(scenario, seed, run)
    with options.rename_problem_keys(act=option, state=option, week=option):
        answer = explain_choice(world, world.act(*place))
    if json:
        from scenario_sim.cli.json_output import why_summary

        print_message(HEADER)
        print_json(why_summary(world, answer))
        return
    from scenario_sim.cli.narrative import show_why

    show_why(make_console(), world, answer)


def _known(option: str, given: Sequence[str] | None, known: Sequence[str]) -> None:
    """Raises ScenarioError for names that are not known."""
    problems = [
        Problem(f"{option} {one}", f"there is no such {option[2:]}{did_you_mean(one, known)}")
        for one in given or ()
        if one not in known
    ]
    if problems:
        raise options.OptionsError(problems)


def whatif(
    name: options.Name,
    run: Run,
    without: Annotated[
        str,
        typer.Option("--without", metavar="WEEK:STATE[:ACTION]", help="The act to take away."),
    ],
    instead: Annotated[
        str, typer.Option("--instead", metavar="ACTION", help="What the state does instead.")
    ] = "hold",
    by: Annotated[
        int | None, typer.Option("--by", metavar="WEEK", help="The week compared; the last one.")
    ] = None,
    runs: options.Runs = 1000,
    seed: options.Seed = 0,
    record: options.HistoryFolder = None,
    json: options.Json = False,
) -> None:
    """One act less: why it was chosen, the same future without it, and the effect over many."""
    _, scenario, place, _ = options.all_of(
        lambda: options.use_history_folder(record),
        lambda: options.load_named_scenario(name),
        lambda: options.act(without, "--without"),
        lambda: options.check_numbers(runs=runs, seed=seed, run=run),
    )
    from scenario_sim.reporting.narrative import explain_choice
    from scenario_sim.simulation import what_if as asked
    from scenario_sim.simulation.single_run import simulate_run

    week = scenario.weeks - 1 if by is None else by
    taken, world = f"--without {without}", simulate_run(scenario, seed, run)
    with options.rename_problem_keys(act=taken, state=taken, week=taken):
        act = world.act(*place)
    with options.attribute_problems_to(taken if instead == "hold" else f"--instead {instead}"):
        other = asked.with_act_replaced(scenario, act, instead)
    with options.rename_problem_keys(week="--by", runs="--runs"):
        parting = asked.what_if(scenario, other, seed, run)
        effect = asked.estimate_effect(scenario, act, instead, runs=runs, seed=seed)
        shift = effect.at(week)
    if json:
        from scenario_sim.cli.json_output import whatif_summary

        print_message(HEADER)
        print_json(whatif_summary(parting, effect, shift))
        return
    from scenario_sim.cli.narrative import show_whatif

    show_whatif(make_console(), explain_choice(world, act), parting, effect.sentence(week))
