"""A server process that is told to stop, seen from its sockets and requests."""

import asyncio
import threading
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import User
from django.utils import timezone

from checkpoint_site.asgi import routes
from checkpoint_site.draining import Draining, Event, Receive, Send
from scans import pool, protocol
from scans.models import Lane, Scan, Shift
from scans.tests.conftest import cookie_of, socket
from scans.times import to_milliseconds

COME_AGAIN = {"type": "websocket.close", "code": protocol.CLOSE_SERVICE_RESTART}


class Echo:
    """Answers each message with itself. It works on one for as long as `may_answer` is not set."""

    def __init__(self) -> None:
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.closed = 0

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self.may_answer.wait()
            await send({"type": "http.response.start", "status": 200})
            await send({"type": "http.response.body"})
            return
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            await self.may_answer.wait()
            await send({"type": "websocket.send", "text": message["text"]})
        self.closed += 1


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def process(echo: Echo) -> Draining:
    return Draining(echo, most_sockets=2, leave_seconds=0, stop_seconds=5)


async def opened(process: Draining) -> Any:
    page = WebsocketCommunicator(process, "/")
    connected, _ = await page.connect()
    assert connected
    return page


def talk(process: Draining, kind: str, *, path: str = "/") -> Any:
    """A server that has this to say to the process."""
    communicator: Any = ApplicationCommunicator
    return communicator(process, {"type": kind, "path": path})


async def until_closed(page: Any) -> list[Event]:
    """What comes up to the close; the page then confirms it, as a browser does."""
    heard = [await page.receive_output(timeout=5)]
    while heard[-1]["type"] != "websocket.close":
        heard.append(await page.receive_output(timeout=5))
    await page.send_input({"type": "websocket.disconnect", "code": heard[-1].get("code", 1000)})
    return heard


def texts(heard: list[Event]) -> list[str]:
    return [event["text"] for event in heard if event["type"] == "websocket.send"]


async def test_a_socket_where_nothing_happens_is_told_to_come_again_and_ends(
    process: Draining, echo: Echo
) -> None:
    page = await opened(process)
    draining = asyncio.create_task(process.drain())
    assert await until_closed(page) == [COME_AGAIN]
    await draining
    assert echo.closed == 1


async def test_what_had_arrived_is_answered_before_the_close_and_nothing_later(
    process: Draining, echo: Echo
) -> None:
    page = await opened(process)
    echo.may_answer.clear()
    for text in ("first", "second", "third"):
        await page.send_to(text)
    draining = asyncio.create_task(process.drain())
    assert await page.receive_nothing(timeout=0.1)
    echo.may_answer.set()
    heard = [await page.receive_output(timeout=5) for _ in range(2)]
    await page.send_to("late")
    heard += await until_closed(page)
    assert texts(heard) == ["first", "second", "third"]
    assert heard[-1] == COME_AGAIN
    await draining
    assert await page.receive_nothing()


async def test_a_socket_that_is_stuck_does_not_hold_up_the_end(echo: Echo) -> None:
    process = Draining(echo, most_sockets=2, leave_seconds=0, stop_seconds=0.05)
    page = await opened(process)
    echo.may_answer.clear()
    await page.send_to("never answered")
    await asyncio.wait_for(process.drain(), timeout=5)
    assert await page.receive_output() == COME_AGAIN


async def test_a_socket_that_opens_meanwhile_is_told_to_come_again(process: Draining) -> None:
    await process.drain()
    page = WebsocketCommunicator(process, "/")
    connected, _ = await page.connect()
    assert connected
    assert await page.receive_output() == COME_AGAIN


async def test_a_request_is_answered_before_the_end(process: Draining, echo: Echo) -> None:
    echo.may_answer.clear()
    request = talk(process, "http")
    await request.send_input({"type": "http.request"})
    await asyncio.sleep(0)
    draining = asyncio.create_task(process.drain())
    assert await request.receive_nothing(timeout=0.1)
    assert not draining.done()
    echo.may_answer.set()
    assert (await request.receive_output())["status"] == 200
    await asyncio.wait_for(draining, timeout=5)


async def status(process: Draining, path: str) -> int:
    request = talk(process, "http", path=path)
    await request.send_input({"type": "http.request"})
    answer: int = (await request.receive_output())["status"]
    return answer


async def test_a_proxy_that_asks_is_told_before_the_process_stops_listening(echo: Echo) -> None:
    process = Draining(echo, most_sockets=2, leave_seconds=0.2, stop_seconds=5)
    page = await opened(process)
    assert await status(process, "/readyz") == 200
    leaving = asyncio.create_task(process.leave())
    await asyncio.sleep(0)
    assert await status(process, "/readyz") == 503
    assert await status(process, "/") == 200
    await page.send_to("still served")
    assert await page.receive_from() == "still served"
    assert not leaving.done()
    await leaving


async def test_one_socket_too_many_is_refused_and_there_is_room_when_another_has_gone(
    process: Draining,
) -> None:
    first, _second = [await opened(process) for _ in range(2)]
    third = WebsocketCommunicator(process, "/")
    connected, _ = await third.connect()
    assert not connected
    await first.disconnect()
    await opened(process)


async def test_a_server_of_the_asgi_standard_is_answered_when_all_is_done(
    process: Draining,
) -> None:
    page = await opened(process)
    server = talk(process, "lifespan")
    await server.send_input({"type": "lifespan.startup"})
    assert await server.receive_output() == {"type": "lifespan.startup.complete"}
    await server.send_input({"type": "lifespan.shutdown"})
    assert await until_closed(page) == [COME_AGAIN]
    assert await server.receive_output(timeout=5) == {"type": "lifespan.shutdown.complete"}


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
async def test_a_check_on_its_way_is_recorded_and_answered_and_the_lane_left(
    river_lane: Lane, officer: User, code: str
) -> None:
    process = Draining(routes, most_sockets=2, leave_seconds=0, stop_seconds=5)
    cookie = await sync_to_async(cookie_of)(officer)
    page = socket(f"/ws/lanes/{river_lane.pk}/in/", cookie=cookie, to=process)
    assert (await page.connect(timeout=5))[0]
    assert (await page.receive_json_from(timeout=5))["type"] == "shift"

    writer_may_go_on = threading.Event()
    held_up = asyncio.create_task(pool.write(writer_may_go_on.wait))
    scan_id = str(uuid4())
    captured_at = to_milliseconds(timezone.now())
    await page.send_json_to(
        {"type": "check", "payload": code, "scan_id": scan_id, "captured_at": captured_at}
    )
    draining = asyncio.create_task(process.drain())
    assert await page.receive_nothing(timeout=0.1)
    writer_may_go_on.set()
    await held_up

    verdict = await page.receive_json_from(timeout=5)
    assert (verdict["type"], verdict["scan_id"]) == ("verdict", scan_id)
    assert await until_closed(page) == [COME_AGAIN]
    await draining
    assert [str(scan.scan_id) async for scan in Scan.objects.all()] == [scan_id]
    assert [shift.left_at is not None async for shift in Shift.objects.all()] == [True]
