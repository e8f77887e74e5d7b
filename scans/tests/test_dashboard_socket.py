"""The dashboard's socket: what it shows is what the database holds, however it got there."""

from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Group, User
from django.utils import timezone

from permits.verdict import Direction
from scans import events, protocol, stats
from scans.check import check_batch
from scans.evidence import CheckRequest
from scans.models import Lane, Scan
from scans.shifts import lane_context
from scans.tests.conftest import cookie_of, socket

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
Check = Callable[..., None]


@pytest.fixture
def check(river_lane: Lane, officer: User) -> Check:
    """Record scans of these payloads at the lane by the river, as an API client would."""

    def check(*payloads: str) -> None:
        lane = lane_context(river_lane.pk, Direction.IN, officer.pk)
        now = timezone.now()
        check_batch([CheckRequest(text, uuid4(), now, lane, "api") for text in payloads])

    return check


@pytest.fixture
async def dashboard(supervisor: User) -> AsyncIterator[Any]:
    page = socket("/ws/dashboard/", cookie=await sync_to_async(cookie_of)(supervisor))
    connected, _ = await page.connect(timeout=5)
    assert connected
    yield page
    await page.disconnect()


async def next_of(page: Any, kind: str) -> dict[str, Any]:
    """The next message of a type; of the others, the feed is not to be passed over unseen."""
    while True:
        message: dict[str, Any] = await page.receive_json_from(timeout=8)
        if message["type"] == kind:
            return message


async def catch_up(page: Any, after: int = 0) -> dict[str, Any]:
    await page.send_json_to({"type": "catch_up", "after": after})
    return await next_of(page, "feed")


async def test_a_fresh_dashboard_gets_the_feed_and_the_totals(
    dashboard: Any, check: Check, code: str
) -> None:
    await sync_to_async(check)(code, "nonsense")
    feed = await catch_up(dashboard)
    assert feed["fresh"] is True
    assert [(row["outcome"], row["reason"]) for row in feed["rows"]] == [
        ("allow", ""),
        ("hold", "unknown_code"),
    ]
    assert feed["rows"][0]["number"] == "••••2345"
    assert feed["rows"][0]["checkpoint"] == "Cầu Mẫu"
    totals = (await next_of(dashboard, "totals"))["checkpoints"]
    assert [(t["name"], t["last_hour"], t["allow"], t["hold"]) for t in totals] == [
        ("Cầu Mẫu", 2, 1, 1)
    ]


async def test_a_new_scan_arrives_by_itself(dashboard: Any, check: Check, code: str) -> None:
    assert (await catch_up(dashboard))["rows"] == []
    await sync_to_async(check)(code)
    events.publish()
    feed = await next_of(dashboard, "feed")
    assert feed["fresh"] is False
    assert [row["outcome"] for row in feed["rows"]] == ["allow"]


async def test_a_lost_hint_loses_no_row(dashboard: Any, check: Check, code: str) -> None:
    await catch_up(dashboard)
    await sync_to_async(check)("no hint is sent for this one")
    await sync_to_async(check)(code)
    events.publish()
    rows: list[dict[str, Any]] = []
    while len(rows) < 2:
        rows += (await next_of(dashboard, "feed"))["rows"]
    assert [row["outcome"] for row in rows] == ["hold", "allow"]


async def test_after_a_reconnect_what_was_missed_comes(
    supervisor: User, check: Check, code: str
) -> None:
    cookie = await sync_to_async(cookie_of)(supervisor)
    await sync_to_async(check)("a", "b")
    first = socket("/ws/dashboard/", cookie=cookie)
    await first.connect(timeout=5)
    seen = (await catch_up(first))["rows"]
    await first.disconnect()
    await sync_to_async(check)("c", code)
    second = socket("/ws/dashboard/", cookie=cookie)
    await second.connect(timeout=5)
    missed = await catch_up(second, after=seen[-1]["id"])
    assert missed["fresh"] is False
    # On PostgreSQL the latest rows come again, in case one of them was not visible before.
    ids = dict.fromkeys(row["id"] for row in seen + missed["rows"])
    assert list(ids) == [scan.pk async for scan in Scan.objects.order_by("id")]
    await second.disconnect()


