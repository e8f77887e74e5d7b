"""What one process knows, the others know too."""

import asyncio
import time
from typing import Any
from uuid import UUID

import pytest

from scans.protocol import CLOSE_NOT_LOGGED_IN, BoardRow, pack_frame
from scans.scan_ids import new_scan_id
from scans.tests.pictures import draw
from scans.times import from_milliseconds
from tests.browser.site import Site
from tests.production.login import Login
from tests.production.sockets import Open


def now_ms() -> int:
    return int(time.time() * 1000)


def check(payload: str, scan_id: UUID | None = None) -> dict[str, object]:
    at = now_ms()
    made = scan_id or new_scan_id(from_milliseconds(at))
    return {"type": "check", "payload": payload, "scan_id": str(made), "captured_at": at}


def frame(payload: str, seq: int = 1) -> bytes:
    return pack_frame(seq=seq, captured_at=now_ms(), image=draw(payload))


@pytest.fixture(scope="module")
def lane(site: Site) -> int:
    return int(site.ask("Lane.objects.first().pk"))


def scans_of(site: Site, *scan_ids: str) -> int:
    return int(site.ask(f"Scan.objects.filter(scan_id__in={list(scan_ids)}).count()"))


async def test_a_code_in_view_is_one_scan_though_the_page_came_back_to_another_process(
    site: Site, open_socket: Open, lane: int
) -> None:
    officer = Login(site, 0, "officer")

    async def show(process: int, code: str) -> dict[str, Any]:
        page = await open_socket(process, f"/ws/lanes/{lane}/in/", officer.cookie)
        await page.send(frame(code))
        return await page.next_of("verdict")

    for process in (0, 1, 2):
        # The first time it connects to Redis, for which a verdict may not wait on a busy machine.
        await show(process, f"first at {process}")
    seen = [await show(process, "a code that stays in view") for process in (0, 1, 2, 0)]
    assert [verdict["again"] for verdict in seen] == [False, True, True, True]
    assert len({verdict["scan_id"] for verdict in seen}) == 1
    assert scans_of(site, seen[0]["scan_id"]) == 1


async def test_two_processes_that_see_a_code_at_the_same_moment_record_it_once(
    site: Site, open_socket: Open, lane: int
) -> None:
    officer = Login(site, 0, "officer")
    pages = [
        await open_socket(process, f"/ws/lanes/{lane}/out/", officer.cookie)
        for process in (0, 1, 2)
    ]
    recorded = []
    for number in range(10):
        await asyncio.gather(*(page.send(frame(f"code {number}", number)) for page in pages))
        verdicts = [await page.next_of("verdict") for page in pages]
        assert len({verdict["scan_id"] for verdict in verdicts}) == 1
        assert sorted(verdict["again"] for verdict in verdicts) == [False, True, True]
        recorded.append(verdicts[0]["scan_id"])
    assert scans_of(site, *recorded) == 10


async def test_a_check_sent_again_to_another_process_is_one_scan(
    site: Site, open_socket: Open, lane: int
) -> None:
    officer = Login(site, 1, "officer")
    pages = [
        await open_socket(process, f"/ws/lanes/{lane}/in/", officer.cookie) for process in (1, 2)
    ]
    messages = [check(f"typed {number}") for number in range(20)]
    for message in messages:
        await asyncio.gather(*(page.send(message) for page in pages))
        verdicts = [await page.next_of("verdict") for page in pages]
        assert {verdict["scan_id"] for verdict in verdicts} == {message["scan_id"]}
        assert verdicts[0]["outcome"] == verdicts[1]["outcome"]
    assert scans_of(site, *(str(message["scan_id"]) for message in messages)) == 20


async def test_a_logout_at_one_process_closes_the_sockets_at_another(
    site: Site, open_socket: Open, lane: int
) -> None:
    officer = Login(site, 0, "officer")
    page = await open_socket(1, f"/ws/lanes/{lane}/in/", officer.cookie)
    await page.next_of("shift")
    await asyncio.to_thread(officer.log_out)
    assert await page.closed() == CLOSE_NOT_LOGGED_IN


async def test_a_dashboard_sees_every_scan_of_every_process_once(
    site: Site, open_socket: Open, lane: int
) -> None:
    officer, supervisor = Login(site, 0, "officer"), Login(site, 2, "supervisor")
    dashboard = await open_socket(2, "/ws/dashboard/", supervisor.cookie)
    await dashboard.send({"type": "catch_up", "after": 0})
    await dashboard.next_of("feed")
    pages = [
        await open_socket(process, f"/ws/lanes/{lane}/in/", officer.cookie) for process in (0, 1)
    ]
    sent = []
    for number in range(30):
        messages = [check(f"from {process}, {number}") for process in (0, 1)]
        sent += [str(message["scan_id"]) for message in messages]
        for page, message in zip(pages, messages, strict=True):
            await page.send(message)
    shown: list[str] = []
    while len(shown) < len(sent):
        shown += [row["scan_id"] for row in (await dashboard.next_of("feed"))["rows"]]
    assert sorted(shown) == sorted(sent)


async def test_a_lane_is_online_wherever_its_socket_is(
    site: Site, open_socket: Open, lane: int
) -> None:
    officer, supervisor = Login(site, 0, "officer"), Login(site, 0, "supervisor")
    await open_socket(1, f"/ws/lanes/{lane}/out/", officer.cookie)
    dashboard = await open_socket(2, "/ws/dashboard/", supervisor.cookie)
    await dashboard.send({"type": "catch_up", "after": 0})
    online = 0
    while not online:
        rows = (await dashboard.next_of("board"))["rows"]
        lanes = [lane for row in rows for lane in row[BoardRow.__struct_fields__.index("lanes")]]
        online = sum(state == "online" for _lane, state, *_rest in lanes)
    assert online >= 1


def test_what_one_process_counts_the_others_count_on(site: Site) -> None:
    """The rate limits' counts stand in Redis: each `ask` is a process of its own."""
    cache = "__import__('django.core.cache').core.cache.cache"
    site.ask(f"{cache}.set('a probe', 7, 60)")
    assert site.ask(f"{cache}.incr('a probe')") == "8"
