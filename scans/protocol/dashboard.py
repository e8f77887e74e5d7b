"""PURE. What a dashboard and the server say to each other."""

from uuid import UUID

import msgspec

from scans.protocol.basics import Ping, parse


class CatchUp(
    msgspec.Struct, tag_field="type", tag="catch_up", forbid_unknown_fields=True, frozen=True
):
    """A dashboard asks for the scans after the last one it has (0: for the latest)."""

    after: int


DashboardMessage = CatchUp | Ping


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


_decoder = msgspec.json.Decoder(DashboardMessage)


def parse_dashboard(text: str) -> DashboardMessage:
    """Parse a dashboard's text. Raises ProtocolError."""
    message: DashboardMessage = parse(_decoder, text)
    return message
