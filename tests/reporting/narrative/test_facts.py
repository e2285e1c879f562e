"""Whatever world is told: every fact of every sentence is one of the data, nothing contradicts
anything, and it reads aloud."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from some_scenarios import scenarios

from scenario_sim import load_scenario
from scenario_sim.data.enums import Channel, Rung
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.data.states import HOLD
from scenario_sim.formatting import format_long_date
from scenario_sim.reporting.narrative import (
    explain_choice,
    find_cycles,
    find_near_misses,
    narrate_run,
)
from scenario_sim.reporting.narrative.events import MIN_TOLD_THEFT_MUSD
from scenario_sim.reporting.narrative.messages import CONFRONTATION_MARKS
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.dates import week_start
from scenario_sim.simulation.single_run import SingleRun, simulate_run
from scenario_sim.simulation.what_if import what_if

NAMES = {
    "North Korea": "DPRK",
    "The United States": "USA",
    "South Korea": "ROK",
    "Japan": "Japan",
    "China": "China",
    "Russia": "Russia",
}
# Turns of a crisis, and what must have been told of it before.
COMES_AFTER = {
    "first_move": {"crisis_begins"},
    "crisis_answered": {"crisis_begins"},
    "crisis_peaks": {"crisis_begins"},
    "crisis_settles": {"crisis_peaks"},
    "crisis_ends": {"crisis_peaks"},
}


def plain(scenario: Scenario) -> Scenario:
    """The same without its author's words, of which nothing can be promised."""
    silent = {
        name: tuple(one.model_copy(update={"note": ""}) for one in getattr(scenario, name))
        for name in ("changes", "shocks", "acts")
    }
    return scenario.model_copy(update=silent | {"title": "A test"})


@st.composite
def worlds(draw) -> SingleRun:
    shipped = st.sampled_from(["status-quo", "summits-2018", "fire-and-fury-2017", "surge-2022"])
    scenario = draw(scenarios | shipped.map(load_scenario))
    return simulate_run(
        plain(scenario), draw(st.integers(0, 2**63 - 1)), draw(st.integers(0, 2**40 - 1))
    )


# --- each sentence against the data -----------------------------------------------------------------


