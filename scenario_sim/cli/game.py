"""A game in the terminal: plain lines to read, plain lines to answer with."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenario_sim.cli import options
from scenario_sim.cli.output import HEADER, make_console, print_message, progress
from scenario_sim.errors import Problem, ScenarioError, did_you_mean, format_value

if TYPE_CHECKING:  # a question about options needs no Mesa
    from rich.console import Console

    from scenario_sim.scenario import Scenario
    from scenario_sim.teaching.game import (
        Choice,
        Debrief,
        Game,
        Observation,
        Option,
    )

PLAIN: dict[str, Any] = {"markup": False, "highlight": False, "soft_wrap": True}
HELP = (
    "Answer with a number or a name; an empty line leaves it to the model. Also: `model N` lets the "
    "model play N weeks, `undo` goes back a week and `undo N` to week N, `look` shows all that you "
    "can know, with weights, `finish` lets the model play to the end, `quit` keeps the game."
)
REASONS = 3  # for a choice, and as many against it


def play(
    name: options.Name,
    as_: Annotated[
        list[str] | None,
        typer.Option("--as", metavar="STATE", help="DPRK, USA, ROK ... Again for more."),
    ] = None,
    run: Annotated[
        int | None, typer.Option("--run", metavar="I", help="Which future, from 0.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", help="Names the luck; 0 is a seed.")
    ] = None,
    weeks: options.Weeks = None,
    save: Annotated[
        Path | None,
        typer.Option("--save", metavar="FILE.toml", help="Where the game is kept."),
    ] = None,
    runs: options.Runs = 1000,
) -> None:
    """Play a state, week by week, by choosing among what it can do; a game that was kept goes on."""
    scenario, _ = options.all_of(
        lambda: options.load_named_scenario(name),
        lambda: options.check_numbers(runs=runs, seed=seed or 0, run=run or 0),
    )
    game = _opened(scenario, as_, run, seed, weeks)
    path = _kept_at(save, name, game)
    _Session(game, path, runs).go()


def _opened(scenario: Scenario, as_, run: int | None, seed: int | None, weeks: int | None) -> Game:
    """A new game where states are named, else the one that the file holds."""
    from scenario_sim.teaching.game import Game, begin_game

    if as_:
        scenario = options.Edits(weeks, {}, ()).of(scenario)
        with options.rename_problem_keys(states="--as"):
            return begin_game(scenario, as_, seed or 0, run or 0)
    given = {"--run": run, "--seed": seed, "--weeks": weeks}
    if scenario.game is None:
        text = f"is missing: name who is played, as in --as {scenario.cast.codes[0]}"
        raise options.OptionsError([Problem("--as", text)])
    over = [option for option, value in given.items() if value is not None]
    if over:
        text = "this game has its own; name --as to begin another"
        raise options.OptionsError([Problem(option, text) for option in over])
    return Game(scenario)


def _kept_at(save: Path | None, name: str, game: Game) -> Path:
    """Where the game will be kept. Raises ScenarioError for a place that will not do, or where
    something else stands."""
    path = save or Path(f"{game.scenario.name or 'game'}-{'-'.join(game.states)}.toml")
    resumed = options.scenario_if_shipped(name, game.scenario) is None and Path(name).exists()
    if resumed and game.week and save is None:
        return Path(name)
    if path.suffix.lower() != ".toml":
        text = "is a scenario file; let its name end with .toml"
    elif path.exists() and not (resumed and path.samefile(name)):
        text = f"is there already; go on with it: scenario-sim play {path}, or name another file"
    elif not path.parent.is_dir():
        text = f"there is no folder {path.parent}"
    else:
        return path
    raise options.OptionsError([Problem(f"--save {path}", text)])


@dataclass
class _Stop(Exception):
    """What ends the asking: the game as it then stands."""

    game: Game
    quit: bool = False


class _Session:
    """Reads answers until the game is kept."""

    def __init__(self, game: Game, path: Path, runs: int):
        self._game, self._path, self._runs = game, path, runs
        self._console = make_console()
        self._new = True

    def go(self) -> None:
        from scenario_sim.teaching.game import messages

        self._print(HEADER, style="italic")
        self._print(HELP, style="dim")
        try:
            while True:
                try:
                    self._debriefed() if self._game.over else self._decided()
                except _Stop as stop:
                    self._game = stop.game
                    if stop.quit:
                        break
                keep(self._game, self._path)
        except KeyboardInterrupt:
            self._print("")
        keep(self._game, self._path)
        print_message(f"Kept: {self._path}. Go on with: scenario-sim play {self._path}")
        self._print(messages.DISCLAIMER, style="italic")

    # --- a week -----------------------------------------------------------------------------------

    def _decided(self) -> None:
        from scenario_sim.reporting.narrative.phrases import state_name
        from scenario_sim.teaching.game import choose, list_choices, observe

        game = self._game
        cast = game.scenario.cast
        self._print("")
        counted = f"Week {game.week + 1} of {game.scenario.weeks}, from Monday {game.date}."
        self._print(
            f"{counted} You are {_listed(state_name(cast[c], False) for c in game.states)}.", "bold"
        )
        for code in game.states:
            show_observation(
                self._console, observe(game, code), cast[code].name, policies=self._new
            )
        self._new = False
        picks = {}
        for choice in list_choices(game):
            show_choice(self._console, choice)
            if choice.settled:
                continue
            picked = self._asked(choice)
            if picked:
                picks[choice.decision] = picked
        self._game = choose(game, picks)

    def _asked(self, choice: Choice) -> str:
        """An action, or "" for what the model would do. Raises _Stop for what is no choice."""
        possible = [option.action for option in choice.options]
        while True:
            answer = self._read(f"{choice.state} {choice.channel}> ")
            if answer in ("", "model"):
                return ""
            if answer.isascii() and answer.isdecimal() and int(answer) < len(possible):
                return possible[int(answer)]
            if answer in possible:
                return answer
            if not self._command(answer):
                meant = did_you_mean(answer, (*possible, *COMMANDS), 0)
                numbers = f"a number from 0 to {len(possible) - 1}"
                self._print(
                    f"  {format_value(answer)} is neither {numbers} nor a command{meant}; try help"
                )

    def _debriefed(self) -> None:
        from scenario_sim.teaching.game import debrief

        with progress("The futures the model would have taken") as bar:
            found = debrief(self._game, runs=self._runs, progress=bar)
        show_debrief(self._console, found)
        while True:
            answer = self._read("undo N, or quit> ")
            if not self._command(answer):
                self._print(
                    f"  {format_value(answer)}: the game is over; `undo N` goes back, `quit` ends."
                )

    # --- what is no choice ------------------------------------------------------------------------

    def _command(self, answer: str) -> bool:
        """Whether it was one. Raises _Stop for those that go elsewhere."""
        found = re.fullmatch(r"(\w+|\?)(?:\s+([0-9]{1,5}))?", answer)
        word = found[1] if found else ""
        if word not in COMMANDS:
            return False
        number = int(found[2]) if found and found[2] else None
        try:
            COMMANDS[word](self, number)
        except ScenarioError as error:
            for problem in error.problems:
                self._print(f"  {problem}")
        return True

    def _undo(self, number: int | None) -> None:
        from scenario_sim.teaching.game import undo

        if number is not None and not 1 <= number <= self._game.week:
            text = f"takes a week from 1 to {self._game.week}, not {number}"
            text = text if self._game.week else "nothing is decided yet"
            raise ScenarioError([Problem("undo", text)])
        raise _Stop(undo(self._game, None if number is None else number - 1))

    def _model(self, number: int | None) -> None:
        from scenario_sim.teaching.game import let_model_decide

        raise _Stop(let_model_decide(self._game, 1 if number is None else number))

    def _finish(self, number: int | None) -> None:
        from scenario_sim.teaching.game import let_model_decide

        raise _Stop(let_model_decide(self._game, self._game.scenario.weeks))

    def _look(self, number: int | None) -> None:
        from scenario_sim.teaching.game import list_choices, observe

        for code in self._game.states:
            name = self._game.scenario.cast[code].name
            show_observation(self._console, observe(self._game, code), name, policies=True)
        for choice in list_choices(self._game):
            show_choice(self._console, choice, weights=True)

    def _quit(self, number: int | None) -> None:
        raise _Stop(self._game, quit=True)

    def _help(self, number: int | None) -> None:
        self._print(f"  {HELP}")

    def _read(self, prompt: str) -> str:
        """A line; the end of the input quits."""
        try:
            return self._console.input(prompt, markup=False).strip()
        except EOFError:
            self._print("")
            raise _Stop(self._game, quit=True) from None

    def _print(self, text: str, style: str = "") -> None:
        self._console.print(text, style=style, **PLAIN)


COMMANDS: dict[str, Callable[[_Session, int | None], None]] = {
    "undo": _Session._undo,
    "model": _Session._model,
    "finish": _Session._finish,
    "look": _Session._look,
    "quit": _Session._quit,
    "help": _Session._help,
    "?": _Session._help,
}


def head_of(game: Game, name: str) -> str:
    """What stands above a game's file: that it is a model, and how to make this world again."""
    from scenario_sim.simulation.engine import engine_line

    which = f"--run {game.table.run} --seed {game.table.seed}"
    again = f"# The same world again: scenario-sim replay {name} {which}\n"
    return f"# {HEADER}\n{again}{engine_line()}"


