"""PURE: where the site is served."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

LOOPBACK = IPv4Network("127.0.0.0/8")
# What the certificate authority may speak for, besides the local names in authority.py.
PRIVATE_NETWORKS = (
    IPv4Network("10.0.0.0/8"),
    IPv4Network("172.16.0.0/12"),
    IPv4Network("192.168.0.0/16"),
    IPv4Network("169.254.0.0/16"),
    LOOPBACK,
)


@dataclass(frozen=True)
class Place:
    """The https port of the site, and the plain http port that only helps phones to trust it."""

    address: IPv4Address
    name: str | None
    port: int
    landing_port: int

    @property
    def hosts(self) -> list[str]:
        """Every name under which a browser may ask for the site."""
        return [str(self.address), *([self.name] if self.name else [])]

    @property
    def site(self) -> str:
        """The site's address, without a closing slash."""
        return f"https://{self.address}:{self.port}"

    @property
    def landing(self) -> str:
        """The page that a phone can open before it trusts the site."""
        return f"http://{self.address}:{self.landing_port}/"
