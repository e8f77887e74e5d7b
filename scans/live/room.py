"""What all dashboards of a process are told, read from the database once for all of them.

A hint that something is new only wakes it: what it tells is read from the database, from the last
row that it has. So a lost hint delays a row, and loses none. It reads while a dashboard is open.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from weakref import WeakKeyDictionary

from django.utils import timezone

from scans import events, hints, pool, replica, stats
from scans.live.board import Board, Counted
from scans.live.surroundings import SurroundingsReader
from scans.protocol import AlertNow, FeedRow
from scans.times import to_milliseconds

log = logging.getLogger(__name__)

# What is shown changes by itself, as scans leave the last minute: it is read at least this often.
LONGEST_PAUSE_SECONDS = 5.0
# And no more often than this, nor than a quarter of the time would go into reading it; but after a
# slow reading not so late that too much has come for the next to be quick.
SHORTEST_PAUSE_SECONDS = 0.2
LONGEST_REST_SECONDS = 1.0
SHARE_OF_TIME = 0.25
# A check that comes meanwhile waits for so many rows to be renewed, or pages to be written to.
ROWS_AT_ONCE = 50
TOLD_AT_ONCE = 5
# A room that could read nothing for so long has nothing to say about now.
STALE_SECONDS = 20.0
# Of more scans at once than this the rest is counted anew.
MOST_NEWS = 5000


@dataclass(frozen=True, slots=True)
class Mark:
    """How many scans had come to the room, and which these were as far as others may still come."""

    arrived: int
    last_row: int | None
    first: int
    seen: frozenset[int]

    def awaits(self, row_id: int) -> bool:
        """Whether this row was still to come then."""
        return self.last_row is None or (row_id > self.first and row_id not in self.seen)


class LiveRoom:
    """The board and the latest scans of everywhere, for the dashboards of one event loop."""

    def __init__(self) -> None:
        self.board = Board()
        self.alerts: tuple[AlertNow, ...] = ()
        # The latest scans as they came; `arrived` is the number of the last.
        self.rows: deque[FeedRow] = deque(maxlen=MOST_NEWS)
        self.arrived = 0
        self.is_ready = False
        self.told_at = 0
        # What was written for one dashboard serves all that are as far as it is, in this `state`.
        self.texts: dict[Hashable, str] = {}
        self._listeners: set[Callable[[], None]] = set()
        self._woken = asyncio.Event()
        self._tasks: tuple[asyncio.Task[None], ...] = ()
        self._alerts_version = 0
        self._read_at = time.monotonic()
        self._last_row: int | None = None
        self._seen: frozenset[int] = frozenset()
        self._around = SurroundingsReader()

    def join(self, listener: Callable[[], None]) -> None:
        """Call it whenever there is something to tell."""
        self._listeners.add(listener)
        if not self._tasks:
            self._tasks = (
                asyncio.create_task(self._read_on()),
                asyncio.create_task(hints.listen((events.DASHBOARDS,), self._heard)),
            )

    def leave(self, listener: Callable[[], None]) -> None:
        """The last one ends the reading."""
        self._listeners.discard(listener)
        if not self._listeners:
            for task in self._tasks:
                task.cancel()
            _rooms.pop(asyncio.get_running_loop(), None)

    @property
    def is_stale(self) -> bool:
        """Whether what it last read is too old to be shown as what there is."""
        return time.monotonic() - self._read_at > STALE_SECONDS

    @property
    def state(self) -> tuple[int, int, int]:
        """Of what there is to tell: another one when any of it is."""
        return self.board.version, self.arrived, self._alerts_version

    def mark(self) -> "Mark":
        """How far the room is at this moment."""
        return Mark(self.arrived, self._last_row, self._first(), self._seen)

    def rows_after(self, number: int) -> list[FeedRow]:
        """The scans that came after so many had come; of very many the latest."""
        missed = min(self.arrived - number, len(self.rows))
        return list(islice(reversed(self.rows), missed))[::-1]

    async def _heard(self, hint: hints.Hint) -> None:
        self._woken.set()
        if replica.is_configured():  # what is new may be on its way there
            loop = asyncio.get_running_loop()
            loop.call_later(replica.CATCHES_UP_SECONDS, self._woken.set)

    async def _read_on(self) -> None:
        while True:
            started = time.monotonic()
            try:
                await self._read()
            except Exception as error:
                log.error("the dashboards could not be told: %s", type(error).__name__)
            else:
                self.is_ready = True
                self._read_at = time.monotonic()
                await self._tell()
            spent = time.monotonic() - started
            rest = min(LONGEST_REST_SECONDS, spent / SHARE_OF_TIME - spent)
            await asyncio.sleep(max(SHORTEST_PAUSE_SECONDS, rest))
            await self._wait()

    async def _wait(self) -> None:
        # Not asyncio.wait_for: before Python 3.12 it may swallow the cancelling of this task, where
        # the hint comes in the same moment, and the task would run as long as the server.
        with suppress(TimeoutError):
            async with asyncio.timeout(self._longest_pause()):
                await self._woken.wait()
        self._woken.clear()

    def _longest_pause(self) -> float:
        """What was given as it had been a moment before may have changed since."""
        return min(self._around.seconds_left or LONGEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS)

    async def _read(self) -> None:
        now = timezone.now()
        if self._last_row is None:
            await self._begin()
        else:
            await self._read_news()
        around = await pool.read(self._around.read, now)
        self.board.surround(around)
        if around.alerts != self.alerts:
            self.alerts = around.alerts
            self._alerts_version += 1
        self.told_at = to_milliseconds(timezone.now())
        while self.board.advance(self.told_at, most=ROWS_AT_ONCE):
            await asyncio.sleep(0)
        self.texts.clear()

    async def _tell(self) -> None:
        """A few at a time: between them this loop has checks to answer."""
        listeners = iter(list(self._listeners))
        while some := list(islice(listeners, TOLD_AT_ONCE)):
            for listener in some:
                listener()
            await asyncio.sleep(0)

    async def _begin(self) -> None:
        now = timezone.now()
        newest = await pool.read(stats.newest_row_id, now=now)
        rows = await self._count_anew(newest - stats.overlap())
        self._last_row = newest
        self._seen = frozenset(row.id for row in rows)
        self._take([row for row in rows if row.id > newest])

    async def _read_news(self) -> None:
        rows = await pool.read(stats.feed_after, self._first(), now=timezone.now(), most=MOST_NEWS)
        news = [row for row in rows if row.id not in self._seen]
        if len(rows) == MOST_NEWS:  # there may be more
            rows = await self._count_anew(self._first())
            news = [row for row in rows if row.id not in self._seen]
        else:
            self.board.count(
                Counted(row.checkpoint_id, row.recorded_at, row.outcome, row.elapsed_ms)
                for row in news
            )
        # A replica may be behind the database that was read before: what it lacks comes again.
        still = (row_id for row_id in self._seen if row_id > self._first())
        self._seen = frozenset(row.id for row in rows) | frozenset(still)
        self._take(news)

    async def _count_anew(self, first: int) -> list[FeedRow]:
        """Returns the latest rows as they were in the same moment, those after `first`."""
        rows, hour = await pool.read(stats.rows_and_hour, first, now=timezone.now(), most=MOST_NEWS)
        self.board.recount(hour)
        return rows

    def _first(self) -> int:
        """Before the last row there may be such as were not visible when it was read."""
        return (self._last_row or 0) - stats.overlap()

    def _take(self, news: list[FeedRow]) -> None:
        if news:
            self._last_row = max(self._last_row or 0, news[-1].id)
            self.rows.extend(news)
            self.arrived += len(news)


_rooms: "WeakKeyDictionary[asyncio.AbstractEventLoop, LiveRoom]" = WeakKeyDictionary()


def room() -> LiveRoom:
    """The room of this event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _rooms:
        _rooms[loop] = LiveRoom()
    return _rooms[loop]
