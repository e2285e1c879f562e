"""What the commands take, and how it is checked: every problem at once, each naming its option."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenario_sim.cli.output import print_message
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.errors import (
    Problem,
    ScenarioError,
    ScenarioSimError,
    UnknownNameError,
    format_range,
    format_value,
)
from scenario_sim.scenario.dates import week_of

if TYPE_CHECKING:
    from scenario_sim.scenario import Scenario

TITLE = "these options cannot be used"

Name = Annotated[str, typer.Argument(metavar="NAME|FILE", help="A shipped scenario, or a file.")]
Names = Annotated[
    list[str], typer.Argument(metavar="NAME|FILE|-...", help="Shipped scenarios, or files.")
]
Runs = Annotated[int, typer.Option("--runs", metavar="N", help="How many futures.")]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help="Names the ensemble; 0 is a seed.")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="LEVER=VALUE", help="Set a lever throughout. Again for more."),
]
Changes = Annotated[
    list[str] | None,
    typer.Option(
        "--change",
        metavar="DATE:LEVER=VALUE",
        help="Change a lever from a date on. Again for more.",
    ),
]
Acts = Annotated[
    list[str] | None,
    typer.Option(
        "--act",
        metavar="DATE:STATE:ACTION",
        help="Force an act in the week of a date; `hold` and DATE:STATE:hold:CHANNEL for none. "
        "Again for more.",
    ),
]
Weeks = Annotated[int | None, typer.Option("--weeks", metavar="N", help="Another length.")]
Jobs = Annotated[
    int,
    typer.Option("--jobs", metavar="N", help="Threads: up to as many as this machine has cores."),
]
HistoryFolder = Annotated[
    Path | None,
    typer.Option("--record", metavar="DIR", help="Another record, in raw files, for the shipped."),
]
Report = Annotated[
    Path | None,
    typer.Option("--report", metavar="FILE.html", help="Write a hand-out, to read or to print."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Quiet = Annotated[
    bool,
    typer.Option("--quiet", "-q", help="No word on settings that are odd together or unseen."),
]


class OptionsError(ScenarioError):
    """Options that cannot be, each by its name."""

    def __init__(self, problems: Iterable[Problem], scenario: str = ""):
        super().__init__(problems, f"{TITLE} with {scenario}" if scenario else TITLE)


@dataclass(frozen=True)
class Edits:
    """What --weeks, --set, --change and --act ask of a scenario, in this order. `changes` and
    `acts` keep the text they were written in."""

    weeks: int | None
    settings: dict[str, float]
    changes: tuple[tuple[str, date, str, float], ...]
    acts: tuple[tuple[str, date, dict[str, str]], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.settings or self.changes or self.acts)

    def of(self, scenario: Scenario) -> Scenario:
        """The scenario with all of it. Raises ScenarioError, naming the options."""
        problems: list[Problem] = []
        edited = scenario
        if self.weeks is not None:
            edited = _tried(edited, lambda s: s.with_weeks(self.weeks), "--weeks", problems)
        edited = _tried(edited, lambda s: s.with_levers(**self.settings), "--set", problems)
        for text, day, lever, value in self.changes:
            more = {lever: value}
            edited = _tried(edited, lambda s: s.with_change(date=day, **more), text, problems)  # noqa: B023
        for text, day, done in self.acts:
            week = week_of(scenario.start, day)
            edited = _tried(edited, lambda s: s.with_act(week=week, **done), text, problems)  # noqa: B023
        if problems:
            raise OptionsError(problems, scenario.name or scenario.title)
        return edited


def parse_edits(
    weeks: int | None,
    settings: Sequence[str] | None,
    changes: Sequence[str] | None,
    acts: Sequence[str] | None = None,
) -> Edits:
    """Reads --weeks, --set, --change and --act. Raises ScenarioError with everything wrong in
    them."""
    problems: list[Problem] = []
    sets, dated = {}, []
    for text in settings or ():
        pair = _setting(text, f"--set {text}", "hotline=0.8", problems)
        if pair:
            sets[pair[0]] = pair[1]
    for text in changes or ():
        option = f"--change {text}"
        day_text, colon, rest = text.partition(":")
        if not colon:
            cure = "takes DATE:LEVER=VALUE, as in 2027-03-01:hotline=0.8"
            problems.append(Problem(option, cure))
            continue
        day = _day(day_text, option, problems)
        pair = _setting(rest, option, "2027-03-01:hotline=0.8", problems)
        if day and pair:
            dated.append((option, day, *pair))
    done = [act for text in acts or () if (act := _forced(text, f"--act {text}", problems))]
    if problems:
        raise OptionsError(problems)
    return Edits(weeks, sets, tuple(dated), tuple(done))


def check_numbers(
    runs: int = 1000, seed: int = 0, jobs: int = 1, run: int = 0, least: int = 1
) -> None:
    """Raises ScenarioError for counts and seeds that cannot be. `least`: of the runs."""
    from scenario_sim.model.random_draws import MAX_RUNS, MAX_SEED

    problems = []
    for option, value, low, high, advice in (
        ("--runs", runs, least, MAX_RUNS, "; 1000 is a good number"),
        ("--seed", seed, 0, MAX_SEED, ""),
        ("--run", run, 0, MAX_RUNS - 1, ""),
        ("--jobs", jobs, 1, 1024, ""),
    ):
        if not low <= value <= high:
            text = f"takes a whole number{format_range(low, high)}, not {value}{advice}"
            problems.append(Problem(option, text))
    if problems:
        raise OptionsError(problems)


def use_history_folder(folder: Path | None) -> None:
    """The record of a folder in the place of the shipped one, until the command ends: each has a
    context of its own. Raises ScenarioError."""
    if folder is None:
        return
    from scenario_sim.data.history.reader import read_record
    from scenario_sim.data.history.record import set_current_record

    set_current_record(read_record(folder))


def act(text: str, option: str, otherwise: str = "") -> tuple[int, str, str]:
    """`week:state` or `week:state:action`. Raises ScenarioError. otherwise: what else the option
    takes."""
    week, _, rest = text.partition(":")
    state, _, action = rest.partition(":")
    if not (week.isascii() and week.isdecimal() and len(week) < 6 and state):
        cure = f"takes {otherwise}WEEK:STATE or WEEK:STATE:ACTION, as in 16:DPRK:regional_test"
        raise OptionsError([Problem(f"{option} {text}".rstrip(), cure)])
    return int(week), state, action


@contextmanager
def rename_problem_keys(**options: str) -> Iterator[None]:
    """Errors about these keys name the options they came from."""
    try:
        yield
    except ScenarioError as error:
        raise renamed(error, **options) from None


@contextmanager
def attribute_problems_to(option: str) -> Iterator[None]:
    """Every error names this option: nothing else can have caused it."""
    try:
        yield
    except ScenarioError as error:
        raise OptionsError(Problem(option, problem.text) for problem in error.problems) from None


def load_named_scenario(name: str) -> Scenario:
    """A shipped name, a path, or `-` for standard input. Raises ScenarioSimError."""
    from scenario_sim.bounds import MAX_FILE_BYTES
    from scenario_sim.scenario.files import is_path, load_scenario, read_scenario

    if name != "-":
        scenario = load_scenario(name)
        if is_path(name):
            _tell_engine_of(name)
        return scenario
    text = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
    scenario = read_scenario(text)
    _tell_engine("standard input", text)
    return scenario


def _tell_engine_of(path: str) -> None:
    """Say that a file was made under another engine."""
    from scenario_sim.bounds import MAX_FILE_BYTES
    from scenario_sim.file_io import read_regular_file

    with suppress(OSError):  # gone since it was read
        _tell_engine(path, read_regular_file(Path(path), MAX_FILE_BYTES))


def _tell_engine(where: str, text: bytes) -> None:
    from scenario_sim.simulation.engine import other_engine_warning

    if advice := other_engine_warning(text):
        print_message(f"{where}: {advice}.")


def scenario_if_shipped(name: str, scenario: Scenario) -> Scenario | None:
    """A scenario that was named, as it is shipped; None for a file, which is its author's own."""
    from scenario_sim.scenario.files import list_scenarios

    return scenario if name in list_scenarios() else None


