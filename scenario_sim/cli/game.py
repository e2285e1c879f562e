"""The command `play`: a game in the terminal, in plain lines of text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scenario_sim.cli import options
from scenario_sim.cli.game_screen import show_choice, show_debrief, show_observation
from scenario_sim.cli.output import PLAIN, make_console, print_message, progress_bar
from scenario_sim.cli.scenario_edits import ScenarioEdits
from scenario_sim.errors import (
    Problem,
    ProblemCollector,
    ScenarioError,
    did_you_mean,
    format_value,
)
from scenario_sim.reporting.messages import DISCLAIMER

if TYPE_CHECKING:  # errors about options need no Mesa
    from scenario_sim.scenario import Scenario
    from scenario_sim.teaching.game import Choice, Game

HELP = (
    "Answer with a number or a name; an empty line leaves it to the model. Also: `model N` lets the "
    "model play N weeks; `undo` goes back a week, and `undo N` to week N; `look` shows all that you "
    "can know, with weights; `finish` lets the model play to the end; `quit` keeps the game."
)


def play(
    name: options.Name,
    as_: Annotated[
        list[str] | None,
        typer.Option("--as", metavar="STATE", help="State to play: DPRK, USA, ROK ... Repeatable."),
    ] = None,
    run: Annotated[
        int | None,
        typer.Option("--run", metavar="I", help="Number of the future, counted from 0."),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option("--seed", metavar="N", help="Random seed; 0 by default."),
    ] = None,
    weeks: options.Weeks = None,
    save: Annotated[
        Path | None,
        typer.Option("--save", metavar="FILE.toml", help="File to save the game in."),
    ] = None,
    runs: options.Runs = 1000,
) -> None:
    """Play a state week by week, choosing among its possible acts; a saved game resumes."""
    problems = ProblemCollector(options.ERROR_TITLE)
    with problems.under():
        scenario = options.load_named_scenario(name)
    with problems.under():
        options.check_numbers(runs=runs, seed=seed or 0, run=run or 0)
    problems.raise_if_any()
    game = _open_game(scenario, as_, run, seed, weeks)
    _Session(game, _choose_path(save, name, game), runs).run()


def _open_game(
    scenario: Scenario, as_: list[str] | None, run: int | None, seed: int | None, weeks: int | None
) -> Game:
    """Return a new game of the named states, or else the game that the file holds."""
    from scenario_sim.teaching.game import begin_game, open_saved_game

    if as_:
        scenario = ScenarioEdits(weeks, {}, ()).apply_to(scenario)
        with options.rename_problem_keys(states="--as"):
            return begin_game(scenario, as_, seed or 0, run or 0)
    if scenario.game is None:
        text = f"is missing: name a state to play, as in --as {scenario.cast.codes[0]}"
        raise options.OptionsError([Problem("--as", text)])
    given = {"--run": run, "--seed": seed, "--weeks": weeks}
    text = "this game has its own; name --as to begin another"
    problems = [Problem(option, text) for option, value in given.items() if value is not None]
    if problems:
        raise options.OptionsError(problems)
    return open_saved_game(scenario)


def _choose_path(save: Path | None, name: str, game: Game) -> Path:
    """Return the file to save the game in.

    Raises OptionsError for a path that cannot be written, or that holds another file.
    """
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
class _StateChanged(Exception):
    """A command replaced the game, or ended the session."""

    game: Game
    quit: bool = False


class _Session:
    """Reads answers and saves the game after each of them."""

    def __init__(self, game: Game, path: Path, runs: int):
        self._game, self._path, self._runs = game, path, runs
        self._console = make_console()
        self._first_week = True

    def run(self) -> None:
        self._print(DISCLAIMER, style="italic")
        self._print(HELP, style="dim")
        try:
            while True:
                try:
                    self._show_debrief() if self._game.over else self._play_week()
                except _StateChanged as change:
                    self._game = change.game
                    if change.quit:
                        break
                save_game(self._game, self._path)
        except KeyboardInterrupt:
            self._print("")
        save_game(self._game, self._path)
        print_message(f"Saved: {self._path}. Resume with: scenario-sim play {self._path}")
        self._print(DISCLAIMER, style="italic")

    # --- a week -----------------------------------------------------------------------------------

    def _play_week(self) -> None:
        from scenario_sim.reporting.narrative.phrases import state_name
        from scenario_sim.teaching.game import choose, list_choices, observe

        game = self._game
        cast = game.scenario.cast
        self._print("")
        week = f"Week {game.week + 1} of {game.scenario.weeks}, from Monday {game.date}."
        names = " and ".join(state_name(cast[code], False) for code in game.states)
        self._print(f"{week} You are {names}.", "bold")
        for code in game.states:
            show_observation(
                self._console, observe(game, code), cast[code].name, policies=self._first_week
            )
        self._first_week = False
        picks = {}
        for choice in list_choices(game):
            show_choice(self._console, choice)
            if choice.settled:
                continue
            action = self._read_choice(choice)
            if action:
                picks[choice.decision] = action
        self._game = choose(game, picks)

    def _read_choice(self, choice: Choice) -> str:
        """Read an action, or "" for the model's choice. Raises _StateChanged for a command."""
        possible = [option.action for option in choice.options]
        while True:
            answer = self._read(f"{choice.state} {choice.channel}> ")
            if answer in ("", "model"):
                return ""
            if answer.isascii() and answer.isdecimal() and int(answer) < len(possible):
                return possible[int(answer)]
            if answer in possible:
                return answer
            if not self._run_command(answer):
                meant = did_you_mean(answer, (*possible, *COMMANDS), 0)
                numbers = f"a number from 0 to {len(possible) - 1}"
                self._print(
                    f"  {format_value(answer)} is neither {numbers} nor a command{meant}; try help"
                )

    def _show_debrief(self) -> None:
        from scenario_sim.teaching.game import debrief

        with progress_bar("The futures the model would have taken") as bar:
            found = debrief(self._game, runs=self._runs, progress=bar)
        show_debrief(self._console, found)
        while True:
            answer = self._read("undo N, or quit> ")
            if not self._run_command(answer):
                self._print(
                    f"  {format_value(answer)}: the game is over; `undo N` goes back, `quit` ends."
                )

    # --- commands ---------------------------------------------------------------------------------

    def _run_command(self, answer: str) -> bool:
        """Run a command and return True, or return False for text that is none."""
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
        raise _StateChanged(undo(self._game, None if number is None else number - 1))

    def _model(self, number: int | None) -> None:
        from scenario_sim.teaching.game import let_model_decide

        raise _StateChanged(let_model_decide(self._game, 1 if number is None else number))

    def _finish(self, number: int | None) -> None:
        from scenario_sim.teaching.game import let_model_decide

        raise _StateChanged(let_model_decide(self._game, self._game.scenario.weeks))

    def _look(self, number: int | None) -> None:
        from scenario_sim.teaching.game import list_choices, observe

        for code in self._game.states:
            name = self._game.scenario.cast[code].name
            show_observation(self._console, observe(self._game, code), name, policies=True)
        for choice in list_choices(self._game):
            show_choice(self._console, choice, weights=True)

    def _quit(self, number: int | None) -> None:
        raise _StateChanged(self._game, quit=True)

    def _help(self, number: int | None) -> None:
        self._print(f"  {HELP}")

    def _read(self, prompt: str) -> str:
        """Read a line; the end of the input quits."""
        try:
            return self._console.input(prompt, markup=False).strip()
        except EOFError:
            self._print("")
            raise _StateChanged(self._game, quit=True) from None

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


def file_header(game: Game, name: str) -> str:
    """Return the comment above a saved game: the disclaimer, and the command that replays it."""
    from scenario_sim.simulation.engine import engine_line

    which = f"--run {game.table.run} --seed {game.table.seed}"
    again = f"# The same run again: scenario-sim replay {name} {which}\n"
    return f"# {DISCLAIMER}\n{again}{engine_line()}"


def save_game(game: Game, path: Path) -> None:
    """Write the game as a scenario file, whole or not at all. Raises OutputError."""
    from scenario_sim.scenario.files import dump_scenario
    from scenario_sim.studies.store.atomic import write_text_file

    write_text_file(path, f"{file_header(game, path.name)}{dump_scenario(game.scenario)}", "--save")