class Facts:
    """Reads the sentences of a world and holds each against what was recorded."""

    def __init__(self, world: SingleRun):
        self.world, self.cast = world, world.scenario.cast

    def at(self, name: str, week: int) -> float:
        return self.world.value(name, week)

    def check(self, entry) -> None:
        assert entry.date == self.world.scenario.start + timedelta(weeks=entry.week)
        before, after = (self.at("tension", entry.week - n) for n in (1, 0))
        assert entry.tension == (before, after)
        if entry.action in self.cast.actions:
            self._act(entry)
        else:
            assert entry.family == "event"
            getattr(self, entry.action)(entry, entry.week, entry.sentence)
        for said in entry.moved:
            self._moved(entry, said)

    def _act(self, entry) -> None:
        who = next(name for name in NAMES if entry.sentence.startswith(name))
        state, action = self.cast.actions[entry.action]
        assert NAMES[who] == entry.state == state.code
        act = self.world.act(entry.week, entry.state, entry.action)
        assert entry.sentence == f"{who} {act.sentence}"
        assert (entry.rung, entry.family) == (action.rung, action.family)
        weeks = range(entry.week, entry.week + entry.weeks)
        for week in weeks:
            assert self.world.act(week, entry.state, entry.action).action == entry.action
        if entry.weeks > 1:
            around = [
                w for w in (weeks[0] - 1, weeks[-1] + 1) if 0 <= w < self.world.scenario.weeks
            ]
            for week in around:
                assert entry.action not in {act.action for act in self.world.acts_in(week)}

    def _moved(self, entry, said: str) -> None:
        """What else is said of an entry: one of these, and true."""
        week = entry.week
        numbers = [float(n) for n in re.findall(r"[+-]?\d+\.?\d*(?:e[+-]?\d+)?", said)]
        if said.startswith("tension from"):
            assert numbers == pytest.approx(entry.tension, abs=0.0501)
        elif said.startswith("it passes; UN sanctions from"):
            told = [self.at("un_sanctions", week - 1), self.at("un_sanctions", week)]
            assert numbers == pytest.approx(told, abs=0.00501) and self.at("resolution", week)
        elif said == "it is vetoed":
            assert self.at("veto", week) and not self.at("resolution", week)
        elif said.endswith(("launch day", "launch days")):
            assert numbers == [self.at("launch_days", week)]
        elif said in ("it succeeds", "it fails"):
            assert bool(self.at("test_success", week)) == (said == "it succeeds")
        elif said == "it flies over Japan":
            assert self.at("overflight", week)
        elif said.endswith("weeks on end"):
            spells = {week: last - week + 1 for week, last in find_near_misses(self.world)}
            assert numbers == [spells[week] if entry.action == "near_miss" else entry.weeks]
        elif said == "contact remains":
            assert self.at("talks_stage", week) >= 1
        elif entry.action == "change":
            label, old, new = re.fullmatch(r"(.+) from (\S+) to (\S+)", said).groups()
            (name,) = (n for n, lever in SETTINGS.items() if lever.label == label)
            steps = dict(self.world.scenario.steps()[name])
            assert float(new) == pytest.approx(steps[week], rel=1e-4) and old != new
        elif entry.action == "shock":
            assert numbers[-1] in [float(f"{s.amount:g}") for s in self.world.scenario.shocks]
        else:
            assert (entry.action, said) == ("confrontation", CONFRONTATION_MARKS)

    # What nobody chose, by the entry's name.

    def change(self, entry, week, sentence):
        assert any(w == week for steps in self.world.scenario.steps().values() for w, _ in steps)

    def shock(self, entry, week, sentence):
        days = [
            (shock.date - self.world.scenario.start).days // 7
            for shock in self.world.scenario.shocks
        ]
        assert week in days

    def held_back(self, entry, week, sentence):
        held = [a for a in self.world.scenario.acts if a.action == HOLD and a.state == entry.state]
        assert any(self.world.scenario.decision(act)[0] == week for act in held)

    def contact(self, entry, week, sentence):
        assert self.at("talks_stage", week - 1) == 0 and self.at("talks_stage", week) == 1
        if " takes up the offer of " in sentence:
            giver = sentence.rsplit(" offer of ", 1)[1]
            code = NAMES[giver[0].upper() + giver[1:]]
            acts = self.world.acts_in(week - 1)
            signals = [
                s for a in acts if a.state == code for s in self.cast.actions[a.action][1].signals
            ]
            assert "talks_offered" in signals

    def talks(self, entry, week, sentence):
        assert self.at("talks_stage", week - 1) < 2 == self.at("talks_stage", week)

    def deal(self, entry, week, sentence):
        assert self.at("talks_stage", week - 1) < 3 == self.at("talks_stage", week)

    def breakdown(self, entry, week, sentence):
        stage = {"Contact breaks off": 1, "Talks break down": 2, "The deal breaks down": 3}
        assert self.at("talks_stage", week - 1) == stage[sentence]
        assert self.at("talks_stage", week) < stage[sentence]

    def launches(self, entry, week, sentence):
        assert self.at("launch_days", week) > 0

    def incident(self, entry, week, sentence):
        assert self.at("incident", week) > 0

    def theft(self, entry, week, sentence):
        stolen = int(re.search(r"\$([\d,]+)m", sentence)[1].replace(",", ""))
        assert stolen == pytest.approx(self.at("cyber_theft", week), abs=0.51)

    def confrontation(self, entry, week, sentence):
        assert self.world.outcomes["confrontation_week"] == week

    # A crisis is a cycle of `find_cycles`.

    def cycle(self, week: int):
        return next(c for c in find_cycles(self.world) if c.first <= week <= c.last + 1)

    def movers(self, sentence: str) -> set[str]:
        return {code for name, code in NAMES.items() if name.lower() in sentence.lower()}

    def crisis_begins(self, entry, week, sentence):
        cycle = self.cycle(week)
        at_once = [act.state for act in cycle.first_movers if act.week == week]
        assert cycle.first == week and self.movers(sentence) == set(at_once)
        assert ("before anybody" in sentence) == (bool(cycle.first_movers) and not at_once)
        assert ("neither side" in sentence) == (not cycle.first_movers)

    def first_move(self, entry, week, sentence):
        movers = self.cycle(week).first_movers
        assert {act.week for act in movers} == {week} != {self.cycle(week).first}
        assert self.movers(sentence) == {act.state for act in movers}

    def crisis_answered(self, entry, week, sentence):
        assert self.movers(sentence) and self.movers(sentence) <= {
            act.state for act in self.world.acts_in(week)
        }
        assert week > self.cycle(week).first_movers[0].week

    def crisis_peaks(self, entry, week, sentence):
        cycle = self.cycle(week)
        told = float(re.search(r"tension (\d+\.\d)$", sentence)[1])
        highest = max(self.at("tension", w) for w in range(cycle.first, cycle.last + 1))
        assert told == pytest.approx(highest, abs=0.0501) and entry.rung == Rung(int(highest))
        assert cycle.peak == week

    def crisis_settles(self, entry, week, sentence):
        assert self.at("tension", week) < self.cycle(week).tension

    def crisis_ends(self, entry, week, sentence):
        (over,) = [c for c in find_cycles(self.world) if c.last + 1 == week]
        assert int(re.search(r"after (\d+) week", sentence)[1]) == over.weeks == week - over.first

    def near_miss(self, entry, week, sentence):
        assert week in {first for first, _ in find_near_misses(self.world)}
        clash = self.at("incident", week) or any(
            act.rung >= Rung.LIMITED_ARMED_CLASH for act in self.world.acts_in(week)
        )
        assert self.at("tension", week) >= 6 if "acute crisis" in sentence else clash


