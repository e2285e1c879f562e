"""Which engine makes worlds: the model's fingerprint, and whether it is compiled or run in NumPy.

Both make the same worlds to within rounding, from the same model. An engine's name says which made
a world, so results of the two are never mixed unseen.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import sys
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, version
from threading import Lock
from typing import TYPE_CHECKING

from cachetools import LRUCache, cached

from scenario_sim.data.history import record

if TYPE_CHECKING:
    from scenario_sim.model.kernel.program import Program
    from scenario_sim.scenario import Scenario

log = logging.getLogger(__name__)
ENGINE_VARIABLE = "SCENARIO_SIM_ENGINE"  # "numpy" does without machine code
FINGERPRINT_DIGITS = 8
NUMPY = "-numpy"  # ends the name of an engine that was not compiled
ENGINE_LINE = re.compile(r"# Engine: ([\w.+-]{1,80})")
MADE_ELSEWHERE = "made under engine {}; this is {}: the same seed gives other runs"
MAX_PROGRAMS = 16  # traced programs in memory, one for each cast of states in use
# What a program, or the model's fingerprint, is made from. The states' files have a digest.
DETERMINING = (
    *("data.enums", "data.variables", "data.parameters.parameter"),
    *("data.states.schema", "data.states.loader", "data.states.mechanisms"),
    *("scenario.tables", "scenario.fields", "scenario.scenario"),
    *("scenario.dates", "scenario.schedule"),
    *("simulation.cycles", "simulation.histograms", "simulation.outcomes"),
    *("model.agents", "model.blackboard", "model.buffers", "model.choice", "model.equations"),
    *("model.linear_sums", "model.measures", "model.model", "model.random_draws"),
    *("model.special_functions", "model.version", "model.week_inputs"),
    *("model.kernel.graph", "model.kernel.ir_draws", "model.kernel.ir_run"),
    *("model.kernel.ir_week", "model.kernel.llvm", "model.kernel.program"),
    *("model.kernel.symbolic_buffers", "model.kernel.symbols", "model.kernel.trace"),
    "model.kernel.writer",
)


# --- which engine ------------------------------------------------------------------------------------


@cache
def package_version() -> str:
    """Return the version of the installed package, or `unknown` in a bare checkout."""
    try:
        return version("scenario-sim")
    except PackageNotFoundError:
        return "unknown"


def engine_version() -> str:
    """Return which engine makes worlds here: package, model, record, and `-numpy` without a compiler.

    Equal names, equal worlds. The model's part is its fingerprint (`model/version.py`).
    """
    other = record.replacement_record()
    fingerprint, problem = _model_as_it_stands()
    name = f"{package_version()}+{fingerprint[:FINGERPRINT_DIGITS]}"
    name += f".{other.digest[:8]}" if other else ""
    return name + NUMPY if _no_machine_code() or problem else name


def engine_line() -> str:
    """Return the comment that names the engine at the top of a scenario file that we write."""
    return f"# Engine: {engine_version()}\n"


def made_elsewhere(text: str | bytes) -> str:
    """Return what to say of a scenario file that was made under another engine; else nothing.

    The file is as good as any: what moved are single runs. So this is advice and never an error.
    """
    written = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    for line in written.removeprefix("\ufeff").splitlines():
        if not line.startswith("#"):
            break
        if found := ENGINE_LINE.fullmatch(line.rstrip()):
            name, here = found[1], engine_version()
            return "" if _model_in(name) == _model_in(here) else MADE_ELSEWHERE.format(name, here)
    return ""


def _model_in(name: str) -> str:
    """Return the part of an engine's name that tells its worlds, to within rounding."""
    return name.partition("+")[2].removesuffix(NUMPY)


def engine_description() -> str:
    """Return what runs worlds here, in words."""
    if problem := why_not_compiled():
        return f"NumPy, without machine code ({problem})"
    from scenario_sim.model.kernel.machine import processor, vector_lanes

    lanes = vector_lanes()
    return f"machine code for {processor()[0]}, vectors of {lanes} doubles ({64 * lanes} bits)"


def compiles() -> bool:
    """Return whether this machine makes and runs machine code."""
    return not _no_machine_code()


def why_not_compiled() -> str:
    """Return why worlds are made in NumPy here; empty where they are compiled."""
    return _no_machine_code() or _model_as_it_stands()[1]


def _no_machine_code() -> str:
    if os.environ.get(ENGINE_VARIABLE, "").lower() == "numpy":
        return f"{ENGINE_VARIABLE}=numpy"
    return _compiler_problem()


