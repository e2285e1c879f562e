"""The names under which the server answers: the Host and the Origin of a request.

DNS rebinding: a foreign page points its own name at this machine, so the browser takes both for one
site. The name in Host gives it away. An IP address as Host cannot be rebound, so all are accepted:
a class opens the page of the teacher's machine by its address.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

LOOPBACK = "localhost"
HOST_PATTERN = re.compile(
    r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]{1,253})(?::(?P<port>[0-9]{1,5}))?"
)
DEFAULT_PORTS = {"http": "80", "https": "443"}


class Names:
    """The names that the server answers to: `localhost`, IP addresses, and those given."""

    def __init__(self, given: Iterable[str] = ()):
        self.given = frozenset(map(plain_name, given))  # IP addresses are accepted anyway

    def accepts_host(self, host: str) -> bool:
        """Return whether a Host header names this server."""
        found = HOST_PATTERN.fullmatch(host)
        if found is None:
            return False
        name = plain_name(found["name"])
        return name == LOOPBACK or name in self.given or is_ip_address(name)

    def accepts_origin(self, origin: str, host: str) -> bool:
        """Return whether an Origin header is that of the page served as `host`.

        A name that was given is accepted on its default port too: a proxy may stand there, and may
        have put another Host in the request.
        """
        scheme, _, place = origin.lower().partition("://")
        if scheme not in DEFAULT_PORTS or not place:
            return False
        port = f":{DEFAULT_PORTS[scheme]}"
        there, here = place.removesuffix(port), host.lower().removesuffix(port)
        return there == here or (plain_name(there) in self.given and not is_ip_address(there))


def plain_name(name: str) -> str:
    """Return a name in lower case, without brackets and without the dot of the root."""
    return name.lower().strip("[]").removesuffix(".")


def is_ip_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
