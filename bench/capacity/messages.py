"""PURE. How long the messages are that a server sends: as the protocol itself writes them."""

from uuid import UUID

from scans.protocol import (
    BoardMessage,
    BoardRow,
    FrameDone,
    KindName,
    LaneNow,
    Subject,
    VerdictMessage,
    encode,
)

MOMENT_MS = 1_631_606_400_000

SUBJECT = Subject(
    name="Nguyễn Thị Mẫu",
    number="••••2345",
    birth_year=1990,
    plate="99A12345",
    origin="phường Mẫu, quận Mẫu, Hà Nội",
    destination="xã Mẫu, huyện Mẫu, Hải Phòng",
    serial="0123456789",
    kind=KindName("Tự khai báo đi lại trong nước", "Self-declared domestic movement"),
    valid_from=MOMENT_MS,
    valid_until=MOMENT_MS,
)
VERDICT = VerdictMessage(
    scan_id=UUID("0198c0de-0000-7000-8000-000000000000"),
    outcome="allow",
    reasons=(),
    hits=(),
    payload_kind="token",
    subject=SUBJECT,
    captured_at=MOMENT_MS,
    elapsed_ms=40,
    seq=100_000,
    corners=((120, 130), (320, 131), (321, 330), (119, 331)),
)
LANES = tuple(LaneNow(lane, "online") for lane in (1_001, 1_002, 1_003, 1_004))
ROW = BoardRow(1_000, 10, 9.5, 900, 50, 50, 10, 10, 120, 640, LANES, (), 0)


def verdict_bytes() -> int:
    """Of a verdict on a permit."""
    return _length(encode(VERDICT))


def frame_done_bytes() -> int:
    """Of a frame's end."""
    return _length(encode(FrameDone(100_000, 1, 2.31)))


def board_bytes(checkpoints: int) -> int:
    """Of so many checkpoints that have changed, as each dashboard gets them."""
    return _length(encode(BoardMessage(1_000, MOMENT_MS, (ROW,) * checkpoints, fresh=False)))


def _length(text: str) -> int:
    return len(text.encode())
