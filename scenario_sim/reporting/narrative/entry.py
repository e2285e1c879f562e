"""Define the entries of a narrative: one for each thing that happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scenario_sim.data.enums import Rung
from scenario_sim.reporting.narrative.explanations import Explanation

EVENT = "event"  # the family of what no state chose


@dataclass(frozen=True)
class Entry:
    """Something that happened in one week.

    Attributes
    ----------
    state : str
        Code of the state that did it; "" for what no state chose.
    action, family : str
        Id of the act and its family, or name of the event and `EVENT`.
    rung : Rung or None
        None where it is on no rung.
    moved : tuple of str
        What came of it. The last entry of a week also tells how tension moved, where it did.
    tension : tuple of float
        Before and after the week, in rungs, whatever moved it.
    weeks : int
        Length in weeks (exercises only).
    small : bool
        Whether a newspaper would omit it.
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
        """Return the whole sentence, without its date."""
        rung = f" (rung {self.rung:d}, {self.rung.label})" if self.rung is not None else ""
        moved = ": " + "; ".join(self.moved) if self.moved else ""
        return f"{self.sentence}{rung}{moved}."
