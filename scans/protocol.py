"""PURE. Every message on the sockets: the one place that builds and parses them.

docs/protocol.md is generated from this module (`make docs`), and static/js/protocol.js is tested
against it. A message is JSON with a `type`, except for a frame, which is binary: a short header and
a picture. Times are whole milliseconds since 1970 in UTC, as JavaScript counts them.
"""

import struct
from typing import Annotated, Literal, TypeVar
from uuid import UUID

import msgspec

Message = TypeVar("Message")

VERSION = 1

# Close codes that tell the page not to connect again by itself.
CLOSE_NOT_LOGGED_IN = 4401
CLOSE_WRONG_ROLE = 4403
CLOSE_NO_SUCH_LANE = 4404
CLOSE_DEVICE_CUT_OFF = 4405
CLOSE_NOT_ENROLLED = 4406
CLOSE_LOCKED = 4423  # the officer's PIN unlocks it
# And the one that tells it to come back at once: this server process ends, and another goes on. The
# standard's own code is 1012, but Autobahn, under Daphne, sends no code below 3000 except 1000.
CLOSE_SERVICE_RESTART = 4012

# A travel code is 142 characters and a citizen card about 150; the largest QR code holds 7,089.
MAX_PAYLOAD_CHARACTERS = 7_089
MAX_PLATE_CHARACTERS = 20
MAX_SEEN_SYMBOLS = 16  # a car's people hold up four or five codes
MAX_TEXT_CHARACTERS = 32 * 1024
MAX_NOTE_CHARACTERS = 500
MAX_SCANS_OF_A_CAR = 64
MAX_FRAME_BYTES = 1000 * 1024  # below Daphne's cap of 1 MiB, which would close the socket

# Header of a frame, big-endian: version u8, flags u8, sequence number u32, captured_at u64.
FRAME_HEADER = struct.Struct(">BBIQ")
FLAG_PICTURE = 1  # a file that somebody chose, not the camera: every look is worth its time
FLAG_TOGETHER = 2  # answer in one message: a list of the verdicts and errors, `frame_done` last
FRAME_FLAGS = FLAG_PICTURE | FLAG_TOGETHER

LARGEST_TIME = 253_402_300_799_000  # the last second of the year 9999


class ProtocolError(Exception):
    """A message that is not of this protocol. `code` goes out on the wire."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Frame(msgspec.Struct, frozen=True):
    """One picture from a lane's camera."""

    seq: int
    captured_at: int
    is_picture: bool
    image: bytes
    answer_together: bool = False


# A corner lies in the picture or just beside it. What is sent back must be a sane number.
Coordinate = Annotated[int, msgspec.Meta(ge=-100_000, le=100_000)]
Point = tuple[Coordinate, Coordinate]
Sequence = Annotated[int, msgspec.Meta(ge=0, lt=2**32)]

# --- From the page --------------------------------------------------------------------------------


class Check(msgspec.Struct, tag_field="type", tag="check", forbid_unknown_fields=True, frozen=True):
    """A payload that was typed, pasted, or read by a USB scanner. Answered by `verdict`."""

    payload: str
    scan_id: UUID
    captured_at: int


class Vehicle(
    msgspec.Struct, tag_field="type", tag="vehicle", forbid_unknown_fields=True, frozen=True
):
    """The plate of the vehicle in front, in any spelling; empty: not known. Not answered.

    It goes for what comes after it on this socket, until another `vehicle`.
    """

    plate: str


class PassageMessage(
    msgspec.Struct, tag_field="type", tag="passage", forbid_unknown_fields=True, frozen=True
):
    """What became of the car in front. Sent again, it is recorded once. Answered by `passage_done`.

    `act` is `passed` (all was in order, and nobody had to act), `let_through` (which needs a
    `reason`), `turned_back` or `health_desk`. `scan_ids` are those of the car, at most 64; none for
    one that had nothing to show. `car_id` goes with the car's stills. The note is for supervisors.
    """

    passage_id: UUID
    car_id: UUID
    act: str
    scan_ids: tuple[UUID, ...]
    acted_at: int
    reason: str = ""
    note: str = ""


