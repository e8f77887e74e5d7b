"""Daphne with TLS whose certificate can change while it runs, and a plain port beside it."""

import errno
import logging
import socket
from collections.abc import Callable
from ipaddress import IPv4Address
from typing import Any

from daphne.server import Server  # before twisted's reactor, which it installs
from OpenSSL import SSL, crypto
from twisted.internet import reactor, task
from twisted.internet.endpoints import AdoptedStreamServerEndpoint
from twisted.internet.interfaces import IOpenSSLContextFactory
from twisted.internet.ssl import CertificateOptions
from twisted.protocols.tls import TLSMemoryBIOFactory
from zope.interface import implementer

from checkpoint_site.lan.refusals import CannotServe
from checkpoint_site.lan.store import Certificates

RENEWAL_SECONDS = 3600.0
WHAT_HELPS = {
    errno.EADDRINUSE: "another program has it. End that, or choose another port",
    errno.EACCES: "it needs more rights. Choose a port above 1023",
}
AdoptedEndpoint: Any = AdoptedStreamServerEndpoint  # has no types

log = logging.getLogger(__name__)


@implementer(IOpenSSLContextFactory)
class NewestCertificate:
    """Asked at each new connection. Those that are open keep what they began with."""

    def __init__(self, certificates: Certificates) -> None:
        self.use(certificates)

    def use(self, certificates: Certificates) -> None:
        """Serve with these from the next connection on."""
        leaf, issuer = certificates.leaf, certificates.authority.issuer
        self._options = CertificateOptions(
            privateKey=crypto.PKey.from_cryptography_key(leaf.key),
            certificate=crypto.X509.from_cryptography(leaf.certificate),
            extraCertChain=[crypto.X509.from_cryptography(issuer)],
        )

    def getContext(self) -> SSL.Context:  # noqa: N802 Twisted's name
        """The interface's one method."""
        return self._options.getContext()


def listen(address: IPv4Address, port: int, variable: str) -> socket.socket:
    """A listening socket. Raises CannotServe; `variable` is what chooses the port."""
    try:
        return socket.create_server((str(address), port), backlog=128)
    except OSError as error:
        reason = WHAT_HELPS.get(error.errno or 0, error.strerror or str(error))
        raise CannotServe(f"Port {port} at {address} ({variable}): {reason}.") from None


def serve(
    application: Any,
    *,
    encrypted: socket.socket,
    plain: socket.socket,
    certificate: NewestCertificate,
    started: Callable[[], None],
    renew: Callable[[], None],
    renewal_seconds: float,
) -> None:
    """Serve an ASGI application on both sockets until a signal ends it.

    `started` is called once it serves. `renew` is called every `renewal_seconds`, and may call
    `certificate.use`.
    """
    context_factory: Any = certificate

    def ready() -> None:
        endpoint: Any = AdoptedEndpoint(reactor, encrypted.detach(), socket.AF_INET)
        endpoint.listen(TLSMemoryBIOFactory(context_factory, False, server.http_factory))
        task.LoopingCall(_keep_on(renew)).start(renewal_seconds, now=False)
        reactor.callWhenRunning(started)

    # No access log: the paths hold private links.
    server = Server(
        application=application,
        endpoints=[f"fd:fileno={plain.detach()}"],
        verbosity=0,
        ready_callable=ready,
    )
    server.run()


def _keep_on(renew: Callable[[], None]) -> Callable[[], None]:
    """Whatever hinders one attempt, a full disk say, must not hinder the next."""

    def attempt() -> None:
        try:
            renew()
        except Exception:
            log.exception("The certificate could not be renewed. The site will try again.")

    return attempt
