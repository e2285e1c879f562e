"""A state as an agent: it perceives, decides, and absorbs what happened.

Its profile and repertoire are data (`states/`); this is the one way all six read them. An agent
reads the board and writes its own rows of it: nobody acts on a neighbour's mind of this week.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace

import mesa
import numpy as np

from scenario_sim import rules
from scenario_sim.board import Board
from scenario_sim.deliberation import Deliberation
from scenario_sim.layout import stretch
from scenario_sim.states import StateSpec
from scenario_sim.vocabulary import Channel as ChannelName

Orders = Mapping[tuple[str, str], Sequence[tuple[slice, str]]]


@dataclass(frozen=True)
class Reason:
    """One term of a choice: what spoke for the act (or against it) and how strongly, in logits."""

    words: str
    coefficient: str
    quantity: str
    weight: np.ndarray


class StateAgent(mesa.Agent):
    """One of the states: vectors over the runs of one model.

    chosen: what was chosen this week, bool (alternatives, width), of which it writes its own rows.
    """

    def __init__(
        self,
        model: mesa.Model,
        spec: StateSpec,
        deliberation: Deliberation,
        chosen: np.ndarray,
        board: Board,
        p: SimpleNamespace,
    ):
        super().__init__(model)
        self.code, self.name, self.spec = spec.code, spec.name, spec
        self._board, self._p, self._deliberation = board, p, deliberation
        self._absorbs = [rules.ABSORBING[name] for name in spec.absorbs]

        cast = deliberation.cast
        mine = stretch([alt.state for alt in cast.alternatives], spec.code)
        self._first = mine.start
        self.alternatives = cast.alternatives[mine]
        channels = [alt.channel for alt in self.alternatives]
        self._places = {channel: stretch(channels, channel) for channel in dict.fromkeys(channels)}
        self._chosen, appeal = chosen[mine], deliberation.appeal[mine]
        self._channels = [(appeal[p], self._chosen[p]) for p in self._places.values()]
        self._best = np.empty(board.width)
        if spec.threat:
            place = cast.perceivers.index(spec)
            self._felt, self._shock = deliberation.felt[place], deliberation.shocks[place]

    # --- the three things a state does in a week --------------------------------------------------

    def perceive(self) -> None:
        """Take on how threatened it feels, from what everybody saw last week."""
        if self.spec.threat:
            alarm = self._felt - self.spec.threat.usual
            self._board.write({f"{self.code}.threat": self._felt, f"{self.code}.alarm": alarm})

    def decide(self, orders: Orders) -> None:
        """Choose in every channel: the largest utility plus luck, which is a logit choice.

        orders: (state, channel) -> (columns, action id) pairs that leave no choice.
        """
        for appeal, chosen in self._channels:
            np.equal(appeal, np.maximum.reduce(appeal, axis=0, out=self._best), out=chosen)
        for (code, channel), acts in orders.items():
            for columns, action in acts if code == self.code else ():
                self._chosen[self._places[channel], columns] = False
                self._chosen[self._place(channel, action), columns] = True

    def vote(self, tabled: np.ndarray) -> None:
        """A vote counts where a draft lies on the table; elsewhere there was none."""
        if ChannelName.VOTE in self._places:
            self._chosen[self._places[ChannelName.VOTE]] &= tabled

    def absorb(self) -> None:
        """Take in the week's acts: shocks leave a mark, tests teach."""
        board, p = self._board, self._p
        if self.spec.threat:
            board.write({f"{self.code}.shock": self._shock})
        for rule in self._absorbs:
            board.write(rule(board, p))

    # --- why, asked between deciding and absorbing ------------------------------------------------

    def reasons(self, action: str) -> list[Reason]:
        """The terms of an action's utility as they stand.

        Holding still has no terms, so these are also what set the act apart from holding still. An
        appraisal's own terms stand in its place, weighed.
        """
        place = self._first + [alt.id for alt in self.alternatives].index(action)
        return [
            Reason(term.words, term.coefficient, term.quantity, value)
            for term, value in self._deliberation.terms(place)
        ]

    def probabilities(self, channel: str) -> dict[str, np.ndarray]:
        """The logit probabilities of a channel's alternatives as they stand, (width,) each."""
        places = self._places[channel]
        utility = self._deliberation.utilities()[self._first :][places]
        odds = np.exp(utility - utility.max(axis=0))
        ids = (alt.id for alt in self.alternatives[places])
        return dict(zip(ids, odds / odds.sum(axis=0), strict=True))

    def _place(self, channel: str, action: str) -> int:
        places = self._places[channel]
        return places.start + [alt.id for alt in self.alternatives[places]].index(action)
