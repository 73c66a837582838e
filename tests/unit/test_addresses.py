"""Addresses: what may be written down of one, what limits count by, what a key may be held to."""

import pytest

from financebuy.domain import addresses
from financebuy.errors import InvalidValueError


@pytest.mark.parametrize(
    ("host", "known", "network", "limited"),
    [
        ("203.0.113.77", "203.0.113.77", "203.0.113.0/24", "203.0.113.77"),
        ("2001:DB8:1:2:3::4", "2001:db8:1:2:3::4", "2001:db8:1::/48", "2001:db8:1:2::/64"),
        # One address, however it is written: a list of allowed ones must not miss it.
        ("::ffff:203.0.113.77", "203.0.113.77", "203.0.113.0/24", "203.0.113.77"),
        # The name of a network card says nothing elsewhere, and PostgreSQL takes none.
        ("fe80::1%eth0", "fe80::1", "fe80::/48", "fe80::/64"),
        ("a-host", None, None, ""),
        ("", None, None, ""),
        (None, None, None, ""),
    ],
)
def test_what_is_kept_of_an_address(
    host: str | None, known: str | None, network: str | None, limited: str
) -> None:
    assert addresses.known(host) == known
    assert addresses.network(host) == network
    assert addresses.limited(host) == limited


def test_a_list_of_networks_is_checked_and_joined() -> None:
    given = ["203.0.113.7", " 203.0.113.0/24", "2001:DB8::/48"]
    assert addresses.network_list(given) == "203.0.113.7/32,203.0.113.0/24,2001:db8::/48"
    assert addresses.network_list([]) is None
    assert addresses.network_list(None) is None


@pytest.mark.parametrize("text", ["", "nowhere", "203.0.113.7/24", "1.2.3.4/33", "0/0", "1.2.3"])
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError, match="allowed_addresses"):
        addresses.network_list([text])
