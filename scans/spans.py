"""Spans of time that scans are counted in: minutes, ten minutes, hours, days of the site's zone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from django.utils import timezone

MINUTE, TEN_MINUTES, HOUR = timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1)


class Span(StrEnum):
    """How long a tally's time is. Hours and days are those that a clock on the wall shows."""

    MINUTE = "minute"
    SLICE = "slice"
    HOUR = "hour"
    DAY = "day"

    def start_of(self, moment: datetime) -> datetime:
        """The beginning of the span in which a moment lies, in UTC."""
        if self is Span.DAY:
            return midnight(timezone.localdate(moment, timezone.get_default_timezone()))
        local = timezone.localtime(moment, timezone.get_default_timezone())
        minutes = {Span.MINUTE: 0, Span.SLICE: local.minute % 10, Span.HOUR: local.minute}[self]
        since = timedelta(minutes=minutes, seconds=local.second, microseconds=local.microsecond)
        return moment.astimezone(UTC) - since

    def after(self, start: datetime) -> datetime:
        """The beginning of the next span. A day may have 23 or 25 hours."""
        if self is Span.DAY:
            return self.start_of(start + 36 * HOUR)
        return start + {Span.MINUTE: MINUTE, Span.SLICE: TEN_MINUTES, Span.HOUR: HOUR}[self]

    def between(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The spans from one moment to another, first and last cut off where these lie within."""
        start = since
        while start < until:
            end = min(self.after(self.start_of(start)), until)
            yield start, end
            start = end


def midnight(day: date) -> datetime:
    """When a day of the site's time zone begins, in UTC."""
    local = datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())
    return local.astimezone(UTC)
