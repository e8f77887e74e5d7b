"""A dashboard's socket: every scan as it is recorded, and the board of checkpoints."""

import asyncio
import logging

from django.utils import timezone
from msgspec import structs

from permits.roles import Role
from scans import oversight, pool, protocol, stats
from scans.consumers.guarded import GuardedConsumer
from scans.live.news import Seat, news_for
from scans.live.room import LiveRoom, room
from scans.protocol import ErrorMessage, Feed, Pong, ProtocolError
from scans.times import to_milliseconds

log = logging.getLogger(__name__)

# So many messages may be on their way to a page. One that falls behind is sent nothing, and then
# what has changed meanwhile: no more than a page gets that has just come.
MOST_ON_THEIR_WAY = 2


class DashboardConsumer(GuardedConsumer):
    """What the dashboard talks to. What it is told, the room has read (live/room.py)."""

    role = Role.SUPERVISOR
    _room: LiveRoom | None = None

    async def opened(self) -> None:
        self._seat: Seat | None = None  # until the page has said what it has
        self._asked: protocol.CatchUp | None = None
        self._is_behind = False
        self._woken = asyncio.Event()
        self._oversight = await pool.read(oversight.oversight_of_user, self.user_id)
        self._room = room()
        self._room.join(self._woken.set)
        self._sending = asyncio.create_task(self._send_on(self._room))

    async def closed(self) -> None:
        if self._room:
            self._sending.cancel()
            self._room.leave(self._woken.set)

    async def still_here(self) -> None:
        """A district given or taken away counts now."""
        before = self._oversight
        self._oversight = await pool.read(oversight.oversight_of_user, self.user_id)
        if self._asked and self._oversight != before:
            self._begin(structs.replace(self._asked, after=0))

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        try:
            message = protocol.parse_dashboard(text_data or "")
        except ProtocolError as error:
            await self.reply(ErrorMessage(error.code))  # type: ignore[arg-type]
            return
        if isinstance(message, protocol.Ping):
            if self._room and self._room.is_stale:  # the page says so, and comes again
                await self.close(protocol.CLOSE_CANNOT_READ)
                return
            await self.reply(Pong(message.sent_at, to_milliseconds(timezone.now())))
        elif isinstance(message, protocol.CatchUp):
            self._begin(message)
        elif self._seat:
            self._seat.on_their_way = max(0, self._seat.on_their_way - 1)
            self._woken.set()

    def _begin(self, asked: protocol.CatchUp) -> None:
        self._asked, self._is_behind = asked, True
        self._woken.set()

    async def _send_on(self, live: LiveRoom) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            if not live.is_ready:
                continue
            try:
                await self._send(live)
            except Exception as error:
                # The room wakes it again, at the latest when the database is back.
                log.error("a dashboard could not be told: %s", type(error).__name__)

    async def _send(self, live: LiveRoom) -> None:
        if self._asked and self._is_behind:
            self._is_behind = False  # it may be asked anew meanwhile
            try:
                self._seat = await self._catch_up(live, self._asked)
            except Exception:
                self._is_behind = True
                raise
        if self._seat and self._seat.on_their_way < MOST_ON_THEIR_WAY:
            text = news_for(self._seat, live)
            if text:
                self._seat.on_their_way += 1
                await self.send_text(text)

    async def _catch_up(self, live: LiveRoom, asked: protocol.CatchUp) -> Seat:
        """Send what the page has missed; where that is more than a feed holds, a feed anew."""
        seen = self._oversight.of_one(asked.checkpoint) if asked.checkpoint else self._oversight
        now = timezone.now()
        mark = live.mark()
        after = asked.after
        if after > await pool.read(stats.newest_row_id, now=now):  # of another database than this
            after = 0
        first = after - stats.overlap()
        rows = await pool.read(stats.feed_after, first, now=now, oversight=seen, lane_id=asked.lane)
        fresh = after == 0 or len(rows) == stats.FEED_LENGTH
        await self.reply(Feed(tuple(rows), fresh=fresh))
        had = frozenset(row.id for row in rows if mark.awaits(row.id))
        return Seat(seen, asked.lane, mark.arrived, had)
