"""Commands on one future: narrative, log, explanation of an act, and what if."""

from __future__ import annotations

import math
import re
from functools import cache

import numpy as np
import pytest

from scenario_sim import load_scenario, replay
from scenario_sim.formatting import format_long_date
from scenario_sim.reporting.messages import DISCLAIMER
from scenario_sim.reporting.narrative import narrate
from scenario_sim.simulation.outcomes import OUTCOMES
from scenario_sim.simulation.single_run import simulate_run

NUMBERS = [outcome.name for outcome in OUTCOMES if not outcome.category]


@cache
def a_test() -> tuple[int, int]:
    """Return a run and a week of the status quo for the tests.

    North Korea does a regional test and nothing else, Russia does one thing, and China nothing.
    """
    for run in range(500):
        world = simulate_run(load_scenario("status-quo"), run=run)
        for act in world.acts:
            if act.action == "regional_test" and 12 <= act.week <= 60:
                states = [other.state for other in world.acts_in(act.week)]
                if [states.count(s) for s in ("DPRK", "Russia", "China")] == [1, 1, 0]:
                    return run, act.week
    raise AssertionError("no such week in 500 runs")


def russia_did() -> str:
    run, week = a_test()
    return simulate_run(load_scenario("status-quo"), run=run).act(week, "Russia").action


# --- replay -----------------------------------------------------------------------------------------


def test_replay_tells_the_world_of_the_ensemble(ask):
    given = ask("replay", "status-quo", "--run", 3, "--seed", 7, "--why", "all", "--json").json
    wanted = replay(load_scenario("status-quo"), seed=7, run=3)
    row = wanted.outcomes.iloc[0]
    assert (given["hash"], given["seed"], given["run"]) == (wanted.scenario.hash, 7, 3)
    for name in NUMBERS:
        assert given["outcomes"][name] == row[name] or np.isnan(row[name])
    for entry in given["entries"]:
        assert entry["date"] == str(wanted.dates[entry["week"]])
        acted = entry["action"] in wanted.scenario.cast.actions
        assert ("why" in entry) == acted
        if acted:
            assert entry["why"]["sentence"] and 0 <= entry["why"]["chance"] <= 1


def test_replay_reads_as_dated_sentences(ask):
    said = ask("replay", "status-quo", "--run", 3)
    lines = said.out.splitlines()
    assert lines[0] == DISCLAIMER
    assert re.match(r"\d{1,2} [A-Z][a-z]+ 2026: [A-Z]", lines[1])
    assert "(rung " in said.out
    assert "because: " not in said.out
    why = ask("replay", "status-quo", "--run", 3, "--why", "all").out
    assert "because: " in why
    assert "chance it had that week: " in why
    assert any(line.startswith("Status quo, run 3 of seed 0") for line in lines)


def test_the_log_is_filtered_by_state_and_family(ask):
    words = ("replay", "status-quo", "--run", 3, "--log", "--state", "USA", "--family", "exercise")
    header, *lines = ask(*words).out.splitlines()
    wanted = narrate(load_scenario("status-quo"), run=3).only(["USA"], ["exercise"])
    assert header == DISCLAIMER and len(lines) == len(wanted) > 2
    assert lines == [f"{format_long_date(entry.date)}: {entry}" for entry in wanted]
    kept = ask(*words, "--json").json["entries"]
    assert [(e["state"], e["week"]) for e in kept] == [("USA", e.week) for e in wanted]
    none = ask("replay", "status-quo", "--run", 3, "--log", "--state", "USA", "--family", "veto")
    assert none.out.splitlines()[1] == "Nothing of the kind happens in this future."


def test_why_one_act_in_words_then_numbers_then_equations(ask):
    run, week = a_test()
    words = ("replay", "status-quo", "--run", run, "--why", f"{week}:DPRK:regional_test")
    said, found = ask(*words).out, ask(*words, "--json").json
    order = ("pushed towards it", "Its choices that week", "What decided it", "The equations")
    places = [said.index(words) for words in order]
    assert places == sorted(places) and not re.search(r"\d\.\d\d", said[: places[1]])
    assert "the effort" in said and "regional_test_base with always at 1.00: −4.90" in said
    assert "cover = cover_rivalry * us_china_rivalry" in said
    assert (found["act"]["week"], found["act"]["action"]) == (week, "regional_test")
    why = found["why"]
    assert sum(why["chances"].values()) == pytest.approx(1)
    odds = math.log(why["chance"] / why["chances"][why["against"]])
    assert sum(term["weight"] for term in why["terms"]) == pytest.approx(odds)
    for term in why["terms"]:
        assert sum(s["weight"] for s in term["sums"]) == pytest.approx(term["weight"])
    assert any(e["makes"] == "cover" for e in why["equations"])


