"""When Daphne stops to read from a client, and when it goes on."""

import asyncio
from typing import Any

import pytest

from checkpoint_site import flow_control
from checkpoint_site.flow_control import LARGE_BYTES, MOST_WAITING, Reading

SMALL = 100


class Client:
    """What Reading sees of a socket: a transport that it pauses, and the messages that wait."""

    def __init__(self) -> None:
        self.is_read = True
        self.is_cut_off = False
        self.application_queue: asyncio.Queue[int] = asyncio.Queue()
        self.transport = self

    def pauseProducing(self) -> None:  # noqa: N802 Twisted's names
        self.is_read = False

    def resumeProducing(self) -> None:  # noqa: N802
        self.is_read = True

    def dropConnection(self, abort: bool) -> None:  # noqa: N802
        self.is_cut_off = abort


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.fixture
async def reading(client: Client, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(flow_control, "LOOK_AGAIN_SECONDS", 0.0)
    socket: Any = client
    return Reading(socket)


def send(reading: Reading, client: Client, messages: int, size: int = SMALL) -> None:
    for number in range(messages):
        client.application_queue.put_nowait(number)
        reading.heard(size, client.application_queue.qsize())


async def until_read(client: Client) -> None:
    async with asyncio.timeout(20):
        while not client.is_read:
            await asyncio.sleep(0)


async def test_so_many_messages_may_wait_and_one_more_makes_the_client_wait(
    reading: Reading, client: Client
) -> None:
    send(reading, client, MOST_WAITING - 1)
    assert client.is_read
    send(reading, client, 1)
    assert not client.is_read


async def test_of_large_messages_fewer_may_wait(reading: Reading, client: Client) -> None:
    send(reading, client, 2, size=LARGE_BYTES)
    assert client.is_read
    client.application_queue = asyncio.Queue()
    send(reading, client, 1, size=LARGE_BYTES + 1)
    assert client.is_read
    send(reading, client, 1, size=LARGE_BYTES + 1)
    assert not client.is_read


async def test_it_is_read_from_again_when_all_are_handled(reading: Reading, client: Client) -> None:
    send(reading, client, MOST_WAITING)
    for _message in range(MOST_WAITING - 1):
        client.application_queue.get_nowait()
    for _turn in range(20):
        await asyncio.sleep(0)
    assert not client.is_read
    client.application_queue.get_nowait()
    await until_read(client)


async def test_a_client_that_does_not_read_is_not_read_from(
    reading: Reading, client: Client
) -> None:
    reading.pauseProducing()
    assert not client.is_read
    reading.resumeProducing()
    assert client.is_read
    reading.stopProducing()


async def test_both_must_be_over(reading: Reading, client: Client) -> None:
    send(reading, client, MOST_WAITING)
    reading.pauseProducing()
    reading.resumeProducing()
    assert not client.is_read, "its messages still wait"
    reading.pauseProducing()
    client.application_queue = asyncio.Queue()
    for _turn in range(20):
        await asyncio.sleep(0)
    assert not client.is_read, "it still does not read"
    reading.resumeProducing()
    await until_read(client)


async def test_a_client_that_goes_on_not_reading_is_cut_off(
    reading: Reading, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow_control, "UNREAD_SECONDS", 0.0)
    reading.pauseProducing()
    reading.resumeProducing()
    for _turn in range(20):
        await asyncio.sleep(0)
    assert not client.is_cut_off, "it has read in time"
    reading.pauseProducing()
    async with asyncio.timeout(20):
        while not client.is_cut_off:
            await asyncio.sleep(0)


async def test_nothing_is_done_to_a_client_that_has_gone(
    reading: Reading, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow_control, "UNREAD_SECONDS", 0.0)
    send(reading, client, MOST_WAITING)
    reading.pauseProducing()
    reading.stopProducing()
    client.application_queue = asyncio.Queue()
    for _turn in range(20):
        await asyncio.sleep(0)
    assert (client.is_read, client.is_cut_off) == (False, False)
