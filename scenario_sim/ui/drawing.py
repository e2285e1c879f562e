"""A view, drawn and put into words: all the page has to do is to show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from scenario_sim.advice import last_resort, why_quiet
from scenario_sim.charts import (
    DARK,
    LIGHT,
    Chart,
    OutcomeRow,
    Palette,
    Precision,
    Risk,
    Small,
    fan,
    gallery,
    outcome_rows,
    precisions,
    road_bars,
)
from scenario_sim.parameters import SETTINGS
from scenario_sim.ui import texts
from scenario_sim.ui.kept import World
from scenario_sim.ui.state import AppState
from scenario_sim.ui.worlds import View, baseline_of, policy_of

MOST_KEPT = 128  # drawings


@dataclass(frozen=True, eq=False)
class Drawing:
    """Drawn when asked for, each thing once. What takes a `dark` is drawn for a light or a dark page."""

    view: View

    @classmethod
    def of(cls, view: View, dark: bool = False) -> Drawing:
        """With what every page shows first already drawn."""
        drawing = _once(view.state, view.baseline, view.policy)
        _ = drawing.risk, drawing.fan(dark).text
        return drawing

    @property
    def state(self) -> AppState:
        return self.view.state

    @property
    def runs(self) -> int:
        return self.view.runs

    @property
    def whole(self) -> bool:
        return self.view.whole

    @property
    def compared(self) -> bool:
        return self.view.policy is not None

    @cached_property
    def risk(self) -> Risk:
        return Risk.of(self.view.baseline.trajectory, self.view.comparison)

    @cached_property
    def rows(self) -> tuple[OutcomeRow, ...]:
        return outcome_rows(self.view.baseline.trajectory, self.view.comparison)

    @cached_property
    def precisions(self) -> tuple[Precision, ...]:
        return precisions(self.view.baseline.trajectory, self.view.comparison)

    @cached_property
    def note(self) -> str:
        """What a puzzled eye should be told."""
        return _note(self.view)

    def fan(self, dark: bool) -> Chart:
        return self._drawn("fan", dark, lambda p: fan(*self._sides("bands"), p))

    def bars(self, dark: bool) -> Chart:
        return self._drawn("bars", dark, lambda p: road_bars(*self._sides("roads"), p))

    def gallery(self, group: str, dark: bool) -> tuple[Small, ...]:
        """The small pictures of a group."""
        return self._drawn(group, dark, lambda p: gallery(group, *self._sides("course"), p))

    @property
    def spoken(self) -> str:
        """The new result, for those who hear it."""
        return texts.NEW_RESULT.format(risk=self.risk.sentence, fan=self.fan(False).sentence)

    @cached_property
    def _kept(self) -> dict[tuple[str, bool], Any]:
        return {}

    def _drawn(self, name: str, dark: bool, draw: Callable[[Palette], Any]) -> Any:
        if (name, dark) not in self._kept:
            self._kept[name, dark] = draw(DARK if dark else LIGHT)
        return self._kept[name, dark]

    def _sides(self, measure: str) -> tuple[Any, Any]:
        base, policy = self.view.baseline, self.view.policy
        return getattr(base, measure), getattr(policy, measure) if policy else None


@lru_cache(maxsize=MOST_KEPT)
def _once(state: AppState, baseline: World, policy: World | None) -> Drawing:
    """What one visitor has drawn is there for all, and for the way back."""
    return Drawing(View(state, baseline, policy))


def _note(view: View) -> str:
    state = view.state
    if state.is_baseline:
        return ""
    if view.policy is None:
        return texts.SAME_AS_SCENARIO
    why = why_quiet(policy_of(state), baseline_of(state))
    if view.changes_nothing:
        moved = list(dict.fromkeys([*state.settings, *(change.name for change in state.changes)]))
        names = ", ".join(SETTINGS[name].label for name in moved)
        said = texts.CHANGES_NOTHING.format(runs=state.runs, levers=names)
        return " ".join((said, *(why or [last_resort(moved)])))
    return " ".join((*([texts.FAN_STILL] if view.fan_stands_still else []), *why))
