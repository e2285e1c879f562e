"""The model's fingerprint: what the model computes changes it, and nothing else does."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from scenario_sim import list_scenarios, load_scenario, simulate
from scenario_sim.data.history import record
from scenario_sim.data.states import load_cast
from scenario_sim.model import equations, random_draws, version, week_inputs
from scenario_sim.model.agents import StateAgent
from scenario_sim.model.choice import Deliberation
from scenario_sim.model.kernel.program import Program
from scenario_sim.model.kernel.symbols import TracingError
from scenario_sim.model.kernel.trace import trace_week
from scenario_sim.model.measures import Measure
from scenario_sim.model.model import EscalationModel
from scenario_sim.scenario import Scenario, dates
from scenario_sim.simulation import engine
from scenario_sim.simulation.cycles import CYCLES
from scenario_sim.simulation.histograms import HISTOGRAMS
from scenario_sim.simulation.outcomes import MEASURES, OUTCOMES
from scenario_sim.simulation.recording import recorded_rows

PACKAGE = Path(version.__file__).parents[1]
POSTERIOR = PACKAGE / "validation" / "calibration" / "posterior.toml"
RESULTS = {outcome.name: outcome.result for outcome in OUTCOMES}
QUO = load_scenario("status-quo")
LISTS = ("WEEK_START_RULES", "WEEK_END_RULES", "HAZARD_RULES")
ALONE = ("lever_transforms", "launches", "security_council")  # rules that the model calls by name
LISTED = [(name, n) for name in LISTS for n in range(len(getattr(equations, name)))]


def fingerprint(measures=MEASURES, results=RESULTS, histograms=HISTOGRAMS) -> str:
    """The fingerprint of the model as it stands."""
    scenario = version.probe_scenario()
    rows = recorded_rows(scenario.cast)
    program = Program(trace_week(scenario, rows, measures, histograms))
    return version.fingerprint(program, scenario, measures, results)


@pytest.fixture(scope="module")
def usual() -> str:
    return fingerprint()


def test_the_published_figures_are_of_the_model_as_it_stands(usual):
    """Traced anew: any change of a rule, however small, makes them figures of another model."""
    shown = hashlib.sha256((record.shipped_record().digest + usual).encode()).hexdigest()[:8]
    published = tomllib.loads(POSTERIOR.read_text("utf-8"))["engine"]
    assert published.partition("+")[2] == shown


# --- any change of arithmetic changes it --------------------------------------------------------------


def a_little_more(rule):
    """The rule with every result a billionth larger."""

    def changed(b, p):
        return {name: value * (1 + 1e-9) for name, value in rule(b, p).items()}

    return changed


def test_it_is_the_same_each_time(usual):
    assert fingerprint() == usual and re.fullmatch("[0-9a-f]{64}", usual)


@pytest.mark.parametrize(("rules", "place"), LISTED, ids=str)
def test_any_rule_counts(usual, monkeypatch, rules, place):
    changed = list(getattr(equations, rules))
    changed[place] = a_little_more(changed[place])
    monkeypatch.setattr(equations, rules, tuple(changed))
    assert fingerprint() != usual


@pytest.mark.parametrize("rule", ALONE)
def test_any_rule_that_is_called_by_name_counts(usual, monkeypatch, rule):
    monkeypatch.setattr(equations, rule, a_little_more(getattr(equations, rule)))
    assert fingerprint() != usual


@pytest.mark.parametrize("rules", LISTS)
def test_the_order_of_rules_counts_where_it_matters(usual, monkeypatch, rules):
    monkeypatch.setattr(equations, rules, getattr(equations, rules)[::-1])
    try:
        found = fingerprint()
    except TracingError:  # the other order reads what is not there yet
        return
    assert found != usual


def test_a_new_rule_counts_and_one_that_changes_nothing_does_not(usual, monkeypatch):
    def calmer(b, p):
        return {"tension": b.tension * 0.999}

    def same(b, p):
        return {"tension": b.tension * 1.0 + 0.0}

    settling = equations.WEEK_END_RULES
    monkeypatch.setattr(equations, "WEEK_END_RULES", (*settling, calmer))
    assert fingerprint() != usual
    monkeypatch.setattr(equations, "WEEK_END_RULES", (*settling, same))
    assert fingerprint() == usual, "x * 1 + 0 is x"


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (equations, "share_left"),
        (equations, "log_sigmoid"),
        (equations, "threat_perception"),
        (equations, "update_memory"),
        (Deliberation, "perceive_threats"),
        (Deliberation, "utilities"),
        (Deliberation, "remember_shocks"),
        (random_draws, "normal_quantile"),
        (random_draws, "uniform"),
        (random_draws, "log_split_single"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_any_function_on_the_way_counts(usual, monkeypatch, owner, name):
    real = getattr(owner, name)
    factor = np.float32(1.001) if name == "log_split_single" else 1.001
    monkeypatch.setattr(owner, name, lambda *given: real(*given) * factor)
    if name == "uniform":
        monkeypatch.setattr(
            "scenario_sim.model.kernel.symbolic_buffers.uniform", random_draws.uniform
        )
    assert fingerprint() != usual


def test_how_a_state_decides_and_votes_counts(usual, monkeypatch):
    def decide(self, appeal, week):
        for rows, done in self._channels.values():
            best = np.maximum.reduce(appeal[rows], axis=0)
            done.write((appeal[rows] == best) * week.free[rows] * 0.5 + week.forced[rows])

    for name, changed in (("decide", decide), ("vote", lambda self, tabled: None)):
        with monkeypatch.context() as here:
            here.setattr(StateAgent, name, changed)
            assert fingerprint() != usual, name


def test_the_order_of_a_week_counts(usual, monkeypatch):
    settle = EscalationModel.settle

    def fades_twice(self):
        self._fade_memories()
        settle(self)

    monkeypatch.setattr(EscalationModel, "settle", fades_twice)
    assert fingerprint() != usual


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MULTIPLIERS", (0xD2511F53, 0xCD9E8D59)),
        ("KEY_STEPS", (0x9E3779B9, 0xBB67AE87)),
        ("ROUNDS", 9),
        ("STEP", np.float32(2.0**-31)),
        ("HALF_STEP", np.float32(2.0**-32)),
    ],
)
def test_the_draws_count(usual, monkeypatch, name, value):
    monkeypatch.setattr(random_draws, name, value)
    assert fingerprint() != usual


# --- data count -----------------------------------------------------------------------------------------


@pytest.fixture
def states(tmp_path, monkeypatch):
    """A copy of the states' files that the fingerprint is taken of; call it with what to change."""
    folder = tmp_path / "states"
    folder.mkdir()
    for file in files("scenario_sim.data.states").iterdir():
        if file.name.endswith(".toml"):
            (folder / file.name).write_bytes(file.read_bytes())
    probe = version.probe_scenario

    def changed(name: str = "", old: str = "", new: str = "") -> str:
        if name:
            text = (folder / name).read_text("utf-8")
            assert text.count(old) >= 1, old
            (folder / name).write_text(text.replace(old, new, 1), "utf-8")
        data = probe().as_dict() | {"states": str(folder)}
        monkeypatch.setattr(version, "probe_scenario", lambda: Scenario.model_validate(data))
        return fingerprint()

    return changed


