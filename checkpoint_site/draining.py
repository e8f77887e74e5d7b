"""A server process that is to end: it finishes what it has begun, and sends its sockets elsewhere.

It stands between the server and the application, so it works alike under every server.
checkpoint_site/servers says when: each server has its own moment between "stop" and the end.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Any

from scans.protocol import CLOSE_SERVICE_RESTART

log = logging.getLogger(__name__)

Event = dict[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]

CLOSE, DISCONNECT = "websocket.close", "websocket.disconnect"
READY_PATH = "/readyz"
# A page has one frame and at most 50 typed codes on their way.
MOST_ARRIVED = 100
# A request may be in a connection that the server has accepted and not read yet.
QUIET_SECONDS = 0.2
LOOK_EVERY_SECONDS = 0.02
# How long a browser may take to confirm the close.
CLOSING_SECONDS = 1.0


class Draining:
    """An application that counts what it has begun, and can bring it to an end.

    At most `most_sockets` are open at a time: one more is refused before it opens, and the page
    tries again by itself.
    """

    def __init__(
        self,
        application: Application,
        *,
        most_sockets: int,
        leave_seconds: float,
        stop_seconds: float,
    ) -> None:
        self._application = application
        self._most_sockets = most_sockets
        self._leave_seconds = leave_seconds
        self._stop_seconds = stop_seconds
        self._sockets: set[_Socket] = set()
        self._requests = 0
        self.is_leaving = False
        self.is_draining = False

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._serve_socket(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._serve_lifespan(receive, send)
        elif self.is_leaving and scope["path"] == READY_PATH:
            await _say_unready(send)
        else:
            self._requests += 1
            try:
                await self._application(scope, receive, send)
            finally:
                self._requests -= 1

    async def leave(self) -> None:
        """Say at /readyz that nothing more is wanted here, for as long as a proxy takes to ask.

        All goes on meanwhile. A proxy that never asks needs no such time: `leave_seconds` is 0.
        """
        self.is_leaving = True
        await asyncio.sleep(self._leave_seconds)

    async def drain(self) -> None:
        """Answer what was received, tell every socket to come again, and see them go.

        A check that was received is recorded and answered before its socket closes. What takes
        longer than `stop_seconds` is left: its page sends it again, with the same scan_id. The
        server takes no new connections by now.
        """
        if self.is_draining:
            return
        self.is_draining = True
        await _let_arrive()
        await _tell(socket for socket in self._sockets if socket.is_idle)
        await self._until_quiet(self._stop_seconds)
        if self._sockets or self._requests:
            log.warning(
                "%d sockets and %d requests were not done within STOP_SECONDS",
                len(self._sockets),
                self._requests,
            )
            await _tell(self._sockets)
            await self._until_quiet(CLOSING_SECONDS)

    async def _serve_socket(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if self.is_draining:
            await _send_elsewhere(receive, send)
        elif len(self._sockets) >= self._most_sockets:
            log.error("a socket was refused: MOST_SOCKETS are open")
            await receive()
            await send({"type": CLOSE})
        else:
            socket = _Socket(self, receive, send)
            self._sockets.add(socket)
            try:
                await self._application(scope, socket.receive, socket.send)
            finally:
                self._sockets.discard(socket)
                socket.end()

    async def _serve_lifespan(self, receive: Receive, send: Send) -> None:
        """What a server of the ASGI standard says when it starts and before it ends."""
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.drain()
        await send({"type": "lifespan.shutdown.complete"})

    async def _until_quiet(self, seconds: float) -> None:
        clock = asyncio.get_running_loop().time
        started = busy_at = clock()
        while clock() - started < seconds:
            if self._sockets or self._requests:
                busy_at = clock()
            elif clock() - busy_at >= QUIET_SECONDS:
                return
            await asyncio.sleep(LOOK_EVERY_SECONDS)


class _Socket:
    """One open socket. It is idle while its consumer waits for the next message."""

    def __init__(self, process: Draining, receive: Receive, send: Send) -> None:
        self._process = process
        self._receive = receive
        self._send = send
        self._is_closed = False
        self._arrived: deque[Event] | None = None
        self._coming: asyncio.Future[Event] | None = None
        self.is_idle = False

    async def receive(self) -> Event:
        """The next message, for the consumer."""
        if self._process.is_draining:
            return await self._receive_the_last()
        self.is_idle = True
        message = await self._receive()
        self.is_idle = False
        return message

    async def send(self, message: Event) -> None:
        """A message of the consumer's. After a close there is nobody to send it to."""
        if self._is_closed:
            return
        self._is_closed = message["type"] == CLOSE
        await self._send(message)

    async def tell_to_come_again(self) -> None:
        """Close, with the code that makes the page connect again at once."""
        await self.send({"type": CLOSE, "code": CLOSE_SERVICE_RESTART})

    def end(self) -> None:
        """The application is done with the socket."""
        if self._coming:
            self._coming.cancel()

    async def _receive_the_last(self) -> Event:
        """What had arrived when the draining began, then the close. Nothing later is heard."""
        if self._arrived is None:
            self._arrived = deque()
            await self._take_what_has_arrived(self._arrived)
        if self._arrived:
            return self._arrived.popleft()
        await self.tell_to_come_again()
        while True:
            message = await (self._coming or self._receive())
            self._coming = None
            if message["type"] == DISCONNECT:
                return message

    async def _take_what_has_arrived(self, arrived: deque[Event]) -> None:
        while len(arrived) < MOST_ARRIVED:
            self._coming = asyncio.ensure_future(self._receive())
            await _let_arrive()
            if not self._coming.done():
                return
            arrived.append(self._coming.result())
            self._coming = None
            if arrived[-1]["type"] == DISCONNECT:
                return


async def _say_unready(send: Send) -> None:
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": b'{"status": "leaving"}'})


async def _send_elsewhere(receive: Receive, send: Send) -> None:
    """Refuse a socket that came too late. Until the browser knows, its connection must stay."""
    await receive()
    await send({"type": "websocket.accept"})  # a browser tells its page the code only so
    await send({"type": CLOSE, "code": CLOSE_SERVICE_RESTART})
    with suppress(TimeoutError):
        async with asyncio.timeout(CLOSING_SECONDS):
            while (await receive())["type"] != DISCONNECT:
                pass


async def _let_arrive() -> None:
    """Let the event loop hand over what lies ready."""
    for _ in range(3):
        await asyncio.sleep(0)


async def _tell(sockets: Iterable[_Socket]) -> None:
    """Tell them all at once: one that reads nothing holds up no other."""
    telling = asyncio.gather(
        *(socket.tell_to_come_again() for socket in sockets), return_exceptions=True
    )
    with suppress(TimeoutError):
        await asyncio.wait_for(telling, CLOSING_SECONDS)
