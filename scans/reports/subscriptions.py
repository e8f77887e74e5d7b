"""The report by e-mail: who gets it, when it is due, and its sending.

A report is handed over once: the day moves on in the transaction that enqueues the task. After the
workers were away only the latest day is sent. What its reader may see is asked when it is sent.
"""

from datetime import date, datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from permits import mail, tasks
from permits.exports.answer import TYPES, whole_file
from permits.roles import Role, has_role
from scans.models import ReportSubscription
from scans.oversight import Oversight, oversight_of
from scans.reports import days
from scans.reports.report import Report, day_report
from scans.reports.tables import DATE, export_of, notes


class NoAddress(Exception):
    """The supervisor's account has no e-mail address."""


@transaction.atomic
def subscribe(
    supervisor: User, *, hour: int, with_pdf: bool, with_xlsx: bool, language: str, now: datetime
) -> ReportSubscription:
    """Send it from the next such hour on. Of a subscription that runs, change how.

    Raises NoAddress.
    """
    if not supervisor.email:
        raise NoAddress
    kept = ReportSubscription.objects.filter(supervisor=supervisor).first()
    last_sent_day = kept.last_sent_day if kept else None
    if kept is None or not kept.is_active:
        is_past = timezone.localtime(now).hour >= hour
        last_sent_day = _day_to_send(now) if is_past else last_sent_day
    row, _is_new = ReportSubscription.objects.update_or_create(
        supervisor=supervisor,
        defaults={
            "hour": hour,
            "with_pdf": with_pdf,
            "with_xlsx": with_xlsx,
            "language": language,
            "is_active": True,
            "last_sent_day": last_sent_day,
        },
    )
    return row


def unsubscribe(supervisor: User) -> None:
    """Send it no more."""
    ReportSubscription.objects.filter(supervisor=supervisor).update(is_active=False)


def enqueue_due(now: datetime) -> int:
    """Hand over the reports whose hour has come. Returns how many."""
    if not mail.is_set_up():
        return 0
    day = _day_to_send(now)
    is_unsent = Q(last_sent_day=None) | Q(last_sent_day__lt=day)
    due = ReportSubscription.objects.filter(
        is_unsent, is_active=True, hour__lte=timezone.localtime(now).hour
    )
    return sum(_hand_over(pk, day, now) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _hand_over(supervisor_id: int, day: date, now: datetime) -> bool:
    """Whether it was ours to do: another worker may come to it at the same moment."""
    is_unsent = Q(last_sent_day=None) | Q(last_sent_day__lt=day)
    row = ReportSubscription.objects.filter(is_unsent, pk=supervisor_id, is_active=True)
    if not row.update(last_sent_day=day):
        return False
    tasks.enqueue(send_report, supervisor_id, day.isoformat(), now=now)
    return True


@tasks.background(attempts=8)
def send_report(supervisor_id: int, day: str) -> None:
    """Send a day's report, unless its reader has meanwhile lost the role or the address."""
    row = ReportSubscription.objects.select_related("supervisor").filter(pk=supervisor_id).first()
    if row is None or not row.is_active:
        return
    supervisor = row.supervisor
    if not has_role(supervisor, Role.SUPERVISOR) or not supervisor.email:
        unsubscribe(supervisor)
        return
    with override(row.language):
        _send(row, date.fromisoformat(day), oversight_of(supervisor), now=timezone.now())


def _send(row: ReportSubscription, day: date, oversight: Oversight, *, now: datetime) -> None:
    report = day_report(day, oversight, now=now)
    title = _("Report of %(day)s") % {"day": day.strftime(DATE)}
    mail.send(
        row.supervisor.email,
        title,
        _text(report, oversight),
        _attachments(row, report, oversight, now),
        now=now,
    )


def _text(report: Report, oversight: Oversight) -> str:
    context = {
        "report": report,
        "notes": notes(report, oversight),
        "address": mail.address_of(reverse("report", args=[report.day])),
        "subscription": mail.address_of(reverse("reports")),
    }
    return render_to_string("scans/reports/mail.txt", context)


def _attachments(
    row: ReportSubscription, report: Report, oversight: Oversight, now: datetime
) -> list[mail.Attachment]:
    endings = [
        ending for ending, wanted in (("pdf", row.with_pdf), ("xlsx", row.with_xlsx)) if wanted
    ]
    found = []
    for ending in endings:
        export = export_of(report, oversight)
        content, _ended = whole_file(export, ending, now=now)
        found.append(mail.Attachment(f"{export.name}.{ending}", content, TYPES[ending]))
    return found


def _day_to_send(now: datetime) -> date:
    """The last day that is over."""
    return days.day_of(now) - days.DAY
