"""The limits on kernels: how many each visitor, each address and the whole server may have.

A visitor is a session cookie, or without one an address. A kernel counts from the request for its
websocket until Solara lets it go, which is some minutes after its last page is gone.
"""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from solara.server import kernel_context

from scenario_sim.ui import messages
from scenario_sim.ui.server.limits import (
    MAX_KERNELS,
    MAX_KERNELS_PER_ADDRESS,
    MAX_KERNELS_PER_VISITOR,
    MAX_SOCKETS_PER_KERNEL,
)


@dataclass(frozen=True)
class Visitor:
    """The session cookie ("" without one) and the address of a request."""

    session: str
    address: str

    @property
    def key(self) -> str:
        return self.session or self.address

    @property
    def is_local(self) -> bool:
        """Return whether the address is this machine. A proxy has it too, so it stands for many."""
        try:
            return ipaddress.ip_address(self.address).is_loopback
        except ValueError:
            return False


class Visitors:
    """The open kernels and their visitors. The event loop of the server alone uses this."""

    def __init__(self) -> None:
        self._owners: dict[str, Visitor] = {}
        self._sockets: Counter[str] = Counter()

    def refusal(self, visitor: Visitor, kernel: str = "") -> str:
        """Return why the visitor gets no further kernel, without its value `most`; "" where it gets one.

        A kernel that is open already is not a further one.
        """
        self._forget()
        if self._sockets[kernel] >= MAX_SOCKETS_PER_KERNEL:
            return messages.server.SERVER_FULL
        if kernel in self._owners:
            return ""
        owners = self._owners.values()
        own = sum(one.key == visitor.key for one in owners)
        # One more: a page that is loaded anew asks for its next kernel before it lets the old one go.
        if own > MAX_KERNELS_PER_VISITOR:
            return messages.server.VISITOR_FULL
        near = sum(one.address == visitor.address for one in owners)
        crowded = near >= MAX_KERNELS_PER_ADDRESS and not visitor.is_local
        return messages.server.SERVER_FULL if crowded or len(owners) >= MAX_KERNELS else ""

    @contextmanager
    def connected(self, visitor: Visitor, kernel: str) -> Iterator[None]:
        """Count a websocket, and its kernel from before Solara makes it."""
        self._owners.setdefault(kernel, visitor)
        self._sockets[kernel] += 1
        try:
            yield
        finally:
            self._sockets[kernel] -= 1

    def kernels(self) -> set[str]:
        """Return the kernels there are."""
        self._forget()
        return set(self._owners)

    def _forget(self) -> None:
        """Drop the kernels that Solara has let go."""
        self._sockets = +self._sockets
        there = kernel_context.contexts.keys() | self._sockets.keys()
        self._owners = {kernel: one for kernel, one in self._owners.items() if kernel in there}
