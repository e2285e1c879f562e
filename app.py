"""The page: `scenario-sim app`, or `solara run app.py`."""

from scenario_sim.ui.server.settings import configure_server

configure_server()  # before the page: it reads some of this as it is imported

from scenario_sim.ui.layout import Layout  # noqa: E402
from scenario_sim.ui.page import Page  # noqa: E402
from scenario_sim.ui.result import warm_up  # noqa: E402

warm_up()

__all__ = ["Layout", "Page"]
