"""The names and addresses of this server: those it answers to, those shown to others, QR codes."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from io import StringIO
from urllib.parse import urlsplit

import segno

ALL_INTERFACES = ("0.0.0.0", "::")
LOCALHOST = "localhost"
HOST_PATTERN = re.compile(
    r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]{1,253})(?::(?P<port>[0-9]{1,5}))?"
)
DEFAULT_PORTS = {"http": "80", "https": "443"}
# Reserved for documentation (RFC 5737, RFC 3849). Nothing is sent there: a UDP socket that is
# "connected" only asks the system which of its own addresses it would use.
PROBES = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
MAX_QR_CHARACTERS = 300  # a longer link makes dots too fine for a phone at the back of a room
QR_ERROR_LEVEL = "m"  # 15 % of the code may be hidden


@dataclass(frozen=True)
class Reach:
    """Hold where the server listens: its host, its port, and the path of the page."""

    host: str = ""
    port: int = 0
    below: str = ""

    @property
    def for_others(self) -> tuple[str, ...]:
        """Addresses that other machines can type, the likeliest first; none on loopback."""
        if self.host in ALL_INTERFACES:
            names = network_addresses()
        else:
            names = () if not self.host or is_loopback(self.host) else (self.host,)
        return tuple(web_address(name, self.port, self.below) for name in names)


_reach = Reach()


def set_reach(host: str, port: int, below: str = "") -> Reach:
    """Note where the server of this process listens."""
    global _reach
    _reach = Reach(host, port, below)
    return _reach


def current_reach() -> Reach:
    return _reach


@cache
def network_addresses() -> tuple[str, ...]:
    """Return the IP addresses of this machine in its networks, without loopback.

    The answer is kept, because a look-up of the machine's own name can take seconds.
    """
    found: list[str] = []
    for family, probe in PROBES:
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as asked:
            asked.connect((probe, 9))
            found.append(asked.getsockname()[0])
    with suppress(OSError):
        found += [
            info[4][0]
            for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
            if isinstance(info[4][0], str)
        ]
    return tuple(dict.fromkeys(name for name in found if not is_loopback(name)))


def is_loopback(name: str) -> bool:
    """Return whether a host name or an IP address means the machine that asks."""
    if name == LOCALHOST or name.endswith(f".{LOCALHOST}"):
        return True
    try:
        address = ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def web_address(name: str, port: int, below: str = "") -> str:
    """Return the address of the page on a host."""
    return f"http://{f'[{name}]' if ':' in name else name}:{port}{below}"


def address_to_share(address: str) -> str:
    """Return a page's address as others can open it; "" where only this machine can.

    Parameters
    ----------
    address : str
        As the browser has it, with its query.
    """
    parts = urlsplit(address)
    if not is_loopback(parts.hostname or ""):
        return address
    others = current_reach().for_others
    query = f"?{parts.query}" if parts.query else ""
    return f"{others[0]}/{query}" if others else ""


def start_of(address: str) -> str:
    """Return the address of the start page of the same server."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"


def qr_svg(text: str) -> str:
    """Return a QR code as an inline SVG, black on white with its quiet zone."""
    code = segno.make(text, error=QR_ERROR_LEVEL, micro=False)
    return code.svg_inline(omitsize=True, light="#ffffff", border=4)


def qr_terminal(text: str) -> str:
    """Return a QR code for a terminal, drawn with half blocks."""
    drawn = StringIO()
    segno.make(text, error=QR_ERROR_LEVEL, micro=False).terminal(drawn, border=2, compact=True)
    return drawn.getvalue()


# --- what the server answers to ------------------------------------------------------------------
# DNS rebinding: a foreign page points its own name at this machine, so the browser takes both for one
# site. The name in Host gives it away. An IP address as Host cannot be rebound, so all are accepted:
# a class opens the page of the teacher's machine by its address.


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
        return name == LOCALHOST or name in self.given or is_ip_address(name)

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
