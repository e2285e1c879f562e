"""A view, drawn and put into words: all the page has to do is to show it."""

from __future__ import annotations

from dataclasses import dataclass

from scenario_sim.charts import (
    DARK,
    LIGHT,
    Chart,
    OutcomeRow,
    Risk,
    fan,
    outcome_rows,
    road_bars,
)
from scenario_sim.parameters import SETTINGS
from scenario_sim.ui import texts
from scenario_sim.ui.state import AppState
from scenario_sim.ui.worlds import View


@dataclass(frozen=True, eq=False)
class Drawing:
    """fan, bars: each on a light and on a dark page. note: what a puzzled eye should be told."""

    state: AppState
    compared: bool
    risk: Risk
    rows: tuple[OutcomeRow, ...]
    fan: tuple[Chart, Chart]
    bars: tuple[Chart, Chart]
    note: str

    @classmethod
    def of(cls, view: View) -> Drawing:
        base, policy = view.baseline, view.policy
        bands = base.bands, policy.bands if policy else None
        roads = base.roads, policy.roads if policy else None
        return cls(
            state=view.state,
            compared=policy is not None,
            risk=Risk.of(base.trajectory, view.comparison),
            rows=outcome_rows(base.trajectory, view.comparison),
            fan=(fan(*bands, LIGHT), fan(*bands, DARK)),
            bars=(road_bars(*roads, LIGHT), road_bars(*roads, DARK)),
            note=_note(view),
        )

    @property
    def spoken(self) -> str:
        """The new result, for those who hear it."""
        return texts.NEW_RESULT.format(risk=self.risk.sentence, fan=self.fan[0].sentence)


def _note(view: View) -> str:
    if view.changes_nothing:
        names = ", ".join(SETTINGS[name].label for name in view.state.settings)
        return texts.CHANGES_NOTHING.format(runs=view.state.runs, levers=names)
    return texts.FAN_STILL if view.fan_stands_still else ""
