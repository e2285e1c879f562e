"""A scenario as a card, a future as a story."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from scenario_sim import calendar
from scenario_sim.cli.output import HEADER
from scenario_sim.parameters import SETTINGS
from scenario_sim.scenario import Scenario

if TYPE_CHECKING:  # a card needs no Mesa
    from scenario_sim.story import Story, Why
    from scenario_sim.whatif import Parting

CAUTION = (
    "Its shape depends on assumptions; see the disputed ones: scenario-sim parameters hypotheses"
)
PLAIN: dict[str, Any] = {"markup": False, "highlight": False, "soft_wrap": True}


def show_card(console: Console, scenario: Scenario) -> None:
    """Title, question, start, and what differs from the defaults."""

    def say(text: str, style: str = "") -> None:
        console.print(text, style=style, markup=False, highlight=False)

    say(HEADER, "italic")
    say(f"{scenario.number} {scenario.title}".strip(), "bold")
    if scenario.question:
        say(scenario.question)
    if scenario.teaches:
        say(f"Teaches: {scenario.teaches}")
    name = f"{scenario.name}: " if scenario.name else ""
    say(
        f"\n{name}{calendar.duration(scenario.weeks)} from {scenario.start}, starting conditions of "
        f"{scenario.begins} ({scenario.hash[:8]})"
    )
    if scenario.replay:
        until = f" until {scenario.replay_until}" if scenario.replay_until else ""
        say(f"The record is replayed for {', '.join(scenario.replay)}{until}.")
    if scenario.without:
        say(f"This world lacks: {', '.join(scenario.without)}.")
    for title, rows in _sections(scenario).items():
        if rows:
            say(f"\n{title}", "bold")
            for row in rows:
                say(f"  {row}")
    say(f"\n{CAUTION}", "dim")


def _sections(scenario: Scenario) -> dict[str, list[str]]:
    """What a scenario changes, and why."""
    moved = {n: v for n, v in scenario.settings().items() if v != SETTINGS[n].default}
    return {
        "Settings away from their defaults": [
            f"{SETTINGS[name].label}: {value:g} ({name}; by default {SETTINGS[name].default:g})"
            for name, value in moved.items()
        ],
        "Conditions": [
            f"{name} {value}"
            for name, value in scenario.conditions.model_dump(exclude_none=True).items()
            if value
        ],
        "Coefficients": [f"{name} {value:g}" for name, value in scenario.parameters.items()],
        "Changes": [
            f"{change.date}  {', '.join(f'{n} {v:g}' for n, v in change.settings().items())}"
            f"{_note(change.note)}{f' [{change.source}]' if change.source else ''}"
            for change in scenario.changes
        ],
        "Shocks": [
            f"{shock.date}  {f'{shock.state} {shock.condition}'.strip()} {shock.amount:+g}"
            f"{_note(shock.note)}"
            for shock in scenario.shocks
        ],
        "Forced acts": [
            f"{act.date}  {act.state} {act.action}{_note(act.note)}" for act in scenario.acts
        ],
        "Futures worth a look": [
            f"{seed.id}: --seed {seed.seed} --run {seed.run}{_note(seed.note)}"
            for seed in scenario.lecture_seeds
        ],
        "Sources": list(scenario.sources),
    }


def show_story(console: Console, story: Story) -> None:
    """A future week by week, then its cycles. To a file or a pipe every entry is one line, with its date."""
    from scenario_sim.story import cycles_of

    console.print(HEADER, style="italic")
    if console.is_terminal:
        console.print(_story_in_columns(story))
    else:
        for entry in story.entries:
            console.print(f"{entry.date} {entry}", **PLAIN)
            if entry.why:
                console.print(f"           {entry.why}", **PLAIN)
    cycles = "\n".join(cycle.sentence for cycle in cycles_of(story.world))
    for text in (story.left_out, cycles, story.summary):
        if text:
            console.print(f"\n{text}", markup=False, highlight=False)


def show_whatif(console: Console, why: Why, parting: Parting, effect: str) -> None:
    """One act less, in sentences: why it was chosen, what changes hands, how it is over many."""
    console.print(HEADER, style="italic")
    lines = [f"{why.act.date} {why.act.state}: {why.act.name}.", why.sentence, f"({why})"]
    lines += ["", parting.sentence]
    for title, acts in (("No longer", parting.lost), ("Only now", parting.gained)):
        lines += [f"  {title}: {act.date} {act.state}: {act.name}" for act in acts]
    for line in (*lines, "", effect):
        console.print(line, **PLAIN)


def _story_in_columns(story: Story) -> Table:
    """The date stands where the week begins."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="dim")
    table.add_column()
    week = None
    for entry in story.entries:
        table.add_row(str(entry.date) if entry.week != week else "", Text(str(entry)))
        if entry.why:
            table.add_row("", Text(str(entry.why), style="dim"))
        week = entry.week
    return table


def _note(note: str) -> str:
    return f": {note}" if note else ""
