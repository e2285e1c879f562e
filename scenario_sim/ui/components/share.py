"""The dialog by which others come in: the address to type, and a QR code to scan.

Any element with `data-share` opens it.
"""

from __future__ import annotations

from collections.abc import Callable

import solara

from scenario_sim.ui import messages
from scenario_sim.ui.server import addresses


@solara.component_vue("share.vue")
def _Share(texts: dict, card: dict, event_look: Callable[[str], None]):
    """Draw a native dialog: it holds the focus, closes on Escape, and gives the focus back."""


@solara.component
def Share():
    card, set_card = solara.use_state({})
    _Share(
        texts=messages.links.SHARE,
        card=card,
        event_look=lambda address: set_card(share_card(str(address))),
    )


def share_card(address: str) -> dict[str, str]:
    """Return what the dialog shows of an address, as the browser has it."""
    addresses.network_addresses.cache_clear()  # a laptop may have changed its network
    shared = addresses.address_to_share(address)
    link = shared or address
    start = addresses.start_of(link)
    fits = len(link) <= addresses.MAX_QR_CHARACTERS
    note = messages.links.SHARE_FOR_OTHERS if shared else messages.links.SHARE_LOCAL
    if not fits:
        note = f"{note} {messages.links.SHARE_LONG}"
    code = link if fits else start
    return {
        "link": link,
        "start": start,
        "note": note,
        "code": addresses.qr_svg(code),
        "code_says": messages.links.SHARE_CODE.format(address=start),
    }


def link_base() -> str:
    """Return what replaces this machine's own address in copied links; "" for nothing."""
    others = addresses.current_reach().for_others
    return f"{others[0]}/" if others else ""
