"""Posting to an address that an administrator has typed: to the internet, and not to ourselves.

The name is resolved once, and the connection goes to the address that was looked at: a name that
changes its address between the two would otherwise lead inside.
"""

import ipaddress
import socket
from urllib.parse import urlsplit

import urllib3
from django.conf import settings
from urllib3.exceptions import HTTPError

SECONDS = 10.0
MOST_READ = 1024  # of an answer nothing is needed but its status


class NotAllowed(Exception):
    """The address is no https address, or leads into a private network."""


class NoAnswer(Exception):
    """Nobody answered, or not with http."""


def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    """The status of the answer. Redirects are not followed. Raises NotAllowed and NoAnswer."""
    parts = urlsplit(url)
    is_private = settings.WEBHOOK_PRIVATE_ADDRESSES
    if parts.scheme not in (("https", "http") if is_private else ("https",)) or not parts.hostname:
        raise NotAllowed("scheme")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = _address_of(parts.hostname, port, is_private=is_private)
    pool = _pool(parts.scheme, address, port, parts.hostname)
    path = parts.path or "/"
    try:
        answer = pool.request(
            "POST",
            f"{path}?{parts.query}" if parts.query else path,
            body=body,
            headers={"Host": parts.netloc.rpartition("@")[2], **headers},
            redirect=False,
            retries=False,
            preload_content=False,
        )
        answer.read(MOST_READ)
        status: int = answer.status
        return status
    except (HTTPError, OSError) as error:
        raise NoAnswer(type(error).__name__) from None
    finally:
        pool.close()


def _address_of(host: str, port: int, *, is_private: bool) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise NoAnswer("name") from None
    addresses = [str(one[4][0]) for one in found]
    if not is_private and not all(ipaddress.ip_address(one).is_global for one in addresses):
        raise NotAllowed("private")
    return addresses[0]


def _pool(scheme: str, address: str, port: int, host: str) -> urllib3.HTTPConnectionPool:
    if scheme == "http":
        return urllib3.HTTPConnectionPool(address, port, timeout=SECONDS)
    return urllib3.HTTPSConnectionPool(
        address, port, timeout=SECONDS, server_hostname=host, assert_hostname=host
    )
