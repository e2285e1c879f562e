"""Settings of the server, the same for `scenario-sim app` and `solara run app.py`."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterable

from scenario_sim.ui.server.limits import (
    KERNEL_CULL,
    VISITOR_CPU_S,
    VISITOR_CPU_VARIABLE,
    WORK_KEPT_S,
    WORK_KEPT_VARIABLE,
)

# Variables of the environment win over these.
DEFAULT_ENVIRONMENT = {
    "SOLARA_THEME_VARIANT": "light",  # the first value; `header.vue` follows the visitor's system
    "SOLARA_THEME_LOADER": "plain",
    "SOLARA_THEME_SHOW_BANNER": "False",
    "SOLARA_THEME_TITLE": "scenario-sim",
    "SOLARA_KERNEL_CULL_TIMEOUT": KERNEL_CULL,
    "SOLARA_THEME_FORCE_REFRESH": "True",  # a page whose kernel is gone reloads itself
    "SOLARA_SESSION_HTTP_ONLY": "True",
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "False",  # its icons are not used
    "SOLARA_MODE": "production",  # development mode sends requests to solara.dev
    "REACTON_FAST": "1",  # a move renders only the parts of the page that it changes
}

# A computing thread yields after this time, so that a finished picture or a new move does not wait
# for it.
THREAD_SWITCH_INTERVAL_S = 0.001

# Solara warns at the first visit over plain http that no iframe on another site can hold the page.
# No site shall: the cookie is SameSite=lax, and everything works.
IFRAME_WARNING = "Cookies with samesite=none require https"


def configure_server(names: Iterable[str] = (), root_path: str = "") -> None:
    """Configure Solara and put the gateway before the page.

    This sets the environment for a server that starts later, and the settings of one that has
    started: `solara run` reads the environment before the app.

    Parameters
    ----------
    names, root_path
        See `gateway.Gateway`.
    """
    os.environ["SOLARA_TELEMETRY_MIXPANEL_ENABLE"] = (
        "False"  # no telemetry, whatever the environment says
    )
    for name, value in DEFAULT_ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    sys.setswitchinterval(THREAD_SWITCH_INTERVAL_S)
    warnings.filterwarnings("ignore", message=IFRAME_WARNING)
    from solara.server import settings

    environment = os.environ
    settings.telemetry.mixpanel_enable = False
    settings.theme.variant = settings.ThemeVariant(environment["SOLARA_THEME_VARIANT"])
    settings.theme.loader = environment["SOLARA_THEME_LOADER"]
    settings.theme.show_banner = environment["SOLARA_THEME_SHOW_BANNER"].lower() == "true"
    settings.theme.title = environment["SOLARA_THEME_TITLE"]
    settings.theme.force_refresh = environment["SOLARA_THEME_FORCE_REFRESH"].lower() == "true"
    settings.kernel.cull_timeout = environment["SOLARA_KERNEL_CULL_TIMEOUT"]
    settings.session.http_only = environment["SOLARA_SESSION_HTTP_ONLY"].lower() == "true"
    settings.assets.fontawesome_enabled = (
        environment["SOLARA_ASSETS_FONTAWESOME_ENABLED"].lower() == "true"
    )
    settings.main.mode = environment["SOLARA_MODE"]
    if settings.main.mode == "production":
        from solara.server import reload

        # Else `solara run` watches files and imports NumPy a second time.
        reload.reloader.watcher = reload.WatcherDummy([], lambda _: None)
    from scenario_sim.ui.server import gateway
    from scenario_sim.ui.server.budget import BUDGETS
    from scenario_sim.ui.server.presence import PRESENCE

    gateway.install(names, root_path)
    BUDGETS.visitor_s = _seconds(VISITOR_CPU_VARIABLE, VISITOR_CPU_S)
    PRESENCE.kept_s = _seconds(WORK_KEPT_VARIABLE, WORK_KEPT_S)


def _seconds(name: str, usual: float) -> float:
    """Return the seconds that a variable names. Raises SystemExit where it names none."""
    said = os.environ.get(name, "")
    try:
        seconds = float(said) if said else usual
        if 0 <= seconds < float("inf"):
            return seconds
    except ValueError:
        pass
    raise SystemExit(f"{name}={said!r} is no number of seconds; write one such as {usual:.0f}")
