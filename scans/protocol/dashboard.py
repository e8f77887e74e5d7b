"""PURE. What a dashboard and the server say to each other."""

from uuid import UUID

import msgspec

from scans.protocol.basics import Ping, parse


class CatchUp(
    msgspec.Struct, tag_field="type", tag="catch_up", forbid_unknown_fields=True, frozen=True
):
    """A dashboard asks for the scans after the last one it has (0: for the latest), and the board.

    `checkpoint` or `lane` limit all that comes from then on, as a page of one of them wants it.
    """

    after: int
    checkpoint: int | None = None
    lane: int | None = None


class Got(msgspec.Struct, tag_field="type", tag="got", forbid_unknown_fields=True, frozen=True):
    """The dashboard shows this version of the board. With two to show it is sent no more."""

    version: int


DashboardMessage = CatchUp | Got | Ping


class FeedRow(msgspec.Struct, frozen=True):
    """One scan on the dashboard."""

    id: int
    scan_id: UUID
    checkpoint_id: int
    checkpoint: str
    lane_id: int
    lane: str
    direction: str
    outcome: str
    reason: str
    number: str
    captured_at: int
    recorded_at: int
    elapsed_ms: int


class LaneNow(msgspec.Struct, frozen=True, array_like=True):
    """One lane. `state` is `online`, `silent` (an officer is on shift, and the device is not heard)
    or `off`; `since` is since when it is silent. `troubles` are what its device says of itself.
    """

    lane_id: int
    state: str
    since: int | None = None
    troubles: tuple[str, ...] = ()


class BoardRow(msgspec.Struct, frozen=True, array_like=True):
    """One checkpoint now. On the wire a list of values in this order: there may be a thousand.

    `usual` is how many scans a minute are usual at this hour, null where that is not known.
    `allow`, `hold`, `refuse`, `median_ms` and `p95_ms` are of the last hour; the times have two
    digits, and are null where it has no scan. `turned_back` are the day's. `attention` says what is
    the matter, the gravest first; `level` is 2 (act), 1 (look) or 0.
    """

    checkpoint_id: int
    last_minute: int
    usual: float | None
    allow: int
    hold: int
    refuse: int
    turned_back_in: int
    turned_back_out: int
    median_ms: int | None
    p95_ms: int | None
    lanes: tuple[LaneNow, ...]
    attention: tuple[str, ...]
    level: int


class Feed(msgspec.Struct, tag_field="type", tag="feed", frozen=True):
    """Scans, oldest first. `fresh` says that they replace all that the dashboard had.

    `left_out` more were recorded in the same moment, and are not shown.
    """

    rows: tuple[FeedRow, ...]
    fresh: bool
    left_out: int = 0


class BoardMessage(msgspec.Struct, tag_field="type", tag="board", frozen=True):
    """The checkpoints that have changed since the version before. Answered by `got`.

    `fresh` says that these are all there are.
    """

    version: int
    at: int
    rows: tuple[BoardRow, ...]
    fresh: bool


class AlertNow(msgspec.Struct, frozen=True):
    """One alert that is not resolved. The codes are those of docs/alerts.md.

    `scan_id` is null where it is about no scan; `times` is how often its cause was seen, the last
    time at `last_at`. It is news as long as it is not `acknowledged`.
    """

    id: int
    kind: str
    severity: str
    level: str
    checkpoint_id: int | None
    checkpoint: str
    lane: str
    scan_id: UUID | None
    owner: str
    times: int
    raised_at: int
    last_at: int
    acknowledged: bool


class Alerts(msgspec.Struct, tag_field="type", tag="alerts", frozen=True):
    """All alerts that are not resolved, the gravest first; they replace the earlier ones."""

    alerts: tuple[AlertNow, ...]


_decoder = msgspec.json.Decoder(DashboardMessage)


def parse_dashboard(text: str) -> DashboardMessage:
    """Parse a dashboard's text. Raises ProtocolError."""
    message: DashboardMessage = parse(_decoder, text)
    return message
