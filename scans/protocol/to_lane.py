"""PURE. What a lane's page, and its driver's screen, are told."""

from uuid import UUID

import msgspec

from scans.protocol.from_lane import SignCode


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
