"""The methods of a study, as text for a paper: size, software, design, analyses, seeds, hashes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from scenario_sim.reporting.study.citation import software_sentence
from scenario_sim.reporting.study.statements import (
    RANDOM_DRAWS_SOURCE,
    Statement,
    analysis_statements,
    design_statements,
)
from scenario_sim.studies.store.saved_analyses import SavedAnalysis


@dataclass(frozen=True)
class Methods:
    """Describe how a study was run, so that it can be repeated.

    Attributes
    ----------
    scenarios : dict
        Title -> (hash, file as TOML).
    aside : int
        Number of cells that are not part of the design in the figures.
    seeds, weeks : tuple of int
        All that occur.
    varied : dict
        Name -> range, in words.
    failures : dict
        Errors of the cells that failed, by key.
    analyses : sequence of SavedAnalysis
        The designs and analyses that the study saved.
    year : int, optional
        When the last command on it ended.
    """

    engine: str
    versions: dict[str, str]
    commands: tuple[str, ...]
    scenarios: dict[str, tuple[str, str]]
    cells: int
    runs: int
    block: int
    seeds: tuple[int, ...]
    weeks: tuple[int, ...]
    varied: dict[str, str]
    failures: dict[str, str] = field(default_factory=dict)
    aside: int = 0
    analyses: Sequence[SavedAnalysis] = ()
    year: int | None = None

    @property
    def text(self) -> str:
        """Text for a methods section, in one paragraph."""
        return " ".join(self.paragraphs)

    @property
    def paragraphs(self) -> list[str]:
        """Text for a methods section: size and software, design, analyses, limits."""
        told = [self._size(), self._design(), " ".join(s.text for s in self._analyses())]
        return [*filter(None, told), self._limits()]

    @property
    def works(self) -> list[str]:
        """Keys of the works that the methods rest on, each once, in `references.bib`."""
        statements = [*design_statements(self.analyses), *self._analyses()]
        return list(dict.fromkeys((RANDOM_DRAWS_SOURCE, *(w for s in statements for w in s.works))))

    @property
    def bases(self) -> dict[str, str]:
        """Hash of the scenario at the base of each design, by name; without a design of each cell."""
        designs = [one.asked for one in self.analyses if one.kind == "design"]
        bases = {asked["scenario"]: asked["hash"] for asked in designs}
        return bases or {title: hash_ for title, (hash_, _) in self.scenarios.items()}

    @property
    def citation(self) -> str:
        """One sentence that cites the software and names what was run."""
        scenarios = ", ".join(f"{title} ({hash_[:8]})" for title, hash_ in self.bases.items())
        return software_sentence(self.engine, list_numbers(self.seeds), scenarios)

    def _size(self) -> str:
        software = ", ".join(f"{name} {version}" for name, version in self.versions.items())
        seeds = f"seed{'s' * (len(self.seeds) > 1)} {list_numbers(self.seeds)}"
        return (
            f"We simulated {count_things(self.cells, 'cell')} with {count_things(self.runs, 'run')} in all, of "
            f"{list_numbers(self.weeks)} weeks each, with scenario-sim {self.engine.split('+')[0]} (engine "
            f"{self.engine}; {software}). "
            f"A run is a pure function of scenario, seed and run number ({seeds}); runs of the same number "
            "and seed share their luck in every cell (common random numbers), drawn from the counter-based "
            f"generator Philox. Runs were made in blocks of {self.block:,}, which changes no number."
        )

    def _design(self) -> str:
        parts = [statement.text for statement in design_statements(self.analyses)]
        if self.varied and not parts:
            ranges = "; ".join(f"{name} {words}" for name, words in self.varied.items())
            parts.append(f"Varied: {ranges}.")
        if self.aside:
            parts.append(
                f"{count_things(self.aside, 'cell')} of these answer other questions (kinds of not knowing "
                "apart, or other designs) and enter no figure but theirs."
            )
        if self.failures:
            failed = count_things(len(self.failures), "cell")
            parts.append(f"{failed} failed and are left out; their errors are below.")
        return " ".join(parts)

    def _analyses(self) -> list[Statement]:
        return analysis_statements(self.analyses)

    def _limits(self) -> str:
        return (
            "Intervals and errors hold the luck of the runs and the design's own sampling, not the doubt "
            "about the model. The model compares mechanisms; levels of risk are priors, not estimates."
        )


def count_things(number: int, thing: str) -> str:
    """Return `1 run` or `2,000 runs`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def list_numbers(values: Sequence[int]) -> str:
    """Return the first six numbers, and how many more there are."""
    shown = ", ".join(str(value) for value in values[:6])
    return f"{shown} and {len(values) - 6} more" if len(values) > 6 else shown
