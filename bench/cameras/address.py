"""Where the site is, and how its certificate is looked at."""

import ipaddress
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Address:
    """A site. It goes to other processes, so the TLS context is made where it is needed."""

    scheme: str
    host: str
    port: int
    ca: str | None = None  # a file of certificates to trust besides the system's
    is_verified: bool = True

    @property
    def origin(self) -> str:
        """As a browser spells it: a default port is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    def tls(self) -> ssl.SSLContext | None:
        """For https. Raises OSError where the file of certificates cannot be read."""
        if self.scheme == "http":
            return None
        context = ssl.create_default_context()
        if self.ca:
            context.load_verify_locations(self.ca)
        if not self.is_verified:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def is_this_machine(self) -> bool:
        """Whether all addresses of the host's name are loopbacks. Raises OSError: no such name."""
        found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        return all(ipaddress.ip_address(entry[4][0]).is_loopback for entry in found)


def parse(url: str, *, ca: str | None = None, is_verified: bool = True) -> Address:
    """The address in a URL such as `https://gate.example:8443`. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("it must be like http://127.0.0.1:8000 or https://gate.example")
    if parts.username or parts.password:
        raise ValueError("a user goes into --user, and a password into CHECKPOINT_PASSWORD")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("it must be the site's root, without a path")
    port = parts.port if parts.port is not None else PORTS[parts.scheme]
    return Address(parts.scheme, parts.hostname, port, ca, is_verified)
