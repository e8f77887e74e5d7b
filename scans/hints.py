"""What processes and sockets tell each other: hints, which may be lost. Truth is in the database.

They travel in the channel layer: in this process's memory, or through Redis to all processes. While
Redis is away nobody waits for it and nothing fails; what a hint would have said at once is then
found out by whoever looks again, within seconds.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

log = logging.getLogger(__name__)

Hint = dict[str, Any]

TELL_SECONDS = 1.0
LISTEN_AGAIN_SECONDS = 1.0


async def tell(group: str, hint: Hint) -> None:
    """Send a hint to all who listen to a group. Never raises."""
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        async with asyncio.timeout(TELL_SECONDS):
            await layer.group_send(group, hint)
    except Exception as error:
        log.warning("a hint was lost: %s", type(error).__name__)


def tell_from_thread(group: str, hint: Hint) -> None:
    """The same, from code that is not async."""
    async_to_sync(tell)(group, hint)


async def listen(groups: Sequence[str], heard: Callable[[Hint], Awaitable[None]]) -> None:
    """Call `heard` for each hint to these groups, until cancelled, past every failure."""
    while True:
        try:
            await _listen_once(groups, heard)
        except Exception as error:
            log.warning("hints are not heard for a moment: %s", type(error).__name__)
        await asyncio.sleep(LISTEN_AGAIN_SECONDS)


async def _listen_once(groups: Sequence[str], heard: Callable[[Hint], Awaitable[None]]) -> None:
    layer = get_channel_layer()
    if layer is None:
        return
    channel = await layer.new_channel()
    try:
        for group in groups:
            await layer.group_add(group, channel)
        _end_if_cancelled()
        while True:
            await heard(await layer.receive(channel))
    finally:
        with suppress(Exception):
            async with asyncio.timeout(TELL_SECONDS):
                for group in groups:
                    await layer.group_discard(group, channel)


def _end_if_cancelled() -> None:
    """A client of Redis swallows the cancelling that comes while it connects: be told again."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


class Announcer:
    """Tells a group the same hint again and again, but not more often than anybody reads it."""

    def __init__(self, group: str, hint: Hint, *, pause_seconds: float) -> None:
        self._group = group
        self._hint = hint
        self._pause = pause_seconds
        self._is_news = False
        self._telling: asyncio.Task[None] | None = None

    def announce(self) -> None:
        """There is something to tell. Returns at once."""
        self._is_news = True
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        while self._is_news:
            self._is_news = False
            await tell(self._group, self._hint)
            await asyncio.sleep(self._pause)