def test_the_same_states_in_another_folder_are_the_same_model(states, usual):
    assert states() == usual


def test_words_of_the_states_do_not_count(states, usual):
    assert states("dprk.toml", 'name = "the mood for testing"', 'name = "a mood"') == usual
    assert states("dprk.toml", "insecurity that nobody intends", "other words") == usual
    assert states("japan.toml", "# ", "# A remark. ") == usual


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("dprk.toml", 'id = "regional_test"', 'id = "medium_test"'),
        ("japan.toml", "rung = 0", "rung = 1"),
        ("japan.toml", "polarity = 1", "polarity = 0"),
        ("japan.toml", 'family = "diplomacy"', 'family = "aid"'),
        ("japan.toml", "moves = { opening", "moves = { calm"),
        ("japan.toml", "usual = 0.5", "usual = 0.4"),
    ],
    ids=str,
)
def test_acts_as_data_count(states, usual, file, old, new):
    assert states(file, old, new) != usual


@pytest.mark.parametrize("field", ["rung", "polarity", "signals", "moves", "only_if", "family"])
def test_every_field_of_an_act_that_outcomes_or_rules_read_counts(field):
    """Of every act, one after the other."""
    changes = {
        "rung": lambda a: type(a.rung)((a.rung + 1) % 8),
        "polarity": lambda a: 1 - a.polarity,
        "signals": lambda a: (*a.signals, "live_fire"),
        "moves": lambda a: {**a.moves, "calm": "some_other_effect"},
        "only_if": lambda a: "" if a.only_if else "contact",
        "family": lambda a: "aid" if a.family != "aid" else "diplomacy",
    }
    cast = load_cast()
    plain = version.acts_as_data(cast)
    for place, state in enumerate(cast.states):
        for n, action in enumerate(state.action):
            other = action.model_copy(update={field: changes[field](action)})
            acts = tuple(other if k == n else a for k, a in enumerate(state.action))
            changed = list(cast.states)
            changed[place] = state.model_copy(update={"action": acts})
            found = version.acts_as_data(SimpleNamespace(states=changed))
            assert found != plain, (action.id, field)


