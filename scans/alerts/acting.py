"""What a supervisor does about an alert. Each act may be sent twice, and is done once."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from permits import personal_data
from scans import events
from scans.alerts import webhooks
from scans.models import Alert, AlertAct, AlertActKind
from scans.oversight import Oversight, who_sees

LONGEST_NOTE = 500


class NoSuchAlert(Exception):
    """There is none, or it is at a checkpoint that the supervisor does not see."""


class AboutThemself(Exception):
    """Nobody acts on an alert about themself."""


class DoesNotSee(Exception):
    """Whom it is handed to does not see it."""


@transaction.atomic
def acknowledge(alert_id: int, *, by: User, oversight: Oversight, now: datetime) -> bool:
    """Somebody knows of it. Returns whether that is new. Raises NoSuchAlert, AboutThemself."""
    alert = _locked(alert_id, by, oversight)
    if alert.resolved_at or alert.acknowledged_at:
        return False
    alert.acknowledged_at, alert.acknowledged_by = now, by
    _keep(alert, AlertActKind.ACKNOWLEDGED, by=by, now=now)
    return True


@transaction.atomic
def take(alert_id: int, *, by: User, oversight: Oversight, now: datetime) -> bool:
    """It is theirs from now on, and so they know of it. Returns and raises as `acknowledge`."""
    alert = _locked(alert_id, by, oversight)
    if alert.resolved_at or alert.owner_id == by.pk:
        return False
    alert.owner = by
    if alert.acknowledged_at is None:
        alert.acknowledged_at, alert.acknowledged_by = now, by
    _keep(alert, AlertActKind.TAKEN, by=by, now=now)
    return True


@transaction.atomic
def hand_over(alert_id: int, *, to: User, by: User, oversight: Oversight, now: datetime) -> bool:
    """It is another supervisor's from now on. Raises DoesNotSee too, else as `acknowledge`."""
    alert = _locked(alert_id, by, oversight)
    if not whom_to_hand_to(alert, by=by).filter(pk=to.pk).exists():
        raise DoesNotSee
    if alert.resolved_at or alert.owner_id == to.pk:
        return False
    alert.owner = to
    _keep(alert, AlertActKind.HANDED_OVER, by=by, to=to, now=now)
    return True


@transaction.atomic
def resolve(
    alert_id: int, *, by: User, oversight: Oversight, note: str = "", now: datetime
) -> bool:
    """It is done with. Returns and raises as `acknowledge`."""
    alert = _locked(alert_id, by, oversight)
    if alert.resolved_at:
        return False
    alert.resolved_at, alert.resolved_by = now, by
    alert.tell_at = None
    alert.note_sealed = personal_data.seal(note[:LONGEST_NOTE]) if note else b""
    _keep(alert, AlertActKind.RESOLVED, by=by, now=now)
    webhooks.tell_resolved([alert], now=now)
    return True


def whom_to_hand_to(alert: Alert, *, by: User) -> QuerySet[User]:
    """The other supervisors who see it, but for one whom it is about."""
    others = who_sees(alert.checkpoint_id).exclude(pk=by.pk)
    return others.exclude(pk=alert.supervisor_id) if alert.supervisor_id else others


def note_of(alert: Alert) -> str:
    """What was written when it was resolved. Raises CannotUnseal."""
    sealed = bytes(alert.note_sealed)
    return personal_data.unseal(sealed) if sealed else ""


def _locked(alert_id: int, by: User, oversight: Oversight) -> Alert:
    alert = Alert.objects.select_for_update().filter(pk=alert_id).first()
    if alert is None or not oversight.sees(alert.checkpoint_id):
        raise NoSuchAlert
    if alert.supervisor_id == by.pk:
        raise AboutThemself
    return alert


def _keep(
    alert: Alert, act: AlertActKind, *, by: User, to: User | None = None, now: datetime
) -> None:
    alert.changed_at = now
    alert.save()
    AlertAct.objects.create(alert=alert, act=act, by=by, to=to, at=now)
    transaction.on_commit(events.publish_from_thread)
