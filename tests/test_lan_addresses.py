"""Which of a machine's addresses the site is served on."""

import socket
from ipaddress import IPv4Address

import pytest

from checkpoint_site.lan import addresses
from checkpoint_site.lan.refusals import CannotServe

LOOPBACK, WIFI = IPv4Address("127.0.0.1"), IPv4Address("192.168.43.7")
DOCKER, PUBLIC = IPv4Address("172.17.0.1"), IPv4Address("203.0.113.5")
LAPTOP = {LOOPBACK: "lo", WIFI: "wlan0"}
BUSY_LAPTOP = {**LAPTOP, DOCKER: "docker0"}
SERVER = {LOOPBACK: "lo", PUBLIC: "eth0"}


@pytest.mark.parametrize(
    ("wanted", "found", "outward", "chosen"),
    [
        ("", LAPTOP, WIFI, WIFI),
        ("", LAPTOP, None, WIFI),  # the laptop's own hotspot leads nowhere
        ("", BUSY_LAPTOP, WIFI, WIFI),
        ("", {**SERVER, WIFI: "wlan0"}, PUBLIC, WIFI),
        ("172.17.0.1", BUSY_LAPTOP, WIFI, DOCKER),
        ("127.0.0.1", LAPTOP, WIFI, LOOPBACK),
        ("127.0.0.2", LAPTOP, WIFI, IPv4Address("127.0.0.2")),
    ],
)
def test_an_address_is_chosen(
    wanted: str,
    found: dict[IPv4Address, str],
    outward: IPv4Address | None,
    chosen: IPv4Address,
) -> None:
    assert addresses.choose(wanted, found=found, outward=outward) == chosen


@pytest.mark.parametrize(
    ("wanted", "found", "words"),
    [
        ("", BUSY_LAPTOP, "several networks"),
        ("", SERVER, "no private network"),
        ("", {LOOPBACK: "lo"}, "no private network"),
        ("gate.local", LAPTOP, "must be an address like 192.168.1.5, not gate.local"),
        ("::1", LAPTOP, "must be an address like 192.168.1.5, not ::1"),
        ("203.0.113.5", SERVER, "203.0.113.5 is not an address of a private network"),
        ("0.0.0.0", LAPTOP, "0.0.0.0 is not an address of a private network"),
        ("172.32.0.1", LAPTOP, "172.32.0.1 is not an address of a private network"),
        ("192.168.43.8", LAPTOP, "192.168.43.8 is not an address of this machine"),
    ],
)
def test_what_cannot_be_served_is_said(
    wanted: str, found: dict[IPv4Address, str], words: str
) -> None:
    with pytest.raises(CannotServe, match=words):
        addresses.choose(wanted, found=found, outward=None)


def test_a_refusal_lists_what_there_is_to_choose() -> None:
    with pytest.raises(CannotServe) as refusal:
        addresses.choose("", found=BUSY_LAPTOP, outward=None)
    assert "HOST=192.168.43.7 (wlan0), HOST=172.17.0.1 (docker0)" in str(refusal.value)


def test_this_machine_s_addresses_are_found() -> None:
    found = addresses.of_this_machine()
    assert LOOPBACK in found
    outward = addresses.outward()
    assert outward is None or outward in found
    assert found[LOOPBACK] in {name for _index, name in socket.if_nameindex()}


@pytest.mark.parametrize(
    ("host_name", "name"),
    [
        ("gate-3", "gate-3.local"),
        ("Gate.barrier.example", "gate.local"),
        ("localhost", None),
        ("máy-chốt", None),
        ("-gate", None),
        ("", None),
        ("a" * 63, "a" * 63 + ".local"),
        ("a" * 64, None),
    ],
)
def test_a_machine_s_name_is_used_where_it_is_one(host_name: str, name: str | None) -> None:
    assert addresses.local_name(host_name) == name
