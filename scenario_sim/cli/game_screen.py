"""Text of a game in the terminal: what a state can know and choose, and the debrief."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from scenario_sim.cli.output import PLAIN, make_table

if TYPE_CHECKING:
    from rich.console import Console

    from scenario_sim.teaching.game import Choice, Debrief, Observation, Option

MAX_REASONS_PER_SIDE = 3  # for an option, and against it


def show_observation(console: Console, seen: Observation, name: str, policies: bool) -> None:
    """Print what a state can know, as short lines."""

    def section(title: str, lines: Iterable[str]) -> None:
        found = list(lines)
        if found:
            console.print(f"  {title}", style="dim", **PLAIN)
        for line in found:
            console.print(f"    {line}", **PLAIN)

    console.print(f"What {name} can know", **PLAIN)
    stands = (*seen.feels, *seen.stands)
    section("How things stand", (f"{one.words}: {one.said}" for one in stands))
    if policies:
        section("Policies, yours and others'", (f"{p.words}: {p.said}" for p in seen.policies))
    section("On the calendar", seen.due)
    if seen.last:
        from scenario_sim.teaching.game import messages

        section(f"In public, in the week of {seen.last}", seen.news or (messages.QUIET,))


def show_choice(console: Console, choice: Choice, weights: bool = False) -> None:
    """Print the options of a channel, each with its reasons, or with all their weights."""
    about = f" ({choice.settled or choice.about})" if choice.settled or choice.about else ""
    console.print(f"{choice.state}, {choice.channel}{about}", style="bold", **PLAIN)
    for number, option in enumerate(() if choice.settled else choice.options):
        rung = "" if option.rung is None else f", rung {option.rung}"
        console.print(f"  {number}  {option.name}{rung}", **PLAIN)
        reasons = _list_weights(option) if weights else _list_reasons(option)
        if reasons:
            console.print(f"       {reasons}", style="dim", **PLAIN)

    for closed in choice.closed:
        console.print(f"  -  {closed.name}: closed, {closed.reason}", style="dim", **PLAIN)


def _list_reasons(option: Option) -> str:
    sides = (("for it", option.pros), ("against it", option.cons))
    return "; ".join(
        f"{side}: {', '.join(reason.words for reason in reasons[:MAX_REASONS_PER_SIDE])}"
        for side, reasons in sides
        if reasons
    )


def _list_weights(option: Option) -> str:
    return ", ".join(f"{reason.words} {reason.weight:+.2f}" for reason in option.reasons)


def show_debrief(console: Console, found: Debrief) -> None:
    """Print a game's story, its percentiles among the model's futures, and its turning points."""
    from scenario_sim.teaching.game import messages

    console.print("\nDebrief", style="bold", **PLAIN)
    for text in found.story:
        console.print(text, **PLAIN)
    runs = found.places[0].runs
    columns = ("you", "the model, same luck", f"middle of {runs:,}", "percentile")
    table = make_table([""], columns)
    for place in found.places:
        figures = (place.said(value) for value in (place.value, place.model, place.middle))
        table.add_row(place.name, *figures, f"{place.percentile:.0f}")
    console.print(table)
    for point in found.turning_points:
        choice, *effects = point.sentences
        console.print(choice, style="bold", **PLAIN)
        for sentence in effects:
            console.print(f"  {sentence}", **PLAIN)
    console.print(messages.CAUTION, **PLAIN)
