"""uvicorn: faster than Daphne. It is not among the site's requirements: `uvicorn[standard]`."""

import socket

import uvicorn

from checkpoint_site.draining import Draining
from checkpoint_site.servers import (
    BACKLOG,
    KEEP_ALIVE_SECONDS,
    MAX_MESSAGE_BYTES,
    PING_EVERY_SECONDS,
    PONG_WITHIN_SECONDS,
    systemd,
)


class DrainingServer(uvicorn.Server):
    """uvicorn drops all sockets when it is told to stop. This one lets them finish before that."""

    def __init__(self, config: uvicorn.Config, application: Draining) -> None:
        super().__init__(config)
        self._application = application

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        systemd.notify("READY=1")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        systemd.notify("STOPPING=1")
        await self._application.leave()
        for server in self.servers:
            server.close()
        await self._application.drain()
        await super().shutdown(sockets)


def run(host: str, port: int, inherited: socket.socket | None) -> None:
    """Serve until told to stop."""
    from checkpoint_site.asgi import application

    config = uvicorn.Config(
        application,
        host=host.strip("[]"),
        port=port,
        backlog=BACKLOG,
        interface="asgi3",
        lifespan="on",
        ws="websockets-sansio",
        ws_max_size=MAX_MESSAGE_BYTES,
        ws_ping_interval=PING_EVERY_SECONDS,
        ws_ping_timeout=PONG_WITHIN_SECONDS,
        ws_per_message_deflate=False,  # pictures are compressed already
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=1,  # what could be done has been done by then
        proxy_headers=False,  # the site reads them itself: TRUSTED_PROXIES
        server_header=False,
        access_log=False,
        log_config=None,
    )
    DrainingServer(config, application).run([inherited] if inherited else None)