class Undo(msgspec.Struct, tag_field="type", tag="undo", forbid_unknown_fields=True, frozen=True):
    """A passage was a slip of the finger. Within ten seconds of it; answered by `passage_done`."""

    passage_id: UUID
    undone_at: int


class EndShift(
    msgspec.Struct, tag_field="type", tag="end_shift", forbid_unknown_fields=True, frozen=True
):
    """The officer goes. Answered by `shift_ended`; the page then closes the socket."""


SignCode = Literal[
    "ready",  # hold your code up
    "reading",  # something is in view
    "closer",  # a code was seen, too small
    "hold_still",  # ... blurred
    "glare",  # ... over-exposed
    "seen",  # ... and nobody knows why it was not read
    "dark",  # too dark for any code
    "allow",
    "hold",
    "refuse",
    "health_desk",
    "away",  # nobody is at the lane
]


class Sign(msgspec.Struct, tag_field="type", tag="sign", forbid_unknown_fields=True, frozen=True):
    """What the driver is to be shown. Not answered: it goes to the lane's screens as `show`.

    The page says it again every few seconds, so that a screen that missed one is soon right.
    """

    sign: SignCode


class Ping(msgspec.Struct, tag_field="type", tag="ping", forbid_unknown_fields=True, frozen=True):
    """Answered by `pong` at once. The page learns the round trip and the server's clock from it."""

    sent_at: int


class CatchUp(
    msgspec.Struct, tag_field="type", tag="catch_up", forbid_unknown_fields=True, frozen=True
):
    """A dashboard asks for the scans after the last one it has (0: for the latest)."""

    after: int


