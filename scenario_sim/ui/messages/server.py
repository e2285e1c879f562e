"""Texts of the server: why it refuses a request, and when it computes no more for a visitor."""

from scenario_sim.language import translate_constants

# --- instead of a page ---
WRONG_HOST = (
    "This server does not answer to the name in your address bar.\n"
    "Please open the page by the IP address of its machine, or start the simulator with that name:\n"
    "    {command}\n"
)
WRONG_ORIGIN = "Another site asked for this, so it was refused. Please open the page itself.\n"
NOT_FOUND = "There is no such page.\n"
NO_PAGE_TITLE = "No such page"
NO_PAGE = "There is no page at this address"
NO_PAGE_WHY = "It may be mistyped, or cut short when it was copied."
NO_PAGE_START = "Go to the start page"
VISITOR_FULL = (
    "This browser already has {most} pages of the simulator open, and there is room for no more.\n"
    "Please close one of them, wait a moment and load this page again.\n"
)
SERVER_FULL = (
    "The simulator has as many visitors as it can serve just now.\n"
    "Please wait some minutes and load this page again. Your link will still work.\n"
)

# --- on a page ---
BROWSER_SPENT = (
    "This browser has used its computing time for now: {seconds:,.0f} processor seconds in "
    "{minutes:.0f} minutes. Please wait {wait} and ask again. What was computed before still opens "
    "at once, and fewer runs or weeks take less."
)
ADDRESS_SPENT = (
    "The browsers of your network have used their computing time for now, and others wait. Please "
    "wait {wait} and ask again. What was computed before still opens at once."
)
SECONDS = "{n} s"
MINUTES = "{n} min"

translate_constants(__name__)
