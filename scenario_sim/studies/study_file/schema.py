"""Define the tables of a study file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import tomli_w
from pydantic import Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from scenario_sim.bounds import MAX_ENTRIES, MAX_WEEKS
from scenario_sim.data.parameters import COEFFICIENT_TABLES
from scenario_sim.model.random_draws import MAX_RUNS, MAX_SEED
from scenario_sim.scenario.tables import Change, Day, Number, Table, Text, Whole
from scenario_sim.studies.design.designs import MAX_CELLS
from scenario_sim.studies.design.inputs import KIND_GROUPS, KINDS, MAX_GRID_POINTS

MAX_CLUSTERS = 20  # more are too many to look at
FACTOR_KINDS = ("input", "group", "scenarios", "policies", "theories", "without", "change")
Names = Annotated[tuple[Text, ...], Field(max_length=MAX_ENTRIES)]


class Factor(Table):
    """One factor: what it varies (one of seven keys), and over which values."""

    name: Text = Field("", description="Its column; the default is what it varies.")
    input: Text = Field("", description="A lever, hypothesis, circumstance or coefficient.")
    group: Text | Names = Field(
        (),
        description=f"Several inputs as one group of Sobol indices: their names, or one of "
        f"{', '.join((*KINDS, *KIND_GROUPS))}, or a table of coefficients: "
        f"{', '.join(COEFFICIENT_TABLES)}. Each has its whole range.",
    )
    each: bool = Field(False, description="With `group`: every input is a factor of its own.")
    scenarios: Names = Field((), description="Shipped names or files, in place of `scenario`.")
    policies: dict[Text, dict[Text, Number]] | Names = Field(
        {},
        max_length=MAX_ENTRIES,
        description="Settings of levers by the name of the policy, or a list of texts as `robust "
        "--policies` takes them. `as it is`, the scenario's own, is always among them.",
    )
    theories: Text | Names = Field(
        (), description="Names of theories, `presets` or `corners`; `as set` changes nothing."
    )
    without: Names = Field(
        (), description="Mechanisms to leave out: a name, several with +, or empty text for none."
    )
    change: dict[Text, Number] = Field(
        {}, max_length=MAX_ENTRIES, description="Settings of a change whose date varies."
    )
    dates: tuple[Day, ...] = Field((), max_length=MAX_GRID_POINTS, description="Dates of `change`.")
    values: tuple[Number, ...] = Field(
        (), max_length=MAX_GRID_POINTS, description="Values of `input`."
    )
    low: Number | None = Field(None, description="Lowest value; the default is the input's own.")
    high: Number | None = Field(None, description="Highest value; the default is the input's own.")
    points: Whole | None = Field(
        None, ge=1, le=MAX_GRID_POINTS, description="Values on a grid, both ends included."
    )
    distribution: Literal["uniform", "triangular", "normal"] = Field(
        "uniform", description="Distribution between `low` and `high`; not on a grid."
    )
    mode: Number | None = Field(None, description="Of `triangular`; the default is the scenario's.")
    mean: Number | None = Field(None, description="Of `normal`; the default is the scenario's.")
    sd: Number | None = Field(
        None, gt=0, description="Of `normal`; the default is a quarter of the range."
    )

    @property
    def kind(self) -> str:
        """Return which of FACTOR_KINDS the factor is."""
        return next(kind for kind in FACTOR_KINDS if getattr(self, kind))

    @model_validator(mode="after")
    def _is_one_kind(self) -> Factor:
        given = [kind for kind in FACTOR_KINDS if getattr(self, kind)]
        if len(given) != 1:
            told = f"has {' and '.join(given)}; keep one" if given else "varies nothing"
            raise PydanticCustomError(
                "factor", f"{told}: a factor takes one of {', '.join(FACTOR_KINDS)}"
            )
        ranged = [n for n in ("low", "high", "points", "mode", "mean", "sd") if n in self.given]
        if self.values and ranged:
            raise PydanticCustomError("factor", f"has values and {ranged[0]}; keep one of the two")
        needs: dict[str, str] = {"values": "input", "dates": "change"} | dict.fromkeys(
            ranged, "input"
        )
        for name, kind in needs.items():
            if getattr(self, name) not in ((), None) and given != [kind]:
                raise PydanticCustomError("factor", f"{name} belongs to a factor with `{kind}`")
        if self.each and not self.group:
            raise PydanticCustomError("factor", "each belongs to a factor with `group`")
        if self.change and not self.dates:
            raise PydanticCustomError("factor", "change needs dates, as in dates = [2027-03-01]")
        for name, kind in (("mode", "triangular"), ("mean", "normal"), ("sd", "normal")):
            if name in self.given and self.distribution != kind:
                raise PydanticCustomError("factor", f'{name} needs distribution = "{kind}"')
        return self

    @property
    def given(self) -> frozenset[str]:
        """Return the names of the keys that the file sets."""
        return frozenset(self.model_fields_set)


class Design(Table):
    """Design: which points of the factors' space are run."""

    kind: Literal["grid", "lhs", "sobol", "saltelli", "morris", "points"] = Field(
        "grid",
        description="grid: every combination. lhs: a Latin hypercube. sobol: a Sobol sequence. "
        "saltelli: the points that Sobol indices need. morris: trajectories. points: a CSV file.",
    )
    samples: Whole | None = Field(
        None,
        ge=1,
        le=MAX_CELLS,
        description="Points of lhs (any number) or sobol (a power of 2), base samples of saltelli "
        "(a power of 2), or trajectories of morris.",
    )
    second_order: bool = Field(False, description="With saltelli: indices of pairs as well.")
    points: Text = Field("", description="With points: a CSV file with a column per factor.")


