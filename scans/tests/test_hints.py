"""Hints may be lost, but they break nothing and come again by themselves."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer

from scans import hints
from scans.hints import Announcer, Hint

HINT: Hint = {"type": "something.new"}


class Layer(InMemoryChannelLayer):
    """The memory layer, until it is away or hangs."""

    def __init__(self) -> None:
        super().__init__()
        self.is_away = False
        self.hangs = False
        self.sent = 0

    async def new_channel(self, prefix: str = "specific") -> Any:
        if self.is_away:
            raise ConnectionError
        return await super().new_channel(prefix)

    async def group_send(self, group: str, message: Any) -> None:
        self.sent += 1
        if self.is_away:
            raise ConnectionError
        if self.hangs:
            await asyncio.Event().wait()
        await super().group_send(group, message)


@pytest.fixture(autouse=True)
def layer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Layer]:
    layer = Layer()
    monkeypatch.setattr(hints, "get_channel_layer", lambda: layer)
    monkeypatch.setattr(hints, "TELL_SECONDS", 0.05)
    monkeypatch.setattr(hints, "LISTEN_AGAIN_SECONDS", 0.0)
    return layer


class Listener:
    """Notes what it hears."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[Hint] = asyncio.Queue()
        self.task = asyncio.create_task(hints.listen(["room"], self._hear))

    async def _hear(self, hint: Hint) -> None:
        await self.heard.put(hint)
        if "fault" in hint:
            raise ValueError

    async def hears(self, hint: Hint) -> None:
        """Tell until it is heard: to listen takes a turn of the loop."""
        while self.heard.empty():
            await hints.tell("room", hint)
            await asyncio.sleep(0)
        assert await self.heard.get() == hint

    async def stop(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


async def test_who_listens_hears(layer: Layer) -> None:
    listener = Listener()
    await listener.hears(HINT)
    await listener.stop()
    assert layer.groups == {}, "who stopped is forgotten"


async def test_a_layer_that_is_away_breaks_neither_side(layer: Layer) -> None:
    layer.is_away = True
    listener = Listener()
    await hints.tell("room", HINT)
    layer.is_away = False
    await listener.hears(HINT)
    await listener.stop()


async def test_a_listener_s_own_fault_does_not_make_it_deaf() -> None:
    listener = Listener()
    await listener.hears({"type": "something.new", "fault": True})
    await listener.hears(HINT)
    await listener.stop()


async def test_a_cancelling_that_the_layer_swallows_is_not_lost(
    layer: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a client of Redis does while it connects. The task would run as long as the server."""
    whole, connecting = layer.new_channel, asyncio.Event()

    async def swallow(prefix: str = "specific") -> Any:
        connecting.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        return await whole(prefix)

    monkeypatch.setattr(layer, "new_channel", swallow)
    listener = Listener()
    await connecting.wait()
    listener.task.cancel()
    await asyncio.wait([listener.task], timeout=10)
    assert listener.task.cancelled()
    assert layer.groups == {}


async def test_a_layer_that_hangs_is_given_up(layer: Layer) -> None:
    layer.hangs = True
    await asyncio.wait_for(hints.tell("room", HINT), 10)
    assert layer.sent == 1


async def test_many_news_are_told_once_at_a_time(layer: Layer) -> None:
    announcer = Announcer("room", HINT, pause_seconds=0.0)
    for _news in range(50):
        announcer.announce()
    assert announcer._telling is not None
    await announcer._telling
    assert layer.sent == 1
    announcer.announce()
    await announcer._telling
    assert layer.sent == 2
