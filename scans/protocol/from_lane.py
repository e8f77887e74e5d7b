"""PURE. What a lane's page says."""

from typing import Literal
from uuid import UUID

import msgspec

from scans.protocol.basics import (
    MAX_NOTE_CHARACTERS,
    MAX_PAYLOAD_CHARACTERS,
    MAX_PLATE_CHARACTERS,
    MAX_SCANS_OF_A_CAR,
    MAX_SEEN_SYMBOLS,
    Ping,
    Point,
    Sequence,
    parse,
    require,
    require_time,
)
from scans.protocol.health import Health
from scans.protocol.instructions import Confirm


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
    "closed",  # by a supervisor: take another lane
    "away",  # nobody is at the lane
]


class Sign(msgspec.Struct, tag_field="type", tag="sign", forbid_unknown_fields=True, frozen=True):
    """What the driver is to be shown. Not answered: it goes to the lane's screens as `show`.

    The page says it again every few seconds, so that a screen that missed one is soon right.
    """

    sign: SignCode


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


LaneMessage = (
    Check | Seen | Vehicle | PassageMessage | Undo | Sign | EndShift | Confirm | Health | Ping
)

_decoder = msgspec.json.Decoder(LaneMessage)


def parse_lane(text: str) -> LaneMessage:
    """Parse a lane page's text. Raises ProtocolError."""
    message: LaneMessage = parse(_decoder, text)
    match message:
        case Check():
            require(len(message.payload) <= MAX_PAYLOAD_CHARACTERS)
            require_time(message.captured_at)
        case Seen():
            require(len(message.symbols) <= MAX_SEEN_SYMBOLS)
            require(all(len(one.payload) <= MAX_PAYLOAD_CHARACTERS for one in message.symbols))
            require_time(message.captured_at)
        case Vehicle():
            require(len(message.plate) <= MAX_PLATE_CHARACTERS)
        case PassageMessage():
            require(len(message.note) <= MAX_NOTE_CHARACTERS)
            require(len(message.scan_ids) <= MAX_SCANS_OF_A_CAR)
            require_time(message.acted_at)
        case Undo():
            require_time(message.undone_at)
    return message