@cache
def _compiler_problem() -> str:
    """Return what keeps llvmlite from making code that runs; it is said once, in the log."""
    try:
        from scenario_sim.model.kernel.machine import check_executable

        check_executable()
    except Exception as error:
        problem = str(error).strip() or type(error).__name__
        warn_of_numpy(problem)
        return problem
    return ""


def warn_of_numpy(problem: object) -> None:
    """Say in the log why worlds are not compiled."""
    log.warning("worlds are made in NumPy, some fifteen times slower: %s", problem)


def model_fingerprint() -> str:
    """Return the fingerprint of the model as it stands, 64 hexadecimal digits."""
    return _model_as_it_stands()[0]


def _model_as_it_stands() -> tuple[str, str]:
    """Return the model's fingerprint, and which rule cannot be compiled, if one was changed so.

    Tracing takes a tenth of a second and loads the model. Commands that only look results up are
    spared it by a note in the cache, under a digest of the package's files.
    """
    if "scenario_sim.model.equations" in sys.modules:  # loaded, and perhaps changed in a notebook
        return _fingerprint_of(code_in_use())
    from scenario_sim.model.kernel import cache as files_cache
    from scenario_sim.model.kernel.index import ForeignError, files_digest

    try:
        key = f"fingerprint-{files_digest()}"
    except ForeignError:
        return _fingerprint_of(code_in_use())

    def note() -> bytes:
        return _fingerprint_of(code_in_use())[0].encode()

    return files_cache.cached(key, note, files_cache.NOTE).decode(), ""


def code_in_use() -> int:
    """Return a number for the model's code: it differs where a rule or an agent was changed."""
    from scenario_sim.model.kernel import source

    return source.code_in_use()


@lru_cache(maxsize=4)
def _fingerprint_of(code: int) -> tuple[str, str]:
    """Return the fingerprint of the model with this code, and which rule cannot be compiled.

    A changed rule that only NumPy can run is no program; its code stands for it.
    """
    from scenario_sim.model.kernel import cache as files_cache
    from scenario_sim.model.kernel.source import instructions
    from scenario_sim.model.kernel.symbols import TracingError
    from scenario_sim.model.version import probe_scenario

    try:
        key = program_key(probe_scenario(), record.shipped_record().digest)
        if key:
            name = f"fingerprint-{key}"
            program = files_cache.cached(name, _traced_fingerprint, files_cache.NOTE).decode()
        else:
            program = _traced_fingerprint().decode()
        problem = ""
    except TracingError as error:
        program, problem = instructions(code), str(error)
    return hashlib.sha256((record.shipped_record().digest + program).encode()).hexdigest(), problem


def _traced_fingerprint() -> bytes:
    from scenario_sim.model.version import fingerprint, probe_scenario
    from scenario_sim.simulation.outcomes import MEASURES, OUTCOMES

    scenario = probe_scenario()
    results = {outcome.name: outcome.result for outcome in OUTCOMES}
    with record.record_context(None):  # the calendar reads the record in use; its name comes apart
        return fingerprint(program_of(scenario), scenario, MEASURES, results).encode()


def program_key(scenario: Scenario, more: str) -> str:
    """Return a digest of everything that determines a scenario's program, and of something more.

    It is empty where no digest can tell: where a rule was changed, or a file of the package.
    """
    from scenario_sim.model.kernel.index import ForeignError, files_digest, memory_digest

    cast = scenario.cast
    defaults = {name: parameter.default for name, parameter in cast.parameters.items()}
    try:
        parts = [files_digest(), memory_digest(DETERMINING), cast.digest, repr(defaults)]
    except ForeignError:
        return ""
    parts += [version("numpy"), version("mesa"), more]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def states_and_code(scenario: Scenario) -> tuple[str, int]:
    """Return what a traced program holds for: the cast of states, and the model's code."""
    return scenario.cast.digest, code_in_use()


@cached(LRUCache(MAX_PROGRAMS), key=states_and_code, lock=Lock())
def program_of(scenario: Scenario) -> Program:
    """Return the traced model of a scenario's states, with our outcomes and histograms.

    Raises TracingError where a changed rule cannot be traced.
    """
    from scenario_sim.model.blackboard import recorded_rows
    from scenario_sim.model.kernel.program import Program
    from scenario_sim.model.kernel.trace import trace_week
    from scenario_sim.simulation.histograms import HISTOGRAMS
    from scenario_sim.simulation.outcomes import MEASURES

    return Program(trace_week(scenario, recorded_rows(scenario.cast), MEASURES, HISTOGRAMS))
