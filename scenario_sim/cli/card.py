"""Text of a scenario: its question, its start, and what differs from the defaults."""

from __future__ import annotations

from rich.console import Console

from scenario_sim.data.parameters import SETTINGS
from scenario_sim.formatting import format_duration
from scenario_sim.reporting.messages import DISCLAIMER
from scenario_sim.scenario import Scenario

CAUTION = (
    "Its shape depends on assumptions; see the disputed ones: scenario-sim parameters hypotheses"
)


def show_card(console: Console, scenario: Scenario) -> None:
    """Print title, question, start, and every difference from the defaults."""

    def write(text: str, style: str = "") -> None:
        console.print(text, style=style, markup=False, highlight=False)

    write(DISCLAIMER, "italic")
    write(f"{scenario.number} {scenario.title}".strip(), "bold")
    if scenario.question:
        write(scenario.question)
    if scenario.teaches:
        write(f"Teaches: {scenario.teaches}")
    name = f"{scenario.name}: " if scenario.name else ""
    write(
        f"\n{name}{format_duration(scenario.weeks)} from {scenario.start}, starting conditions of "
        f"{scenario.begins} ({scenario.hash[:8]})"
    )
    if scenario.replay:
        until = f" until {scenario.replay_until}" if scenario.replay_until else ""
        write(f"The record is replayed for {', '.join(scenario.replay)}{until}.")
    if scenario.without:
        write(f"This world lacks: {', '.join(scenario.without)}.")
    for title, rows in _sections(scenario).items():
        if rows:
            write(f"\n{title}", "bold")
            for row in rows:
                write(f"  {row}")
    write(f"\n{CAUTION}", "dim")


def _sections(scenario: Scenario) -> dict[str, list[str]]:
    """Return the lines of each section: what the scenario changes, with its notes."""
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


def _note(note: str) -> str:
    return f": {note}" if note else ""
