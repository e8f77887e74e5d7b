"""Daphne, the default."""

# First: Daphne chooses Twisted's event loop, and that can be done once.
from daphne.server import Server  # isort: skip

import asyncio
import socket
from typing import Any

from twisted.internet.defer import Deferred

from checkpoint_site.servers import (
    BACKLOG,
    MAX_MESSAGE_BYTES,
    PING_EVERY_SECONDS,
    PONG_WITHIN_SECONDS,
    systemd,
)

DOMAINS = {socket.AF_INET: "INET", socket.AF_INET6: "INET6", socket.AF_UNIX: "UNIX"}


class DrainingServer(Server):
    """Daphne cancels all that runs when it is told to stop. This one lets it finish before that."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._ports: list[Any] = []

    def listen_success(self, port: Any) -> None:
        """Twisted listens: keep what is to be closed first."""
        self._ports.append(port)
        super().listen_success(port)
        systemd.notify("READY=1")

    def kill_all_applications(self) -> Any:
        """Called before Twisted ends, and waited for."""
        systemd.notify("STOPPING=1")
        drained = Deferred.fromFuture(asyncio.ensure_future(self._drain()))
        return drained.addBoth(lambda _: self._kill_the_rest())

    async def _drain(self) -> None:
        await self.application.leave()
        for port in self._ports:
            port.stopListening()
        await self.application.drain()

    def _kill_the_rest(self) -> Any:
        # Daphne trips over connections whose application has ended already.
        for connection, details in list(self.connections.items()):
            if "application_instance" not in details:
                del self.connections[connection]
        return super().kill_all_applications()


def run(host: str, port: int, inherited: socket.socket | None) -> None:
    """Serve until told to stop."""
    from checkpoint_site.asgi import application

    server = DrainingServer(
        application=application,
        endpoints=[_endpoint(host, port, inherited)],
        ping_interval=PING_EVERY_SECONDS,
        ping_timeout=PONG_WITHIN_SECONDS,
        websocket_timeout=-1,  # a lane is open for a whole shift, and a dashboard for days
        websocket_max_message_size=MAX_MESSAGE_BYTES,
        websocket_max_frame_size=MAX_MESSAGE_BYTES,
        verbosity=0,
        server_name="",
    )
    server.run()
    if server.abort_start:
        raise SystemExit(1)


def _endpoint(host: str, port: int, inherited: socket.socket | None) -> str:
    """Where to listen, in Twisted's words."""
    if inherited is None:
        address = host.strip("[]").replace(":", r"\:")
        return f"tcp:port={port}:interface={address}:backlog={BACKLOG}"
    domain = DOMAINS[socket.AddressFamily(inherited.family)]
    inherited.detach()
    return f"systemd:domain={domain}:index=0"
