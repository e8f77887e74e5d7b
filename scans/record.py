"""The only writer of Scan and TripUse."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from permits.models import Permit
from permits.people import mask_number
from permits.verdict import Direction, Passage, Verdict, WatchlistLevel
from scans.alert_rules import from_scans
from scans.evidence import CheckRequest, payload_digest
from scans.kept_evidence import Packed
from scans.lookups import TripKey
from scans.models import Scan, TripUse
from scans.prepared import PreparedInsert
from scans.scan_ids import scan_day


@dataclass(frozen=True, slots=True)
class Finding:
    """A decided check that is to be kept."""

    request: CheckRequest
    payload_kind: str
    permit_id: int | None
    number_tail: str
    verdict: Verdict
    hits: tuple[WatchlistLevel, ...]
    elapsed_ms: int
    evidence: Packed | None = None
    subject_digest: bytes | None = None
    plate_digest: bytes | None = None


def record(findings: Sequence[Finding], trips: Mapping[TripKey, Passage], *, now: datetime) -> None:
    """Write a batch: its scans, the one-trip permits now used, and the alerts that they raise.

    The caller holds the transaction. Raises IntegrityError where another process was quicker.
    """
    _scans.insert([_scan(finding, now) for finding in findings])
    grave = [finding for finding in findings if from_scans.concern(finding)]
    if grave:
        from_scans.look(grave, now=now)
    if trips:
        _trip_uses.insert([_trip_use(*trip) for trip in trips.items()])


def use_trips(
    permit_ids: Collection[int], direction: Direction, *, checkpoint_id: int, at: datetime
) -> None:
    """An officer let these through: those for one trip are used, as if the verdict had said so."""
    for_one_trip = Permit.objects.filter(id__in=permit_ids, kind__one_trip=True)
    TripUse.objects.bulk_create(
        (
            TripUse(
                permit_id=permit_id,
                direction=direction.value,
                checkpoint_id=checkpoint_id,
                used_at=at,
            )
            for permit_id in for_one_trip.values_list("id", flat=True)
        ),
        ignore_conflicts=True,  # used already: that is often why it was held
    )


def give_trips_back(permit_ids: Collection[int], direction: str, *, at: datetime) -> None:
    """The officer undid it: what it used, and nothing that was used before."""
    used = TripUse.objects.filter(permit_id__in=permit_ids, direction=direction, used_at=at)
    used.delete()


_scans, _trip_uses = PreparedInsert(Scan), PreparedInsert(TripUse)


def _trip_use(trip: TripKey, passage: Passage) -> tuple[object, ...]:
    """A row, in the order of the model's fields."""
    permit_id, direction = trip
    return permit_id, direction.value, passage.place.checkpoint_id, passage.at


def _scan(finding: Finding, now: datetime) -> tuple[object, ...]:
    """A row, in the order of the model's fields."""
    request, verdict = finding.request, finding.verdict
    return (
        request.scan_id,
        request.lane.place.checkpoint_id,
        request.lane.lane_id,
        request.lane.direction.value,
        request.lane.officer_id,
        finding.permit_id,
        finding.payload_kind,
        payload_digest(request.payload),
        request.source,
        verdict.outcome.value,
        verdict.headline.value if verdict.headline else "",
        [reason.value for reason in verdict.reasons],
        [hit.value for hit in finding.hits],
        mask_number(finding.number_tail),
        request.captured_at,
        scan_day(request.scan_id, now),
        now,
        finding.elapsed_ms,
        finding.evidence,
        finding.subject_digest,
        finding.plate_digest,
    )
