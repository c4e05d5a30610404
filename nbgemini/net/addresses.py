"""Which addresses a user's URL may lead to: public ones, whatever they are wrapped in."""

from __future__ import annotations

import ipaddress
from typing import TypeAlias

__all__ = ["is_public"]

_Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

# Networks that the standard library takes for global in some of the versions that we run on, and tunnels that may end
# anywhere (RFC 8215's local NAT64, Teredo, deprecated site-local addresses).
_CLOSED = tuple(
    ipaddress.ip_network(net)
    for net in (
        "192.0.0.0/24",
        "192.88.99.0/24",
        "64:ff9b:1::/48",
        "2001::/23",
        "2001:db8::/32",
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",
    )
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE = ipaddress.IPv6Network("::/96")


def is_public(text: str) -> bool:
    """Whether a numeric address belongs to the open internet; False for private, loopback, link-local, reserved and
    multicast ones, also where IPv6 carries them (mapped, compatible, 6to4, NAT64), and for what is no address.
    """
    try:
        address: _Address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    inner = _inner(address)
    return (inner is None or _is_open(inner)) and (_is_open(address) or _is_carrier(address))


def _is_open(address: _Address) -> bool:
    closed = any(address in net for net in _CLOSED if net.version == address.version)
    return address.is_global and not (closed or address.is_multicast or address.is_reserved or address.is_unspecified)


def _is_carrier(address: _Address) -> bool:
    """Whether an IPv6 address merely carries an IPv4 one: that one decides."""
    return isinstance(address, ipaddress.IPv6Address) and (address.ipv4_mapped is not None or address in _NAT64)


def _inner(address: _Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to, or None."""
    if not isinstance(address, ipaddress.IPv6Address):
        return None
    if address in _NAT64 or address in _COMPATIBLE:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
