"""A lane's socket that comes back by itself, as static/js/socket.js does for the page."""

import asyncio
import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from ssl import SSLContext

from bench.cameras import replies
from bench.cameras.address import Address
from bench.cameras.replies import Reply
from bench.cameras.tally import Tally
from bench.websocket import NO_CLOSE, TEXT, Socket, upgrade_request
from scans import protocol

FIRST_WAIT, LONGEST_WAIT = 0.5, 5.0
PING_EVERY = 5.0
ANSWER_WITHIN = 9.0
OPEN_WITHIN = 10.0
FINAL_CLOSE_CODES = frozenset(
    {protocol.CLOSE_NOT_LOGGED_IN, protocol.CLOSE_WRONG_ROLE, protocol.CLOSE_NO_SUCH_LANE}
)


@dataclass(frozen=True)
class Door:
    """How every socket of a process is opened."""

    address: Address
    cookie: str
    tls: SSLContext | None


@dataclass(frozen=True)
class End:
    """Why a connection is over. Without a code it was this side that hung up."""

    code: int | None
    words: str = ""

    def __str__(self) -> str:
        return f"{self.code} {self.words}".rstrip()


class Link:
    """Tells `on_reply` each message but pongs, and `on_lost` each end; then it comes back."""

    def __init__(
        self,
        door: Door,
        path: str,
        tally: Tally,
        *,
        on_reply: Callable[[Reply, float], None],
        on_lost: Callable[[], None],
    ) -> None:
        self._door = door
        self._path = path
        self._tally = tally
        self._on_reply = on_reply
        self._on_lost = on_lost
        self._loop = asyncio.get_running_loop()
        self._socket: Socket | None = None
        self._pinging: asyncio.TimerHandle | None = None
        self._wait = FIRST_WAIT
        self.is_refused = False

    async def keep_open(self) -> None:
        """Connect, and again after each end. Returns where to come back would be of no use."""
        while True:
            end = await self._connection()
            self._drop()
            if end.code is not None:
                self._tally.closes[str(end)] += 1
            self._on_lost()
            if end.code in FINAL_CLOSE_CODES:
                self.is_refused = True
                return
            if end.code is not None:
                # At random within the wait: not all lanes come back in the same moment.
                await asyncio.sleep(self._wait * (0.5 + random.random() / 2))
                self._wait = min(self._wait * 2, LONGEST_WAIT)

    def send(self, opcode: int, message: bytes) -> None:
        """Send one message. Only between a shift and `on_lost`."""
        assert self._socket is not None
        self._socket.send(opcode, message)

    def reload(self) -> None:
        """Hang up and come back at once, as a page that is loaded anew."""
        if self._socket is not None:
            self._socket.close()
            self._end(End(None))

    def close(self) -> None:
        """Leave. Whoever runs `keep_open` cancels it."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        self._drop()

    async def _connection(self) -> End:
        """One connection, from its first attempt to its end."""
        self._opened: asyncio.Future[None] = self._loop.create_future()
        self._ended: asyncio.Future[End] = self._loop.create_future()
        address = self._door.address
        request = upgrade_request(address.origin, self._path, self._door.cookie)
        try:
            async with asyncio.timeout(OPEN_WITHIN):
                _transport, self._socket = await self._loop.create_connection(
                    lambda: Socket(request, self._heard, self._closed, self._open),
                    address.host,
                    address.port,
                    ssl=self._door.tls,
                )
                await self._opened
        except TimeoutError:
            return End(NO_CLOSE, "not open in time")
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else type(error).__name__
            return End(NO_CLOSE, f"no connection: {reason}")
        return await self._ended

    def _open(self) -> None:
        self._opened.set_result(None)
        self._pinged_at: float | None = None
        self._heard_at = self._loop.time()
        self._ping()

    def _closed(self, code: int, words: str) -> None:
        self._end(End(code, words))

    def _end(self, end: End) -> None:
        if not self._ended.done():
            self._ended.set_result(end)
        if not self._opened.done():
            self._opened.set_result(None)

    def _drop(self) -> None:
        if self._pinging is not None:
            self._pinging.cancel()
        if self._socket is not None:
            self._socket.abort()
            self._socket = None

    def _ping(self) -> None:
        """Ask for a sign of life; hang up where the last question got none."""
        now = self._loop.time()
        assert self._socket is not None
        if self._pinged_at is None:
            self._pinged_at = now
            self._socket.send(TEXT, b'{"type":"ping","sent_at":%d}' % (now * 1000))
        elif now - max(self._pinged_at, self._heard_at) > ANSWER_WITHIN:
            self._end(End(NO_CLOSE, "the server fell silent"))
            return
        self._pinging = self._loop.call_later(PING_EVERY, self._ping)

    def _heard(self, text: bytes) -> None:
        now = self._heard_at = self._loop.time()
        self._wait = FIRST_WAIT  # only a server that speaks is back
        reply = replies.parse(text)
        if reply.type == "pong":
            if self._pinged_at is not None:
                self._tally.ping_ms.append((now - self._pinged_at) * 1000)
            self._pinged_at = None
            return
        self._on_reply(reply, now)
