"""The plug-ins of a store: one set for all of its cells, with copies of their files.

    <root>/plugins.json               name and digest of each plug-in, and what its outcomes are
    <root>/plugins/<digest>/<name>    the file

A table of results has one set of columns, so a store with other plug-ins is refused. Reading a store
never runs a plug-in in Python: its outcomes are described in `plugins.json`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from scenario_sim.data.plugins import NO_PLUGINS, Plugins
from scenario_sim.errors import OutputError
from scenario_sim.studies.store.atomic import KeptFile, json_with_checksum, read_json

PLUGINS_FILE, PLUGINS_FOLDER = "plugins.json", "plugins"
CURE = "restore it, or make the study again in another folder"
WORDS = ("name", "unit", "label", "description", "window")  # of an outcome, as the file keeps them
Write = Callable[[Path, bytes | str], None]


class PluginsFile(KeptFile):
    """Shape of `plugins.json`."""

    plugins: dict[str, str]
    outcomes: list[dict[str, str]]


def read_own_outcomes(root: Path) -> list[dict[str, str]]:
    """Return name, unit, label, description and window of the outcomes of a store's plug-ins."""
    found: list[dict[str, str]] = read_json(root / PLUGINS_FILE, CURE, PluginsFile).get(
        "outcomes", []
    )
    return found


def read_sources(root: Path) -> dict[str, str]:
    """Return the digest of each plug-in of a store, by name; empty without any."""
    found: dict[str, str] = read_json(root / PLUGINS_FILE, CURE, PluginsFile).get("plugins", {})
    return found


def read_plugins(root: Path) -> Plugins:
    """Return the plug-ins of a store, if all of them are TOML; else none, as Python is not run."""
    from scenario_sim.simulation.plugins.reader import make_plugins, restore_plugin

    sources = read_sources(root)
    if not all(name.endswith(".toml") for name in sources):
        return NO_PLUGINS
    found = []
    for name, digest in sources.items():
        path = plugin_path(root, name, digest)
        try:
            found.append(restore_plugin(name, path.read_bytes(), False))
        except OSError as error:
            raise OutputError(f"{path} cannot be read: {error.strerror or error}; {CURE}") from None
        if found[-1].digest != digest:
            raise OutputError(f"{path} was changed since the results were made; {CURE}")
    return make_plugins(found)


def plugin_path(root: Path, name: str, digest: str) -> Path:
    """Return where a store keeps the file of a plug-in."""
    return root / PLUGINS_FOLDER / digest / name


def claim_plugins(root: Path, all_plugins: Iterable[Plugins], write: Write) -> None:
    """Write the plug-ins of a study into its store, or check that they are those of the store.

    Raises OutputError if the store has others, or results without them.
    """
    different = dict.fromkeys(all_plugins)
    if not different:
        return
    if len(different) > 1:
        raise OutputError(f"{root}: all cells of a study need the same plug-ins")
    (plugins,) = different
    ours = plugins.sources if plugins.items else {}
    check_same(root, read_sources(root), ours, "this command")
    if not plugins.items or (root / PLUGINS_FILE).exists():
        return
    for one in plugins.items:
        write(plugin_path(root, one.name, one.digest), one.content)
    rows = [{word: getattr(own, word) for word in WORDS} for own in plugins.outcomes]
    content = {"plugins": plugins.sources, "outcomes": rows}
    write(root / PLUGINS_FILE, json_with_checksum(content))


def check_same(root: Path, kept: dict[str, str], ours: dict[str, str], who: str) -> None:
    """Raise OutputError if a store with cells has other plug-ins than `ours`."""
    if kept == ours or not (kept or any((root / "cells").glob("*/cell.json"))):
        return
    raise OutputError(
        f"{root} holds results {_said(kept)}, {who} has {_said(ours, with_them=False)}: one folder "
        "takes one definition of outcomes. Name the same plug-ins with --plugin, or choose another "
        "--out."
    )


def _said(sources: dict[str, str], with_them: bool = True) -> str:
    if not sources:
        return "without plug-ins" if with_them else "none"
    listed = ", ".join(f"{name} ({digest})" for name, digest in sources.items())
    return f"with the plug-ins {listed}" if with_them else listed