async def test_snapshot_and_events_make_the_same_as_a_fresh_snapshot(
    dashboard: Any, supervisor: User, check: Check, code: str
) -> None:
    rows = (await catch_up(dashboard))["rows"]
    for index in range(5):
        await sync_to_async(check)(code, f"nonsense {index}")
        events.publish()
        while len(rows) < 2 * (index + 1):
            rows += (await next_of(dashboard, "feed"))["rows"]
    other = socket("/ws/dashboard/", cookie=await sync_to_async(cookie_of)(supervisor))
    await other.connect(timeout=5)
    assert (await catch_up(other))["rows"] == rows
    await other.disconnect()


async def test_after_more_than_a_feed_holds_it_comes_anew(dashboard: Any, check: Check) -> None:
    await sync_to_async(check)(*(f"nonsense {index}" for index in range(201)))
    feed = await catch_up(dashboard, after=1)
    assert (feed["fresh"], len(feed["rows"])) == (True, 200)


async def test_an_open_lane_is_counted_as_online_until_it_closes(
    dashboard: Any, river_lane: Lane, officer: User
) -> None:
    await catch_up(dashboard)
    assert (await next_of(dashboard, "totals"))["checkpoints"][0]["lanes_online"] == 0
    lane = socket(f"/ws/lanes/{river_lane.pk}/in/", cookie=await sync_to_async(cookie_of)(officer))
    await lane.connect(timeout=5)
    assert (await next_of(dashboard, "totals"))["checkpoints"][0]["lanes_online"] == 1
    await lane.disconnect()
    assert (await next_of(dashboard, "totals"))["checkpoints"][0]["lanes_online"] == 0


@pytest.mark.parametrize(
    "text", ["hello", '{"type": "check"}', '{"type": "catch_up", "after": "all"}', "x" * 40_000]
)
async def test_a_bad_message_is_an_error_and_the_socket_lives_on(dashboard: Any, text: str) -> None:
    await dashboard.send_to(text_data=text)
    assert (await next_of(dashboard, "error"))["code"] in ("bad_message", "message_too_large")
    assert (await catch_up(dashboard))["rows"] == []


async def test_bytes_are_an_error_too(dashboard: Any) -> None:
    await dashboard.send_to(bytes_data=b"\x00\x01")
    assert (await next_of(dashboard, "error"))["code"] == "bad_message"


async def test_a_role_taken_away_closes_the_dashboard(dashboard: Any, supervisor: User) -> None:
    await catch_up(dashboard)
    await next_of(dashboard, "totals")
    supervisors = await Group.objects.aget(name="supervisor")
    await sync_to_async(supervisors.user_set.remove)(supervisor)
    closed = await dashboard.receive_output(timeout=5)
    assert closed["code"] == protocol.CLOSE_WRONG_ROLE


async def test_a_row_that_becomes_visible_after_a_later_one_is_sent_once(
    dashboard: Any, check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL two processes commit in another order than they took their ids."""
    monkeypatch.setattr(stats, "overlap", lambda: 1000)
    await sync_to_async(check)("first", "held back", "last")
    held_back = await Scan.objects.order_by("id")[1:2].aget()
    await Scan.objects.filter(pk=held_back.pk).adelete()
    sent = [row["id"] for row in (await catch_up(dashboard))["rows"]]
    await held_back.asave(force_insert=True)
    events.publish()
    late = await next_of(dashboard, "feed")
    assert [row["id"] for row in late["rows"]] == [held_back.pk]
    assert held_back.pk not in sent
    await sync_to_async(check)("the next")
    events.publish()
    assert len((await next_of(dashboard, "feed"))["rows"]) == 1
