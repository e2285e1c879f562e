"""A state as an agent: it perceives, decides, and absorbs what happened.

Its profile and repertoire are data (`states/`); all six states read them in this one way. An agent
reads the board and writes its own rows of it. It never reads what a neighbour perceives this week.
"""

from __future__ import annotations

from types import SimpleNamespace

import mesa
import numpy as np

from scenario_sim.data.enums import Channel
from scenario_sim.data.states import Cast, StateSpec
from scenario_sim.model import equations
from scenario_sim.model.blackboard import Blackboard, contiguous_slice, did_row
from scenario_sim.model.week_inputs import Week


class StateAgent(mesa.Agent):
    """One of the states: vectors over the runs of one model."""

    def __init__(
        self, model: mesa.Model, cast: Cast, spec: StateSpec, board: Blackboard, p: SimpleNamespace
    ):
        super().__init__(model)
        self.code, self.name, self.spec = spec.code, spec.name, spec
        self._board, self._p = board, p
        self._place = cast.perceivers.index(spec) if spec.threat else None
        self._absorbs = [equations.LEARNING_RULES[name] for name in spec.absorbs]
        self._mine = contiguous_slice([alt.state for alt in cast.alternatives], spec.code)
        self.alternatives = cast.alternatives[self._mine]
        channels = [alt.channel for alt in self.alternatives]
        self._channels = {}  # channel: its rows among all alternatives, and what is done in it
        for channel in dict.fromkeys(channels):
            own = contiguous_slice(channels, channel)
            rows = slice(self._mine.start + own.start, self._mine.start + own.stop)
            done = board.select([did_row(alt) for alt in self.alternatives[own]])
            self._channels[channel] = (rows, done)

    def perceive(self, felt: np.ndarray) -> None:
        """Take on how threatened it feels. felt: of every perceiver, (perceivers, runs)."""
        if self.spec.threat:
            threat = felt[self._place]
            alarm = threat - self.spec.threat.usual
            self._board.write({f"{self.code}.threat": threat, f"{self.code}.alarm": alarm})

    def decide(self, appeal: np.ndarray, week: Week) -> None:
        """Choose in every channel the largest appeal, which is a logit choice.

        appeal: utility plus Gumbel noise of every alternative, (alternatives, runs). Where the
        scenario forces an act, that act is chosen.
        """
        for rows, done in self._channels.values():
            best = np.maximum.reduce(appeal[rows], axis=0)
            done.write((appeal[rows] == best) * week.free[rows] + week.forced[rows])

    def vote(self, tabled: np.ndarray) -> None:
        """Let a vote count where a draft was tabled. tabled: 0 or 1, (runs,)."""
        if Channel.VOTE in self._channels:
            _, done = self._channels[Channel.VOTE]
            done.write(done.read() * tabled)

    def absorb(self, shocks: np.ndarray) -> None:
        """Take in the week's acts: shocks are remembered, tests teach. shocks: (perceivers, runs)."""
        if self.spec.threat:
            self._board.write({f"{self.code}.shock": shocks[self._place]})
        for rule in self._absorbs:
            self._board.write(rule(self._board, self._p))
