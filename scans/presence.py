"""Who is there: when a lane counts as online, and how long one that went away is missed."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from scans.models import Shift

# A lane's socket says that it is there every SOCKET_RECHECK_SECONDS; three misses are too many.
ONLINE_FOR = timedelta(seconds=3 * settings.SOCKET_RECHECK_SECONDS + 5)
# A device that went away in the middle of a shift is missed for so long; then its lane is off.
MISSED_FOR = timedelta(hours=4)


def online(*, now: datetime) -> QuerySet[Shift]:
    """The shifts whose page is open now."""
    return Shift.objects.filter(last_seen_at__gt=now - ONLINE_FOR, left_at=None, ended_at=None)
