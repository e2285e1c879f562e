"""The page: `scenario-sim app`, or `solara run app.py`."""

from scenario_sim.ui.server.settings import settle
from scenario_sim.ui.workshop import hired

hired()  # they start while the page is imported
settle()  # before the page: it reads some of this as it is imported

from scenario_sim.ui.layout import Layout  # noqa: E402
from scenario_sim.ui.page import Page  # noqa: E402
from scenario_sim.ui.worlds import warm  # noqa: E402

warm()

__all__ = ["Layout", "Page"]
