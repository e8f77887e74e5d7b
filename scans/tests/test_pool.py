"""The gathering of checks into batches. The test's own work waits until it is told to go on."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from scans import decode, pool
from scans.pool import Gatherer
from scans.tests.pictures import draw


class Writer:
    """Answers `X` with `x`, cannot bear `bad`, and waits at a gate."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.batches: list[list[str]] = []

    def __call__(self, items: Sequence[str]) -> list[str]:
        self.batches.append(list(items))
        assert self.gate.wait(30)
        if "bad" in items:
            raise ValueError(f"one of {len(items)}")
        return [item.upper() for item in items]


class Hints:
    """Counts what the dashboards are told."""

    def __init__(self) -> None:
        self.told = 0

    def __call__(self) -> None:
        self.told += 1


@pytest.fixture
def writer() -> Writer:
    return Writer()


@pytest.fixture
def hints() -> Hints:
    return Hints()


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as threads:
        yield threads


@pytest.fixture
def gatherer(writer: Writer, hints: Hints, executor: ThreadPoolExecutor) -> Gatherer[str, str]:
    return Gatherer(writer, executor=executor, largest=3, after=hints)


async def started(*questions: asyncio.Task[str]) -> None:
    """Let tasks run until each has asked. No clock: a task asks at its first turn."""
    await asyncio.sleep(0)


@pytest.fixture
async def busy(gatherer: Gatherer[str, str], writer: Writer) -> AsyncIterator[asyncio.Task[str]]:
    """A batch that is being worked on until the gate opens."""
    writer.gate.clear()
    first = asyncio.create_task(gatherer.ask("first"))
    while not writer.batches:
        await asyncio.sleep(0)
    yield first
    writer.gate.set()


async def test_a_lone_item_does_not_wait_for_company(
    gatherer: Gatherer[str, str], writer: Writer, hints: Hints
) -> None:
    assert await gatherer.ask("a") == "A"
    assert writer.batches == [["a"]]
    assert hints.told == 1


async def test_what_comes_meanwhile_is_one_batch(
    gatherer: Gatherer[str, str], writer: Writer, busy: asyncio.Task[str]
) -> None:
    waiting = [asyncio.create_task(gatherer.ask(item)) for item in "abc"]
    await started(*waiting)
    writer.gate.set()

    assert await asyncio.gather(busy, *waiting) == ["FIRST", "A", "B", "C"]
    assert writer.batches == [["first"], ["a", "b", "c"]]


async def test_a_batch_has_its_largest_size_and_keeps_the_order(
    gatherer: Gatherer[str, str], writer: Writer, busy: asyncio.Task[str]
) -> None:
    waiting = [asyncio.create_task(gatherer.ask(item)) for item in "abcdefg"]
    await started(*waiting)
    writer.gate.set()

    assert await asyncio.gather(*waiting) == list("ABCDEFG")
    assert writer.batches == [["first"], ["a", "b", "c"], ["d", "e", "f"], ["g"]]


async def test_an_item_that_fails_fails_alone(
    gatherer: Gatherer[str, str], writer: Writer, busy: asyncio.Task[str]
) -> None:
    waiting = [asyncio.create_task(gatherer.ask(item)) for item in ("a", "bad", "c")]
    await started(*waiting)
    writer.gate.set()
    a, bad, c = await asyncio.gather(*waiting, return_exceptions=True)

    assert (a, c) == ("A", "C")
    assert isinstance(bad, ValueError)
    assert writer.batches == [["first"], ["a", "bad", "c"], ["a"], ["bad"], ["c"]]


async def test_after_a_failure_it_works_on(gatherer: Gatherer[str, str], hints: Hints) -> None:
    with pytest.raises(ValueError, match="one of 1"):
        await gatherer.ask("bad")

    assert await gatherer.ask("a") == "A"
    assert hints.told == 1


async def test_who_does_not_wait_any_more_disturbs_nobody(
    gatherer: Gatherer[str, str], writer: Writer, busy: asyncio.Task[str]
) -> None:
    waiting = [asyncio.create_task(gatherer.ask(item)) for item in ("a", "b")]
    await started(*waiting)
    waiting[0].cancel()
    busy.cancel()
    await started(*waiting)
    writer.gate.set()

    assert await waiting[1] == "B"
    assert writer.batches == [["first"], ["a", "b"]], "it was sent in, so it is recorded"
    assert waiting[0].cancelled()


async def test_who_waits_no_more_for_an_item_that_fails_disturbs_nobody(
    gatherer: Gatherer[str, str], writer: Writer, busy: asyncio.Task[str]
) -> None:
    waiting = [asyncio.create_task(gatherer.ask(item)) for item in ("bad", "b")]
    await started(*waiting)
    waiting[0].cancel()
    await started(*waiting)
    writer.gate.set()

    assert await waiting[1] == "B"


# --- Decoding -------------------------------------------------------------------------------------


async def test_a_picture_is_decoded_off_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    names = []
    whole = decode.read

    def noting(image: bytes, **options: object) -> decode.Reading:
        names.append(threading.current_thread().name)
        return whole(image)

    monkeypatch.setattr("scans.pool.decoder.read", noting)
    reading, milliseconds = await pool.decode(draw("a code"), is_picture=False)

    assert [symbol.payload for symbol in reading.symbols] == ["a code"]
    assert milliseconds > 0
    assert names[0].startswith("decode")


async def test_a_busy_pool_takes_no_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """A frame that waits is worth more than another look at one that gave nothing."""
    asked: list[bool] = []

    def asking(image: bytes, *, go_on: object) -> decode.Reading:
        assert callable(go_on)
        asked.append(go_on())
        return decode.Reading([])

    monkeypatch.setattr("scans.pool.decoder.read", asking)
    monkeypatch.setattr("scans.pool.SECOND_LOOK_SECONDS", 1e9)
    monkeypatch.setattr("scans.pool.PICTURE_LOOK_SECONDS", 1e9)
    await pool.decode(b"alone", is_picture=False)
    monkeypatch.setattr("scans.pool._frames_in_flight", pool.DECODE_THREADS)
    await pool.decode(b"one of many", is_picture=False)
    await pool.decode(b"somebody chose it", is_picture=True)
    await pool.decode(b"a citizen chose it", is_picture=True, gives_way=True)

    assert asked == [True, False, True, False]


async def test_a_second_look_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def asking(image: bytes, *, go_on: object) -> decode.Reading:
        assert callable(go_on)
        asked.append(go_on())
        return decode.Reading([])

    monkeypatch.setattr("scans.pool.decoder.read", asking)
    monkeypatch.setattr("scans.pool.SECOND_LOOK_SECONDS", 0.0)
    monkeypatch.setattr("scans.pool.PICTURE_LOOK_SECONDS", 0.0)
    await pool.decode(b"a frame", is_picture=False)
    await pool.decode(b"a picture", is_picture=True)

    assert asked == [False, False]


async def test_a_frame_that_cannot_be_decoded_is_no_longer_in_flight() -> None:
    with pytest.raises(decode.DecodeError):
        await pool.decode(b"no image", is_picture=False)

    assert pool._frames_in_flight == 0
