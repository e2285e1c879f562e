"""Make the results of an archive again, and compare them byte for byte."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from scenario_sim.bounds import MAX_FILE_BYTES
from scenario_sim.data.history.reader import read_record
from scenario_sim.data.history.record import record_context
from scenario_sim.data.plugins import NO_PLUGINS, Plugins
from scenario_sim.errors import OutputError, ScenarioSimError
from scenario_sim.file_io import read_regular_file
from scenario_sim.reporting.archive.writer import ENVIRONMENT, MANIFEST, STUDY, Environment
from scenario_sim.simulation.engine import engine_version
from scenario_sim.studies.cells import Cell
from scenario_sim.studies.executors import Executor
from scenario_sim.studies.run import Progress, run_study
from scenario_sim.studies.store.files import OUTCOMES, TRAJECTORY
from scenario_sim.studies.store.parquet import CorruptFile, decode_table
from scenario_sim.studies.store.plugin_files import plugin_path
from scenario_sim.studies.store.store import Store
from scenario_sim.studies.study_file import load_study, run_study_file
from scenario_sim.studies.study_file.writer import PRECISION_FILE, RESULTS_FILE, STUDY_FILE

MAX_MANIFEST_BYTES = 200_000_000  # a line of 130 bytes for each of 1.5 million files
MAX_NAMED = 5  # files in one message
_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")


@dataclass(frozen=True)
class Reproduction:
    """Count what came of making the results of an archive again.

    Attributes
    ----------
    runs : int
        Runs that were simulated.
    same : int
        Files that are the same, byte for byte.
    equal : tuple of str
        Files with equal values but other bytes, as other versions of pyarrow write them.
    differing : tuple of str
        Files with other values, or that were not made.
    left_out : str
        Why the analyses were not made again; empty if they were.
    engine : str
        The engine that made both.
    """

    runs: int
    same: int
    equal: tuple[str, ...]
    differing: tuple[str, ...]
    left_out: str
    engine: str


def reproduce(
    crate: Path,
    out: Path,
    *,
    jobs: int = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
    plugins: Plugins = NO_PLUGINS,
) -> Reproduction:
    """Check an unpacked archive, simulate all of its runs again, and compare the files.

    Parameters
    ----------
    crate : Path
        The folder that holds `ro-crate-metadata.json`.
    out : Path
        Folder for the new results; the same call continues from there.
    jobs, executor, progress
        As in `run_study`.
    plugins : Plugins
        Plug-ins of the study, if some are Python: the archive brings them, and never runs them.

    Raises
    ------
    OutputError
        A file of the archive is missing or changed, or this is another engine.
    """
    check_checksums(crate)
    environment = _environment(crate)
    old, new = Store(crate / STUDY), Store(out)
    with _record_of(crate, environment):
        if engine_version() != environment.engine:
            raise OutputError(
                f"{crate} was made by engine {environment.engine}, and this is {engine_version()}; "
                "install the one in software/, as README.md there says"
            )
        cells = [_cell(old, key, plugins) for key in old.listed()]
        runs = 0
        for weekly in (False, True):
            some = [c for c in cells if bool(old.blocks(c.key, trajectories=True)) == weekly]
            if some:
                made = run_study(
                    some, new, jobs=jobs, executor=executor, trajectories=weekly, progress=progress
                )
                runs += made.runs_made
        left_out = _analyse(crate, out, jobs, executor)
    return _compare(old, new, runs, left_out, environment.engine)


def check_checksums(crate: Path) -> int:
    """Return how many files of an archive have the checksum of its manifest.

    Raises OutputError with those that are missing or changed.
    """
    try:
        text = read_regular_file(crate / MANIFEST, MAX_MANIFEST_BYTES).decode()
    except (OSError, UnicodeDecodeError) as error:
        reason = f"{MANIFEST} cannot be read ({error})"
        if not crate.exists():
            reason = "there is no such folder"
        elif not crate.is_dir():
            reason = "it is a file; unpack it into a folder, and name the folder"
        elif not (crate / MANIFEST).exists():
            reason = f"it holds no {MANIFEST}"
        raise OutputError(f"{crate} is no unpacked archive: {reason}") from None
    wrong, good = [], 0
    for number, line in enumerate(text.splitlines(), start=1):
        found = _LINE.fullmatch(line)
        path = PurePosixPath(found[2]) if found else None
        if found is None or path is None or path.is_absolute() or ".." in path.parts:
            wrong.append(f"{MANIFEST}, line {number}: is no checksum of a file in this folder")
            continue
        if problem := _problem(crate / path, found[1]):
            wrong.append(f"{path}: {problem}")
        else:
            good += 1
    if wrong:
        more = f"\nand {len(wrong) - MAX_NAMED} more" if len(wrong) > MAX_NAMED else ""
        told = "\n".join(wrong[:MAX_NAMED])
        raise OutputError(f"{crate} is not as it was packed; unpack it anew:\n{told}{more}")
    return good


def _problem(path: Path, digest: str) -> str:
    if not path.is_file():
        return "is missing"
    with path.open("rb") as file:
        return "" if hashlib.file_digest(file, "sha256").hexdigest() == digest else "was changed"


def _environment(crate: Path) -> Environment:
    try:
        return Environment.model_validate_json(
            read_regular_file(crate / ENVIRONMENT, MAX_FILE_BYTES)
        )
    except (OSError, ValidationError) as error:
        said = str(error).partition("\n")[0]
        raise OutputError(f"{crate / ENVIRONMENT} cannot be used: {said}; unpack it anew") from None


@contextmanager
def _record_of(crate: Path, environment: Environment) -> Iterator[None]:
    record = read_record(crate / "record") if environment.own_record else None
    with record_context(record):
        yield


def _cell(old: Store, key: str, plugins: Plugins) -> Cell:
    told, runs = old.about(key), sum(block.runs for block in old.blocks(key))
    scenario = old.scenario(key)
    scenario = scenario.with_plugins(plugins) if plugins else scenario
    if (needed := told.get("plugins", {})) != scenario.plugins.sources:
        named = " ".join(f"--plugin {plugin_path(old.path, *one)}" for one in needed.items())
        raise OutputError(
            f"{old.path} rests on plug-ins in Python, which run with your rights. Read them, and name "
            f"them: {named}"
        )
    cell = Cell(scenario, told["seed"], runs, told["labels"])
    if cell.key != key:
        raise OutputError(f"cell {key} of {old.path} reads as another one, {cell.key}")
    return cell


def _analyse(crate: Path, out: Path, jobs: int, executor: Executor | None) -> str:
    """Run the study file on the new results; return why not, if it cannot be."""
    path = crate / STUDY / STUDY_FILE
    if not path.is_file():
        return "the study has no study file; the commands in README.md made its analyses"
    try:
        run_study_file(load_study(path), out, jobs=jobs, executor=executor)
    except ScenarioSimError as error:
        return f"study.toml names files that are not in the archive: {error}"
    return ""


def _compare(old: Store, new: Store, runs: int, left_out: str, engine: str) -> Reproduction:
    same = 0
    equal: list[str] = []
    differing: list[str] = []
    for name in _results(old.path, new.path, not left_out):
        path, again = old.path / name, new.path / name
        if not (path.is_file() and again.is_file()):
            differing.append(name)
        elif again.read_bytes() == path.read_bytes():
            same += 1
        else:
            (equal if _has_equal_values(path, again) else differing).append(name)
    return Reproduction(runs, same, tuple(equal), tuple(differing), left_out, engine)


def _results(old: Path, new: Path, analysed: bool) -> list[str]:
    """Return the files that hold results; times, paths and labels are no results.

    Of the analyses only those of the study file are made again, and compared.
    """
    paths = [*old.glob(f"cells/*/*{OUTCOMES}"), *old.glob(f"cells/*/*{TRAJECTORY}")]
    names = [path.relative_to(old).as_posix() for path in paths]
    if analysed:
        made = [new / RESULTS_FILE, *new.glob(PRECISION_FILE), *new.glob("analyses/*.csv")]
        names += [path.relative_to(new).as_posix() for path in made]
    return sorted(names)


def _has_equal_values(path: Path, again: Path) -> bool:
    if path.suffix != OUTCOMES:
        return False
    try:
        tables = [decode_table(one, one.read_bytes()) for one in (path, again)]
    except CorruptFile:
        return False
    return bool(tables[0].equals(tables[1]))
