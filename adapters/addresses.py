"""Which network addresses are public, and may be dialled for a person who gave a link.

The ranges are those of the IANA special-purpose registries (RFC 6890) with multicast (RFC 5771), the forms of IPv6
that carry an IPv4 address, and the addresses at which clouds answer their own machines.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final, TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

_CLOSED_V4: Final = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carriers' NAT; one cloud's metadata at 100.100.100.200
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # one cloud's host agent, on an address that looks public
        "169.254.0.0/16",  # link-local; most clouds' metadata at 169.254.169.254
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments; one cloud's metadata at 192.0.0.192
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT relays
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
_OPEN_V6: Final = IPv6Network("2000::/3")
"""All that is assigned to the public IPv6 internet. Loopback, mapped and compatible IPv4, NAT64, unique local,
link-local and multicast addresses lie outside."""
_CLOSED_V6: Final = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: carries an IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3ffe::/16",  # the 6bone, returned
        "3fff::/20",  # documentation
    )
)
_ISATAP: Final = frozenset({0x0000_5EFE, 0x0200_5EFE})
"""The upper half of an interface id whose lower half is an IPv4 address (RFC 5214, section 6.1)."""


def may_dial(address: Address, allow: Sequence[Network] = ()) -> bool:
    """Whether an address is public, or lies in a network that the operator allows.

    An IPv4 address in IPv6 clothes is never public; it is allowed where the IPv4 address in it is allowed.
    """
    plain = address.ipv4_mapped if isinstance(address, IPv6Address) and address.ipv4_mapped else address
    if any(one in network for network in allow for one in (address, plain) if one.version == network.version):
        return True
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in network for network in _CLOSED_V4)
    return (
        address.scope_id is None
        and address.is_global
        and address in _OPEN_V6
        and not any(address in network for network in _CLOSED_V6)
        and (int(address) >> 32) & 0xFFFF_FFFF not in _ISATAP
    )


def read_literal(host: str) -> Address | None:
    """The address that a URL's host spells, in any way that a resolver would take; None where it is a name.

    `127.1`, `2130706433`, `0x7f.1` and `017700000001` are 127.0.0.1 (https://url.spec.whatwg.org/#ipv4-parser).
    Raises `ValueError` where the last part is a number but the whole is no address.
    """
    host = host.strip("[]")
    if ":" in host:
        return ip_address(host)
    parts = host.removesuffix(".").split(".")
    if not _is_number(parts[-1]):
        return None
    if len(parts) > 4:  # noqa: PLR2004 - an IPv4 address has at most four parts
        raise ValueError("too many parts")
    *upper, last = map(_number, parts)
    if any(part > 0xFF for part in upper):  # noqa: PLR2004 - a byte
        raise ValueError("a part is too large")
    value = last
    for index, part in enumerate(upper):
        value += part << (8 * (3 - index))
    if last >= 1 << (8 * (4 - len(upper))):
        raise ValueError("the last part is too large")
    return IPv4Address(value)


def _is_number(part: str) -> bool:
    if not part.isascii():
        return False
    return part.isdigit() or (part[:2].lower() == "0x" and all(c in "0123456789abcdefABCDEF" for c in part[2:]))


def _number(part: str) -> int:
    if not _is_number(part):
        raise ValueError("a part is no number")
    if part[:2].lower() == "0x":
        return int(part[2:] or "0", 16)
    return int(part, 8) if part.startswith("0") and len(part) > 1 else int(part)
