"""Small scenarios for examples, and scenarios nobody thought of for property tests."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from scenario_sim.data.parameters import PARAMETERS, SETTINGS
from scenario_sim.data.states import MECHANISMS, load_cast
from scenario_sim.data.variables import INITIAL_CONDITIONS
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.tables import GROUPS

CAST = load_cast()
START = date(2026, 9, 7)


def scenario(**said) -> Scenario:
    """A year from START, with what is said."""
    return Scenario.model_validate({"title": "a test", "weeks": 52, **said})


def change(week: int = 1, **said) -> dict:
    """An entry dated on the Monday of a week."""
    return {"date": START + timedelta(weeks=week), **said}


# Conditions counted in whole numbers are left to the examples.
SMOOTH = {n: q for n, q in INITIAL_CONDITIONS.items() if q.unit not in ("stage", "0/1", "code")}


# --- scenarios nobody thought of -----------------------------------------------------------------

letters = st.characters(codec="utf-8", exclude_categories=("Cc",), include_characters="\n\t")
text = st.text(letters, max_size=40)


def within(low: float, high: float):
    return st.floats(low, min(high, 1e9), allow_nan=False)


def values_of(bounded: dict):
    """Any few of these, each within its range."""
    names = st.lists(st.sampled_from(sorted(bounded)), unique=True, max_size=4)
    return names.flatmap(
        lambda few: st.fixed_dictionaries({n: within(bounded[n].low, bounded[n].high) for n in few})
    )


@st.composite
def scenario_data(draw) -> dict:
    """Plain data of a scenario that can be run."""
    start = date(1990, 1, 1) + timedelta(weeks=draw(st.integers(0, 5000)))
    weeks = draw(st.integers(1, 60))

    def in_order(entries: list[dict], spare: int) -> list[dict]:
        days = sorted(draw(st.integers(0, weeks * 7 - spare)) for _ in entries)
        return [
            {"date": start + timedelta(days=day), "note": draw(text)} | entry
            for day, entry in zip(days, entries, strict=True)
        ]

    levers = draw(st.lists(st.sampled_from(sorted(SETTINGS)), unique=True, max_size=4))
    settings = [{n: draw(within(SETTINGS[n].low, SETTINGS[n].high))} for n in levers]
    moved = draw(st.lists(st.sampled_from(sorted(SMOOTH)), max_size=3))
    shocks = [{"condition": n, "amount": draw(st.sampled_from([-0.5, 0.25]))} for n in moved]
    actors = draw(st.lists(st.sampled_from(CAST.channels), unique=True, max_size=4))
    acts = [
        {"state": state, "action": draw(st.sampled_from(_acts_in(state, channel)))}
        for state, channel in actors
    ]
    groups = {
        group: draw(values_of({lever.name: lever for lever in GROUPS[group]})) for group in GROUPS
    }
    return groups | {
        "title": draw(text.filter(bool)),
        "question": draw(text),
        "sources": draw(st.lists(text, max_size=2)),
        "start": start,
        "weeks": weeks,
        "without": draw(st.lists(st.sampled_from(sorted(MECHANISMS)), max_size=2)),
        "replay": draw(st.lists(st.sampled_from(CAST.codes), unique=True, max_size=2)),
        "conditions": draw(values_of(SMOOTH)),
        "parameters": draw(values_of(PARAMETERS)),
        "changes": in_order(settings, 7),
        "shocks": in_order(shocks, 1),
        "acts": in_order(acts, 1),
        "lecture_seeds": [{"id": "typical", "seed": draw(st.integers(0, 2**63 - 1)), "run": 7}],
    }


def _acts_in(state: str, channel: str) -> list[str]:
    return [action.id for action in CAST[state].action if action.channel == channel]


scenarios = scenario_data().map(Scenario.model_validate)

# An action that a states file adds, with a coefficient and a draw of its own.
ENVOY = """
[[action]]
id = "japan_envoy"
name = "Japanese envoy"
channel = "diplomatic"
family = "diplomacy"
rung = 0
polarity = 1
sentence = "sends an envoy to Pyongyang"
utility = [
    ["reluctance to travel", "japan_envoy_base", "always"],
    ["Washington's engagement", "japan_envoy_engagement", "engagement"],
]
moves = { trust = "japan_envoy_trust_effect" }

[[parameter]]
name = "japan_envoy_base"
default = -4.0
low = -6.0
high = 0.0
unit = "logit"
source = "judgement"
help = "How seldom an envoy travels."

[[parameter]]
name = "japan_envoy_engagement"
default = 1.0
low = 0.0
high = 2.0
unit = "logit"
source = "judgement"
help = "How much Washington's engagement helps."

[[parameter]]
name = "japan_envoy_trust_effect"
default = 0.05
low = 0.0
high = 0.2
unit = "share of room"
source = "judgement"
help = "What an envoy adds to trust."
"""
