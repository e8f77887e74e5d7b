"""What is counted of the work, and that nothing in it is about a person."""

from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.db import DatabaseError
from django.utils import timezone
from prometheus_client import REGISTRY, generate_latest

from permits.verdict import Direction
from scans import metrics, pool
from scans.check import Checked, check_batch
from scans.decode import DecodeError
from scans.evidence import CheckRequest, LaneContext
from scans.models import Lane
from scans.shifts import lane_context
from scans.tests.conftest import cookie_of, socket
from scans.tests.pictures import draw

CARD = "000190012345|123456789|Nguyễn Thị Mẫu|17051990|Nữ|phường Mẫu, Hà Nội|01012021"

Grown = Callable[..., float]


@pytest.fixture
def grown() -> Grown:
    """By how much a figure has grown since the test began; a new series began at 0."""
    before = {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in REGISTRY.collect()
        for sample in family.samples
    }

    def grown(name: str, **labels: str) -> float:
        now = REGISTRY.get_sample_value(name, labels) or 0.0
        return now - before.get((name, tuple(sorted(labels.items()))), 0.0)

    return grown


@pytest.fixture
def river(river_lane: Lane, officer: User) -> LaneContext:
    return lane_context(river_lane.pk, Direction.IN, officer.pk)


def request(payload: str, lane: LaneContext, scan_id: UUID | None = None) -> CheckRequest:
    return CheckRequest(payload, scan_id or uuid4(), timezone.now(), lane, "api")


@pytest.mark.django_db
def test_a_batch_counts_its_verdicts_by_outcome_and_reason(
    river: LaneContext, code: str, grown: Grown
) -> None:
    check_batch([request(code, river), request("menu", river), request("menu 2", river)])

    assert grown("checkpoint_verdicts_total", outcome="allow", reason="") == 1
    assert grown("checkpoint_verdicts_total", outcome="hold", reason="unknown_code") == 2
    assert grown("checkpoint_elapsed_seconds_count") == 3
    assert grown("checkpoint_batch_seconds_count") == 1
    assert grown("checkpoint_batch_checks_sum") == 3
    assert grown("checkpoint_batch_checks_bucket", le="2.0") == 0
    assert grown("checkpoint_batch_checks_bucket", le="4.0") == 1


@pytest.mark.django_db
def test_a_refused_scan_id_is_no_verdict(river: LaneContext, code: str, grown: Grown) -> None:
    scan_id = uuid4()
    check_batch([request("menu", river, scan_id), request("another", river, scan_id)])
    assert grown("checkpoint_verdicts_total", outcome="hold", reason="unknown_code") == 1
    assert grown("checkpoint_batch_checks_sum") == 2


@pytest.mark.django_db
def test_a_batch_of_which_nothing_was_recorded_counts_as_failed_alone(
    river: LaneContext, monkeypatch: pytest.MonkeyPatch, grown: Grown
) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr("scans.check.record", fail)
    with pytest.raises(DatabaseError):
        check_batch([request("menu", river)])

    assert grown("checkpoint_batches_failed_total") == 1
    assert grown("checkpoint_batch_seconds_count") == 0
    assert grown("checkpoint_verdicts_total", outcome="hold", reason="unknown_code") == 0


@pytest.mark.django_db
def test_what_cannot_be_counted_is_answered_all_the_same(
    river: LaneContext, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise OSError("the folder of the figures is full")

    monkeypatch.setattr(metrics, "observe_database_pool", fail)
    [answer] = check_batch([request(code, river)])
    assert isinstance(answer, Checked)
    assert answer.outcome == "allow"


async def test_frames_are_counted_by_what_came_of_them(grown: Grown) -> None:
    await pool.decode(draw("a code"), is_picture=False)
    await pool.decode(draw(), is_picture=False)
    with pytest.raises(DecodeError):
        await pool.decode(b"no picture", is_picture=False)

    assert grown("checkpoint_frames_total", result="code") == 1
    assert grown("checkpoint_frames_total", result="nothing") == 1
    assert grown("checkpoint_frames_total", result="refused") == 1
    assert grown("checkpoint_decode_seconds_count") == 2
    assert REGISTRY.get_sample_value("checkpoint_frames_in_flight") == 0


@pytest.fixture
async def lane(river_lane: Lane, officer: User) -> AsyncIterator[Any]:
    cookie = await sync_to_async(cookie_of)(officer)
    page = socket(f"/ws/lanes/{river_lane.pk}/in/", cookie=cookie)
    await page.connect(timeout=5)
    assert (await page.receive_json_from(timeout=5))["type"] == "shift"
    yield page
    await page.disconnect()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
async def test_a_lane_counts_as_a_socket_until_it_closes(grown: Grown, lane: Any) -> None:
    assert grown("checkpoint_sockets", role="officer") == 1
    await lane.disconnect()
    assert grown("checkpoint_sockets", role="officer") == 0


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
async def test_a_refused_message_is_counted_by_its_code(grown: Grown, lane: Any) -> None:
    await lane.send_to(text_data="{")
    assert (await lane.receive_json_from(timeout=5))["code"] == "bad_message"
    assert grown("checkpoint_messages_refused_total", code="bad_message") == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
async def test_the_queue_is_empty_when_all_is_answered(
    river_lane: Lane, officer: User, grown: Grown
) -> None:
    lane = await sync_to_async(lane_context)(river_lane.pk, Direction.IN, officer.pk)
    await pool.check(request("menu", lane))
    assert grown("checkpoint_batch_checks_count") == 1
    assert REGISTRY.get_sample_value("checkpoint_checks_waiting") == 0


@pytest.mark.django_db
def test_no_figure_is_about_a_person(river: LaneContext, code: str) -> None:
    check_batch([request(code, river), request(CARD, river)])
    metrics.observe_database_pool(at_once=True)
    page = generate_latest().decode()
    assert "checkpoint_verdicts_total" in page
    for secret in ("000190012345", "Mẫu", code, CARD):
        assert secret not in page
