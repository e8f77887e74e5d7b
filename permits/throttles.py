"""How often one address may declare."""

import math
from ipaddress import IPv6Address, ip_address

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

# An IPv6 customer has a whole /64 network and may take a new address for every request.
IPV6_NETWORK_BITS = 64


class DeclarationThrottle(SimpleRateThrottle):
    """At most so many declarations from one network.

    Only declarations without a fault count, since only they write rows. Whoever mistypes is not
    shut out, and an officer who helps drivers at the roadside, all behind one address, is not
    either for their faults.
    """

    scope = "declarations"

    def get_rate(self) -> str:
        # Read at each use: the class attribute of the framework keeps the value of its import.
        return str(api_settings.DEFAULT_THROTTLE_RATES[self.scope])

    def get_cache_key(self, request: Request, view: APIView) -> str:
        return self.cache_format % {
            "scope": self.scope,
            "ident": network_of(self.get_ident(request)),
        }


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


def seconds_to_wait(request: HttpRequest) -> int:
    """Count a declaration. 0 if it may be made, otherwise how long until one may."""
    throttle = DeclarationThrottle()
    if throttle.allow_request(Request(request), APIView()):
        return 0
    return max(1, math.ceil(throttle.wait() or 1))
