"""PURE. What all sockets have in common: codes, limits, errors, and how a text is parsed."""

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
# And the one of a dashboard that the server has nothing new for: the page says that it is not up to
# date, and comes again.
CLOSE_CANNOT_READ = 4503

# A travel code is 142 characters and a citizen card about 150; the largest QR code holds 7,089.
MAX_PAYLOAD_CHARACTERS = 7_089
MAX_PLATE_CHARACTERS = 20
MAX_SEEN_SYMBOLS = 16  # a car's people hold up four or five codes
MAX_TEXT_CHARACTERS = 32 * 1024
MAX_NOTE_CHARACTERS = 500
MAX_SCANS_OF_A_CAR = 64

LARGEST_TIME = 253_402_300_799_000  # the last second of the year 9999


class ProtocolError(Exception):
    """A message that is not of this protocol. `code` goes out on the wire."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


# A corner lies in the picture or just beside it. What is sent back must be a sane number.
Coordinate = Annotated[int, msgspec.Meta(ge=-100_000, le=100_000)]
Point = tuple[Coordinate, Coordinate]
Sequence = Annotated[int, msgspec.Meta(ge=0, lt=2**32)]


class Ping(msgspec.Struct, tag_field="type", tag="ping", forbid_unknown_fields=True, frozen=True):
    """Answered by `pong` at once. The page learns the round trip and the server's clock from it."""

    sent_at: int


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
    "no_such_instruction",  # none that stands for this lane has this id
]


class ErrorMessage(msgspec.Struct, tag_field="type", tag="error", frozen=True):
    """A message of the page had no effect. The socket goes on.

    `seq` is the frame's or null; `scan_id` that of a `check` or null; `passage_id` that of a
    `passage` or `undo` or null; `instruction_id` that of a `confirm` or null.
    """

    code: ErrorCode
    seq: int | None = None
    scan_id: UUID | None = None
    passage_id: UUID | None = None
    instruction_id: int | None = None


def require(is_short_enough: bool) -> None:
    if not is_short_enough:
        raise ProtocolError("message_too_large")


def parse(decoder: msgspec.json.Decoder[Message], text: str) -> Message:
    if len(text) > MAX_TEXT_CHARACTERS:
        raise ProtocolError("message_too_large")
    try:
        return decoder.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise ProtocolError("bad_message") from None


def require_time(milliseconds: int) -> None:
    if not 0 <= milliseconds <= LARGEST_TIME:
        raise ProtocolError("bad_message")
