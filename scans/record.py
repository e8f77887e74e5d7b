"""The only writer of Scan, TripUse and Alert."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from permits.people import mask_number
from permits.verdict import Passage, Verdict, WatchlistLevel
from scans.evidence import CheckRequest, payload_digest
from scans.lookups import TripKey
from scans.models import Alert, Scan, TripUse
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


def record(findings: Sequence[Finding], trips: Mapping[TripKey, Passage], *, now: datetime) -> None:
    """Write a batch: its scans, the one-trip permits now used, and an alert for each hit.

    The caller holds the transaction. Raises IntegrityError where another process was quicker.
    """
    scans = Scan.objects.bulk_create([_scan(finding, now) for finding in findings])
    alerts = [
        Alert(scan=scan, level=hit.value, raised_at=now)
        for scan, finding in zip(scans, findings, strict=True)
        for hit in finding.hits
    ]
    if alerts:
        Alert.objects.bulk_create(alerts)
    if trips:
        TripUse.objects.bulk_create([_trip_use(*trip) for trip in trips.items()])


def _trip_use(trip: TripKey, passage: Passage) -> TripUse:
    permit_id, direction = trip
    return TripUse(
        permit_id=permit_id,
        direction=direction.value,
        checkpoint_id=passage.place.checkpoint_id,
        used_at=passage.at,
    )


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
