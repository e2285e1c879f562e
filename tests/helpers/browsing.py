"""A visitor with a browser, for the tests of the page."""

from __future__ import annotations

import re

STATUS = re.compile(r"^(\d+) runs · ([0-9a-f]{8}) · seed (\d+) · (\d+) ms$")
PATIENCE = 60_000  # ms: other tests may keep both cores busy
PICTURE = "/?page=picture"  # the address of a picture; "/" alone is the start page
STILL = 250  # ms without a change on the page: a result arrives in several pieces
TOURED = "try { localStorage.setItem('scenario-sim-toured', 'yes') } catch {}"
# Record when the page last changed.
STIRRED = """
  window.stirred = performance.now();
  new MutationObserver(() => window.stirred = performance.now()).observe(
    document, {childList: true, characterData: true, attributes: true, subtree: true});
"""


# Render everything around a field again, as a result does that arrives meanwhile.
DRAWN_AGAIN = """async field => {
  let around = field;
  while (!around.__vue__) around = around.parentElement;
  around.__vue__.$forceUpdate();
  await around.__vue__.$nextTick();
}"""


def type_slowly(field, text: str) -> None:
    """Type into a field, and stay in it while everything around it is rendered again."""
    field.fill(text)
    field.evaluate(DRAWN_AGAIN)
    assert field.input_value() == text, "what was typed is lost"


class Visitor:
    """A browser that opens the page and waits for its picture.

    A newcomer has no stored settings, and gets the tour.
    """

    def __init__(
        self,
        browser,
        address: str,
        width: int = 1280,
        height: int = 800,
        path: str = PICTURE,
        newcomer: bool = False,
        **kwargs,
    ):
        self.address = address
        self.context = browser.new_context(viewport={"width": width, "height": height}, **kwargs)
        self.context.add_init_script(STIRRED)
        if not newcomer:
            self.context.add_init_script(TOURED)
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("websocket", lambda socket: self.requests.append(socket.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)
        self.page.goto(address + path)
        if path == "/":
            self.page.wait_for_selector(".sim")
        else:
            self.wait_unlike("")

    def _listen(self, message) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    @property
    def status(self) -> tuple[str, ...]:
        found = STATUS.match(self.page.text_content("#ensemble-status") or "")
        assert found, "the status line does not read as promised"
        return found.groups()

    @property
    def hash(self) -> str:
        return self.status[1]

    @property
    def sentence(self) -> str:
        return self.page.text_content(".sim-figure-fan .sim-reading")

    @property
    def risk(self) -> str:
        return self.page.text_content(".sim-lead")

    def wait_unlike(self, old: str) -> None:
        """Wait until the finished picture of another scenario hash is there, with all charts."""
        self.page.wait_for_function(
            """([old, still]) => {
              const status = document.querySelector("#ensemble-status");
              const picture = document.querySelector("#sim-picture");
              if (!status || status.textContent.startsWith("0 runs")) return false;
              const drawn = [...document.querySelectorAll(".sim-chart")].every(
                chart => chart.querySelector("canvas"));
              return picture.getAttribute("aria-busy") === "false" && drawn &&
                performance.now() - window.stirred > still &&
                (!old || !status.textContent.includes(old));
            }""",
            arg=[old, STILL],
            timeout=PATIENCE,
        )

    def slider(self, label: str):
        return self.page.get_by_role("slider", name=label, exact=True)

    def wait_for_value(self, label: str, value: str) -> None:
        from playwright.sync_api import expect  # here, so that other tests run without Playwright

        expect(self.slider(label)).to_have_value(value, timeout=PATIENCE)

    def press(self, label: str, key: str) -> None:
        old = self.hash
        self.slider(label).focus()
        self.page.keyboard.press(key)
        self.wait_unlike(old)
