"""One supervisor looks up one person again and again."""

from collections.abc import Iterable
from datetime import datetime

from scans.alerts.raising import Sighting, raise_alerts
from scans.look_ups import Repeated
from scans.models import Alert, AlertKind, Severity


def judge_look_ups(repeated: Iterable[Repeated], *, since: datetime, now: datetime) -> None:
    """Raise what is not known yet. `since`: from when on they were counted.

    The same rows come again at every round; they are news only where there are more look-ups.
    """
    found = {_cause(row): row for row in repeated}
    known = Alert.objects.filter(cause__in=found, last_at__gte=since).order_by("last_at")
    told = {cause: details["look_ups"] for cause, details in known.values_list("cause", "details")}
    raise_alerts(
        [
            Sighting(
                kind=AlertKind.REPEATED_LOOK_UPS,
                severity=Severity.HIGH,
                cause=cause,
                supervisor_id=row.supervisor_id,
                details={"look_ups": row.times},
            )
            for cause, row in found.items()
            if row.times > told.get(cause, 0)
        ],
        now=now,
    )


def _cause(row: Repeated) -> str:
    return f"repeated_look_ups:{row.supervisor_id}:{row.about_digest}"
