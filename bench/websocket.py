"""A lean WebSocket client. On two cores the client's own work takes from what the server gets."""

import asyncio
import base64
import os
import struct
from collections.abc import Callable

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
FINAL, MASKED = 0x80, 0x80
OPCODE = 0x0F
HEADER_END = b"\r\n\r\n"
NORMAL = 1000
# What a browser tells its page where no close code came over the wire.
NO_CODE, NO_CLOSE = 1005, 1006


class Socket(asyncio.Protocol):
    """Calls `on_open` when the server has agreed, and `on_text` for each whole text message.

    `on_close` is called once with the close code and words for a person, unless it was this side
    that hung up. A handshake that was refused closes with 1006, as in a browser.
    """

    def __init__(
        self,
        request: bytes,
        on_text: Callable[[bytes], None],
        on_close: Callable[[int, str], None],
        on_open: Callable[[], None] = lambda: None,
    ) -> None:
        self._request = request
        self._on_text = on_text
        self._on_close = on_close
        self._on_open = on_open
        self._buffer = b""
        self._parts: list[bytes] = []  # of a message that comes in pieces
        self._part_of = TEXT
        self._is_open = False
        self._is_over = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._request)

    def connection_lost(self, error: Exception | None) -> None:
        """The connection is gone, whoever closed it."""
        self._end(NO_CLOSE, f"connection lost: {error}" if error else "connection lost")

    def data_received(self, data: bytes) -> None:
        """Take in whatever has come."""
        self._buffer += data
        if not self._is_open and not self._upgraded():
            return
        while not self._is_over and (frame := self._next_frame()) is not None:
            first_byte, payload = frame
            if first_byte == FINAL | TEXT:  # nearly all are
                self._on_text(payload)
            else:
                self._take(first_byte, payload)

    def send(self, opcode: int, payload: bytes) -> None:
        """Send one message."""
        size = len(payload)
        if size < 126:
            header = struct.pack(">BB", FINAL | opcode, MASKED | size)
        elif size < 65536:
            header = struct.pack(">BBH", FINAL | opcode, MASKED | 126, size)
        else:
            header = struct.pack(">BBQ", FINAL | opcode, MASKED | 127, size)
        mask = os.urandom(4)
        self._transport.write(header + mask + _masked(payload, mask))

    def close(self) -> None:
        """Say good-bye and hang up."""
        self._is_over = True
        self.send(CLOSE, struct.pack(">H", NORMAL))
        self._transport.close()

    def abort(self) -> None:
        """Hang up without a word, as when the network is gone."""
        self._is_over = True
        self._transport.abort()

    def _take(self, first_byte: int, payload: bytes) -> None:
        opcode = first_byte & OPCODE
        if opcode == PING:
            self.send(PONG, payload)
        elif opcode == CLOSE:
            code = struct.unpack(">H", payload[:2])[0] if len(payload) >= 2 else NO_CODE
            self.send(CLOSE, payload[:2])
            self._transport.close()
            self._end(code, payload[2:].decode(errors="replace"))
        elif opcode in (TEXT, BINARY, CONTINUATION):
            self._take_part(opcode, payload, is_last=bool(first_byte & FINAL))

    def _take_part(self, opcode: int, payload: bytes, *, is_last: bool) -> None:
        if opcode != CONTINUATION:
            self._part_of = opcode
        if not is_last or self._parts:
            self._parts.append(payload)
        if not is_last:
            return
        if self._parts:
            payload = b"".join(self._parts)
            self._parts.clear()
        if self._part_of == TEXT:
            self._on_text(payload)

    def _end(self, code: int, words: str) -> None:
        if not self._is_over:
            self._is_over = True
            self._on_close(code, words)

    def _upgraded(self) -> bool:
        head, end, rest = self._buffer.partition(HEADER_END)
        if not end:
            return False
        if not head.startswith(b"HTTP/1.1 101"):
            status = head.split(b"\r\n", 1)[0].decode(errors="replace")
            self._end(NO_CLOSE, f"no upgrade: {status[:60]}")
            self._transport.abort()
            return False
        self._is_open, self._buffer = True, rest
        self._on_open()
        return True

    def _next_frame(self) -> tuple[int, bytes] | None:
        """The first whole frame in the buffer: its first byte and what it holds."""
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        size, start = buffer[1], 2
        if size == 126 and len(buffer) >= 4:
            size, start = struct.unpack_from(">H", buffer, 2)[0], 4
        elif size == 127 and len(buffer) >= 10:
            size, start = struct.unpack_from(">Q", buffer, 2)[0], 10
        elif size >= 126:
            return None
        if len(buffer) < start + size:
            return None
        self._buffer = buffer[start + size :]
        return buffer[0], buffer[start : start + size]


def upgrade_request(origin: str, path: str, cookie: str) -> bytes:
    """What a browser sends to open a socket. `origin` is the site's, as `http://127.0.0.1:8000`."""
    key = base64.b64encode(os.urandom(16)).decode()
    host = origin.partition("://")[2]
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\n"
        f"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {key}\r\nCookie: {cookie}\r\n\r\n"
    ).encode()


def _masked(payload: bytes, mask: bytes) -> bytes:
    """As one large number: byte by byte would take longer than the server takes to answer."""
    size = len(payload)
    repeated = (mask * (size // 4 + 1))[:size]
    mixed = int.from_bytes(payload, "little") ^ int.from_bytes(repeated, "little")
    return mixed.to_bytes(size, "little")
