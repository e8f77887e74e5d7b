"""PURE. The address of a Redis Cluster: redis+cluster://user:password@host:port,host:port,..."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

SCHEMES = {"redis+cluster": False, "rediss+cluster": True}  # with TLS?
Node = tuple[str, int]


@dataclass(frozen=True)
class Address:
    """What REDIS_URL says of a cluster: some of its nodes lead to all."""

    nodes: tuple[Node, ...]
    username: str | None
    password: str | None
    tls: bool

    @property
    def login(self) -> dict[str, Any]:
        """What every connection to a node is made with."""
        return {"username": self.username, "password": self.password}


def is_cluster(url: str) -> bool:
    """Whether an address is one of a cluster."""
    return url.partition("://")[0] in SCHEMES


def parse(url: str) -> Address:
    """The parts of `redis+cluster://[user:password@]host:port,host:port`. Raises ValueError."""
    scheme, _, rest = url.partition("://")
    login, _, hosts = rest.removesuffix("/0").removesuffix("/").rpartition("@")
    username, _, password = login.partition(":")
    return Address(
        nodes=tuple(_node(host) for host in hosts.split(",")),
        username=unquote(username) or None,
        password=unquote(password) or None,
        tls=SCHEMES[scheme],
    )


def _node(text: str) -> Node:
    host, _, port = text.rpartition(":")
    number = int(port)
    if not host or "/" in host or not 0 < number < 65_536:
        raise ValueError(text)
    return host.strip("[]"), number
