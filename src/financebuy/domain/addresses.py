"""Addresses of callers: what of one may be written down."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from financebuy.errors import InvalidValueError

_IPV4_BITS = 24
_IPV6_BITS = 48
_IPV6_HOUSEHOLD_BITS = 64
_MOST = 1_000
"""How many addresses are remembered in their canonical form; reading one takes a while."""


@lru_cache(maxsize=_MOST)
def known(host: str | None) -> str | None:
    """Return a host as a canonical address, None when it is no address (a unix socket's name)."""
    found = _parse(host)
    return None if found is None else str(found)


def network(host: str | None) -> str | None:
    """Return the network of an address (/24, /48): near enough to act on, no longer a person's."""
    found = _parse(host)
    if found is None:
        return None
    bits = _IPV4_BITS if isinstance(found, IPv4Address) else _IPV6_BITS
    return str(ip_network((found, bits), strict=False))


@lru_cache(maxsize=_MOST)
def limited(host: str | None) -> str:
    """Return what limits count by: an address, of IPv6 the /64 that one household has."""
    found = _parse(host)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, _IPV6_HOUSEHOLD_BITS), strict=False))
    return "" if found is None else str(found)


def _parse(host: str | None) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(host or "")
    except ValueError:
        return None
    if isinstance(found, IPv4Address):
        return found
    # Without the name of a network card (fe80::1%eth0), which is of this machine alone.
    return found.ipv4_mapped or IPv6Address(int(found))


def network_list(texts: list[str] | None) -> str | None:
    """Return addresses and networks, checked, as one text with commas; None for none.

    Raises:
        InvalidValueError: one is neither.
    """
    try:
        checked = [str(ip_network(text.strip(), strict=True)) for text in texts or ()]
    except ValueError as error:
        raise InvalidValueError(f"allowed_addresses: {error}", field="allowed_addresses") from None
    return ",".join(checked) or None
