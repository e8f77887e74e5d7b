"""Clients' sockets at the server processes of a site."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from tests.browser.site import Site

PATIENCE_SECONDS = 20  # what never comes is a failure, not a hanging run


class Socket:
    """A client's socket at one of the processes."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._waiting: list[dict[str, Any]] = []  # one text may hold several messages

    async def send(self, message: dict[str, Any] | bytes) -> None:
        await self._connection.send(message if isinstance(message, bytes) else json.dumps(message))

    async def next_of(self, kind: str) -> dict[str, Any]:
        """The next message of a type."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                while not self._waiting:
                    messages = json.loads(await self._connection.recv())
                    self._waiting += messages if isinstance(messages, list) else [messages]
                message: dict[str, Any] = self._waiting.pop(0)
                if message["type"] == "board":
                    await self.send({"type": "got", "version": message["version"]})
                if message["type"] == kind:
                    return message

    async def closed(self) -> int | None:
        """Wait until the server closes, and return its code."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._connection.wait_closed()
        return self._connection.close_code


Open = Callable[[int, str, str], Awaitable[Socket]]


class Sockets:
    """Opens them, and closes them all in the end."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._opened: list[ClientConnection] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        for connection in self._opened:
            await connection.close()

    async def open(self, process: int, path: str, cookie: str) -> Socket:
        """Open a socket at process 0, 1 or 2 with a login's cookie."""
        address = self._site.addresses[process]
        connection = await connect(
            address.replace("http", "ws") + path,
            origin=Origin(address),
            additional_headers={"Cookie": cookie},
            max_size=None,
            close_timeout=1,
        )
        self._opened.append(connection)
        return Socket(connection)
