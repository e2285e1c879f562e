"""Explain an act for the panel “Why”: plain words, then numbers, then equations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scenario_sim.data.states import HOLD
from scenario_sim.formatting import format_long_date, format_number, format_signed
from scenario_sim.reporting.narrative import Explanation, Reason, explain_choice, format_chance
from scenario_sim.reporting.narrative.phrases import state_name
from scenario_sim.simulation.single_run import SingleRun
from scenario_sim.ui import messages

MAX_SHOWN_TERMS = 12  # the command line lists the weaker ones


def explain_act(world: SingleRun, week: int, state: str, action: str) -> dict[str, Any]:
    """Return all that the panel shows of one act, or of an event that no state chose."""
    cast = world.scenario.cast
    if action not in cast.actions:
        return {
            "title": messages.single_run.EVENT_TITLE,
            "day": format_long_date(world.frame(week).date),
            "sentence": messages.single_run.EVENT_WHY.get(action, messages.single_run.EVENT_OTHER),
            "act": None,
        }
    act = world.act(week, state, action)
    answer = explain_choice(world, act)
    reasons = answer.reasons[:MAX_SHOWN_TERMS]
    strongest = max((abs(reason.weight) for reason in answer.reasons), default=1) or 1
    against = ""
    if answer.against:
        against = messages.single_run.WHY_AGAINST.format(other=_name(world, answer.against))
    others = [id_ for id_ in answer.chances if id_ not in (action, HOLD)]
    closed = {id_: reason for id_ in others if (reason := world.why_closed(week, id_))}
    return {
        "title": f"{state_name(cast[state])} {act.sentence}",
        "day": format_long_date(act.date),
        "sentence": answer.sentence,
        "act": {"week": week, "state": state, "action": action, "channel": act.channel},
        "chances": _chances(world, answer, action),
        "against": against,
        "terms": [_term(reason, strongest) for reason in reasons],
        "equations": _equations(reasons),
        "others": [{"id": id_, "name": _name(world, id_)} for id_ in others if id_ not in closed],
        "closed": [
            messages.single_run.WHY_CLOSED.format(name=_name(world, id_), reason=reason)
            for id_, reason in closed.items()
        ],
        "can_hold": HOLD in answer.chances,
    }


def _chances(world: SingleRun, answer: Explanation, chosen: str) -> list[dict[str, Any]]:
    """Return what the state could have done that week, the likeliest first."""
    return [
        {
            "name": _name(world, action),
            "share": round(chance, 4),
            "text": format_chance(chance),
            "own": action == chosen,
        }
        for action, chance in sorted(answer.chances.items(), key=lambda pair: -pair[1])
    ]


def _term(reason: Reason, strongest: float) -> dict[str, Any]:
    """Return a bar: its words, its weight in logits, its share of the strongest, its sums."""
    return {
        "words": reason.words,
        "weight": format_signed(reason.weight, 2),
        "share": round(reason.weight / strongest, 3),
        "sums": [
            messages.single_run.WHY_SUM.format(
                coefficient=source.coefficient,
                quantity=source.quantity,
                value=format_number(source.value, 2),
                weight=format_signed(source.weight, 2),
            )
            for source in reason.sources
        ],
    }


def _name(world: SingleRun, action: str) -> str:
    return (
        messages.single_run.HOLDING
        if action == HOLD
        else world.scenario.cast.actions[action][1].name
    )


def _equations(reasons: Sequence[Reason]) -> list[dict[str, str]]:
    found = dict.fromkeys(equation for reason in reasons for equation in reason.equations)
    return [{"rule": f"equations.{e.rule}", "text": f"{e.makes} = {e.text}"} for e in found]
