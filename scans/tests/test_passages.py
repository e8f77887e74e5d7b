"""An officer's acts on cars, through the lane's socket."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from permits.models import Permit, PermitKind
from permits.verdict import Direction
from scans import passages, shifts
from scans.models import Lane, Passage, PassageScan, Scan, Shift, TripUse
from scans.scan_ids import new_scan_id
from scans.tests.conftest import now_ms, type_code

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
NOBODY = {"passed": 0, "let_through": 0, "turned_back": 0, "health_desk": 0}


async def act(page: Any, what: str, scan_ids: list[str], **more: Any) -> dict[str, Any]:
    """Say what became of a car, and return the answer."""
    message = {
        "type": "passage",
        "passage_id": str(uuid4()),
        "car_id": str(uuid4()),
        "act": what,
        "scan_ids": scan_ids,
        "acted_at": now_ms(),
        **more,
    }
    await page.send_json_to(message)
    answer: dict[str, Any] = await page.receive_json_from(timeout=5)
    return answer


async def undo(page: Any, passage_id: str, *, undone_at: int) -> dict[str, Any]:
    message = {"type": "undo", "passage_id": passage_id, "undone_at": undone_at}
    await page.send_json_to(message)
    answer: dict[str, Any] = await page.receive_json_from(timeout=5)
    return answer


async def test_a_car_in_order_passes_without_an_act(lane: Any, permit: Permit) -> None:
    verdict = await type_code(lane, permit.serial)
    done = await act(lane, "passed", [verdict["scan_id"]])
    assert (done["type"], done["undone"]) == ("passage_done", False)
    assert done["counts"] == {**NOBODY, "passed": 1}
    kept = await Passage.objects.aget()
    assert (kept.act, kept.outcome, kept.direction) == ("passed", "allow", "in")
    assert kept.shift_id == lane.shift["shift_id"]
    assert str((await PassageScan.objects.aget()).scan_id) == verdict["scan_id"]


async def test_a_car_is_as_grave_as_its_gravest_scan(lane: Any, permit: Permit) -> None:
    good = await type_code(lane, permit.serial)
    unknown = await type_code(lane, "https://example.com")
    refused = await type_code(lane, "00000-00000")
    ids = [verdict["scan_id"] for verdict in (good, unknown, refused)]
    assert (await act(lane, "turned_back", ids))["type"] == "passage_done"
    assert (await Passage.objects.aget()).outcome == "refuse"
    assert await PassageScan.objects.acount() == 3


@pytest.mark.parametrize(
    ("what", "reason", "note", "code"),
    [
        ("let_through", "papers_seen", "", None),
        ("let_through", "", "", "bad_act"),
        ("let_through", "because", "", "bad_act"),
        ("let_through", "other", "", "bad_act"),
        ("let_through", "other", "  ", "bad_act"),
        ("let_through", "other", "đã gọi trực ban", None),
        ("turned_back", "", "", None),
        ("turned_back", "papers_seen", "", "bad_act"),
        ("health_desk", "", "", None),
        ("passed", "", "", "bad_act"),  # it was held
        ("waved", "", "", "bad_act"),
    ],
)
async def test_act_reason_and_note_go_together(
    lane: Any, what: str, reason: str, note: str, code: str | None
) -> None:
    held = await type_code(lane, "https://example.com")
    answer = await act(lane, what, [held["scan_id"]], reason=reason, note=note)
    assert answer.get("code") == code
    assert await Passage.objects.acount() == (0 if code else 1)


async def test_a_driver_with_nothing_to_show_counts_too(lane: Any) -> None:
    done = await act(lane, "turned_back", [])
    assert done["counts"] == {**NOBODY, "turned_back": 1}
    assert (await Passage.objects.aget()).outcome == "hold"
    assert (await act(lane, "passed", []))["code"] == "bad_act"


async def test_the_note_is_sealed(lane: Any) -> None:
    await act(lane, "turned_back", [], note="Không có giấy tờ")
    kept = await Passage.objects.aget()
    assert "giấy tờ".encode() not in bytes(kept.note_sealed)
    assert passages.note_of(kept) == "Không có giấy tờ"


async def test_an_act_sent_twice_is_recorded_once(lane: Any) -> None:
    same = {"passage_id": str(uuid4()), "acted_at": now_ms()}
    for _ in range(2):
        done = await act(lane, "turned_back", [], **same)
        assert done["counts"] == {**NOBODY, "turned_back": 1}
    assert (await act(lane, "health_desk", [], **same))["code"] == "passage_id_reused"
    assert await Passage.objects.acount() == 1


async def test_a_scan_that_this_lane_has_not_recorded_is_refused(
    lane: Any, hill_lane: Lane, permit: Permit
) -> None:
    answer = await act(lane, "turned_back", [str(new_scan_id(timezone.now()))])
    assert answer["code"] == "unknown_scan"
    assert answer["passage_id"]
    verdict = await type_code(lane, permit.serial)
    await Passage.objects.all().adelete()
    await Scan.objects.all().aupdate(lane=hill_lane)
    assert (await act(lane, "passed", [verdict["scan_id"]]))["code"] == "unknown_scan"


@pytest.mark.parametrize(
    ("later_ms", "code"),
    [(0, None), (12_000, None), (12_001, "undo_too_late"), (-1, "undo_too_late")],
)
async def test_an_act_can_be_undone_for_ten_seconds(
    lane: Any, later_ms: int, code: str | None
) -> None:
    passage_id, acted_at = str(uuid4()), now_ms() - 20_000
    await act(lane, "turned_back", [], passage_id=passage_id, acted_at=acted_at)
    answer = await undo(lane, passage_id, undone_at=acted_at + later_ms)
    assert answer.get("code") == code
    if code is None:
        assert (answer["undone"], answer["counts"]) == (True, NOBODY)
        again = await undo(lane, passage_id, undone_at=acted_at + 60_000)
        assert again["counts"] == NOBODY  # it is undone already


async def test_there_must_be_something_to_undo(lane: Any) -> None:
    assert (await undo(lane, str(uuid4()), undone_at=now_ms()))["code"] == "no_such_passage"


async def test_a_note_may_not_be_endless_and_the_socket_lives_on(lane: Any) -> None:
    assert (await act(lane, "turned_back", [], note="x" * 501))["code"] == "message_too_large"
    assert (await act(lane, "turned_back", [], note="x" * 500))["type"] == "passage_done"


async def test_the_end_of_a_shift_says_its_counts_and_the_next_is_another(
    lane: Any, river_lane: Lane
) -> None:
    await act(lane, "health_desk", [])
    await lane.send_json_to({"type": "end_shift"})
    ended = await lane.receive_json_from(timeout=5)
    assert (ended["type"], ended["counts"]) == ("shift_ended", {**NOBODY, "health_desk": 1})
    assert ended["started_at"] == lane.shift["started_at"]
    shift = await Shift.objects.aget()
    assert shift.ended_at is not None
    again = await sync_to_async(shifts.open_shift)(
        river_lane.pk, Direction.IN, officer_id=shift.officer_id, now=timezone.now()
    )
    assert again.shift_id != shift.pk
    assert again.counts.health_desk == 0


async def test_a_reconnect_within_a_shift_goes_on_counting(lane: Any) -> None:
    await act(lane, "turned_back", [])
    shift = await Shift.objects.aget()
    soon = timezone.now() + timedelta(minutes=1)
    again = await sync_to_async(shifts.open_shift)(
        shift.lane_id, Direction.IN, officer_id=shift.officer_id, now=soon
    )
    assert (again.shift_id, again.counts.turned_back) == (shift.pk, 1)


async def test_a_one_trip_permit_that_is_let_through_is_used_until_that_is_undone(
    lane: Any, declare: Callable[..., Permit], one_trip_kind: PermitKind
) -> None:
    permit = await sync_to_async(declare)(
        start=timezone.now() + timedelta(hours=1), kind=one_trip_kind
    )
    held = await type_code(lane, permit.serial)
    assert held["reasons"] == ["not_yet_valid"]
    passage_id, acted_at = str(uuid4()), now_ms()
    of_act = {"reason": "emergency", "passage_id": passage_id, "acted_at": acted_at}
    await act(lane, "let_through", [held["scan_id"]], **of_act)
    assert [use.permit_id async for use in TripUse.objects.all()] == [permit.pk]
    await undo(lane, passage_id, undone_at=acted_at + 1000)
    assert await TripUse.objects.acount() == 0
    await act(lane, "turned_back", [held["scan_id"]])
    assert await TripUse.objects.acount() == 0


async def test_undoing_gives_no_trip_back_that_was_used_before(
    lane: Any, declare: Callable[..., Permit], one_trip_kind: PermitKind
) -> None:
    permit = await sync_to_async(declare)(
        start=timezone.now() - timedelta(hours=1), kind=one_trip_kind
    )
    first = await type_code(lane, permit.serial)
    assert first["outcome"] == "allow"
    passage_id, acted_at = str(uuid4()), now_ms()
    of_act = {"reason": "emergency", "passage_id": passage_id, "acted_at": acted_at}
    await act(lane, "let_through", [first["scan_id"]], **of_act)
    await undo(lane, passage_id, undone_at=acted_at + 1000)
    assert await TripUse.objects.acount() == 1
