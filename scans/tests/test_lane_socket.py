"""The lane's socket, end to end through the whole ASGI application."""

import asyncio
import io
import json
import random
import struct
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Group, User
from django.db import OperationalError
from django.test import Client
from PIL import Image

from permits.models import Permit
from scans import protocol
from scans.models import Lane, Scan, Shift
from scans.protocol import pack_frame
from scans.tests.conftest import cookie_of, now_ms, socket, type_code
from scans.tests.pictures import draw
from scans.times import to_milliseconds

# The flush after each such test empties the tables; what the migrations put there is put back.
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


async def send_frame(page: Any, image: bytes, *, seq: int = 1, is_picture: bool = False) -> None:
    frame = pack_frame(seq=seq, captured_at=now_ms(), image=image, is_picture=is_picture)
    await page.send_to(bytes_data=frame)


async def until_done(page: Any, seq: int) -> list[dict[str, Any]]:
    """All messages of a frame, without its frame_done."""
    messages: list[dict[str, Any]] = []
    while True:
        message = await page.receive_json_from(timeout=5)
        if message["type"] == "frame_done":
            assert message["seq"] == seq
            return messages
        messages.append(message)


async def frame_done(page: Any, image: bytes) -> dict[str, Any]:
    """What a frame without a verdict is answered with."""
    await send_frame(page, image)
    answer: dict[str, Any] = await page.receive_json_from(timeout=5)
    assert answer["type"] == "frame_done"
    return answer


async def scans() -> list[Scan]:
    return [scan async for scan in Scan.objects.order_by("id")]


async def test_a_frame_with_a_good_code_is_allowed_and_recorded(
    lane: Any, code: str, permit: Permit
) -> None:
    await send_frame(lane, draw(code))
    (verdict,) = await until_done(lane, 1)
    assert verdict["type"] == "verdict"
    assert verdict["outcome"] == "allow"
    assert verdict["reasons"] == []
    assert verdict["seq"] == 1
    assert len(verdict["corners"]) == 4
    assert verdict["subject"]["name"] == "Nguyễn Thị Mẫu"
    assert verdict["subject"]["number"] == "••••2345"
    assert verdict["subject"]["serial"] == permit.serial
    (scan,) = await scans()
    assert str(scan.scan_id) == verdict["scan_id"]
    assert (scan.permit_id, scan.outcome, scan.source) == (permit.pk, "allow", "camera")


async def test_a_code_that_cannot_be_read_is_hinted_at_with_its_place(lane: Any) -> None:
    picture = Image.open(io.BytesIO(draw("a code of no worth")))
    picture.paste((255, 255, 255), (170, 170, 300, 300))  # all between the finders
    image = io.BytesIO()
    picture.save(image, "PNG")

    done = await frame_done(lane, image.getvalue())

    assert (done["symbols"], done["hint"]) == (0, "glare")
    assert len(done["seen"]) == 4


async def test_an_empty_road_has_no_hint(lane: Any) -> None:
    done = await frame_done(lane, draw())

    assert (done["symbols"], done["hint"], done["seen"]) == (0, "", None)


async def test_a_dark_picture_is_said(lane: Any) -> None:
    image = io.BytesIO()
    Image.new("RGB", (640, 480), (5, 5, 5)).save(image, "JPEG")

    assert (await frame_done(lane, image.getvalue()))["hint"] == "dark"


async def test_the_whole_number_never_goes_out(lane: Any, code: str) -> None:
    await lane.send_to(bytes_data=pack_frame(seq=1, captured_at=now_ms(), image=draw(code)))
    text = await lane.receive_from(timeout=5)
    assert "••••2345" in text
    assert "000190012345" not in text


async def test_a_code_kept_in_view_is_one_scan(lane: Any, code: str) -> None:
    seen = []
    for seq in range(1, 5):
        await send_frame(lane, draw(code), seq=seq)
        seen += await until_done(lane, seq)
    assert [message["again"] for message in seen] == [False, True, True, True]
    assert len({message["scan_id"] for message in seen}) == 1
    assert len(await scans()) == 1


