"""A lean WebSocket client. On two cores the client's own work takes from what the server gets."""

import asyncio
import base64
import os
import struct
from collections.abc import Callable

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
FINAL, MASKED = 0x80, 0x80
HEADER_END = b"\r\n\r\n"


class Socket(asyncio.Protocol):
    """Calls `on_text` for each text message, and `on_close` once with the close code or reason."""

    def __init__(
        self,
        request: bytes,
        on_text: Callable[[bytes], None],
        on_close: Callable[[str], None],
    ) -> None:
        self._request = request
        self._on_text = on_text
        self._on_close = on_close
        self._buffer = b""
        self._is_open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._request)

    def connection_lost(self, error: Exception | None) -> None:
        """The connection is gone, whoever closed it."""
        self._on_close(f"connection lost: {error}")

    def data_received(self, data: bytes) -> None:
        """Take in whatever has come."""
        self._buffer += data
        if not self._is_open and not self._upgraded():
            return
        while (message := self._next_message()) is not None:
            opcode, payload = message
            if opcode == TEXT:
                self._on_text(payload)
            elif opcode == PING:
                self.send(PONG, payload)
            elif opcode == CLOSE:
                code = struct.unpack(">H", payload[:2])[0] if payload else "none"
                self._on_close(f"closed by the server: {code}")

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
        self.send(CLOSE, struct.pack(">H", 1000))
        self._transport.close()

    def _upgraded(self) -> bool:
        head, end, rest = self._buffer.partition(HEADER_END)
        if not end:
            return False
        if not head.startswith(b"HTTP/1.1 101"):
            self._on_close(f"no upgrade: {head[:40]!r}")
            self._transport.abort()
            return False
        self._is_open, self._buffer = True, rest
        return True

    def _next_message(self) -> tuple[int, bytes] | None:
        """The first whole message in the buffer. The server sends none in pieces."""
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
        return buffer[0] & 0x0F, buffer[start : start + size]


def upgrade_request(port: int, path: str, cookie: str) -> bytes:
    """What a browser sends to open a socket."""
    key = base64.b64encode(os.urandom(16)).decode()
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        f"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {key}\r\nCookie: {cookie}\r\n\r\n"
    ).encode()


def _masked(payload: bytes, mask: bytes) -> bytes:
    """As one large number: byte by byte would take longer than the server takes to answer."""
    size = len(payload)
    repeated = (mask * (size // 4 + 1))[:size]
    mixed = int.from_bytes(payload, "little") ^ int.from_bytes(repeated, "little")
    return mixed.to_bytes(size, "little")
