"""What an issuer did that is no act on a permit: kept in Django's log of changes.

It says who, when and what, is shown beside what it is about, and is removed by `manage.py prune`
with the changes made in the admin.
"""

from datetime import datetime

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet

NUMBER_SHOWN = "number_shown"
ENTRY_ADDED, ENTRY_CHANGED, ENTRY_ENDED = "entry_added", "entry_changed", "entry_ended"


def record(user: User, about: Model, what: str, *, now: datetime) -> None:
    """Keep that a user did something. `what` is a code, and says nothing of a person."""
    LogEntry.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(about),
        object_id=str(about.pk),
        object_repr="",
        action_flag=CHANGE,
        change_message=what,
        action_time=now,
    )


def records_of(about: Model) -> QuerySet[LogEntry]:
    """What was done with a row, the latest first."""
    return LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(about), object_id=str(about.pk)
    ).select_related("user")
