"""Text of one future: its narrative, its event log, and the explanation of an act."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from scenario_sim.cli.output import PLAIN
from scenario_sim.data.states import HOLD
from scenario_sim.formatting import format_long_date, format_number, format_signed
from scenario_sim.reporting.messages import DISCLAIMER

if TYPE_CHECKING:
    from scenario_sim.reporting.narrative import Entry, Explanation, Narrative, Reason
    from scenario_sim.simulation.single_run import Act, SingleRun
    from scenario_sim.simulation.what_if import Counterfactual

INDENT = "  "
MIN_SHOWN_LOGITS = 0.005  # smaller weights read 0.00


def show_story(console: Console, story: Narrative, entries: Sequence[Entry]) -> None:
    """Print the given entries of a future, then its cycles and its summary.

    On a terminal the entries stand in two columns; in a file or a pipe each is one dated line.
    """
    from scenario_sim.reporting.narrative import find_cycles

    console.print(DISCLAIMER, style="italic")
    if console.is_terminal:
        console.print(_in_columns(entries))
    else:
        _print_entries(console, entries)
    cycles = "\n".join(cycle.sentence for cycle in find_cycles(story.world))
    for text in (story.left_out, cycles, story.summary):
        if text:
            console.print(f"\n{text}", markup=False, highlight=False)


def show_log(console: Console, entries: Sequence[Entry]) -> None:
    """Print one dated sentence a line."""
    console.print(DISCLAIMER, style="italic")
    _print_entries(console, entries)
    if not entries:
        console.print("Nothing of the kind happens in this future.", **PLAIN)


def _print_entries(console: Console, entries: Sequence[Entry]) -> None:
    for entry in entries:
        console.print(f"{format_long_date(entry.date)}: {entry}", **PLAIN)
        if entry.why:
            console.print(f"{INDENT}{entry.why}", **PLAIN)


def show_why(console: Console, world: SingleRun, why: Explanation) -> None:
    """Print an act's explanation in words, then its numbers, then their equations."""
    console.print(DISCLAIMER, style="italic")
    for line in (
        _describe_act(why.act),
        why.sentence,
        "",
        *_numbers(world, why),
        "",
        *_equations(why),
    ):
        console.print(line, **PLAIN)


def _numbers(world: SingleRun, why: Explanation) -> Iterator[str]:
    from scenario_sim.reporting.narrative import format_chance

    def name(action: str) -> str:
        return "holding still" if action == HOLD else world.scenario.cast.actions[action][1].name

    yield "Its choices that week:"
    for action, chance in sorted(why.chances.items(), key=lambda pair: -pair[1]):
        yield f"{INDENT}{format_chance(chance):>9}  {name(action)}{' (this)' * (action == why.act.action)}"
    yield ""
    against = f", against {name(why.against)}" if why.against else ""
    yield f"What decided it{against} (logits; more than 0 spoke for it):"
    for reason in _visible_reasons(why):
        yield f"{INDENT}{format_signed(reason.weight, 2):>6}  {reason.words}"
        for source in reason.sources:
            yield (
                f"{INDENT}{'':6}  {INDENT}{source.coefficient} with {source.quantity} at "
                f"{format_number(source.value, 2)}: {format_signed(source.weight, 2)}"
            )


def _visible_reasons(why: Explanation) -> list[Reason]:
    """Return the reasons whose weight shows in two decimals."""
    return [reason for reason in why.reasons if abs(reason.weight) >= MIN_SHOWN_LOGITS]


def _equations(why: Explanation) -> Iterator[str]:
    found = dict.fromkeys(
        equation for reason in _visible_reasons(why) for equation in reason.equations
    )
    if found:
        yield "The equations behind these numbers (docs/model.md explains them):"
    for equation in found:
        yield f"{INDENT}{equation.makes} = {equation.text}"


def show_whatif(console: Console, why: Explanation, parting: Counterfactual, effect: str) -> None:
    """Print why an act was chosen, the run with and without it, and its effect over many runs."""
    console.print(DISCLAIMER, style="italic")
    lines = [_describe_act(why.act), why.sentence, f"({why})", "", parting.sentence]
    for title, acts in (("No longer", parting.lost), ("Only now", parting.gained)):
        lines += [f"{INDENT}{title}: {_describe_act(act)}" for act in acts]
    for line in (*lines, "", effect):
        console.print(line, **PLAIN)


def _describe_act(act: Act) -> str:
    return f"{format_long_date(act.date)}, {act.state}: {act.name}."


def _in_columns(entries: Sequence[Entry]) -> Table:
    """Return the entries as a table that shows each date once."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="dim")
    table.add_column()
    week = None
    for entry in entries:
        table.add_row(format_long_date(entry.date) if entry.week != week else "", Text(str(entry)))
        if entry.why:
            table.add_row("", Text(str(entry.why), style="dim"))
        week = entry.week
    return table
