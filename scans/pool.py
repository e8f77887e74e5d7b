"""Executors for decoding and for the database, and the gathering of checks into batches.

Decoding releases the interpreter's lock, so it has a thread for each core. Checks of all lanes go
to one writer: while it works on a batch the next checks gather, so a busy server pays for one
transaction and one fsync where it would pay for thirty, and a lone check never waits for company.
"""

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Generic, ParamSpec, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.utils import timezone

from scans import decode as decoder
from scans import events, metrics, observed, partitions
from scans.check import Answer, check_batch
from scans.decode import Reading
from scans.evidence import CheckRequest

Item = TypeVar("Item")
Reply = TypeVar("Reply")
Result = TypeVar("Result")
Arguments = ParamSpec("Arguments")

LARGEST_BATCH = 128
# How long a second look may take, and only while no other frame waits for a thread.
SECOND_LOOK_SECONDS = 0.030
PICTURE_LOOK_SECONDS = 2.0

DECODE_THREADS = settings.DECODE_THREADS or os.cpu_count() or 1
decode_threads = ThreadPoolExecutor(DECODE_THREADS, thread_name_prefix="decode")
# SQLite has one writer at a time; more threads would only wait for each other's lock.
writer_thread = ThreadPoolExecutor(1, thread_name_prefix="database-writer")
reader_threads = ThreadPoolExecutor(2, thread_name_prefix="database-reader")


class Gatherer(Generic[Item, Reply]):
    """Hands items to `work` in batches: all that came while the last batch was worked on.

    `after` is called after each. A batch that fails is worked on again item by item, so that one
    bad item fails alone.
    """

    def __init__(
        self,
        work: Callable[[Sequence[Item]], list[Reply]],
        *,
        executor: Executor,
        largest: int,
        after: Callable[[], None],
    ) -> None:
        self._work = work
        self._after = after
        self._executor = executor
        self._largest = largest
        self._waiting: list[tuple[Item, asyncio.Future[Reply]]] = []
        self._running: asyncio.Task[None] | None = None

    async def ask(self, item: Item) -> Reply:
        """The reply to one item. Raises what `work` raises for it."""
        reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, reply))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())
        return await reply

    async def _run(self) -> None:
        while self._waiting:
            metrics.CHECKS_WAITING.set(len(self._waiting))
            batch = self._waiting[: self._largest]
            del self._waiting[: self._largest]
            await self._do(batch)
        metrics.CHECKS_WAITING.set(0)

    async def _do(self, batch: list[tuple[Item, asyncio.Future[Reply]]]) -> None:
        items = [item for item, _reply in batch]
        loop = asyncio.get_running_loop()
        try:
            replies = await loop.run_in_executor(self._executor, self._work, items)
        except Exception as error:
            await self._do_one_by_one(batch, error)
            return
        for (_item, waiting), reply in zip(batch, replies, strict=True):
            if not waiting.done():  # the socket may have gone
                waiting.set_result(reply)
        self._after()

    async def _do_one_by_one(
        self, batch: list[tuple[Item, asyncio.Future[Reply]]], error: Exception
    ) -> None:
        """Find the item that fails; but where the database itself is away, let all fail at once."""
        still_wanted = [one for one in batch if not one[1].done()]
        if len(batch) == 1 or isinstance(error, OperationalError):
            for _item, reply in still_wanted:
                _fail(reply, error)
        else:
            for one in still_wanted:
                await self._do([one])


def _fail(waiting: "asyncio.Future[Reply]", error: Exception) -> None:
    if not waiting.done():
        waiting.set_exception(error)


def _with_connection(work: Callable[[], Result]) -> Result:
    """Run in a thread that uses the database: its connection goes back to the pool, or is kept."""
    try:
        return work()
    finally:
        close_old_connections()


def _check_in_database_thread(requests: Sequence[CheckRequest]) -> list[Answer]:
    """Check a batch; once more where the connection was lost.

    Whether the first try was committed nobody knows then, and nobody has to: a scan_id that is
    recorded gets its recorded answer.
    """
    _with_connection(lambda: partitions.keep_ahead(timezone.now()))
    try:
        return _with_connection(lambda: check_batch(requests))
    except (OperationalError, InterfaceError):
        if connection.vendor != "postgresql":
            raise  # a file has no connection to lose
        # The others in the pool are as old as the one that was lost, and may end in a moment.
        connection.pool.drain()  # type: ignore[attr-defined]
        return _with_connection(lambda: check_batch(requests))


_checks: Gatherer[CheckRequest, Answer] = Gatherer(
    _check_in_database_thread, executor=writer_thread, largest=LARGEST_BATCH, after=events.publish
)


async def check(request: CheckRequest) -> Answer:
    """Check one payload together with whatever else is waiting. Raises what check_batch raises."""
    return await _checks.ask(request)


async def read(
    work: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Result:
    """Run a function that reads the database."""
    return await _run_with_connection(reader_threads, work, *args, **kwargs)


async def write(
    work: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Result:
    """Run a function that writes to the database, between two batches."""
    return await _run_with_connection(writer_thread, work, *args, **kwargs)


async def _run_with_connection(
    executor: Executor,
    work: Callable[Arguments, Result],
    *args: Arguments.args,
    **kwargs: Arguments.kwargs,
) -> Result:
    def run() -> Result:
        return _with_connection(lambda: work(*args, **kwargs))

    return await asyncio.get_running_loop().run_in_executor(executor, run)


_frames_in_flight = 0  # changed on the event loop alone


@observed.decoding
async def decode(
    image: bytes, *, is_picture: bool, gives_way: bool = False
) -> tuple[Reading, float]:
    """What a picture gave, and the milliseconds that it took. Raises DecodeError.

    A camera sends another frame at once, so its second look is short and gives way to frames that
    wait; a picture that somebody chose is looked at until every look was tried. With `gives_way`
    that too ends as soon as a frame waits: what the public sends holds up no lane.
    """
    global _frames_in_flight
    seconds = PICTURE_LOOK_SECONDS if is_picture else SECOND_LOOK_SECONDS

    def run() -> tuple[Reading, float]:
        started = time.perf_counter()

        def go_on() -> bool:
            in_time = time.perf_counter() - started < seconds
            insists = is_picture and not gives_way
            return in_time and (insists or _frames_in_flight <= DECODE_THREADS)

        reading = decoder.read(image, go_on=go_on)
        return reading, (time.perf_counter() - started) * 1000

    _frames_in_flight += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(decode_threads, run)
    finally:
        _frames_in_flight -= 1
