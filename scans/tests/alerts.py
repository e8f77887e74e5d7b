"""How the tests of alerts make one."""

from datetime import datetime
from itertools import count
from typing import Any

from scans.alerts.raising import Sighting, raise_alerts
from scans.models import Alert, AlertKind, Severity

_number = count(1)


def an_alert(*, raised_at: datetime, **fields: Any) -> Alert:
    """A watchlist hit, of a cause of its own where none is given."""
    return Alert.objects.create(
        **{
            "kind": AlertKind.WATCHLIST_HIT,
            "severity": Severity.CRITICAL,
            "level": "f0",
            "cause": f"watchlist_hit:{next(_number)}",
            "raised_at": raised_at,
            "last_at": raised_at,
            "changed_at": raised_at,
            **fields,
        }
    )


def sighting(cause: str = "forged_codes:1", **fields: Any) -> Sighting:
    """Of forged codes, where nothing else is said."""
    given = {"kind": AlertKind.FORGED_CODES, "severity": Severity.HIGH, "cause": cause, **fields}
    return Sighting(**given)


def see(cause: str = "forged_codes:1", *, now: datetime, **fields: Any) -> Alert:
    """See a cause. Returns its open alert."""
    raise_alerts([sighting(cause, **fields)], now=now)
    return Alert.objects.get(cause=cause, resolved_at=None)
