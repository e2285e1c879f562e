"""How the server behaves. Settled here, so that `scenario-sim app` and `solara run app.py` agree."""

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

# A variable that a person has set wins.
WANTED = {
    "SOLARA_THEME_VARIANT": "light",  # to start with; `header.vue` follows the visitor's system
    "SOLARA_THEME_LOADER": "plain",
    "SOLARA_THEME_SHOW_BANNER": "False",
    "SOLARA_THEME_TITLE": "scenario-sim",
    "SOLARA_KERNEL_CULL_TIMEOUT": KERNEL_CULL,
    "SOLARA_THEME_FORCE_REFRESH": "True",  # a page whose kernel is gone loads itself anew
    "SOLARA_SESSION_HTTP_ONLY": "True",
    "SOLARA_MODE": "production",  # development mode asks solara.dev whether all is well
    "REACTON_FAST": "1",  # a move walks only the parts of the page that it changes
}

# Seconds after which a thread that computes lets another have its say: a finished picture, or a
# move just made, should not wait behind the next world.
SWITCH = 0.001

# What Solara warns of at the first visit over plain http: no iframe on another site can hold the
# page. None is meant to; the cookie is SameSite=lax, and everything works.
NO_IFRAMES = "Cookies with samesite=none require https"


def settle(names: Iterable[str] = (), root_path: str = "") -> None:
    """Sets the environment, for a server that starts later, and the settings of one that has
    started: `solara run` reads the environment before it reads the app. names, root_path: as for the
    gateway, which is put before the page."""
    os.environ["SOLARA_TELEMETRY_MIXPANEL_ENABLE"] = "False"  # nothing leaves, whatever was set
    for name, value in WANTED.items():
        os.environ.setdefault(name, value)
    sys.setswitchinterval(SWITCH)
    warnings.filterwarnings("ignore", message=NO_IFRAMES)
    from solara.server import settings

    said = os.environ
    settings.telemetry.mixpanel_enable = False
    settings.theme.variant = settings.ThemeVariant(said["SOLARA_THEME_VARIANT"])
    settings.theme.loader = said["SOLARA_THEME_LOADER"]
    settings.theme.show_banner = said["SOLARA_THEME_SHOW_BANNER"].lower() == "true"
    settings.theme.title = said["SOLARA_THEME_TITLE"]
    settings.theme.force_refresh = said["SOLARA_THEME_FORCE_REFRESH"].lower() == "true"
    settings.kernel.cull_timeout = said["SOLARA_KERNEL_CULL_TIMEOUT"]
    settings.session.http_only = said["SOLARA_SESSION_HTTP_ONLY"].lower() == "true"
    settings.main.mode = said["SOLARA_MODE"]
    if settings.main.mode == "production":
        from solara.server import reload

        # `solara run` watches files unless told otherwise, and would import NumPy a second time.
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
