"""The messages: what is built parses again, and each limit on both of its sides."""

import json
import re
import struct
from contextlib import suppress
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.tests.properties import whatever_it_takes
from permits.verdict import SEVERITY, Outcome
from scans import protocol
from scans.protocol import (
    FRAME_HEADER,
    LARGEST_TIME,
    MAX_FRAME_BYTES,
    MAX_PAYLOAD_CHARACTERS,
    MAX_TEXT_CHARACTERS,
    VERSION,
    AlertNow,
    Alerts,
    BoardMessage,
    BoardRow,
    CarCounts,
    CatchUp,
    Check,
    Confirmed,
    ErrorCode,
    ErrorMessage,
    Feed,
    FeedRow,
    Frame,
    FrameDone,
    InstructionGone,
    InstructionMessage,
    KindName,
    LaneNow,
    LaneState,
    PassageDone,
    Ping,
    Pong,
    ProtocolError,
    ServerMessage,
    ShiftEnded,
    ShiftMessage,
    Show,
    Subject,
    VerdictMessage,
    pack_frame,
    parse_dashboard,
    parse_frame,
    parse_lane,
)

SCAN_ID = UUID("0192f0c1-2345-7abc-8def-0123456789ab")
CHECK = {"type": "check", "payload": "x", "scan_id": str(SCAN_ID), "captured_at": 0}


def fault_of(parse: Any, message: Any) -> str:
    with pytest.raises(ProtocolError) as raised:
        parse(message)
    assert raised.value.code in get_args(ErrorCode)
    return raised.value.code


# --- Frames ---------------------------------------------------------------------------------------


@given(
    st.integers(0, 2**32 - 1),
    st.integers(0, LARGEST_TIME),
    st.booleans(),
    st.binary(min_size=1, max_size=100),
)
@whatever_it_takes
def test_a_packed_frame_parses_to_what_went_in(
    seq: int, captured_at: int, is_picture: bool, image: bytes
) -> None:
    message = pack_frame(seq=seq, captured_at=captured_at, image=image, is_picture=is_picture)

    assert parse_frame(message) == Frame(seq, captured_at, is_picture, image)
    assert protocol.seq_of(message) == seq


def test_the_header_is_fourteen_bytes_big_endian() -> None:
    message = pack_frame(seq=0x01020304, captured_at=0x05060708090A, image=b"JPEG", is_picture=True)

    assert message.hex(" ") == "01 01 01 02 03 04 00 00 05 06 07 08 09 0a 4a 50 45 47"


def test_a_frame_of_the_largest_size_is_taken_and_one_byte_more_is_not() -> None:
    largest = pack_frame(seq=1, captured_at=0, image=bytes(MAX_FRAME_BYTES - FRAME_HEADER.size))

    assert len(largest) == MAX_FRAME_BYTES == 1_024_000
    assert len(parse_frame(largest).image) == MAX_FRAME_BYTES - 14
    assert fault_of(parse_frame, largest + b"x") == "message_too_large"


def test_the_largest_frame_is_below_the_servers_own_cap() -> None:
    assert MAX_FRAME_BYTES < 1024 * 1024


def test_a_frame_has_at_least_a_byte_of_picture() -> None:
    header = pack_frame(seq=1, captured_at=0, image=b"")

    assert parse_frame(header + b"x").image == b"x"
    for length in range(len(header) + 1):
        assert fault_of(parse_frame, header[:length]) == "bad_frame"


def test_the_last_second_of_the_year_9999_is_taken_and_a_millisecond_more_is_not() -> None:
    assert parse_frame(pack_frame(seq=1, captured_at=LARGEST_TIME, image=b"x"))
    later = pack_frame(seq=1, captured_at=LARGEST_TIME + 1, image=b"x")
    assert fault_of(parse_frame, later) == "bad_frame"


@pytest.mark.parametrize("version", [0, VERSION + 1, 255])
def test_a_page_of_another_version_is_told_so(version: int) -> None:
    message = struct.pack(">BBIQ", version, 0, 1, 0) + b"x"

    assert fault_of(parse_frame, message) == "bad_version"
    assert protocol.seq_of(message) == 1


@pytest.mark.parametrize("flags", [4, 5, 8, 128, 255])
def test_flags_that_nobody_knows_are_refused(flags: int) -> None:
    assert fault_of(parse_frame, struct.pack(">BBIQ", VERSION, flags, 1, 0) + b"x") == "bad_frame"


def test_the_sequence_number_of_half_a_header_cannot_be_told() -> None:
    header = pack_frame(seq=9, captured_at=0, image=b"")

    assert protocol.seq_of(header) == 9
    assert protocol.seq_of(header[:-1]) is None
    assert protocol.seq_of(b"") is None


@given(st.binary(max_size=64))
@whatever_it_takes
def test_any_bytes_are_a_frame_or_an_error_of_the_protocol(message: bytes) -> None:
    with suppress(ProtocolError):
        assert message.endswith(parse_frame(message).image)


