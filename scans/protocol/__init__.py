"""PURE. Every message on the sockets: the one place that builds and parses them.

docs/protocol.md is generated from this module (`make docs`), and static/js/protocol.js is tested
against it. A message is JSON with a `type`, except for a frame, which is binary: a short header and
a picture. Times are whole milliseconds since 1970 in UTC, as JavaScript counts them.
"""

import msgspec

from scans.protocol.basics import *  # noqa: F403 this package is one module in several files
from scans.protocol.basics import ErrorMessage, Ping, Pong, parse
from scans.protocol.dashboard import *  # noqa: F403
from scans.protocol.dashboard import Alerts, BoardMessage, Feed
from scans.protocol.frames import *  # noqa: F403
from scans.protocol.from_lane import *  # noqa: F403
from scans.protocol.health import *  # noqa: F403
from scans.protocol.instructions import *  # noqa: F403
from scans.protocol.instructions import (
    Confirmed,
    InstructionGone,
    InstructionMessage,
    LaneState,
)
from scans.protocol.to_lane import *  # noqa: F403
from scans.protocol.to_lane import (
    FrameDone,
    PassageDone,
    ShiftEnded,
    ShiftMessage,
    Show,
    VerdictMessage,
)

ScreenMessage = Ping

ServerMessage = (
    VerdictMessage
    | FrameDone
    | ShiftMessage
    | PassageDone
    | ShiftEnded
    | InstructionMessage
    | InstructionGone
    | Confirmed
    | LaneState
    | Show
    | Pong
    | ErrorMessage
    | Feed
    | BoardMessage
    | Alerts
)

_encoder = msgspec.json.Encoder()
_screen_decoder = msgspec.json.Decoder(ScreenMessage)


def encode(message: ServerMessage | list[ServerMessage]) -> str:
    """A message's text on the wire; or several in one, which FLAG_TOGETHER asks for."""
    return _encoder.encode(message).decode()


def parse_screen(text: str) -> ScreenMessage:
    """Parse a driver's screen's text. Raises ProtocolError."""
    message: ScreenMessage = parse(_screen_decoder, text)
    return message
