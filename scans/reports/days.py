"""What a day is: from midnight to midnight in the site's time zone (settings.TIME_ZONE)."""

from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

DAY = timedelta(days=1)


def day_of(moment: datetime) -> date:
    """The day on which a moment lies."""
    return timezone.localtime(moment).date()


def bounds(day: date) -> tuple[datetime, datetime]:
    """The first moment of a day, and the first after it."""
    return _midnight(day), _midnight(day + DAY)


def utc_days(start: datetime, end: datetime) -> list[date]:
    """Every day, in UTC, under which a scan that was recorded in this span can be kept."""
    first, last = start.astimezone(UTC).date() - DAY, end.astimezone(UTC).date() + DAY
    return [first + DAY * number for number in range((last - first).days + 1)]


def parse(text: str) -> date | None:
    """A day as an address has it, 2021-09-14; None for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # Two days off the calendar's ends are looked up beside it.
    return day if day.isoformat() == text and 1970 <= day.year <= 9000 else None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