def test_a_coefficients_default_counts_and_its_range_and_source_do_not(usual, monkeypatch):
    parameters = load_cast().parameters
    for name in ("alarm_rate", "regional_test_base", "salvo_days"):
        kept = parameters[name]
        monkeypatch.setitem(parameters, name, replace(kept, default=kept.default * 1.0001))
        assert fingerprint() != usual, name
        monkeypatch.setitem(
            parameters, name, replace(kept, low=kept.low - 1, high=kept.high + 1, source="else")
        )
        assert fingerprint() == usual, name
        monkeypatch.setitem(parameters, name, kept)


def test_outcome_rules_count(usual):
    def grown(week, before):
        after = CYCLES.grow(week, before)
        return after | {"cycle.ended": after["cycle.ended"] * 2.0}

    def with_cycles(measure: Measure) -> tuple[Measure, ...]:
        return tuple(measure if one is CYCLES else one for one in MEASURES)

    assert fingerprint(measures=with_cycles(Measure(CYCLES.start, grown))) != usual
    starts = dict(CYCLES.start) | {"cycle.back": -1.0}
    assert fingerprint(measures=with_cycles(Measure(starts, CYCLES.grow))) != usual
    assert fingerprint(measures=with_cycles(Measure(CYCLES.start, CYCLES.grow))) == usual


@pytest.mark.parametrize("name", RESULTS)
def test_how_each_outcome_is_worked_out_counts(usual, name):
    plain = version.results_text(MEASURES, RESULTS)
    changed = RESULTS | {name: lambda rows, weeks: RESULTS[name](rows, weeks) * 2.0}
    assert version.results_text(MEASURES, changed) != plain
    fewer = {other: result for other, result in RESULTS.items() if other != name}
    assert version.results_text(MEASURES, fewer) != plain


@pytest.mark.parametrize("name", HISTOGRAMS)
@pytest.mark.parametrize("field", ["low", "width", "bins"])
def test_histograms_count(usual, name, field):
    histogram = HISTOGRAMS[name]
    more = replace(histogram, **{field: getattr(histogram, field) + 1})
    assert fingerprint(histograms=dict(HISTOGRAMS) | {name: more}) != usual


def test_the_calendar_counts(usual, monkeypatch):
    real = dates.calendar_by_week

    def shifted(*given):
        rows = real(*given)
        return rows | {"winter": rows["winter"] * 0.5}

    monkeypatch.setattr(dates, "calendar_by_week", shifted)
    assert fingerprint() != usual


def test_how_a_scenario_becomes_weeks_counts(usual, monkeypatch):
    real = week_inputs.build_schedule

    def schedule(scenario):
        plan = real(scenario)
        forced = {week + 1: orders for week, orders in plan.forced.items()}
        return replace(plan, forced=forced)

    monkeypatch.setattr(week_inputs, "build_schedule", schedule)
    assert fingerprint() != usual


def test_what_a_shock_may_do_counts(usual, monkeypatch):
    bounds = dict(week_inputs._BOUNDS)
    monkeypatch.setitem(week_inputs._BOUNDS, "tension", (bounds["tension"][0], 7.0))
    assert fingerprint() != usual


def test_the_record_counts(monkeypatch):
    before = engine.model_fingerprint()
    shipped = record.shipped_record()

    class Other:
        digest = "0" * 64

        def __getattr__(self, name):
            return getattr(shipped, name)

    monkeypatch.setattr(record, "shipped_record", Other)
    engine._fingerprint_of.cache_clear()
    assert engine.model_fingerprint() != before
    monkeypatch.undo()
    engine._fingerprint_of.cache_clear()
    assert engine.model_fingerprint() == before


# --- the engine's name follows what is in use -------------------------------------------------------------


