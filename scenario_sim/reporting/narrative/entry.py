"""What a story is made of: one entry for each thing that happened, and why it was chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scenario_sim.data.enums import Rung
from scenario_sim.reporting.narrative.explanations import Explanation

EVENT = "event"  # the family of what no state chose


@dataclass(frozen=True)
class Entry:
    """Something that happened in one week.

    state: who did it, a code; empty for what no state chose. action: the act's id, or the event's
    name. rung: None where it is on no rung. weeks: how many weeks on end (drills only). moved:
    what came of it; the last entry of a week also tells how tension moved, where it did. tension:
    before and after the week, whatever moved it. small: a newspaper would leave it out.
    """

    week: int
    date: date
    state: str
    action: str
    family: str
    rung: Rung | None
    sentence: str
    moved: tuple[str, ...]
    tension: tuple[float, float]
    weeks: int = 1
    why: Explanation | None = None
    small: bool = False

    def __str__(self) -> str:
        """The whole sentence, without its date."""
        rung = f" (rung {self.rung:d}, {self.rung.label})" if self.rung is not None else ""
        moved = ": " + "; ".join(self.moved) if self.moved else ""
        return f"{self.sentence}{rung}{moved}."
