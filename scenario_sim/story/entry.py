"""What a story is made of: one entry for each thing that happened, and why it was chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scenario_sim.story.words import percent
from scenario_sim.vocabulary import Rung

EVENT = "event"  # the family of what no state chose
TERMS_TOLD = 3  # for an act, and as many against it
FAINT = 0.05  # logits; a weaker term decided nothing


@dataclass(frozen=True)
class Why:
    """What decided an act.

    terms: (plain words, logits), the strongest first: what set it apart from holding still, or in
    a vote from the likeliest other vote. chance: the probability it had that week. forced: why
    there was no choice; empty where there was one.
    """

    terms: tuple[tuple[str, float], ...]
    chance: float
    forced: str = ""

    def __str__(self) -> str:
        """The strongest terms for it and against it, and its chance."""
        if self.forced:
            return f"because {self.forced}"
        told = [(f"{words} {weight:+.1f}", weight) for words, weight in self.terms]
        for_it = [words for words, weight in told if weight >= FAINT][:TERMS_TOLD]
        against = [words for words, weight in told if weight <= -FAINT][:TERMS_TOLD]
        parts = [f"because: {', '.join(for_it)}"] if for_it else []
        parts += [f"against: {', '.join(against)}"] if against else []
        return "; ".join([*parts, f"chance it had that week: {percent(self.chance)}"])


@dataclass(frozen=True)
class Entry:
    """Something that happened in one week.

    state: who did it, a code; empty for what no state chose. action: the act's id, or the event's
    name. rung: None where it is on no rung. weeks: how many weeks on end (drills only). moved:
    what came of it; the last entry of a week also tells how tension moved, where it did. tension:
    before and after the week, whatever moved it.
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
    why: Why | None = None

    def __str__(self) -> str:
        """The whole sentence, without its date."""
        rung = f" (rung {self.rung:d}, {self.rung.label})" if self.rung is not None else ""
        moved = ": " + "; ".join(self.moved) if self.moved else ""
        return f"{self.sentence}{rung}{moved}."
