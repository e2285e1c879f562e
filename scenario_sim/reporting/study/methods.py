"""The methods of a study, as text for a paper: size, software, design, analyses, seeds, hashes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scenario_sim.reporting.study import messages
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
    plugins : mapping
        Digest of each plug-in whose outcomes or theories it uses, by name.
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
    plugins: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Text for a methods section, in one paragraph."""
        return " ".join(self.paragraphs)

    @property
    def paragraphs(self) -> list[str]:
        """Text for a methods section: size and software, design, analyses, limits."""
        told = [self._size(), self._design(), " ".join(s.text for s in self._analyses())]
        return [*filter(None, told), messages.LIMITS]

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
        simulated = messages.SIMULATED.format(
            cells=messages.CELLS.format(n=self.cells),
            runs=messages.RUNS.format(n=self.runs),
            weeks=list_numbers(self.weeks),
            version=self.engine.split("+")[0],
            engine=self.engine,
            software=software,
        )
        seeds = messages.SEEDS.format(n=len(self.seeds), seeds=list_numbers(self.seeds))
        blocks = messages.IN_BLOCKS.format(block=self.block)
        told = [simulated, messages.PURE.format(seeds=seeds), blocks]
        if self.plugins:
            listed = ", ".join(f"{name} ({digest})" for name, digest in self.plugins.items())
            told.append(messages.PLUGINS.format(plugins=listed))
        return " ".join(told)

    def _design(self) -> str:
        parts = [statement.text for statement in design_statements(self.analyses)]
        if self.varied and not parts:
            ranges = "; ".join(f"{name} {words}" for name, words in self.varied.items())
            parts.append(messages.VARIED.format(ranges=ranges))
        if self.aside:
            parts.append(messages.ASIDE.format(n=self.aside))
        if self.failures:
            parts.append(messages.LEFT_OUT.format(n=len(self.failures)))
        return " ".join(parts)

    def _analyses(self) -> list[Statement]:
        return analysis_statements(self.analyses)


def list_numbers(values: Sequence[int]) -> str:
    """Return the first six numbers, and how many more there are."""
    shown = ", ".join(str(value) for value in values[:6])
    return messages.AND_MORE.format(names=shown, n=len(values) - 6) if len(values) > 6 else shown
