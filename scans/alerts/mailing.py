"""Alerts by e-mail, to who has asked for it: gathered, and never with a word about a person."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from permits import mail, tasks
from permits.roles import Role, has_role
from scans import alert_words
from scans.alerts.reading import by_gravity
from scans.models import Alert, AlertSubscription, Severity
from scans.oversight import oversight_of
from scans.times import from_milliseconds, to_milliseconds

IN_ONE_MESSAGE = 50


def tell_subscribers(now: datetime) -> None:
    """Hand over what has become news: to each subscriber all of it in one message."""
    due = Alert.objects.filter(tell_at__lte=now)
    if not due.exists():
        return
    if not mail.is_set_up():
        due.update(tell_at=None)
        return
    told_ms = to_milliseconds(now)
    with transaction.atomic():
        due.update(tell_at=None, told_at=from_milliseconds(told_ms))
        active = AlertSubscription.objects.filter(is_active=True)
        for supervisor_id in active.values_list("supervisor_id", flat=True):
            tasks.enqueue(tell, supervisor_id, told_ms, now=now)


@tasks.background(attempts=5, priority=tasks.SOON)
def tell(supervisor_id: int, told_ms: int) -> None:
    """Send one subscriber what was handed over at this moment, and is theirs and open still."""
    rows = AlertSubscription.objects.select_related("supervisor")
    subscription = rows.filter(pk=supervisor_id, is_active=True).first()
    if subscription is None:
        return
    alerts = list(_for(subscription, from_milliseconds(told_ms))[: IN_ONE_MESSAGE + 1])
    if not alerts:
        return
    with translation.override(subscription.language or settings.LANGUAGE_CODE):
        subject, text = _subject(alerts), _text(alerts)
    mail.send(subscription.supervisor.email, subject, text, now=timezone.now())


def _for(subscription: AlertSubscription, told_at: datetime) -> QuerySet[Alert]:
    """Nothing for who has lost the role since, or has no address."""
    supervisor = subscription.supervisor
    if not supervisor.email or not has_role(supervisor, Role.SUPERVISOR):
        return Alert.objects.none()
    grave_enough = Severity.values[: Severity.values.index(subscription.least_severity) + 1]
    open_still = Alert.objects.filter(told_at=told_at, resolved_at=None, severity__in=grave_enough)
    theirs = oversight_of(supervisor).of(open_still).exclude(supervisor=supervisor)
    return by_gravity(theirs).select_related("checkpoint", "lane")


def _subject(alerts: Sequence[Alert]) -> str:
    first = f"{alert_words.severity(alerts[0].severity)}: {alert_words.heading(alerts[0])}"
    more = len(alerts) - 1
    if not more:
        return f"{first} · {alert_words.place(alerts[0])}"
    return first + " " + ngettext("and %(n)d more", "and %(n)d more", more) % {"n": more}


def _text(alerts: Sequence[Alert]) -> str:
    parts = [_about(alert) for alert in alerts[:IN_ONE_MESSAGE]]
    if len(alerts) > IN_ONE_MESSAGE:
        parts.append(
            _("There are more: %(address)s") % {"address": mail.address_of(reverse("alerts"))}
        )
    parts.append(_("You asked for these messages on the page Alerts, and can end them there."))
    return "\n\n".join(parts) + "\n"


def _about(alert: Alert) -> str:
    when = formats.date_format(
        timezone.localtime(alert.last_at), pgettext("date format", "d/m/Y H:i")
    )
    lines = [
        f"{alert_words.severity(alert.severity)}: {alert_words.heading(alert)}",
        f"{alert_words.place(alert)}, {when}",
        alert_words.details(alert.kind, alert.details),
        mail.address_of(reverse("alert", args=[alert.pk])),
    ]
    return "\n".join(filter(None, lines))
