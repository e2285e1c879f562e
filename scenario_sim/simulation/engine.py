"""The engine that runs the model: its name, its fingerprint, and whether it is compiled.

The compiled and the NumPy engine run the same model and agree to within rounding. The engine's name
tells which of them made a result, so results of the two are never mixed unnoticed.
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
NUMPY_SUFFIX = "-numpy"  # ends the name of an engine that was not compiled
ENGINE_LINE = re.compile(r"# Engine: ([\w.+-]{1,80})")
OTHER_ENGINE_MESSAGE = "made under engine {}; this is {}: the same seed gives other runs"
MAX_PROGRAMS = 16  # traced programs in memory, one for each cast of states in use
# The modules that determine a program and the model's fingerprint. States' files have a digest.
PROGRAM_MODULES = (
    *("data.enums", "data.variables", "data.parameters.parameter"),
    *("data.states.schema", "data.states.loader", "data.states.mechanisms"),
    *("scenario.tables", "scenario.fields", "scenario.scenario"),
    *("scenario.dates", "scenario.reactions", "scenario.schedule"),
    *("simulation.cycles", "simulation.histograms", "simulation.outcomes"),
    *("simulation.plugins.evaluation", "simulation.plugins.measures"),
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
    """Return the engine's name: package, model, record, and `-numpy` without a compiler.

    Equal names give equal runs. The model's part is its fingerprint (`model/version.py`).
    """
    other = record.replacement_record()
    fingerprint, problem = _model_as_it_stands()
    name = f"{package_version()}+{fingerprint[:FINGERPRINT_DIGITS]}"
    name += f".{other.digest[:8]}" if other else ""
    return name + NUMPY_SUFFIX if _no_machine_code() or problem else name


def engine_line() -> str:
    """Return the comment line that names the engine at the top of a saved scenario file."""
    return f"# Engine: {engine_version()}\n"


def other_engine_warning(text: str | bytes) -> str:
    """Return a warning if a scenario file was saved under another engine; else an empty text.

    The file is valid, and only its single runs differ. So this is advice and never an error.
    """
    written = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    for line in written.removeprefix("\ufeff").splitlines():
        if not line.startswith("#"):
            break
        if found := ENGINE_LINE.fullmatch(line.rstrip()):
            name, here = found[1], engine_version()
            return (
                ""
                if _model_in(name) == _model_in(here)
                else OTHER_ENGINE_MESSAGE.format(name, here)
            )
    return ""


def _model_in(name: str) -> str:
    """Return the part of an engine's name that determines its runs, to within rounding."""
    return name.partition("+")[2].removesuffix(NUMPY_SUFFIX)


def engine_description() -> str:
    """Return a description of the engine on this machine."""
    if problem := why_not_compiled():
        return f"NumPy, without machine code ({problem})"
    from scenario_sim.model.kernel.machine import processor, vector_lanes

    lanes = vector_lanes()
    return f"machine code for {processor()[0]}, vectors of {lanes} doubles ({64 * lanes} bits)"


def can_compile() -> bool:
    """Return True if this machine compiles the model and may run machine code."""
    return not _no_machine_code()


def why_not_compiled() -> str:
    """Return why the model runs in NumPy here; empty if it is compiled."""
    return _no_machine_code() or _model_as_it_stands()[1]


def _no_machine_code() -> str:
    if os.environ.get(ENGINE_VARIABLE, "").lower() == "numpy":
        return f"{ENGINE_VARIABLE}=numpy"
    return _compiler_problem()


@cache
def _compiler_problem() -> str:
    """Return why llvmlite cannot make code that runs, empty if it can; log the reason once."""
    try:
        from scenario_sim.model.kernel.machine import check_executable

        check_executable()
    except Exception as error:
        problem = str(error).strip() or type(error).__name__
        warn_about_numpy(problem)
        return problem
    return ""


def warn_about_numpy(problem: object) -> None:
    """Log why the model is not compiled."""
    log.warning("worlds are made in NumPy, some fifteen times slower: %s", problem)


def model_fingerprint() -> str:
    """Return the fingerprint of the model as it stands, 64 hexadecimal digits."""
    return _model_as_it_stands()[0]