def test_replay_as_json_holds_phases_cycles_and_near_misses(ask):
    found = ask("replay", "status-quo", "--run", 2, "--json").json
    world = simulate_run(load_scenario("status-quo"), run=2)
    spans = [(span["first"], span["last"]) for span in found["phases"]]
    assert [week for first, last in spans for week in range(first, last + 1)] == [*range(104)]
    assert len(found["cycles"]) == world.outcomes["cycles"] > 0
    assert len(found["near_misses"]) == world.outcomes["near_misses"] > 0
    for cycle in found["cycles"]:
        assert cycle["first"] <= cycle["peak"] <= cycle["last"]
        assert all(act["week"] >= cycle["first"] for act in cycle["first_movers"])


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        (("--why", "DPRK"), "--why DPRK: takes `all`, WEEK:STATE or WEEK:STATE:ACTION"),
        (("--act", "2027-03-01:DPRK"), "--act 2027-03-01:DPRK: takes DATE:STATE:ACTION or"),
        (("--act", "2027-3-1:DPRK:hold"), "--act 2027-3-1:DPRK:hold: takes a date such as"),
        (("--act", "2027-03-01:DPRK:us_condemn"), "us_condemn: `us_condemn` is an act of USA"),
        (("--act", "2099-03-01:DPRK:hold"), "--act 2099-03-01:DPRK:hold: "),
        (("--why", "16:DPKR"), "--why 16:DPKR: there is no state 'DPKR'; did you mean"),
        (("--why", "{week}:Russia:icbm_test"), "Russia did this in week {week}: {russia_did}"),
        (("--state", "DPKR"), "--state: there is no state 'DPKR'; did you mean `DPRK`?"),
        (("--family", "drill"), "--family: there is no family 'drill'; there are: aid, defence"),
    ],
    ids=str,
)
def test_what_cannot_be_told_is_refused(refused, words, cure):
    run, week = a_test()
    words = [word.format(week=week) for word in words]
    cure = cure.format(week=week, russia_did=russia_did())
    assert cure in refused("replay", "status-quo", "--run", run, *words)


# --- what if -----------------------------------------------------------------------------------------------


def test_whatif_shows_both_worlds_and_the_effect(ask):
    run, week = a_test()
    words = ("whatif", "status-quo", "--run", run, "--without", f"{week}:DPRK", "--runs", 30)
    by = ("--by", week + 4)
    told, found = ask(*words, *by).out, ask(*words, *by, "--json").json
    assert "regional missile test" in told and "pushed towards it" in told
    assert found["act"]["action"] == "regional_test" and found["parts"] == week
    assert found["lost"][0] == found["act"] and found["shift"]["pairs"] == 30
    assert found["shift"]["week"] == week + 4 and found["shift"]["lower"] > 0.5
    assert found["outcomes"].keys() == {outcome.name for outcome in OUTCOMES}
    assert "theories" not in found


def test_whatif_says_how_its_answer_stands_under_the_other_theories(ask):
    run, week = a_test()
    words = ("whatif", "status-quo", "--run", run, "--without", f"{week}:DPRK", "--runs", 30)
    told, every = ask(*words).out, ask(*words, "--theories").out
    found = ask(*words, "--theories", "--json").json["theories"]
    of_all = f"of {len(found) - 1} theories"
    assert told.count(of_all) == 2 and told.lower().count("removing the act") == 2
    assert "policy" not in told
    assert every.count(of_all) == 2 and list(found)[1] in every
    as_set = found["As it is set"]["mean_tension"]
    assert as_set["difference"] == pytest.approx(as_set["policy"] - as_set["baseline"])


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        (("--without", "DPRK"), "--without DPRK: takes WEEK:STATE"),
        (("--without", "16:DPKR"), "--without 16:DPKR: there is no state 'DPKR'; did you mean"),
        (("--without", "900:DPRK"), "--without 900:DPRK: takes a whole number from 0 to 103"),
        (("--without", "{week}:Russia:russia_veto"), "Russia did this in week {week}"),
        (("--without", "{week}:DPRK", "--by", 104), "--by: takes a whole number from 0 to 103"),
        (
            ("--without", "{week}:DPRK", "--instead", "us_condemn"),
            "--instead us_condemn: `us_condemn` is",
        ),
        (("--without", "{week}:China"), "--without {week}:China: "),
        (("--without", "{week}:DPRK", "--runs", 0), "--runs"),
    ],
    ids=str,
)
def test_an_act_that_cannot_be_taken_away_is_refused(refused, words, cure):
    run, week = a_test()
    words = [str(word).format(week=week) for word in words]
    cure = cure.format(week=week)
    assert cure in refused("whatif", "status-quo", "--run", run, "--runs", 5, *words)