# --- Texts ----------------------------------------------------------------------------------------


def test_a_check_parses() -> None:
    text = json.dumps({**CHECK, "payload": "CP1:Đ", "captured_at": 1_631_606_400_000})

    assert parse_lane(text) == Check("CP1:Đ", SCAN_ID, 1_631_606_400_000)


def test_a_ping_parses_on_both_sockets() -> None:
    assert parse_lane('{"type": "ping", "sent_at": 7}') == Ping(7)
    assert parse_dashboard('{"type": "ping", "sent_at": 7}') == Ping(7)


def test_a_dashboard_catches_up() -> None:
    assert parse_dashboard('{"type": "catch_up", "after": 12}') == CatchUp(12)


def test_each_socket_takes_its_own_messages_alone() -> None:
    assert fault_of(parse_dashboard, json.dumps(CHECK)) == "bad_message"
    assert fault_of(parse_lane, '{"type": "catch_up", "after": 12}') == "bad_message"


@pytest.mark.parametrize("character", ["x", "Đ", "\U0001f6c2", '"'])
def test_a_payload_of_7089_characters_is_taken_and_one_more_is_not(character: str) -> None:
    def check(length: int) -> str:
        return json.dumps({**CHECK, "payload": character * length}, ensure_ascii=False)

    taken = parse_lane(check(MAX_PAYLOAD_CHARACTERS))

    assert isinstance(taken, Check)
    assert len(taken.payload) == MAX_PAYLOAD_CHARACTERS == 7_089
    assert fault_of(parse_lane, check(MAX_PAYLOAD_CHARACTERS + 1)) == "message_too_large"


@pytest.mark.parametrize("parse", [parse_lane, parse_dashboard])
def test_a_text_of_the_largest_size_is_taken_and_one_more_is_not(parse: Any) -> None:
    text = '{"type": "ping", "sent_at": 7}'.ljust(MAX_TEXT_CHARACTERS)

    assert parse(text) == Ping(7)
    assert fault_of(parse, text + " ") == "message_too_large"


def test_a_time_of_capture_is_one_that_exists() -> None:
    for edge in (0, LARGEST_TIME):
        assert parse_lane(json.dumps({**CHECK, "captured_at": edge}))
    for beyond in (-1, LARGEST_TIME + 1, 2**64, 10**400):
        assert fault_of(parse_lane, json.dumps({**CHECK, "captured_at": beyond})) == "bad_message"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        "hello",
        '{"type": "open_gate"}',
        '{"type": null}',
        '{"type": "ping"}',
        '{"type": "ping", "sent_at": 1.5}',
        '{"type": "ping", "sent_at": "1"}',
        '{"type": "ping", "sent_at": true}',
        '{"type": "ping", "sent_at": 1, "more": 1}',
        '{"type": "ping", "sent_at": NaN}',
        '{"sent_at": 1}',
        '{"type": "ping", "sent_at": 1} {}',
        '{"type": "ping", "sent_at": 1',
        json.dumps({**CHECK, "payload": None}),
        json.dumps({**CHECK, "scan_id": "not a UUID"}),
        json.dumps({**CHECK, "scan_id": None}),
        json.dumps({**CHECK, "payload": "\ud800"}),
        '{"a":' * 5000 + "1" + "}" * 5000,
        "[" * 30_000,
        "\ud800",
    ],
    ids=lambda text: repr(text[:30]),
)
def test_what_is_no_message_is_a_bad_one(text: str) -> None:
    assert fault_of(parse_lane, text) == "bad_message"
    assert fault_of(parse_dashboard, text) == "bad_message"


@given(st.text(st.characters(exclude_categories=())) | st.from_regex(r'\{"type": ?"ping".*'))
@whatever_it_takes
def test_any_text_is_a_message_or_an_error_of_the_protocol(text: str) -> None:
    for parse in (parse_lane, parse_dashboard):
        with suppress(ProtocolError):
            assert parse(text)


# --- From the server ------------------------------------------------------------------------------

