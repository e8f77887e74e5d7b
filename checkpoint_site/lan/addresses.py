"""The addresses of this machine that phones can reach, found without asking the network."""

import re
import socket
from collections.abc import Mapping
from ipaddress import IPv4Address

import psutil

from checkpoint_site.lan.place import LOOPBACK, PRIVATE_NETWORKS
from checkpoint_site.lan.refusals import CannotServe

NOWHERE = ("192.0.2.1", 9)  # an address for documents (RFC 5737): no machine has it
HOST_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def choose(
    wanted: str, *, found: Mapping[IPv4Address, str], outward: IPv4Address | None
) -> IPv4Address:
    """The address to serve on: the wanted one, or the only one that is sensible.

    `found` has this machine's addresses with the names of their interfaces, `outward` is the one
    that other networks are reached from. Raises CannotServe, with the addresses to choose from.
    """
    reachable = {
        address: interface
        for address, interface in found.items()
        if is_private(address) and address not in LOOPBACK
    }
    if wanted:
        return _check(wanted, found, reachable)
    if outward in reachable:
        return outward
    if len(reachable) == 1:
        return next(iter(reachable))
    if reachable:
        raise CannotServe(
            "This machine is in several networks; say in which the phones are. " + _list(reachable)
        )
    raise CannotServe(
        "This machine is in no private network that phones could join. Join a phone's hotspot, or "
        "open one here, and start again. To try it out on this machine alone: HOST=127.0.0.1"
    )


def _check(
    wanted: str, found: Mapping[IPv4Address, str], reachable: Mapping[IPv4Address, str]
) -> IPv4Address:
    try:
        address = IPv4Address(wanted)
    except ValueError:
        raise CannotServe(
            f"HOST must be an address like 192.168.1.5, not {wanted}. {_list(reachable)}"
        ) from None
    if not is_private(address):
        raise CannotServe(
            f"{address} is not an address of a private network (10.x, 172.16.x to 172.31.x, "
            "192.168.x, 169.254.x, 127.x); the site's certificate authority is limited to those. "
            + _list(reachable)
        )
    if address not in found and address not in LOOPBACK:
        raise CannotServe(f"{address} is not an address of this machine. {_list(reachable)}")
    return address


def _list(reachable: Mapping[IPv4Address, str]) -> str:
    if not reachable:
        return "This machine has no address in a private network now."
    choices = (f"HOST={address} ({interface})" for address, interface in reachable.items())
    return "This machine's: " + ", ".join(choices)


def is_private(address: IPv4Address) -> bool:
    """Whether the certificate authority may speak for it."""
    return any(address in network for network in PRIVATE_NETWORKS)


def of_this_machine() -> dict[IPv4Address, str]:
    """Each address of an interface that is up, and the interface's name."""
    up = {interface for interface, state in psutil.net_if_stats().items() if state.isup}
    return {
        IPv4Address(entry.address): interface
        for interface, entries in psutil.net_if_addrs().items()
        for entry in entries
        # A second address may have a label of its own, like eth0:1.
        if entry.family == socket.AF_INET and interface.split(":")[0] in up
    }


def outward() -> IPv4Address | None:
    """The address that the default route leaves from. A UDP socket that connects sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(NOWHERE)
        except OSError:
            return None
        return IPv4Address(probe.getsockname()[0])


def local_name(host_name: str) -> str | None:
    """The machine's name on a network without name servers (mDNS), where it can have one."""
    label = host_name.split(".")[0].lower()
    if label == "localhost" or not HOST_LABEL.fullmatch(label):
        return None
    return f"{label}.local"