@settings(max_examples=40, deadline=None)
@given(worlds())
def test_every_fact_of_every_sentence_is_one_of_the_data(world):
    facts, entries = Facts(world), narrate_run(world, everything=True).entries
    for entry in entries:
        facts.check(entry)
    thefts = [e for e in narrate_run(world).entries if e.action == "theft"]
    assert all(world.value("cyber_theft", e.week) >= MIN_TOLD_THEFT_MUSD for e in thefts)


@settings(max_examples=40, deadline=None)
@given(worlds())
def test_nothing_that_happened_is_left_out_and_nothing_contradicts_anything(world):
    entries = narrate_run(world, everything=True).entries
    weeks = [entry.week for entry in entries]
    assert weeks == sorted(weeks)
    # Two shocks of one week are two, however alike.
    known = [(e.week, e.state, e.action, e.sentence) for e in entries if e.action != "shock"]
    assert len(known) == len(set(known)), "told twice"
    acts = [
        (week, e.state, e.action)
        for e in entries
        if e.action in world.scenario.cast.actions
        for week in range(e.week, e.week + e.weeks)
    ]
    assert sorted(acts) == sorted(act.key for act in world.acts)
    told_now: set[str] = set()
    for entry in entries:
        if entry.action == "crisis_begins":
            assert not told_now, "one crisis at a time"
        elif entry.action in COMES_AFTER:
            assert COMES_AFTER[entry.action] <= told_now and entry.action not in told_now
        else:
            continue
        told_now = set() if entry.action == "crisis_ends" else told_now | {entry.action}
    number = {
        name: sum(e.action == name for e in entries) for name in ("crisis_begins", "near_miss")
    }
    o = world.outcomes
    assert (number["crisis_begins"], number["near_miss"]) == (o["cycles"], o["near_misses"])


# --- how it reads -------------------------------------------------------------------------------------


def assert_reads_aloud(text: str) -> None:
    for lever in SETTINGS.values():  # labels have names of their own
        text = text.replace(lever.label, "Lever")
    assert text == text.strip() and "  " not in text and "\n" not in text
    assert text[0].isupper() and text.endswith(".")
    assert not re.search(r"\b[Aa] (?=[aeioAEIO])", text), "a exercise"
    assert not re.search(r"\b[Aa]n (?=[^aeiouAEIOUhHMXFLNRS8])", text), "an test"
    assert not re.search(r"\w_\w|->|\bDPRK\b|\bROK\b|\bUSA\b|\bnan\b|\bNone\b", text), "a raw id"
    assert not re.search(r"\d{4}-\d\d-\d\d", text), "a date that nobody says so"
    assert not re.search(r"[,.:;] ?[,.:;]|\(\)|\b(\w+) \1\b", text), "a gap, or a word twice"
    assert not re.search(r"\b1 \w+s\b(?! of)", text), "1 weeks"
    assert text.count("(") == text.count(")")


@settings(max_examples=25, deadline=None)
@given(worlds(), st.data())
def test_it_reads_aloud(world, data):
    story = narrate_run(world, everything=True)
    for entry in story.entries:
        assert_reads_aloud(str(entry))
    cycles = find_cycles(world)
    for text in (story.summary, *(cycle.sentence for cycle in cycles)):
        assert_reads_aloud(text)
    for sentence in (one for cycle in cycles for one in cycle.sentence.split(". ")):
        assert len(sentence.split()) <= 25
    if not world.acts:
        return
    act = data.draw(st.sampled_from(world.acts))
    assert_reads_aloud(explain_choice(world, act).sentence)
    if act.channel != Channel.VOTE:
        done = {"week": act.week, "state": act.state, "action": HOLD, "channel": act.channel}
        other = world.scenario.with_act(**done)
        parting = what_if(world.scenario, other, world.seed, world.run)
        assert_reads_aloud(parting.sentence)
        if parting.week is not None:
            assert (
                format_long_date(week_start(world.scenario.start, parting.week)) in parting.sentence
            )
