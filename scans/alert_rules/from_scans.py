"""Alerts that a scan raises: a watchlist hit, impossible travel, forged codes in a row."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING
from uuid import UUID

from permits.verdict import PayloadKind, Reason, WatchlistLevel
from scans import partitions
from scans.alerts.raising import Sighting, raise_alerts
from scans.evidence import payload_digest
from scans.models import AlertKind, Scan, Severity
from scans.scan_ids import days_near

if TYPE_CHECKING:
    from scans.record import Finding

SEVERITY_OF = {
    WatchlistLevel.F0: Severity.CRITICAL,
    WatchlistLevel.WANTED: Severity.CRITICAL,
    WatchlistLevel.F1: Severity.HIGH,
    WatchlistLevel.QUARANTINE: Severity.HIGH,
}
GRAVE = frozenset({Reason.IMPOSSIBLE_TRAVEL, Reason.BAD_SIGNATURE})
IN_A_ROW = 3
WITHIN = timedelta(minutes=10)

Key = tuple[int, UUID]  # of a scan: its row id and its scan_id
Forged = tuple[datetime, datetime]  # captured_at, recorded_at


def concern(finding: "Finding") -> bool:
    """Whether a finding may raise one. Asked of every scan."""
    return bool(finding.hits) or not GRAVE.isdisjoint(finding.verdict.reasons)


def look(findings: Sequence["Finding"], *, now: datetime) -> None:
    """Raise what these findings give. The scans are written; the caller holds the transaction."""
    keys = _keys(findings, now)
    raise_alerts(
        [*_hits(findings, keys), *_travel(findings, keys), *_forged(findings, keys, now)], now=now
    )


def _keys(findings: Sequence["Finding"], now: datetime) -> dict[UUID, Key]:
    scan_ids = [finding.request.scan_id for finding in findings]
    kept = Scan.objects.filter(captured_day__in=days_near(now), scan_id__in=scan_ids)
    return {scan_id: (pk, scan_id) for pk, scan_id in kept.values_list("id", "scan_id")}


def _hits(findings: Sequence["Finding"], keys: Mapping[UUID, Key]) -> Iterator[Sighting]:
    for finding in findings:
        at = finding.request.lane
        for hit in finding.hits:
            yield Sighting(
                kind=AlertKind.WATCHLIST_HIT,
                severity=SEVERITY_OF[hit],
                level=hit.value,
                cause=f"watchlist_hit:{at.place.checkpoint_id}:{hit.value}:{_who(finding)}",
                checkpoint_id=at.place.checkpoint_id,
                lane_id=at.lane_id,
                scan=keys[finding.request.scan_id],
            )


def _who(finding: "Finding") -> str:
    """The permit; without one what was held up, by its keyed digest."""
    if finding.permit_id:
        return f"permit-{finding.permit_id}"
    return payload_digest(finding.request.payload).hex()[:32]


def _travel(findings: Sequence["Finding"], keys: Mapping[UUID, Key]) -> Iterator[Sighting]:
    for finding in findings:
        if Reason.IMPOSSIBLE_TRAVEL not in finding.verdict.reasons:
            continue
        at = finding.request.lane
        yield Sighting(
            kind=AlertKind.IMPOSSIBLE_TRAVEL,
            severity=Severity.HIGH,
            cause=f"impossible_travel:{at.place.checkpoint_id}:{_who(finding)}",
            checkpoint_id=at.place.checkpoint_id,
            lane_id=at.lane_id,
            scan=keys[finding.request.scan_id],
        )


def _forged(
    findings: Sequence["Finding"], keys: Mapping[UUID, Key], now: datetime
) -> Iterator[Sighting]:
    """The lanes at which the latest forged code is one of several in a row."""
    in_order = sorted(findings, key=attrgetter("request.captured_at"))
    latest = {
        finding.request.lane.lane_id: finding
        for finding in in_order
        if Reason.BAD_SIGNATURE in finding.verdict.reasons
    }
    if not latest:
        return
    rows = _forged_lately(latest, now)
    for lane_id, finding in latest.items():
        until = finding.request.captured_at
        run = [row for row in rows.get(lane_id, []) if until - WITHIN <= row[0] <= until]
        if len(run) < IN_A_ROW or _had_a_good_one(lane_id, run[:IN_A_ROW], now):
            continue
        yield Sighting(
            kind=AlertKind.FORGED_CODES,
            severity=Severity.HIGH,
            cause=f"forged_codes:{lane_id}",
            checkpoint_id=finding.request.lane.place.checkpoint_id,
            lane_id=lane_id,
            scan=keys[finding.request.scan_id],
            details={
                "codes": IN_A_ROW if _had_a_good_one(lane_id, run, now) else len(run),
                "minutes": int(WITHIN.total_seconds() / 60),
            },
        )


def _forged_lately(latest: Mapping[int, "Finding"], now: datetime) -> dict[int, list[Forged]]:
    """By lane, the latest first. What is forged has no permit, so an index has it beside few."""
    since = min(finding.request.captured_at for finding in latest.values()) - WITHIN
    rows = Scan.objects.filter(
        captured_day__in=days_near(now),
        permit=None,
        captured_at__gte=since,
        lane_id__in=latest,
        reason=Reason.BAD_SIGNATURE.value,
    ).order_by("-captured_at")
    found: dict[int, list[Forged]] = {}
    for lane_id, captured_at, recorded_at in rows.values_list(
        "lane_id", "captured_at", "recorded_at"
    ):
        found.setdefault(lane_id, []).append((captured_at, recorded_at))
    return found


def _had_a_good_one(lane_id: int, run: Sequence[Forged], now: datetime) -> bool:
    """Whether a travel code of a permit was held up at the lane between these: no forged one."""
    return Scan.objects.filter(
        partitions.of(days_near(now)),
        recorded_at__gte=min(recorded_at for _captured_at, recorded_at in run),
        lane_id=lane_id,
        payload_kind=PayloadKind.TOKEN.value,
        permit__isnull=False,
        captured_at__gt=run[-1][0],
        captured_at__lt=run[0][0],
    ).exists()