class SeenSymbol(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A code that the page read by itself: its text, and its corners in the frame's pixels."""

    payload: str
    corners: tuple[Point, Point, Point, Point]


class Seen(msgspec.Struct, tag_field="type", tag="seen", forbid_unknown_fields=True, frozen=True):
    """The codes of a frame that the page decoded by itself. Answered as the frame would be.

    At most 16. `seq` and `captured_at` are as in a frame's header.
    """

    seq: Sequence
    captured_at: int
    symbols: tuple[SeenSymbol, ...]


LaneMessage = Check | Seen | Vehicle | PassageMessage | Undo | Sign | EndShift | Ping
DashboardMessage = CatchUp | Ping
ScreenMessage = Ping


# --- From the server ------------------------------------------------------------------------------


class KindName(msgspec.Struct, frozen=True):
    """A permit kind in both languages."""

    vi: str
    en: str


class Companion(msgspec.Struct, frozen=True):
    """Who travels on another's permit. `number` shows its last 4 digits only."""

    name: str
    number: str


class Subject(msgspec.Struct, frozen=True):
    """Who and what a verdict is about. `number` shows its last 4 digits only.

    A citizen card whose person has no permit has a name, a number and a birth year alone. A card or
    a plate may find several permits, `of_permits`: this one fits best here and now.
    """

    name: str
    number: str
    birth_year: int
    plate: str = ""
    origin: str = ""
    destination: str = ""
    serial: str = ""
    kind: KindName | None = None
    valid_from: int | None = None
    valid_until: int | None = None
    companions: tuple[Companion, ...] = ()
    of_permits: int = 0


class VerdictMessage(msgspec.Struct, tag_field="type", tag="verdict", frozen=True):
    """What is to be done about one symbol, sent after its scan is in the database.

    `seq` is the frame's, null for a typed payload. `corners` are the symbol's four corners in the
    frame's pixels, clockwise from its own top left, null for a typed payload. `again` is true for a
    code that is still in view: the verdict is that of its scan, and nothing new was recorded.
    `reasons` are codes, the headline first; `allow` has none, except a hit that the policy allows.
    `hits` are the watchlist's levels.
    """

    scan_id: UUID
    outcome: str
    reasons: tuple[str, ...]
    hits: tuple[str, ...]
    payload_kind: str
    subject: Subject | None
    captured_at: int
    elapsed_ms: int
    seq: int | None = None
    corners: tuple[tuple[int, int], ...] | None = None
    again: bool = False


class FrameDone(msgspec.Struct, tag_field="type", tag="frame_done", frozen=True):
    """Sent exactly once for each frame, after its verdicts or its error: the next may come.

    `hint` is what the decoder can tell of a frame without a code: `closer` (a code is in it, but
    small), `hold_still` (blurred), `glare` (over-exposed), `dark` (the whole picture is), `seen` (a
    code is in it, and why it was not read is not known), or nothing. `seen` are that code's corners
    in the frame's pixels.
    """

    seq: int
    symbols: int
    decode_ms: float
    hint: str = ""
    seen: tuple[tuple[int, int], ...] | None = None


class CarCounts(msgspec.Struct, frozen=True):
    """What became of the cars of a shift, as the day's report counts them."""

    passed: int = 0
    let_through: int = 0
    turned_back: int = 0
    health_desk: int = 0


class ShiftMessage(msgspec.Struct, tag_field="type", tag="shift", frozen=True):
    """The socket is open for this lane. The page shows it and sets its clock by `server_time`.

    `screen` is the address of the driver's screen of this lane, which needs no login.
    """

    shift_id: int
    checkpoint: str
    lane: str
    direction: str
    server_time: int
    officer: str
    started_at: int
    counts: CarCounts
    screen: str


class PassageDone(msgspec.Struct, tag_field="type", tag="passage_done", frozen=True):
    """A passage is in the database, or no longer counts. `counts` are the shift's so far."""

    passage_id: UUID
    undone: bool
    counts: CarCounts


class ShiftEnded(msgspec.Struct, tag_field="type", tag="shift_ended", frozen=True):
    """The shift is over, and these were its cars."""

    started_at: int
    ended_at: int
    counts: CarCounts


class Show(msgspec.Struct, tag_field="type", tag="show", frozen=True):
    """To a driver's screen: the sign to show, until another, and for ten seconds at most."""

    sign: SignCode


class Pong(msgspec.Struct, tag_field="type", tag="pong", frozen=True):
    """Answer to `ping`: its `sent_at`, and the server's clock."""

    sent_at: int
    server_time: int


ErrorCode = Literal[
    "bad_message",  # not JSON, of an unknown type, or with wrong fields
    "message_too_large",
    "bad_frame",  # no complete header, or nothing behind it
    "bad_version",  # the page is older or newer than the server: load it anew
    "not_an_image",
    "image_too_large",  # too many pixels; nothing was decoded
    "scan_id_reused",  # this scan_id is recorded for another payload or lane
    "check_failed",  # the server could not decide; nothing was recorded: try again
    "bad_act",  # no such act, a reason that does not go with it, or `passed` where it was not so
    "unknown_scan",  # a passage names a scan that this lane has not recorded
    "passage_id_reused",  # this passage_id is recorded for another lane or act
    "no_such_passage",  # there is nothing to undo
    "undo_too_late",
]


class ErrorMessage(msgspec.Struct, tag_field="type", tag="error", frozen=True):
    """A message of the page had no effect. The socket goes on.

    `seq` is the frame's or null; `scan_id` that of a `check` or null; `passage_id` that of a
    `passage` or `undo` or null.
    """

    code: ErrorCode
    seq: int | None = None
    scan_id: UUID | None = None
    passage_id: UUID | None = None


class FeedRow(msgspec.Struct, frozen=True):
    """One scan on the dashboard."""

    id: int
    scan_id: UUID
    checkpoint: str
    lane: str
    direction: str
    outcome: str
    reason: str
    number: str
    captured_at: int
    recorded_at: int
    elapsed_ms: int


class CheckpointTotals(msgspec.Struct, frozen=True):
    """One checkpoint on the dashboard. `median_ms` is null where the hour has no scan."""

    checkpoint_id: int
    name: str
    lanes: int
    lanes_online: int
    last_minute: int
    last_hour: int
    allow: int
    hold: int
    refuse: int
    median_ms: int | None


class Feed(msgspec.Struct, tag_field="type", tag="feed", frozen=True):
    """Scans, oldest first. `fresh` says that they replace all that the dashboard had."""

    rows: tuple[FeedRow, ...]
    fresh: bool


class Totals(msgspec.Struct, tag_field="type", tag="totals", frozen=True):
    """The totals of every checkpoint; they replace the earlier ones."""

    checkpoints: tuple[CheckpointTotals, ...]


ServerMessage = (
    VerdictMessage
    | FrameDone
    | ShiftMessage
    | PassageDone
    | ShiftEnded
    | Show
    | Pong
    | ErrorMessage
    | Feed
    | Totals
)

_encoder = msgspec.json.Encoder()
_lane_decoder = msgspec.json.Decoder(LaneMessage)
_dashboard_decoder = msgspec.json.Decoder(DashboardMessage)
_screen_decoder = msgspec.json.Decoder(ScreenMessage)


def encode(message: ServerMessage | list[ServerMessage]) -> str:
    """A message's text on the wire; or several in one, which FLAG_TOGETHER asks for."""
    return _encoder.encode(message).decode()


def parse_lane(text: str) -> LaneMessage:
    """Parse a lane page's text. Raises ProtocolError."""
    message: LaneMessage = _parse(_lane_decoder, text)
    match message:
        case Check():
            _require(len(message.payload) <= MAX_PAYLOAD_CHARACTERS)
            _require_time(message.captured_at)
        case Seen():
            _require(len(message.symbols) <= MAX_SEEN_SYMBOLS)
            _require(all(len(one.payload) <= MAX_PAYLOAD_CHARACTERS for one in message.symbols))
            _require_time(message.captured_at)
        case Vehicle():
            _require(len(message.plate) <= MAX_PLATE_CHARACTERS)
        case PassageMessage():
            _require(len(message.note) <= MAX_NOTE_CHARACTERS)
            _require(len(message.scan_ids) <= MAX_SCANS_OF_A_CAR)
            _require_time(message.acted_at)
        case Undo():
            _require_time(message.undone_at)
    return message


def _require(is_short_enough: bool) -> None:
    if not is_short_enough:
        raise ProtocolError("message_too_large")


def parse_dashboard(text: str) -> DashboardMessage:
    """Parse a dashboard's text. Raises ProtocolError."""
    message: DashboardMessage = _parse(_dashboard_decoder, text)
    return message


def parse_screen(text: str) -> ScreenMessage:
    """Parse a driver's screen's text. Raises ProtocolError."""
    message: ScreenMessage = _parse(_screen_decoder, text)
    return message


def _parse(decoder: msgspec.json.Decoder[Message], text: str) -> Message:
    if len(text) > MAX_TEXT_CHARACTERS:
        raise ProtocolError("message_too_large")
    try:
        return decoder.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise ProtocolError("bad_message") from None


def _require_time(milliseconds: int) -> None:
    if not 0 <= milliseconds <= LARGEST_TIME:
        raise ProtocolError("bad_message")


def parse_frame(message: bytes) -> Frame:
    """Parse a binary message. Raises ProtocolError; what the picture holds is not looked at."""
    if len(message) > MAX_FRAME_BYTES:
        raise ProtocolError("message_too_large")
    if len(message) <= FRAME_HEADER.size:
        raise ProtocolError("bad_frame")
    version, flags, seq, captured_at = FRAME_HEADER.unpack_from(message)
    if version != VERSION:
        raise ProtocolError("bad_version")
    if flags & ~FRAME_FLAGS or captured_at > LARGEST_TIME:
        raise ProtocolError("bad_frame")
    return Frame(
        seq,
        captured_at,
        bool(flags & FLAG_PICTURE),
        message[FRAME_HEADER.size :],
        bool(flags & FLAG_TOGETHER),
    )


def pack_frame(
    *,
    seq: int,
    captured_at: int,
    image: bytes,
    is_picture: bool = False,
    answer_together: bool = False,
) -> bytes:
    """Build a binary message, as the page does. For tests and benchmarks."""
    flags = FLAG_PICTURE * is_picture | FLAG_TOGETHER * answer_together
    return FRAME_HEADER.pack(VERSION, flags, seq, captured_at) + image


def seq_of(message: bytes) -> int | None:
    """The sequence number of a frame that did not parse, as far as it can be told."""
    if len(message) < FRAME_HEADER.size:
        return None
    seq: int = FRAME_HEADER.unpack_from(message)[2]
    return seq
