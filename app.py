"""Serve the page: `scenario-sim app`, or `solara run app.py`."""

from scenario_sim.ui.server.settings import configure_server

configure_server()  # before the page is imported, for it reads these settings

from scenario_sim.ui.page import Layout, Page  # noqa: E402
from scenario_sim.ui.result import warm_up  # noqa: E402

warm_up()

__all__ = ["Layout", "Page"]
