"""What the why panel says of an act: plain words, then numbers, then equations."""

from __future__ import annotations

from typing import Any

from scenario_sim.data.states import HOLD
from scenario_sim.formatting import format_long_date, format_number, format_signed
from scenario_sim.reporting.narrative import explain_choice, format_chance
from scenario_sim.reporting.narrative.phrases import state_name
from scenario_sim.simulation.single_run import SingleRun
from scenario_sim.ui import messages

MAX_SHOWN_TERMS = 12  # bars; what is fainter is left to the command line


def explain_act(world: SingleRun, week: int, state: str, action: str) -> dict[str, Any]:
    """Everything the panel shows of one act, or of an event that nobody chose."""
    cast = world.scenario.cast
    if action not in cast.actions:
        day = world.frame(week).date
        said = messages.EVENT_WHY.get(action, messages.EVENT_OTHER)
        return {
            "title": messages.EVENT_TITLE,
            "day": format_long_date(day),
            "sentence": said,
            "act": None,
        }
    act = world.act(week, state, action)
    answer = explain_choice(world, act)
    strongest = max((abs(r.weight) for r in answer.reasons), default=1) or 1
    own = cast.actions[action][1]
    return {
        "title": f"{state_name(cast[state])} {own.sentence}",
        "day": format_long_date(act.date),
        "sentence": answer.sentence,
        "act": {"week": week, "state": state, "action": action, "channel": act.channel},
        "chances": [
            {
                "name": _name(world, id_),
                "share": round(chance, 4),
                "text": format_chance(chance),
                "own": id_ == action,
            }
            for id_, chance in sorted(answer.chances.items(), key=lambda pair: -pair[1])
        ],
        "against": messages.WHY_AGAINST.format(other=_name(world, answer.against)) if answer.against else "",
        "terms": [
            {
                "words": reason.words,
                "weight": format_signed(reason.weight, 2),
                "share": round(reason.weight / strongest, 3),
                "sums": [
                    messages.WHY_SUM.format(
                        coefficient=source.coefficient,
                        quantity=source.quantity,
                        value=format_number(source.value, 2),
                        weight=format_signed(source.weight, 2),
                    )
                    for source in reason.sources
                ],
            }
            for reason in answer.reasons[:MAX_SHOWN_TERMS]
        ],
        "equations": _equations(answer.reasons[:MAX_SHOWN_TERMS]),
        "others": [
            {"id": id_, "name": _name(world, id_)} for id_ in answer.chances if id_ not in (action, HOLD)
        ],
        "can_hold": HOLD in answer.chances,
    }  # fmt: skip


def _name(world: SingleRun, action: str) -> str:
    return messages.HOLDING if action == HOLD else world.scenario.cast.actions[action][1].name


def _equations(reasons) -> list[dict[str, str]]:
    found = dict.fromkeys(equation for reason in reasons for equation in reason.equations)
    return [{"rule": f"rules.{e.rule}", "text": f"{e.makes} = {e.text}"} for e in found]
