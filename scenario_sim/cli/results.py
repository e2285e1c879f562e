"""Results on disk: one folder a scenario, whole or not there.

A folder is called `<name>-<hash>-s<seed>-r<runs>`. It is written beside its place under a name of
its own and moved when it is complete, so that whoever finds a folder finds all of it.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shlex
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

from scenario_sim.engine import engine_version
from scenario_sim.ensemble import EDGES, WEEKLY_BUDGET
from scenario_sim.errors import OutputError
from scenario_sim.outcomes import CAUSES, OUTCOMES
from scenario_sim.scenario import Scenario
from scenario_sim.scenario_file import dump_scenario
from scenario_sim.streams import run_ids
from scenario_sim.trajectory import Recording, Trajectory

MANIFEST = "manifest.json"  # written last: a folder with it is complete
LIBRARIES = ("mesa", "numpy", "pandas", "scipy", "xarray")
SAME = ("hash", "seed", "runs", "weeks", "engine")  # what makes two results the same
SPARE_DISK = 50_000_000  # bytes that a full disk should keep


@dataclass(frozen=True)
class Shelf:
    """The place of one result under a folder. `csv` asks for outcomes.csv in place of Parquet."""

    folder: Path
    scenario: Scenario
    seed: int
    runs: int
    csv: bool

    @property
    def path(self) -> Path:
        named = self.scenario.name or self.scenario.title.lower()
        slug = re.sub(r"[^a-z0-9]+", "-", named.lower()).strip("-")[:60] or "scenario"
        tail = f"{self.scenario.hash[:8]}-s{self.seed}-r{self.runs}"
        return self.folder / f"{slug}-{tail}"

    @property
    def table(self) -> str:
        """The file of outcomes."""
        return "outcomes.csv" if self.csv else "outcomes.parquet"

    def found(self) -> Trajectory | None:
        """What lies here already, complete and the same, without its weeks; else None."""
        if not self.is_full():
            return None
        return Trajectory(self.scenario, self.seed, run_ids(self.runs), self._read())

    def is_full(self) -> bool:
        """Whether this very result lies here, complete.

        Raises OutputError where something else does under this name.
        """
        manifest = self._manifest_there()
        if not manifest:
            return False
        wanted = self._provenance()
        other = [f"{key} {manifest.get(key)}" for key in SAME if manifest.get(key) != wanted[key]]
        if other:
            raise OutputError(
                f"{self.path} holds another result ({', '.join(other)}) and is left as it is; "
                "choose another --out, or move it away"
            )
        return all((self.path / name).is_file() for name in (*manifest["files"], self.table))

    def _manifest_there(self) -> dict[str, Any]:
        """The manifest that lies here; empty where none does. Raises OutputError."""
        try:
            manifest = json.loads((self.path / MANIFEST).read_text("utf-8"))
            return manifest | {"files": dict(manifest["files"])}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, LookupError, TypeError):
            raise OutputError(f"{self.path / MANIFEST} cannot be read; move it away") from None

    def bytes_needed(self) -> int:
        """Roughly what a result takes on disk; the weeks are compressed, which is not counted on."""
        weekly = Recording.bytes_a_world_week(self.scenario.cast) * self.scenario.weeks * self.runs
        outcomes = 8 * (len(OUTCOMES) + 1) * self.runs * (3 if self.csv else 1)
        return outcomes + (weekly if weekly <= WEEKLY_BUDGET else 0)

    def write(self, trajectory: Trajectory, started: datetime) -> None:
        """Writes a result; what lies complete under its name is never touched.

        Raises OutputError; then nothing of it is left.
        """
        part = self.folder / f".{self.path.name}.{os.getpid()}.part"
        try:
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            self._write_files(trajectory, part)
            text = json.dumps(self._manifest(part, started), indent=2, ensure_ascii=False)
            (part / MANIFEST).write_text(text + "\n", "utf-8")
            self._move(part)
        except OSError as error:
            reason = error.strerror or error
            raise OutputError(
                f"{self.path} could not be written: {reason}; nothing is left of it"
            ) from None
        finally:
            shutil.rmtree(part, ignore_errors=True)

    def _write_files(self, trajectory: Trajectory, part: Path) -> None:
        (part / "scenario.toml").write_text(dump_scenario(self.scenario), "utf-8", newline="\n")
        if self.csv:
            trajectory.outcomes.to_csv(part / self.table, lineterminator="\n")
        else:
            trajectory.outcomes.to_parquet(part / self.table)
        if trajectory.recording is not None:
            dataset = trajectory.dataset
            squeezed = {"zlib": True, "complevel": 1, "shuffle": True}
            packing = {name: squeezed for name in dataset.data_vars}
            dataset.to_netcdf(part / "weekly.nc", engine="h5netcdf", encoding=packing)
        elif trajectory.histograms:
            _histograms(trajectory).to_netcdf(part / "histograms.nc", engine="h5netcdf")

    def _move(self, part: Path) -> None:
        """To the final name. Where an incomplete folder bears it, what is missing is added, and
        last what says that it is complete."""
        if not self.path.exists():
            os.replace(part, self.path)
            return
        listed = self._manifest_there().get("files", {})
        for file in sorted(part.iterdir(), key=lambda file: file.name == MANIFEST):
            if not (file.name in listed and (self.path / file.name).is_file()):
                os.replace(file, self.path / file.name)

    def _read(self) -> pd.DataFrame:
        path = self.path / self.table
        if self.csv:
            # Python's own parser gives back every digit, whichever pandas this is.
            table = pd.read_csv(path, index_col="run", engine="python")
            table["confrontation_cause"] = pd.Categorical(table["confrontation_cause"], CAUSES)
            return table
        return pd.read_parquet(path)

    def _provenance(self) -> dict[str, str | int]:
        return {
            "scenario": self.scenario.name or self.scenario.title,
            "hash": self.scenario.hash,
            "seed": self.seed,
            "runs": self.runs,
            "weeks": self.scenario.weeks,
            "engine": engine_version(),
        }

    def _manifest(self, part: Path, started: datetime) -> dict:
        """What it takes to make this again, and what it took."""
        finished = datetime.now(UTC)
        return self._provenance() | {
            "command": shlex.join(["scenario-sim", *sys.argv[1:]]),
            "started": started.isoformat(timespec="seconds"),
            "finished": finished.isoformat(timespec="seconds"),
            "platform": platform.platform(),
            "versions": {"python": platform.python_version()} | _versions(),
            "files": {file.name: file.stat().st_size for file in sorted(part.iterdir())},
        }


def shelves_in(
    folder: Path, scenarios: Sequence[Scenario], seed: int, runs: int, csv: bool
) -> list[Shelf]:
    """A place for the result of each scenario.

    Raises OutputError where another result lies in one, or the disk cannot hold what is to come.
    """
    shelves = [Shelf(folder, scenario, seed, runs, csv) for scenario in scenarios]
    needed = sum(shelf.bytes_needed() for shelf in shelves if not shelf.is_full())
    free = shutil.disk_usage(folder).free
    if needed + SPARE_DISK > free:
        raise OutputError(
            f"--out {folder}: too little room on the disk: these results need about "
            f"{_size(needed)}, {_size(free)} are free. Ask for fewer --runs or another folder."
        )
    return shelves


def _histograms(trajectory: Trajectory) -> xr.Dataset:
    """Weekly counts over runs, for as many runs as nobody keeps week by week."""
    data, edges = {}, {}
    for name, counts in trajectory.histograms.items():
        data[name] = (("week", f"{name}_bin"), counts, {"long_name": f"Runs by {name}."})
        edges[f"{name}_bin"] = EDGES[name][:-1]  # where each bin begins; the last takes the rest
    return xr.Dataset(data, edges | {"date": ("week", trajectory.dates)}, trajectory.provenance)


def _size(number: int) -> str:
    return f"{number / 1e9:,.1f} GB" if number >= 1e9 else f"{number / 1e6:,.0f} MB"


def _versions() -> dict[str, str]:
    found = {}
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found
