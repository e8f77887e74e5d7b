"""PURE. A frame: the one binary message, a short header and a picture."""

import struct

import msgspec

from scans.protocol.basics import LARGEST_TIME, VERSION, ProtocolError

MAX_FRAME_BYTES = 1000 * 1024  # below Daphne's cap of 1 MiB, which would close the socket

# Header of a frame, big-endian: version u8, flags u8, sequence number u32, captured_at u64.
FRAME_HEADER = struct.Struct(">BBIQ")
FLAG_PICTURE = 1  # a file that somebody chose, not the camera: every look is worth its time
FLAG_TOGETHER = 2  # answer in one message: a list of the verdicts and errors, `frame_done` last
FRAME_FLAGS = FLAG_PICTURE | FLAG_TOGETHER


class Frame(msgspec.Struct, frozen=True):
    """One picture from a lane's camera."""

    seq: int
    captured_at: int
    is_picture: bool
    image: bytes
    answer_together: bool = False


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
