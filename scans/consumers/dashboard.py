"""A dashboard's socket: every scan as it is recorded, and the checkpoints' totals."""

import asyncio
import logging
import time
from contextlib import suppress
from typing import Any

from django.utils import timezone

from permits.roles import Role
from scans import events, pool, protocol, replica, stats
from scans.consumers.guarded import GuardedConsumer
from scans.protocol import ErrorMessage, Feed, FeedRow, Pong, ProtocolError, Totals
from scans.times import to_milliseconds

log = logging.getLogger(__name__)

# Totals change by themselves, as scans leave the last minute: they are sent at least this often.
LONGEST_PAUSE_SECONDS = 5.0
# And no more often than this, or than a tenth of the time would go into reading them.
SHORTEST_PAUSE_SECONDS = 0.2
SHARE_OF_TIME = 0.1


class DashboardConsumer(GuardedConsumer):
    """What the dashboard talks to.

    A hint that something is new only wakes it: what it sends is read from the database, from the
    last row that it sent on. So a lost hint delays a row, and loses none.
    """

    role = Role.SUPERVISOR

    def groups_heard(self) -> tuple[str, ...]:
        return (events.DASHBOARDS,)

    async def opened(self) -> None:
        self._last_row: int | None = None  # until the page has said what it has
        self._sent: set[int] = set()  # of the latest rows, those that the page has
        self._woken = asyncio.Event()
        self._last_totals: Totals | None = None
        self._sending = asyncio.create_task(self._send_news())

    async def closed(self) -> None:
        self._sending.cancel()

    async def something_new(self, event: dict[str, Any]) -> None:
        """A hint from events.py."""
        self._woken.set()
        if replica.is_configured():  # what is new may be on its way there
            loop = asyncio.get_running_loop()
            loop.call_later(replica.CATCHES_UP_SECONDS, self._woken.set)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        try:
            message = protocol.parse_dashboard(text_data or "")
        except ProtocolError as error:
            await self.reply(ErrorMessage(error.code))  # type: ignore[arg-type]
            return
        if isinstance(message, protocol.Ping):
            await self.reply(Pong(message.sent_at, to_milliseconds(timezone.now())))
            return
        await self._catch_up(message.after)

    async def _catch_up(self, after: int) -> None:
        """Send what the page has missed; where that is more than a feed holds, a feed anew."""
        newest = await pool.read(stats.newest_row_id, now=timezone.now())
        if after > newest:  # of another database than this one
            after = 0
        rows = await self._rows_after(after)
        fresh = after == 0 or len(rows) == stats.FEED_LENGTH
        self._sent = {row.id for row in rows}
        self._last_row = rows[-1].id if rows else after
        await self.reply(Feed(tuple(rows), fresh=fresh))
        self._last_totals = None
        self._woken.set()

    async def _send_news(self) -> None:
        while True:
            await self._wait()
            started = time.monotonic()
            try:
                await self._send_rows()
                await self._send_totals()
            except Exception as error:
                log.error("a dashboard could not be told: %s", type(error).__name__)
            spent = time.monotonic() - started
            await asyncio.sleep(max(SHORTEST_PAUSE_SECONDS, spent / SHARE_OF_TIME))

    async def _wait(self) -> None:
        # Not asyncio.wait_for: before Python 3.12 it may swallow the cancelling of this task, where
        # the hint comes in the same moment, and the task would run as long as the server.
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_PAUSE_SECONDS):
                await self._woken.wait()
        self._woken.clear()

    async def _send_rows(self) -> None:
        if self._last_row is None:
            return
        rows = await self._rows_after(self._last_row)
        news = [row for row in rows if row.id not in self._sent]
        self._sent = {row.id for row in rows}
        if news:
            self._last_row = max(self._last_row, news[-1].id)
            await self.reply(Feed(tuple(news), fresh=False))

    async def _rows_after(self, row_id: int) -> list[FeedRow]:
        """Later rows, and such before it as may not have been visible."""
        first = row_id - stats.overlap()
        return await pool.read(stats.feed_after, first, now=timezone.now())

    async def _send_totals(self) -> None:
        totals = Totals(await pool.read(stats.totals, timezone.now()))
        if totals != self._last_totals:
            self._last_totals = totals
            await self.reply(totals)
