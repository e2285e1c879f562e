"""Commands for a class: lessons, their hand-outs, and the sheets of the six roles."""

from __future__ import annotations

from typing import Annotated

import typer

from scenario_sim.cli import options
from scenario_sim.cli.output import make_console, progress


def lessons() -> None:
    """The lessons that come along."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from scenario_sim.teaching import list_lessons, load_lesson

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    table.add_column("name", no_wrap=True, style="bold")
    table.add_column("", no_wrap=True)
    table.add_column("minutes", justify="right")
    table.add_column("title and question", overflow="fold")
    for one in map(load_lesson, list_lessons()):
        text = Text.assemble(f"{one.title}. ", (one.question, "dim"))
        table.add_row(one.name, one.number, str(one.minutes), text)
    make_console().print(table)


def lesson(
    name: Annotated[str, typer.Argument(metavar="NAME|FILE", help="A shipped lesson, or a file.")],
    answers: Annotated[
        bool, typer.Option("--answers", help="With the answers, computed from the model now.")
    ] = False,
    runs: options.Runs = 1000,
    seed: options.Seed = 0,
) -> None:
    """A lesson as a hand-out in Markdown, without the answers or with them."""
    from scenario_sim.teaching import load_lesson, render_handout

    found, _ = options.all_of(
        lambda: load_lesson(name), lambda: options.check_numbers(runs=runs, seed=seed, least=2)
    )
    with progress(found.title):
        text = render_handout(found, answers, runs, seed)
    print(text, end="")


def role(
    state: Annotated[str, typer.Argument(metavar="STATE", help="DPRK, USA, ROK ... or `all`.")],
) -> None:
    """A state's role sheet in Markdown: what it fears, weighs, sees and can do."""
    from scenario_sim.data.states import load_cast
    from scenario_sim.teaching import render_role_sheet

    codes = load_cast().codes if state.lower() == "all" else (state,)
    print("\n".join(render_role_sheet(code) for code in codes), end="")