class Window(Table):
    """A span of weeks over which outcomes are also measured."""

    name: Text = Field(min_length=1, max_length=40, description="Its outcomes are `name.outcome`.")
    first_week: Whole = Field(0, ge=0, le=MAX_WEEKS, description="First week, from 0.")
    last_week: Whole = Field(ge=1, le=MAX_WEEKS, description="The week after the last one.")


class Analysis(Table):
    """One analysis of the finished design."""

    kind: Literal["sensitivity", "importance", "discover", "regret", "clusters"] = Field(
        description="sensitivity: indices. importance: feature scores. discover: boxes of inputs "
        "that lead to an outcome. regret: policies under theories. clusters: runs of all cells by "
        "the shape of a weekly quantity."
    )
    outcome: Text = Field("confrontation_risk", description="An outcome, or window.outcome.")
    method: Text = Field(
        "",
        description="sensitivity: the design's own (sobol of saltelli, morris), or delta, pawn or "
        "rbd_fast on any design. discover: prim, pca_prim or cart.",
    )
    above: Text = Field("", description="discover: a threshold, as in `0.05` or `90%`.")
    below: Text = Field("", description="discover: likewise.")
    quantity: Text = Field(
        "tension", description="clusters: a weekly quantity, the model's or a plug-in's."
    )
    clusters: Whole = Field(4, ge=2, le=MAX_CLUSTERS, description="clusters: their largest number.")

    @property
    def subject(self) -> str:
        """Return what it is about: the quantity of clusters, or else the outcome."""
        return self.quantity if self.kind == "clusters" else self.outcome

    @model_validator(mode="after")
    def _has_keys_of_its_kind(self) -> Analysis:
        others = {"outcome", "method", "above", "below"}
        if self.kind != "clusters":
            others = {"quantity", "clusters"}
        for name in sorted(others & self.model_fields_set):
            raise PydanticCustomError("analysis", f'{name} is no key of kind = "{self.kind}"')
        return self


class Study(Table):
    r"""A study: scenarios, factors, design, outcomes, sizes, seeds and analyses.

    Examples
    --------
    >>> from scenario_sim.studies import read_study
    >>> study = read_study('title = "Hotline"\n[[factors]]\ninput = "hotline"\npoints = 3')
    >>> study.factors[0].kind, study.design.kind, study.seeds
    ('input', 'grid', (0,))
    """

    title: Text = Field(min_length=1, description="Its heading.")
    question: Text = Field("", description="What it asks, in one sentence.")
    scenario: Text = Field("status-quo", description="A shipped name, or a file.")
    plugins: Names = Field(
        (), description="Plug-ins whose outcomes and theories it uses: files, or installed names."
    )
    weeks: Whole | None = Field(None, ge=1, le=MAX_WEEKS, description="Another length.")
    settings: dict[Text, Number] = Field(
        {}, max_length=MAX_ENTRIES, description="Levers and coefficients in every cell."
    )
    changes: tuple[Change, ...] = Field(
        (), max_length=MAX_ENTRIES, description="Dated changes of settings in every cell."
    )
    runs: Whole = Field(200, ge=1, le=MAX_RUNS, description="Runs of a cell (replications).")
    until: Text | Names = Field(
        "",
        description="Stop once precise enough, as in half(launch_days)=5%, or a list of such texts; "
        "`runs` is then the maximum. Changes are from the first design point.",
    )
    seeds: tuple[Annotated[Whole, Field(ge=0, le=MAX_SEED)], ...] = Field(
        (0,), min_length=1, max_length=MAX_ENTRIES, description="Every cell runs under each seed."
    )
    common_random_numbers: bool = Field(
        True, description="All cells share their seed, so their differences are paired."
    )
    outcomes: Names = Field(
        ("confrontation_risk", "launch_days", "talks_weeks"),
        min_length=1,
        description="Outcomes in the table of results; the store keeps all of them.",
    )
    windows: tuple[Window, ...] = Field(
        (), max_length=MAX_ENTRIES, description="Spans of weeks for the outcomes as well."
    )
    factors: tuple[Factor, ...] = Field(
        min_length=1, max_length=MAX_ENTRIES, description="What varies; one table each."
    )
    design: Design = Field(
        default_factory=lambda: Design.model_validate({}), description="The design points."
    )
    analyses: tuple[Analysis, ...] = Field(
        (), max_length=MAX_ENTRIES, description="What is made of the finished design."
    )
    folder: Path = Field(Path(), exclude=True, description="Folder from which paths start.")

    @model_validator(mode="before")
    @classmethod
    def _with_folder(cls, data: Any, info: ValidationInfo) -> Any:
        folder = (info.context or {}).get("folder")
        if isinstance(data, dict) and folder is not None:
            if "folder" in data:
                raise PydanticCustomError("folder", "folder is no key of a study")
            return data | {"folder": folder}
        return data

    def to_toml(self) -> str:
        """Return the text of a file that reads as an equal study; defaults are left out."""
        return tomli_w.dumps(_plain(self.model_dump(exclude_defaults=True)), multiline_strings=True)


def _plain(value: Any) -> Any:
    """Return a value that TOML can hold: lists for tuples, no None."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | date) else str(value)
