"""Options that several commands share, their checks, and the errors that name them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Annotated

import typer

from scenario_sim.cli.completion import complete_levers, complete_outcomes, complete_scenarios
from scenario_sim.cli.output import print_message
from scenario_sim.errors import Problem, ProblemCollector, ScenarioError, format_range

if TYPE_CHECKING:
    from scenario_sim.scenario import Scenario
    from scenario_sim.studies.executors import Executor
    from scenario_sim.studies.stopping import Target
    from scenario_sim.studies.stopping import Until as StopRule

ERROR_TITLE = "these options cannot be used"
DEFAULT_RUNS = 1000
MAX_RUNS_UNTIL = 1_000_000  # with --until, unless --runs sets another maximum
MAX_REASONS = 8  # for which rows of a record become nothing, in one message

Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME|FILE",
        help="Name of a shipped scenario, or path of a file.",
        autocompletion=complete_scenarios,
    ),
]
Names = Annotated[
    list[str],
    typer.Argument(
        metavar="NAME|FILE|-...",
        help="Names of shipped scenarios, or paths of files; `-` is standard input.",
        autocompletion=complete_scenarios,
    ),
]
Runs = Annotated[int, typer.Option("--runs", metavar="N", help="Number of futures to simulate.")]
RunsPerCell = Annotated[
    int, typer.Option("--runs", metavar="N", help="Number of futures to simulate per cell.")
]
Seed = Annotated[
    int,
    typer.Option("--seed", metavar="N", help="Random seed; the same seed gives the same futures."),
]
Run = Annotated[
    int, typer.Option("--run", metavar="I", help="Number of the future, counted from 0.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="LEVER=VALUE",
        help="Set a lever for all weeks. Repeatable.",
        autocompletion=complete_levers,
    ),
]
Changes = Annotated[
    list[str] | None,
    typer.Option(
        "--change",
        metavar="DATE:LEVER=VALUE",
        help="Change a lever from a date on. Repeatable.",
    ),
]
Acts = Annotated[
    list[str] | None,
    typer.Option(
        "--act",
        metavar="DATE:STATE:ACTION",
        help="Force an act in the week of a date. `hold` forces no act; DATE:STATE:hold:CHANNEL "
        "does so in one channel. Repeatable.",
    ),
]
Weeks = Annotated[
    int | None,
    typer.Option(
        "--weeks", metavar="N", help="Simulate N weeks instead of the scenario's own length."
    ),
]
Outcomes = Annotated[
    list[str] | None,
    typer.Option(
        "--outcome",
        metavar="NAME",
        help="Outcome to report. Repeatable.",
        autocompletion=complete_outcomes,
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        help="Save the results in a folder. The same command resumes from there.",
    ),
]
Csv = Annotated[
    bool, typer.Option("--csv", help="With --out: also write outcomes and weeks as CSV.")
]
Weekly = Annotated[
    bool, typer.Option("--weekly", help="With --out: also write every week of every run as netCDF.")
]
Until = Annotated[
    list[str] | None,
    typer.Option(
        "--until",
        metavar="half(METRIC)=E",
        help="Add runs until half of the 95 % interval of a metric is at most E, or E%: an outcome "
        "(its mean), q95(OUTCOME), share(OUTCOME > X), or difference(...) or ratio(...) of these "
        "from the first scenario. `compare` takes differences. mcse(METRIC)=E takes a standard "
        "error. Repeatable. --runs is then the maximum.",
    ),
]
Theories = Annotated[
    bool, typer.Option("--theories", help="Repeat the comparison under each rival theory.")
]
RunsOrMost = Annotated[
    int | None,
    typer.Option("--runs", metavar="N", help="Number of futures: 1000; with --until the maximum."),
]
Parameters = Annotated[
    str | None,
    typer.Option(
        "--parameters",
        metavar="posterior|DIR",
        help="Draw coefficients from the shipped posterior, or from that of `calibrate --out DIR`.",
    ),
]
Jobs = Annotated[
    int,
    typer.Option("--jobs", metavar="N", help="Number of threads, up to the number of cores."),
]
Cluster = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="tcp://HOST:PORT",
        help="Run on the workers of this Dask scheduler instead of --jobs threads.",
    ),
]
HistoryFolder = Annotated[
    Path | None,
    typer.Option(
        "--record",
        metavar="DIR",
        help="Read the historical record from a folder: raw files, or rows to add to the shipped one.",
    ),
]
PluginFiles = Annotated[
    list[str] | None,
    typer.Option(
        "--plugin",
        metavar="FILE|NAME",
        help="Add outcomes, weekly quantities and theories from a .toml or .py file, or from an "
        "installed plug-in. Python runs with your rights. Repeatable.",
    ),
]
Report = Annotated[
    Path | None,
    typer.Option(
        "--report", metavar="FILE.html", help="Write a report as a web page, to read or to print."
    ),
]
PrintStudy = Annotated[
    bool,
    typer.Option(
        "--print-study", help="Print the study file of these options, for `study`; run nothing."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Do not print warnings about unusual settings.")
]


class OptionsError(ScenarioError):
    """Options that cannot be used; every problem names its option."""

    def __init__(self, problems: Iterable[Problem], scenario: str = ""):
        super().__init__(problems, f"{ERROR_TITLE} with {scenario}" if scenario else ERROR_TITLE)


@contextmanager
def rename_problem_keys(**options: str) -> Iterator[None]:
    """Raise a ScenarioError about one of these keys as an error about the option it came from."""
    try:
        yield
    except ScenarioError as error:
        if not any(problem.key in options for problem in error.problems):
            raise
        renamed = (Problem(options.get(p.key, p.key), p.text) for p in error.problems)
        raise OptionsError(renamed) from None


@contextmanager
def attribute_problems_to(option: str) -> Iterator[None]:
    """Raise every ScenarioError as an error about this option, its only possible cause."""
    try:
        yield
    except ScenarioError as error:
        raise OptionsError(Problem(option, problem.text) for problem in error.problems) from None


# --- checks ---------------------------------------------------------------------------------------


def check_numbers(
    runs: int = 1000, seed: int = 0, jobs: int = 1, run: int = 0, min_runs: int = 1
) -> None:
    """Check --runs, --seed, --jobs and --run.

    Parameters
    ----------
    runs, seed, jobs, run : int
        Their values; the defaults pass.
    min_runs : int
        Smallest possible value of --runs.

    Raises
    ------
    OptionsError
        For values out of range.
    """
    from scenario_sim.model.random_draws import MAX_RUNS, MAX_SEED

    problems = []
    for option, value, low, high, advice in (
        ("--runs", runs, min_runs, MAX_RUNS, "; 1000 is a good number"),
        ("--seed", seed, 0, MAX_SEED, ""),
        ("--run", run, 0, MAX_RUNS - 1, ""),
        ("--jobs", jobs, 1, 1024, ""),
    ):
        if not low <= value <= high:
            text = f"takes a whole number{format_range(low, high)}, not {value}{advice}"
            problems.append(Problem(option, text))
    if problems:
        raise OptionsError(problems)


def check_cluster(cluster: str | None, jobs: int) -> None:
    """Raise OptionsError for an address that cannot be one, or one beside --jobs."""
    if cluster is None:
        return
    problems = []
    if not re.fullmatch(r"(tcp|tls|ws|wss)://\[?[\w.:-]+\]?:\d{1,5}", cluster):
        text = "takes the address that `dask scheduler` prints, as in tcp://127.0.0.1:8786"
        problems.append(Problem(f"--cluster {cluster}", text))
    if jobs != 1:
        text = "replaces the threads of --jobs; leave out one of the two"
        problems.append(Problem(f"--cluster with --jobs {jobs}", text))
    if problems:
        raise OptionsError(problems)


def choose_runs(runs: int | None, until: list[str] | None) -> int:
    """Return --runs, or its default: 1,000, and with --until the largest number."""
    return runs if runs is not None else MAX_RUNS_UNTIL if until else DEFAULT_RUNS


def parse_until(
    texts: list[str] | None, scenarios: int = 2, loaded: Sequence[Scenario] = ()
) -> StopRule | None:
    """Parse --until for so many scenarios, and outcomes of their plug-ins. Raises OptionsError."""
    if not texts:
        return None
    from scenario_sim.studies.stopping import Until as StopRule

    problems = ProblemCollector(ERROR_TITLE)
    targets: list[Target] = []
    own = [one.name for scenario in loaded for one in scenario.plugins.outcomes]
    for text in texts:
        with problems.under(), rename_problem_keys(until=f"--until {text}"):
            targets += StopRule.parse(text, own=own).targets
    rule = StopRule(tuple(targets))
    if rule.compares and scenarios < 2:
        text = "compares a scenario with the first one; name two, or use `compare`"
        problems.add([Problem("--until", text)])
    problems.raise_if_any()
    return rule


def check_output_given(out: Path | None, csv: bool, weekly: bool) -> None:
    """Raise OptionsError for options that write files when there is no --out."""
    named = [name for name, wanted in (("--csv", csv), ("--weekly", weekly)) if wanted]
    if named and out is None:
        raise OptionsError(Problem(name, "needs a folder: --out DIR") for name in named)


def check_report_path(path: Path | None, scenarios: int = 1) -> None:
    """Raise OptionsError where no report can be written, or for more than one scenario."""
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


def make_output_folder(path: Path) -> Path:
    """Return the folder of --out, made where it is missing.

    Raises OptionsError where no file can be written into it.
    """
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


# --- what options name ----------------------------------------------------------------------------


def load_named_scenario(name: str, plugins: Sequence[str] | None = None) -> Scenario:
    """Load a shipped name, a path, or `-` for standard input, with plug-ins.

    Prints a note for a file that another engine made. Raises ScenarioSimError.
    """
    if plugins:
        from scenario_sim.simulation.plugins.reader import load_plugins

        problems, scenario, own = ProblemCollector(ERROR_TITLE), None, None
        with problems.under():
            scenario = load_named_scenario(name)
        with problems.under():
            own = load_plugins(*plugins, states=scenario.states if scenario else None)
        problems.raise_if_any()
        assert scenario and own
        return scenario.with_plugins(own)
    from scenario_sim.bounds import MAX_FILE_BYTES
    from scenario_sim.file_io import read_regular_file
    from scenario_sim.scenario.files import is_path, load_scenario, read_scenario

    if name == "-":
        text = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
        scenario = read_scenario(text)
        _print_engine_note("standard input", text)
        return scenario
    scenario = load_scenario(name)
    if is_path(name):
        with suppress(OSError):  # removed since it was read
            _print_engine_note(name, read_regular_file(Path(name), MAX_FILE_BYTES))
    return scenario


def _print_engine_note(where: str, text: bytes) -> None:
    from scenario_sim.simulation.engine import other_engine_warning

    if note := other_engine_warning(text):
        print_message(f"{where}: {note}.")


def scenario_if_shipped(name: str, scenario: Scenario) -> Scenario | None:
    """Return the scenario if it is a shipped one, None for a user's file."""
    from scenario_sim.scenario.files import list_scenarios

    return scenario if name in list_scenarios() else None


