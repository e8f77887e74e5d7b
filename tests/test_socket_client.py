"""The benchmarks' own WebSocket client: what a server may send, in whatever pieces it comes."""

import asyncio
import struct

import pytest

from bench.websocket import Socket, upgrade_request

AGREED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
FINAL, TEXT, CONTINUATION, CLOSE, PING = 0x80, 1, 0, 8, 9


class Wire(asyncio.Transport):
    """Keeps what the client sends."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []
        self.is_closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.sent.append(bytes(data))

    def close(self) -> None:
        self.is_closed = True

    def abort(self) -> None:
        self.is_closed = True


class Client:
    """A socket, and what it told."""

    def __init__(self) -> None:
        self.texts: list[bytes] = []
        self.closes: list[tuple[int, str]] = []
        self.opened = 0
        self.wire = Wire()
        self.socket = Socket(b"GET", self.texts.append, self._closed, self._opened)
        self.socket.connection_made(self.wire)

    def _closed(self, code: int, words: str) -> None:
        self.closes.append((code, words))

    def _opened(self) -> None:
        self.opened += 1

    def hear(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.socket.data_received(piece)


@pytest.fixture
def client() -> Client:
    client = Client()
    client.hear(AGREED)
    return client


def frame(first_byte: int, payload: bytes) -> bytes:
    """What a server sends: without a mask."""
    size = len(payload)
    if size < 126:
        return struct.pack(">BB", first_byte, size) + payload
    if size < 65536:
        return struct.pack(">BBH", first_byte, 126, size) + payload
    return struct.pack(">BBQ", first_byte, 127, size) + payload


def unmasked(message: bytes) -> tuple[int, bytes]:
    """The first byte and the payload of a short message that the client sent."""
    mask, payload = message[2:6], message[6:]
    return message[0], bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_a_message_of_any_length_is_heard_whole(client: Client, size: int) -> None:
    client.hear(frame(FINAL | TEXT, b"x" * size))

    assert client.texts == [b"x" * size]


def test_what_comes_byte_by_byte_is_heard_once(client: Client) -> None:
    stream = frame(FINAL | TEXT, b"one") + frame(FINAL | TEXT, b"y" * 300)
    client.hear(*(stream[at : at + 1] for at in range(len(stream))))

    assert client.texts == [b"one", b"y" * 300]


def test_a_message_in_pieces_is_put_together_though_a_ping_comes_between(client: Client) -> None:
    client.hear(frame(TEXT, b"in "), frame(CONTINUATION, b"three "), frame(FINAL | PING, b"there?"))
    assert client.texts == []
    client.hear(frame(FINAL | CONTINUATION, b"pieces"), frame(FINAL | TEXT, b"next"))

    assert client.texts == [b"in three pieces", b"next"]
    assert unmasked(client.wire.sent[-1]) == (0x8A, b"there?")


def test_a_close_is_told_once_with_its_code_and_answered(client: Client) -> None:
    client.hear(frame(FINAL | CLOSE, struct.pack(">H", 4403) + b"wrong role"))
    client.socket.connection_lost(None)

    assert client.closes == [(4403, "wrong role")]
    assert unmasked(client.wire.sent[-1]) == (0x88, struct.pack(">H", 4403))
    assert client.wire.is_closed


def test_a_close_without_a_code_and_a_connection_that_is_lost_are_told_apart() -> None:
    without_code, lost = Client(), Client()
    for client in (without_code, lost):
        client.hear(AGREED)
    without_code.hear(frame(FINAL | CLOSE, b""))
    lost.socket.connection_lost(ConnectionResetError("reset"))

    assert without_code.closes == [(1005, "")]
    assert lost.closes == [(1006, "connection lost: reset")]


def test_a_refused_handshake_says_what_was_answered() -> None:
    client = Client()
    client.hear(b"HTTP/1.1 403 Access denied\r\n\r\n")

    assert client.closes == [(1006, "no upgrade: HTTP/1.1 403 Access denied")]
    assert client.opened == 0


def test_whoever_hangs_up_hears_nothing_more(client: Client) -> None:
    client.socket.close()
    client.hear(frame(FINAL | TEXT, b"too late"))
    client.socket.connection_lost(None)

    assert (client.opened, client.texts, client.closes) == (1, [], [])


def test_the_request_names_the_host_and_the_origin_of_the_site() -> None:
    lines = upgrade_request("https://gate.example", "/ws/lanes/7/in/", "a=b").split(b"\r\n")

    assert lines[0] == b"GET /ws/lanes/7/in/ HTTP/1.1"
    assert {b"Host: gate.example", b"Origin: https://gate.example", b"Cookie: a=b"} <= {*lines}
