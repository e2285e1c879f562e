"""Let others in: the address that they type, and the code that they scan."""

from __future__ import annotations

import pytest

from scenario_sim.ui import messages
from scenario_sim.ui.components.share import link_base, share_card
from scenario_sim.ui.server import addresses
from scenario_sim.ui.server.addresses import (
    MAX_QR_CHARACTERS,
    Reach,
    address_to_share,
    is_loopback,
    qr_svg,
    qr_terminal,
    set_reach,
    start_of,
)


@pytest.fixture
def served(monkeypatch):
    """Serve on a host, on a machine that has two addresses in its networks."""

    class Network:
        def __call__(self):
            return ("192.168.1.20", "fd00::20")

        def cache_clear(self):
            pass

    monkeypatch.setattr(addresses, "network_addresses", Network())
    monkeypatch.setattr(addresses, "_reach", Reach())
    return lambda host, below="": set_reach(host, 8765, below)


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "127.8.0.1", "::1", "[::1]", "0.0.0.0"])
def test_a_name_that_means_the_machine_itself_is_known(name):
    assert is_loopback(name)


@pytest.mark.parametrize("name", ["192.168.1.20", "teacher-pc.local", "fd00::20", "localhost.org"])
def test_a_name_that_others_can_use_is_known(name):
    assert not is_loopback(name)


def test_on_every_interface_others_type_the_address_in_the_network(served):
    reach = served("0.0.0.0", "/sim")
    assert reach.for_others == ("http://192.168.1.20:8765/sim", "http://[fd00::20]:8765/sim")


def test_on_one_interface_others_type_its_address(served):
    assert served("10.0.0.5").for_others == ("http://10.0.0.5:8765",)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", ""])
def test_on_loopback_nobody_else_comes_in(served, host):
    assert served(host).for_others == ()
    assert address_to_share("http://127.0.0.1:8765/?run=3") == ""
    assert link_base() == ""


def test_a_link_to_this_machine_is_shared_with_the_address_of_the_network(served):
    served("0.0.0.0")
    shared = address_to_share("http://localhost:8765/?engagement=0.9&page=picture")
    assert shared == "http://192.168.1.20:8765/?engagement=0.9&page=picture"
    assert link_base() == "http://192.168.1.20:8765/"


def test_a_link_that_others_can_open_is_shared_as_it_is(served):
    served("0.0.0.0")
    link = "https://sim.example.org/class/?run=3"
    assert address_to_share(link) == link
    assert start_of(link) == "https://sim.example.org/class/"


def test_the_dialog_says_when_an_address_works_on_this_machine_only(served):
    served("127.0.0.1")
    card = share_card("http://127.0.0.1:8765/?run=3")
    assert "--host 0.0.0.0" in card["note"]
    served("0.0.0.0")
    card = share_card("http://127.0.0.1:8765/?run=3")
    assert card["note"] == messages.links.SHARE_FOR_OTHERS
    assert card["start"] == "http://192.168.1.20:8765/"


def test_a_link_too_long_to_scan_from_the_last_row_gives_way_to_the_start_page(served):
    served("0.0.0.0")
    link = "http://192.168.1.20:8765/?file=" + "x" * MAX_QR_CHARACTERS
    card = share_card(link)
    assert card["link"] == link
    assert card["code"] == qr_svg("http://192.168.1.20:8765/")
    assert messages.links.SHARE_LONG in card["note"]


def test_a_code_is_drawn_with_a_quiet_zone_and_differs_with_its_text():
    one, other = qr_svg("http://192.168.1.20:8765/"), qr_svg("http://192.168.1.21:8765/")
    assert one.startswith("<svg") and "#fff" in one and one != other
    rows = qr_terminal("http://192.168.1.20:8765/").splitlines()
    assert len(rows) > 12 and len({len(row) for row in rows if row}) == 1