def _model_as_it_stands() -> tuple[str, str]:
    """Return the model's fingerprint, and which rule cannot be compiled, if one was changed so.

    Tracing takes a tenth of a second and loads the model. The cache keeps the fingerprint under a
    digest of the package's files, so commands that only look up results need not trace.
    """
    if "scenario_sim.model.equations" in sys.modules:  # loaded, and perhaps changed in a notebook
        return _fingerprint_of(current_code_number())
    from scenario_sim.model.kernel import cache as files_cache
    from scenario_sim.model.kernel.index import ForeignError, files_digest

    try:
        key = f"fingerprint-{files_digest()}"
    except ForeignError:
        return _fingerprint_of(current_code_number())

    def note() -> bytes:
        return _fingerprint_of(current_code_number())[0].encode()

    return files_cache.read_or_compute(key, note, files_cache.NOTE_SUFFIX).decode(), ""


def current_code_number() -> int:
    """Return a number that identifies the model's code, including changed rules and agents."""
    from scenario_sim.model.kernel import source

    return source.current_code_number()


@lru_cache(maxsize=4)
def _fingerprint_of(code: int) -> tuple[str, str]:
    """Return the fingerprint of the model with this code, and which rule cannot be compiled.

    If a changed rule cannot be traced, its instructions take the place of the program.
    """
    from scenario_sim.model.kernel import cache as files_cache
    from scenario_sim.model.kernel.source import instructions_text
    from scenario_sim.model.kernel.symbols import TracingError
    from scenario_sim.model.version import probe_scenario

    try:
        key = program_key(probe_scenario(), record.shipped_record().digest)
        if key:
            name = f"fingerprint-{key}"
            program = files_cache.read_or_compute(
                name, _traced_fingerprint, files_cache.NOTE_SUFFIX
            ).decode()
        else:
            program = _traced_fingerprint().decode()
        problem = ""
    except TracingError as error:
        program, problem = instructions_text(code), str(error)
    return hashlib.sha256((record.shipped_record().digest + program).encode()).hexdigest(), problem


def _traced_fingerprint() -> bytes:
    from scenario_sim.model.version import fingerprint, probe_scenario
    from scenario_sim.simulation.outcomes import MEASURES, OUTCOMES

    scenario = probe_scenario()
    results = {outcome.name: outcome.result for outcome in OUTCOMES}
    with record.record_context(None):  # the calendar reads the record in use; its name comes apart
        return fingerprint(program_of(scenario), scenario, MEASURES, results).encode()


def program_key(scenario: Scenario, more: str) -> str:
    """Return a digest of `more` and of everything that determines a scenario's program.

    It is empty if no digest is possible, because a rule or a file of the package was changed.
    """
    from scenario_sim.model.kernel.index import ForeignError, files_digest, memory_digest

    cast = scenario.cast
    defaults = {name: parameter.default for name, parameter in cast.parameters.items()}
    try:
        parts = [files_digest(), memory_digest(PROGRAM_MODULES), scenario.program_digest]
        parts.append(repr(defaults))
    except ForeignError:
        return ""
    parts += [version("numpy"), version("mesa"), more]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def program_cache_key(scenario: Scenario) -> tuple[str, int]:
    """Return the key of a traced program: the cast of states, and the model's code."""
    return scenario.program_digest, current_code_number()


@cached(LRUCache(MAX_PROGRAMS), key=program_cache_key, lock=Lock())
def program_of(scenario: Scenario) -> Program:
    """Return the traced model of a scenario's states, with its outcomes and histograms.

    Raises TracingError if a changed rule cannot be traced.
    """
    from scenario_sim.model.kernel.program import Program
    from scenario_sim.model.kernel.trace import trace_week
    from scenario_sim.simulation.histograms import HISTOGRAMS
    from scenario_sim.simulation.outcomes import measures_of, outcomes_of
    from scenario_sim.simulation.recording import recorded_rows

    measures = measures_of(outcomes_of(scenario))
    return Program(trace_week(scenario, recorded_rows(scenario.cast), measures, HISTOGRAMS))