def use_history_folder(folder: Path | None) -> None:
    """Replace the shipped historical record by a folder's until the command ends.

    Each command runs in a context of its own (`main`). Raises ScenarioError.
    """
    if folder is None:
        return
    from scenario_sim.data.history.reader import read_record
    from scenario_sim.data.history.record import set_current_record

    record = read_record(folder)
    if record.left_out:
        told = "; ".join(record.left_out[:MAX_REASONS])
        rest = len(record.left_out) - MAX_REASONS
        more = f"; and {rest} more reasons (--json of `record` lists them)" if rest > 0 else ""
        print_message(f"Rows of {folder} that become nothing: {told}{more}.")
    set_current_record(record)


def parse_act_place(text: str, option: str, alternative: str = "") -> tuple[int, str, str]:
    """Parse `WEEK:STATE` or `WEEK:STATE:ACTION`.

    Parameters
    ----------
    text : str
        Value of the option.
    option : str
        Name of the option, such as "--why".
    alternative : str
        Other values that the option takes, for the message; such as "`all`, ".

    Returns
    -------
    tuple of int, str, str
        Week, state, and action; the action is "" where there is none.

    Raises
    ------
    OptionsError
        For any other text.

    Examples
    --------
    >>> parse_act_place("16:DPRK:regional_test", "--why")
    (16, 'DPRK', 'regional_test')
    """
    week, _, rest = text.partition(":")
    state, _, action = rest.partition(":")
    if not (week.isascii() and week.isdecimal() and len(week) < 6 and state):
        cure = f"takes {alternative}WEEK:STATE or WEEK:STATE:ACTION, as in 16:DPRK:regional_test"
        raise OptionsError([Problem(f"{option} {text}".rstrip(), cure)])
    return int(week), state, action


@contextmanager
def open_executor(jobs: int, cluster: str | None) -> Iterator[Executor]:
    """Yield the executor of --cluster, or else threads of this process."""
    if cluster is not None:
        from scenario_sim.studies.dask_executor import OnCluster

        yield OnCluster(cluster)
        return
    from scenario_sim.studies.executors import threads

    with threads(jobs) as executor:
        yield executor