def keep(game: Game, path: Path) -> None:
    """Writes the game as a scenario file, whole or not at all. Raises OutputError."""
    from scenario_sim.scenario.files import dump_scenario
    from scenario_sim.studies.store.atomic import write_text_file

    write_text_file(path, f"{head_of(game, path.name)}{dump_scenario(game.scenario)}", "--save")


# --- what is shown --------------------------------------------------------------------------------


def show_observation(console: Console, seen: Observation, name: str, policies: bool) -> None:
    """What a state can know, as short lines."""

    def section(title: str, lines) -> None:
        told = list(lines)
        if told:
            console.print(f"  {title}", style="dim", **PLAIN)
        for line in told:
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
    about = f" ({choice.settled or choice.about})" if choice.settled or choice.about else ""
    console.print(f"{choice.state}, {choice.channel}{about}", style="bold", **PLAIN)
    for number, option in enumerate(() if choice.settled else choice.options):
        rung = "" if option.rung is None else f", rung {option.rung}"
        console.print(f"  {number}  {option.name}{rung}", **PLAIN)
        told = _weighed(option) if weights else _reasons(option)
        if told:
            console.print(f"       {told}", style="dim", **PLAIN)


def _reasons(option: Option) -> str:
    sides = (("for it", option.pros), ("against it", option.cons))
    return "; ".join(
        f"{side}: {', '.join(reason.words for reason in reasons[:REASONS])}"
        for side, reasons in sides
        if reasons
    )


def _weighed(option: Option) -> str:
    return ", ".join(f"{reason.words} {reason.weight:+.2f}" for reason in option.reasons)


def show_debrief(console: Console, found: Debrief) -> None:
    """The story of a game, its place among the model's futures, and its turning points."""
    from rich import box
    from rich.table import Table

    from scenario_sim.teaching.game import messages

    console.print("\nDebrief", style="bold", **PLAIN)
    for text in found.story:
        console.print(text, **PLAIN)
    runs = found.places[0].runs
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    table.add_column("", overflow="fold")
    for column in ("you", "the model, same luck", f"middle of {runs:,}", "percentile"):
        table.add_column(column, justify="right")
    for place in found.places:
        figures = (place.said(value) for value in (place.value, place.model, place.middle))
        table.add_row(place.name, *figures, f"{place.percentile:.0f}")
    console.print(table)
    for point in found.turning_points:
        made, *came = point.sentences
        console.print(made, style="bold", **PLAIN)
        for sentence in came:
            console.print(f"  {sentence}", **PLAIN)
    console.print(messages.CAUTION, **PLAIN)


def _listed(names) -> str:
    return " and ".join(names)
