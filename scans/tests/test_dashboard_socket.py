"""The dashboard's socket: what it shows is what the database holds, however it got there."""

from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from permits.verdict import Direction
from scans import events, protocol, stats
from scans.check import check_batch
from scans.consumers.dashboard import MOST_ON_THEIR_WAY
from scans.evidence import CheckRequest
from scans.live import room as live_room
from scans.live.news import MOST_IN_A_MESSAGE
from scans.models import Alert, AlertKind, Checkpoint, District, Lane, Scan, Severity, Supervision
from scans.protocol import BoardRow, LaneNow
from scans.shifts import lane_context
from scans.tests.conftest import cookie_of, socket

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
Check = Callable[..., None]


@pytest.fixture
def check(river_lane: Lane, officer: User) -> Check:
    """Record scans of these payloads at the lane by the river, as an API client would."""
    return check_at(river_lane, officer)


@pytest.fixture
def hill_check(hill_lane: Lane, officer: User) -> Check:
    return check_at(hill_lane, officer)


def check_at(where: Lane, officer: User) -> Check:
    def check(*payloads: str) -> None:
        lane = lane_context(where.pk, Direction.IN, officer.pk)
        now = timezone.now()
        check_batch([CheckRequest(text, uuid4(), now, lane, "api") for text in payloads])

    return check


@pytest.fixture
async def dashboard(supervisor: User) -> AsyncIterator[Any]:
    page = await open_dashboard(supervisor)
    yield page
    await page.disconnect()


async def next_of(page: Any, kind: str) -> dict[str, Any]:
    """The next message of a type, as a page takes them: each board is answered."""
    while True:
        while not page.waiting:
            heard = await page.receive_json_from(timeout=8)
            page.waiting += heard if isinstance(heard, list) else [heard]
        message: dict[str, Any] = page.waiting.pop(0)
        if message["type"] == "board":
            await page.send_json_to({"type": "got", "version": message["version"]})
        if message["type"] == kind:
            return message


async def open_dashboard(user: User) -> Any:
    page = socket("/ws/dashboard/", cookie=await sync_to_async(cookie_of)(user))
    connected, _ = await page.connect(timeout=5)
    assert connected
    page.waiting = []
    return page


def scans_of(row: BoardRow) -> int:
    return row.allow + row.hold + row.refuse


async def row_where(page: Any, is_so: Callable[[BoardRow], bool]) -> BoardRow:
    """The first row of the board that is so."""
    while True:
        for values in (await next_of(page, "board"))["rows"]:
            row = msgspec.convert(values, BoardRow)
            if is_so(row):
                return row


async def catch_up(page: Any, after: int = 0) -> dict[str, Any]:
    await page.send_json_to({"type": "catch_up", "after": after})
    return await next_of(page, "feed")


