"""The only writer of Scan and Alert."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from permits.people import mask_number
from permits.verdict import Verdict, WatchlistLevel
from scans.evidence import CheckRequest, payload_digest
from scans.models import Alert, Scan
from scans.times import utc_day


@dataclass(frozen=True, slots=True)
class Finding:
    """A decided check that is to be kept."""

    request: CheckRequest
    payload_kind: str
    permit_id: int | None
    personal_number: str
    verdict: Verdict
    hits: tuple[WatchlistLevel, ...]
    elapsed_ms: int


def record(findings: Sequence[Finding], *, now: datetime) -> None:
    """Write a batch's scans, and an alert for each hit. The caller holds the transaction."""
    scans = Scan.objects.bulk_create([_scan(finding, now) for finding in findings])
    alerts = [
        Alert(scan=scan, level=hit.value, raised_at=now)
        for scan, finding in zip(scans, findings, strict=True)
        for hit in finding.hits
    ]
    if alerts:
        Alert.objects.bulk_create(alerts)


def _scan(finding: Finding, now: datetime) -> Scan:
    request, verdict = finding.request, finding.verdict
    return Scan(
        scan_id=request.scan_id,
        checkpoint_id=request.lane.place.checkpoint_id,
        lane_id=request.lane.lane_id,
        direction=request.lane.direction.value,
        officer_id=request.lane.officer_id,
        permit_id=finding.permit_id,
        payload_kind=finding.payload_kind,
        payload_digest=payload_digest(request.payload),
        source=request.source,
        outcome=verdict.outcome.value,
        reason=verdict.headline.value if verdict.headline else "",
        reasons=[reason.value for reason in verdict.reasons],
        hits=[hit.value for hit in finding.hits],
        masked_number=mask_number(finding.personal_number),
        captured_at=request.captured_at,
        captured_day=utc_day(request.captured_at),
        recorded_at=now,
        elapsed_ms=finding.elapsed_ms,
    )
