"""Which addresses may be dialled, and which spellings of a host are addresses."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.addresses import may_dial, read_literal


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 - an address not to dial
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::ffff:0:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::a00:1",
        "100::1",
        "2001::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:db8::1",
        "2001:10::1",
        "2002:7f00:1::",
        "2002:808:808::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "2a00:1450::5efe:7f00:1",
        "2a00:1450::200:5efe:a00:1",
    ],
)
def test_addresses_that_are_not_public_are_never_dialled(address: str) -> None:
    assert not may_dial(ip_address(address))


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "1.1.1.1", "100.63.255.255", "168.63.129.15", "172.32.0.1", "223.255.255.254", "2606:4700::1111"],
)
def test_public_addresses_are_dialled(address: str) -> None:
    assert may_dial(ip_address(address))


def test_an_allowed_network_opens_itself_alone() -> None:
    allow = (IPv4Network("10.1.0.0/16"), IPv6Network("fd12::/16"))
    assert may_dial(ip_address("10.1.2.3"), allow)
    assert may_dial(ip_address("::ffff:10.1.2.3"), allow)
    assert may_dial(ip_address("fd12::5"), allow)
    assert not may_dial(ip_address("10.2.0.1"), allow)
    assert not may_dial(ip_address("fd13::5"), allow)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f.1", "0x7f000001", "017700000001", "0177.0.0.01"],
)
def test_every_spelling_of_loopback_is_read(host: str) -> None:
    assert read_literal(host) == IPv4Address("127.0.0.1")
    assert read_literal(f"{host}.") == IPv4Address("127.0.0.1")


@pytest.mark.parametrize("host", ["example.org", "1.example", "x", "a.b.c.d.e", "localhost"])
def test_names_are_not_addresses(host: str) -> None:
    assert read_literal(host) is None


@pytest.mark.parametrize(
    "host", ["256.1.1.1", "1.2.3.4.5", "99999999999", "1.2.3.0x100", "08.1.1.1", "foo.1", "1..2", "[::1::2]"]
)
def test_what_only_looks_like_an_address_is_refused(host: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_literal(host)


@given(st.ip_addresses(v=4))
def test_numbers_in_any_base_mean_the_same_address(address: IPv4Address) -> None:
    value = int(address)
    assert {read_literal(text) for text in (str(address), str(value), hex(value), f"0{value:o}")} == {address}
