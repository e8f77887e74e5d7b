"""How often one address may declare, and look for a permit."""

import hashlib
import math
from ipaddress import IPv6Address, ip_address

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

# An IPv6 customer has a whole /64 network and may take a new address for every request.
IPV6_NETWORK_BITS = 64


class NetworkThrottle(SimpleRateThrottle):
    """At most so many of something from one network."""

    def get_rate(self) -> str:
        # Read at each use: the class attribute of the framework keeps the value of its import.
        return str(api_settings.DEFAULT_THROTTLE_RATES[str(self.scope)])

    def get_cache_key(self, request: Request, view: APIView) -> str:
        return self.cache_format % {
            "scope": self.scope,
            "ident": network_of(self.get_ident(request)),
        }


class DeclarationThrottle(NetworkThrottle):
    """Only declarations without a fault count.

    Whoever mistypes is not shut out, and an officer who helps drivers at the roadside, all behind
    one address, is not either for their faults.
    """

    scope = "declarations"


class DraftThrottle(NetworkThrottle):
    """Drafts that are begun: each is a row until it expires."""

    scope = "drafts"


class DocumentThrottle(NetworkThrottle):
    """Files that are added: each takes room on the disk."""

    scope = "documents"


class FindThrottle(NetworkThrottle):
    """Searches for permits by one network."""

    scope = "find"


class FindOneThrottle(FindThrottle):
    """Searches for one permit, whether there is one or not, from wherever they come."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.named = hashlib.sha256(f"{number}".encode()).hexdigest()

    def get_cache_key(self, request: Request, view: APIView) -> str:
        return self.cache_format % {"scope": "find-one", "ident": self.named}


def client_address(request: HttpRequest) -> str:
    """Where a request comes from, past as many proxies as TRUSTED_PROXIES says. Also for axes."""
    return DeclarationThrottle().get_ident(Request(request))


def network_of(address: str) -> str:
    """The address itself, or for IPv6 the network that one customer has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return f"{int(parsed) >> IPV6_NETWORK_BITS:x}"


def wait_to_find(request: HttpRequest, number: int) -> int:
    """Count a search, by who asks and for which permit. As `seconds_to_wait`."""
    return max(
        seconds_to_wait(FindThrottle(), request),
        seconds_to_wait(FindOneThrottle(number), request),
    )


def seconds_to_wait(throttle: NetworkThrottle, request: HttpRequest) -> int:
    """Count one. 0 if it may be, otherwise how long until one may."""
    if throttle.allow_request(Request(request), APIView()):
        return 0
    return max(1, math.ceil(throttle.wait() or 1))
