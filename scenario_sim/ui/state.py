"""What a visitor chose: one frozen value. Every verb gives a new one and leaves the old whole, so
undo is no more than keeping the last."""

from __future__ import annotations

from dataclasses import dataclass, replace

DEFAULT_SCENARIO = "status-quo"
DEFAULT_RUNS = 1000


@dataclass(frozen=True)
class AppState:
    """scenario: a shipped name. moved: settings that differ from the scenario, by name. Equal
    states ask for equal worlds."""

    scenario: str = DEFAULT_SCENARIO
    moved: tuple[tuple[str, float], ...] = ()
    seed: int = 0
    runs: int = DEFAULT_RUNS

    @property
    def settings(self) -> dict[str, float]:
        return dict(self.moved)

    def with_scenario(self, name: str) -> AppState:
        """Another scenario, as it stands: levers were moved against the old one."""
        return replace(self, scenario=name, moved=())

    def with_lever(self, name: str, value: float) -> AppState:
        return self._with(self.settings | {name: float(value)})

    def without_lever(self, name: str) -> AppState:
        return self._with({n: v for n, v in self.moved if n != name})

    def without_levers(self) -> AppState:
        return replace(self, moved=())

    def _with(self, settings: dict[str, float]) -> AppState:
        return replace(self, moved=tuple(sorted(settings.items())))