SUBJECT = Subject("Nguyễn Thị Mẫu", "••••2345", 1990, kind=KindName("Công vụ", "Official duty"))
FEED_ROW = FeedRow(1, SCAN_ID, 2, "Cầu Mẫu", 3, "Làn 1", "in", "allow", "", "••••2345", 1, 2, 3)
LANE = LaneNow(3, "silent", 5, ("battery_low",))
BOARD_ROW = BoardRow(2, 3, 2.5, 4, 2, 1, 1, 0, 20, 45, (LANE,), ("lane_silent",), 2)
ALERT = AlertNow(
    1, "watchlist_hit", "critical", "f0", 2, "Cầu Mẫu", "Làn 1", SCAN_ID, "", 3, 5, 6, False
)
SENT: list[ServerMessage] = [
    VerdictMessage(
        SCAN_ID,
        "hold",
        ("watchlisted", "pending"),
        ("wanted",),
        "token",
        SUBJECT,
        1,
        20,
        3,
        ((1, 2), (3, 4), (5, 6), (7, 8)),
        True,
    ),
    VerdictMessage(SCAN_ID, "hold", ("unknown_code",), (), "unknown", None, 1, 20),
    FrameDone(3, 1, 1.25),
    ShiftMessage(
        1, "Cầu Mẫu", "Làn 1", "in", 5, "Cán bộ Mẫu", 4, CarCounts(1, 2, 3, 4), "/screen/x/"
    ),
    PassageDone(SCAN_ID, True, CarCounts(turned_back=1)),
    ShiftEnded(4, 5, CarCounts()),
    Show("closer"),
    InstructionMessage(7, "direction", "Dừng hết", "out", 5, "Giám sát Mẫu", False),
    InstructionGone(7),
    Confirmed(7),
    LaneState(True),
    Pong(1, 2),
    ErrorMessage("bad_frame", 3),
    ErrorMessage("scan_id_reused", scan_id=SCAN_ID),
    Feed((FEED_ROW,), True),
    BoardMessage(7, 5, (BOARD_ROW,), False),
    Alerts((ALERT,)),
    ErrorMessage("no_such_instruction", instruction_id=7),
]


@pytest.mark.parametrize("message", SENT, ids=lambda message: type(message).__name__)
def test_what_the_server_sends_parses_to_the_same(message: ServerMessage) -> None:
    text = protocol.encode(message)

    assert msgspec.json.decode(text, type=ServerMessage) == message
    assert isinstance(json.loads(text)["type"], str)


def test_every_kind_of_message_is_tried() -> None:
    assert {type(message) for message in SENT} == set(get_args(ServerMessage))


def test_every_type_has_its_own_name() -> None:
    from_page = {*get_args(protocol.LaneMessage), *get_args(protocol.DashboardMessage)}
    kinds = [*get_args(ServerMessage), *from_page]
    names = [kind.__struct_config__.tag for kind in kinds]

    assert len(set(names)) == len(names)


def test_a_checkpoint_on_the_board_is_a_list_of_values_in_the_page_s_order() -> None:
    sent = json.loads(protocol.encode(BoardMessage(7, 5, (BOARD_ROW,), False)))

    assert sent["rows"] == [
        [2, 3, 2.5, 4, 2, 1, 1, 0, 20, 45, [[3, "silent", 5, ["battery_low"]]], ["lane_silent"], 2]
    ]
    script = (Path(__file__).parents[2] / "static" / "js" / "protocol.js").read_text("utf-8")
    for name, kind in (("BOARD_ROW", BoardRow), ("LANE_NOW", LaneNow)):
        fields = re.search(rf"export const {name} = (\[.+?\]);", script, re.DOTALL)
        assert fields
        assert tuple(json.loads(fields[1])) == kind.__struct_fields__


def test_a_verdict_is_exactly_this_on_the_wire() -> None:
    assert json.loads(protocol.encode(SENT[0])) == {
        "type": "verdict",
        "scan_id": "0192f0c1-2345-7abc-8def-0123456789ab",
        "outcome": "hold",
        "reasons": ["watchlisted", "pending"],
        "hits": ["wanted"],
        "payload_kind": "token",
        "subject": {
            "name": "Nguyễn Thị Mẫu",
            "number": "••••2345",
            "birth_year": 1990,
            "plate": "",
            "origin": "",
            "destination": "",
            "serial": "",
            "kind": {"vi": "Công vụ", "en": "Official duty"},
            "valid_from": None,
            "valid_until": None,
            "companions": [],
            "of_permits": 0,
        },
        "captured_at": 1,
        "elapsed_ms": 20,
        "seq": 3,
        "corners": [[1, 2], [3, 4], [5, 6], [7, 8]],
        "again": True,
    }


# --- The page's side ------------------------------------------------------------------------------


def test_the_pages_constants_are_the_servers() -> None:
    script = (Path(__file__).parents[2] / "static" / "js" / "protocol.js").read_text("utf-8")
    numbers = dict(re.findall(r"^export const (\w+) = (\d+);$", script, re.MULTILINE))
    header_bytes = numbers.pop("HEADER_BYTES")

    assert int(header_bytes) == FRAME_HEADER.size
    assert len(numbers) >= 6
    for name, value in numbers.items():
        assert int(value) == getattr(protocol, name), name


def test_the_pages_outcomes_are_the_decisions() -> None:
    script = (Path(__file__).parents[2] / "static" / "js" / "protocol.js").read_text("utf-8")
    [listed] = re.findall(r"^export const OUTCOMES = (\[.+\]);$", script, re.MULTILINE)

    assert json.loads(listed) == sorted(Outcome, key=SEVERITY.__getitem__)
