"""Lanes that went away, and devices whose clock is wrong."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, QuerySet

from scans import lane_health, partitions
from scans.alerts.raising import Sighting, follow
from scans.models import AlertKind, Lane, Scan, Severity, Shift, Source
from scans.presence import MISSED_FOR
from scans.scan_ids import days_near
from scans.times import to_milliseconds

SILENT_AFTER = timedelta(minutes=2)

CLOCK_OFF_MS = 60_000
CLOCK_GOOD_MS = 30_000  # an alert is over only below this
CLOCK_LOOKS_BACK = timedelta(minutes=10)
CLOCK_SCANS = 5  # so many scans say what one slow network does not
FROM_A_PAGE = [Source.CAMERA.value, Source.TYPED.value]


def look_for_silent_lanes(now: datetime) -> None:
    """A lane whose shift is not over, and whose page has been away for too long."""
    follow("lane_silent:", _silent_lanes(now), now=now)


def _silent_lanes(now: datetime) -> list[Sighting]:
    away = Shift.objects.filter(
        ended_at=None,
        last_seen_at__gt=now - MISSED_FOR,
        last_seen_at__lt=now - SILENT_AFTER,
    )
    rows = away.values_list("lane_id", "lane__checkpoint_id").order_by("lane_id")
    found = list(rows.annotate(at=Max("last_seen_at")))
    if not found:
        return []
    shifts = Shift.objects.filter(lane_id__in=[row[0] for row in found])
    of_lanes = shifts.filter(last_seen_at__gt=now - MISSED_FOR).values_list("lane_id")
    # Another shift may have been there since: one that goes on, or one that was ended.
    latest = dict(of_lanes.order_by("lane_id").annotate(at=Max("last_seen_at")))
    return [
        Sighting(
            kind=AlertKind.LANE_SILENT,
            severity=Severity.HIGH,
            cause=f"lane_silent:{lane_id}",
            checkpoint_id=checkpoint_id,
            lane_id=lane_id,
            details={"since": to_milliseconds(at)},
        )
        for lane_id, checkpoint_id, at in found
        if latest[lane_id] == at
    ]


def look_for_wrong_clocks(now: datetime) -> None:
    """By what the devices say of their clocks; for others by what their scans say of them."""
    judge_clocks({**offsets_seen(now), **_offsets_said(now)}, now=now)


def _offsets_said(now: datetime) -> dict[int, int]:
    """Of two devices at a lane the one that is farther off."""
    said: dict[int, int] = {}
    for lane_id, reports in lane_health.of_lanes(now=now).items():
        known = [one.clock_offset_ms for one in reports if one.clock_offset_ms is not None]
        if known:
            said[lane_id] = max(known, key=abs)
    return said


def judge_clocks(offsets: Mapping[int, int], *, now: datetime) -> None:
    """Follow the lanes' clocks: lane id to milliseconds, above 0 where the device is ahead."""
    wrong = {lane_id: ms for lane_id, ms in offsets.items() if abs(ms) >= CLOCK_OFF_MS}
    still = {_clock_cause(id_) for id_, ms in offsets.items() if abs(ms) >= CLOCK_GOOD_MS}
    lanes = Lane.objects.filter(pk__in=wrong).values_list("id", "checkpoint_id")
    sightings = [
        Sighting(
            kind=AlertKind.CLOCK_OFF,
            severity=Severity.MEDIUM,
            cause=_clock_cause(lane_id),
            checkpoint_id=checkpoint_id,
            lane_id=lane_id,
            details={"seconds": int(wrong[lane_id] / 1000)},
        )
        for lane_id, checkpoint_id in lanes
    ]
    follow("clock_off:", sightings, still=still, now=now)


def offsets_seen(now: datetime) -> dict[int, int]:
    """Of lanes whose every scan seems to have come late: so late is the device's clock at least.

    One that is ahead cannot be told: a capture in the future is recorded as of now.
    """
    late = _from_pages(now, lane_ids=None).filter(elapsed_ms__gte=CLOCK_GOOD_MS)
    lane_ids = set(late.values_list("lane_id", flat=True).distinct())
    if not lane_ids:
        return {}
    rows = _from_pages(now, lane_ids=lane_ids).values_list("lane_id").order_by("lane_id")
    counted = rows.annotate(n=Count("id"), least=Min("elapsed_ms"))
    return {lane_id: -least for lane_id, n, least in counted if n >= CLOCK_SCANS}


def _from_pages(now: datetime, *, lane_ids: Iterable[int] | None) -> QuerySet[Scan]:
    scans = Scan.objects.filter(
        partitions.of(days_near(now)),
        recorded_at__gt=now - CLOCK_LOOKS_BACK,
        recorded_at__lte=now,
        source__in=FROM_A_PAGE,
    )
    return scans if lane_ids is None else scans.filter(lane_id__in=lane_ids)


def _clock_cause(lane_id: int) -> str:
    return f"clock_off:{lane_id}"