FIRST_UNDER_ANOTHER_RECORD = """
from dataclasses import replace
from scenario_sim.data.history import record
from scenario_sim.simulation import engine
with record.record_context(replace(record.shipped_record(), exercises=())):
    engine.engine_version()
print(engine.model_fingerprint())
"""


def test_another_record_leaves_the_model_s_part_of_the_name(tmp_path):
    environment = os.environ | {
        "SCENARIO_SIM_CACHE": str(tmp_path),
        "PYTHONPATH": str(PACKAGE.parent),
    }
    command = [sys.executable, "-c", FIRST_UNDER_ANOTHER_RECORD]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout.strip() == engine.model_fingerprint(), done.stderr


def rule_with(factor: float):
    def calmer(b, p):
        return {"tension": b.tension * factor}

    return calmer


FACTOR = 0.5


def rule_with_a_global(b, p):
    return {"tension": b.tension * FACTOR}


def halved(x):
    return x * 0.5


def rule_with_a_helper(b, p):
    return {"tension": halved(b.tension)}


def rule_with_a_default(b, p, factor=0.5):
    return {"tension": b.tension * factor}


def settle_with(monkeypatch, rule) -> tuple[str, float]:
    """The engine's name with one more rule, and the mean tension it makes."""
    settling = tuple(r for r in equations.WEEK_END_RULES if r.__module__ == equations.__name__)
    monkeypatch.setattr(equations, "WEEK_END_RULES", (*settling, rule))
    futures = simulate(QUO.with_weeks(8), 20, 3)
    return str(futures.provenance["engine"]), float(futures.outcomes["mean_tension"].mean())


def test_a_number_that_a_rule_finds_outside_itself_is_noticed(monkeypatch):
    """In a closure, among its globals, in a function it calls, as a default: none is its code."""
    here = sys.modules[__name__]
    names, tensions = zip(
        settle_with(monkeypatch, rule_with(0.5)), settle_with(monkeypatch, rule_with(0.9)),
        strict=True,
    )  # fmt: skip
    assert names[0] != names[1] and tensions[0] < 0.9 * tensions[1]
    for name, value, rule in (
        ("FACTOR", 0.9, rule_with_a_global),
        ("halved", lambda x: x * 0.9, rule_with_a_helper),
    ):
        one = settle_with(monkeypatch, rule)
        assert one == (names[0], tensions[0]), "the same arithmetic has the same name"
        with monkeypatch.context() as changed:
            changed.setattr(here, name, value)
            assert settle_with(monkeypatch, rule) == (names[1], tensions[1])
    monkeypatch.setattr(rule_with_a_default, "__defaults__", (0.9,))
    assert settle_with(monkeypatch, rule_with_a_default) == (names[1], tensions[1])


def test_code_that_is_replaced_inside_a_function_is_noticed(monkeypatch):
    """As IPython's autoreload does: the function stays the same object."""

    def more(x):
        return x * 0.9

    usual = settle_with(monkeypatch, rule_with_a_helper)
    with monkeypatch.context() as changed:
        changed.setattr(halved, "__code__", more.__code__)
        other = settle_with(monkeypatch, rule_with_a_helper)
    assert other[0] != usual[0] and other[1] > usual[1]
    assert settle_with(monkeypatch, rule_with_a_helper) == usual
    number = engine.current_code_number()
    with monkeypatch.context() as changed:
        changed.setattr(equations.share_left, "__code__", more.__code__)
        assert engine.current_code_number() != number
    assert engine.current_code_number() == number


def test_rules_that_only_numpy_can_run_have_names_of_their_own(monkeypatch):
    def one(b, p):
        return {"tension": np.tanh(b.tension) * 1.0}

    def same(b, p):
        return {"tension": np.tanh(b.tension) * 1.0}

    def stronger(b, p):
        return {"tension": np.tanh(b.tension) * 2.0}

    def trusting(b, p):
        return {"trust": np.tanh(b.trust) * 1.0}

    names = [settle_with(monkeypatch, rule)[0] for rule in (one, same, stronger, trusting)]
    assert all(name.endswith("-numpy") for name in names)
    assert names[0] == names[1] and len(set(names)) == 3


# --- what changes nothing -----------------------------------------------------------------------------------

TELL = (
    "import json; from scenario_sim import list_scenarios, load_scenario\n"
    "from scenario_sim.simulation import engine\n"
    "print(json.dumps([engine.__file__, engine.model_fingerprint(), engine.engine_version(),"
    " {name: load_scenario(name).hash for name in list_scenarios()}]))"
)


