"""Scans and passages of made-up days, as tests of the report write them."""

from datetime import UTC, datetime
from uuid import uuid4

from django.contrib.auth.models import User

from permits.models import Permit
from scans.models import Act, Lane, Passage, PassageScan, Scan


def a_scan(
    lane: Lane,
    officer: User,
    at: datetime,
    *,
    outcome: str = "allow",
    reason: str = "",
    permit: Permit | None = None,
    elapsed_ms: int = 40,
    direction: str = "in",
) -> Scan:
    """A scan that was recorded at a moment."""
    return Scan.objects.create(
        scan_id=uuid4(), checkpoint=lane.checkpoint, lane=lane, direction=direction,
        officer=officer, permit=permit, payload_kind="token", payload_digest=b"x",
        source="camera", outcome=outcome, reason=reason, captured_at=at,
        captured_day=at.astimezone(UTC).date(), recorded_at=at, elapsed_ms=elapsed_ms,
    )  # fmt: skip


def a_passage(
    lane: Lane,
    officer: User,
    at: datetime,
    act: Act,
    *scans: Scan,
    direction: str = "in",
    reason: str = "",
    undone: bool = False,
) -> Passage:
    """What became of the car of these scans."""
    passage = Passage.objects.create(
        passage_id=uuid4(), car_id=uuid4(), checkpoint=lane.checkpoint, lane=lane,
        direction=direction, officer=officer, outcome="hold", act=act, reason=reason,
        acted_at=at, recorded_at=at, undone_at=at if undone else None,
    )  # fmt: skip
    for scan in scans:
        PassageScan.objects.create(passage=passage, scan_id=scan.scan_id)
    return passage
