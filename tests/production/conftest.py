"""Several server processes on one PostgreSQL and one Redis, as in production."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.browser.site import Site

PROCESSES = 3
PATIENCE_SECONDS = 20  # what never comes is a failure, not a hanging run


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Three processes, each on a port of its own, so that a test can choose one."""
    with Site(tmp_path_factory.mktemp("site"), processes=PROCESSES, share_port=False) as site:
        yield site


class Socket:
    """A client's socket at one of the processes."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    async def send(self, message: dict[str, Any] | bytes) -> None:
        await self._connection.send(message if isinstance(message, bytes) else json.dumps(message))

    async def next_of(self, kind: str) -> dict[str, Any]:
        """The next message of a type."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                message: dict[str, Any] = json.loads(await self._connection.recv())
                if message["type"] == kind:
                    return message

    async def closed(self) -> int | None:
        """Wait until the server closes, and return its code."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._connection.wait_closed()
        return self._connection.close_code


Open = Callable[..., Any]


@pytest.fixture
async def open_socket(site: Site) -> AsyncIterator[Open]:
    """Open a socket at process 0, 1 or 2 with a login's cookie."""
    opened: list[ClientConnection] = []

    async def open_one(process: int, path: str, cookie: str) -> Socket:
        address = site.addresses[process]
        connection = await connect(
            address.replace("http", "ws") + path,
            origin=address,  # type: ignore[arg-type]  # a NewType of str
            additional_headers={"Cookie": cookie},
            max_size=None,
            close_timeout=1,
        )
        opened.append(connection)
        return Socket(connection)

    yield open_one
    for connection in opened:
        await connection.close()