@pytest.fixture
def copied(tmp_path) -> Path:
    """A copy of the package in another folder."""
    ignored = shutil.ignore_patterns("__pycache__", "ui")
    shutil.copytree(PACKAGE, tmp_path / "scenario_sim", ignore=ignored)
    for folder in ("scenarios", "lessons"):
        shutil.copytree(PACKAGE.parent / folder, tmp_path / folder)
    return tmp_path / "scenario_sim"


def told_of(package: Path) -> tuple[str, str, dict[str, str]]:
    """Fingerprint, engine and hashes of the scenarios, in a process that loads this package."""
    environment = os.environ | {
        "PYTHONPATH": str(package.parent),
        "SCENARIO_SIM_CACHE": str(package.parent / "cache"),
    }
    command = [sys.executable, "-c", TELL]
    done = subprocess.run(
        command, env=environment, cwd=package.parent, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    file, *found = json.loads(done.stdout)
    assert Path(file).parents[1] == package
    return tuple(found)


def rewrite(path: Path, *changes: tuple[str, str]) -> None:
    """Replace regular expressions in a file; each must be found."""
    text = path.read_text("utf-8")
    for pattern, new in changes:
        text, count = re.subn(pattern, new, text)
        assert count, f"{path.name}: {pattern}"
    path.write_text(text, "utf-8")


def test_names_of_python_comments_and_folders_change_nothing(copied):
    here = engine.model_fingerprint(), engine.engine_version()
    model = copied / "model"
    rewrite(
        model / "equations.py",
        (r"\bclip01\b", "kept_within_bounds"),
        (r"\bweapons_programme\b", "arms_programme"),
        (r"\nfrom __future__", "\n# A remark.\nfrom __future__"),
        (r'"""[A-Z][^"]*"""', '"""Other words."""'),
        (r"\n\ndef ", "\n\n# Another remark.\ndef "),
    )
    rewrite(model / "choice.py", (r"\bjudged\b", "what_was_judged"), (r"_gated\b", "_with_gate"))
    rewrite(model / "random_draws.py", (r"\bleft, right\b", "one, two"), (r"\(right >>", "(two >>"),
            (r"right & WORD_MASK", "two & WORD_MASK"), (r"\(left >>", "(one >>"),
            (r"left & WORD_MASK", "one & WORD_MASK"))  # fmt: skip
    rewrite(model / "model.py", (r"_fade_memories\b", "_let_memories_fade"))
    rewrite(copied / "simulation" / "cycles.py", (r"\bhad_peak\b", "there_was_a_peak"))
    (model / "equations.py").rename(model / "rules_of_a_week.py")
    for file in copied.rglob("*.py"):
        text = file.read_text("utf-8")
        renamed = re.sub(
            r"\bmodel import equations\b", "model import rules_of_a_week as equations", text
        )
        renamed = re.sub(r"\n    equations,\n", "\n    rules_of_a_week as equations,\n", renamed)
        file.write_text(renamed.replace("model.equations", "model.rules_of_a_week"), "utf-8")
    assert told_of(copied)[:2] == here


def test_one_digit_of_one_equation_changes_it(copied):
    rewrite(copied / "model" / "equations.py", (r"WEEKS_A_YEAR = 52\.0", "WEEKS_A_YEAR = 52.1"))
    found = told_of(copied)
    assert found[0] != engine.model_fingerprint() and found[1] != engine.engine_version()


def test_a_lever_that_no_rule_reads_changes_no_hash_and_no_engine(copied):
    lever = (
        '    _lever("moon_phase", "moon", 0, 1, 0.5, "Phase of the moon", ("new", "full"),\n'
        '           "How full the moon is.", "nothing"),\n)\n\nSETTINGS'
    )
    rewrite(copied / "data" / "parameters" / "levers.py", (r"\)\n\nSETTINGS", lever))
    hashes = {name: load_scenario(name).hash for name in list_scenarios()}
    assert told_of(copied) == (engine.model_fingerprint(), engine.engine_version(), hashes)


def test_a_levers_default_counts(copied):
    path = copied / "data" / "parameters" / "levers.py"
    rewrite(path, (r'("hotline",\s+"[a-z]+",\s+0,\s+1,\s+)0\.1,', r"\g<1>0.2,"))
    assert told_of(copied)[0] != engine.model_fingerprint()
