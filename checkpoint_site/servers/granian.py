"""granian: the fastest. It is not among the site's requirements: `granian`."""

import asyncio
import signal
import socket
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings

from checkpoint_site.asgi import application as site
from checkpoint_site.draining import Receive, Send
from checkpoint_site.servers import BACKLOG, MAX_HEADER_BYTES, systemd

_ending: list[asyncio.Task[None]] = []  # a task that nothing refers to may be thrown away


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """The site. At the server's first word it asks to be told of SIGTERM in the server's place.

    granian's worker drops all sockets at either of SIGTERM and SIGINT. So SIGTERM is taken from it,
    and it gets SIGINT when all is done.
    """
    if scope["type"] == "lifespan":
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, _end)
    await site(scope, receive, send)


def _end() -> None:
    if not _ending:  # systemd tells the worker, and so does granian
        _ending.append(asyncio.ensure_future(_drain_and_stop()))


async def _drain_and_stop() -> None:
    await site.leave()
    await site.drain()
    signal.raise_signal(signal.SIGINT)


def run(host: str, port: int, inherited: socket.socket | None) -> None:
    """Serve until told to stop. Raises ImproperlyConfigured for an inherited socket."""
    if inherited:
        raise ImproperlyConfigured(
            "SERVER=granian cannot take a socket from systemd: stop and disable the .socket unit, "
            "or choose SERVER=daphne or SERVER=uvicorn."
        )
    server = Granian(
        "checkpoint_site.servers.granian:application",
        address=host.strip("[]"),
        port=port,
        interface=Interfaces.ASGI,
        backlog=BACKLOG,
        backpressure=settings.MOST_SOCKETS + BACKLOG,
        http1_settings=HTTP1Settings(max_buffer_size=MAX_HEADER_BYTES),
        workers_kill_timeout=int(settings.LEAVE_SECONDS + settings.STOP_SECONDS) + 5,
        log_enabled=False,
    )
    server.on_startup(lambda: systemd.notify("READY=1"))
    server.serve()