async def test_a_fresh_dashboard_gets_the_feed_and_the_board(
    dashboard: Any, check: Check, code: str, river_lane: Lane
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
    board = await next_of(dashboard, "board")
    assert board["fresh"] is True
    [row] = [msgspec.convert(values, BoardRow) for values in board["rows"]]
    while not row.last_minute:  # the room may have read the board just before the scans
        board = await next_of(dashboard, "board")
        [row] = [msgspec.convert(values, BoardRow) for values in board["rows"]]
    assert row.checkpoint_id == river_lane.checkpoint_id
    assert (row.last_minute, row.allow, row.hold, row.refuse) == (2, 1, 1, 0)
    assert row.lanes == (LaneNow(river_lane.pk, "off"),)


async def test_a_room_that_can_read_nothing_says_so(
    dashboard: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await catch_up(dashboard)
    await dashboard.send_json_to({"type": "ping", "sent_at": 1})
    assert (await next_of(dashboard, "pong"))["sent_at"] == 1
    monkeypatch.setattr(live_room, "STALE_SECONDS", -1.0)
    await dashboard.send_json_to({"type": "ping", "sent_at": 2})
    while (said := await dashboard.receive_output(5))["type"] != "websocket.close":
        assert "pong" not in said["text"]
    assert said["code"] == protocol.CLOSE_CANNOT_READ


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
    await sync_to_async(check)("a", "b")
    first = await open_dashboard(supervisor)
    seen = (await catch_up(first))["rows"]
    await first.disconnect()
    await sync_to_async(check)("c", code)
    second = await open_dashboard(supervisor)
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
    board: dict[int, list[Any]] = {}
    for index in range(5):
        await sync_to_async(check)(code, f"nonsense {index}")
        events.publish()
        while len(rows) < 2 * (index + 1):
            rows += (await next_of(dashboard, "feed"))["rows"]
            board |= {row[0]: row for row in (await next_of(dashboard, "board"))["rows"]}
    other = await open_dashboard(supervisor)
    assert (await catch_up(other))["rows"] == rows
    fresh = await next_of(other, "board")
    assert {row[0]: row for row in fresh["rows"]} == board
    await other.disconnect()


async def test_after_more_than_a_feed_holds_it_comes_anew(dashboard: Any, check: Check) -> None:
    await sync_to_async(check)(*(f"nonsense {index}" for index in range(201)))
    feed = await catch_up(dashboard, after=1)
    assert (feed["fresh"], len(feed["rows"])) == (True, 200)


async def test_an_open_lane_is_online_until_it_closes_and_then_silent(
    dashboard: Any, river_lane: Lane, officer: User
) -> None:
    await catch_up(dashboard)
    await row_where(dashboard, lambda row: row.lanes[0].state == "off")
    lane = socket(f"/ws/lanes/{river_lane.pk}/in/", cookie=await sync_to_async(cookie_of)(officer))
    await lane.connect(timeout=5)
    await row_where(dashboard, lambda row: row.lanes[0].state == "online")
    await lane.disconnect()
    row = await row_where(dashboard, lambda row: row.lanes[0].state == "silent")
    assert row.lanes[0].since


async def test_a_page_that_does_not_answer_is_sent_nothing_and_then_all_at_once(
    dashboard: Any, check: Check
) -> None:
    await dashboard.send_json_to({"type": "catch_up", "after": 0})
    assert (await dashboard.receive_json_from(timeout=8))["type"] == "feed"
    [_alerts, board] = await dashboard.receive_json_from(timeout=8)
    for index in range(1, MOST_ON_THEIR_WAY):
        await sync_to_async(check)(f"nonsense {index}")
        events.publish()
        await dashboard.receive_json_from(timeout=8)
    for index in range(5):
        await sync_to_async(check)(f"unseen {index}")
        events.publish()
    assert await dashboard.receive_nothing(timeout=1)
    await dashboard.send_json_to({"type": "got", "version": board["version"]})
    feed, board = await dashboard.receive_json_from(timeout=8)
    [row] = [msgspec.convert(values, BoardRow) for values in board["rows"]]
    assert (len(feed["rows"]), scans_of(row)) == (5, 4 + MOST_ON_THEIR_WAY)


async def test_of_very_many_scans_at_once_the_latest_are_shown_and_all_are_counted(
    dashboard: Any, check: Check
) -> None:
    await catch_up(dashboard)
    await next_of(dashboard, "board")
    await sync_to_async(check)(*(f"nonsense {index}" for index in range(MOST_IN_A_MESSAGE + 3)))
    events.publish()
    feed = await next_of(dashboard, "feed")
    assert (len(feed["rows"]), feed["left_out"]) == (MOST_IN_A_MESSAGE, 3)
    await row_where(dashboard, lambda row: scans_of(row) == MOST_IN_A_MESSAGE + 3)


async def test_more_than_the_room_reads_at_once_is_counted_all_the_same(
    dashboard: Any, check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sync_to_async(check)("before")
    monkeypatch.setattr("scans.live.room.MOST_NEWS", 10 + await sync_to_async(stats.overlap)())
    await catch_up(dashboard)
    await next_of(dashboard, "board")
    await sync_to_async(check)(*(f"nonsense {index}" for index in range(25)))
    events.publish()
    await row_where(dashboard, lambda row: scans_of(row) == 26)
    await sync_to_async(check)("after")
    events.publish()
    await row_where(dashboard, lambda row: scans_of(row) == 27)


@pytest.fixture
def district(river_lane: Lane, supervisor: User) -> District:
    """The supervisor sees the checkpoint by the river alone."""
    district = District.objects.create(name="Phía Bắc")
    Checkpoint.objects.filter(pk=river_lane.checkpoint_id).update(district=district)
    Supervision.objects.create(supervisor=supervisor).districts.add(district)
    return district


async def test_a_district_s_supervisor_hears_of_its_checkpoints_alone(
    district: District, supervisor: User, check: Check, hill_check: Check, river_lane: Lane
) -> None:
    await sync_to_async(hill_check)("in the hills")
    await sync_to_async(check)("by the river")
    page = await open_dashboard(supervisor)
    rows = (await catch_up(page))["rows"]
    assert [row["lane_id"] for row in rows] == [river_lane.pk]
    board = await next_of(page, "board")
    assert [row[0] for row in board["rows"]] == [river_lane.checkpoint_id]
    await sync_to_async(hill_check)("in the hills again")
    await sync_to_async(check)("by the river again")
    events.publish()
    assert [row["lane_id"] for row in (await next_of(page, "feed"))["rows"]] == [river_lane.pk]
    await page.disconnect()


async def test_a_district_that_is_taken_away_is_gone_at_the_next_look(
    district: District, supervisor: User, check: Check, settings: Settings
) -> None:
    settings.SOCKET_RECHECK_SECONDS = 0.2
    await sync_to_async(check)("by the river")
    page = await open_dashboard(supervisor)
    assert len((await catch_up(page))["rows"]) == 1
    supervision = await Supervision.objects.aget(supervisor=supervisor)
    await supervision.districts.aclear()
    feed = await next_of(page, "feed")
    assert (feed["fresh"], feed["rows"]) == (True, [])
    board = await next_of(page, "board")
    while board["rows"]:
        board = await next_of(page, "board")
    assert board["fresh"] is True
    await page.disconnect()


def raise_alert(lane: Lane) -> Alert:
    now = timezone.now()
    return Alert.objects.create(
        kind=AlertKind.LANE_SILENT,
        severity=Severity.HIGH,
        checkpoint=lane.checkpoint,
        lane=lane,
        cause=f"lane_silent:{lane.pk}",
        raised_at=now,
        last_at=now,
        changed_at=now,
    )


async def test_an_alert_comes_by_itself_and_goes_when_it_is_resolved(
    dashboard: Any, river_lane: Lane
) -> None:
    await catch_up(dashboard)
    assert (await next_of(dashboard, "alerts"))["alerts"] == []
    alert = await sync_to_async(raise_alert)(river_lane)
    events.publish()
    [shown] = (await next_of(dashboard, "alerts"))["alerts"]
    assert (shown["id"], shown["kind"], shown["severity"]) == (alert.pk, "lane_silent", "high")
    assert (shown["checkpoint"], shown["lane"], shown["acknowledged"]) == (
        "Cầu Mẫu",
        "Làn 1",
        False,
    )
    await row_where(dashboard, lambda row: row.attention == ("high_alert",))
    now = timezone.now()
    await Alert.objects.filter(pk=alert.pk).aupdate(resolved_at=now, changed_at=now)
    events.publish()
    assert (await next_of(dashboard, "alerts"))["alerts"] == []
    await row_where(dashboard, lambda row: row.attention == ())


async def test_an_alert_of_another_district_is_not_heard(
    district: District, supervisor: User, river_lane: Lane, hill_lane: Lane
) -> None:
    await sync_to_async(raise_alert)(hill_lane)
    theirs = await sync_to_async(raise_alert)(river_lane)
    page = await open_dashboard(supervisor)
    await catch_up(page)
    shown = (await next_of(page, "alerts"))["alerts"]
    assert [one["id"] for one in shown] == [theirs.pk]
    await page.disconnect()


@pytest.mark.parametrize("of_district", [True, False])
async def test_a_checkpoint_s_page_hears_of_it_alone_and_not_of_another_district_s(
    of_district: bool,
    district: District,
    supervisor: User,
    check: Check,
    hill_check: Check,
    river_lane: Lane,
    hill_lane: Lane,
) -> None:
    await sync_to_async(hill_check)("in the hills")
    await sync_to_async(check)("by the river")
    lane = river_lane if of_district else hill_lane
    page = await open_dashboard(supervisor)
    await page.send_json_to(
        {"type": "catch_up", "after": 0, "checkpoint": lane.checkpoint_id, "lane": lane.pk}
    )
    assert len((await next_of(page, "feed"))["rows"]) == int(of_district)
    assert len((await next_of(page, "board"))["rows"]) == int(of_district)
    await page.disconnect()


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
    await next_of(dashboard, "board")
    supervisors = await Group.objects.aget(name="supervisor")
    await sync_to_async(supervisors.user_set.remove)(supervisor)
    heard = await dashboard.receive_output(timeout=5)
    while heard["type"] == "websocket.send":
        heard = await dashboard.receive_output(timeout=5)
    assert heard["code"] == protocol.CLOSE_WRONG_ROLE


def hold_back(check: Check) -> Scan:
    """Of three scans nobody sees the second."""
    with transaction.atomic():
        check("first", "held back", "last")
        held_back = Scan.objects.order_by("id")[1]
        Scan.objects.filter(pk=held_back.pk).delete()
    return held_back


async def test_a_row_that_becomes_visible_after_a_later_one_is_sent_once(
    dashboard: Any, check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL two processes commit in another order than they took their ids."""
    monkeypatch.setattr(stats, "overlap", lambda: 1000)
    held_back = await sync_to_async(hold_back)(check)
    sent = [row["id"] for row in (await catch_up(dashboard))["rows"]]
    await held_back.asave(force_insert=True)
    events.publish()
    late = await next_of(dashboard, "feed")
    assert [row["id"] for row in late["rows"]] == [held_back.pk]
    assert held_back.pk not in sent
    await sync_to_async(check)("the next")
    events.publish()
    assert len((await next_of(dashboard, "feed"))["rows"]) == 1
