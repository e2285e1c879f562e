"""A state as an agent: it perceives, decides, and absorbs what happened.

Its profile and repertoire are data (`states/`); this is the one way all six read them. An agent
reads the board and writes its own rows of it: nobody acts on a neighbour's mind of this week.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace

import mesa
import numpy as np

from scenario_sim import rules
from scenario_sim.board import Board
from scenario_sim.conditions import OWN, STANDING
from scenario_sim.ledger import Ledger, Term
from scenario_sim.parameters import SETTINGS
from scenario_sim.states import Alternative, StateSpec
from scenario_sim.vocabulary import Channel as ChannelName

STANDING_STILL = SETTINGS.keys() | {q.name for q in STANDING}  # until a lever moves


def own_rows(state: StateSpec) -> list[str]:
    """The rows of the board that belong to a state: its perceptions and its appraisals."""
    felt = [f"{state.code}.{q.name}" for q in OWN] if state.threat else []
    return felt + [f"{state.code}.{appraisal.id}" for appraisal in state.appraisal]


@dataclass(frozen=True)
class Reason:
    """One term of a choice: what spoke for the act (or against it) and how strongly, in logits."""

    words: str
    coefficient: str
    quantity: str
    weight: np.ndarray


class StateAgent(mesa.Agent):
    """One of the states: vectors over the runs of one model."""

    def __init__(
        self,
        model: mesa.Model,
        spec: StateSpec,
        alternatives: tuple[Alternative, ...],
        chosen: np.ndarray,
        board: Board,
        p: SimpleNamespace,
        noise_row: Mapping[str, int],
    ):
        super().__init__(model)
        self.code, self.name, self.spec, self.alternatives = spec.code, spec.name, spec, alternatives
        self._board, self._p = board, p
        coefficients = vars(p)
        own = {row.removeprefix(f"{spec.code}."): row for row in own_rows(spec)}
        row = board.row | {f"own_{name}": board.row[full] for name, full in own.items()}

        threat = spec.threat
        fears = [threat.terms] if threat else []
        marks = [Term("", weight, _this_week(signal)) for weight, signal in threat.shocks] if threat else []
        utilities = [alt.action.utility if alt.action else () for alt in alternatives]

        def ledger(sums) -> Ledger:
            return Ledger(sums, board.block, row, coefficients, STANDING_STILL)

        self._fears, self._marks = ledger(fears), ledger([tuple(marks)])
        self._judgements = ledger([appraisal.terms for appraisal in spec.appraisal])
        self._utilities = ledger(utilities)
        self._judged = board.lend(*_first_and_last(spec.appraisal, spec.code)) if spec.appraisal else None
        self._through = [n for n, a in enumerate(spec.appraisal) if a.through]
        self._noise = np.array([noise_row[alt.draw] for alt in alternatives])
        self._gates = [
            (place, row[alt.action.only_if])
            for place, alt in enumerate(alternatives)
            if alt.action and alt.action.only_if
        ]
        self._chosen, self._barred = chosen, {}
        self._places = _places(alternatives)
        self._best = np.empty(board.width)
        self._absorbs = [rules.ABSORBING[name] for name in spec.absorbs]

    # --- the three things a state does in a week ------------------------------------------------

    def heed_levers(self) -> None:
        """A lever moved: take in what stands still until the next one does."""
        for ledger in (self._fears, self._marks, self._judgements, self._utilities):
            ledger.stand()

    def perceive(self) -> None:
        """Update how threatened it feels, from what everybody saw last week."""
        threat = self.spec.threat
        if threat is None:
            return
        board, code = self._board, self.code
        noise = board[f"draw_{self.spec.draw}"]
        felt = rules.felt_threat(board[f"{code}.threat"], self._fears.evaluate()[0], noise, self._p)
        board.write({f"{code}.threat": felt, f"{code}.alarm": felt - threat.usual})

    def decide(self, noise: np.ndarray, forced: Mapping, barred: Mapping) -> None:
        """Choose in every channel: the largest utility plus luck, which is a logit choice.

        noise: the week's Gumbel rows, (rows, runs), the same for scenarios side by side. forced:
        (state, channel) -> (columns, action id) pairs that leave no choice. barred: action id ->
        columns where it may not be chosen.
        """
        self._barred = barred
        appeal = self._appeal()
        side_by_side = appeal.reshape(len(appeal), -1, noise.shape[1])
        side_by_side += noise[self._noise][:, None]
        for places in self._places.values():
            best = np.maximum.reduce(appeal[places], axis=0, out=self._best)
            np.equal(appeal[places], best, out=self._chosen[places])
        for (code, channel), orders in forced.items():
            for columns, action in orders if code == self.code else ():
                self._chosen[self._places[channel], columns] = False
                self._chosen[self._place(channel, action), columns] = True

    def _place(self, channel: str, action: str) -> int:
        places = self._places[channel]
        ids = [alt.id for alt in self.alternatives[places]]
        return places.start + ids.index(action)

    def _appeal(self) -> np.ndarray:
        """Utilities as they stand, (alternatives, width); -inf where an act is not possible."""
        if self._judged is not None:
            self._judgements.evaluate(out=self._judged)
            for n in self._through:
                self._judged[n] = rules.log_sigmoid(self._judged[n])
        appeal = self._utilities.evaluate()
        for place, gate in self._gates:
            np.copyto(appeal[place], -np.inf, where=self._board.block[gate] <= 0)
        for place, alternative in enumerate(self.alternatives if self._barred else ()):
            for columns in self._barred.get(alternative.id, ()):
                appeal[place, columns] = -np.inf
        return appeal

    def vote(self, tabled: np.ndarray) -> None:
        """A vote counts where a draft lies on the table; elsewhere there was none."""
        if ChannelName.VOTE in self._places:
            self._chosen[self._places[ChannelName.VOTE]] &= tabled

    def absorb(self) -> None:
        """Take in the week's acts: shocks leave a mark, tests teach."""
        board, p = self._board, self._p
        if self.spec.threat:
            row = f"{self.code}.shock"
            mark = self._marks.evaluate()[0]
            kept = rules.share_left(p.shock_half_life)
            board.write({row: rules.fade(board[row], kept, mark, 1.0)})
        for rule in self._absorbs:
            board.write(rule(board, p))

    # --- why ---------------------------------------------------------------------------------------

    def reasons(self, action: str) -> list[Reason]:
        """The terms of an action's utility as they stand: call it between deciding and absorbing.

        Holding still has no terms, so these are also what set the act apart from holding still. An
        appraisal's own terms stand in its place, weighed.
        """
        place = [alt.id for alt in self.alternatives].index(action)
        found = []
        for term, value in self._utilities.terms(place):
            found += self._unfold(term, value)
        return found

    def _unfold(self, term: Term, value: np.ndarray) -> list[Reason]:
        for n, appraisal in enumerate(self.spec.appraisal):
            if term.quantity == f"own_{appraisal.id}" and not appraisal.through:
                weight = vars(self._p)[term.coefficient]
                inner = self._judgements.terms(n)
                return [Reason(t.words, t.coefficient, t.quantity, weight * v) for t, v in inner]
        return [Reason(term.words, term.coefficient, term.quantity, value)]

    def probabilities(self, channel: str) -> dict[str, np.ndarray]:
        """The logit probabilities of a channel's alternatives as they stand, (width,) each."""
        places = self._places[channel]
        appeal = self._appeal()[places]
        odds = np.exp(appeal - appeal.max(axis=0))
        ids = (alt.id for alt in self.alternatives[places])
        return dict(zip(ids, odds / odds.sum(axis=0), strict=True))


def did_row(alternative: Alternative) -> str:
    """The row that is 1 where an alternative was chosen this week."""
    return f"did_{alternative.state}_{alternative.channel}_{alternative.id}"


def _places(alternatives: tuple[Alternative, ...]) -> dict[str, slice]:
    """Where each channel's alternatives stand: they are neighbours."""
    places: dict[str, slice] = {}
    for n, alternative in enumerate(alternatives):
        first = places[alternative.channel].start if alternative.channel in places else n
        places[alternative.channel] = slice(first, n + 1)
    return places


def _first_and_last(appraisals, code: str) -> tuple[str, str]:
    return f"{code}.{appraisals[0].id}", f"{code}.{appraisals[-1].id}"


def _this_week(signal: str) -> str:
    return signal if signal == "overflight" else f"push_{signal}"
