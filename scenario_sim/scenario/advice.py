"""Advise on the settings of a scenario, without running it.

A *caution* flags settings that contradict each other or were never observed, with the reason; one
entry in `CAUTIONS` adds one. A replay that the record in use does not cover is told as well.
`explain_no_effect` tells why a lever that was moved changes nothing; one entry in
`NO_EFFECT_REASONS` adds a reason.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from scenario_sim.data.history import record
from scenario_sim.data.parameters import HYPOTHESES, LEVERS, SETTINGS, Lever
from scenario_sim.data.parameters.reference_values import HISTORICAL_VALUES
from scenario_sim.language import translate, translate_constants, translate_fields
from scenario_sim.scenario import dates
from scenario_sim.scenario.scenario import Scenario

Settings = Mapping[str, float]


@translate_fields("words", "reason")
@dataclass(frozen=True)
class Caution:
    """Rule for a caution.

    Attributes
    ----------
    levers : tuple of str
        Settings concerned.
    when : callable
        Whether it applies to the settings of a week.
    words : str
        Title: the settings in words.
    reason : str
        Why they deserve a second look.
    """

    levers: tuple[str, ...]
    when: Callable[[Settings], bool]
    words: str
    reason: str


@dataclass(frozen=True)
class Advice:
    """Caution that applies to a scenario, since a day (None: from the start)."""

    levers: tuple[str, ...]
    words: str
    reason: str
    since: date | None = None


CAUTIONS = (
    Caution(
        ("us_threats", "engagement"),
        lambda s: s["us_threats"] >= 0.7 and s["engagement"] >= 0.7,
        "Threats of force and generous offers at the same time",
        "In 2012-25 the two stood high together for a few weeks only, early in 2018. The model "
        "gives each its full effect, for years if you say so; a counterpart might believe neither.",
    ),
    Caution(
        ("us_threats", "exercise_scale"),
        lambda s: s["us_threats"] >= 0.7 and s["exercise_scale"] <= 0.2,
        "Strike talk without exercises",
        "Threats were never high while drills were small. Words that no force rehearses are "
        "counted here as if they were believed.",
    ),
    Caution(
        ("exercise_scale", "alliance_credibility"),
        lambda s: s["exercise_scale"] <= 0.05 and s["alliance_credibility"] >= 0.95,
        "No exercises, yet the alliance is fully believed",
        "Credibility rests in part on being seen to train together. The model lets you set the two "
        "apart, and nothing in it wears credibility down.",
    ),
    Caution(
        ("trilateral_cooperation", "alliance_credibility"),
        lambda s: s["trilateral_cooperation"] >= 0.9 and s["alliance_credibility"] <= 0.2,
        "Institutional cooperation of three in an alliance nobody believes",
        "Trilateral drills grew out of confidence in the alliance, not in place of it.",
    ),
    Caution(
        ("missile_defence", "early_warning"),
        lambda s: s["missile_defence"] >= 0.9 and s["early_warning"] <= 0.1,
        "Thick missile defence with poor early warning",
        "Interceptors are cued by the sensors that warn: one without the other is not a system "
        "anybody has built.",
    ),
    Caution(
        ("hotline", "border_measures"),
        lambda s: s["hotline"] >= 0.9 and s["border_measures"] <= 0.1,
        "A line that is always answered, and no measures at the border",
        "The lines worked best from 2018 to 2020, together with the border agreement. Both came "
        "from the same talks, and the one was cut before the other lapsed.",
    ),
    Caution(
        ("hotline", "launch_posture"),
        lambda s: s["hotline"] >= 0.9 and s["launch_posture"] >= 0.9,
        "A line that is always answered, and weapons that do not wait",
        "A call needs minutes that an automatic posture does not leave.",
    ),
    Caution(
        ("border_measures", "exercise_scale"),
        lambda s: s["border_measures"] >= 0.8 and s["exercise_scale"] >= 1.1,
        "Border measures in full under exercises of record size",
        "The agreement of 2018 itself forbade large drills near the border.",
    ),
    Caution(
        ("china_fuel_cut", "us_china_rivalry"),
        lambda s: s["china_fuel_cut"] >= 0.5 and s["us_china_rivalry"] >= 0.7,
        "China cuts fuel while it counts Pyongyang an asset against Washington",
        "Beijing joined in pressure when rivalry was low (2016-17). The model does not ask why it "
        "should now, nor show a collapse that such a cut might bring.",
    ),
    Caution(
        ("russia_need", "us_china_rivalry"),
        lambda s: s["russia_need"] >= 0.8 and s["us_china_rivalry"] <= 0.2,
        "Moscow leans on Pyongyang while Beijing and Washington are partners",
        "Since 2022 both have moved together; the two were never this far apart.",
    ),
    Caution(
        ("sanctions_enforcement", "expert_panel"),
        lambda s: s["sanctions_enforcement"] >= 0.8 and s["expert_panel"] <= 0.1,
        "Strict enforcement without a panel that watches",
        "Enforcement stood this high in 2017-18 only, when the Council's panel was at work.",
    ),
    Caution(
        ("engagement", "negotiating_demand", "us_threats"),
        lambda s: s["engagement"] <= 0.1 and s["negotiating_demand"] <= 0.2,
        "A modest demand behind a closed door",
        "What is asked for matters only to those who are made an offer: the demand will do little.",
    ),
)  # fmt: skip

# The dangerous end of each lever.
WORST_VALUES: dict[str, float] = {
    "exercise_scale": 1.5, "strategic_assets": 1, "us_threats": 1, "engagement": 0,
    "negotiating_demand": 1, "rok_government": -1, "alliance_credibility": 0,
    "trilateral_cooperation": 1, "unilateral_sanctions": 1, "sanctions_enforcement": 0,
    "us_china_rivalry": 1, "russia_need": 1, "cyber_security": 0, "missile_defence": 0,
    "early_warning": 0, "hotline": 0, "border_measures": 0, "launch_posture": 1,
    "programme_drive": 3, "domestic_pressure": 1,
}  # fmt: skip
MIN_CORNER_LEVERS = 14  # so many levers at their worst are a corner of the model, not a scenario
CORNER = (
    "Nearly every lever stands at its most dangerous end",
    "Held for five years, the model puts the risk above 50 %, outside any observed range: read the "
    "direction, not the number. No year on record had more than a few of these together.",
)
UNSEEN = "{lever} at {value:g}: {way} than at any time from 2012 to 2025"
UNSEEN_WAYS = ("lower", "higher")
UNSEEN_REASON = (
    "The modellers read the past as running from {low:g} ({low_words}) to {high:g} ({high_words}). "
    "Out here the equations are extrapolated."
)
NOTHING_TO_REPLAY = "Nothing to replay: the record tells nothing of these weeks"
PARTLY_REPLAYED = "The record covers {covered} of the {weeks} replayed weeks"
NOTHING_REASON = (
    "The record in use covers {first} to {last}. The states in `replay` ({states}) decide freely. Let "
    "`start` be within these days, drop `replay`, or use another record: --record DIR."
)
PARTLY_REASON = (
    "The record in use covers {first} to {last}. In the other weeks recorded acts, if there are any, "
    "come on top of those that the model makes. Let the scenario end or `replay_until` stand there."
)
HISTORY_MARGIN = 0.1  # share of a lever's range; nearer values count as within the past


def advise(scenario: Scenario, beside: Scenario | None = None) -> tuple[Advice, ...]:
    """Return the cautions that apply to a scenario, dated changes included.

    Cautions that apply to `beside` as well are left out.
    """
    known = {a.words for a in _all_cautions(beside)} if beside else set()
    return tuple(a for a in _all_cautions(scenario) if a.words not in known)


def _all_cautions(scenario: Scenario) -> Iterator[Advice]:
    yield from _replay_advice(scenario)
    titles = set()
    for week, settings in settings_by_week(scenario):
        since = dates.week_start(scenario.start, week) if week else None
        for advice in _cautions_of(settings):
            if advice.words not in titles:
                yield replace(advice, since=since)
            titles.add(advice.words)


def _replay_advice(scenario: Scenario) -> Iterator[Advice]:
    """Yield what to say of a replay that the record in use covers in part or not at all."""
    if not scenario.replay:
        return
    covered = record.current_record().coverage
    weeks = (scenario.replay_end - scenario.start).days // 7
    complete = any(covered.complete.get(state) for state in scenario.replay)
    many = sum(
        complete and covered.has_week(dates.week_start(scenario.start, week))
        for week in range(weeks)
    )
    facts = {"first": covered.first, "last": covered.last, "states": ", ".join(scenario.replay)}
    if many:
        if many < weeks:
            words = translate(PARTLY_REPLAYED).format(covered=many, weeks=weeks)
            yield Advice((), words, translate(PARTLY_REASON).format(**facts))
    elif not record.recorded_acts(scenario.start, scenario.replay_end, scenario.replay):
        yield Advice((), translate(NOTHING_TO_REPLAY), translate(NOTHING_REASON).format(**facts))
    elif complete:
        words = translate(PARTLY_REPLAYED).format(covered=0, weeks=weeks)
        yield Advice((), words, translate(PARTLY_REASON).format(**facts))


def settings_by_week(scenario: Scenario) -> list[tuple[int, dict[str, float]]]:
    """Return (week, all settings) at the start and in each week in which one changes."""
    steps, settings = scenario.steps(), scenario.settings()
    rows = []
    for week in sorted({week for path in steps.values() for week, _ in path}):
        settings |= {n: v for n, path in steps.items() for w, v in path if w == week}
        rows.append((week, dict(settings)))
    return rows


def _cautions_of(settings: Settings) -> Iterator[Advice]:
    worst = tuple(n for n, end in WORST_VALUES.items() if settings[n] == end)
    if len(worst) >= MIN_CORNER_LEVERS:
        yield Advice(worst, translate(CORNER[0]), translate(CORNER[1]))
    for caution in CAUTIONS:
        if caution.when(settings):
            yield Advice(caution.levers, caution.words, caution.reason)
    for lever in SETTINGS.values():
        if is_outside_history(lever, settings[lever.name]):
            (low, low_words), *_, (high, high_words) = lever.anchors
            value = settings[lever.name]
            way = translate(UNSEEN_WAYS[value > high])
            words = translate(UNSEEN).format(lever=lever.label, value=value, way=way)
            reason = translate(UNSEEN_REASON).format(
                low=low, low_words=low_words, high=high, high_words=high_words
            )
            yield Advice((lever.name,), words, reason)


def is_outside_history(lever: Lever, value: float) -> bool:
    """Return whether a value lies clearly outside the historical values of a lever.

    False for hypotheses, and for a lever with fewer than two historical values.
    """
    low, high = _historical_bounds(lever.name)
    return not low <= value <= high


@cache
def _historical_bounds(name: str) -> tuple[float, float]:
    """Return between which values a setting counts as within the past: (low, high)."""
    setting, past = SETTINGS[name], HISTORICAL_VALUES.get(name, ())
    if len(past) < 2 or setting in HYPOTHESES:
        return -math.inf, math.inf
    values = [*(v for v, _ in past), setting.default]
    far = HISTORY_MARGIN * (setting.high - setting.low)
    return min(values) - far, max(values) + far


# --- levers without effect -----------------------------------------------------------------------


def explain_no_effect(policy: Scenario, baseline: Scenario) -> tuple[str, ...]:
    """Return reasons why the settings that differ may have little effect; usually there are none."""
    before, after = baseline.steps(), policy.steps()
    moved = [name for name in after if after[name] != before[name]]
    reasons = (why(policy, moved) for names, why in NO_EFFECT_REASONS if set(moved) & set(names))
    return tuple(dict.fromkeys(reason for reason in reasons if reason))


def describe_where_levers_act(names: list[str]) -> str:
    """Return where some settings act, for use when no reason explains their lack of effect."""
    return " ".join(
        translate("{lever} acts on: {enters}; none of it came up in these weeks.").format(
            lever=SETTINGS[name].label, enters=SETTINGS[name].enters
        ) for name in names
    )  # fmt: skip


def _is_constant(policy: Scenario, name: str, value: float) -> bool:
    """Return whether a setting has one value throughout."""
    return all(settings[name] == value for _, settings in settings_by_week(policy))


def _lacks_season(policy: Scenario, row: str) -> bool:
    return not dates.calendar_by_week(policy.start, policy.weeks)[row].any()


def _without_drills(policy: Scenario, moved: list[str]) -> str:
    if _lacks_season(policy, "drill_season"):
        return translate("No drill falls into these weeks.")
    if "exercise_scale" in moved and _is_constant(policy, "exercise_sensitivity", 0):
        return translate(
            "Exercises do not provoke under this hypothesis (“Do exercises provoke?” is 0); what is "
            "left is that they deter and cloud the warning."
        )
    return ""


def _nothing_to_provoke(policy: Scenario, moved: list[str]) -> str:
    if _is_constant(policy, "exercise_scale", 0) and _is_constant(
        policy, "trilateral_cooperation", 0
    ):
        return translate("With no exercises it does not matter whether they provoke.")
    return ""


def _no_sanctions(policy: Scenario, moved: list[str]) -> str:
    if policy.start_conditions()["un_sanctions"] > 0:
        return ""
    return translate(
        "No UN sanctions are in force at the start, so that there is little to enforce."
    )


def _panel(policy: Scenario, moved: list[str]) -> str:
    return translate(
        "The expert panel matters only through what leaks from the sanctions, and enforcement "
        "follows that with a half-life of about a year."
    )


def _no_winter(policy: Scenario, moved: list[str]) -> str:
    return (
        translate("No winter month falls into these weeks.")
        if _lacks_season(policy, "winter")
        else ""
    )


def _no_arsenal(policy: Scenario, moved: list[str]) -> str:
    start = policy.start_conditions()
    if start["warheads"] > 0 and start["icbm_stock"] > 0:
        return ""
    return translate("There is no arsenal in reach yet that a demand could be about.")


def _late(policy: Scenario, moved: list[str]) -> str:
    first = min((w for n in moved for w, _ in policy.steps()[n] if w), default=0)
    if policy.changes and first and policy.weeks - first <= 8:
        return translate(
            "The change comes in the last weeks: little time is left for it to be felt."
        )
    return ""


Explain = Callable[[Scenario, list[str]], str]
NO_EFFECT_REASONS: tuple[tuple[tuple[str, ...], Explain], ...] = (
    (("exercise_scale", "exercise_sensitivity"), _without_drills),
    (("exercise_sensitivity",), _nothing_to_provoke),
    (("sanctions_enforcement", "sanctions_precision", "expert_panel"), _no_sanctions),
    (("expert_panel",), _panel),
    (("winter_lull",), _no_winter),
    (("negotiating_demand",), _no_arsenal),
    (tuple(lever.name for lever in LEVERS), _late),
)

translate_constants(
    __name__,
    *("CORNER", "UNSEEN", "UNSEEN_WAYS", "UNSEEN_REASON", "NOTHING_TO_REPLAY", "NOTHING_REASON"),
    *("PARTLY_REPLAYED", "PARTLY_REASON"),
)
