"""The cards of a game as plain data: the week to decide, and the debrief."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import numpy as np

from scenario_sim.data.enums import Rung
from scenario_sim.formatting import format_long_date, format_signed
from scenario_sim.language import localise_number, translate
from scenario_sim.reporting.charts import TensionSummary
from scenario_sim.reporting.narrative.phrases import state_name
from scenario_sim.teaching.game import (
    Choice,
    Debrief,
    Game,
    Observation,
    Option,
    list_choices,
    observe,
)
from scenario_sim.teaching.game import messages as game_words
from scenario_sim.ui import messages
from scenario_sim.ui.game_state import action_name, date_of_week
from scenario_sim.ui.url import fits_in_link
from scenario_sim.ui.views.single_run.film import fan_of

MAX_TENSION = float(Rung.DIRECT_CONFRONTATION)  # tension stays below this rung
MIN_SHOWN_WEIGHT_LOGITS = 0.005  # below this a weight reads 0.00
MAX_SHOWN_REASONS = 3  # for a choice, and the same number against it


def table_card(game: Game, text: str) -> dict[str, Any]:
    """Return the week to decide. `text` is the game's file, which may be too large for a link."""
    cast, weeks = game.scenario.cast, game.scenario.weeks
    day = format_long_date(game.date)
    return {
        "title": messages.game.TITLE.format(states=_who(game)),
        "week": game.week,
        "counted": messages.game.COUNTED.format(n=game.week + 1, all=weeks),
        "day": day,
        "announcement": messages.game.ANNOUNCEMENT.format(
            n=game.week + 1, all=weeks, day=day, states=_who(game)
        ),
        "seats": [_seat(game, code) for code in game.states],
        "choices": [_choice(game, choice) for choice in list_choices(game)],
        "names": {code: cast[code].name for code in game.states},
        "history": _history(game),
        "long": "" if fits_in_link(text) else messages.game.TOO_LONG,
    }


def _who(game: Game) -> str:
    return messages.game.AND.join(
        state_name(game.scenario.cast[code], False) for code in game.states
    )


def _seat(game: Game, code: str) -> dict[str, Any]:
    seen = observe(game, code)
    return {
        "name": state_name(game.scenario.cast[code], False),
        "aims": [aim.words for aim in game.scenario.cast[code].aims],
        "changes": list(seen.changes),
        "weighty": [[one.words, one.said] for one in seen.weighty],
        "stands": [[one.words, one.exact] for one in (*seen.feels, *seen.stands)],
        "policies": [[one.words, one.exact] for one in seen.policies],
        "due": list(seen.due),
        "last": messages.game.NEWS.format(day=format_long_date(seen.last)) if seen.last else "",
        "news": list(seen.news) or [game_words.QUIET],
        "course": _course(game, seen),
    }


def _course(game: Game, seen: Observation) -> dict[str, Any]:
    """Return the threat that a state felt, week by week, 0..1.

    A state without a threat variable gets the course of tension, as a share of MAX_TENSION.
    """
    feels = f"{seen.state}.threat"
    known = {one.quantity for one in (*seen.feels, *seen.stands)}
    name, top = (feels, 1.0) if feels in known else ("tension", MAX_TENSION)
    if name not in known or not game.week:
        return {}
    values = game.now.recording[name][: game.week, 0]
    label = messages.game.THREAT_COURSE if name == feels else messages.game.TENSION_COURSE
    return {"label": label, "line": np.round(values / top, 3).tolist()}


def _choice(game: Game, choice: Choice) -> dict[str, Any]:
    return {
        "state": choice.state,
        "channel": choice.channel,
        "label": messages.game.CHANNELS.get(choice.channel, translate(str(choice.channel))),
        "settled": choice.settled,
        "about": choice.about,
        "options": [_option(option) for option in choice.options],
        "closed": [
            messages.game.CLOSED.format(name=c.name, reason=c.reason) for c in choice.closed
        ],
    }


def _option(option: Option) -> dict[str, Any]:
    sides = ((messages.game.FOR, option.pros), (messages.game.AGAINST, option.cons))
    return {
        "action": option.action,
        "name": option.name,
        "rung": "" if option.rung is None else messages.game.RUNG.format(rung=option.rung),
        "reasons": " ".join(
            side.format(reasons=", ".join(reason.words for reason in reasons[:MAX_SHOWN_REASONS]))
            for side, reasons in sides
            if reasons
        )
        or ("" if option.reasons else option.sentence),
        "terms": [
            [reason.words, format_signed(reason.weight, 2)]
            for reason in option.reasons
            if abs(reason.weight) >= MIN_SHOWN_WEIGHT_LOGITS
        ],
    }


def _history(game: Game) -> list[dict[str, Any]]:
    """Return the weeks with a choice of the player, the last first."""
    made = sorted(game.chosen.items())
    weeks = [
        {
            "week": week,
            "day": format_long_date(date_of_week(game, week)),
            "choices": "; ".join(action_name(game, action) for _, action in chosen),
        }
        for week, chosen in groupby(made, key=lambda pair: pair[0][0])
    ]
    return weeks[::-1]


# --- the debrief ----------------------------------------------------------------------------------


def debrief_card(result: Debrief, bands: TensionSummary | None) -> dict[str, Any]:
    """Return the debrief. `bands` is the tension of the model's futures, for the fan."""
    return {
        "story": list(result.story),
        "ended": messages.game.ENDED if result.game.ended is not None else "",
        "aims": [[aim.sentence, round(aim.share)] for aim in result.aims],
        "columns": [*messages.game.DEBRIEF_COLUMNS],
        "places": [
            [
                place.name,
                *(place.said(value) for value in (place.value, place.model, place.middle)),
                localise_number(f"{place.percentile:.0f}"),
                place.sentence,
            ]
            for place in result.places
        ],
        "points": [
            {"week": point.departure.week, "sentences": list(point.sentences)}
            for point in result.turning_points
        ],
        "resume": _resume(result.game),
        "fan": fan_of(bands),
        "lines": [np.round(result.path, 2).tolist(), _tension(result)],
        "rungs": [rung.label for rung in Rung if rung < MAX_TENSION],
        "ends": [format_long_date(date_of_week(result.game, n)) for n in (0, result.path.size - 1)],
        "spoken": _spoken(result),
    }


def _resume(game: Game) -> list:
    """Return the week after the last choice and its date; nothing at the end of the game."""
    week = 1 + max((week for week, _, _ in game.chosen), default=-1)
    return [week, format_long_date(date_of_week(game, week))] if week < game.week else []


def _tension(result: Debrief) -> list[float]:
    return np.round(result.model.recording["tension"][:, 0], 2).tolist()


def _spoken(result: Debrief) -> str:
    """Describe the fan for a screen reader."""
    tension, path = result.places[0], result.path
    return messages.game.DEBRIEF_FAN.format(
        highest=localise_number(f"{path.max():.1f}"),
        day=format_long_date(date_of_week(result.game, int(path.argmax()))),
        last=localise_number(f"{path[-1]:.1f}"),
        percentile=localise_number(f"{tension.percentile:.0f}"),
        runs=localise_number(f"{tension.runs:,}"),
    )
