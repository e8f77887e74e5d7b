"""`seen`: what the page has read by itself, taken within limits and answered like a frame."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from permits.models import Permit
from scans.protocol import (
    LARGEST_TIME,
    MAX_PAYLOAD_CHARACTERS,
    MAX_SEEN_SYMBOLS,
    ProtocolError,
    Seen,
    SeenSymbol,
    parse_lane,
)
from scans.tests.conftest import now_ms
from scans.tests.pictures import draw
from scans.tests.test_lane_socket import scans, send_frame, until_done

CORNERS = [[10, 10], [90, 10], [90, 90], [10, 90]]
Change = Callable[[dict[str, Any]], object]


def seen(*payloads: str, seq: int = 1, captured_at: int = 1_631_606_400_000) -> dict[str, Any]:
    symbols = [{"payload": payload, "corners": CORNERS} for payload in payloads]
    return {"type": "seen", "seq": seq, "captured_at": captured_at, "symbols": symbols}


def fault_of(message: dict[str, Any]) -> str:
    with pytest.raises(ProtocolError) as raised:
        parse_lane(json.dumps(message))
    return raised.value.code


def test_codes_with_their_corners_are_taken() -> None:
    corners = ((10, 10), (90, 10), (90, 90), (10, 90))

    assert parse_lane(json.dumps(seen("CP1:Đ"))) == Seen(
        1, 1_631_606_400_000, (SeenSymbol("CP1:Đ", corners),)
    )


@pytest.mark.parametrize(
    "message",
    [
        seen(*["A"] * MAX_SEEN_SYMBOLS),
        seen("A" * MAX_PAYLOAD_CHARACTERS),
        seen("A", seq=2**32 - 1, captured_at=LARGEST_TIME),
        seen(),
    ],
    ids=["codes", "characters", "numbers", "no code"],
)
def test_the_limits_are_taken(message: dict[str, Any]) -> None:
    assert isinstance(parse_lane(json.dumps(message)), Seen)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (seen(*["A"] * (MAX_SEEN_SYMBOLS + 1)), "message_too_large"),
        (seen("A" * (MAX_PAYLOAD_CHARACTERS + 1)), "message_too_large"),
        (seen("A", seq=2**32), "bad_message"),
        (seen("A", seq=-1), "bad_message"),
        (seen("A", captured_at=LARGEST_TIME + 1), "bad_message"),
        ({**seen("A"), "scan_id": "1"}, "bad_message"),
        ({**seen(), "symbols": [{"payload": "A", "corners": CORNERS[:3]}]}, "bad_message"),
        ({**seen(), "symbols": [{"payload": "A", "corners": [[10**6, 0]] * 4}]}, "bad_message"),
        ({**seen(), "symbols": [{"payload": 1, "corners": CORNERS}]}, "bad_message"),
    ],
)
def test_what_is_beyond_them_is_refused(message: dict[str, Any], code: str) -> None:
    assert fault_of(message) == code


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
async def test_it_is_answered_and_recorded_like_a_frame(
    lane: Any, code: str, permit: Permit
) -> None:
    await lane.send_json_to(seen(code, "https://example.com", seq=7, captured_at=now_ms()))
    messages = await until_done(lane, 7)

    by_outcome = {message["outcome"]: message for message in messages}
    assert set(by_outcome) == {"allow", "hold"}
    assert by_outcome["allow"]["corners"] == CORNERS
    assert by_outcome["allow"]["seq"] == 7
    recorded = {(scan.permit_id, scan.source) for scan in await scans()}
    assert recorded == {(permit.pk, "camera"), (None, "camera")}


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
async def test_a_frame_and_the_page_s_own_reading_of_a_code_are_one_scan(
    lane: Any, code: str
) -> None:
    await send_frame(lane, draw(code), seq=1)
    (by_frame,) = await until_done(lane, 1)
    await lane.send_json_to(seen(code, seq=2, captured_at=now_ms()))
    (by_page,) = await until_done(lane, 2)

    assert by_page["scan_id"] == by_frame["scan_id"]
    assert by_page["again"]
    assert len(await scans()) == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
async def test_a_bad_one_is_refused_and_the_socket_lives_on(lane: Any) -> None:
    await lane.send_json_to({**seen("A"), "symbols": "none"})
    assert (await lane.receive_json_from(timeout=5))["code"] == "bad_message"
    await lane.send_json_to(seen(seq=3, captured_at=now_ms()))
    assert await until_done(lane, 3) == []
