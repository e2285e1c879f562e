"""Machine code kept on disk: whatever is wrong with the folder, the same worlds and one line of log."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scenario_sim.model.kernel import cache, machine
from scenario_sim.model.kernel.cache import CHECKSUM_BYTES, read_or_compute

ROOT = Path(__file__).parents[3]
CODE = b"machine code"
PLAY = """
import hashlib
from scenario_sim import load_scenario, simulate
from scenario_sim.simulation.engine import engine_version
futures = simulate(load_scenario("status-quo").with_weeks(20), 20, seed=7)
weekly = futures.weekly
print(engine_version(), hashlib.sha256(weekly.table.tobytes() + weekly.acts.tobytes()).hexdigest())
"""


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """An empty place for the cache."""
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache" / "kernel"


class Compiler:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> bytes:
        self.asked += 1
        return CODE


def lines(caplog) -> list[str]:
    found = [record.getMessage() for record in caplog.records]
    caplog.clear()
    return found


# --- a folder as it should be ---------------------------------------------------------------------------


def test_a_program_is_compiled_once_and_kept_for_oneself(folder, caplog):
    compiler = Compiler()
    assert read_or_compute("one", compiler) == read_or_compute("one", compiler) == CODE
    assert compiler.asked == 1
    read_or_compute("another", compiler)
    assert compiler.asked == 2
    assert sorted(path.name for path in folder.iterdir()) == ["another.o", "one.o"]
    assert stat.S_IMODE(folder.stat().st_mode) & 0o077 == 0
    assert lines(caplog) == []


def test_it_lies_in_the_users_cache_folder_unless_another_is_named(monkeypatch, tmp_path):
    monkeypatch.delenv(cache.FOLDER_VARIABLE, raising=False)
    monkeypatch.setattr(cache.platformdirs, "user_cache_dir", lambda name: str(tmp_path / name))
    assert cache.cache_folder() == tmp_path / "scenario-sim" / "kernel"


# --- files that are not what they should be --------------------------------------------------------------

GOOD = hashlib.sha256(CODE).digest() + CODE
SPOILT = {
    "empty": b"",
    "cut short": GOOD[:-1],
    "only a checksum": GOOD[:CHECKSUM_BYTES],
    "another's": b"\x7fELF" + bytes(5_000),
    "one bit flipped": GOOD[:-1] + bytes([GOOD[-1] ^ 1]),
}


@pytest.mark.parametrize("data", SPOILT.values(), ids=SPOILT)
def test_a_spoilt_file_is_compiled_again_and_mended(folder, caplog, data):
    compiler = Compiler()
    read_or_compute("one", compiler)
    (folder / "one.o").write_bytes(data)
    assert read_or_compute("one", compiler) == CODE
    (line,) = lines(caplog)
    assert str(folder / "one.o") in line and "compiled again" in line
    assert read_or_compute("one", compiler) == CODE and compiler.asked == 2
    assert (folder / "one.o").read_bytes() == GOOD and lines(caplog) == []


def test_a_folder_in_the_place_of_a_file_is_left_alone(folder, caplog):
    (folder / "one.o").mkdir(parents=True)
    os.chmod(folder, 0o700)
    assert read_or_compute("one", Compiler()) == CODE
    (line,) = lines(caplog)
    assert "not kept" in line and (folder / "one.o").is_dir()


# --- folders that cannot be used ---------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")
@pytest.mark.parametrize("rights", [0o777, 0o770, 0o702])
def test_a_folder_that_others_may_write_to_is_neither_read_nor_written(folder, caplog, rights):
    read_or_compute("one", Compiler())
    (folder / "one.o").write_bytes(hashlib.sha256(b"evil").digest() + b"evil")
    os.chmod(folder, rights)
    compiler = Compiler()
    assert read_or_compute("one", compiler) == read_or_compute("two", compiler) == CODE
    assert compiler.asked == 2 and [path.name for path in folder.iterdir()] == ["one.o"]
    assert all("other users may write to it" in line for line in lines(caplog))


@pytest.mark.skipif(os.name != "posix", reason="owners of POSIX")
def test_a_folder_of_another_user_is_not_used(folder, caplog, monkeypatch):
    read_or_compute("one", Compiler())
    monkeypatch.setattr(cache.os, "getuid", lambda: os.stat(folder).st_uid + 1)
    compiler = Compiler()
    assert read_or_compute("one", compiler) == CODE and compiler.asked == 1
    (line,) = lines(caplog)
    assert str(folder) in line


FAULTS = {
    "read-only": (errno.EROFS, "Read-only file system"),
    "not allowed": (errno.EACCES, "Permission denied"),
    "full": (errno.ENOSPC, "No space left on device"),
    "beyond the quota": (errno.EDQUOT, "Disk quota exceeded"),
    "a drive that is gone": (errno.ESTALE, "Stale file handle"),
}


def failing(*fault):
    def fail(*_args, **_more):
        raise OSError(*fault)

    return fail


@pytest.mark.parametrize("call", ["mkstemp", "replace", "fdopen"])
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_what_cannot_be_written_is_compiled_and_said_in_one_line(
    folder, caplog, monkeypatch, fault, call
):
    module = cache.tempfile if call == "mkstemp" else cache.os
    monkeypatch.setattr(module, call, failing(*fault))
    compiler = Compiler()
    cache._said.clear()
    assert read_or_compute("one", compiler) == CODE and compiler.asked == 1
    (line,) = lines(caplog)
    assert line == f"compiled programs are not kept: {folder}: {fault[1]}"
    assert list(folder.iterdir()) == [], "no part of a file stays"


def test_a_disk_that_fills_up_in_the_middle_of_a_file_leaves_nothing(folder, caplog, monkeypatch):
    real = os.fdopen

    class Filling:
        def __init__(self, *given):
            self.file = real(*given)

        def __enter__(self):
            return self

        def __exit__(self, *told):
            self.file.close()

        def write(self, data):
            self.file.write(data[:10])
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(cache.os, "fdopen", Filling)
    assert read_or_compute("one", Compiler()) == CODE
    assert len(lines(caplog)) == 1 and list(folder.iterdir()) == []
    monkeypatch.undo()


def test_what_cannot_be_read_is_compiled_and_said_in_one_line(folder, caplog, monkeypatch):
    read_or_compute("one", Compiler())
    monkeypatch.setattr(Path, "read_bytes", failing(errno.EIO, "Input/output error"))
    compiler = Compiler()
    assert read_or_compute("one", compiler) == CODE and compiler.asked == 1
    (line,) = lines(caplog)
    assert line == f"compiled programs are not kept: {folder}: Input/output error"


@pytest.mark.parametrize("place", ["", "deeper"])
def test_a_file_where_the_folder_should_be_is_left_alone(tmp_path, caplog, monkeypatch, place):
    file = tmp_path / "cache"
    file.write_text("mine")
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(file / place))
    assert read_or_compute("one", Compiler()) == CODE
    assert len(lines(caplog)) == 1 and file.read_text() == "mine"


def test_an_error_of_the_compiler_is_no_fault_of_the_folder(folder):
    def broken() -> bytes:
        raise RuntimeError("no such instruction")

    with pytest.raises(RuntimeError, match="no such instruction"):
        read_or_compute("one", broken)
    assert list(folder.iterdir()) == []


def test_many_at_once_find_a_whole_file_or_none(folder, caplog):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: read_or_compute(f"{n % 3}", Compiler()), range(300)))
    assert set(found) == {CODE} and lines(caplog) == []
    assert sorted(path.name for path in folder.iterdir()) == ["0.o", "1.o", "2.o"]


# --- real programs, in processes of their own --------------------------------------------------------------


def begin(folder: Path, before: str = "", package: Path = ROOT) -> subprocess.Popen:
    environment = os.environ | {"PYTHONPATH": str(package), cache.FOLDER_VARIABLE: str(folder)}
    return subprocess.Popen(
        [sys.executable, "-c", before + PLAY], env=environment, text=True, cwd=folder,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def played(process: subprocess.Popen) -> tuple[str, list[str]]:
    """What it printed, and the lines it logged."""
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out, err.splitlines()


def programs(folder: Path) -> list[Path]:
    return sorted((folder / "kernel").glob("*.o"))


def notes(folder: Path) -> list[Path]:
    return sorted((folder / "kernel").glob("*.note"))


@pytest.fixture(scope="module")
def usual(tmp_path_factory) -> tuple[str, Path]:
    """The world, and a folder that holds its program, with notes."""
    folder = tmp_path_factory.mktemp("usual")
    out, logged = played(begin(folder))
    assert logged == []
    files = sorted((folder / "kernel").iterdir())
    assert len(programs(folder)) == 1 and len(notes(folder)) == len(files) - 1 == 2
    again, logged = played(begin(folder))
    assert (again, logged) == (out, [])
    assert sorted((folder / "kernel").iterdir()) == files
    return out, folder


def copied(usual: tuple[str, Path], tmp_path: Path, with_notes: bool = False) -> Path:
    """A folder of one's own with the same program. Returns the program's file."""
    (program,) = programs(usual[1])
    mine = tmp_path / "kernel"
    mine.mkdir(mode=0o700)
    for file in (program, *(notes(usual[1]) if with_notes else ())):
        (mine / file.name).write_bytes(file.read_bytes())
    return mine / program.name


def test_two_processes_that_start_at_once_make_the_same_world(usual, tmp_path):
    starting = [begin(tmp_path) for _ in range(2)]
    for process in starting:
        assert played(process) == (usual[0], [])
    assert len(programs(tmp_path)) == 1


@pytest.mark.parametrize(("spoil", "with_notes"), [("half", True), ("another's", False)])
def test_a_spoilt_program_is_not_run(usual, tmp_path, spoil, with_notes):
    path = copied(usual, tmp_path, with_notes)
    good = path.read_bytes()
    path.write_bytes({"half": good[: len(good) // 2], "another's": good[::-1]}[spoil])
    out, logged = played(begin(tmp_path))
    assert out == usual[0] and len(logged) == 1 and "compiled again" in logged[0]
    assert path.read_bytes() == good


def test_a_folder_that_cannot_be_written_means_one_line_and_the_same_world(usual, tmp_path):
    full = (
        "import errno, tempfile\n"
        "def mkstemp(**_): raise OSError(errno.ENOSPC, 'No space left on device')\n"
        "tempfile.mkstemp = mkstemp\n"
    )
    out, logged = played(begin(tmp_path, full))
    assert out == usual[0]
    assert logged == [
        f"compiled programs are not kept: {tmp_path / 'kernel'}: No space left on device"
    ]


def test_another_processors_program_is_not_run(usual, tmp_path):
    """A processor without vectors of its own: another program beside the first, the same world."""
    path = copied(usual, tmp_path)
    path.write_bytes(hashlib.sha256(b"not mine").digest() + b"not mine")
    other = (
        "from scenario_sim.model.kernel import machine\n"
        "machine.processor = lambda: ('x86-64' if 'x86' in machine.llvm.get_process_triple() "
        "else 'generic', '')\n"
    )
    out, logged = played(begin(tmp_path, other))
    assert (out, logged) == (usual[0], [])
    assert len(programs(tmp_path)) == 2


def test_a_programs_name_depends_on_processor_features_compiler_and_system(monkeypatch):
    names = {machine.compiler_id()}
    for module, name, value in (
        (machine, "processor", lambda: ("another", "")),
        (machine, "processor", lambda: (machine.llvm.get_host_cpu_name(), "+none")),
        (machine.llvmlite, "__version__", "0.0"),
        (machine.llvm, "llvm_version_info", (1, 2, 3)),
        (machine.llvm, "get_process_triple", lambda: "wasm32"),
    ):
        with monkeypatch.context() as here:
            here.setattr(module, name, value)
            names.add(machine.compiler_id())
    assert len(names) == 6


# --- notes: a start that finds its program without a trace ---------------------------------------------------

NO_TRACE = """
import scenario_sim.model.kernel.trace as trace
def trace_week(*_): raise AssertionError("traced")
trace.trace_week = trace_week
"""
TOLD = "import scenario_sim; scenario_sim.IMPORTED_AT += 3600\n"  # takes a new copy for an old one


@pytest.fixture(scope="module")
def package(tmp_path_factory) -> Path:
    """A folder with a copy of the package."""
    root = tmp_path_factory.mktemp("copy")
    ignored = shutil.ignore_patterns("__pycache__", "ui")
    shutil.copytree(ROOT / "scenario_sim", root / "scenario_sim", ignore=ignored)
    for folder in ("scenarios", "lessons"):
        shutil.copytree(ROOT / folder, root / folder)
    return root


def test_a_start_from_the_cache_traces_nothing(usual, tmp_path):
    """Without its notes the program is traced, which fails here; with them it is found."""
    copied(usual, tmp_path, with_notes=True)
    patched_late = (
        "import scenario_sim.simulation.runner, scenario_sim.simulation.engine as engine\n"
        + NO_TRACE
    )
    memory = (
        "from scenario_sim.model.kernel import index\n"
        "found = index.memory_digest(engine.PROGRAM_MODULES)\n"
        "index.memory_digest = lambda modules: found\n"
    )
    before = patched_late.replace("\ndef trace_week", "\n" + memory + "def trace_week", 1)
    assert played(begin(tmp_path, before)) == (usual[0], [])
    for note in notes(tmp_path):
        note.unlink()
    process = begin(tmp_path, before)
    assert "traced" in process.communicate(timeout=120)[1] and process.returncode != 0


@pytest.mark.parametrize("spoil", ["half", "empty", "another's", "of another program", "no JSON"])
def test_a_spoilt_note_means_one_trace_more_and_one_line(usual, tmp_path, spoil):
    copied(usual, tmp_path, with_notes=True)
    (path,) = [note for note in notes(tmp_path) if not note.name.startswith("fingerprint")]
    good = path.read_bytes()

    def whole(data: bytes) -> bytes:
        return hashlib.sha256(data).digest() + data

    path.write_bytes(
        {
            "half": good[: len(good) // 2], "empty": b"", "another's": good[::-1],
            "of another program": whole(b'{"state": []}'), "no JSON": whole(b"machine code"),
        }[spoil]
    )  # fmt: skip
    out, logged = played(begin(tmp_path))
    assert out == usual[0] and len(logged) == 1 and "again" in logged[0]
    assert path.read_bytes() == good, "it is mended"


def test_a_program_that_is_gone_is_compiled_again_whatever_its_note_says(usual, tmp_path):
    path = copied(usual, tmp_path, with_notes=True)
    good = path.read_bytes()
    path.unlink()
    assert played(begin(tmp_path)) == (usual[0], [])
    assert path.read_bytes() == good


def test_a_changed_file_is_never_served_by_what_was_kept_before(usual, package, tmp_path):
    """The copy finds its own notes; with another rule it does not, and makes another world."""
    unchanged = played(begin(tmp_path, TOLD, package))
    assert unchanged == (usual[0], [])
    before = notes(tmp_path)
    rules = package / "scenario_sim" / "model" / "equations.py"
    text = rules.read_text("utf-8")
    assert text.count("WEEKS_A_YEAR = 52.0") == 1
    rules.write_text(text.replace("WEEKS_A_YEAR = 52.0", "WEEKS_A_YEAR = 52.5"), "utf-8")
    try:
        out, logged = played(begin(tmp_path, TOLD, package))
    finally:
        rules.write_text(text, "utf-8")
    assert logged == [] and out.split()[0] != usual[0].split()[0]
    assert out.split()[1] != usual[0].split()[1]
    assert len(notes(tmp_path)) == 2 * len(before) and len(programs(tmp_path)) == 2
    assert played(begin(tmp_path, TOLD, package)) == unchanged


CHANGED_IN_MEMORY = {
    "a number of the rules": (
        "from scenario_sim.model import equations\nequations.WEEKS_A_YEAR = 52.5\n"
    ),
    "a rule of a notebook": (
        "from scenario_sim.model import equations\n"
        "def calm(b, p): return {'tension': b.tension * 0.9}\n"
        "equations.WEEK_END_RULES = (*equations.WEEK_END_RULES, calm)\n"
    ),
    "code inside a rule": (
        "from scenario_sim.model import equations\n"
        "def share_left(x): return x * 0.0 + 0.5\n"
        "equations.share_left.__code__ = share_left.__code__\n"
    ),
    "a method of the agents": (
        "from scenario_sim.model.model import EscalationModel\n"
        "EscalationModel._fade_memories = lambda self: None\n"
    ),
}


@pytest.mark.parametrize("change", CHANGED_IN_MEMORY.values(), ids=CHANGED_IN_MEMORY)
def test_a_rule_changed_in_memory_neither_finds_nor_leaves_a_stale_note(usual, tmp_path, change):
    copied(usual, tmp_path, with_notes=True)
    out, logged = played(begin(tmp_path, change))
    name, world = out.split()
    assert logged == [] and name != usual[0].split()[0] and world != usual[0].split()[1]
    assert played(begin(tmp_path, change)) == (out, [])
    assert played(begin(tmp_path)) == (usual[0], [])


def test_a_changed_coefficient_is_another_engine_and_another_world(usual, tmp_path):
    copied(usual, tmp_path, with_notes=True)
    change = (
        "from dataclasses import replace\n"
        "from scenario_sim.data.states import load_cast\n"
        "known = load_cast().parameters\n"
        "rate = known['alarm_rate']\n"
        "known['alarm_rate'] = replace(rate, default=rate.default * 1.1)\n"
    )
    out, logged = played(begin(tmp_path, change))
    assert logged == []
    assert all(one != other for one, other in zip(out.split(), usual[0].split(), strict=True))
    assert played(begin(tmp_path)) == (usual[0], [])


def test_files_written_after_the_start_leave_no_note(package, tmp_path):
    """They may not be what this process runs."""
    touched = package / "scenario_sim" / "model" / "equations.py"
    touched.write_bytes(touched.read_bytes())
    out, logged = played(begin(tmp_path, "", package))
    assert logged == [] and len(programs(tmp_path)) == 1 and notes(tmp_path) == []
    assert played(begin(tmp_path, TOLD, package)) == (out, []) and notes(tmp_path)


# --- files that nobody uses ------------------------------------------------------------------------------


def test_the_files_used_last_are_kept(folder, monkeypatch):
    monkeypatch.setattr(cache, "MAX_FILES", 3)
    now = time.time()
    for age, name in enumerate(("new", "old", "older", "oldest")):
        read_or_compute(name, Compiler())
        os.utime(folder / f"{name}.o", (now - 10 * age * cache.DAY_S,) * 2)
    assert (
        read_or_compute("oldest", Compiler()) == CODE
    )  # a use counts, not only the day it was made
    read_or_compute("one more", Compiler())
    assert {path.stem for path in folder.iterdir()} == {"one more", "oldest", "new"}


def test_files_are_kept_up_to_a_size(folder, monkeypatch):
    monkeypatch.setattr(cache, "MAX_BYTES", 3 * len(GOOD))
    for n in range(6):
        read_or_compute(f"{n}", Compiler())
        os.utime(folder / f"{n}.o", (time.time() - 60 + n,) * 2)
    assert sorted(path.stem for path in folder.iterdir()) == ["3", "4", "5"]


def test_what_a_killed_process_left_half_written_goes_after_a_day(folder):
    read_or_compute("one", Compiler())
    for name, age in (("tmpfresh", 0.5), ("tmpold", 2)):
        (folder / name).write_bytes(b"half")
        os.utime(folder / name, (time.time() - age * cache.DAY_S,) * 2)
    read_or_compute("two", Compiler())
    assert sorted(path.name for path in folder.iterdir()) == ["one.o", "tmpfresh", "two.o"]


def test_pruning_beside_other_processes_loses_no_world(folder, caplog, monkeypatch):
    """Files that vanish while they are listed, or read, mean another compilation at most."""
    monkeypatch.setattr(cache, "MAX_FILES", 2)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: read_or_compute(f"{n % 7}", Compiler()), range(400)))
    assert set(found) == {CODE} and lines(caplog) == []
    read_or_compute("last", Compiler())
    assert len(list(folder.iterdir())) <= 2
