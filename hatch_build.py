"""Put the documentation site into the wheel, if `make docs` has written it."""

from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class SiteHook(BuildHookInterface):
    def initialize(self, version: str, build_data: dict) -> None:
        site = Path(self.root, "site")
        if version != "editable" and (site / "index.html").exists():
            build_data["force_include"][str(site)] = "scenario_sim/site"
