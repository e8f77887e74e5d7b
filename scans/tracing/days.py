"""The days of scans. Each index of a person's scans begins with the day, so each is asked for."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from scans import partitions
from scans.models import Scan
from scans.scan_ids import NEAR, day_in
from scans.times import utc_day

LONGEST_HELD_BACK = timedelta(days=2)  # from capture to record, and the nearness of a day


def kept_days(since: datetime | None = None, until: datetime | None = None) -> list[date]:
    """From the first day that has a scan to the last that has one, within these moments."""
    by_day = Scan.objects.order_by("captured_day").values_list("captured_day", flat=True)
    first, last = by_day.first(), by_day.last()
    if first is None or last is None:
        return []
    if since:
        first = max(first, utc_day(since) - NEAR)
    if until:
        last = min(last, utc_day(until) + LONGEST_HELD_BACK)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def recorded_between(since: datetime, until: datetime) -> Q:
    """Scans that were recorded then; PostgreSQL reads the partitions alone that may have them."""
    first, last = utc_day(since) - NEAR, utc_day(until) + NEAR
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return Q(recorded_at__gte=since, recorded_at__lte=until) & partitions.of(days)


def of_scan(scan_id: UUID) -> Scan | None:
    """The scan of an id: under the day in it, or, where it has none, under any that is kept."""
    day, scans = day_in(scan_id), Scan.objects.filter(scan_id=scan_id)
    near = [day - NEAR, day, day + NEAR] if day else []
    found = scans.filter(captured_day__in=near).first()
    return found or scans.filter(captured_day__in=kept_days()).first()