async def test_several_codes_in_a_frame_are_several_verdicts(lane: Any, code: str) -> None:
    await send_frame(lane, draw(code, "https://example.com", size=(1280, 720)))
    messages = await until_done(lane, 1)
    assert sorted(message["outcome"] for message in messages) == ["allow", "hold"]
    assert {tuple(message["reasons"]) for message in messages} == {(), ("unknown_code",)}
    assert len(await scans()) == 2


async def test_a_frame_s_answers_come_in_one_message_where_the_page_asks_for_it(
    lane: Any, code: str
) -> None:
    image = draw(code, "https://example.com", size=(1280, 720))
    frame = pack_frame(seq=7, captured_at=now_ms(), image=image, answer_together=True)
    await lane.send_to(bytes_data=frame)
    answers = await lane.receive_json_from(timeout=5)
    assert [answer["type"] for answer in answers] == ["verdict", "verdict", "frame_done"]
    assert {answer["seq"] for answer in answers} == {7}
    assert await lane.receive_nothing()


async def test_a_frame_without_a_code_costs_no_database_call(
    lane: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_database(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("the database was asked")

    for name in ("check", "read", "write"):
        monkeypatch.setattr(f"scans.pool.{name}", no_database)
    await send_frame(lane, draw())
    assert await until_done(lane, 1) == []
    monkeypatch.undo()


async def test_a_typed_serial_is_checked(lane: Any, permit: Permit) -> None:
    verdict = await type_code(lane, permit.serial.lower().replace("-", " "))
    assert (verdict["outcome"], verdict["payload_kind"]) == ("allow", "serial")
    assert verdict["corners"] is None


async def test_a_citizen_card_finds_its_holder_s_permit(lane: Any, permit: Permit) -> None:
    card = "000190012345||Nguyễn Thị Mẫu|17051990|Nữ|phường Mẫu|01012020"
    verdict = await type_code(lane, card)
    assert (verdict["outcome"], verdict["payload_kind"]) == ("allow", "citizen_card")
    assert verdict["subject"]["serial"] == permit.serial


@pytest.mark.parametrize(
    ("card", "reasons"),
    [
        ("000190012345||NGUYỄN  THỊ MẪU|17051990|Nữ|x|01012020", []),
        ("000190012345||Kẻ Khác|17051990|Nữ|x|01012020", ["holder_mismatch"]),
        ("000190012345||Nguyễn Thị Mẫu|18051990|Nữ|x|01012020", ["holder_mismatch"]),
    ],
)
async def test_a_card_that_says_another_person_than_the_permit_is_held(
    lane: Any, permit: Permit, card: str, reasons: list[str]
) -> None:
    verdict = await type_code(lane, card)
    assert verdict["reasons"] == reasons
    assert verdict["outcome"] == ("hold" if reasons else "allow")


async def test_a_citizen_card_without_a_permit_says_whose_it_is(lane: Any) -> None:
    verdict = await type_code(lane, "000090012345||Trần Văn Mẫu|02011990|Nam|xã Mẫu|01012020|x|y")
    assert verdict["reasons"] == ["no_permit"]
    assert verdict["subject"]["name"] == "Trần Văn Mẫu"
    assert verdict["subject"]["number"] == "••••2345"
    assert verdict["subject"]["kind"] is None


async def test_the_same_scan_id_is_answered_alike_and_recorded_once(lane: Any, code: str) -> None:
    scan_id = uuid4()
    first = await type_code(lane, code, scan_id)
    again = await type_code(lane, code, scan_id)
    assert again == first
    assert len(await scans()) == 1


async def test_a_scan_id_for_another_payload_is_an_error(lane: Any, code: str) -> None:
    scan_id = uuid4()
    await type_code(lane, code, scan_id)
    answer = await type_code(lane, "something else", scan_id)
    assert answer["type"] == "error"
    assert (answer["code"], answer["scan_id"]) == ("scan_id_reused", str(scan_id))
    assert len(await scans()) == 1


async def test_a_damaged_code_is_not_ours_and_a_forged_one_is_refused(lane: Any, code: str) -> None:
    damaged = code[:-1] + "a"
    assert (await type_code(lane, damaged))["reasons"] == ["unknown_code"]
    forged = code[:60] + ("0" if code[60] != "0" else "1") + code[61:]
    answer = await type_code(lane, forged)
    assert (answer["outcome"], answer["reasons"]) == ("refuse", ["bad_signature"])
    assert answer["subject"] is None


async def test_a_check_that_fails_says_so_and_the_next_one_works(
    lane: Any, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("scans.check.record", broken)
    scan_id = uuid4()
    answer = await type_code(lane, code, scan_id)
    assert (answer["code"], answer["scan_id"]) == ("check_failed", str(scan_id))
    await send_frame(lane, draw(code))
    (error,) = await until_done(lane, 1)
    assert (error["code"], error["seq"]) == ("check_failed", 1)
    monkeypatch.undo()
    assert (await type_code(lane, code, scan_id))["outcome"] == "allow"
    assert len(await scans()) == 1


def bomb() -> bytes:
    """A JPEG of 50 megapixels in some hundred kilobytes."""
    buffer = io.BytesIO()
    Image.new("L", (10_000, 5_000), 128).save(buffer, "JPEG", quality=20)
    return buffer.getvalue()


BAD_FRAMES = {
    "nothing": (b"", None, "bad_frame"),
    "half a header": (b"\x01\x00\x00", None, "bad_frame"),
    "no picture": (struct.pack(">BBIQ", 1, 0, 7, 0), 7, "bad_frame"),
    "another version": (struct.pack(">BBIQ", 9, 0, 7, 0) + b"x", 7, "bad_version"),
    "unknown flags": (struct.pack(">BBIQ", 1, 128, 7, 0) + b"x", 7, "bad_frame"),
    "a year that never comes": (struct.pack(">BBIQ", 1, 0, 7, 2**64 - 1) + b"x", 7, "bad_frame"),
    "no image": (pack_frame(seq=7, captured_at=0, image=b"hello"), 7, "not_an_image"),
    "half a JPEG": (pack_frame(seq=7, captured_at=0, image=draw("x")[:2000]), 7, "not_an_image"),
    "a bomb": (pack_frame(seq=7, captured_at=0, image=bomb()), 7, "image_too_large"),
    "too long": (
        pack_frame(seq=7, captured_at=0, image=bytes(protocol.MAX_FRAME_BYTES)),
        7,
        "message_too_large",
    ),
}


@pytest.mark.parametrize("name", BAD_FRAMES)
async def test_a_bad_frame_is_an_error_and_the_socket_lives_on(
    lane: Any, code: str, name: str
) -> None:
    message, seq, expected = BAD_FRAMES[name]
    await lane.send_input({"type": "websocket.receive", "bytes": message})
    error = await lane.receive_json_from(timeout=5)
    assert (error["type"], error["code"], error["seq"]) == ("error", expected, seq)
    if seq is not None:
        assert await until_done(lane, seq) == []
    await send_frame(lane, draw(code), seq=8)
    assert (await until_done(lane, 8))[0]["outcome"] == "allow"


GOOD_CHECK = {"type": "check", "payload": "x", "scan_id": str(uuid4()), "captured_at": 1}
BAD_TEXTS = {
    "not JSON": ("hello", "bad_message"),
    "no object": ("[]", "bad_message"),
    "an unknown type": ('{"type": "open_gate"}', "bad_message"),
    "an unknown field": (json.dumps({**GOOD_CHECK, "x": 1}), "bad_message"),
    "a bad scan_id": (json.dumps({**GOOD_CHECK, "scan_id": "1"}), "bad_message"),
    "a time before 1970": (json.dumps({**GOOD_CHECK, "captured_at": -1}), "bad_message"),
    "a time after 9999": (json.dumps({**GOOD_CHECK, "captured_at": 10**15}), "bad_message"),
    "a number too large": (json.dumps({**GOOD_CHECK, "captured_at": 10**40}), "bad_message"),
    "a JSON bomb": ('{"type":' + "[" * 30_000 + "]" * 2, "bad_message"),
    "a payload too long": (json.dumps({**GOOD_CHECK, "payload": "x" * 7_090}), "message_too_large"),
    "a text too long": ("x" * 40_000, "message_too_large"),
}


@pytest.mark.parametrize("name", BAD_TEXTS)
async def test_a_bad_text_is_an_error_and_the_socket_lives_on(
    lane: Any, code: str, name: str
) -> None:
    text, expected = BAD_TEXTS[name]
    await lane.send_to(text_data=text)
    error = await lane.receive_json_from(timeout=5)
    assert (error["type"], error["code"]) == ("error", expected)
    assert (await type_code(lane, code))["outcome"] == "allow"


async def test_random_bytes_never_end_the_socket(lane: Any, code: str) -> None:
    chance = random.Random(5)
    for _ in range(150):
        message = chance.randbytes(chance.randrange(0, 400))
        if chance.random() < 0.5:
            message = b"\x01\x00" + message  # the right version: the picture is what is random
        await lane.send_input({"type": "websocket.receive", "bytes": message})
        answers = [await lane.receive_json_from(timeout=5)]
        if answers[0]["seq"] is not None:
            answers.append(await lane.receive_json_from(timeout=5))
            assert answers[1]["type"] == "frame_done"
        assert answers[0]["type"] == "error"
    await send_frame(lane, draw(code), seq=2**32 - 1)
    assert (await until_done(lane, 2**32 - 1))[0]["outcome"] == "allow"


async def test_a_capture_time_from_a_wrong_clock_is_held_to_what_can_be(
    lane: Any, code: str
) -> None:
    ahead = pack_frame(seq=1, captured_at=now_ms() + 86_400_000, image=draw(code))
    await lane.send_to(bytes_data=ahead)
    await until_done(lane, 1)
    behind = pack_frame(seq=2, captured_at=1000, image=draw("another"))
    await lane.send_to(bytes_data=behind)
    await until_done(lane, 2)
    first, second = await scans()
    assert first.captured_at <= first.recorded_at
    assert 59 <= (second.recorded_at - second.captured_at).total_seconds() <= 61


async def test_a_typed_code_that_waited_for_the_network_keeps_its_time(lane: Any) -> None:
    an_hour_ago = now_ms() - 3_600_000
    check = {"type": "check", "payload": "x", "scan_id": str(uuid4()), "captured_at": an_hour_ago}
    await lane.send_json_to(check)
    await lane.receive_json_from(timeout=5)
    (scan,) = await scans()
    assert to_milliseconds(scan.captured_at) == an_hour_ago


async def test_two_sockets_that_show_the_same_code_at_once_record_it_once(
    river_lane: Lane, officer: User, code: str
) -> None:
    cookie = await sync_to_async(cookie_of)(officer)
    pages = [socket(f"/ws/lanes/{river_lane.pk}/in/", cookie=cookie) for _ in range(2)]
    for page in pages:
        await page.connect(timeout=5)
        await page.receive_json_from(timeout=5)
    await asyncio.gather(*(send_frame(page, draw(code)) for page in pages))
    verdicts = [(await until_done(page, 1))[0] for page in pages]
    assert len({verdict["scan_id"] for verdict in verdicts}) == 1
    assert sorted(verdict["again"] for verdict in verdicts) == [False, True]
    assert len(await scans()) == 1
    for page in pages:
        await page.disconnect()


async def test_a_ping_is_answered_with_the_server_s_clock(lane: Any) -> None:
    before = now_ms()
    await lane.send_json_to({"type": "ping", "sent_at": 5})
    pong = await lane.receive_json_from(timeout=5)
    assert (pong["type"], pong["sent_at"]) == ("pong", 5)
    assert before <= pong["server_time"] <= now_ms()


async def test_while_the_database_is_away_a_page_is_sent_away_to_come_again(
    river_lane: Lane, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_arguments: object, **_options: object) -> None:
        raise OperationalError("the server closed the connection")

    cookie = await sync_to_async(cookie_of)(officer)
    monkeypatch.setattr("scans.shifts.open_shift", away)
    page = socket(f"/ws/lanes/{river_lane.pk}/in/", cookie=cookie)
    await page.connect(timeout=5)
    closed = await page.receive_output(timeout=5)
    assert closed["type"] == "websocket.close"
    assert closed.get("code", 1000) not in (
        protocol.CLOSE_NOT_LOGGED_IN,
        protocol.CLOSE_WRONG_ROLE,
        protocol.CLOSE_NO_SUCH_LANE,
    )


async def test_nobody_gets_in_without_a_login(river_lane: Lane) -> None:
    page = socket(f"/ws/lanes/{river_lane.pk}/in/")
    await page.connect(timeout=5)
    closed = await page.receive_output(timeout=5)
    assert (closed["type"], closed["code"]) == ("websocket.close", protocol.CLOSE_NOT_LOGGED_IN)


async def test_another_site_cannot_open_the_socket(river_lane: Lane, officer: User) -> None:
    cookie = await sync_to_async(cookie_of)(officer)
    page = socket(f"/ws/lanes/{river_lane.pk}/in/", cookie=cookie, origin=b"https://evil.example")
    connected, _ = await page.connect(timeout=5)
    assert not connected


async def test_a_lane_that_is_not_there_is_said(officer: User) -> None:
    page = socket("/ws/lanes/999/in/", cookie=await sync_to_async(cookie_of)(officer))
    await page.connect(timeout=5)
    closed = await page.receive_output(timeout=5)
    assert closed["code"] == protocol.CLOSE_NO_SUCH_LANE


async def test_an_address_that_leads_nowhere_is_refused() -> None:
    connected, _ = await socket("/ws/else/").connect(timeout=5)
    assert not connected


async def test_logging_out_closes_the_socket(river_lane: Lane, officer: User) -> None:
    client = Client()
    await sync_to_async(client.force_login)(officer, backend="permits.roles.RoleBackend")
    cookie = f"sessionid={client.cookies['sessionid'].value}".encode()
    page = socket(f"/ws/lanes/{river_lane.pk}/in/", cookie=cookie)
    await page.connect(timeout=5)
    await page.receive_json_from(timeout=5)
    await sync_to_async(client.post)("/logout/")
    closed = await page.receive_output(timeout=5)
    assert closed["code"] == protocol.CLOSE_NOT_LOGGED_IN


async def test_a_role_taken_away_closes_the_socket(lane: Any, officer: User) -> None:
    officers = await Group.objects.aget(name="officer")
    await sync_to_async(officer.groups.remove)(officers)
    closed = await lane.receive_output(timeout=5)
    assert closed["code"] == protocol.CLOSE_WRONG_ROLE


async def test_without_the_hint_the_socket_finds_out_by_itself(
    river_lane: Lane, officer: User, settings: Any
) -> None:
    settings.SOCKET_RECHECK_SECONDS = 0.05
    cookie = await sync_to_async(cookie_of)(officer)
    page = socket(f"/ws/lanes/{river_lane.pk}/in/", cookie=cookie)
    await page.connect(timeout=5)
    await page.receive_json_from(timeout=5)
    await User.objects.filter(pk=officer.pk).aupdate(is_active=False)
    closed = await page.receive_output(timeout=5)
    assert closed["code"] == protocol.CLOSE_NOT_LOGGED_IN


async def test_a_reconnect_goes_on_with_the_shift(river_lane: Lane, officer: User) -> None:
    cookie = await sync_to_async(cookie_of)(officer)
    ids = []
    for _ in range(2):
        page = socket(f"/ws/lanes/{river_lane.pk}/out/", cookie=cookie)
        await page.connect(timeout=5)
        ids.append((await page.receive_json_from(timeout=5))["shift_id"])
        await page.disconnect()
    assert ids[0] == ids[1]
    shift = await Shift.objects.aget()
    assert shift.left_at is not None


async def test_checks_of_many_lanes_at_once_all_get_their_own_answer(
    river_lane: Lane, officer: User, code: str
) -> None:
    cookie = await sync_to_async(cookie_of)(officer)
    pages = [socket(f"/ws/lanes/{river_lane.pk}/in/", cookie=cookie) for _ in range(8)]
    for page in pages:
        await page.connect(timeout=5)
        await page.receive_json_from(timeout=5)
    payloads = [code if index % 2 else f"nonsense {index}" for index in range(8)]
    answers = await asyncio.gather(*map(type_code, pages, payloads))
    assert [a["outcome"] for a in answers] == ["hold", "allow"] * 4
    assert len(await scans()) == 8
    for page in pages:
        await page.disconnect()