def all_of(*steps: Callable[[], Any]) -> list[Any]:
    """What each step gives; where some fail, one error that says everything they say."""
    given: list[Any] = []
    said: dict[str, list[str]] = {}  # by first lines: problems under one title stand together
    for step in steps:
        try:
            given.append(step())
        except ScenarioSimError as error:
            title, *lines = str(error).splitlines()
            told = said.setdefault(title, [])
            told += [line for line in lines if line not in told]
    if said:
        raise ScenarioSimError(
            "\n".join(line for head in said.items() for line in (head[0], *head[1]))
        )
    return given


def each(step: Callable[[Any], Any], things: Iterable[Any]) -> list[Any]:
    """A step applied to each of several things; every failure is told."""
    return all_of(*(lambda thing=thing: step(thing) for thing in things))


def renamed(error: ScenarioError, **options: str) -> ScenarioError:
    """The same error, called by the options it came from, where it came from options."""
    if not any(problem.key in options for problem in error.problems):
        return error
    return OptionsError(Problem(options.get(p.key, p.key), p.text) for p in error.problems)


def make_output_folder(path: Path) -> Path:
    """The results' folder, made if it is not there. Raises ScenarioError where nothing can be
    written into it."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=path):
            pass
    except FileExistsError:
        text = "is a file; name a folder"
    except NotADirectoryError:
        text = "lies below a file; name a folder"
    except OSError as error:
        text = f"cannot be written to: {error.strerror or error}"
    else:
        return path
    raise OptionsError([Problem(f"--out {path}", text)])


def check_report_path(path: Path | None, scenarios: int = 1) -> None:
    """Raises ScenarioError where no hand-out can be written, or where it would be about more than
    one scenario."""
    if path is None:
        return
    if scenarios > 1:
        text = f"takes one scenario, not {scenarios}; run them one by one"
    elif path.suffix.lower() not in (".html", ".htm"):
        text = "is a web page; let its name end with .html"
    elif path.is_dir():
        text = "is a folder; name a file in it"
    elif not path.parent.is_dir():
        text = f"there is no folder {path.parent}"
    else:
        return
    raise OptionsError([Problem(f"--report {path}", text)])


def _tried(scenario: Scenario, edit: Callable, option: str, problems: list[Problem]) -> Scenario:
    try:
        return edit(scenario)
    except ScenarioError as error:
        problems += [Problem(option, problem.text) for problem in error.problems]
        return scenario


def _setting(
    text: str, option: str, example: str, problems: list[Problem]
) -> tuple[str, float] | None:
    """`lever=value`, checked against the registry of levers."""
    name, equals, written = (part.strip() for part in text.partition("="))
    if not equals:
        problems.append(Problem(option, f"takes a lever and its value, as in {example}"))
        return None
    if name not in SETTINGS:
        error = UnknownNameError("lever", name, SETTINGS)
        problems.append(Problem(option, str(error)))
        return None
    lever = SETTINGS[name]
    try:
        value = float(written)
    except ValueError:
        value = math.nan
    if not lever.low <= value <= lever.high:
        said = written if math.isfinite(value) else format_value(written)
        limits = format_range(float(lever.low), float(lever.high))
        problems.append(Problem(option, f"{name} takes a number{limits}, not {said}"))
        return None
    return name, value


def _forced(
    text: str, option: str, problems: list[Problem]
) -> tuple[str, date, dict[str, str]] | None:
    """`date:state:action` or `date:state:action:channel`."""
    day_text, *words = text.split(":")
    if len(words) not in (2, 3) or not all(words):
        cure = "takes DATE:STATE:ACTION or DATE:STATE:ACTION:CHANNEL"
        problems.append(Problem(option, f"{cure}, as in 2027-03-01:DPRK:icbm_test"))
        return None
    day = _day(day_text, option, problems)
    done = dict(zip(("state", "action", "channel"), words, strict=False))
    return (option, day, done) if day else None


def _day(text: str, option: str, problems: list[Problem]) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        problems.append(Problem(option, f"takes a date such as 2027-03-01, not {text.strip()!r}"))
        return None
