"""Hold draws of coefficients that the record allows, with how they were found."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import tomli_w

from scenario_sim.bounds import MAX_POSTERIOR_BYTES
from scenario_sim.data.parameters import PARAMETERS
from scenario_sim.errors import OutputError, Problem, ScenarioError
from scenario_sim.file_io import read_regular_file, replace_file
from scenario_sim.scenario import Scenario

DRAWS_FILE, MANIFEST_FILE = "posterior.csv", "posterior.toml"
WEIGHT, MISFIT = "weight", "misfit"
DIGITS = 7


@dataclass(frozen=True)
class Posterior:
    """Weighted draws of coefficients.

    Attributes
    ----------
    table : DataFrame
        One row a draw: its `weight` (they sum to 1), its `misfit`, one column a coefficient.
    manifest : mapping
        Engine, record, period, method and size of the fit.
    """

    table: pd.DataFrame
    manifest: Mapping[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Coefficients in the order of the table."""
        return [c for c in self.table.columns if c not in (WEIGHT, MISFIT)]

    @cached_property
    def weight(self) -> np.ndarray:
        """Weights of the draws, shape (draw,); they sum to 1."""
        return self.table[WEIGHT].to_numpy() / self.table[WEIGHT].sum()

    @property
    def effective(self) -> float:
        """Number of equally weighted draws that carry as much information."""
        return float(1 / (self.weight**2).sum())

    def draw(self, row: int) -> dict[str, float]:
        """Return one draw: coefficient -> value."""
        return {name: float(self.table[name].iat[row]) for name in self.names}

    @property
    def best(self) -> dict[str, float]:
        """The draw with the smallest misfit."""
        return self.draw(int(self.table[MISFIT].to_numpy().argmin()))

    def sample(self, size: int, seed: int = 0) -> list[dict[str, float]]:
        """Return `size` draws, each as often as its weight says (systematic resampling).

        The same seed gives the same draws.
        """
        at = (np.arange(size) + np.random.default_rng(seed).random()) / size
        rows = np.searchsorted(np.cumsum(self.weight), at, side="right")
        return [self.draw(int(row)) for row in np.minimum(rows, len(self.table) - 1)]

    def quantile(self, name: str, share: float) -> float:
        """Return the value of a coefficient below which this share of the weight lies."""
        order = np.argsort(self.table[name].to_numpy(), kind="stable")
        upto = np.cumsum(self.weight[order])
        at = min(int(np.searchsorted(upto, share)), len(order) - 1)
        return float(self.table[name].to_numpy()[order][at])

    def save(self, folder: Path) -> None:
        """Write posterior.csv and posterior.toml into an existing folder. Raises OutputError."""
        draws = self.table.to_csv(index=False, float_format=f"%.{DIGITS}g", lineterminator="\n")
        for name, text in (
            (DRAWS_FILE, draws),
            (MANIFEST_FILE, tomli_w.dumps(dict(self.manifest))),
        ):
            write = partial(Path.write_text, data=text, encoding="utf-8", newline="\n")
            try:
                replace_file(folder / name, write)
            except OSError as error:
                reason = error.strerror or error
                raise OutputError(f"{folder / name} could not be written: {reason}") from None


def load_posterior(folder: Path | str | None = None) -> Posterior:
    """Return the shipped posterior, or the one that `calibrate` left in a folder.

    Raises
    ------
    ScenarioError
        If there is none, or if it does not fit this model.
    """
    where: Traversable | Path = files(__package__) if folder is None else Path(folder)
    title = f"{where} holds no posterior"
    try:
        text, said = (_read(where, name) for name in (DRAWS_FILE, MANIFEST_FILE))
        manifest = tomllib.loads(said)
        table = pd.read_csv(StringIO(text))
        values = table.to_numpy(float)
    except OSError as error:
        cure = "take the word posterior, or a folder in which `calibrate --out` has finished"
        name = Path(error.filename or DRAWS_FILE).name
        absent = isinstance(error, FileNotFoundError | NotADirectoryError)
        text = "is not there" if absent else f"cannot be read: {error.strerror or error}"
        raise ScenarioError([Problem(name, f"{text}; {cure}")], title) from None
    except ValueError as error:  # invalid TOML, UTF-8, CSV or numbers
        raise ScenarioError([Problem(DRAWS_FILE, f"cannot be read: {error}")], title) from None
    problems = [
        Problem(DRAWS_FILE, f"lacks the column {name}")
        for name in (WEIGHT, MISFIT)
        if name not in table
    ]
    if not len(table) or not np.isfinite(values).all():
        problems.append(Problem(DRAWS_FILE, "is empty or has gaps"))
    elif WEIGHT in table and (table[WEIGHT].min() < 0 or not table[WEIGHT].sum() > 0):
        problems.append(Problem(WEIGHT, "takes numbers from 0 on, not all 0"))
    for name in Posterior(table).names:
        known = PARAMETERS.get(name)
        if known is None:
            problems.append(Problem(name, "is no coefficient of this model; calibrate anew"))
        elif not table[name].between(known.low, known.high).all():
            problems.append(
                Problem(name, f"leaves its bounds, {known.low:g} to {known.high:g}; calibrate anew")
            )
    if problems:
        raise ScenarioError(problems, title)
    return Posterior(table, manifest)


def _read(where: Traversable | Path, name: str) -> str:
    if isinstance(where, Path):
        return read_regular_file(where / name, MAX_POSTERIOR_BYTES).decode("utf-8")
    return where.joinpath(name).read_text(encoding="utf-8")


def apply_draws(scenario: Scenario, draws: list[dict[str, float]]) -> list[Scenario]:
    """Return the scenario under each draw; coefficients that it sets itself stay."""
    own = scenario.parameters
    return [
        scenario.with_parameters(**{n: v for n, v in draw.items() if n not in own})
        for draw in draws
    ]
