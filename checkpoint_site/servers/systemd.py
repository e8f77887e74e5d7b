"""What systemd and a service say to each other: see sd_listen_fds(3) and sd_notify(3)."""

import os
import socket

from django.core.exceptions import ImproperlyConfigured

FIRST_DESCRIPTOR = 3


def inherited_socket() -> socket.socket | None:
    """The listening socket that was handed over, or None.

    It stays open in systemd: what connects while no process listens waits for the next one.
    """
    if os.environ.get("LISTEN_PID") != str(os.getpid()):
        return None
    if os.environ.get("LISTEN_FDS") != "1":
        raise ImproperlyConfigured("LISTEN_FDS must be 1: a server process serves one socket.")
    return socket.socket(fileno=FIRST_DESCRIPTOR)


def notify(state: str) -> None:
    """Tell systemd, where it listens, that the service is `READY=1` or `STOPPING=1`."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):  # an abstract socket
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as there:
        there.sendto(state.encode(), address)
