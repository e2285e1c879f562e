"""Commands on one future: its narrative, why an act was chosen, and what if it had not been."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from scenario_sim.cli import options
from scenario_sim.cli.output import (
    make_console,
    print_message,
    print_output,
    simulate_theories,
)
from scenario_sim.cli.scenario_edits import parse_edits
from scenario_sim.data.enums import Family
from scenario_sim.errors import ProblemCollector
from scenario_sim.reporting.messages import DISCLAIMER

if TYPE_CHECKING:
    from scenario_sim.reporting.charts import TheoryComparison
    from scenario_sim.simulation.single_run import SingleRun

ALL, EVENT = "all", "event"
FAMILIES = (*(family.value for family in Family if family != Family.HOLD), EVENT)


def replay(
    name: options.Name,
    run: options.Run,
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
            help="Explain a state's act in a week: words, numbers, equations. WEEK:STATE:ACTION "
            "selects one of several acts. `all` tells the whole run with the main terms of each "
            "act.",
        ),
    ] = None,
    log: Annotated[
        bool, typer.Option("--log", help="Print only the event log: one dated sentence a line.")
    ] = False,
    state: Annotated[
        list[str] | None,
        typer.Option("--state", metavar="STATE", help="Print only acts of this state. Repeatable."),
    ] = None,
    family: Annotated[
        list[str] | None,
        typer.Option(
            "--family",
            metavar="FAMILY",
            help=f"Print only one family: {', '.join(FAMILIES)}. Repeatable.",
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--everything", help="Include statements, offers and small thefts.")
    ] = False,
    record: options.HistoryFolder = None,
    plugin: options.PluginFiles = None,
    json: options.Json = False,
) -> None:
    """Tell one future week by week: each state's acts, their rungs, their effects and reasons."""
    one_act = why not in (None, ALL)
    problems = ProblemCollector(options.ERROR_TITLE)
    with problems.under():
        edits = parse_edits(weeks, set_, change, act)
    with problems.under():
        options.use_history_folder(record)
    with problems.under():
        shipped = options.load_named_scenario(name, plugin)
    with problems.under():
        options.check_numbers(seed=seed, run=run)
    with problems.under():
        place = options.parse_act_place(why or "", "--why", f"`{ALL}`, ") if one_act else None
    problems.check_names("--family", "family", family or (), FAMILIES)
    problems.raise_if_any()
    scenario = edits.apply_to(shipped)
    problems.check_names("--state", "state", state or (), scenario.cast.codes)
    problems.raise_if_any()
    if place:
        from scenario_sim.simulation.single_run import simulate_run

        _print_why(simulate_run(scenario, seed, run), place, f"--why {why}", json)
        return
    from scenario_sim.reporting.narrative import narrate

    story = narrate(scenario, seed, run, why=why == ALL, everything=everything)
    entries = story.only(state or (), family or ())
    if json:
        from scenario_sim.cli.json_models.single_run import ReplayOutput
        from scenario_sim.cli.json_output import story_summary

        print_message(DISCLAIMER)
        print_output(ReplayOutput, story_summary(story, entries))
        return
    from scenario_sim.cli.narrative import show_log, show_story

    if log:
        show_log(make_console(), entries)
    else:
        show_story(make_console(), story, entries)


def _print_why(world: SingleRun, place: tuple[int, str, str], option: str, json: bool) -> None:
    from scenario_sim.reporting.narrative import explain_choice

    with options.rename_problem_keys(act=option, state=option, week=option):
        explanation = explain_choice(world, world.act(*place))
    if json:
        from scenario_sim.cli.json_models.single_run import WhyOutput
        from scenario_sim.cli.json_output import why_summary

        print_message(DISCLAIMER)
        print_output(WhyOutput, why_summary(world, explanation))
        return
    from scenario_sim.cli.narrative import show_why

    show_why(make_console(), world, explanation)


def whatif(
    name: options.Name,
    run: options.Run,
    without: Annotated[
        str,
        typer.Option("--without", metavar="WEEK:STATE[:ACTION]", help="Act to remove."),
    ],
    instead: Annotated[
        str, typer.Option("--instead", metavar="ACTION", help="What the state does instead.")
    ] = "hold",
    by: Annotated[
        int | None,
        typer.Option("--by", metavar="WEEK", help="Week to compare; by default the last one."),
    ] = None,
    runs: options.Runs = 1000,
    seed: options.Seed = 0,
    record: options.HistoryFolder = None,
    plugin: options.PluginFiles = None,
    theories: options.Theories = False,
    json: options.Json = False,
) -> None:
    """Remove one act: explain it, simulate the same future without it, and estimate its effect."""
    problems = ProblemCollector(options.ERROR_TITLE)
    with problems.under():
        options.use_history_folder(record)
    with problems.under():
        scenario = options.load_named_scenario(name, plugin)
    with problems.under():
        place = options.parse_act_place(without, "--without")
    with problems.under():
        options.check_numbers(runs=runs, seed=seed, run=run)
    problems.raise_if_any()
    from scenario_sim.reporting.narrative import explain_choice
    from scenario_sim.simulation import what_if
    from scenario_sim.simulation.single_run import simulate_run

    week = scenario.weeks - 1 if by is None else by
    removed, world = f"--without {without}", simulate_run(scenario, seed, run)
    with options.rename_problem_keys(act=removed, state=removed, week=removed):
        act = world.act(*place)
    with options.attribute_problems_to(removed if instead == "hold" else f"--instead {instead}"):
        other = what_if.with_act_replaced(scenario, act, instead)
        what_if.check_possible(world, act.week, instead)
    with options.rename_problem_keys(week="--by", runs="--runs"):
        pair = what_if.what_if(scenario, other, seed, run)
        effect = what_if.estimate_effect(scenario, act, instead, runs=runs, seed=seed)
        difference = effect.at(week)
    sides = effect.comparison.baseline, effect.comparison.policy
    under = simulate_theories(*sides, jobs=1) if theories or not json else ()
    if json:
        from scenario_sim.cli.json_models.single_run import WhatIfOutput
        from scenario_sim.cli.json_output import theories_summary, whatif_summary

        more = {"theories": theories_summary(under)} if under else {}
        print_message(DISCLAIMER)
        print_output(WhatIfOutput, whatif_summary(pair, effect, difference) | more)
        return
    from scenario_sim.cli.narrative import show_whatif

    show_whatif(make_console(), explain_choice(world, act), pair, effect.sentence(week))
    _show_theories(under, every_theory=theories, removed=instead == "hold")


def _show_theories(found: Sequence[TheoryComparison], *, every_theory: bool, removed: bool) -> None:
    """Print the effect under every theory, or only in how many it has the same sign."""
    from scenario_sim.cli.tables import show_agreement, show_theories
    from scenario_sim.reporting.messages import REMOVING_ACT, REPLACING_ACT

    if every_theory:
        show_theories(make_console(), found)
    show_agreement(make_console(), found, REMOVING_ACT if removed else REPLACING_ACT)
