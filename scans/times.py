"""PURE. Times on the wire are whole milliseconds since 1970; inside they are aware datetimes."""

from datetime import UTC, date, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def to_milliseconds(moment: datetime) -> int:
    """An aware datetime as it goes over the wire."""
    return (moment - EPOCH) // MILLISECOND


def from_milliseconds(milliseconds: int) -> datetime:
    """A time from the wire; protocol/ has limited it to years that exist."""
    return EPOCH + milliseconds * MILLISECOND


def utc_day(moment: datetime) -> date:
    """The day, in UTC, under which a scan's passage is looked up."""
    return moment.astimezone(UTC).date()


def believable(captured_at: datetime, *, now: datetime, oldest: timedelta) -> datetime:
    """The device's time of capture, within what can be: not ahead, not older than `oldest`."""
    return min(max(captured_at, now - oldest), now)
