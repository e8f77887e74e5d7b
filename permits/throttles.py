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


class Throttle(SimpleRateThrottle):
    """At most so many of something from one network, or for one thing that is named."""

    scope: str

    def __init__(self, scope: str, named: str = "") -> None:
        self.scope = scope
        self.named = named
        super().__init__()

    def get_rate(self) -> str:
        # Read at each use: the class attribute of the framework keeps the value of its import.
        return str(api_settings.DEFAULT_THROTTLE_RATES[self.scope])

    def get_cache_key(self, request: Request, view: APIView) -> str:
        ident = self.named or network_of(self.get_ident(request))
        return self.cache_format % {"scope": self.scope, "ident": ident}


def client_address(request: HttpRequest) -> str:
    """Where a request comes from, past as many proxies as TRUSTED_PROXIES says. Also for axes."""
    return str(Throttle("declarations").get_ident(Request(request)))


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


def wait_to_declare(request: HttpRequest) -> int:
    """Count a declaration. 0 if it may be made, otherwise the seconds until one may.

    Only declarations without a fault count. Whoever mistypes is not shut out, and an officer who
    helps drivers at the roadside, all behind one address, is not either for their faults.
    """
    return _seconds_to_wait(Throttle("declarations"), request)


def wait_to_begin(request: HttpRequest) -> int:
    """Count a draft that is begun: each is a row until it expires."""
    return _seconds_to_wait(Throttle("drafts"), request)


def wait_to_add_document(request: HttpRequest) -> int:
    """Count a file: each takes room on the disk."""
    return _seconds_to_wait(Throttle("documents"), request)


def wait_to_find(request: HttpRequest, number: int) -> int:
    """Count a search for a permit, whether there is one or not: by who asks, and for which."""
    named = hashlib.sha256(f"{number}".encode()).hexdigest()
    by_network = _seconds_to_wait(Throttle("find"), request)
    return max(by_network, _seconds_to_wait(Throttle("find", f"permit-{named}"), request))


def _seconds_to_wait(throttle: Throttle, request: HttpRequest) -> int:
    if throttle.allow_request(Request(request), APIView()):
        return 0
    return max(1, math.ceil(throttle.wait() or 1))
